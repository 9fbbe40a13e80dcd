//! What can be seen from the configuration alone: why it is not read, and values that fluentd takes
//! otherwise than they look (PARSE.md sections 2 to 4 and 8.1).

use crate::diag::codes::config as codes;
use crate::diag::codes::engine::{ENV_UNSET, NOT_SIMULATED};
use crate::diag::{Code, Diagnostic, Edit, Fix, Label, Message, Severity};
use crate::fluent::config::assist::{declarations, declared};
use crate::fluent::config::configure_proxy::Kind;
use crate::fluent::config::edit::written;
use crate::fluent::config::registry;
use crate::fluent::config::syntax::{Item, ParamSyntax, SectionSyntax, Style, Syntax};
use crate::fluent::config::types::{Mode, regexp_parts, size_value, time_value};
use crate::fluent::config::v1_parser::Parsed;
use crate::fluent::environment::Environment;
use crate::fluent::plugin::in_tail::compat::is_flat_stdout;
use crate::ruby::error::RubyError;
use crate::ruby::value::Value;
use crate::source::{SourceId, Span};

/// All findings, in the order of the texts; fluentd's own error is the first of its kind.
///
/// ```
/// use fluentd_playground::advise::lint::conf::lint_conf;
/// use fluentd_playground::fluent::{config::v1_parser::parse, environment::Environment};
/// let parsed = parse("<match a>\n  @type stdout\n  tag #{ENV['X']}\n</match>\n", &Environment::default());
/// let found = lint_conf(&parsed);
/// assert!(found.iter().any(|found| found.code.path == "config/ruby-not-evaluated"));
/// ```
pub fn lint_conf(parsed: &Parsed) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (index, error) in parsed.errors.iter().enumerate() {
        found.push(unreadable(parsed, error, index == 0));
        found.extend(wrong_position(parsed, error).filter(|_| index == 0));
    }
    for file in &parsed.files {
        Lint { syntax: file, found: &mut found }.items(&file.items, &mut Vec::new());
    }
    for code in &parsed.not_simulated {
        let message = Message::new(
            format!("Ruby's {} is not simulated here; the value counts as empty.", code.what),
            format!(
                "Ruby の {} はここではシミュレートされないため、空の値として扱います。",
                code.what
            ),
        );
        found.push(Diagnostic::new(&NOT_SIMULATED, message).at(code.source, code.span));
    }
    found
}

/// Variables that embedded Ruby asks for without another value, and that the machine does not have.
pub fn unset(parsed: &Parsed, environment: &Environment) -> Option<Diagnostic> {
    let (mut names, mut place) = (Vec::new(), None);
    for file in &parsed.files {
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let code =
                line.find("#{").filter(|_| !line.trim_start_matches([' ', '\t']).starts_with('#'));
            let asked = line.match_indices("ENV['").chain(line.match_indices("ENV[\""));
            for (at, open) in asked.filter(|(at, _)| code.is_some_and(|code| code < *at)) {
                let begin = at + open.len();
                let name = line[begin..].split(['\'', '"']).next().unwrap_or_default();
                let rest = line[begin..].split('}').next().unwrap_or_default();
                let known = environment.env.iter().any(|(known, _)| known == name);
                if !known && !rest.contains("||") && !names.contains(&name) {
                    names.push(name);
                    place.get_or_insert((
                        file.source,
                        Span::new(start + at, start + begin + name.len()),
                    ));
                }
            }
            start += line.len();
        }
    }
    let ((source, span), code) = (place?, &ENV_UNSET);
    let names = names.join(", ");
    let message =
        Message::new(format!("{}: {names}", code.doc.en), format!("{}: {names}", code.doc.ja));
    Some(Diagnostic::new(code, message).at(source, span))
}

