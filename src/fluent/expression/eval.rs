//! Runs a tree against a binding.

use std::rc::Rc;

use super::methods::{self, Send};
use super::object::{Match, Object, Raised, Range};
use super::place::Place;
use super::tree::{Begin, Block, Call, Case, Logic, Node, NodeKind, Param, Piece};
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
    pub(super) locals: Vec<Local>,
    /// `$~`
    pub(super) last_match: Option<Rc<Match>>,
    /// `$!`
    error: Option<Rc<RubyError>>,
    /// What `next` or `break` carries.
    carried: Object,
}

/// A local variable.
pub(super) struct Local {
    pub(super) name: Rc<str>,
    pub(super) object: Object,
    /// It is what stands there.
    pub(super) alias: Option<Place>,
}

/// The global variables of fluentd's process. Printed by its `global_variables`.
const GLOBALS: &str = "\" $ & ' * + , -0 -F -I -W -a -d -i -l -p -v -w . / 0 : ; < = > ? @ ARGV DEBUG \
     ERROR_INFO FILENAME LOADED_FEATURES LOAD_PATH PID PROGRAM_NAME VERBOSE \\ _ ` log stderr stdin \
     stdout";

impl<'p> Evaluator<'p> {
    /// A run that has not begun.
    pub(super) fn new(program: &'p Program, binding: &'p dyn Binding) -> Evaluator<'p> {
        Evaluator {
            program,
            binding,
            steps: 0,
            locals: Vec::new(),
            last_match: None,
            error: None,
            carried: Object::NIL,
        }
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

