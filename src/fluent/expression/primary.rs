//! What an expression begins with: literals, brackets, names and keywords.

use std::rc::Rc;

use super::literal::is_name_start;
use super::parser::{Failed, Parser};
use super::tree::{Begin, Call, Case, Node, NodeKind, RescueClause};
use crate::ruby::value::Value;
use crate::source::Span;

/// Names that are variables where code is embedded, so that `record ["x"]` is an index.
const VARIABLES: [&str; 9] = [
    "hostname",
    "worker_id",
    "record",
    "tag",
    "tag_parts",
    "tag_prefix",
    "tag_suffix",
    "time",
    "record_dup",
];

const KEYWORDS: [&str; 41] = [
    "alias",
    "and",
    "begin",
    "BEGIN",
    "break",
    "case",
    "class",
    "def",
    "defined?",
    "do",
    "else",
    "elsif",
    "end",
    "END",
    "ensure",
    "false",
    "for",
    "if",
    "in",
    "module",
    "next",
    "nil",
    "not",
    "or",
    "redo",
    "rescue",
    "retry",
    "return",
    "self",
    "super",
    "then",
    "true",
    "undef",
    "unless",
    "until",
    "when",
    "while",
    "yield",
    "__FILE__",
    "__LINE__",
    "__method__",
];

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        match self.rest() {
            [b'"' | b'\'', ..] => self.string_literal(),
            [b'/', ..] => self.regexp_literal(),
            [b'0'..=b'9', ..] => self.number(),
            [b'%', ..] => self.percent_literal(),
            [b'(', ..] => {
                self.at += 1;
                self.enter()?;
                let body = self.statements(b")")?;
                self.leave();
                self.expect(b')')?;
                Ok(Node { kind: body.kind, span: Span::new(start, self.at) })
            }
            [b'[', ..] => {
                self.at += 1;
                let items = self.arguments(b']')?;
                Ok(self.node(NodeKind::Array(items), start))
            }
            [b'{', ..] => self.hash(),
            [b'?', _, rest @ ..] if !rest.first().is_some_and(|byte| is_name_start(*byte)) => {
                self.character()
            }
            [b':', b':', ..] => {
                self.at += 2;
                self.primary()
            }
            [b':', ..] => self.symbol()?.ok_or_else(|| self.syntax_error(start)),
            [b'$', ..] => self.global(),
            [b'@', ..] => Err(self.not_simulated("instance variable", start)),
            [b'`', ..] => Err(self.not_simulated("shell command", start)),
            [b'<', b'<', b'~' | b'-' | b'A'..=b'Z', ..] => {
                Err(self.not_simulated("here document", start))
            }
            [byte, ..] if is_name_start(*byte) => self.named(),
            _ => Err(self.syntax_error(start)),
        }
    }

    /// `?a`
    fn character(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let byte = self.rest().get(1).copied().unwrap_or(b' ');
        if byte <= b' ' || byte >= 0x7f {
            return Err(self.syntax_error(start));
        }
        if byte == b'\\' {
            return Err(self.not_simulated("character literal", start));
        }
        self.at += 2;
        let text = self.slice(start + 1, start + 2);
        Ok(self.node(NodeKind::Literal(Value::from(text)), start))
    }

    fn hash(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        self.at += 1;
        let items = self.arguments(b'}')?;
        let kind = match items.as_slice() {
            [] => NodeKind::Hash(Vec::new()),
            [Node { kind: NodeKind::Hash(entries), .. }] => NodeKind::Hash(entries.clone()),
            _ => return Err(self.syntax_error(start)),
        };
        Ok(self.node(kind, start))
    }

    fn global(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'~' | b'!') => self.at += 1,
            _ => self.at += self.word().len(),
        }
        if let Some(digits) = self.text.get(start + 1..)
            && self.at == start + 1
        {
            self.at += digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        }
        if self.at == start + 1 {
            return Err(self.not_simulated("global variable", start));
        }
        let name: Rc<str> = self.slice(start, self.at).into();
        Ok(self.node(NodeKind::Global(name), start))
    }

    /// A keyword, a constant, a variable or a function.
    pub(super) fn named(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        if self.rest().starts_with(b"defined?") {
            self.at += 8;
            self.skip_blanks();
            let value = if self.peek() == Some(b'(') { self.primary() } else { self.unary() }?;
            return Ok(self.node(NodeKind::Defined(Box::new(value)), start));
        }
        let word = self.word();
        if KEYWORDS.contains(&word) {
            return self.keyword(word);
        }
        if word.starts_with(|first: char| first.is_ascii_uppercase()) {
            self.at += word.len();
            if self.peek() == Some(b'(') {
                self.at = start;
                return self.function();
            }
            return Ok(self.node(NodeKind::Constant(word.into()), start));
        }
        let is_variable =
            VARIABLES.contains(&word) || self.locals.iter().any(|name| **name == *word);
        if is_variable && self.text.get(start + word.len()) != Some(&b'(') {
            self.at += word.len();
            return Ok(self.node(NodeKind::Name(word.into()), start));
        }
        self.function()
    }

    pub(super) fn function(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let method = self.method_name();
        let parens = self.peek() == Some(b'(');
        let args = self.call_arguments()?;
        let block = self.block()?;
        if !parens && args.is_empty() && block.is_none() {
            return Ok(self.node(NodeKind::Name(method), start));
        }
        let call = Call { receiver: None, method, args, safe: false, block };
        Ok(self.node(NodeKind::Call(call), start))
    }

    fn keyword(&mut self, word: &str) -> Result<Node, Failed> {
        let start = self.at;
        self.at += word.len();
        match word {
            "nil" => Ok(self.node(NodeKind::Literal(Value::Nil), start)),
            "true" => Ok(self.node(NodeKind::Literal(Value::Bool(true)), start)),
            "false" => Ok(self.node(NodeKind::Literal(Value::Bool(false)), start)),
            "if" => self.if_body(start),
            "unless" => {
                let test = self.statement_test()?;
                let test = self.node(NodeKind::Not(Box::new(test)), start);
                self.if_branches(test, start)
            }
            "begin" => self.begin_body(start),
            "case" => self.case_body(start),
            "while" | "until" => {
                self.enter()?;
                let test = self.statement_test()?;
                self.skip_space();
                self.eat_word("do");
                let body = self.statements(b"")?;
                self.expect_end()?;
                self.leave();
                Ok(self.while_node(test, body, word == "until", start))
            }
            "next" | "break" => {
                self.skip_blanks();
                let ended = matches!(self.peek(), None | Some(b'}' | b';' | b'\n' | b')'))
                    || ["if", "unless", "end"].iter().any(|word| self.at_word(word));
                let value = if ended { None } else { Some(Box::new(self.expression()?)) };
                Ok(self.node(NodeKind::Jump(word == "break", value), start))
            }
            "then" | "do" | "end" | "else" | "elsif" | "in" | "when" | "ensure" | "rescue"
            | "and" | "or" => Err(self.syntax_error(start)),
            other => Err(self.not_simulated(other, start)),
        }
    }

    fn statement_test(&mut self) -> Result<Node, Failed> {
        self.skip_space();
        self.logical_words()
    }

    fn if_body(&mut self, start: usize) -> Result<Node, Failed> {
        let test = self.statement_test()?;
        self.if_branches(test, start)
    }

    /// `then … else … end` after the test.
    fn if_branches(&mut self, test: Node, start: usize) -> Result<Node, Failed> {
        self.enter()?;
        self.then()?;
        let yes = self.statements(b"")?;
        let else_at = self.at;
        let no = if self.eat_word("elsif") {
            Some(Box::new(self.if_body(else_at)?))
        } else {
            let no =
                if self.eat_word("else") { Some(Box::new(self.statements(b"")?)) } else { None };
            self.expect_end()?;
            no
        };
        self.leave();
        Ok(self.node(NodeKind::If(Box::new(test), Box::new(yes), no), start))
    }

    fn expect_end(&mut self) -> Result<(), Failed> {
        if self.eat_word("end") { Ok(()) } else { Err(self.syntax_error(self.at)) }
    }

    /// What stands between a head and its body: a line end, a semicolon, `then`.
    fn then(&mut self) -> Result<(), Failed> {
        self.skip_blanks();
        let mut separated = matches!(self.peek(), Some(b'\n' | b';' | b'#'));
        self.skip_space();
        while self.peek() == Some(b';') {
            self.at += 1;
            self.skip_space();
        }
        separated |= self.eat_word("then");
        if separated { Ok(()) } else { Err(self.syntax_error(self.at)) }
    }

    /// `begin … rescue A, B => e … else … ensure … end`
    fn begin_body(&mut self, start: usize) -> Result<Node, Failed> {
        self.enter()?;
        let body = self.statements(b"")?;
        let mut begin = Begin { body, rescues: Vec::new(), other: None, ensure: None };
        while self.eat_word("rescue") {
            let rescue = self.rescue_clause()?;
            begin.rescues.push(rescue);
        }
        if self.eat_word("else") {
            begin.other = Some(self.statements(b"")?);
        }
        if self.eat_word("ensure") {
            begin.ensure = Some(self.statements(b"")?);
        }
        self.expect_end()?;
        self.leave();
        Ok(self.node(NodeKind::Begin(Box::new(begin)), start))
    }

    fn rescue_clause(&mut self) -> Result<RescueClause, Failed> {
        let mut classes = Vec::new();
        self.skip_blanks();
        while self.peek().is_some_and(|byte| byte.is_ascii_uppercase()) {
            classes.push(self.binary(0)?);
            self.skip_blanks();
            if self.peek() == Some(b',') {
                self.at += 1;
                self.skip_space();
            }
        }
        let name = if self.eat("=>") {
            self.skip_blanks();
            let name = self.method_name();
            self.declare(&name);
            Some(name)
        } else {
            None
        };
        self.then()?;
        Ok(RescueClause { classes, name, body: self.statements(b"")? })
    }

    /// `case a when b, c then … else … end`
    fn case_body(&mut self, start: usize) -> Result<Node, Failed> {
        self.enter()?;
        self.skip_blanks();
        let bare = matches!(self.peek(), None | Some(b'\n' | b';'));
        let subject =
            if bare || self.at_word("when") { None } else { Some(self.statement_test()?) };
        let mut case = Case { subject, arms: Vec::new(), other: None };
        self.skip_space();
        while self.peek() == Some(b';') {
            self.at += 1;
            self.skip_space();
        }
        if self.at_word("in") {
            return Err(self.not_simulated("pattern matching", start));
        }
        while self.eat_word("when") {
            let mut tests = Vec::new();
            loop {
                self.skip_space();
                let test_at = self.at;
                let splat = self.eat("*");
                let test = self.ternary()?;
                tests.push(if splat {
                    self.node(NodeKind::Splat(Box::new(test)), test_at)
                } else {
                    test
                });
                self.skip_blanks();
                if self.peek() != Some(b',') {
                    break;
                }
                self.at += 1;
            }
            self.then()?;
            let body = self.statements(b"")?;
            case.arms.push((tests, body));
        }
        if case.arms.is_empty() {
            return Err(self.syntax_error(self.at));
        }
        if self.eat_word("else") {
            case.other = Some(self.statements(b"")?);
        }
        self.expect_end()?;
        self.leave();
        Ok(self.node(NodeKind::Case(Box::new(case)), start))
    }
}
