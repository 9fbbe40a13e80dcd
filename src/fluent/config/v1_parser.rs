//! `Fluent::Config::V1Parser`: the configuration language, to an [`Element`] tree and a lossless
//! syntax tree (fluentd `lib/fluent/config/v1_parser.rb`).
//!
//! The Element tree is there only if fluentd accepts the text. After the first error the reading
//! goes on at the next line, for the syntax tree and for further problems.

use std::cell::Cell;

use super::basic_parser::{Boundary, Scanner, Stopped};
use super::element::{Attr, AttrValue, Element};
use super::include::{Found, resolve};
use super::literal_parser::{Evaluation, Literal, NotSimulated};
use super::syntax::{
    IncludeSyntax, Item, ParamSyntax, SectionSyntax, Style, Syntax, TokenKind, fill,
};
use crate::fluent::environment::Environment;
use crate::fluent::log::{Level, Log};
use crate::ruby::error::RubyError;
use crate::ruby::version::RubyVersion;
use crate::source::{SourceId, Span};

/// Where fluentd's configuration lies; relative includes start here.
pub const BASE: &str = "/etc/fluent";

/// The configuration's base name, which messages show.
pub const NAME: &str = "fluent.conf";

/// Deepest nesting of sections.
pub const MAX_SECTIONS: usize = 200;

/// Deepest nesting of includes, and most files brought in altogether.
const MAX_INCLUDES: usize = 50;
const MAX_FILES: usize = 500;

const ELEM_SYMBOLS: [&str; 4] = ["match", "source", "filter", "system"];
const RESERVED_PARAMS: [&str; 4] = ["@type", "@id", "@label", "@log_level"];

/// What a configuration reads as.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The sections, if fluentd accepts the text.
    pub root: Option<Element>,
    /// What is wrong: the first is what fluentd raises, the others come after it in the text.
    pub errors: Vec<RubyError>,
    /// The texts: the configuration, then included files in the order of their first inclusion.
    pub files: Vec<Syntax>,
    /// fluentd's warnings while reading.
    pub log: Log,
    /// Embedded code that is not simulated.
    pub not_simulated: Vec<NotSimulated>,
}

/// Reads a configuration; included files come from the environment.
///
/// ```
/// use fluentd_playground::fluent::{config::v1_parser::parse, environment::Environment};
/// let parsed = parse("<source>\n  @type tail # here\n</source>\n", &Environment::default());
/// let root = parsed.root.unwrap();
/// assert_eq!(root.elements[0].text("@type"), Some("tail"));
/// assert_eq!(parsed.files[0].print(), "<source>\n  @type tail # here\n</source>\n");
/// ```
pub fn parse(text: &str, environment: &Environment) -> Parsed {
    let mut reader = Reader {
        environment,
        evaluation: Evaluation { environment, not_simulated: Vec::new() },
        errors: Vec::new(),
        files: Vec::new(),
        log: Log::default(),
        included: 0,
    };
    let whole = Span::new(0, text.len());
    let mut root = Element::new("ROOT", "", SourceId::Conf(0), whole);
    root.name_span = Span::at(0);
    let file = Found { path: format!("{BASE}/{NAME}"), text: text.to_owned() };
    reader.file(&file, &mut root, 0);
    Parsed {
        root: reader.errors.is_empty().then_some(root),
        errors: reader.errors,
        files: reader.files,
        log: reader.log,
        not_simulated: reader.evaluation.not_simulated,
    }
}

struct Reader<'e> {
    environment: &'e Environment,
    evaluation: Evaluation<'e>,
    errors: Vec<RubyError>,
    files: Vec<Syntax>,
    log: Log,
    included: usize,
}

/// An opened section.
struct Open {
    element: Element,
    /// The name in the tag; the original takes a tag without one.
    name: Option<String>,
    syntax: SectionSyntax,
}

/// The place in one file: its open sections, innermost last.
struct Nest<'r> {
    /// What the file's outermost lines go to.
    target: &'r mut Element,
    items: Vec<Item>,
    open: Vec<Open>,
    depth: usize,
}

