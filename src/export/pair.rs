//! The configuration on the screen for Docker nodes, for CRI nodes, and for both: the same filters
//! and outputs, and only what must differ (EXPORT.md, *The configs*).
//!
//! What differs: the parser of each source that tails containers, how the 16 KiB pieces of one line
//! are put together, and the newline that Docker keeps. Everything else stays byte for byte.

use crate::diag::{Edit, Message};
use crate::fluent::config::edit::apply;
use crate::fluent::config::syntax::{Item, SectionSyntax, Syntax};
use crate::fluent::config::v1_parser;
use crate::fluent::environment::Environment;
use crate::source::{SourceId, Span};

/// Which nodes a configuration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Docker's json-file.
    Docker,
    /// containerd, CRI-O.
    Cri,
    /// Both, by `multi_format`.
    Both,
}

impl Variant {
    /// All of them.
    pub const ALL: [Variant; 3] = [Variant::Docker, Variant::Cri, Variant::Both];

    /// The file's name.
    pub fn file_name(self) -> &'static str {
        match self {
            Variant::Docker => "fluent-docker.conf",
            Variant::Cri => "fluent-cri.conf",
            Variant::Both => "fluent-both.conf",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Variant::Docker => "# Docker json-file lines (dockershim nodes, cri-dockerd)",
            Variant::Cri => "# CRI lines (containerd, CRI-O)",
            Variant::Both => "# Docker and CRI lines in one file",
        }
    }
}

/// A variant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Derived {
    /// Its text.
    pub conf: String,
    /// What was changed beyond the parser.
    pub notes: Vec<Message>,
}

/// The fields that the configuration works with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fields {
    /// The message.
    text: String,
    /// CRI's tag, `F` or `P`.
    logtag: String,
}

/// What a source's parser reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Docker,
    Cri,
    Both,
}

const JOINING: &str = "# 1. put the 16 KiB pieces of one line back together";
const CHOMP: &str = "# Docker keeps the newline of each line, CRI does not: drop it";
const FILL: &str =
    "# 0. Docker lines get a logtag too: F when the newline is there, P when it is not";
const OURS: [&str; 3] = [JOINING, CHOMP, FILL];

/// Parameters of concat that belong to one runtime.
const OF_A_RUNTIME: [&str; 9] = [
    "@type",
    "key",
    "partial_key",
    "partial_value",
    "use_partial_cri_logtag",
    "partial_cri_logtag_key",
    "partial_cri_stream_key",
    "multiline_end_regexp",
    "separator",
];

struct Source<'t> {
    section: &'t SectionSyntax,
    parse: &'t SectionSyntax,
    reads: Reads,
    fields: Option<Fields>,
}

/// The configuration for one kind of node.
pub fn derive(conf: &str, variant: Variant) -> Result<Derived, Message> {
    let parsed = v1_parser::parse(conf, &Environment::default());
    let file = parsed.files.first().filter(|_| parsed.errors.is_empty()).ok_or_else(|| {
        Message::new(
            "fluentd cannot read this configuration: mend it first.",
            "この設定は fluentd で読めません。先に直してください。",
        )
    })?;
    let sources: Vec<Source> = sections(&file.items)
        .filter(|section| file.slice(section.name) == "source")
        .filter_map(|section| source(file, section))
        .collect();
    let Some(first) = sources.first() else {
        return Err(Message::new(
            "No <source> with a <parse> of json, cri, multi_format or the CRI pattern tails container logs, so there is nothing that must differ between the nodes.",
            "コンテナログを読む <source> (json、cri、multi_format、または CRI のパターンの <parse>) がないので、ノードで変えるものがありません。",
        ));
    };
    let fields = first.fields.clone().unwrap_or_else(standard);
    let mut plan = Plan { file, variant, fields, edits: Vec::new(), notes: Vec::new() };
    for source in &sources {
        plan.parser(source);
    }
    let joiner = plan.remove_what_we_add();
    match joiner {
        Some(joiner) => plan.replace_joiner(&joiner),
        None => plan.insert_stage(&sources),
    }
    crate::order::by_key(&mut plan.edits, |edit| (edit.span.start, edit.span.end));
    let text = apply(conf, &plan.edits);
    let title = variant.title();
    let body = text
        .split_once('\n')
        .filter(|(line, _)| Variant::ALL.iter().any(|variant| variant.title() == *line));
    let conf = format!("{title}\n{}", body.map_or(text.as_str(), |(_, rest)| rest));
    Ok(Derived { conf, notes: plan.notes })
}

