//! What the lines are, and a configuration for them: known formats are tried by the engine itself.

use super::text::Text;
use crate::advise::convert::{Runtime, runtime_of};
use crate::engine::run::Engine;
use crate::order::map::Map;
use crate::protocol::{Detected, DetectedConf, FileId, Kind, Message};

/// Lines that are looked at.
const LINES: usize = 500;

/// A format that is known: its name and its `<parse>` section.
struct Known {
    en: &'static str,
    ja: &'static str,
    parse: &'static str,
}

const KNOWN: [Known; 9] = [
    Known {
        en: "CRI lines (containerd)",
        ja: "CRI の行 (containerd)",
        parse: "  <parse>\n    @type regexp\n    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </parse>\n",
    },
    Known {
        en: "Docker JSON lines",
        ja: "Docker JSON の行",
        parse: "  <parse>\n    @type json\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </parse>\n",
    },
    Known {
        en: "CRI and Docker JSON lines together",
        ja: "CRI と Docker JSON の混在",
        parse: "  <parse>\n    @type multi_format\n    <pattern>\n      format regexp\n      expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/\n      time_format %Y-%m-%dT%H:%M:%S.%N%:z\n    </pattern>\n    <pattern>\n      format json\n      time_format %Y-%m-%dT%H:%M:%S.%N%:z\n    </pattern>\n  </parse>\n",
    },
    Known {
        en: "nginx access log",
        ja: "nginx アクセスログ",
        parse: "  <parse>\n    @type nginx\n  </parse>\n",
    },
    Known {
        en: "Apache access log",
        ja: "Apache アクセスログ",
        parse: "  <parse>\n    @type apache2\n  </parse>\n",
    },
    Known {
        en: "syslog",
        ja: "syslog",
        parse: "  <parse>\n    @type syslog\n    message_format auto\n    with_priority true\n  </parse>\n",
    },
    Known {
        en: "syslog without priority",
        ja: "syslog (優先度なし)",
        parse: "  <parse>\n    @type syslog\n  </parse>\n",
    },
    Known {
        en: "klog (kubelet) lines",
        ja: "klog (kubelet) の行",
        parse: "  <parse>\n    @type regexp\n    expression /^(?<severity>[IWEF])(?<time>\\d{4} [^\\s]+)\\s+(?<pid>\\d+)\\s+(?<source>[^ \\]]+)\\] (?<message>.*)$/\n    time_format %m%d %H:%M:%S.%N\n  </parse>\n",
    },
    Known { en: "LTSV", ja: "LTSV", parse: "  <parse>\n    @type ltsv\n  </parse>\n" },
];

/// What the lines of a text, or of all files, are.
pub fn detect(texts: &Map<FileId, Text>, given: Option<&str>) -> Detected {
    let bytes: Vec<&[u8]> = match given {
        Some(text) => vec![text.as_bytes()],
        None => texts.values().map(Text::bytes).collect(),
    };
    let lines = bytes.iter().flat_map(|text| text.split(|&byte| byte == b'\n'));
    let lines: Vec<&[u8]> =
        lines.filter(|line| !line.trim_ascii().is_empty()).take(LINES).collect();
    let unescaped = unescape(&lines);
    let kinds = kinds(&lines);
    Detected { summary: summary(&kinds, lines.len()), kinds, choices: choices(&lines), unescaped }
}

fn kinds(lines: &[&[u8]]) -> Vec<Kind> {
    let (mut cri, mut docker, mut warning, mut other) = (0, 0, 0, 0);
    for line in lines {
        match runtime_of(line) {
            _ if warned(line).is_some() => warning += 1,
            Some(Runtime::Cri) => cri += 1,
            Some(Runtime::Docker) => docker += 1,
            None => other += 1,
        }
    }
    let kind = |en: &str, ja: &str, count: u32| Kind {
        name: Message { en: en.to_owned(), ja: ja.to_owned() },
        count,
    };
    let mut kinds = vec![
        kind("CRI lines", "CRI の行", cri),
        kind("Docker JSON lines", "Docker JSON の行", docker),
        kind("fluentd warnings", "fluentd の警告", warning),
        kind("other lines", "その他の行", other),
    ];
    kinds.retain(|kind| kind.count > 0);
    crate::order::by_key(&mut kinds, |kind| std::cmp::Reverse(kind.count));
    kinds
}

