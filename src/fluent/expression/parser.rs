//! Reads the part of Ruby's syntax that configurations use, to a tree with places.
//!
//! One recursive descent over bytes: what a slash or a brace means depends on what stands before it,
//! as in Ruby. Ruby that is not simulated is told apart from what is no Ruby at all.

use std::rc::Rc;

use super::eval::is_change;
use super::literal::is_name_start;
use super::tree::{Block, Call, Logic, Node, NodeKind};
use crate::ruby::value::Value;
use crate::source::Span;

/// Deepest nesting that is read.
pub const MAX_DEPTH: usize = 100;

/// Why there is no tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// No Ruby: the place where it breaks.
    Syntax(usize),
    /// Ruby, but not simulated here.
    NotSimulated {
        /// By which name to report it.
        what: String,
        /// Where.
        span: Span,
    },
}

/// The reader's place in the code.
pub struct Parser<'t> {
    pub(super) text: &'t [u8],
    /// The next byte.
    pub at: usize,
    depth: usize,
    /// Local variables assigned so far.
    pub(super) locals: Vec<Rc<str>>,
    /// Every variable that is assigned anywhere.
    pub(super) assigned: Vec<Rc<str>>,
    /// Something may be changed in place.
    pub(super) changes: bool,
    /// `&:name` of the arguments just read.
    pub(super) symbol_block: Option<Box<Block>>,
}

