//! Fluent Bit parsers (`[PARSER]` and the YAML form) as fluentd's `<parse>` sections.

use super::yaml::{self, Node};
use super::{Imported, around_parse, expression_value};
use crate::diag::Message;

/// One parser definition: its keys in lower case, with their values.
type Definition = Vec<(String, String)>;

/// The classic form: `[PARSER]` sections.
pub fn classic(text: &str) -> Option<Imported> {
    let mut definitions: Vec<Definition> = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') && line.ends_with(']') {
            inside = line.eq_ignore_ascii_case("[PARSER]");
            if inside {
                definitions.push(Vec::new());
            }
        } else if inside && !line.is_empty() && !line.starts_with('#') {
            let (key, value) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            if let Some(definition) = definitions.last_mut() {
                definition.push((key.to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }
    imported(&definitions)
}

/// The YAML form: a list under `parsers`.
pub fn yaml(text: &str) -> Option<Imported> {
    if !text.contains("parsers:") {
        return None;
    }
    let documents = yaml::read(text).ok()?;
    let definitions: Vec<Definition> = documents
        .iter()
        .filter_map(|document| document.get("parsers"))
        .flat_map(Node::items)
        .map(|item| {
            let entry = |(key, value): (&Node, &Node)| {
                Some((key.text()?.to_ascii_lowercase(), value.text()?.to_owned()))
            };
            item.entries().filter_map(entry).collect()
        })
        .collect();
    imported(&definitions)
}

fn value<'d>(definition: &'d Definition, key: &str) -> Option<&'d str> {
    definition.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
}

/// A whole configuration of Fluent Bit: its tail input as a source of fluentd.
pub fn whole(text: &str) -> Option<Imported> {
    let lines = || text.lines().map(|line| line.trim().trim_start_matches("- "));
    let is_it = |line: &str| {
        ["[SERVICE]", "[INPUT]", "pipeline:"].iter().any(|begin| line.eq_ignore_ascii_case(begin))
    };
    if !lines().any(is_it) {
        return None;
    }
    let value = |key: &str| {
        lines().find_map(|line| {
            let (name, value) = line.split_once([' ', ':', '\t'])?;
            name.eq_ignore_ascii_case(key)
                .then(|| value.trim().trim_matches(['\'', '"', ':']).trim())
        })
    };
    let parser = value("multiline.parser").or_else(|| value("parser")).unwrap_or_default();
    let [cri, docker] =
        ["cri", "docker"].map(|name| parser.split([',', ' ']).any(|known| known.trim() == name));
    let parse = match (cri, docker || parser.contains("json")) {
        (true, true) => BOTH,
        (true, false) => "<parse>\n  @type cri\n</parse>\n",
        (false, true) => "<parse>\n  @type json\n  time_format %Y-%m-%dT%H:%M:%S.%N%:z\n</parse>\n",
        (false, false) => "<parse>\n  @type none\n</parse>\n",
    };
    let path = value("path").unwrap_or("/var/log/containers/*.log");
    let conf = around_parse(parse).replace("/var/log/containers/*.log", path);
    Some(Imported {
        what: Message::new(
            "a configuration of Fluent Bit, another program: its tail input as a fluentd source",
            "Fluent Bit (別のプログラム) の設定です。tail の入力を fluentd の source にしました",
        ),
        confs: vec![("fluent.conf".to_owned(), conf)],
        lines: Vec::new(),
        differences: vec![Message::new(
            "fluentd reads no [INPUT], [FILTER] and [OUTPUT]; filters and outputs are not carried over.",
            "fluentd は [INPUT]・[FILTER]・[OUTPUT] を読みません。フィルターと出力は引き継がれません。",
        )],
    })
}

/// What `multiline.parser docker, cri` reads.
const BOTH: &str = "<parse>\n  @type multi_format\n  <pattern>\n    format cri\n  </pattern>\n  <pattern>\n    format json\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </pattern>\n</parse>\n";

fn imported(definitions: &[Definition]) -> Option<Imported> {
    let mut differences = Vec::new();
    let mut confs = Vec::new();
    for definition in definitions {
        let name = value(definition, "name").unwrap_or("parser");
        if let Some(section) = parse_section(definition, &mut differences) {
            confs.push((format!("{name}.conf"), around_parse(&section)));
        }
    }
    if definitions.is_empty() || (confs.is_empty() && differences.is_empty()) {
        return None;
    }
    let count = definitions.len();
    Some(Imported {
        what: Message::new(
            format!("{count} Fluent Bit parser{}", if count == 1 { "" } else { "s" }),
            format!("Fluent Bit のパーサー {count} 件"),
        ),
        confs,
        lines: Vec::new(),
        differences,
    })
}