fn summary(kinds: &[Kind], lines: usize) -> Message {
    if lines == 0 {
        return Message {
            en: "There are no lines yet.".to_owned(),
            ja: "行がまだありません。".to_owned(),
        };
    }
    let part = |pick: fn(&Kind) -> String, word: &str| {
        let parts: Vec<String> = kinds.iter().map(pick).collect();
        parts.join(word)
    };
    Message {
        en: format!("{}.", part(|kind| format!("{} {}", kind.count, kind.name.en), ", ")),
        ja: format!("{}です。", part(|kind| format!("{}: {} 件", kind.name.ja, kind.count), "、")),
    }
}

/// Every known format that takes some of the lines, the best first.
fn choices(lines: &[&[u8]]) -> Vec<DetectedConf> {
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    let mut choices: Vec<DetectedConf> = Vec::new();
    for known in &KNOWN {
        let conf = conf(known.parse);
        let mut engine = Engine::default();
        engine.set_conf(&conf);
        engine.set_file(1, "/var/log/containers/app-1_default_app-0123456789ab.log", &text);
        while engine.work(u32::MAX) {}
        let counts = engine.summary().counts;
        let percent = (counts.matched * 100 / counts.lines.max(1)) as u32;
        if percent > 0 && !choices.iter().any(|choice| choice.percent == 100) {
            let title = Message { en: known.en.to_owned(), ja: known.ja.to_owned() };
            choices.push(DetectedConf { title, percent, conf });
        }
    }
    crate::order::by_key(&mut choices, |choice| std::cmp::Reverse(choice.percent));
    choices
}

fn conf(parse: &str) -> String {
    format!(
        "<source>\n  @type tail\n  path /var/log/containers/*.log\n  pos_file /var/log/fluentd-containers.log.pos\n  \
         tag kubernetes.*\n  read_from_head true\n{parse}</source>\n<match **>\n  @type stdout\n</match>\n"
    )
}

/// What stands between the quotes of `pattern not matched: "…"`.
fn warned(line: &[u8]) -> Option<&[u8]> {
    let mark = b"pattern not matched: \"";
    let at = memchr::memmem::find(line, mark)? + mark.len();
    let rest = line.get(at..)?;
    let end = memchr::memrchr(b'"', rest)?;
    rest.get(..end)
}

/// The lines inside pasted warnings, as they were before Ruby inspected them.
fn unescape(lines: &[&[u8]]) -> Option<String> {
    let mut out = String::new();
    for inner in lines.iter().filter_map(|line| warned(line)) {
        out.push_str(&uninspect(&String::from_utf8_lossy(inner)));
        out.push('\n');
    }
    (!out.is_empty()).then_some(out)
}

fn uninspect(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match rest.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('e') => out.push('\u{1b}'),
            Some('0') => out.push('\0'),
            Some(c) => out.push(c),
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {

    use super::detect;
    use crate::order::map::Map;

    fn best(text: &str) -> String {
        let detected = detect(&Map::new(), Some(text));
        detected.choices.first().map(|choice| choice.title.en.clone()).unwrap_or_default()
    }

    #[test]
    fn lines_of_both_runtimes_are_told_apart() {
        let cri = "2023-02-02T07:48:11.576765119Z stdout F a\n";
        let docker = "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"2023-02-02T07:48:11.576765119Z\"}\n";
        assert_eq!(best(cri), "CRI lines (containerd)");
        assert_eq!(best(docker), "Docker JSON lines");
        assert_eq!(best(&format!("{cri}{docker}")), "CRI and Docker JSON lines together");
    }

    #[test]
    fn the_line_inside_a_warning_is_unescaped() {
        let warning = "2023-02-02 07:48:11 +0000 [warn]: #0 pattern not matched: \"{\\\"log\\\":\\\"a\\\\n\\\"}\"\n";
        let detected = detect(&Map::new(), Some(warning));
        assert_eq!(detected.unescaped.as_deref(), Some("{\"log\":\"a\\n\"}\n"));
    }
}