impl<'t> Parser<'t> {
    /// A reader that begins at byte `at`.
    pub fn new(text: &'t str, at: usize) -> Parser<'t> {
        Parser {
            text: text.as_bytes(),
            at,
            depth: 0,
            locals: Vec::new(),
            assigned: Vec::new(),
            changes: false,
            symbol_block: None,
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'t [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        std::str::from_utf8(self.text.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    pub(super) fn node(&self, kind: NodeKind, start: usize) -> Node {
        Node { kind, span: Span::new(start, self.at) }
    }

    pub(super) fn syntax_error(&self, at: usize) -> Failed {
        Failed::Syntax(at)
    }

    pub(super) fn not_simulated(&self, what: &str, start: usize) -> Failed {
        let end = self.at.max(start).min(self.text.len());
        Failed::NotSimulated { what: what.to_owned(), span: Span::new(start, end) }
    }

    pub(super) fn enter(&mut self) -> Result<(), Failed> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.not_simulated("deep nesting", self.at));
        }
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), Failed> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.syntax_error(self.at))
    }

    pub(super) fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text.as_bytes());
        if found {
            self.at += text.len();
        }
        found
    }

    /// Spaces, tabs and escaped line ends.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.rest() {
                [b' ' | b'\t' | b'\r' | 11 | 12, ..] => self.at += 1,
                [b'\\', b'\n', ..] => self.at += 2,
                _ => return,
            }
        }
    }

    /// Blanks, line ends and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'\n') => self.at += 1,
                Some(b'#') => {
                    let end = memchr::memchr(b'\n', self.rest());
                    self.at = end.map_or(self.text.len(), |end| self.at + end);
                }
                _ => return,
            }
        }
    }

    /// True when the keyword stands here, whole.
    pub(super) fn at_word(&self, word: &str) -> bool {
        let rest = self.rest();
        let after = rest.get(word.len()).copied().unwrap_or(b' ');
        let goes_on = is_name_start(after) || after.is_ascii_digit() || after == b'?';
        rest.starts_with(word.as_bytes()) && !goes_on
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Statements up to (not including) one of `ends`, the end of the text, or a closing keyword.
    pub fn statements(&mut self, ends: &[u8]) -> Result<Node, Failed> {
        let start = self.at;
        let mut nodes = Vec::new();
        loop {
            self.skip_space();
            while self.peek() == Some(b';') {
                self.at += 1;
                self.skip_space();
            }
            let closes = ["end", "else", "elsif", "rescue", "ensure", "when"];
            let ended = self.peek().is_none_or(|byte| ends.contains(&byte));
            if ended || closes.iter().any(|word| self.at_word(word)) {
                break;
            }
            nodes.push(self.statement()?);
            let end = self.at;
            self.skip_blanks();
            match self.peek() {
                None | Some(b'\n' | b';' | b'#') => {}
                Some(byte) if ends.contains(&byte) => {}
                _ if closes.iter().any(|word| self.at_word(word)) => {}
                _ => return Err(self.syntax_error(end)),
            }
        }
        if nodes.len() == 1 {
            return Ok(nodes.remove(0));
        }
        if nodes.is_empty() {
            return Ok(self.node(NodeKind::Literal(Value::Nil), start));
        }
        Ok(self.node(NodeKind::Sequence(nodes), start))
    }

    /// An expression with its modifiers.
    fn statement(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let mut node = match self.spread()? {
            Some(node) => node,
            None => self.logical_words()?,
        };
        loop {
            let end = self.at;
            self.skip_blanks();
            if self.eat_word("if") {
                let test = self.logical_words()?;
                node = self.node(NodeKind::If(Box::new(test), Box::new(node), None), start);
            } else if self.eat_word("unless") {
                let test = self.logical_words()?;
                let test = self.node(NodeKind::Not(Box::new(test)), start);
                node = self.node(NodeKind::If(Box::new(test), Box::new(node), None), start);
            } else if self.eat_word("rescue") {
                let other = self.logical_words()?;
                node = self.node(NodeKind::Rescue(Box::new(node), Box::new(other)), start);
            } else if self.at_word("while") || self.at_word("until") {
                let until = self.word() == "until";
                self.at += 5;
                let test = self.logical_words()?;
                if matches!(node.kind, NodeKind::Begin(_)) {
                    return Err(self.not_simulated("begin … end while", start));
                }
                node = self.while_node(test, node, until, start);
            } else {
                self.at = end;
                return Ok(node);
            }
        }
    }

    pub(super) fn while_node(&self, test: Node, body: Node, until: bool, start: usize) -> Node {
        let test = if until { self.node(NodeKind::Not(Box::new(test)), start) } else { test };
        self.node(NodeKind::While(Box::new(test), Box::new(body)), start)
    }

    /// `not`, `and`, `or`.
    pub(super) fn logical_words(&mut self) -> Result<Node, Failed> {
        self.enter()?;
        self.skip_space();
        let start = self.at;
        let mut node = if self.eat_word("not") {
            let value = self.logical_words()?;
            self.node(NodeKind::Not(Box::new(value)), start)
        } else {
            self.expression()?
        };
        loop {
            let end = self.at;
            self.skip_blanks();
            let logic = if self.eat_word("and") {
                Logic::And
            } else if self.eat_word("or") {
                Logic::Or
            } else {
                self.at = end;
                break;
            };
            self.skip_space();
            let other =
                if self.at_word("not") { self.logical_words()? } else { self.expression()? };
            node = self.node(NodeKind::Logic(logic, Box::new(node), Box::new(other)), start);
        }
        self.leave();
        Ok(node)
    }

    /// An expression without `and`, `or`, modifiers: assignment, ternary and all below.
    pub(super) fn expression(&mut self) -> Result<Node, Failed> {
        self.enter()?;
        self.skip_space();
        let start = self.at;
        let node = self.ternary()?;
        let end = self.at;
        self.skip_blanks();
        let result = match self.rest() {
            [b'=', next, ..] if !matches!(next, b'=' | b'~' | b'>') => {
                self.at += 1;
                self.assignment(node, start)
            }
            rest if super::assign::operator_assignment(rest).is_some() => {
                let operator = super::assign::operator_assignment(rest).unwrap_or_default();
                self.at += operator.len() + 1;
                self.operated(node, operator, start)
            }
            _ => {
                self.at = end;
                Ok(node)
            }
        };
        self.leave();
        result
    }

    pub(super) fn ternary(&mut self) -> Result<Node, Failed> {
        self.skip_space();
        let start = self.at;
        let test = self.range()?;
        let end = self.at;
        self.skip_blanks();
        if self.peek() != Some(b'?') {
            self.at = end;
            return Ok(test);
        }
        self.at += 1;
        self.skip_space();
        let yes = self.expression()?;
        self.skip_space();
        self.expect(b':')?;
        self.skip_space();
        let no = self.expression()?;
        if matches!(test.kind, NodeKind::Regexp { .. }) {
            return Err(self.not_simulated("regexp as a condition", start));
        }
        let kind = NodeKind::If(Box::new(test), Box::new(yes), Some(Box::new(no)));
        Ok(self.node(kind, start))
    }

    fn range(&mut self) -> Result<Node, Failed> {
        let start = self.at;
        let low = if self.rest().starts_with(b"..") { None } else { Some(self.binary(0)?) };
        let end = self.at;
        self.skip_blanks();
        let dots = self.eat("..");
        let low = match low {
            Some(low) if !dots => {
                self.at = end;
                return Ok(low);
            }
            low => low.map(Box::new),
        };
        let exclusive = self.eat(".");
        self.skip_blanks();
        let open_end = matches!(self.peek(), None | Some(b']' | b')' | b'\n' | b';'));
        let high = if open_end { None } else { Some(Box::new(self.binary(0)?)) };
        Ok(self.node(NodeKind::Range { low, high, exclusive }, start))
    }

    /// Binary operators from `level` of [`OPERATORS`] upwards in strength.
    pub(super) fn binary(&mut self, level: usize) -> Result<Node, Failed> {
        let Some(operators) = OPERATORS.get(level) else { return self.unary() };
        let start = self.at;
        let mut node = self.binary(level + 1)?;
        loop {
            let end = self.at;
            self.skip_blanks();
            let found = operators.iter().find(|operator| self.at_operator(operator));
            let Some(operator) = found else {
                self.at = end;
                return Ok(node);
            };
            self.at += operator.len();
            self.changes |= *operator == "<<";
            self.skip_space();
            let other = self.binary(level + 1)?;
            node = self.node(binary_kind(operator, node, other), start);
        }
    }

    fn at_operator(&self, operator: &str) -> bool {
        let rest = self.rest();
        if !rest.starts_with(operator.as_bytes()) {
            return false;
        }
        let next = rest.get(operator.len()).copied().unwrap_or(b' ');
        match operator {
            // `a ||= b` and the like are no binary operators, nor is `&.`.
            "&&" | "||" | "+" | "-" | "*" | "/" | "%" | "**" | "^" if next == b'=' => false,
            "<<" | ">>" if next == b'=' => false,
            "*" => next != b'*',
            "&" => !matches!(next, b'&' | b'.' | b'='),
            "|" => !matches!(next, b'|' | b'='),
            "<" => !matches!(next, b'<' | b'='),
            ">" => !matches!(next, b'>' | b'='),
            "==" | "=~" => next != b'=' || operator == "=~",
            "<=" => next != b'>',
            _ => true,
        }
    }

    pub(super) fn unary(&mut self) -> Result<Node, Failed> {
        self.enter()?;
        let start = self.at;
        let node = match self.rest() {
            [b'!', ..] => {
                self.at += 1;
                self.skip_space();
                let value = self.unary()?;
                Ok(self.node(NodeKind::Not(Box::new(value)), start))
            }
            [b'-', digit, ..] if digit.is_ascii_digit() => {
                self.at += 1;
                let value = self.number()?;
                let end = self.at;
                self.skip_blanks();
                let power = self.rest().starts_with(b"**");
                self.at = end;
                if power {
                    let power = self.power(value, start)?;
                    let kind = call_kind(power, "-@", Vec::new());
                    return Ok(self.node(kind, start)).inspect(|_| self.leave());
                }
                let value = self.negated(value, start);
                self.postfix(value)
            }
            [b'-', b'>', ..] => Err(self.not_simulated("lambda", start)),
            [sign @ (b'-' | b'+' | b'~'), ..] => {
                self.at += 1;
                self.skip_blanks();
                let value = self.unary()?;
                let method = match sign {
                    b'-' => "-@",
                    b'+' => "+@",
                    _ => "~",
                };
                Ok(self.node(call_kind(value, method, Vec::new()), start))
            }
            [b'&' | b'*', ..] => Err(self.syntax_error(start)),
            _ => {
                let value = self.primary()?;
                let value = self.postfix(value)?;
                self.power(value, start)
            }
        };
        self.leave();
        node
    }

    fn negated(&self, node: Node, start: usize) -> Node {
        let kind = match node.kind {
            NodeKind::Literal(Value::Integer(number)) => {
                NodeKind::Literal(Value::Integer(number.wrapping_neg()))
            }
            NodeKind::Literal(Value::Float(number)) => NodeKind::Literal(Value::Float(-number)),
            NodeKind::Literal(Value::BigInteger(digits)) => {
                NodeKind::Literal(crate::ruby::integer::to_i(format!("-{digits}").as_bytes()))
            }
            other => other,
        };
        self.node(kind, start)
    }

    fn power(&mut self, base: Node, start: usize) -> Result<Node, Failed> {
        let end = self.at;
        self.skip_blanks();
        if !(self.rest().starts_with(b"**") && self.rest().get(2) != Some(&b'=')) {
            self.at = end;
            return Ok(base);
        }
        self.at += 2;
        self.skip_space();
        let exponent = self.unary()?;
        Ok(self.node(call_kind(base, "**", vec![exponent]), start))
    }

    /// `.method`, `&.method`, `[index]`, `::Constant` after a value.
    fn postfix(&mut self, mut node: Node) -> Result<Node, Failed> {
        let start = node.span.start as usize;
        loop {
            let end = self.at;
            if self.peek() == Some(b'[') {
                self.at += 1;
                let args = self.arguments(b']')?;
                node = self.node(call_kind(node, "[]", args), start);
                continue;
            }
            // A chain may go on after a line end.
            self.skip_space();
            let safe = self.eat("&.");
            let dot = self.peek() == Some(b'.') && self.rest().get(1) != Some(&b'.');
            if !safe && !dot {
                self.at = end;
                if !self.eat("::") {
                    return Ok(node);
                }
            } else if !safe {
                self.at += 1;
            }
            self.skip_space();
            node = self.method_call(node, safe, start)?;
        }
    }

    fn method_call(&mut self, receiver: Node, safe: bool, start: usize) -> Result<Node, Failed> {
        let name_at = self.at;
        if self.peek() == Some(b'(') {
            return Err(self.not_simulated("call of a proc", start));
        }
        let mut method = self.method_name();
        if method.is_empty() {
            let Some(operator) = operator_at(self.rest()) else {
                return Err(self.syntax_error(name_at));
            };
            self.at += operator.len();
            method = operator.into();
        }
        if let (NodeKind::Constant(outer), true) = (
            &receiver.kind,
            method.starts_with(|first: char| first.is_ascii_uppercase())
                && self.text.get(name_at.saturating_sub(1)) == Some(&b':'),
        ) {
            let path: Rc<str> = format!("{outer}::{method}").into();
            return Ok(self.node(NodeKind::Constant(path), start));
        }
        self.changes |= is_change(&method) || matches!(&*method, "frozen?" | "force_encoding");
        let args = self.call_arguments()?;
        let block = self.block()?;
        let receiver = Some(Box::new(receiver));
        Ok(self.node(NodeKind::Call(Call { receiver, method, args, safe, block }), start))
    }

    /// A name with its `?`, `!` or `=`-less end.
    pub(super) fn method_name(&mut self) -> Rc<str> {
        let start = self.at;
        while self.peek().is_some_and(|byte| is_name_start(byte) || byte.is_ascii_digit()) {
            self.at += 1;
        }
        let plain = self.at > start;
        let next = self.text.get(self.at + 1).copied().unwrap_or(b' ');
        let mark = matches!(self.peek(), Some(b'?' | b'!')) && next != b'=';
        // `a ?b : c` never reaches here: a name and its mark stand together. `x.nil?? a : b` does.
        if plain && (mark || (matches!(self.peek(), Some(b'?' | b'!')) && next == b'=')) {
            let equals = next == b'=' && self.text.get(self.at + 2) != Some(&b'=');
            if !equals {
                self.at += 1;
            }
        }
        self.slice(start, self.at).into()
    }

    /// `(a, b)` directly after the name, or a command's arguments after a blank.
    pub(super) fn call_arguments(&mut self) -> Result<Vec<Node>, Failed> {
        if self.peek() == Some(b'(') {
            self.at += 1;
            return self.arguments(b')');
        }
        let end = self.at;
        self.skip_blanks();
        if self.at == end || !self.begins_command_argument() {
            self.at = end;
            return Ok(Vec::new());
        }
        let mut args = Vec::new();
        let mut named = Vec::new();
        loop {
            self.argument(&mut args, &mut named)?;
            let end = self.at;
            self.skip_blanks();
            if self.peek() != Some(b',') {
                self.at = end;
                break;
            }
            self.at += 1;
            self.skip_space();
        }
        self.gather(args, named)
    }

    /// True when what stands after `name ` is its argument, not an operator.
    fn begins_command_argument(&self) -> bool {
        let rest = self.rest();
        let next = rest.get(1).copied().unwrap_or(b' ');
        let spaced = matches!(next, b' ' | b'\t' | b'\n' | b'=');
        match rest.first().copied().unwrap_or(b' ') {
            b'"' | b'\'' | b'0'..=b'9' | b'$' | b'@' => true,
            b':' => next != b':' && !spaced,
            b'!' => !matches!(next, b'=' | b'~'),
            b'[' | b'(' => true,
            b'-' if next == b'>' => true,
            b'-' | b'*' | b'&' | b'/' => !spaced && next != b'&' && next != b'.',
            byte if is_name_start(byte) => {
                let word = self.word();
                let operator = [
                    "if", "unless", "while", "until", "rescue", "and", "or", "then", "do", "end",
                    "else", "elsif", "in", "when", "ensure",
                ];
                !operator.contains(&word)
            }
            _ => false,
        }
    }

    pub(super) fn word(&self) -> &'t str {
        let length = self
            .rest()
            .iter()
            .take_while(|&&byte| is_name_start(byte) || byte.is_ascii_digit())
            .count();
        self.slice(self.at, self.at + length)
    }

    /// Arguments up to the closing bracket, which is taken too.
    pub(super) fn arguments(&mut self, close: u8) -> Result<Vec<Node>, Failed> {
        self.enter()?;
        let mut args = Vec::new();
        let mut named = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(close) {
                break;
            }
            self.argument(&mut args, &mut named)?;
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(byte) if byte == close => break,
                _ => return Err(self.syntax_error(self.at)),
            }
        }
        self.at += 1;
        self.leave();
        self.gather(args, named)
    }

    fn gather(&self, mut args: Vec<Node>, named: Vec<(Node, Node)>) -> Result<Vec<Node>, Failed> {
        if let (Some(first), Some(last)) = (named.first(), named.last()) {
            let span = first.0.span.to(last.1.span);
            args.push(Node { kind: NodeKind::Hash(named), span });
        }
        Ok(args)
    }

    /// One argument, or one `key: value` or `key => value`.
    fn argument(
        &mut self,
        args: &mut Vec<Node>,
        named: &mut Vec<(Node, Node)>,
    ) -> Result<(), Failed> {
        if let Some(label) = self.label()? {
            self.skip_space();
            named.push((label, self.expression()?));
            return Ok(());
        }
        let start = self.at;
        if let [b'*', next, ..] = self.rest()
            && *next != b'*'
        {
            self.at += 1;
            let value = self.expression()?;
            args.push(self.node(NodeKind::Splat(Box::new(value)), start));
            return Ok(());
        }
        if self.rest().starts_with(b"**") {
            return Err(self.not_simulated("double splat", start));
        }
        if self.eat("&") {
            return self.block_argument(start);
        }
        let value = self.no_modifier()?;
        let end = self.at;
        self.skip_blanks();
        if self.eat("=>") {
            self.skip_space();
            named.push((value, self.expression()?));
        } else {
            self.at = end;
            args.push(value);
        }
        Ok(())
    }

    /// `&:name`
    fn block_argument(&mut self, start: usize) -> Result<(), Failed> {
        let Some(Node { kind: NodeKind::Literal(Value::Symbol(symbol)), span }) = self.symbol()?
        else {
            return Err(self.not_simulated("block argument", start));
        };
        let body = Node { kind: NodeKind::Literal(Value::Nil), span };
        self.symbol_block =
            Some(Box::new(Block { params: Vec::new(), body, symbol: Some(symbol) }));
        Ok(())
    }

    fn no_modifier(&mut self) -> Result<Node, Failed> {
        if self.at_word("not") { self.logical_words() } else { self.expression() }
    }

    /// `name:` or `"name":` in front of a value.
    fn label(&mut self) -> Result<Option<Node>, Failed> {
        let start = self.at;
        match self.peek() {
            Some(byte) if is_name_start(byte) => {
                let length = self.word().len();
                let length = length
                    + usize::from(matches!(self.text.get(self.at + length), Some(b'?' | b'!')));
                let after = self.text.get(self.at + length..).unwrap_or_default();
                if !after.starts_with(b":") || after.starts_with(b"::") {
                    return Ok(None);
                }
                let name = self.slice(start, start + length);
                self.at += length;
                let node = self.node(NodeKind::Literal(Value::Symbol(name.into())), start);
                self.at += 1;
                Ok(Some(node))
            }
            Some(b'"' | b'\'') => {
                let text = self.string_literal()?;
                let next = self.text.get(self.at + 1).copied().unwrap_or(b' ');
                if let (NodeKind::Literal(Value::String(name)), Some(b':'), true) =
                    (&text.kind, self.peek(), next != b':')
                {
                    let symbol = Value::Symbol(name.to_lossy().into());
                    let node = self.node(NodeKind::Literal(symbol), start);
                    self.at += 1;
                    return Ok(Some(node));
                }
                self.at = start;
                Ok(None)
            }
            _ => Ok(None),
        }
    }
}