/// fluentd's error (or one further on), at its true place and with what would mend it.
fn unreadable(parsed: &Parsed, error: &RubyError, first: bool) -> Diagnostic {
    let code = match error.message.as_str() {
        text if text.starts_with("got incomplete JSON") => &codes::VALUE_STARTS_JSON,
        text if text.starts_with("unexpected back-slash") => &codes::DOUBLE_QUOTED_BACKSLASH,
        text if text.starts_with("expected end of line after tag") => &codes::FLATTENED,
        text if text.starts_with("unexpected end of file in a double")
            && error.place.is_some_and(|place| breaks_in_quotes(parsed, place)) =>
        {
            &codes::EMPTY_LINE_IN_QUOTES
        }
        _ => &codes::PARSE_ERROR,
    };
    let sentence = error.message.split(" at ").next().unwrap_or_default();
    let sentence = sentence.lines().next().unwrap_or_default();
    let message = Message::new(
        format!("{}: {sentence}.", code.doc.en),
        format!("{} ({sentence})。", code.doc.ja),
    );
    let mut diagnostic = Diagnostic::new(code, message);
    if first {
        diagnostic = diagnostic.said(error.to_string());
    }
    let Some((source, span)) = error.place else { return diagnostic };
    if let Some(file) = file(parsed, source) {
        unpaired(file, span, &mut diagnostic);
    }
    let fix = file(parsed, source).and_then(|file| match code.path {
        "config/value-starts-json" => quote_line(file, span),
        "config/double-quoted-backslash" => unquote_line(file, span),
        "config/flattened" => Some(replace(file, Span::at(span.end as usize), "\n", BREAK)),
        _ => None,
    });
    diagnostic.fix = diagnostic.fix.or(fix);
    diagnostic.at(source, span)
}

/// A closing tag too many, or one that is missing: which section is open, and the line that closes it.
fn unpaired(file: &Syntax, tag: Span, diagnostic: &mut Diagnostic) {
    let Some(open) = unclosed(&file.items, tag) else {
        if file.slice(tag).starts_with("</") && diagnostic.code.path == "config/parse-error" {
            let title = ("Remove the closing tag", "閉じタグを削除する");
            diagnostic.fix = Some(replace(file, tag, "", title));
        }
        return;
    };
    let name = file.slice(open.name);
    let line = file.text[..open.open.start as usize].matches('\n').count() + 1;
    diagnostic.message = Message::new(
        format!("<{name}> of line {line} is not closed: fluentd does not start."),
        format!("{line} 行目の <{name}> が閉じられていないため、fluentd が起動しません。"),
    );
    let indent = |at: u32| {
        let before = &file.text[..at as usize];
        before
            .rsplit('\n')
            .next()
            .filter(|text| text.bytes().all(|byte| b" \t".contains(&byte)))
            .unwrap_or_default()
    };
    let own = indent(open.open.start);
    let (span, text) = if open.span.end == tag.start && open.open != tag {
        let outer = indent(tag.start);
        let start = tag.start as usize - outer.len();
        (Span::new(start, tag.start as usize), format!("{own}</{name}>\n{outer}"))
    } else {
        let end = file.text.len();
        let gap = if file.text.ends_with('\n') { "" } else { "\n" };
        (Span::at(end), format!("{gap}{own}</{name}>\n"))
    };
    let title = (format!("Add </{name}>"), format!("</{name}> を追加する"));
    diagnostic.fix = Some(replace(file, span, &text, (&title.0, &title.1)));
}

/// The innermost section without a closing tag that ends where `tag` begins, or that `tag` opens.
fn unclosed(items: &[Item], tag: Span) -> Option<&SectionSyntax> {
    items.iter().find_map(|item| {
        let Item::Section(section) = item else { return None };
        unclosed(&section.items, tag).or_else(|| {
            let open = section.close.is_none();
            (open && (section.span.end == tag.start || section.open == tag)).then_some(section)
        })
    })
}

/// Whether an empty line or a CRLF stands before the closing quote.
fn breaks_in_quotes(parsed: &Parsed, (source, span): (SourceId, Span)) -> bool {
    let rest = file(parsed, source).and_then(|file| file.text.get(span.start as usize + 1..));
    let inside = rest.and_then(|rest| rest.split_once('"')).map_or("", |(inside, _)| inside);
    inside.contains("\n\n") || inside.contains("\r\n")
}

const QUOTE: (&str, &str) = ("Quote the value", "値を引用符で囲む");
const BREAK: (&str, &str) = ("Break the line", "改行する");

fn replace(file: &Syntax, span: Span, text: &str, title: (&str, &str)) -> Fix {
    let edit = Edit { source: file.source, span, text: text.to_owned() };
    Fix { title: Message::new(title.0, title.1), edits: vec![edit] }
}