    #[expect(clippy::too_many_lines, reason = "one flat match")]
    pub(super) fn eval(&mut self, node: &Node) -> Result<Object, Raised> {
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
                if low != Value::Nil
                    && high != Value::Nil
                    && methods::array::compare(&low, &high).is_none()
                    && !matches!((&low, &high), (Value::Other(_), _) | (_, Value::Other(_)))
                {
                    return Err(RubyError::new("ArgumentError", "bad value for range").into());
                }
                Ok(Object::Range(Rc::new(Range { low, high, exclusive: *exclusive })))
            }
            NodeKind::Name(name) => self.name(name, node.span),
            NodeKind::Constant(name) => methods::constant::constant(name, node.span, self),
            NodeKind::Global(name) => self.global(name, node.span),
            NodeKind::Assign(name, value) => {
                let (value, place) = self.maybe_placed(value)?;
                self.assign(name, value.clone(), place);
                Ok(value)
            }
            NodeKind::Spread(names, value) => {
                let value = self.eval(value)?;
                let items = match &value {
                    Object::Value(Value::Array(items)) => Rc::clone(items),
                    other => Rc::new(vec![other.clone().into_value(self.ruby())]),
                };
                for (index, name) in names.iter().enumerate() {
                    let item = items.get(index).cloned().unwrap_or(Value::Nil);
                    self.assign(name, item.into(), None);
                }
                Ok(value)
            }
            NodeKind::Store(receiver, args, value) => self.store(receiver, args, value, node.span),
            NodeKind::Splat(_) => Err(self.not_simulated("splat", node.span)),
            NodeKind::Case(case) => self.case(case, node.span),
            NodeKind::Begin(begin) => self.begin(begin),
            NodeKind::While(test, body) => self.broken(|eval| {
                while eval.eval(test)?.truthy() {
                    match eval.eval(body) {
                        Err(Raised::Next) => {}
                        result => drop(result?),
                    }
                }
                Ok(Object::NIL)
            }),
            NodeKind::Jump(breaks, value) => {
                self.carried = match value {
                    Some(value) => self.eval(value)?,
                    None => Object::NIL,
                };
                Err(if *breaks { Raised::Break } else { Raised::Next })
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
                Err(Raised::Error(error)) if is_standard(&error) => {
                    self.error = Some(Rc::new(error));
                    self.eval(other)
                }
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

    /// The number of a local variable.
    pub(super) fn local(&self, name: &str) -> Option<usize> {
        self.locals.iter().rposition(|local| *local.name == *name)
    }

    fn assign(&mut self, name: &Rc<str>, object: Object, alias: Option<Place>) {
        let number = self.local(name);
        if let (Some(number), Some(place)) = (number, &alias)
            && *place == Place::local(number)
        {
            return; // `x = x`
        }
        let alias = alias.filter(|place| number.is_none_or(|own| !place.starts_at(own)));
        if let Some(number) = number {
            self.let_go(number);
        }
        let local = Local { name: Rc::clone(name), object, alias };
        match number.and_then(|number| self.locals.get_mut(number)) {
            Some(known) => *known = local,
            None => self.locals.push(local),
        }
    }

    /// Places are followed only where something may be changed.
    fn maybe_placed(&mut self, node: &Node) -> Result<(Object, Option<Place>), Raised> {
        if self.program.changes {
            return self.eval_placed(node);
        }
        Ok((self.eval(node)?, None))
    }

    /// Runs what `break` ends.
    pub(super) fn broken(
        &mut self,
        run: impl FnOnce(&mut Self) -> Result<Object, Raised>,
    ) -> Result<Object, Raised> {
        match run(self) {
            Err(Raised::Break) => Ok(std::mem::replace(&mut self.carried, Object::NIL)),
            result => result,
        }
    }

    fn case(&mut self, case: &Case, span: Span) -> Result<Object, Raised> {
        let subject = match &case.subject {
            Some(subject) => Some(self.eval(subject)?),
            None => None,
        };
        for (tests, body) in &case.arms {
            for test in self.arguments(tests)? {
                let taken = match &subject {
                    None => test.truthy(),
                    Some(subject) => {
                        let args = vec![subject.clone()];
                        let send = Send {
                            receiver: test,
                            method: "===",
                            args,
                            block: None,
                            span,
                            place: None,
                        };
                        methods::send(self, &send)?.truthy()
                    }
                };
                if taken {
                    return self.eval(body);
                }
            }
        }
        case.other.as_ref().map_or(Ok(Object::NIL), |other| self.eval(other))
    }

    fn begin(&mut self, begin: &Begin) -> Result<Object, Raised> {
        let mut result = self.eval(&begin.body);
        if let Err(Raised::Error(error)) = &result {
            let error = Rc::new(error.clone());
            for rescue in &begin.rescues {
                let mut taken = rescue.classes.is_empty() && is_standard(&error);
                for class in self.arguments(&rescue.classes)? {
                    let Object::Constant(name) = class else { continue };
                    taken |= methods::is_exception(error.class, &name);
                }
                if taken {
                    self.error = Some(Rc::clone(&error));
                    if let Some(name) = &rescue.name {
                        self.assign(name, Object::Exception(Rc::clone(&error)), None);
                    }
                    result = self.eval(&rescue.body);
                    break;
                }
            }
        } else if let (Some(other), true) = (&begin.other, result.is_ok()) {
            result = self.eval(other);
        }
        if let Some(ensure) = &begin.ensure {
            self.eval(ensure)?;
        }
        result
    }

    fn optional_value(&mut self, node: Option<&Node>) -> Result<Value, Raised> {
        match node {
            Some(node) => Ok(self.eval(node)?.into_value(self.ruby())),
            None => Ok(Value::Nil),
        }
    }

    fn values(&mut self, nodes: &[Node]) -> Result<Vec<Value>, Raised> {
        let ruby = self.ruby();
        Ok(self.arguments(nodes)?.into_iter().map(|object| object.into_value(ruby)).collect())
    }

    /// Arguments, `*list` taken apart.
    pub(super) fn arguments(&mut self, nodes: &[Node]) -> Result<Vec<Object>, Raised> {
        let mut out = Vec::with_capacity(nodes.len());
        for node in nodes {
            let NodeKind::Splat(inner) = &node.kind else {
                out.push(self.eval(node)?);
                continue;
            };
            match self.eval(inner)? {
                Object::Value(Value::Array(items)) => {
                    out.extend(items.iter().cloned().map(Object::from));
                }
                Object::Value(Value::Nil) => {}
                Object::Value(Value::Hash(hash)) => {
                    out.extend(hash.iter().map(|entry| methods::hash::pair(entry).into()));
                }
                Object::Range(range) => {
                    let items = methods::range::items(self, &range, node.span)?;
                    out.extend(items.into_iter().map(Object::from));
                }
                other => out.push(other),
            }
        }
        Ok(out)
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
                Piece::Text(text) => text.clone(),
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
                Piece::Text(text) => source.push_str(&text.to_lossy()),
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
        if let Some(local) = self.local(name).and_then(|number| self.locals.get(number)) {
            return Ok(match &local.alias {
                Some(place) if !place.is_frozen() => self.at_place(place),
                _ => local.object.clone(),
            });
        }
        if let Some(value) = self.binding.variable(name)? {
            return Ok(value);
        }
        if self.program.locals.contains(name) {
            return Ok(Object::NIL);
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
                let class = methods::class_shown(&described);
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
            ("!", _) => Ok(self.error.clone().map_or(Object::NIL, Object::Exception)),
            (digits, found)
                if digits != "0" && digits.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                let number: usize = digits.parse().unwrap_or(usize::MAX);
                Ok(found.map_or(Object::NIL, |found| found.group(number).into()))
            }
            (known, _) if GLOBALS.split(' ').any(|global| global == known) => {
                Err(self.not_simulated(name, span))
            }
            // A variable that nothing has set.
            _ => Ok(Object::NIL),
        }
    }