impl Nest<'_> {
    fn element(&mut self) -> &mut Element {
        match self.open.last_mut() {
            Some(open) => &mut open.element,
            None => self.target,
        }
    }

    fn items(&mut self) -> &mut Vec<Item> {
        match self.open.last_mut() {
            Some(open) => &mut open.syntax.items,
            None => &mut self.items,
        }
    }
}

impl Reader<'_> {
    /// Reads one file into `target`.
    fn file(&mut self, file: &Found, target: &mut Element, depth: usize) {
        let known = self.files.iter().position(|known| known.path == file.path);
        let number = known.unwrap_or(self.files.len());
        let source = SourceId::Conf(number as u32);
        if known.is_none() {
            let (path, text) = (file.path.clone(), file.text.clone());
            self.files.push(Syntax { source, path, text, tokens: Vec::new(), items: Vec::new() });
        }
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let mut scanner = Scanner::new(&file.text, source, name);
        let mut nest = Nest { target, items: Vec::new(), open: Vec::new(), depth };
        loop {
            let start = scanner.at;
            match self.line(&mut scanner, &mut nest) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    // fluentd stops here; what we read on for says nothing.
                    self.log.close();
                    self.errors.push(error);
                    recover(&mut scanner, start);
                }
            }
        }
        while let Some(open) = nest.open.pop() {
            close(open, None, file.text.len(), &mut nest);
        }
        if known.is_none()
            && let Some(syntax) = self.files.get_mut(number)
        {
            syntax.tokens = fill(&file.text, scanner.tokens);
            syntax.items = nest.items;
        }
    }

    /// One turn of `parse_element`'s loop; false at the end of the text.
    fn line(&mut self, scanner: &mut Scanner, nest: &mut Nest) -> Result<bool, Stopped> {
        scanner.spacing();
        if scanner.eof() {
            return match nest.open.last() {
                None => Ok(false),
                Some(_) if !self.errors.is_empty() => Ok(false),
                Some(open) => {
                    let name = open.name.as_deref().unwrap_or_default();
                    let message = format!("expected end tag '</{name}>' but got end of file");
                    let error = scanner.parse_error(&message, open.syntax.open);
                    self.log.close();
                    self.errors.push(error);
                    Ok(false)
                }
            };
        }
        let start = scanner.at;
        if scanner.skip("</") {
            return self.end_tag(scanner, nest, start).map(|()| true);
        }
        if scanner.skip("<") {
            return self.start_tag(scanner, nest, start).map(|()| true);
        }
        if nest.open.is_empty() && self.root_include(scanner, nest, start)? {
            return Ok(true);
        }
        self.param(scanner, nest, start).map(|()| true)
    }

    fn end_tag(
        &mut self,
        scanner: &mut Scanner,
        nest: &mut Nest,
        start: usize,
    ) -> Result<(), Stopped> {
        let (name, name_span) = element_name(scanner);
        scanner.spacing();
        if !scanner.skip(">") {
            let place = Span::new(start, scanner.at.max(start + 2).min(scanner.text.len()));
            return Err(scanner.parse_error("expected character in tag name", place));
        }
        let end = scanner.at;
        scanner.mark(TokenKind::Bracket, start, start + 2);
        scanner.mark(TokenKind::SectionName, name_span.start as usize, name_span.end as usize);
        scanner.mark(TokenKind::Bracket, end - 1, end);
        let tag = Span::new(start, end);
        let ended = scanner.line_end();
        let failed = if !ended {
            Some(scanner.parse_error("expected end of line after end tag", tag))
        } else if nest.open.last().map(|open| &open.name) == Some(&name)
            || (nest.open.is_empty() && name.is_none())
        {
            None
        } else {
            Some(scanner.parse_error("unmatched end tag", tag))
        };
        // A tag that closes a section further out closes what is open within it, for the tree.
        let closes = nest.open.iter().rposition(|open| open.name == name);
        while let (Some(closes), Some(open)) = (closes, nest.open.pop()) {
            let own = nest.open.len() == closes;
            close(open, own.then_some(tag), if own { end } else { start }, nest);
            if own {
                break;
            }
        }
        match failed {
            Some(failed) => Err(failed),
            None if closes.is_none() => self.end_of_file(scanner, nest),
            None => Ok(()),
        }
    }

    /// `</>` at the outermost level ends a file; only the main one asks that nothing follows.
    fn end_of_file(&self, scanner: &mut Scanner, nest: &Nest) -> Result<(), Stopped> {
        scanner.spacing();
        if scanner.eof() {
            return Ok(());
        }
        if nest.depth == 0 {
            let place = Span::at(scanner.at);
            return Err(scanner.parse_error("expected EOF", place));
        }
        scanner.at = scanner.text.len();
        Ok(())
    }

    fn start_tag(
        &mut self,
        scanner: &mut Scanner,
        nest: &mut Nest,
        start: usize,
    ) -> Result<(), Stopped> {
        let (name, name_span) = element_name(scanner);
        scanner.spacing();
        let arg_start = scanner.at;
        let (arg, _) = scanner.scan_string(Boundary::TagEnd, &mut self.evaluation)?;
        let arg_span = scanner.span_from(arg_start);
        scanner.spacing();
        if !scanner.skip(">") {
            let place = Span::new(start, scanner.at.min(scanner.text.len()));
            return Err(scanner.parse_error("expected '>'", place));
        }
        let end = scanner.at;
        scanner.mark(TokenKind::Bracket, start, start + 1);
        scanner.mark(TokenKind::SectionName, name_span.start as usize, name_span.end as usize);
        scanner.mark(TokenKind::Argument, arg_span.start as usize, arg_span.end as usize);
        scanner.mark(TokenKind::Bracket, end - 1, end);
        let tag = Span::new(start, end);
        let failed = (!scanner.line_end()).then(|| {
            scanner.parse_error("expected end of line after tag", Span::new(end - 1, end))
        });
        if nest.open.len() + nest.depth >= MAX_SECTIONS {
            let error = RubyError::new("SystemStackError", "stack level too deep");
            return Err(error.at(scanner.source, tag));
        }
        let mut element = Element::new(name.clone().unwrap_or_default(), "", scanner.source, tag);
        element.name_span = name_span;
        element.arg_span = arg_span;
        match arg {
            Literal::Text(text) => element.arg = text,
            Literal::Nil => {}
            Literal::Default => {
                "default".clone_into(&mut element.arg);
                element.arg_is_default = true;
            }
        }
        let syntax = SectionSyntax {
            span: tag,
            open: tag,
            name: name_span,
            arg: arg_span,
            close: None,
            items: Vec::new(),
        };
        nest.open.push(Open { element, name, syntax });
        failed.map_or(Ok(()), Err)
    }

    /// `@include` or `include` at the file's outermost level.
    fn root_include(
        &mut self,
        scanner: &mut Scanner,
        nest: &mut Nest,
        start: usize,
    ) -> Result<bool, Stopped> {
        let keyword = scanner.skip("@include") || scanner.skip("include");
        let end = scanner.at;
        if !keyword || !scanner.spacing() {
            scanner.at = start;
            return Ok(false);
        }
        let keyword = Span::new(start, end);
        if scanner.text.as_bytes().get(start) != Some(&b'@') {
            let text = "'include' is deprecated. Use '@include' instead";
            self.log.say(Level::Warn, text, (scanner.source, keyword));
        }
        self.include(scanner, nest, keyword)?;
        Ok(true)
    }

    /// `parse_include`
    fn include(
        &mut self,
        scanner: &mut Scanner,
        nest: &mut Nest,
        keyword: Span,
    ) -> Result<(), Stopped> {
        let start = scanner.at;
        let (uri, _) = scanner.scan_string(Boundary::LineEnd, &mut self.evaluation)?;
        let span = scanner.span_from(start);
        let line = (scanner.source, keyword.to(span));
        scanner.mark(TokenKind::Include, keyword.start as usize, keyword.end as usize);
        scanner.mark(TokenKind::Uri, start, scanner.at);
        let found = match &uri {
            Literal::Text(uri) => {
                let base = self.folder(scanner.source);
                let included = resolve(uri, &base, self.environment);
                let included = included.map_err(|error| error.at(line.0, line.1))?;
                self.warn_backups(uri, &included.files, line);
                included.files
            }
            Literal::Nil | Literal::Default => {
                let nil = uri == Literal::Nil;
                return Err(no_method(
                    "tr",
                    if nil { None } else { Some("default") },
                    self.environment.ruby,
                )
                .at(line.0, line.1));
            }
        };
        let address = match uri {
            Literal::Text(uri) => uri,
            Literal::Nil | Literal::Default => String::new(),
        };
        let found_files = found.len();
        let include = IncludeSyntax { keyword, uri: span, address, found: found_files };
        nest.items().push(Item::Include(include));
        for file in found {
            self.included += 1;
            let depth = nest.depth + nest.open.len() + MAX_SECTIONS / MAX_INCLUDES;
            if depth >= MAX_SECTIONS || self.included > MAX_FILES {
                let error = RubyError::new("SystemStackError", "stack level too deep");
                return Err(error.at(line.0, line.1));
            }
            let before = self.errors.len();
            self.file(&file, nest.element(), depth);
            if self.errors.len() > before {
                break;
            }
        }
        scanner.line_end();
        Ok(())
    }

    fn folder(&self, source: SourceId) -> String {
        let SourceId::Conf(number) = source else { return BASE.to_owned() };
        let path = self.files.get(number as usize).map_or(BASE, |file| file.path.as_str());
        path.rsplit_once('/').map_or(BASE, |(folder, _)| folder).to_owned()
    }

    fn warn_backups(&mut self, uri: &str, files: &[Found], place: (SourceId, Span)) {
        const SUSPICIOUS: [&str; 10] =
            ["bak", "old", "backup", "orig", "prev", "conf", "tmp", "temp", "debug", "wip"];
        if !super::include::decode(uri).ends_with("*.conf") {
            return;
        }
        for file in files {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let stem = name.strip_suffix(".conf").unwrap_or_default();
            let backup =
                |end: &str| stem.strip_suffix(end).is_some_and(|head| head.ends_with(['.', '_']));
            if SUSPICIOUS.iter().any(|end| backup(end)) {
                let text = format!(
                    "There is a possibility that '@include {uri}' includes duplicated backed-up \
                     config file such as <{name}>"
                );
                self.log.say(Level::Warn, text, place);
            }
        }
    }

    fn param(
        &mut self,
        scanner: &mut Scanner,
        nest: &mut Nest,
        start: usize,
    ) -> Result<(), Stopped> {
        let (key, _) = scanner.scan_string(Boundary::Spacing, &mut self.evaluation)?;
        let key_span = scanner.span_from(start);
        let place = (scanner.source, key_span);
        let Some(gap) = scanner.spacing_without_comment() else {
            return Err(no_method("include?", None, self.environment.ruby).at(place.0, place.1));
        };
        let name = match &key {
            Literal::Text(name) => name.clone(),
            Literal::Nil => String::new(),
            Literal::Default => "default".to_owned(),
        };
        if gap.contains('\n') || scanner.eof() {
            scanner.mark(TokenKind::Key, key_span.start as usize, key_span.end as usize);
            let at = Span::at(key_span.end as usize);
            let value =
                Written { literal: Literal::Text(String::new()), style: Style::Bare, span: at };
            set(nest, place, name, value);
            return Ok(());
        }
        if name == "@include" {
            return self.include(scanner, nest, key_span);
        }
        if key == Literal::Nil {
            return Err(no_method("start_with?", None, self.environment.ruby).at(place.0, place.1));
        }
        if name.starts_with('@') && !RESERVED_PARAMS.contains(&name.as_str()) {
            self.reserved(scanner, nest, &name, place)?;
        }
        scanner.mark(TokenKind::Key, key_span.start as usize, key_span.end as usize);
        let value_start = scanner.at;
        let (literal, style) = scanner.parse_literal(&mut self.evaluation)?;
        let span = scanner.span_from(value_start);
        let ended = scanner.line_end();
        scanner.mark(TokenKind::Value, span.start as usize, span.end as usize);
        if !ended {
            let tail = scanner.rest();
            let tail = tail.iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
            let place = Span::new(scanner.at, scanner.at + tail);
            return Err(scanner.parse_error("expected end of line", place));
        }
        set(nest, place, name, Written { literal, style, span });
        Ok(())
    }

    /// A name with `@` that is not one of fluentd's.
    fn reserved(
        &mut self,
        scanner: &Scanner,
        nest: &Nest,
        name: &str,
        place: (SourceId, Span),
    ) -> Result<(), Stopped> {
        let within = nest.open.last().map(|open| open.name.as_deref().unwrap_or_default());
        if within.is_none_or(|section| ELEM_SYMBOLS.contains(&section)) {
            let message = format!(
                "'@' is the system reserved prefix. Don't use '@' prefix parameter in the \
                 configuration: {name}"
            );
            return Err(scanner.parse_error(&message, place.1));
        }
        let text = format!(
            "'@' is the system reserved prefix. It works in the nested configuration for now but \
             it will be rejected: {name}"
        );
        self.log.say(Level::Warn, text, place);
        Ok(())
    }
}