fn standard() -> Fields {
    Fields { text: "log".to_owned(), logtag: "logtag".to_owned() }
}

fn sections(items: &[Item]) -> impl Iterator<Item = &SectionSyntax> {
    items.iter().filter_map(|item| match item {
        Item::Section(section) => Some(section),
        Item::Param(_) | Item::Include(_) => None,
    })
}

fn text<'t>(section: &'t SectionSyntax, name: &str) -> Option<&'t str> {
    section.params().filter(|param| param.name == name).last().map(|param| param.text.as_str())
}

fn is(file: &Syntax, section: &SectionSyntax, name: &str, kind: &str) -> bool {
    file.slice(section.name) == name && text(section, "@type") == Some(kind)
}

fn source<'t>(file: &'t Syntax, section: &'t SectionSyntax) -> Option<Source<'t>> {
    let path = text(section, "path")?;
    let containers = ["/containers", "/var/log/pods", "/var/lib/docker"];
    if text(section, "@type") != Some("tail") || !containers.iter().any(|part| path.contains(part))
    {
        return None;
    }
    let parse = section.sections().find(|inner| file.slice(inner.name) == "parse")?;
    let (reads, fields) = match text(parse, "@type")? {
        "json" => (Reads::Docker, Some(standard())),
        "multi_format" => {
            let fields = parse.sections().find_map(|pattern| match text(pattern, "format")? {
                "regexp" => cri_fields(text(pattern, "expression")?),
                _ => None,
            });
            (Reads::Both, Some(fields.unwrap_or_else(standard)))
        }
        "cri" => {
            (Reads::Cri, Some(Fields { text: "message".to_owned(), logtag: "logtag".to_owned() }))
        }
        "regexp" => {
            let expression = text(parse, "expression")?;
            let shaped = expression.contains("stdout|stderr") || expression.contains("(?<stream>");
            (Reads::Cri, cri_fields(expression).filter(|_| shaped))
        }
        _ => return None,
    };
    let reads_cri = reads != Reads::Cri || fields.is_some() || text(parse, "@type") == Some("cri");
    reads_cri.then_some(Source { section, parse, reads, fields })
}

/// The names of the last two groups of the usual CRI pattern; `None` where they are not there.
fn cri_fields(expression: &str) -> Option<Fields> {
    let mut names: Vec<&str> = Vec::new();
    for (at, _) in expression.match_indices("(?<") {
        let name = expression.get(at + 3..)?.split('>').next()?;
        if !name.starts_with(['=', '!']) {
            names.push(name);
        }
    }
    match names.as_slice() {
        [_, "stream", logtag, text] => {
            Some(Fields { text: (*text).to_owned(), logtag: (*logtag).to_owned() })
        }
        _ => None,
    }
}

/// The edits on the way from the text to its variant.
struct Plan<'t> {
    file: &'t Syntax,
    variant: Variant,
    fields: Fields,
    edits: Vec<Edit>,
    notes: Vec<Message>,
}

/// The filter that put pieces together, and the sections around it.
struct Joiner<'t> {
    section: &'t SectionSyntax,
    level: &'t [Item],
}

impl<'t> Plan<'t> {
    fn edit(&mut self, span: Span, text: String) {
        self.edits.push(Edit { source: SourceId::Conf(0), span, text });
    }

