//! Commands, arguments and scripts: the words in a line that need Docker, line by line.

use super::{Found, Severity};
use crate::encoding::Encoding;
use crate::onigmo::regexp::{Options, Regexp, Region};

/// The subcommands of `docker` and of its usual plugins.
const SUBCOMMANDS: &str = "attach|build|builder|buildx|checkpoint|commit|compose|config|container|\
    context|cp|create|diff|events|exec|export|history|images?|import|info|inspect|kill|load|login|\
    logout|logs|manifest|network|node|pause|plugin|port|ps|pull|push|rename|restart|rm|rmi|run|save|\
    scan|search|secret|service|stack|start|stats|stop|swarm|system|tag|top|trust|unpause|update|\
    version|volume|wait";

/// Where a shell takes a word as a command (also a unit's `Exec…=`, a list item in YAML or CI).
const COMMAND_POSITION: &str = r#"(?:^\s*(?:-\s+)?(?:@?-?)["']?|^\s*Exec\w+=[-@+!:]*|[;&|(`{!]\s*|(?<![\w./-])(?:exec|then|do|else|if|elif|until|while|time|nohup|command|(?:sudo|env|xargs|nice|timeout|chroot|nsenter|ssh)(?:\s+(?!docker)\S+)*?)\s+["']?|\s-\w*c\s+["']\s*)"#;

/// The flags that the kubelet of 1.24 no longer knows (kubernetes/kubernetes #106907).
pub(super) const REMOVED_FLAGS: [&str; 8] = [
    "network-plugin-mtu",
    "network-plugin",
    "cni-conf-dir",
    "cni-bin-dir",
    "cni-cache-dir",
    "docker-endpoint",
    "image-pull-progress-deadline",
    "experimental-dockershim-root-directory",
];

/// The patterns, compiled once for a text.
pub(super) struct Words {
    sockets: [(Option<Regexp>, &'static str); 2],
    lines: Vec<(Option<Regexp>, &'static str)>,
    removed_flag: Option<Regexp>,
    runtime: Option<Regexp>,
}

fn regexp(pattern: &str) -> Option<Regexp> {
    Regexp::new(pattern, Options::default()).ok()
}

/// True when `text` matches.
fn finds(regexp: Option<&Regexp>, text: &str) -> bool {
    let mut region = Region::default();
    regexp.is_some_and(|regexp| {
        regexp.search(text.as_bytes(), Encoding::Utf8, 0, &mut region).unwrap_or(false)
    })
}

/// The first group of each match in `text`.
fn groups<'t>(regexp: Option<&Regexp>, text: &'t str) -> Vec<&'t str> {
    let mut found = Vec::new();
    let (mut region, mut from) = (Region::default(), 0);
    while let Some(regexp) = regexp
        && regexp.search(text.as_bytes(), Encoding::Utf8, from, &mut region).unwrap_or(false)
        && let [Some(whole), Some(group), ..] = region.groups[..]
    {
        found.extend(text.get(group.range()));
        from = (whole.end as usize).max(from + 1);
    }
    found
}

impl Words {
    pub(super) fn new() -> Words {
        let docker = format!(
            r"{COMMAND_POSITION}(?:\w+=\S*\s+)*(?:/[\w./-]*/)?(?:docker(?:\s+-{{1,2}}[\w-]+(?:[= ]\S+)?)*\s+(?:{SUBCOMMANDS})(?![\w./:=-])|docker-compose\s+\S)"
        );
        let service = r"(?<![\w./-])systemctl\s(?:[^;&|]*\s)?docker(?:\.service|\.socket)?(?![\w./-])|(?<![\w./-])service\s+docker(?![\w.-])";
        let flag = format!(r"(?<![\w-])--({})(?![\w-])", REMOVED_FLAGS.join("|"));
        let runtime =
            r#"(?<![\w-])--container-runtime(?:=|\s+)[\\"']*(dockerd|docker|remote)(?![\w-])"#;
        Words {
            sockets: [
                (regexp(r"docker\.sock(?!\w)"), "docker"),
                (regexp(r"dockershim\.sock(?!\w)"), "dockershim"),
            ],
            lines: vec![
                (regexp(&docker), "docker-cli"),
                (regexp(service), "docker-service"),
                (regexp(r"/etc/docker/daemon\.json(?!\w)"), "docker-daemon-config"),
            ],
            removed_flag: regexp(&flag),
            runtime: regexp(runtime),
        }
    }

