//! Runs a tree against a binding.

use std::rc::Rc;

use super::methods;
use super::object::{Match, Object, Raised, Range};
use super::tree::{Block, Call, Logic, Node, NodeKind, Piece};
use super::{Binding, Program};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp};
use crate::ruby::string::RString;
use crate::ruby::value::{Hash, Value};
use crate::ruby::version::RubyVersion;
use crate::source::Span;

/// Most nodes and loop turns of one run.
const STEPS: u32 = 200_000;

/// Largest string that an operation may make.
pub(super) const LARGEST: usize = 4 << 20;

/// One run.
pub(super) struct Evaluator<'p> {
    program: &'p Program,
    /// What surrounds the code.
    pub(super) binding: &'p dyn Binding,
    steps: u32,
    locals: Vec<(Rc<str>, Object)>,
    /// `$~`
    pub(super) last_match: Option<Rc<Match>>,
}

impl<'p> Evaluator<'p> {
    /// A run that has not begun.
    pub(super) fn new(program: &'p Program, binding: &'p dyn Binding) -> Evaluator<'p> {
        Evaluator { program, binding, steps: 0, locals: Vec::new(), last_match: None }
    }

    /// Runs all of it.
    pub(super) fn run(&mut self) -> Result<Object, Raised> {
        self.eval(&self.program.root)
    }

    /// Which Ruby words the exceptions.
    pub(super) fn ruby(&self) -> RubyVersion {
        self.binding.environment().ruby
    }

    fn step(&mut self, span: Span) -> Result<(), Raised> {
        self.steps += 1;
        if self.steps > STEPS { Err(Raised::Budget(span)) } else { Ok(()) }
    }

    fn eval(&mut self, node: &Node) -> Result<Object, Raised> {
        self.step(node.span)?;
        match &node.kind {
            NodeKind::Literal(value) => Ok(Object::Value(value.clone())),
            NodeKind::Interpolated(pieces) => self.interpolated(pieces).map(Object::from),
            NodeKind::Regexp { pieces, flags } => {
                self.regexp(pieces, flags, node.span).map(Object::Regexp)
            }
            NodeKind::Array(items) => self.values(items).map(|items| Value::from(items).into()),
            NodeKind::Hash(entries) => self.hash(entries),
            NodeKind::Range { low, high, exclusive } => {
                let low = self.optional_value(low.as_deref())?;
                let high = self.optional_value(high.as_deref())?;
                Ok(Object::Range(Rc::new(Range { low, high, exclusive: *exclusive })))
            }
            NodeKind::Name(name) => self.name(name, node.span),
            NodeKind::Constant(name) => methods::constant::constant(name, node.span, self),
            NodeKind::Global(name) => self.global(name, node.span),
            NodeKind::Assign(name, value) => {
                let value = self.eval(value)?;
                self.assign(name, value.clone());
                Ok(value)
            }
            NodeKind::Not(value) => self.eval(value).map(|value| (!value.truthy()).into()),
            NodeKind::Logic(logic, a, b) => {
                let a = self.eval(a)?;
                if a.truthy() == (*logic == Logic::Or) { Ok(a) } else { self.eval(b) }
            }
            NodeKind::If(test, yes, no) => match (self.eval(test)?.truthy(), no) {
                (true, _) => self.eval(yes),
                (false, Some(no)) => self.eval(no),
                (false, None) => Ok(Object::NIL),
            },
            NodeKind::Rescue(body, other) => match self.eval(body) {
                Err(Raised::Error(error)) if is_standard(&error) => self.eval(other),
                result => result,
            },
            NodeKind::Sequence(nodes) => {
                let mut last = Object::NIL;
                for node in nodes {
                    last = self.eval(node)?;
                }
                Ok(last)
            }
            NodeKind::Defined(value) => self.defined(value),
            NodeKind::Call(call) => self.call(call, node.span),
        }
    }

    fn assign(&mut self, name: &Rc<str>, value: Object) {
        match self.locals.iter_mut().rev().find(|(known, _)| known == name) {
            Some(known) => known.1 = value,
            None => self.locals.push((Rc::clone(name), value)),
        }
    }

    fn optional_value(&mut self, node: Option<&Node>) -> Result<Value, Raised> {
        match node {
            Some(node) => Ok(self.eval(node)?.into_value(self.ruby())),
            None => Ok(Value::Nil),
        }
    }

    fn values(&mut self, nodes: &[Node]) -> Result<Vec<Value>, Raised> {
        let ruby = self.ruby();
        nodes.iter().map(|node| Ok(self.eval(node)?.into_value(ruby))).collect()
    }

    fn hash(&mut self, entries: &[(Node, Node)]) -> Result<Object, Raised> {
        let ruby = self.ruby();
        let mut hash = Hash::with_capacity(entries.len());
        for (key, value) in entries {
            let key = self.eval(key)?.into_value(ruby);
            let value = self.eval(value)?.into_value(ruby);
            hash.insert(key, value);
        }
        Ok(Object::Value(Value::from(hash)))
    }

    fn interpolated(&mut self, pieces: &[Piece]) -> Result<RString, Raised> {
        let mut out = RString::utf8("");
        for piece in pieces {
            let text = match piece {
                Piece::Text(text) => RString::utf8(text),
                Piece::Code(code) => self.eval(code)?.to_s(self.ruby()),
            };
            out = self.concat(&out, &text, Span::default())?;
        }
        Ok(out)
    }

    /// `a + b` with Ruby's rule of compatible encodings.
    pub(super) fn concat(&self, a: &RString, b: &RString, span: Span) -> Result<RString, Raised> {
        let encoding = compatible(a, b, self.ruby())?;
        if a.len() + b.len() > LARGEST {
            return Err(Raised::Budget(span));
        }
        let bytes = [a.as_bytes(), b.as_bytes()].concat();
        Ok(RString::new(&bytes, encoding))
    }

    fn regexp(&mut self, pieces: &[Piece], flags: &str, span: Span) -> Result<Rc<Regexp>, Raised> {
        let known = self.program.regexps.borrow().iter().find(|(at, _)| *at == span.start).cloned();
        if let Some((_, regexp)) = known {
            return Ok(regexp);
        }
        let mut source = String::new();
        let mut fixed = true;
        for piece in pieces {
            match piece {
                Piece::Text(text) => source.push_str(text),
                Piece::Code(code) => {
                    fixed = false;
                    source.push_str(&self.eval(code)?.to_s(self.ruby()).to_lossy());
                }
            }
        }
        let options = Options {
            ignore_case: flags.contains('i'),
            multi_line: flags.contains('m'),
            extend: flags.contains('x'),
        };
        let regexp = Regexp::new(&source, options)
            .map_err(|error| RubyError::new("RegexpError", error.message))?;
        let regexp = Rc::new(regexp);
        if fixed {
            self.program.regexps.borrow_mut().push((span.start, Rc::clone(&regexp)));
        }
        Ok(regexp)
    }

    fn name(&mut self, name: &Rc<str>, span: Span) -> Result<Object, Raised> {
        if let Some((_, value)) = self.locals.iter().rev().find(|(known, _)| known == name) {
            return Ok(value.clone());
        }
        if let Some(value) = self.binding.variable(name)? {
            return Ok(value);
        }
        if let Some(result) = methods::kernel::function(self, name, &[], span)? {
            return Ok(result);
        }
        let described = self.binding.self_inspect();
        let message = match self.ruby() {
            RubyVersion::V3_1 => {
                format!("undefined local variable or method `{name}' for {described}")
            }
            RubyVersion::V3_4 => {
                let class = described.trim_start_matches("#<").trim_end_matches('>');
                let class = class.split([':', ' ']).next().unwrap_or(class);
                format!("undefined local variable or method '{name}' for an instance of {class}")
            }
        };
        Err(RubyError::new("NameError", message).into())
    }

    fn global(&mut self, name: &str, span: Span) -> Result<Object, Raised> {
        let found = self.last_match.clone();
        match (name.trim_start_matches('$'), found) {
            ("~", Some(found)) => Ok(Object::Match(found)),
            ("~", None) => Ok(Object::NIL),
            (digits, found) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                let number: usize = digits.parse().unwrap_or(usize::MAX);
                Ok(found.map_or(Object::NIL, |found| found.group(number).into()))
            }
            _ => Err(self.not_simulated(name, span)),
        }
    }

    fn defined(&mut self, node: &Node) -> Result<Object, Raised> {
        let known = match &node.kind {
            NodeKind::Name(name) => {
                self.locals.iter().any(|(known, _)| known == name)
                    || self.binding.variable(name).is_ok_and(|found| found.is_some())
            }
            _ => self.eval(node).is_ok(),
        };
        Ok(if known { Object::Value("expression".into()) } else { Object::NIL })
    }

    /// The report of Ruby that is not simulated.
    pub(super) fn not_simulated(&self, what: &str, span: Span) -> Raised {
        Raised::NotSimulated { what: what.to_owned(), span }
    }

    fn call(&mut self, call: &Call, span: Span) -> Result<Object, Raised> {
        let Some(receiver) = &call.receiver else { return self.function(call, span) };
        let receiver = self.eval(receiver)?;
        if call.safe && receiver.is_nil() {
            return Ok(Object::NIL);
        }
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            args.push(self.eval(arg)?);
        }
        let block = call.block.as_deref();
        methods::send(self, &methods::Send { receiver, method: &call.method, args, block, span })
    }

    fn function(&mut self, call: &Call, span: Span) -> Result<Object, Raised> {
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            args.push(self.eval(arg)?);
        }
        if let Some(value) = methods::kernel::function(self, &call.method, &args, span)? {
            return Ok(value);
        }
        Err(self.not_simulated(&format!("{}()", call.method), span))
    }

    /// Runs a block with these arguments.
    pub(super) fn yields(&mut self, block: &Block, args: &[Value]) -> Result<Object, Raised> {
        self.step(block.body.span)?;
        let mark = self.locals.len();
        // A block of several parameters takes an array apart.
        let spread: &[Value] = match args {
            [Value::Array(items)] if block.params.len() > 1 => items,
            args => args,
        };
        for (index, name) in block.params.iter().enumerate() {
            let value = spread.get(index).cloned().unwrap_or(Value::Nil);
            self.locals.push((Rc::clone(name), value.into()));
        }
        let result = self.eval(&block.body);
        self.locals.truncate(mark);
        result
    }
}