/// The `<parse>` section of a definition; `None` for a format that fluentd does not have.
fn parse_section(definition: &Definition, differences: &mut Vec<Message>) -> Option<String> {
    let format = value(definition, "format").unwrap_or_default().to_ascii_lowercase();
    let mut section = String::from("<parse>\n");
    match format.as_str() {
        "regex" => {
            let pattern = value(definition, "regex").unwrap_or_default();
            let (pattern, options) = literal(pattern);
            section.push_str("  @type regexp\n");
            section.push_str(&format!("  expression {}\n", expression_value(pattern, options)));
            differences.push(Message::new(
                "Fluent Bit leaves out fields with an empty text (Skip_Empty_Values); fluentd keeps \"\".",
                "Fluent Bit は空文字列のフィールドを省きます (Skip_Empty_Values)。fluentd は \"\" を残します。",
            ));
        }
        "json" | "ltsv" => section.push_str(&format!("  @type {format}\n")),
        other => {
            differences.push(Message::new(
                format!("fluentd has no built-in parser for Fluent Bit's format `{other}`."),
                format!("Fluent Bit の形式 `{other}` に当たる組み込みパーサーは fluentd にはありません。"),
            ));
            return None;
        }
    }
    time_parameters(definition, &mut section, differences);
    if let Some(types) = value(definition, "types") {
        section.push_str(&types_parameter(types, differences));
    }
    for key in ["decode_field", "decode_field_as", "time_offset"] {
        if value(definition, key).is_some() {
            differences.push(Message::new(
                format!("`{key}` has no counterpart in a fluentd parser."),
                format!("`{key}` に当たるものは fluentd のパーサーにはありません。"),
            ));
        }
    }
    section.push_str("</parse>\n");
    Some(section)
}

/// A pattern with or without slashes: (pattern, options that fluentd knows).
fn literal(pattern: &str) -> (&str, &'static str) {
    let Some((body, flags)) = pattern.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'))
    else {
        return (pattern, "");
    };
    let options = match (flags.contains('i'), flags.contains('m')) {
        (true, true) => "im",
        (true, false) => "i",
        (false, true) => "m",
        (false, false) => "",
    };
    (body, options)
}

fn time_parameters(definition: &Definition, section: &mut String, differences: &mut Vec<Message>) {
    if let Some(key) = value(definition, "time_key") {
        section.push_str(&format!("  time_key {key}\n"));
    }
    if let Some(format) = value(definition, "time_format") {
        section.push_str(&format!("  time_format {format}\n"));
        if format.contains("%L") && !format.contains("%z") && !format.contains("%Z") {
            differences.push(Message::new(
                "Without %z in the format Fluent Bit takes UTC, fluentd the local zone: set `utc true` for the same.",
                "形式に %z がないと Fluent Bit は UTC、fluentd はローカル時刻とみなします。同じにするには `utc true` を指定します。",
            ));
        }
    }
    let on = |key| {
        value(definition, key)
            .is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "on" | "true" | "yes"))
    };
    if on("time_keep") {
        section.push_str("  keep_time_key true\n");
    }
}

/// `a:integer b:float` as fluentd's comma list.
fn types_parameter(types: &str, differences: &mut Vec<Message>) -> String {
    let mut known = Vec::new();
    for part in types.split_whitespace() {
        match part.rsplit_once(':') {
            Some((_, "integer" | "float" | "bool" | "string")) => known.push(part),
            _ => differences.push(Message::new(
                format!("fluentd has no type like `{part}`."),
                format!("`{part}` に当たる型は fluentd にはありません。"),
            )),
        }
    }
    if known.is_empty() { String::new() } else { format!("  types {}\n", known.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::{classic, yaml};

    const CRI: &str = "[PARSER]\n    Name cri_custom\n    Format regex\n    \
        Regex ^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$\n    \
        Time_Key time\n    Time_Format %Y-%m-%dT%H:%M:%S.%L%z\n    Time_Keep On\n    Types code:integer x:hex\n";

    #[test]
    fn a_classic_parser_becomes_a_parse_section() {
        let imported = classic(CRI).unwrap_or_default();
        let (name, conf) = &imported.confs[0];
        assert_eq!(name, "cri_custom.conf");
        for line in [
            "expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/",
            "time_format %Y-%m-%dT%H:%M:%S.%L%z",
            "keep_time_key true",
            "types code:integer",
        ] {
            assert!(conf.contains(line), "{line}");
        }
        assert!(imported.differences.iter().any(|note| note.en.contains("x:hex")));
    }

    #[test]
    fn the_yaml_form_says_the_same() {
        let text = "parsers:\n  - name: docker\n    format: json\n    time_key: time\n    time_format: '%Y-%m-%dT%H:%M:%S.%L'\n";
        let imported = yaml(text).unwrap_or_default();
        assert!(imported.confs[0].1.contains("@type json"));
        assert!(imported.differences.iter().any(|note| note.en.contains("utc true")));
    }

    #[test]
    fn a_format_that_fluentd_lacks_is_named() {
        let imported = classic("[PARSER]\n  Name l\n  Format logfmt\n").unwrap_or_default();
        assert!(imported.confs.is_empty() && imported.differences[0].en.contains("logfmt"));
    }
}