fn file(parsed: &Parsed, source: SourceId) -> Option<&Syntax> {
    parsed.files.iter().find(|file| file.source == source)
}

/// Quotes what stands from the bracket to the end of its line, if it is no JSON under way.
fn quote_line(file: &Syntax, span: Span) -> Option<Fix> {
    let value = file.slice(span).trim_end_matches([' ', '\t']);
    let looks_json = value.contains('"') || value.ends_with([',', '[', '{']);
    let span = Span::new(span.start as usize, span.start as usize + value.len());
    (!looks_json).then(|| replace(file, span, &written(value), QUOTE))
}

/// Single quotes instead of double ones, on one line without other escapes.
fn unquote_line(file: &Syntax, escape: Span) -> Option<Fix> {
    let text = &file.text;
    let line_start = text.get(..escape.start as usize)?.rfind('\n').map_or(0, |at| at + 1);
    let open = line_start + text.get(line_start..escape.start as usize)?.find('"')?;
    let tail = text.get(escape.end as usize..)?.lines().next()?;
    let close = escape.end as usize + tail.rfind('"')?;
    let inner = text.get(open + 1..close)?;
    if inner.contains("#{") || inner.contains('\'') || inner.contains("\\\\") {
        return None;
    }
    let title = ("Use single quotes", "単一引用符にする");
    Some(replace(file, Span::new(open, close + 1), &format!("'{inner}'"), title))
}

/// The line that fluentd prints is not the true one.
fn wrong_position(parsed: &Parsed, error: &RubyError) -> Option<Diagnostic> {
    let (source, span) = error.place?;
    let text = file(parsed, source)?.text.get(..span.start as usize)?;
    let after_at = error.message.split_once(" at ")?.1;
    if text.is_ascii() {
        return None;
    }
    let line = text.matches('\n').count() + 1;
    let printed = after_at.split_once(" line ").and_then(|(_, rest)| rest.split(',').next());
    let printed = printed.and_then(|number| number.parse::<usize>().ok());
    // An unclosed quote is rightly reported where the text ends; only a place beyond is wrong.
    if printed == Some(line) {
        return None;
    }
    let message = Message::new(
        format!("The true place is line {line}."),
        format!("正しい位置は {line} 行目です。"),
    );
    Some(Diagnostic::new(&codes::WRONG_POSITION, message).at(source, span))
}

struct Lint<'l> {
    syntax: &'l Syntax,
    found: &'l mut Vec<Diagnostic>,
}

impl<'l> Lint<'l> {
    /// Depth is bounded by the reader.
    fn items(&mut self, items: &'l [Item], path: &mut Vec<&'l SectionSyntax>) {
        for item in items {
            match item {
                Item::Param(param) => self.param(param, items, path),
                Item::Section(section) => {
                    path.push(section);
                    self.items(&section.items, path);
                    path.pop();
                }
                Item::Include(include) if include.found == 0 => {
                    let uri = &include.address;
                    let message = Message::new(
                        format!("{uri} matches no file; fluentd goes on silently."),
                        format!(
                            "{uri} に一致するファイルがありません。fluentd は何も言わずに続行します。"
                        ),
                    );
                    self.find(&codes::INCLUDE_FINDS_NOTHING, message, include.uri);
                }
                Item::Include(_) => {}
            }
        }
    }

    fn find(&mut self, code: &'static Code, message: Message, span: Span) -> &mut Diagnostic {
        let at = self.found.len();
        self.found.push(Diagnostic::new(code, message).at(self.syntax.source, span));
        &mut self.found[at]
    }

    fn param(&mut self, param: &ParamSyntax, items: &[Item], path: &[&SectionSyntax]) {
        self.duplicate(param, items);
        let declarations = declarations(self.syntax, path);
        let known = declared(&declarations, &param.name);
        if let Some(section) = path.last().filter(|_| known.is_none()) {
            self.unknown(
                param,
                section,
                &declarations
                    .iter()
                    .flat_map(|d| d.all_params())
                    .map(|p| p.name)
                    .collect::<Vec<_>>(),
            );
        }
        let Some(span) = param.value else { return };
        if !self.is_ruby(path) {
            self.bare(param, span, known.map(|known| known.kind));
        }
        match known.map(|known| known.kind) {
            Some(Kind::Time) => self.units(param, span, &codes::TIME_UNITS, "smhd"),
            Some(Kind::Size) => self.units(param, span, &codes::SIZE_UNITS, "kmgtKMGT"),
            Some(Kind::Bool) => self.bool(param, span),
            Some(Kind::Hash(_) | Kind::SymbolHash(_)) => self.hash(param, span),
            Some(Kind::Regexp) => self.regexp(&param.text, span),
            _ => {}
        }
    }

