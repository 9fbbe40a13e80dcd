//! `<match> @type rewrite_tag_filter` (fluent-plugin-rewrite-tag-filter 2.4).

use std::rc::Rc;

use super::buffering::OUTPUT;
use super::filter::Context;
use super::filter_concat::match_error;
use super::output::{Emission, EmittingOutput, Target};
use crate::encoding::Encoding;
use crate::fluent::config::configure_proxy::{ConfigureProxy, Kind, Literal, Param};
use crate::fluent::config::element::Element;
use crate::fluent::config::section::Section;
use crate::fluent::environment::Environment;
use crate::fluent::error::RubyError;
use crate::fluent::event::{Event, EventStream, Tag};
use crate::fluent::log::Level;
use crate::fluent::match_pattern::escape;
use crate::fluent::record_accessor::{RecordAccessor, no_method};
use crate::onigmo::regexp::{Options, Regexp, Region};
use crate::ruby::inspect::to_s;
use crate::ruby::join::Joiner;
use crate::ruby::scrub::scrub;
use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::ruby::version::RubyVersion;

/// The parameters.
pub const PROXY: ConfigureProxy = ConfigureProxy {
    bases: &[&OUTPUT],
    params: &[
        Param::new("capitalize_regex_backreference", Kind::Bool)
            .default(Literal::Bool(false))
            .doc("Capitalizes what `$1` gives.", "`$1` の値の先頭を大文字にします。"),
        Param::new("remove_tag_prefix", Kind::String)
            .optional()
            .doc("Removed from `${tag}`.", "`${tag}` から取り除く接頭辞です。"),
        Param::new("remove_tag_regexp", Kind::Regexp)
            .optional()
            .doc("Removed from `${tag}`.", "`${tag}` から取り除く正規表現です。"),
        Param::new("hostname_command", Kind::String)
            .default(Literal::String("hostname"))
            .doc("The command that gives `${hostname}`.", "`${hostname}` を得るコマンドです。"),
        Param::new("emit_mode", Kind::Enum(&["record", "batch"]))
            .default(Literal::Symbol("batch"))
            .doc(
                "One stream a record, or one a new tag.",
                "1 件ずつ、または新しいタグごとに出力します。",
            ),
    ],
    sections: &[ConfigureProxy {
        param_name: Some("rules"),
        params: &[
            Param::new("key", Kind::String)
                .doc("The field the pattern is tried on.", "パターンを当てるフィールドです。"),
            Param::new("pattern", Kind::Regexp).doc("The pattern.", "パターンです。"),
            Param::new("tag", Kind::String).doc("The new tag.", "新しいタグです。"),
            Param::new("label", Kind::String)
                .optional()
                .doc("The label to emit to.", "出力先のラベルです。"),
            Param::new("invert", Kind::Bool)
                .default(Literal::Bool(false))
                .doc("Takes what does not match.", "一致しないものを対象にします。"),
        ],
        ..ConfigureProxy::new("rule")
    }],
    ..ConfigureProxy::new("rewrite_tag_filter")
};

#[derive(Debug)]
struct Rule {
    accessor: RecordAccessor,
    pattern: Rc<Regexp>,
    invert: bool,
    tag: String,
    label: Option<String>,
}

/// The output.
#[derive(Debug)]
pub struct RewriteTagFilterOutput {
    rules: Vec<Rule>,
    capitalize: bool,
    remove: Option<Rc<Regexp>>,
    hostname: String,
    batch: bool,
    region: Region,
}

