//! The state machine of fluent-plugin-detect-exceptions (`lib/fluent/plugin/exception_detector.rb`):
//! which line starts, continues and ends a stack trace, in seven languages.

use std::rc::Rc;

use crate::fluent::error::RubyError;
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::string::RString;

use super::filter_concat::match_error;

/// States, numbered as the tables name them; 0 is the start state.
type State = usize;

/// From which states, on which pattern, to which state.
type Rule = (&'static [&'static str], &'static str, &'static str);

const JAVA: &[Rule] = &[
    (
        &["start", "java_start_exception"],
        r"(?:Exception|Error|Throwable|V8 errors stack trace)[:\r\n]",
        "java_after_exception",
    ),
    (&["java_after_exception"], r"^[\t ]*nested exception is:[\t ]*", "java_start_exception"),
    (&["java_after_exception"], r"^[\r\n]*$", "java_after_exception"),
    (&["java_after_exception", "java"], r"^[\t ]+(?:eval )?at ", "java"),
    (
        &["java_after_exception", "java"],
        r"^[\t ]+--- End of inner exception stack trace ---$",
        "java",
    ),
    (
        &["java_after_exception", "java"],
        r"^--- End of stack trace from previous location where exception was thrown ---$",
        "java",
    ),
    (
        &["java_after_exception", "java"],
        r"^[\t ]*(?:Caused by|Suppressed):",
        "java_after_exception",
    ),
    (&["java_after_exception", "java"], r"^[\t ]*... \d+ (?:more|common frames omitted)", "java"),
];

const PYTHON: &[Rule] = &[
    (&["start"], r"^Traceback \(most recent call last\):$", "python"),
    (&["python"], r"^[\t ]+File ", "python_code"),
    (&["python_code"], r"[^\t ]", "python"),
    (&["python"], r"^(?:[^\s.():]+\.)*[^\s.():]+:", "start"),
];

const PHP: &[Rule] = &[
    (
        &["start"],
        r"(?:PHP (?:Notice|Parse error|Fatal error|Warning):)|(?:exception '[^']+' with message ')",
        "php_stack_begin",
    ),
    (&["php_stack_begin"], r"^Stack trace:", "php_stack_frames"),
    (&["php_stack_frames"], r"^#\d", "php_stack_frames"),
    (&["php_stack_frames"], r"^\s+thrown in ", "start"),
];

const GO: &[Rule] = &[
    (&["start"], r"\bpanic: ", "go_after_panic"),
    (&["start"], r"http: panic serving", "go_goroutine"),
    (&["go_after_panic"], r"^$", "go_goroutine"),
    (&["go_after_panic", "go_after_signal", "go_frame_line1"], r"^$", "go_goroutine"),
    (&["go_after_panic"], r"^\[signal ", "go_after_signal"),
    (&["go_goroutine"], r"^goroutine \d+ \[[^\]]+\]:$", "go_frame_line1"),
    (&["go_frame_line1"], r"^(?:[^\s.:]+\.)*[^\s.():]+\(|^created by ", "go_frame_line2"),
    (&["go_frame_line2"], r"^\s", "go_frame_line1"),
];

const RUBY: &[Rule] = &[
    (&["start"], r"Error \(.*\):$", "ruby_before_rails_trace"),
    (&["ruby_before_rails_trace"], r"^  $", "ruby"),
    (&["ruby_before_rails_trace"], r"^[\t ]+.*?\.rb:\d+:in `", "ruby"),
    (&["ruby"], r"^[\t ]+.*?\.rb:\d+:in `", "ruby"),
];

const DART_FRAME: &str = r"^#\d+\s+.+?\(.+?\)$";

const DART: &[Rule] = &[
    (&["start"], r"^Unhandled exception:$", "dart_exc"),
    (&["dart_exc"], r"^Instance of", "dart_stack"),
    (&["dart_exc"], r"^Exception", "dart_stack"),
    (&["dart_exc"], r"^Bad state", "dart_stack"),
    (&["dart_exc"], r"^IntegerDivisionByZeroException", "dart_stack"),
    (&["dart_exc"], r"^Invalid argument", "dart_stack"),
    (&["dart_exc"], r"^RangeError", "dart_stack"),
    (&["dart_exc"], r"^Assertion failed", "dart_stack"),
    (&["dart_exc"], r"^Cannot instantiate", "dart_stack"),
    (&["dart_exc"], r"^Reading static variable", "dart_stack"),
    (&["dart_exc"], r"^UnimplementedError", "dart_stack"),
    (&["dart_exc"], r"^Unsupported operation", "dart_stack"),
    (&["dart_exc"], r"^Concurrent modification", "dart_stack"),
    (&["dart_exc"], r"^Out of Memory", "dart_stack"),
    (&["dart_exc"], r"^Stack Overflow", "dart_stack"),
    (&["dart_exc"], r"^'.+?':.+?$", "dart_type_err_line1"),
    (&["dart_type_err_line1"], DART_FRAME, "dart_stack"),
    (&["dart_type_err_line1"], r"^.+?$", "dart_type_err_line2"),
    (&["dart_type_err_line2"], r"^.*?\^.*?$", "dart_type_err_line3"),
    (&["dart_type_err_line3"], r"^$", "dart_type_err_line4"),
    (&["dart_type_err_line4"], r"^$", "dart_stack"),
    (&["dart_exc"], r"^FormatException", "dart_format_err_line1"),
    (&["dart_format_err_line1"], DART_FRAME, "dart_stack"),
    (&["dart_format_err_line1"], r"^.", "dart_format_err_line2"),
    (&["dart_format_err_line2"], r"^.*?\^", "dart_format_err_line3"),
    (&["dart_format_err_line3"], r"^$", "dart_stack"),
    (&["dart_exc"], r"^NoSuchMethodError:", "dart_method_err_line1"),
    (&["dart_method_err_line1"], r"^Receiver:", "dart_method_err_line2"),
    (&["dart_method_err_line2"], r"^Tried calling:", "dart_method_err_line3"),
    (&["dart_method_err_line3"], r"^Found:", "dart_stack"),
    (&["dart_method_err_line3"], DART_FRAME, "dart_stack"),
    (&["dart_stack"], DART_FRAME, "dart_stack"),
    (&["dart_stack"], r"^<asynchronous suspension>$", "dart_stack"),
];