    /// The blanks before a section.
    fn margin(&self, section: &SectionSyntax) -> &'t str {
        let before = self.file.text.get(..section.span.start as usize).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        if line.bytes().all(|byte| byte == b' ' || byte == b'\t') { line } else { "" }
    }

    fn parser(&mut self, source: &Source) {
        let keeps = match (self.variant, source.reads) {
            (Variant::Docker, Reads::Docker) => true,
            (Variant::Cri, Reads::Cri) => source.fields.as_ref() == Some(&self.fields),
            (Variant::Both, Reads::Both) => source.fields.as_ref() == Some(&self.fields),
            _ => false,
        };
        if keeps {
            return;
        }
        // fluent-plugin-parser-cri keeps the time unless it is told otherwise.
        let kept = text(source.parse, "keep_time_key");
        let keep_time = match text(source.parse, "@type") {
            Some("cri") => !matches!(kept, Some("false" | "no")),
            _ => matches!(kept, Some("true" | "yes" | "")),
        };
        let lines = self.parser_lines(keep_time);
        let margin = self.margin(source.parse);
        let text = format!("<parse>\n{}{margin}</parse>", indented(&lines, margin));
        self.edit(source.parse.span, text);
    }

    fn parser_lines(&self, keep_time: bool) -> String {
        let keep = if keep_time { "keep_time_key true\n" } else { "" };
        let docker = format!("time_type string\ntime_format %iso8601\n{keep}");
        let cri = format!(
            "expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<{}>[^ ]+) (?<{}>.*)$/\ntime_format %iso8601\n{keep}",
            self.fields.logtag, self.fields.text
        );
        match self.variant {
            Variant::Docker => format!("@type json\n{docker}"),
            Variant::Cri => format!("@type regexp\n{cri}"),
            Variant::Both => format!(
                "@type multi_format\n<pattern>\n{}</pattern>\n<pattern>\n{}</pattern>\n",
                indented(&format!("format json\n{docker}"), ""),
                indented(&format!("format regexp\n{cri}"), "")
            ),
        }
    }

    /// Takes out what belongs to one runtime; the filter that joins stays, to be replaced.
    fn remove_what_we_add(&mut self) -> Option<Joiner<'t>> {
        let mut joiner = None;
        let file = self.file;
        let mut levels: Vec<&'t [Item]> = vec![&file.items];
        levels.extend(
            sections(&file.items)
                .filter(|section| file.slice(section.name) == "label")
                .map(|label| label.items.as_slice()),
        );
        for level in levels {
            for section in sections(level) {
                if is(file, section, "filter", "concat") && joins_pieces(section) {
                    if joiner.is_none() {
                        joiner = Some(Joiner { section, level });
                    } else {
                        self.remove(section);
                    }
                } else if is(file, section, "filter", "record_transformer") && self.is_ours(section)
                {
                    self.remove(section);
                }
            }
        }
        joiner
    }

    /// A filter that only takes the newline away, or fills the tag in.
    fn is_ours(&self, section: &SectionSyntax) -> bool {
        let records: Vec<&SectionSyntax> = section.sections().collect();
        let [record] = records.as_slice() else { return false };
        let fields = [self.fields.text.as_str(), self.fields.logtag.as_str(), "log"];
        record.params().next().is_some()
            && record.params().all(|param| {
                fields.contains(&param.name.as_str()) && param.text.contains("chomp")
                    || param.name == self.fields.logtag && param.text.contains("end_with?")
            })
    }

    /// Removes a section with its line, and our own words above it.
    fn remove(&mut self, section: &SectionSyntax) {
        let text = &self.file.text;
        let mut start = section.span.start as usize - self.margin(section).len();
        while let Some(above) = text.get(..start).and_then(|before| before.strip_suffix('\n')) {
            let line = above.rsplit('\n').next().unwrap_or_default();
            if !OURS.contains(&line.trim_matches([' ', '\t'])) {
                break;
            }
            start = above.len() - line.len();
        }
        let end = section.span.end as usize;
        let end =
            if text.get(end..).is_some_and(|rest| rest.starts_with('\n')) { end + 1 } else { end };
        self.edit(Span::new(start, end), String::new());
    }

    /// What joins the pieces on these nodes.
    fn joining_lines(&self) -> String {
        let key = if self.variant == Variant::Docker { "log" } else { &self.fields.text };
        let how = match self.variant {
            Variant::Docker => "multiline_end_regexp /\\n\\z/\n".to_owned(),
            _ => format!("partial_key {}\npartial_value P\n", self.fields.logtag),
        };
        format!("@type concat\nkey {key}\n{how}separator \"\"\n")
    }

    /// What takes Docker's newline away after joining; empty for the others.
    fn chomp(&self, pattern: &str) -> String {
        let field = &self.fields.text;
        match (self.variant, field.as_str()) {
            (Variant::Docker, "log") => format!(
                "{CHOMP}\n<filter {pattern}>\n  @type record_transformer\n  enable_ruby true\n  <record>\n    log ${{record[\"log\"].chomp}}\n  </record>\n</filter>\n"
            ),
            (Variant::Docker, _) => format!(
                "{CHOMP}\n<filter {pattern}>\n  @type record_transformer\n  enable_ruby true\n  auto_typecast false\n  remove_keys log\n  <record>\n    {field} ${{record[\"log\"].to_s.chomp}}\n  </record>\n</filter>\n"
            ),
            _ => String::new(),
        }
    }

    /// What makes Docker's lines look like CRI's before joining; only for both.
    fn fill(&self, pattern: &str) -> String {
        if self.variant != Variant::Both {
            return String::new();
        }
        let Fields { text, logtag } = &self.fields;
        let (remove, value) = if text == "log" {
            ("", "record[\"log\"].to_s.chomp".to_owned())
        } else {
            ("  remove_keys log\n", format!("record[\"{text}\"] || record[\"log\"].to_s.chomp"))
        };
        format!(
            "{FILL}\n<filter {pattern}>\n  @type record_transformer\n  enable_ruby true\n  auto_typecast false\n{remove}  <record>\n    \
             {logtag} ${{record[\"{logtag}\"] || (record[\"log\"].to_s.end_with?(\"\\n\") ? \"F\" : \"P\")}}\n    \
             {text} ${{{value}}}\n  </record>\n</filter>\n"
        )
    }

    fn replace_joiner(&mut self, joiner: &Joiner<'t>) {
        let Joiner { section, level } = *joiner;
        let margin = self.margin(section);
        let pattern = self.file.slice(section.arg);
        let mut lines = self.joining_lines();
        for param in section.params().filter(|param| !OF_A_RUNTIME.contains(&param.name.as_str())) {
            let whole = param.key.to(param.value.unwrap_or(param.key));
            lines.push_str(self.file.slice(whole));
            lines.push('\n');
        }
        if text(section, "stream_identity_key").is_none() {
            lines.push_str("stream_identity_key stream\n");
        }
        let chomp = self.chomp(pattern);
        let target = text(section, "timeout_label");
        let label = target.and_then(|target| {
            sections(&self.file.items).find(|label| {
                self.file.slice(label.name) == "label" && self.file.slice(label.arg) == target
            })
        });
        let relabelled = sections(level).any(|section| {
            is(self.file, section, "match", "relabel") && text(section, "@label") == target
        });
        let mut new = String::new();
        let fill = self.fill(pattern);
        if !fill.is_empty() {
            new.push_str(&above_title(&fill, margin));
        }
        let filter = format!("<filter {pattern}>\n{}</filter>\n", indented(&lines, ""));
        new.push_str(&with_margin(&filter, margin));
        if (!relabelled || label.is_none()) && !chomp.is_empty() {
            new.push('\n');
            new.push_str(margin);
            new.push_str(&with_margin(&chomp, margin));
        }
        let mut span = section.span;
        if !fill.is_empty() {
            // In front of our own title of the filter.
            span = self.with_title(section);
        }
        self.edit(span, new);
        if let Some(label) = label.filter(|_| !chomp.is_empty()) {
            let margin = format!("{}  ", self.margin(label));
            let at = label.open.end as usize;
            let text = format!("\n{margin}{}", with_margin(&chomp, &margin));
            self.edit(Span::at(at), text);
        }
    }

    /// The section's place, with our title above it if it stands there.
    fn with_title(&self, section: &SectionSyntax) -> Span {
        let start = section.span.start as usize - self.margin(section).len();
        let above = self.file.text.get(..start).and_then(|before| before.strip_suffix('\n'));
        let line = above.map_or("", |above| above.rsplit('\n').next().unwrap_or_default());
        let title = line.trim_matches([' ', '\t']);
        let from = if title == JOINING {
            start - 1 - title.len()
        } else {
            start + self.margin(section).len()
        };
        Span::new(from, section.span.end as usize)
    }

    /// A stage of its own behind the sources, where the text has none.
    fn insert_stage(&mut self, sources: &[Source]) {
        let mut labels: Vec<Option<String>> = Vec::new();
        for source in sources {
            let label = text(source.section, "@label").map(str::to_owned);
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        let end = sources.iter().map(|source| source.section.span.end as usize).max();
        let Some(end) = end else { return };
        let known: Vec<String> = self.file.labels().into_iter().map(str::to_owned).collect();
        let mut stages = String::new();
        for (number, label) in (1..).zip(&labels) {
            let name = |base: &str| {
                let mut name =
                    if number == 1 { base.to_owned() } else { format!("{base}_{number}") };
                while known.contains(&name) {
                    name.push('_');
                }
                name
            };
            let (first, second) = (name("@CONTAINERS"), name("@LINES"));
            for source in sources {
                if text(source.section, "@label") == label.as_deref() {
                    self.relabel(source.section, &first);
                }
            }
            stages.push_str(&self.stage(&first, &second, label.as_deref().unwrap_or("@ROOT")));
        }
        self.edit(Span::at(end), stages);
        self.notes.push(Message::new(
            "Added: a stage that puts the 16 KiB pieces of long lines back together, per stream.",
            "追加: 長い行の 16 KiB ごとの断片を stream 別に結合する段。",
        ));
    }

    fn relabel(&mut self, source: &SectionSyntax, label: &str) {
        let own = source.params().filter(|param| param.name == "@label").last();
        match own.and_then(|param| param.value) {
            Some(value) => self.edit(value, label.to_owned()),
            None => {
                let margin = format!("{}  ", self.margin(source));
                let at = source
                    .params()
                    .next()
                    .map_or(source.open, |param| param.key.to(param.value.unwrap_or(param.key)));
                self.edit(Span::at(at.end as usize), format!("\n{margin}@label {label}"));
            }
        }
    }

    fn stage(&self, first: &str, second: &str, next: &str) -> String {
        let joining = format!(
            "{}stream_identity_key stream\nuse_first_timestamp true\nflush_interval 5\ntimeout_label {second}\n",
            self.joining_lines()
        );
        let joiner = format!("{JOINING}\n<filter **>\n{}</filter>\n", indented(&joining, ""));
        let on = |to: &str| format!("<match **>\n  @type relabel\n  @label {to}\n</match>\n");
        let before = self.fill("**");
        format!(
            "\n\n<label {first}>\n{}</label>\n\n<label {second}>\n{}</label>",
            indented(&format!("{before}{joiner}{}", on(second)), ""),
            indented(&format!("{}{}", self.chomp("**"), on(next)), "")
        )
    }
}

