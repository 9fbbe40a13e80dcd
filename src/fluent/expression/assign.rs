//! Assignments and blocks of the syntax: everything that makes a local variable.

use std::rc::Rc;

use super::literal::is_name_start;
use super::parser::{Failed, Parser, binary_kind};
use super::tree::{Block, Call, Node, NodeKind, Param};

impl Parser<'_> {
    pub(super) fn assignment(&mut self, target: Node, start: usize) -> Result<Node, Failed> {
        match target.kind {
            NodeKind::Name(name) => {
                self.declare(&name);
                let value = self.assigned()?;
                Ok(self.node(NodeKind::Assign(name, Box::new(value)), start))
            }
            NodeKind::Call(Call { receiver: Some(receiver), method, args, .. })
                if &*method == "[]" =>
            {
                self.changes = true;
                let value = self.assigned()?;
                Ok(self.node(NodeKind::Store(receiver, args, Box::new(value)), start))
            }
            NodeKind::Call(_) | NodeKind::Constant(_) | NodeKind::Global(_) => {
                Err(self.not_simulated("assignment to a part of a value", start))
            }
            _ => Err(self.syntax_error(start)),
        }
    }

    pub(super) fn declare(&mut self, name: &Rc<str>) {
        self.locals.push(Rc::clone(name));
        self.assigned.push(Rc::clone(name));
    }

    /// The value of an assignment, its own `rescue` with it.
    fn assigned(&mut self) -> Result<Node, Failed> {
        self.skip_space();
        let start = self.at;
        let value = self.expression()?;
        let end = self.at;
        self.skip_blanks();
        if !self.eat_word("rescue") {
            self.at = end;
            return Ok(value);
        }
        self.skip_blanks();
        let other = self.expression()?;
        Ok(self.node(NodeKind::Rescue(Box::new(value), Box::new(other)), start))
    }

    /// `target op= value`: `a = a op value`, or for `||` and `&&` an assignment on demand.
    pub(super) fn operated(
        &mut self,
        target: Node,
        operator: &str,
        start: usize,
    ) -> Result<Node, Failed> {
        let assigned = self.assignment(target.clone(), start)?;
        let logic = operator == "||" || operator == "&&";
        let kind = match assigned.kind {
            NodeKind::Assign(name, value) if logic => {
                let set = Node { kind: NodeKind::Assign(name, value), span: assigned.span };
                binary_kind(operator, target, set)
            }
            NodeKind::Store(receiver, args, value) if logic => {
                let set =
                    Node { kind: NodeKind::Store(receiver, args, value), span: assigned.span };
                binary_kind(operator, target, set)
            }
            NodeKind::Assign(name, value) => {
                let value =
                    Node { kind: binary_kind(operator, target, *value), span: assigned.span };
                NodeKind::Assign(name, Box::new(value))
            }
            NodeKind::Store(receiver, args, value) => {
                let value =
                    Node { kind: binary_kind(operator, target, *value), span: assigned.span };
                NodeKind::Store(receiver, args, Box::new(value))
            }
            other => other,
        };
        Ok(self.node(kind, start))
    }

    /// `a, b = value`; `None` when no such thing stands here.
    pub(super) fn spread(&mut self) -> Result<Option<Node>, Failed> {
        let start = self.at;
        let mut names: Vec<Rc<str>> = Vec::new();
        loop {
            let word = self.word();
            self.at += word.len();
            names.push(word.into());
            self.skip_blanks();
            if word.is_empty()
                || !word.starts_with(|first: char| first == '_' || first.is_ascii_lowercase())
            {
                break;
            }
            if self.peek() == Some(b',') {
                self.at += 1;
                self.skip_space();
                continue;
            }
            let assigns = self.peek() == Some(b'=')
                && !matches!(self.rest().get(1), Some(b'=' | b'~' | b'>'));
            if names.len() > 1 && assigns {
                self.at += 1;
                names.iter().for_each(|name| self.declare(name));
                self.skip_space();
                let value_at = self.at;
                let mut values = vec![self.expression()?];
                self.skip_blanks();
                while self.peek() == Some(b',') {
                    self.at += 1;
                    values.push(self.expression()?);
                    self.skip_blanks();
                }
                let value = match (values.len(), values.pop()) {
                    (1, Some(only)) => only,
                    (_, last) => {
                        values.extend(last);
                        self.node(NodeKind::Array(values), value_at)
                    }
                };
                return Ok(Some(self.node(NodeKind::Spread(names, Box::new(value)), start)));
            }
            break;
        }
        self.at = start;
        Ok(None)
    }

    /// `{ |a, b| … }` or `do |a, b| … end` after a call.
    pub(super) fn block(&mut self) -> Result<Option<Box<Block>>, Failed> {
        if let Some(block) = self.symbol_block.take() {
            return Ok(Some(block));
        }
        let end = self.at;
        self.skip_blanks();
        let brace = self.peek() == Some(b'{');
        if brace {
            self.at += 1;
        } else if !self.eat_word("do") {
            self.at = end;
            return Ok(None);
        }
        self.enter()?;
        let mark = self.locals.len();
        let mut params = self.block_params()?;
        add_names(&params, &mut self.locals);
        let start = self.at;
        let body = self.statements(if brace { b"}" } else { b"" })?;
        self.locals.truncate(mark);
        if params.is_empty() {
            params = numbered(self.slice(start, self.at));
        }
        if brace {
            self.expect(b'}')?;
        } else if !self.eat_word("end") {
            return Err(self.syntax_error(self.at));
        }
        self.leave();
        Ok(Some(Box::new(Block { params, body, symbol: None })))
    }

    fn block_params(&mut self) -> Result<Vec<Param>, Failed> {
        self.skip_space();
        if self.peek() != Some(b'|') {
            return Ok(Vec::new());
        }
        self.at += 1;
        self.params(b'|')
    }

    /// Parameters up to the closing mark, which is taken too.
    fn params(&mut self, close: u8) -> Result<Vec<Param>, Failed> {
        self.enter()?;
        let mut params = Vec::new();
        let start = self.at;
        loop {
            self.skip_space();
            match self.peek() {
                Some(byte) if byte == close => break,
                Some(byte) if is_name_start(byte) => params.push(Param::Name(self.method_name())),
                Some(b'(') => {
                    self.at += 1;
                    params.push(Param::Group(self.params(b')')?));
                }
                Some(b'*') => {
                    self.at += 1;
                    params.push(Param::Rest(self.method_name()));
                }
                Some(b'&' | b'=' | b':' | b';') => {
                    return Err(self.not_simulated("block parameter", start));
                }
                _ => return Err(self.syntax_error(self.at)),
            }
            self.skip_space();
            if self.peek() == Some(b',') {
                self.at += 1;
            }
        }
        self.at += 1;
        self.leave();
        Ok(params)
    }
}

fn add_names(params: &[Param], names: &mut Vec<Rc<str>>) {
    for param in params {
        match param {
            Param::Name(name) | Param::Rest(name) => names.push(Rc::clone(name)),
            Param::Group(inner) => add_names(inner, names),
        }
    }
}

/// The parameters that a body names by number, or `it`.
fn numbered(body: &str) -> Vec<Param> {
    let words = || body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let names: &[&str] = if words().any(|word| word == "_2") {
        &["_1", "_2"]
    } else if words().any(|word| word == "_1") {
        &["_1"]
    } else if words().any(|word| word == "it") {
        &["it"]
    } else {
        &[]
    };
    names.iter().map(|name| Param::Name((*name).into())).collect()
}

/// The operator of `op=` at the start.
pub(super) fn operator_assignment(rest: &[u8]) -> Option<&'static str> {
    ["||", "&&", "<<", ">>", "**", "+", "-", "*", "/", "%", "|", "&", "^"].into_iter().find(
        |operator| {
            rest.strip_prefix(operator.as_bytes()).is_some_and(|rest| {
                rest.first() == Some(&b'=') && !matches!(rest.get(1), Some(b'=' | b'~'))
            })
        },
    )
}
