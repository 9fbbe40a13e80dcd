//! The configuration language v1 (fluentd `lib/fluent/config/v1_parser.rb`): a text into sections
//! and parameters, with the places of both, or fluentd's error.
//!
//! [`parse`] never fails: where fluentd raises, the error stands beside what was read until then.
//! Absent: the old v0 syntax, the Ruby DSL, YAML, `@include` of URLs.

use super::basic_parser::{Boundary, Scanner};
use super::element::{AttrValue, Element};
use super::include;
use super::literal_parser::LiteralParser;
use super::syntax::{self, Include, Item, Param, Section};
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::log::{Level, Log};
use crate::source::{SourceId, Span};

/// Deepest nesting of sections and included files; Ruby's own stack ends somewhere above.
const DEPTH: usize = 200;
/// Most files included, doubled ones counted again.
const FILES: usize = 1_000;

/// Sections whose parameters may not begin with `@` (but for the four of [`RESERVED_PARAMS`]).
const ELEM_SYMBOLS: [&str; 4] = ["match", "source", "filter", "system"];
const RESERVED_PARAMS: [&str; 4] = ["@type", "@id", "@label", "@log_level"];

/// Embedded Ruby that is kept as text because it is not simulated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotSimulated {
    /// Which text.
    pub source: SourceId,
    /// The code.
    pub span: Span,
    /// By which name to report it.
    pub what: String,
}

/// A configuration, read.
#[derive(Clone, Debug)]
pub struct Config {
    /// The texts: the main one, then each included file in the order of reading; name and text.
    /// `SourceId::Conf(n)` is the n-th.
    pub sources: Vec<(String, String)>,
    /// The main text as written; up to the error where there is one.
    pub syntax: Section,
    /// The whole as fluentd sees it; `None` where it raises.
    pub root: Option<Element>,
    /// Why fluentd does not start.
    pub error: Option<RubyError>,
    /// What fluentd says while reading.
    pub log: Log,
    /// Embedded Ruby that is not simulated.
    pub not_simulated: Vec<NotSimulated>,
}

/// Reads a configuration; `name` is the file's name in errors.
///
/// ```
/// use fluentd_playground::fluent::{config::v1_parser, environment::Environment};
/// let config = v1_parser::parse("<match a.**>\n  @type null\n</match>\n", "fluent.conf", &Environment::default());
/// let root = config.root.unwrap();
/// assert_eq!((root.elements[0].name.as_str(), root.elements[0].arg.as_str()), ("match", "a.**"));
/// ```
pub fn parse(text: &str, name: &str, environment: &Environment) -> Config {
    let mut reader = Reader {
        environment,
        sources: vec![(name.to_owned(), text.to_owned())],
        log: Log::default(),
        not_simulated: Vec::new(),
        depth: 0,
    };
    let (items, error) = reader.file(text, name, include::BASE, SourceId::Conf(0));
    let syntax = Section {
        name: String::new(),
        arg: AttrValue::Nil,
        open: Span::at(0),
        name_span: Span::at(0),
        arg_span: Span::at(0),
        body: Span::new(0, text.len()),
        close: None,
        items,
    };
    let root = error.is_none().then(|| syntax::element(&syntax, SourceId::Conf(0), "ROOT"));
    Config {
        sources: reader.sources,
        syntax,
        root,
        error,
        log: reader.log,
        not_simulated: reader.not_simulated,
    }
}

/// What all files of one configuration share.
struct Reader<'e> {
    environment: &'e Environment,
    sources: Vec<(String, String)>,
    log: Log,
    not_simulated: Vec<NotSimulated>,
    depth: usize,
}

/// What was read before an error, and the error.
type Partial<T> = (T, Option<RubyError>);

impl Reader<'_> {
    /// A whole file, whose `@include` paths count from `base`.
    fn file(&mut self, text: &str, name: &str, base: &str, source: SourceId) -> Partial<Vec<Item>> {
        let literals = LiteralParser {
            scanner: Scanner::new(text, name, source),
            environment: self.environment,
            not_simulated: Vec::new(),
        };
        let mut parser = V1Parser { literals, reader: self, base };
        let mut items = Vec::new();
        let mut error = parser.parse_element(None, &mut items).err();
        if error.is_none() && matches!(source, SourceId::Conf(0)) {
            // Only the main file asks for its end: `</>` closes a file.
            parser.literals.scanner.spacing();
            if !parser.literals.scanner.eof() {
                error = Some(parser.literals.scanner.parse_error("expected EOF"));
            }
        }
        let not_simulated = parser.literals.not_simulated;
        self.not_simulated.extend(not_simulated);
        (items, error)
    }
}

struct V1Parser<'t, 'e, 'r> {
    literals: LiteralParser<'t, 'e>,
    reader: &'r mut Reader<'e>,
    base: &'t str,
}