/// What a bare `rescue` takes.
fn is_standard(error: &RubyError) -> bool {
    let others = ["SystemStackError", "NoMemoryError", "NotImplementedError", "SyntaxError"];
    !others.contains(&error.class)
}

/// The encoding of two strings joined; `Encoding::CompatibilityError` where Ruby has none.
pub(super) fn compatible(
    a: &RString,
    b: &RString,
    ruby: RubyVersion,
) -> Result<Encoding, RubyError> {
    let ascii = |text: &RString| text.as_bytes().is_ascii();
    if a.encoding() == b.encoding() || b.is_empty() {
        return Ok(a.encoding());
    }
    if a.is_empty() {
        return Ok(if ascii(b) && a.encoding() == Encoding::Utf8 {
            a.encoding()
        } else {
            b.encoding()
        });
    }
    match (ascii(a), ascii(b)) {
        (_, true) => Ok(a.encoding()),
        (true, false) => Ok(b.encoding()),
        (false, false) => {
            let name = |text: &RString| match (text.encoding(), ruby) {
                (Encoding::Ascii8Bit, RubyVersion::V3_4) => "BINARY (ASCII-8BIT)",
                (encoding, _) => encoding.name(),
            };
            let message = format!("incompatible character encodings: {} and {}", name(a), name(b));
            Err(RubyError::new("Encoding::CompatibilityError", message))
        }
    }
}