/// True for a concat that puts the pieces of one line together.
fn joins_pieces(section: &SectionSyntax) -> bool {
    let ends = text(section, "multiline_end_regexp").is_some_and(|end| end.contains("\\n"));
    ends || text(section, "partial_key").is_some()
        || matches!(text(section, "use_partial_cri_logtag"), Some("true" | "yes" | ""))
}

/// Each line two blanks further in than `margin`.
fn indented(lines: &str, margin: &str) -> String {
    lines.lines().map(|line| format!("{margin}  {line}\n")).collect()
}

/// Lines behind the first get the margin; no newline at the end.
fn with_margin(lines: &str, margin: &str) -> String {
    lines.trim_end_matches('\n').replace('\n', &format!("\n{margin}"))
}

/// A filter that stands before the joining one, with the latter's title after it.
fn above_title(lines: &str, margin: &str) -> String {
    format!("{}\n{margin}{JOINING}\n{margin}", with_margin(lines, margin))
}

#[cfg(test)]
mod tests {
    use super::{Variant, derive};

    const DOCKER: &str = include_str!("../../tests/export/fluent-docker.conf");
    const CRI: &str = include_str!("../../tests/export/fluent-cri.conf");
    const BOTH: &str = include_str!("../../tests/export/fluent-both.conf");