    /// True in a `<record>` whose values are Ruby's as a whole, `#{…}` included.
    fn is_ruby(&self, path: &[&SectionSyntax]) -> bool {
        let [.., filter, record] = path else { return false };
        self.syntax.slice(record.name) == "record"
            && filter.items.iter().any(|item| match item {
                Item::Param(param) => {
                    param.name == "enable_ruby" && !matches!(&*param.text, "false" | "no")
                }
                _ => false,
            })
    }

    fn duplicate(&mut self, param: &ParamSyntax, items: &[Item]) {
        let later = items.iter().find_map(|item| match item {
            Item::Param(other) if other.name == param.name && other.key.start > param.key.start => {
                Some(other.key)
            }
            _ => None,
        });
        if let Some(later) = later {
            let name = &param.name;
            let message = Message::new(
                format!("This value of {name} is replaced further down."),
                format!("{name} のこの値は、後の行の値で上書きされます。"),
            );
            let source = self.syntax.source;
            let label = Label {
                source,
                span: later,
                message: Message::new("this one counts", "こちらが有効です"),
            };
            self.find(&codes::DUPLICATE_PARAM, message, param.key).labels.push(label);
        }
    }

    /// A name that the section's plugin does not have.
    fn unknown(&mut self, param: &ParamSyntax, section: &SectionSyntax, known: &[&str]) {
        let name = param.name.as_str();
        let section_name = self.syntax.slice(section.name);
        let plugin = registry::kind_of_section(section_name).and_then(|kind| {
            let type_name = section.params().find(|param| param.name == "@type")?;
            registry::find(kind, &type_name.text)
        });
        let Some(plugin) = plugin.filter(|plugin| plugin.complete) else { return };
        let numbered = name.trim_end_matches(|last: char| last.is_ascii_digit()).len() < name.len();
        if plugin.proxy.all_params().is_empty() || numbered || name.starts_with('@') {
            return;
        }
        if plugin.name == "stdout" && is_flat_stdout(name) {
            return;
        }
        let has_parse = section.sections().any(|inner| self.syntax.slice(inner.name) == "parse");
        if plugin.name == "tail" && section_name == "source" && !has_parse {
            if name == "format" {
                self.flat_format(param);
            }
            return;
        }
        let parser = registry::find(registry::Kind::Parser, "regexp");
        let flat = parser.is_some_and(|parser| parser.proxy.param(name).is_some());
        if flat && has_parse {
            let message = Message::new(
                format!("{name} is not read here: a <parse> section is there and does not see it."),
                format!("<parse> があるため、ここに書いた {name} は読まれません。"),
            );
            self.find(&codes::FLAT_PARSER_PARAM, message, param.key);
            return;
        }
        let message = Message::new(
            format!(
                "{} has no parameter {name}; fluentd only warns and goes on without it.",
                plugin.name
            ),
            format!(
                "{} に {name} というパラメーターはありません。fluentd は警告だけ出して無視します。",
                plugin.name
            ),
        );
        let near = known.iter().find(|known| is_near(known, name));
        let fix = near.map(|near| {
            let title = (format!("Change to {near}"), format!("{near} に直す"));
            replace(self.syntax, param.key, near, (&title.0, &title.1))
        });
        self.find(&codes::UNUSED_PARAM, message, param.key).fix = fix;
    }

    fn flat_format(&mut self, param: &ParamSyntax) {
        let text = param.text.as_str();
        let Some(span) = param.value else { return };
        let is_regexp = text.len() > 1 && text.starts_with('/') && text.ends_with('/');
        let is_name = registry::find(registry::Kind::Parser, text).is_some();
        let looks = text.starts_with('/') || text.contains(['(', '^', '[']);
        if looks && !is_regexp && !is_name {
            let message = Message::new(
                format!("{text} is looked up as the name of a parser."),
                format!("{text} という名前のパーサーが探されます。"),
            );
            let said = format!(
                "Unknown parser plugin '{text}'. Run 'gem search -rd fluent-plugin' to find plugins"
            );
            self.find(&codes::FLAT_FORMAT, message, span).said = Some(said);
        }
    }

