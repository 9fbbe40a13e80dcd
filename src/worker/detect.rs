//! What the lines are, and a configuration for them: known formats are tried by the engine itself.

use super::map::message;
use super::text::Text;
use crate::advise::detect as advise;
use crate::engine::run::Engine;
use crate::order::map::Map;
use crate::protocol::{Detected, DetectedConf, FileId, Message};

/// Lines that are looked at.
const LINES: usize = 500;

/// The section that reads CRI lines.
pub const CRI: &str = "  <parse>\n    @type regexp\n    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </parse>\n";
/// The section that reads Docker JSON lines.
pub const DOCKER: &str =
    "  <parse>\n    @type json\n    time_format %Y-%m-%dT%H:%M:%S.%N%:z\n  </parse>\n";

/// A format that is known: its name and its `<parse>` section.
struct Known {
    en: &'static str,
    ja: &'static str,
    parse: &'static str,
}

const KNOWN: [Known; 9] = [
    Known { en: "CRI lines (containerd)", ja: "CRI の行 (containerd)", parse: CRI },
    Known { en: "Docker JSON lines", ja: "Docker JSON の行", parse: DOCKER },
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
    // A warning is no line to read: what it quotes is.
    let inner = unescaped.as_deref().unwrap_or_default();
    let mut readable: Vec<&[u8]> = inner.lines().map(str::as_bytes).collect();
    readable.extend(lines.iter().filter(|line| advise::detect(line).quoted.is_none()));
    let mut summary = message(&advise::mix(lines.iter().copied()).sentence());
    summary.en.push('.');
    summary.ja.push_str("です。");
    if lines.is_empty() {
        summary = Message {
            en: "There are no lines yet.".to_owned(),
            ja: "行がまだありません。".to_owned(),
        };
    }
    Detected { summary, choices: choices(&readable), unescaped }
}

/// Every known format that takes some of the lines, the best first.
fn choices(lines: &[&[u8]]) -> Vec<DetectedConf> {
    let mut text = lines.join(&b'\n');
    text.push(b'\n');
    let mut choices: Vec<DetectedConf> = Vec::new();
    for known in &KNOWN {
        // Without a tab every text is one pair of LTSV.
        if known.en == "LTSV" && !lines.iter().any(|line| line.contains(&b'\t')) {
            continue;
        }
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

/// A whole configuration for the log files of containers, with this `<parse>` section.
pub fn conf(parse: &str) -> String {
    source(parse) + "<match **>\n  @type stdout\n</match>\n"
}

/// The source of that configuration.
pub fn source(parse: &str) -> String {
    format!(
        "<source>\n  @type tail\n  path /var/log/containers/*.log\n  pos_file /var/log/fluentd-containers.log.pos\n  \
         tag kubernetes.*\n  read_from_head true\n{parse}</source>\n"
    )
}

/// The lines inside pasted warnings, as they were before Ruby inspected them.
fn unescape(lines: &[&[u8]]) -> Option<String> {
    let quoted = lines.iter().filter_map(|line| advise::detect(line).quoted);
    let text: String =
        quoted.map(|line| String::from_utf8_lossy(&line).into_owned() + "\n").collect();
    (!text.is_empty()).then_some(text)
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
    fn a_warning_is_read_by_what_it_quotes() {
        let warning = "[warn]: #0 invalid line found file=\"/a.log\" line=\"2023-02-02T07:48:11.5+09:00 stdout F \\xE6\\x97\\xA5\" error=\"invalid time format\"\n";
        let detected = detect(&Map::new(), Some(warning));
        assert_eq!(detected.summary.en, "1 fluentd warning.");
        assert_eq!(
            detected.unescaped.as_deref(),
            Some("2023-02-02T07:48:11.5+09:00 stdout F 日\n")
        );
        assert_eq!(best(warning), "CRI lines (containerd)");
        assert_eq!(best("key: value without a tab\n"), "");
    }

    #[test]
    fn the_line_inside_a_warning_is_unescaped() {
        let warning = "2023-02-02 07:48:11 +0000 [warn]: #0 pattern not matched: \"{\\\"log\\\":\\\"a\\\\n\\\"}\"\n";
        let detected = detect(&Map::new(), Some(warning));
        assert_eq!(detected.unescaped.as_deref(), Some("{\"log\":\"a\\n\"}\n"));
    }
}