impl RewriteTagFilterOutput {
    /// fluentd's `configure`.
    pub fn new(
        section: &Section,
        conf: &Element,
        environment: &Environment,
    ) -> Result<RewriteTagFilterOutput, RubyError> {
        let rules = read_rules(section)?;
        if conf.attrs.iter().any(|attr| attr.key.starts_with("rewriterule")) {
            return Err(RubyError::config(
                "\"rewriterule<num>\" support has been dropped. Use <rule> section instead.",
            ));
        }
        if rules.is_empty() {
            return Err(RubyError::config("missing rewriterules"));
        }
        refuse_duplicates(section, &rules)?;
        let prefix = section.text("remove_tag_prefix");
        let regexp = section.regexp("remove_tag_regexp");
        if prefix.is_some() && regexp.is_some() {
            return Err(RubyError::config("remove_tag_prefix and remove_tag_regexp are exclusive"));
        }
        let remove = match prefix {
            Some(prefix) => {
                let source = format!("^{}\\.?", escape(prefix));
                let regexp = Regexp::new(&source, Options::default())
                    .map_err(|error| RubyError::new("RegexpError", error.message))?;
                Some(Rc::new(regexp))
            }
            None => regexp.cloned(),
        };
        Ok(RewriteTagFilterOutput {
            rules,
            capitalize: section.flag("capitalize_regex_backreference"),
            remove,
            hostname: environment.hostname.clone(),
            batch: section.text("emit_mode") == Some("batch"),
            region: Region::default(),
        })
    }

    /// The keys it looks at.
    pub fn accessors(&self) -> impl Iterator<Item = &RecordAccessor> {
        self.rules.iter().map(|rule| &rule.accessor)
    }

    /// Labels that rules name.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.rules.iter().filter_map(|rule| rule.label.as_deref())
    }

    /// The new tag and label; `None` when no rule takes the record.
    fn rewrite(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        shown: &[u8],
        event: &Event,
    ) -> Result<Option<(Tag, Option<String>)>, RubyError> {
        for rule in &self.rules {
            let value = rule.accessor.call(&event.record.borrow())?;
            let value = to_s(&value, context.ruby);
            if value.is_empty() && !rule.invert {
                continue;
            }
            let value = scrub(&value, "?");
            let hit = rule
                .pattern
                .search(value.as_bytes(), value.encoding(), 0, &mut self.region)
                .map_err(match_error)?;
            if hit == rule.invert {
                continue;
            }
            let new_tag = if rule.invert {
                RString::utf8(&rule.tag)
            } else {
                back_references(&rule.tag, &value, &self.region, self.capitalize, context.ruby)?
            };
            let tag = self.placeholders(context, tag, shown, &new_tag)?;
            return Ok(Some((tag, rule.label.clone())));
        }
        Ok(None)
    }

    fn placeholders(
        &self,
        context: &mut Context<'_>,
        tag: &Tag,
        shown: &[u8],
        new_tag: &RString,
    ) -> Result<Tag, RubyError> {
        let text = new_tag.as_bytes();
        let mut out = Joiner::new(context.ruby);
        out.push(b"", new_tag.encoding())?;
        let mut at = 0;
        while at < text.len() {
            let Some(length) = placeholder_length(&text[at..]) else {
                out.push(&text[at..=at], new_tag.encoding())?;
                at += 1;
                continue;
            };
            let name = &text[at..at + length];
            match self.placeholder(name, shown) {
                Some(value) => out.push(&value, Encoding::Utf8)?,
                None => context.say(
                    Level::Warn,
                    format!(
                        "rewrite_tag_filter: unknown placeholder found. :placeholder=>{} :tag=>{} :rewritetag=>{}",
                        String::from_utf8_lossy(name),
                        String::from_utf8_lossy(tag),
                        new_tag.to_lossy()
                    ),
                ),
            }
            at += length;
        }
        Ok(out.finish().as_bytes().into())
    }

    fn placeholder(&self, name: &[u8], shown: &[u8]) -> Option<Vec<u8>> {
        match name {
            b"__HOSTNAME__" | b"${hostname}" => return Some(self.hostname.clone().into_bytes()),
            b"__TAG__" | b"${tag}" => return Some(shown.to_vec()),
            _ => {}
        }
        let index = name.strip_prefix(b"${tag_parts[".as_slice())?.strip_suffix(b"]}")?;
        let number: usize = std::str::from_utf8(index).ok()?.parse().ok()?;
        if number.to_string().as_bytes() != index {
            return None;
        }
        tag_parts(shown).get(number).map(|part| part.to_vec())
    }
}