    fn defined(&mut self, node: &Node) -> Result<Object, Raised> {
        let what = match &node.kind {
            NodeKind::Name(name) => {
                let known = self.local(name).is_some()
                    || self.binding.variable(name).is_ok_and(|found| found.is_some());
                if known { "local-variable" } else { return Ok(Object::NIL) }
            }
            _ if self.eval(node).is_err() => return Ok(Object::NIL),
            NodeKind::Constant(_) => "constant",
            NodeKind::Call(_) => "method",
            NodeKind::Global(_) => "global-variable",
            NodeKind::Assign(..) => "assignment",
            _ => "expression",
        };
        Ok(Object::Value(what.into()))
    }

    /// The report of Ruby that is not simulated.
    pub(super) fn not_simulated(&self, what: &str, span: Span) -> Raised {
        Raised::NotSimulated { what: what.to_owned(), span }
    }

    fn call(&mut self, call: &Call, span: Span) -> Result<Object, Raised> {
        let Some(receiver) = &call.receiver else { return self.function(call, span) };
        if self.program.changes {
            return self.call_placed(call, span).map(|(object, _)| object);
        }
        let receiver = self.eval(receiver)?;
        if call.safe && receiver.is_nil() {
            return Ok(Object::NIL);
        }
        let args = self.arguments(&call.args)?;
        let block = call.block.as_deref();
        let send = Send { receiver, method: &call.method, args, block, span, place: None };
        self.broken(|eval| methods::send(eval, &send))
    }

    pub(super) fn function(&mut self, call: &Call, span: Span) -> Result<Object, Raised> {
        let args = self.arguments(&call.args)?;
        if let Some(value) = methods::kernel::function(self, &call.method, &args, span)? {
            return Ok(value);
        }
        if methods::is_function(&call.method) {
            return Err(self.not_simulated(&format!("{}()", call.method), span));
        }
        let described = self.binding.self_inspect();
        Err(methods::undefined(&call.method, &described, self.ruby()).into())
    }

    /// Runs a block with these arguments.
    pub(super) fn yields(&mut self, block: &Block, args: &[Value]) -> Result<Object, Raised> {
        self.yields_placed(block, args, &[])
    }

    /// Runs a block with these arguments, which stand at `places`.
    pub(super) fn yields_placed(
        &mut self,
        block: &Block,
        args: &[Value],
        places: &[Option<Place>],
    ) -> Result<Object, Raised> {
        self.step(block.body.span)?;
        if let (Some(method), Some((first, rest))) = (&block.symbol, args.split_first()) {
            let args = rest.iter().cloned().map(Object::from).collect();
            let (receiver, span) = (first.clone().into(), block.body.span);
            let place = places.first().cloned().flatten();
            let send = Send { receiver, method, args, block: None, span, place };
            return methods::send(self, &send);
        }
        let mark = self.locals.len();
        // A block of several parameters takes an array apart.
        let several = block.params.len() > 1 || matches!(block.params[..], [Param::Group(_)]);
        match args {
            [Value::Array(items)] if several => self.bind(&block.params, items, &[]),
            args => self.bind(&block.params, args, places),
        }
        let result = self.eval(&block.body);
        self.locals.truncate(mark);
        match result {
            Err(Raised::Next) => Ok(std::mem::replace(&mut self.carried, Object::NIL)),
            result => result,
        }
    }

    fn bind(&mut self, params: &[Param], args: &[Value], places: &[Option<Place>]) {
        let after = params.len();
        let mut at = 0;
        for (index, param) in params.iter().enumerate() {
            let value = args.get(at).cloned().unwrap_or(Value::Nil);
            match param {
                Param::Name(name) => {
                    let alias = places.get(at).cloned().flatten();
                    self.locals.push(Local { name: Rc::clone(name), object: value.into(), alias });
                    at += 1;
                }
                Param::Group(inner) => {
                    match &value {
                        Value::Array(items) => self.bind(inner, items, &[]),
                        other => self.bind(inner, std::slice::from_ref(other), &[]),
                    }
                    at += 1;
                }
                Param::Rest(name) => {
                    let end = args.len().saturating_sub(after - index - 1).max(at);
                    let rest = args.get(at..end).unwrap_or_default().to_vec();
                    let object = Object::Value(rest.into());
                    self.locals.push(Local { name: Rc::clone(name), object, alias: None });
                    at = end;
                }
            }
        }
    }
}

/// True for methods that change their receiver.
pub(super) fn is_change(method: &str) -> bool {
    let named = [
        "<<",
        "[]=",
        "append",
        "clear",
        "concat",
        "delete",
        "delete_at",
        "delete_if",
        "each",
        "each_pair",
        "each_value",
        "each_with_index",
        "each_with_object",
        "insert",
        "keep_if",
        "pop",
        "prepend",
        "push",
        "replace",
        "shift",
        "store",
        "tap",
        "unshift",
        "update",
    ];
    method.len() > 1 && method.ends_with('!') || named.contains(&method)
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