    /// What only concerns values written without quotes.
    fn bare(&mut self, param: &ParamSyntax, span: Span, kind: Option<Kind>) {
        if param.style == Style::Single && param.text.contains("#{ENV") {
            let value = format!("\"{}\"", param.text);
            self.ruby(span, &value);
        }
        if param.style != Style::Bare {
            return;
        }
        let text = param.text.as_str();
        if text.starts_with("#{") || text.contains("#{ENV") || text.contains("#{hostname") {
            self.ruby(span, &format!("\"{}\"", text.replace('"', "\\\"")));
        } else if text.starts_with('#') && kind != Some(Kind::Bool) {
            let message = Message::new(
                format!("The value of {} is “{text}”.", param.name),
                format!("{} の値は「{text}」になります。", param.name),
            );
            self.find(&codes::COMMENT_AS_VALUE, message, span);
        } else if let Some(at) = text.find("</").filter(|_| text.ends_with('>')) {
            let message = Message::new(
                format!(
                    "{} belongs to the value of {}.",
                    text.get(at..).unwrap_or_default(),
                    param.name
                ),
                format!(
                    "{} は {} の値の一部です。",
                    text.get(at..).unwrap_or_default(),
                    param.name
                ),
            );
            let place = Span::new(span.start as usize + at, span.end as usize);
            let fix = replace(self.syntax, Span::at(place.start as usize), "\n", BREAK);
            self.find(&codes::CLOSING_TAG_IN_VALUE, message, place).fix = Some(fix);
        } else if text.starts_with('/') {
            self.cut(text, span);
        }
    }

    fn ruby(&mut self, span: Span, value: &str) {
        let message = Message::new(
            "This Ruby is not run: the text is taken as it stands.",
            "この Ruby は実行されず、文字のまま扱われます。",
        );
        let fix = replace(self.syntax, span, value, QUOTE);
        self.find(&codes::RUBY_NOT_EVALUATED, message, span).fix = Some(fix);
    }

    /// A regexp that a comment sign has cut, where the rest of the line closes it.
    fn cut(&mut self, text: &str, span: Span) {
        let tail = self.syntax.text.get(span.end as usize..).unwrap_or_default();
        let tail = tail.split(['\r', '\n']).next().unwrap_or_default();
        let whole = tail.trim_end_matches([' ', '\t']);
        let open = text.len() == 1 || text.rfind('/') == Some(0) || regexp_parts(text).is_err();
        if !whole.trim_start_matches([' ', '\t']).starts_with('#') || !whole.contains('/') || !open
        {
            return;
        }
        let message = Message::new(
            format!("Only {text} arrives: a blank and # begin a comment."),
            format!("{text} だけが渡されます。空白 + # からはコメントになります。"),
        );
        let all = Span::new(span.start as usize, span.end as usize + whole.len());
        let fix = replace(self.syntax, all, &written(&format!("{text}{whole}")), QUOTE);
        let said = regexp_parts(text).err().map(|error| error.message);
        let found = self.find(&codes::REGEXP_CUT, message, all);
        found.fix = Some(fix);
        if said.is_some() {
            found.severity = Severity::Fatal;
            found.said = said;
        }
    }