/// `tag.split('.')`: trailing empty parts are dropped.
pub fn tag_parts(tag: &[u8]) -> Vec<&[u8]> {
    let mut parts: Vec<&[u8]> = tag.split(|&byte| byte == b'.').collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    parts
}

fn read_rules(section: &Section) -> Result<Vec<Rule>, RubyError> {
    let mut rules = Vec::new();
    for rule in section.sections("rules") {
        let Some(pattern) = rule.regexp("pattern") else { continue };
        rules.push(Rule {
            accessor: RecordAccessor::new(rule.text("key").unwrap_or_default())?,
            pattern: Rc::clone(pattern),
            invert: rule.flag("invert"),
            tag: rule.text("tag").unwrap_or_default().to_owned(),
            label: rule.text("label").filter(|label| !label.is_empty()).map(str::to_owned),
        });
    }
    Ok(rules)
}

fn refuse_duplicates(section: &Section, rules: &[Rule]) -> Result<(), RubyError> {
    let mut names: Vec<(&str, bool, &str, Options)> = Vec::new();
    for (rule, section) in rules.iter().zip(section.sections("rules")) {
        let key = section.text("key").unwrap_or_default();
        let name = (key, rule.invert, rule.pattern.pattern(), rule.pattern.options());
        if names.contains(&name) {
            let shown: Vec<String> = rules.iter().map(shown_rule).collect();
            let message = format!("duplicated rewriterules found [{}]", shown.join(", "));
            let place = section.place();
            return Err(RubyError::config(message).at(place.0, place.1));
        }
        names.push(name);
    }
    Ok(())
}

/// A rule as Ruby's `inspect` shows it, without the object's address and insides.
fn shown_rule(rule: &Rule) -> String {
    let options = rule.pattern.options();
    let mut flags = String::new();
    for (set, flag) in
        [(options.multi_line, 'm'), (options.ignore_case, 'i'), (options.extend, 'x')]
    {
        if set {
            flags.push(flag);
        }
    }
    let label = rule.label.as_ref().map_or_else(|| "nil".to_owned(), |label| format!("{label:?}"));
    format!(
        "[#<Fluent::PluginHelper::RecordAccessor::Accessor>, /{}/{flags}, {:?}, {:?}, {label}]",
        rule.pattern.pattern(),
        if rule.invert { "!" } else { "" },
        rule.tag,
    )
}

/// `rewritetag.gsub(/\$\d+/, table)`.
fn back_references(
    tag: &str,
    value: &RString,
    region: &Region,
    capitalize: bool,
    ruby: RubyVersion,
) -> Result<RString, RubyError> {
    if capitalize && region.groups.iter().any(Option::is_none) {
        return Err(no_method("capitalize", &Value::Nil, ruby));
    }
    let bytes = tag.as_bytes();
    let mut out = Joiner::default();
    out.push(b"", Encoding::Utf8)?;
    let mut at = 0;
    while at < bytes.len() {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if bytes[at] != b'$' || digits == 0 {
            out.push(&bytes[at..=at], Encoding::Utf8)?;
            at += 1;
            continue;
        }
        let number = &tag[at + 1..at + 1 + digits];
        at += 1 + digits;
        // The table has "$1", "$2", …: "$0" and "$01" are not in it and give nothing.
        let group: Option<usize> =
            number.parse().ok().filter(|group: &usize| *group > 0 && group.to_string() == number);
        let span = group.and_then(|group| region.groups.get(group).copied().flatten());
        if let Some(span) = span {
            let part = value.slice(span.start as usize, span.end as usize);
            let part = if capitalize { capitalized(&part) } else { part };
            out.push(part.as_bytes(), part.encoding())?;
        }
    }
    Ok(out.finish())
}