/// A value and how it stands in the text.
struct Written {
    literal: Literal,
    style: Style,
    span: Span,
}

fn set(nest: &mut Nest, place: (SourceId, Span), name: String, value: Written) {
    let (source, key_span) = place;
    let text = match &value.literal {
        Literal::Text(text) => text.clone(),
        Literal::Nil | Literal::Default => String::new(),
    };
    nest.element().set(Attr {
        key: name.clone(),
        value: match value.literal {
            Literal::Text(text) => AttrValue::Text(text),
            Literal::Nil => AttrValue::Nil,
            Literal::Default => AttrValue::Default,
        },
        source,
        key_span,
        value_span: value.span,
        used: Cell::new(false),
    });
    let written = (!value.span.is_empty()).then_some(value.span);
    let syntax = ParamSyntax { key: key_span, name, text, value: written, style: value.style };
    nest.items().push(Item::Param(syntax));
}

/// Puts a finished section into the one around it.
fn close(mut open: Open, tag: Option<Span>, end: usize, nest: &mut Nest) {
    open.syntax.close = tag;
    open.syntax.span = Span::new(open.syntax.span.start as usize, end);
    open.element.span = open.syntax.span;
    nest.items().push(Item::Section(open.syntax));
    nest.element().elements.push(open.element);
}