/// The rules of a language, by fluentd's names and their aliases, lower-cased.
fn rules_of(language: &str) -> Option<&'static [&'static [Rule]]> {
    Some(match language {
        "java" | "javascript" | "js" | "csharp" => &[JAVA],
        "py" | "python" => &[PYTHON],
        "php" => &[PHP],
        "go" => &[GO],
        "rb" | "ruby" => &[RUBY],
        "dart" => &[DART],
        "all" => &[JAVA, PYTHON, PHP, GO, RUBY, DART],
        _ => return None,
    })
}

/// What a line is to the trace under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// It belongs to the trace.
    InsideTrace,
    /// The trace ends with it.
    EndTrace,
    /// A trace starts with it.
    StartTrace,
    /// No trace.
    NoTrace,
}

/// The rules, compiled once for a plugin.
#[derive(Debug)]
pub struct Rules {
    by_state: Vec<Vec<(Rc<Regexp>, State)>>,
}

impl Rules {
    /// The rules of these languages, in their order; all of them when there is none.
    pub fn new(languages: &[String]) -> Result<Rules, RubyError> {
        let all = ["all".to_owned()];
        let languages = if languages.is_empty() { &all[..] } else { languages };
        let mut names: Vec<&str> = vec!["start"];
        let mut seen: Vec<Vec<(&str, State)>> = Vec::new();
        let mut by_state: Vec<Vec<(Rc<Regexp>, State)>> = Vec::new();
        for language in languages {
            let tables = rules_of(&language.to_ascii_lowercase()).ok_or_else(|| {
                RubyError::new("ArgumentError", format!("Unknown language: {language}"))
            })?;
            for (froms, pattern, to) in tables.iter().copied().flatten() {
                let to = number(&mut names, to);
                let regexp = Regexp::new(pattern, Options::default())
                    .map_err(|error| RubyError::new("RegexpError", error.message))?;
                let regexp = Rc::new(regexp);
                for from in *froms {
                    let from = number(&mut names, from);
                    seen.resize_with(names.len().max(seen.len()), Vec::new);
                    by_state.resize_with(names.len().max(by_state.len()), Vec::new);
                    if !seen[from].contains(&(*pattern, to)) {
                        seen[from].push((pattern, to));
                        by_state[from].push((Rc::clone(&regexp), to));
                    }
                }
            }
        }
        by_state.resize_with(names.len(), Vec::new);
        Ok(Rules { by_state })
    }
}

fn number(names: &mut Vec<&'static str>, name: &'static str) -> State {
    names.iter().position(|known| *known == name).unwrap_or_else(|| {
        names.push(name);
        names.len() - 1
    })
}

/// Where the machine stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExceptionDetector {
    state: State,
}

impl ExceptionDetector {
    /// Takes one line. A line that has no way out of its state falls back to the start and is tried
    /// once more from there.
    pub fn update(
        &mut self,
        rules: &Rules,
        line: &RString,
        region: &mut Region,
    ) -> Result<Status, RubyError> {
        let seen_before = self.transition(rules, line, region)?;
        if !seen_before {
            self.transition(rules, line, region)?;
        }
        Ok(match (seen_before, self.state != 0) {
            (true, true) => Status::InsideTrace,
            (true, false) => Status::EndTrace,
            (false, true) => Status::StartTrace,
            (false, false) => Status::NoTrace,
        })
    }

    /// Back to the start.
    pub fn reset(&mut self) {
        self.state = 0;
    }

    fn transition(
        &mut self,
        rules: &Rules,
        line: &RString,
        region: &mut Region,
    ) -> Result<bool, RubyError> {
        for (regexp, to) in rules.by_state.get(self.state).into_iter().flatten() {
            if regexp.search(line.as_bytes(), line.encoding(), 0, region).map_err(match_error)? {
                self.state = *to;
                return Ok(true);
            }
        }
        self.state = 0;
        Ok(false)
    }
}