    /// A number with units that is more than digits and one unit.
    fn units(&mut self, param: &ParamSyntax, span: Span, code: &'static Code, units: &str) {
        let text = param.text.as_str();
        // Embedded code that gives nil or the default.
        if text.is_empty() && self.syntax.slice(span).contains("#{") {
            return;
        }
        let digits = text.trim_start_matches(|first: char| first.is_ascii_digit());
        let is_number = text.parse::<f64>().is_ok();
        let plain = digits.len() < text.len()
            && (digits.is_empty() || digits.len() == 1 && units.contains(digits));
        let bytes = code.path == codes::SIZE_UNITS.path;
        let usual = bytes && (is_number && !text.contains('.') || is_bytes(digits, text));
        if plain || usual || (!bytes && is_number) {
            return;
        }
        let value = Value::from(text);
        let read = if bytes {
            size_value(&value, Mode::default(), &param.name)
        } else {
            time_value(&value, Mode::default(), &param.name)
        };
        let Ok(read) = read else { return };
        let shown =
            crate::ruby::inspect::inspect(&read, crate::ruby::version::RubyVersion::default());
        let (unit_en, unit_ja) = if bytes { ("bytes", "バイト") } else { ("seconds", "秒") };
        let message = Message::new(
            format!("{text} is read as {shown} {unit_en}."),
            format!("{text} は {shown} {unit_ja}になります。"),
        );
        self.find(code, message, span);
    }

    fn bool(&mut self, param: &ParamSyntax, span: Span) {
        let text = param.text.as_str();
        let good = ["true", "false", "yes", "no", ""].contains(&text) || text.starts_with('#');
        if good || param.style == Style::Double {
            return;
        }
        let name = &param.name;
        let message = Message::new(
            format!(
                "{text} is neither true nor false: {name} becomes nil and fluentd does not start."
            ),
            format!(
                "{text} は true でも false でもないため {name} が nil になり、fluentd は起動しません。"
            ),
        );
        let meant = match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "t" => Some("true"),
            "false" | "no" | "off" | "0" | "f" => Some("false"),
            _ => None,
        };
        let fix = meant.map(|meant| {
            let title = (format!("Write {meant}"), format!("{meant} にする"));
            replace(self.syntax, span, meant, (&title.0, &title.1))
        });
        let found = self.find(&codes::BOOL_IS_NIL, message, span);
        found.said = Some(format!("'{name}' parameter is required but nil is specified"));
        found.fix = fix;
    }

    fn hash(&mut self, param: &ParamSyntax, span: Span) {
        if param.style == Style::Json || param.text.starts_with('{') {
            return;
        }
        let lonely = param.text.split(',').find(|pair| !pair.contains(':') && !pair.is_empty());
        if let Some(pair) = lonely {
            let pair = pair.trim_matches([' ', '\t']);
            let message = Message::new(
                format!("{pair} has no value: it is nil."),
                format!("{pair} に値がなく、nil になります。"),
            );
            self.find(&codes::HASH_WITHOUT_COLON, message, span);
        }
    }

    fn regexp(&mut self, text: &str, span: Span) {
        let Ok((pattern, _)) = regexp_parts(text) else { return };
        if !text.starts_with('/') {
            return;
        }
        let flags = text.rfind('/').and_then(|at| text.get(at + 1..)).unwrap_or_default();
        if pattern.is_empty() && text != "//" {
            let message = Message::new(
                format!(
                    "{text} has no closing slash and compiles to the empty pattern: every line matches."
                ),
                format!(
                    "{text} は閉じるスラッシュがなく、空のパターンになります。すべての行に一致します。"
                ),
            );
            self.find(&codes::EMPTY_REGEXP, message, span);
        } else if flags.chars().any(|flag| flag != 'i' && flag != 'm') {
            let message = Message::new(
                format!("Of the flags {flags} only i and m count."),
                format!("フラグ {flags} のうち有効なのは i と m だけです。"),
            );
            self.find(&codes::REGEXP_FLAGS, message, span);
        }
    }
}

/// `10kb`, `10MB`: the unit is found and what follows it does no harm.
fn is_bytes(tail: &str, text: &str) -> bool {
    let lower = tail.to_ascii_lowercase();
    tail.len() < text.len()
        && ["kb", "mb", "gb", "tb", "kib", "mib", "gib"].contains(&lower.as_str())
}

/// One letter added, dropped, changed or two neighbours swapped.
fn is_near(known: &str, written: &str) -> bool {
    let (a, b) = (known.as_bytes(), written.as_bytes());
    if a == b || a.len().abs_diff(b.len()) > 1 || a.len() < 3 {
        return false;
    }
    let head = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    let rest = (a.len().saturating_sub(head + tail), b.len().saturating_sub(head + tail));
    match rest {
        (0 | 1, 0 | 1) => true,
        (2, 2) => a.get(head) == b.get(head + 1) && a.get(head + 1) == b.get(head),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