/// `scan(ELEMENT_NAME)`
fn element_name(scanner: &mut Scanner) -> (Option<String>, Span) {
    let start = scanner.at;
    let length = scanner
        .rest()
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
        .count();
    scanner.at += length;
    let name = scanner.text.get(start..scanner.at).filter(|name| !name.is_empty());
    (name.map(str::to_owned), Span::new(start, scanner.at))
}

/// Goes on at the line after the one where the failed construct began, or after what it took if
/// it failed on a later line for a reason of its own.
fn recover(scanner: &mut Scanner, start: usize) {
    let text = scanner.text.as_bytes();
    let mut line = start;
    while matches!(text.get(line), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        line += 1;
    }
    let rest = text.get(line..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest).map_or(text.len(), |end| line + end + 1);
    // What was read of the failed construct beyond its first line is read again.
    scanner.tokens.retain(|token| (token.span.start as usize) < end);
    scanner.at = end;
}

/// `NoMethodError` of nil or a Symbol where the original expects a String.
pub(super) fn no_method(method: &str, symbol: Option<&str>, ruby: RubyVersion) -> RubyError {
    let message = match (ruby, symbol) {
        (RubyVersion::V3_1, None) => format!("undefined method `{method}' for nil:NilClass"),
        (RubyVersion::V3_4, None) => format!("undefined method '{method}' for nil"),
        (RubyVersion::V3_1, Some(name)) => {
            format!("undefined method `{method}' for :{name}:Symbol")
        }
        (RubyVersion::V3_4, Some(_)) => {
            format!("undefined method '{method}' for an instance of Symbol")
        }
    };
    RubyError::new("NoMethodError", message)
}