/// The opening tag of a section.
struct Opening {
    name: Option<String>,
    arg: AttrValue,
    open: Span,
    name_span: Span,
    arg_span: Span,
}

impl<'t> V1Parser<'t, '_, '_> {
    fn scanner(&mut self) -> &mut Scanner<'t> {
        &mut self.literals.scanner
    }

    fn error<T>(&mut self, message: &str) -> Result<T, RubyError> {
        Err(self.literals.scanner.parse_error(message))
    }

    /// `parse_element`: the body of a section up to its end tag, whose place is the result; `None`
    /// for the root of a file.
    fn parse_element(
        &mut self,
        section: Option<&str>,
        items: &mut Vec<Item>,
    ) -> Result<Span, RubyError> {
        loop {
            self.scanner().spacing();
            if self.scanner().eof() {
                let Some(name) = section else { return Ok(Span::at(self.scanner().pos)) };
                return self.error(&format!("expected end tag '</{name}>' but got end of file"));
            }
            let start = self.scanner().pos;
            if self.scanner().skip("</") {
                let name = self.element_name();
                return self.end_tag(start, name.as_deref(), section);
            } else if self.scanner().skip("<") {
                self.parse_section(start, items)?;
            } else if section.is_none() && self.skip_root_include() {
                self.parse_include(start, items)?;
            } else {
                self.parse_param(section, items)?;
            }
        }
    }

    /// `ELEMENT_NAME`
    fn element_name(&mut self) -> Option<String> {
        let rest = self.scanner().rest();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.scanner().pos += end;
        (end > 0).then(|| rest[..end].to_owned())
    }

    fn end_tag(
        &mut self,
        start: usize,
        name: Option<&str>,
        section: Option<&str>,
    ) -> Result<Span, RubyError> {
        self.scanner().spacing();
        if !self.scanner().skip(">") {
            return self.error("expected character in tag name");
        }
        let close = Span::new(start, self.scanner().pos);
        if !self.scanner().line_end() {
            return self.error("expected end of line after end tag");
        }
        // A section without a name is closed by `</>`.
        if name != section.filter(|name| !name.is_empty()) {
            return self.error("unmatched end tag");
        }
        Ok(close)
    }

    fn parse_section(&mut self, start: usize, items: &mut Vec<Item>) -> Result<(), RubyError> {
        let opening = self.opening_tag(start)?;
        let name = opening.name.unwrap_or_default();
        let body_start = self.scanner().pos;
        let mut section = Section {
            name,
            arg: opening.arg,
            open: opening.open,
            name_span: opening.name_span,
            arg_span: opening.arg_span,
            body: Span::at(body_start),
            close: None,
            items: Vec::new(),
        };
        let closed =
            self.nested(|parser| parser.parse_element(Some(&section.name), &mut section.items));
        // A long line end may have taken the blank lines before the next thing: the body begins at
        // the tag's own line end all the same for an edit, which looks for it in the text.
        match closed {
            Ok(close) => {
                section.body =
                    Span::new(body_start.min(close.start as usize), close.start as usize);
                section.close = Some(close);
                items.push(Item::Section(section));
                Ok(())
            }
            Err(error) => {
                section.body = Span::new(body_start, self.scanner().pos.max(body_start));
                items.push(Item::Section(section));
                Err(error)
            }
        }
    }

    /// Runs `read` one level deeper.
    fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, RubyError>,
    ) -> Result<T, RubyError> {
        if self.reader.depth >= DEPTH {
            let place = Span::at(self.scanner().pos);
            return Err(RubyError::new("SystemStackError", "stack level too deep")
                .at(self.scanner().source, place));
        }
        self.reader.depth += 1;
        let result = read(self);
        self.reader.depth -= 1;
        result
    }

    fn opening_tag(&mut self, start: usize) -> Result<Opening, RubyError> {
        let name_start = self.scanner().pos;
        let name = self.element_name();
        let name_span = Span::new(name_start, self.scanner().pos);
        self.scanner().spacing();
        let arg_start = self.scanner().pos;
        let arg = self.literals.scan_string(Boundary::TagEnd)?;
        let arg_span = Span::new(arg_start, self.scanner().pos);
        self.scanner().spacing();
        if !self.scanner().skip(">") {
            return self.error("expected '>'");
        }
        let open = Span::new(start, self.scanner().pos);
        if !self.scanner().line_end() {
            return self.error("expected end of line after tag");
        }
        Ok(Opening { name, arg, open, name_span, arg_span })
    }

    /// `(@include|include)SPACING`, at the root of a file only.
    fn skip_root_include(&mut self) -> bool {
        let rest = self.scanner().rest();
        let old = !rest.starts_with('@');
        let Some(after) = rest.strip_prefix("@include").or_else(|| rest.strip_prefix("include"))
        else {
            return false;
        };
        let spaced = after.starts_with([' ', '\t', '\r', '\n', '#']) || after.is_empty();
        if spaced {
            let place = (self.scanner().source, Span::at(self.scanner().pos));
            self.scanner().pos += rest.len() - after.len();
            self.scanner().spacing();
            if old {
                let text = "'include' is deprecated. Use '@include' instead";
                self.reader.log.say(Level::Warn, text, place);
            }
        }
        spaced
    }

    fn parse_param(
        &mut self,
        section: Option<&str>,
        items: &mut Vec<Item>,
    ) -> Result<(), RubyError> {
        let key_start = self.scanner().pos;
        let key = self.literals.scan_string(Boundary::Spacing)?;
        let key_span = Span::new(key_start, self.scanner().pos);
        let Some(space) = self.scanner().spacing_without_comment() else {
            return Err(RubyError::new(
                "NoMethodError",
                "undefined method `include?' for nil:NilClass",
            )
            .at(self.scanner().source, key_span));
        };
        let key = match key {
            AttrValue::Text(key) => key,
            AttrValue::Nil => String::new(),
            AttrValue::Default => "default".to_owned(),
        };
        if space.contains('\n') || self.scanner().eof() {
            let value_span = Span::at(key_span.end as usize);
            let value = AttrValue::Text(String::new());
            items.push(Item::Param(Param { key, value, key_span, value_span }));
            return Ok(());
        }
        if key == "@include" {
            return self.parse_include(key_start, items);
        }
        self.check_prefix(&key, section, key_span)?;
        let (value, value_span) = self.literals.parse_literal()?;
        items.push(Item::Param(Param { key, value, key_span, value_span }));
        if !self.scanner().line_end() {
            return self.error("expected end of line");
        }
        Ok(())
    }

    fn check_prefix(
        &mut self,
        key: &str,
        section: Option<&str>,
        key_span: Span,
    ) -> Result<(), RubyError> {
        if !key.starts_with('@') || RESERVED_PARAMS.contains(&key) {
            return Ok(());
        }
        if section.is_none_or(|name| ELEM_SYMBOLS.contains(&name)) {
            return self.error(&format!(
                "'@' is the system reserved prefix. Don't use '@' prefix parameter in the configuration: {key}"
            ));
        }
        let place = (self.scanner().source, key_span);
        self.reader.log.say(
            Level::Warn,
            format!(
                "'@' is the system reserved prefix. It works in the nested configuration for now but it will be rejected: {key}"
            ),
            place,
        );
        Ok(())
    }

    fn parse_include(&mut self, start: usize, items: &mut Vec<Item>) -> Result<(), RubyError> {
        let path_start = self.scanner().pos;
        let uri = self.literals.scan_string(Boundary::LineEnd)?;
        let path_span = Span::new(path_start, self.scanner().pos);
        let span = Span::new(start, self.scanner().pos);
        let mut include = Include { span, path_span, files: Vec::new() };
        let error = self.eval_include(&uri, path_span, &mut include).err();
        items.push(Item::Include(include));
        if let Some(error) = error {
            return Err(error.at(self.scanner().source, path_span));
        }
        self.scanner().line_end();
        Ok(())
    }

    fn eval_include(
        &mut self,
        uri: &AttrValue,
        path_span: Span,
        include: &mut Include,
    ) -> Result<(), RubyError> {
        let AttrValue::Text(uri) = uri else {
            let receiver = if *uri == AttrValue::Nil { "nil:NilClass" } else { ":default:Symbol" };
            let message = format!("undefined method `tr' for {receiver}");
            return Err(RubyError::new("NoMethodError", message));
        };
        let path = include::path_of(uri, self.base)?;
        let environment = self.reader.environment;
        for (file, text) in include::files(&path.pattern, environment) {
            let name = include::base_name(&file);
            if path.suspicious && include::looks_backed_up(name) {
                let text = format!(
                    "There is a possibility that '@include {uri}' includes duplicated backed-up config file such as <{name}>"
                );
                let place = (self.scanner().source, path_span);
                self.reader.log.say(Level::Warn, text, place);
            }
            let number = self.reader.sources.len();
            if number > FILES {
                return Err(RubyError::new("SystemStackError", "stack level too deep"));
            }
            self.reader.sources.push((name.to_owned(), text.to_owned()));
            let source = SourceId::Conf(number as u32);
            let folder = include::dir_name(&file);
            let (items, error) =
                self.nested(|parser| Ok(parser.reader.file(text, name, folder, source)))?;
            include.files.push((source, items));
            if let Some(error) = error {
                return Err(error);
            }
        }
        Ok(())
    }
}