    #[test]
    fn each_recorded_variant_gives_the_other_two_byte_for_byte() {
        for own in [DOCKER, CRI, BOTH] {
            for (variant, wanted) in
                [(Variant::Docker, DOCKER), (Variant::Cri, CRI), (Variant::Both, BOTH)]
            {
                assert_eq!(derive(own, variant).unwrap().conf, wanted, "{variant:?}");
            }
        }
    }

    #[test]
    fn a_plain_configuration_keeps_its_filters_and_gets_a_stage() {
        let conf = "<source>\n  @type tail\n  path /var/log/containers/*.log\n  tag k.*\n  <parse>\n    @type cri\n  </parse>\n</source>\n<filter k.**>\n  @type grep\n</filter>\n<match **>\n  @type stdout\n</match>\n";
        let docker = derive(conf, Variant::Docker).unwrap().conf;
        assert!(docker.contains("message ${record[\"log\"].to_s.chomp}"), "{docker}");
        assert!(docker.contains("@label @CONTAINERS\n  path") && docker.contains("@label @ROOT"));
        assert!(docker.ends_with(
            "<filter k.**>\n  @type grep\n</filter>\n<match **>\n  @type stdout\n</match>\n"
        ));
        let cri = derive(conf, Variant::Cri).unwrap().conf;
        assert!(cri.contains("@type cri\n") && cri.contains("key message"), "{cri}");
    }

    #[test]
    fn what_tails_no_containers_has_no_pair() {
        let conf = "<source>\n  @type tail\n  path /var/log/nginx.log\n  tag a\n  <parse>\n    @type json\n  </parse>\n</source>\n";
        assert!(derive(conf, Variant::Cri).unwrap_err().en.starts_with("No <source>"));
        assert!(derive("<source>\n", Variant::Cri).unwrap_err().en.contains("mend it first"));
    }
}
