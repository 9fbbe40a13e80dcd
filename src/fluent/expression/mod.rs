//! Embedded Ruby: the small part of the language that configurations use, in `"#{…}"` values and in
//! `${…}` of `record_transformer` with `enable_ruby`.
//!
//! [`Program`] is read once and run for every record against a [`Binding`]. An exception is Ruby's
//! own (class and message). What is Ruby but not simulated is reported by its name and never
//! guessed; what is no Ruby is a syntax error. Steps and sizes are bounded by counters.
//!
//! Methods that change their receiver (`<<`, `gsub!`, `delete`, `h[k] = v`) change it where it came
//! from: `place.rs`. Absent: definitions, procs as values, `eval`, pattern matching, anything that
//! reads files or starts processes.

mod assign;
mod eval;
mod literal;
mod methods;
pub mod object;
pub mod parser;
mod place;
mod primary;
pub mod tree;

use std::cell::RefCell;
use std::rc::Rc;

use self::eval::Evaluator;
use self::object::{Object, Raised};
use self::parser::{Failed, Parser};
pub use self::place::changed;
use self::tree::Node;
use crate::fluent::environment::Environment;
use crate::onigmo::regexp::Regexp;
use crate::ruby::value::{EventTime, Value};

/// What surrounds the code.
pub trait Binding {
    /// A variable or a function without arguments: `record`, `tag`, `hostname`, …
    fn variable(&self, name: &str) -> Result<Option<Object>, Raised>;

    /// The machine: `ENV`, `Socket.gethostname`, `Time.now`, the zone.
    fn environment(&self) -> &Environment;

    /// `inspect` of `self`, for NameError.
    fn self_inspect(&self) -> String;

    /// `Time.now`
    fn now(&self) -> EventTime {
        self.environment().now
    }

    /// A variable's value was changed in place at `path` (empty: its own entries). False: no such
    /// variable can change.
    fn change(&self, _name: &str, _path: &[Value], _object: Object) -> bool {
        false
    }
}

/// The binding of `"#{…}"` in a configuration: `hostname`, `worker_id`, `use_nil`, `use_default`.
pub struct ConfigBinding<'e> {
    /// The machine.
    pub environment: &'e Environment,
}

impl Binding for ConfigBinding<'_> {
    fn variable(&self, name: &str) -> Result<Option<Object>, Raised> {
        match name {
            "hostname" => Ok(Some(Object::Value(self.environment.hostname.as_str().into()))),
            "worker_id" => {
                let id = self.environment.var("SERVERENGINE_WORKER_ID").unwrap_or("");
                Ok(Some(Object::Value(id.into())))
            }
            "use_nil" => Err(Raised::SetNil),
            "use_default" => Err(Raised::SetDefault),
            _ => Ok(None),
        }
    }

    fn environment(&self) -> &Environment {
        self.environment
    }

    fn self_inspect(&self) -> String {
        "#<Binding>".to_owned()
    }
}

/// Code, read.
#[derive(Clone, Debug)]
pub struct Program {
    /// The tree; places count from the start of the text it was read from.
    pub root: Node,
    /// Every local variable: nil until it is assigned.
    locals: Rc<[Rc<str>]>,
    /// It may change something in place.
    changes: bool,
    /// Regexps without embedded code, compiled once, by their place.
    regexps: RefCell<Vec<(u32, Rc<Regexp>)>>,
}

/// What [`Program::parse_embedded`] found.
#[derive(Clone, Debug)]
pub enum Embedded {
    /// Code up to the closing brace at `end`.
    Code {
        /// The code.
        program: Program,
        /// The place of the closing brace.
        end: usize,
    },
    /// Ruby that is not simulated; its end is where brackets and quotes say.
    NotSimulated {
        /// By which name to report it.
        what: String,
        /// The place of the closing brace.
        end: usize,
    },
    /// Good Ruby to the end of the text, but no closing brace.
    Unclosed,
    /// No Ruby.
    Syntax,
}

impl Program {
    /// Reads a whole text as code.
    ///
    /// ```
    /// use fluentd_playground::fluent::expression::{ConfigBinding, Program};
    /// use fluentd_playground::fluent::environment::Environment;
    /// let program = Program::parse("ENV['X'] || 'fall' + 'back'").unwrap();
    /// let binding = ConfigBinding { environment: &Environment::default() };
    /// let object = program.eval(&binding).unwrap();
    /// assert_eq!(object.to_s(Default::default()).as_str(), Some("fallback"));
    /// ```
    pub fn parse(code: &str) -> Result<Program, Failed> {
        let mut parser = Parser::new(code, 0);
        let root = parser.statements(b"")?;
        if parser.at < code.len() {
            return Err(Failed::Syntax(parser.at));
        }
        Ok(Program::new(root, parser))
    }

    fn new(root: Node, parser: Parser) -> Program {
        let locals = parser.assigned.into();
        Program { root, locals, changes: parser.changes, regexps: RefCell::new(Vec::new()) }
    }

    /// Reads the code of a `#{` whose inside begins at byte `start` of `text`.
    pub fn parse_embedded(text: &str, start: usize) -> Embedded {
        let mut parser = Parser::new(text, start);
        match parser.statements(b"}") {
            Ok(root) if text.as_bytes().get(parser.at) == Some(&b'}') => {
                let end = parser.at;
                Embedded::Code { program: Program::new(root, parser), end }
            }
            Ok(_) if parser.at >= text.len() => Embedded::Unclosed,
            Ok(_) | Err(Failed::Syntax(_)) => Embedded::Syntax,
            Err(Failed::NotSimulated { what, .. }) => match closing_brace(text, start) {
                Some(end) => Embedded::NotSimulated { what, end },
                // The lines of a configuration that follow are no Ruby.
                None if text.get(start..).unwrap_or_default().trim_ascii_end().contains('\n') => {
                    Embedded::Syntax
                }
                None => Embedded::Unclosed,
            },
        }
    }

    /// Runs it.
    pub fn eval(&self, binding: &dyn Binding) -> Result<Object, Raised> {
        Evaluator::new(self, binding).run()
    }
}

/// The brace that closes the code by counting brackets outside quotes.
fn closing_brace(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (Vec::new(), start);
    while let Some(&byte) = bytes.get(at) {
        match (open.last(), byte) {
            (Some(&quote), _) if quote != b'{' => match byte {
                b'\\' => at += 1,
                b'#' if quote != b'\'' && bytes.get(at + 1) == Some(&b'{') => {
                    open.push(b'{');
                    at += 1;
                }
                _ if byte == quote => drop(open.pop()),
                _ => {}
            },
            (_, b'"' | b'\'' | b'`' | b'{') => open.push(byte),
            // A comment.
            (_, b'#') => at += memchr::memchr(b'\n', bytes.get(at..)?)?,
            (None, b'}') => return Some(at),
            (_, b'}') => drop(open.pop()),
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests;