/// `String#capitalize`.
#[expect(clippy::disallowed_methods, reason = "Ruby maps case beyond ASCII here too")]
fn capitalized(text: &RString) -> RString {
    match text.as_str() {
        Some(characters) if text.encoding() == Encoding::Utf8 => {
            let mut rest = characters.chars();
            let first: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
            RString::utf8(&(first + &rest.as_str().to_lowercase()))
        }
        _ => {
            let mut bytes = text.as_bytes().to_ascii_lowercase();
            if let Some(first) = bytes.first_mut() {
                first.make_ascii_uppercase();
            }
            RString::new(&bytes, text.encoding())
        }
    }
}

/// Length of what `/\${[a-z_]+(\[[0-9]+\])?}|__[A-Z_]+__/` takes at the start.
fn placeholder_length(text: &[u8]) -> Option<usize> {
    if let Some(rest) = text.strip_prefix(b"${".as_slice()) {
        let name = rest.iter().take_while(|byte| byte.is_ascii_lowercase() || **byte == b'_');
        let name = name.count();
        let mut at = name;
        if name > 0 && rest.get(at) == Some(&b'[') {
            let digits = rest[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 || rest.get(at + 1 + digits) != Some(&b']') {
                return None;
            }
            at += digits + 2;
        }
        return (name > 0 && rest.get(at) == Some(&b'}')).then_some(at + 3);
    }
    let rest = text.strip_prefix(b"__".as_slice())?;
    let run = rest.iter().take_while(|byte| byte.is_ascii_uppercase() || **byte == b'_').count();
    // Greedy with backtracking: the run has to end in two underscores, with one character before.
    (3..=run).rev().find(|&end| &rest[end - 2..end] == b"__").map(|end| end + 2)
}

impl EmittingOutput for RewriteTagFilterOutput {
    fn process(
        &mut self,
        context: &mut Context<'_>,
        tag: &Tag,
        stream: EventStream,
        out: &mut Vec<Emission>,
    ) -> Result<(), RubyError> {
        let shown = self.shown_tag(tag)?;
        let mut batches: Vec<Emission> = Vec::new();
        for event in stream {
            let rewritten = self.rewrite(context, tag, &shown, &event)?;
            let Some((new_tag, label)) =
                rewritten.filter(|(new_tag, label)| *new_tag != *tag || label.is_some())
            else {
                context.dropped.push(event.from);
                continue;
            };
            let target = label.map_or(Target::Own, Target::Label);
            if !self.batch {
                out.push(Emission { target, tag: new_tag, stream: vec![event] });
                continue;
            }
            let known =
                batches.iter_mut().find(|batch| batch.target == target && batch.tag == new_tag);
            match known {
                Some(batch) => batch.stream.push(event),
                None => batches.push(Emission { target, tag: new_tag, stream: vec![event] }),
            }
        }
        // Batches are grouped by label, in order of the labels' first appearance.
        let mut targets: Vec<Target> = Vec::new();
        for batch in &batches {
            if !targets.contains(&batch.target) {
                targets.push(batch.target.clone());
            }
        }
        crate::order::by_key(&mut batches, |batch| {
            targets.iter().position(|target| *target == batch.target)
        });
        out.extend(batches);
        Ok(())
    }
}

impl RewriteTagFilterOutput {
    /// The tag as `${tag}` shows it.
    fn shown_tag(&mut self, tag: &Tag) -> Result<Vec<u8>, RubyError> {
        let Some(regexp) = &self.remove else { return Ok(tag.to_vec()) };
        let hit = regexp.search(tag, Encoding::Utf8, 0, &mut self.region).map_err(match_error)?;
        let span = self.region.groups.first().copied().flatten().filter(|_| hit);
        let Some(span) = span else { return Ok(tag.to_vec()) };
        Ok([&tag[..span.start as usize], &tag[span.end as usize..]].concat())
    }
}