/// Binary operators, weakest first; within a level longer ones first.
const OPERATORS: [&[&str]; 9] = [
    &["||"],
    &["&&"],
    &["<=>", "===", "==", "!=", "=~", "!~"],
    &["<=", ">=", "<", ">"],
    &["|", "^"],
    &["&"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];

/// Operators that can stand after a point, longer ones first.
const METHOD_OPERATORS: [&str; 25] = [
    "[]", "<=>", "===", "==", "=~", "<=", ">=", "<<", ">>", "**", "!=", "!~", "+@", "-@", "<", ">",
    "|", "^", "&", "+", "-", "*", "/", "%", "~",
];

/// The operator that stands here as a method's name.
pub(super) fn operator_at(rest: &[u8]) -> Option<&'static str> {
    METHOD_OPERATORS.into_iter().find(|name| rest.starts_with(name.as_bytes()))
}

pub(super) fn binary_kind(operator: &str, a: Node, b: Node) -> NodeKind {
    match operator {
        "||" => NodeKind::Logic(Logic::Or, Box::new(a), Box::new(b)),
        "&&" => NodeKind::Logic(Logic::And, Box::new(a), Box::new(b)),
        "!=" | "!~" => {
            let span = a.span.to(b.span);
            let method = if operator == "!=" { "==" } else { "=~" };
            let call = Node { kind: call_kind(a, method, vec![b]), span };
            NodeKind::Not(Box::new(call))
        }
        _ => call_kind(a, operator, vec![b]),
    }
}

fn call_kind(receiver: Node, method: &str, args: Vec<Node>) -> NodeKind {
    let receiver = Some(Box::new(receiver));
    NodeKind::Call(Call { receiver, method: method.into(), args, safe: false, block: None })
}