    /// True for the path of Docker's socket (0) or of the dockershim's (1).
    pub(super) fn is_socket(&self, which: usize, text: &str) -> bool {
        self.sockets.get(which).is_some_and(|(socket, _)| finds(socket.as_ref(), text))
    }

    /// Both sockets, in text that is no path of a volume.
    pub(super) fn socket_refs(&self, text: &str, path: &str, line: usize, found: &mut Found) {
        let text = text.replace("//", "/");
        for (which, rule) in [(0, "docker-socket-ref"), (1, "dockershim-socket-ref")] {
            if self.is_socket(which, &text) {
                found.add(rule, Severity::Warning, path, line);
            }
        }
    }

    /// Everything that one line of a text can show; `kubelet`: it is the kubelet's.
    pub(super) fn line(
        &self,
        text: &str,
        kubelet: bool,
        path: &str,
        line: usize,
        found: &mut Found,
    ) {
        self.socket_refs(text, path, line, found);
        for (regexp, rule) in &self.lines {
            if finds(regexp.as_ref(), text) {
                found.add(rule, Severity::Warning, path, line);
            }
        }
        if !kubelet {
            return;
        }
        for flag in groups(self.removed_flag.as_ref(), text) {
            removed_flag(flag, path, line, found);
        }
        for runtime in groups(self.runtime.as_ref(), text) {
            container_runtime(runtime, path, line, found);
        }
    }
}

/// A flag of the kubelet, if it is one of the removed ones.
pub(super) fn removed_flag(flag: &str, path: &str, line: usize, found: &mut Found) {
    if let Some(flag) = REMOVED_FLAGS.iter().find(|known| **known == flag) {
        found.with("kubelet-removed-flag", Severity::Error, path, line, Some(flag), flag);
    }
}

/// The value of `--container-runtime`.
pub(super) fn container_runtime(value: &str, path: &str, line: usize, found: &mut Found) {
    let severity = match value {
        "docker" | "dockerd" => Severity::Error,
        "remote" => Severity::Info,
        _ => return,
    };
    found.add("container-runtime-flag", severity, path, line);
}

/// A line without its comment.
pub(super) fn without_comment(line: &str) -> &str {
    let (mut quote, mut before) = (None, ' ');
    for (at, character) in line.char_indices() {
        match (quote, character) {
            (None, '#') if before.is_ascii_whitespace() => return line.get(..at).unwrap_or(line),
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
        before = character;
    }
    line
}

/// What a line of a script writes to: the last argument of `cp` and its like, the target of `>`.
pub(super) fn written(line: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    for command in line.split([';', '|', '&', '(', ')', '`']) {
        let words: Vec<&str> = command.split_ascii_whitespace().map(unquoted).collect();
        let verb = words.iter().position(|word| {
            matches!(
                word.rsplit('/').next().unwrap_or_default(),
                "cp" | "mv" | "ln" | "install" | "rsync" | "tee" | "sed" | "touch"
            )
        });
        if let Some(verb) = verb {
            let arguments = words.get(verb + 1..).unwrap_or_default();
            let until = arguments.iter().position(|word| word.contains('>'));
            let arguments = arguments.get(..until.unwrap_or(arguments.len())).unwrap_or_default();
            let in_place = words[verb] != "sed" || arguments.iter().any(|w| w.starts_with("-i"));
            let folder =
                arguments.iter().position(|word| matches!(*word, "-t" | "--target-directory"));
            let target = match folder {
                Some(at) => arguments.get(at + 1),
                None => arguments.last(),
            };
            targets.extend(target.filter(|target| in_place && target.starts_with('/')));
        }
        for (at, _) in command.match_indices('>') {
            let target = command.get(at + 1..).unwrap_or_default().trim_start_matches(['>', '|']);
            let target = target.split_ascii_whitespace().next().map(unquoted);
            targets.extend(target.filter(|target| target.starts_with('/')));
        }
    }
    targets
}

fn unquoted(word: &str) -> &str {
    word.trim_matches(['"', '\''])
}
