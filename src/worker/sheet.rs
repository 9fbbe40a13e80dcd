//! Sheets of files to take away, each run before it is offered, and what another tool's text holds.

use super::map::message;
use super::migrate;
use super::shared;
use super::text::Text;
use super::trial::{self, LogFile, Outcome};
use super::verified::Waiting;
use crate::advise::convert::Runtime;
use crate::diag;
use crate::engine::run::Engine;
use crate::engine::{EventFilter, Settings};
use crate::export::agents::Agent;
use crate::export::application::application_pattern;
use crate::export::kubernetes::{
    Choice, Image, Names, VARIABLE_CAUTIONS, config_map, daemonset, helm_values, parser_variables,
    script,
};
use crate::export::pair::{Variant, derive};
use crate::export::pattern::{Dialect, rewrite};
use crate::export::repro::{Repro, ReproEvent, markdown, ruby_test};
use crate::export::zip::{data_url, zip};
use crate::export::{ExportFile, embed};
use crate::import::Imported;
use crate::order::map::Map;
use crate::protocol::{
    Answer, FileId, Message, Nodes, Offer, Page, Sheet, SheetChoice, SheetGroup,
};
use crate::share::{self, mask};

/// What is on the page.
pub struct Given<'g> {
    /// The configuration.
    pub conf: &'g str,
    /// The log files.
    pub files: Vec<LogFile>,
    /// The page's address without a fragment.
    pub address: &'g str,
    /// The page's own part.
    pub page: Page,
}

/// What can be taken away: its word, and its name in both languages.
const TARGETS: [(&str, &str, &str); 14] = [
    ("pair", "Docker and CRI pair", "Docker 用と CRI 用の組"),
    ("both", "One file for both", "両用の 1 ファイル"),
    ("migrate", "Move to containerd", "containerd への移行"),
    ("kubernetes", "Kubernetes", "Kubernetes"),
    ("helm", "Helm values", "Helm values"),
    ("env", "Image variables", "イメージの環境変数"),
    ("conf", "fluent.conf", "fluent.conf"),
    ("fluent-bit", "Fluent Bit", "Fluent Bit"),
    ("otel", "OpenTelemetry", "OpenTelemetry"),
    ("vector", "Vector", "Vector"),
    ("alloy", "Grafana Alloy", "Grafana Alloy"),
    ("markdown", "Markdown for an issue", "Issue 用 Markdown"),
    ("ruby", "Test for real fluentd", "本物の fluentd 用テスト"),
    ("embed", "HTML embed", "HTML 埋め込み"),
];

const WAYS: [(&str, Choice, &str, &str); 4] = [
    ("wrapper", Choice::Wrapper, "In the command", "コマンドの中"),
    ("init", Choice::InitContainer, "Init container", "Init コンテナー"),
    ("one-file", Choice::OneFile, "One file", "1 ファイル"),
    ("poststart", Choice::PostStart, "postStart", "postStart"),
];

const IMAGES: [(&str, Image, &str); 2] = [
    ("daemonset", Image::KubernetesDaemonset, "fluentd-kubernetes-daemonset"),
    ("plain", Image::Fluentd, "fluent/fluentd"),
];

/// The files of the page in their order.
pub fn files_of(texts: &Map<FileId, Text>, page: &Page) -> Vec<LogFile> {
    let bytes = |file: &FileId| texts.get(file).map(|text| text.bytes().to_vec());
    page.files.iter().map(|(file, path)| (path.clone(), bytes(file).unwrap_or_default())).collect()
}

/// The sheet of what is asked for; with it, where a pattern is to be verified, what waits for that.
pub fn export(
    what: &str,
    given: &Given,
    settings: &Settings,
    texts: &Map<FileId, Text>,
) -> (Sheet, Option<Waiting>) {
    let mut words = what.split(' ');
    let target = words.next().filter(|word| !word.is_empty()).unwrap_or("pair");
    let rest: Vec<&str> = words.collect();
    let mut draft = Draft::default();
    draft.choices(
        ("What", "種類"),
        TARGETS.iter().map(|(word, en, ja)| (*word, *en, *ja, (*word).to_owned())),
        target,
    );
    // What fluentd says of itself is no part of what is exported.
    let settings = Settings { own_log: false, ..settings.clone() };
    match target {
        "pair" => draft.variants(given, &settings, &[Variant::Docker, Variant::Cri]),
        "both" => draft.variants(given, &settings, &[Variant::Both]),
        "migrate" => draft.migrate(given, &settings, &rest),
        "kubernetes" => draft.kubernetes(given, &settings, &rest),
        "helm" => {
            draft.variants(given, &settings, &[Variant::Both]);
            draft.files = draft.files.iter().map(|file| helm_values(&file.text)).collect();
        }
        "env" => {
            draft.files = vec![parser_variables(false), parser_variables(true)];
            draft.cautions(VARIABLE_CAUTIONS);
        }
        "conf" => draft.files.push(ExportFile::new("fluent.conf", given.conf)),
        "fluent-bit" => draft.agent(given, Agent::FluentBit, Dialect::FluentBit),
        "otel" => draft.agent(given, Agent::OpenTelemetry, Dialect::Re2),
        "vector" => draft.agent(given, Agent::Vector, Dialect::Rust),
        "alloy" => draft.agent(given, Agent::Alloy, Dialect::Re2),
        _ => draft.repro(target, given, settings, texts, &rest),
    }
    draft.sheet()
}

#[derive(Default)]
struct Draft {
    groups: Vec<SheetGroup>,
    said: Vec<(String, Message)>,
    files: Vec<ExportFile>,
    waiting: Option<Waiting>,
}

impl Draft {
    fn say(&mut self, mark: &str, en: impl Into<String>, ja: impl Into<String>) {
        self.said.push((mark.to_owned(), Message { en: en.into(), ja: ja.into() }));
    }

    fn note(&mut self, mark: &str, text: &diag::Message) {
        self.said.push((mark.to_owned(), message(text)));
    }

    fn cautions(&mut self, texts: &[diag::Text]) {
        for text in texts {
            self.note("note", &(*text).into());
        }
    }

    fn choices<'c>(
        &mut self,
        (en, ja): (&str, &str),
        all: impl Iterator<Item = (&'c str, &'c str, &'c str, String)>,
        chosen: &str,
    ) {
        let choices = all.map(|(word, en, ja, what)| SheetChoice {
            label: Message { en: en.to_owned(), ja: ja.to_owned() },
            offer: Offer::Sheet(what),
            chosen: word == chosen,
        });
        let label = Message { en: en.to_owned(), ja: ja.to_owned() };
        self.groups.push(SheetGroup { label, choices: choices.collect() });
    }

    /// The configuration for these nodes, and what the run of all of them showed.
    fn variants(&mut self, given: &Given, settings: &Settings, variants: &[Variant]) {
        let at = self.said.len();
        let mut runs = Vec::new();
        let (docker, docker_lines) = trial::as_written_by(Runtime::Docker, &given.files);
        let (cri, _) = trial::as_written_by(Runtime::Cri, &given.files);
        for variant in variants {
            let derived = match derive(given.conf, *variant) {
                Ok(derived) => derived,
                Err(why) => return self.note("bad", &why),
            };
            for (own, files) in [(Variant::Cri, &docker), (Variant::Docker, &cri)] {
                if *variant != own {
                    runs.push((variant.file_name(), trial::run(&derived.conf, files, settings)));
                }
            }
            self.files.push(ExportFile::new(variant.file_name(), derived.conf));
            for note in &derived.notes {
                if !self.said.iter().any(|(_, said)| said.en == note.en) {
                    self.note("note", note);
                }
            }
        }
        self.compared(&runs, docker_lines);
        // The verdict first.
        self.said[at..].rotate_right(1);
    }

    fn compared(&mut self, runs: &[(&str, Outcome)], lines: usize) {
        for (name, outcome) in runs {
            if let Some(error) = &outcome.boot_error {
                return self.say(
                    "bad",
                    format!("fluentd would not start with {name}: {error}"),
                    format!("{name} では fluentd が起動しません: {error}"),
                );
            }
        }
        let Some((first, rest)) = runs.split_first() else { return };
        let count = first.1.events.len();
        if lines == 0 {
            self.say(
                "note",
                "No line on the screen is Docker's or CRI's, so there was nothing to try it on.",
                "画面に Docker や CRI の行がないので、試せていません。",
            );
        } else if rest.iter().all(|(_, outcome)| outcome.events == first.1.events) {
            let who = if first.0 == rest.last().map_or("", |last| last.0) {
                ("It gives", "どちらの形式でも")
            } else {
                ("Both variants give", "2 つの設定は")
            };
            self.say(
                "good",
                format!("{} the same {count} events from the {lines} lines on the screen, written by Docker and by containerd (run here, just now).", who.0),
                format!("{}同じ {count} 件のイベントになります (画面の {lines} 行を Docker と containerd の形式で実行して確認しました)。", who.1),
            );
        } else {
            let counts: Vec<String> =
                runs.iter().map(|(name, run)| format!("{name}: {}", run.events.len())).collect();
            self.say(
                "bad",
                format!("The events differ between the formats ({}). Look at the differing lines before you use it.", counts.join(", ")),
                format!("形式によってイベントが異なります ({})。使う前に違いを確認してください。", counts.join(", ")),
            );
        }
    }

    /// What breaks on containerd nodes, and the configuration that does not.
    fn migrate(&mut self, given: &Given, settings: &Settings, words: &[&str]) {
        let is_over = words.contains(&"cri");
        let nodes = if is_over { Nodes::Containerd } else { Nodes::Both };
        let own = if is_over { "cri" } else { "both" };
        let ways = [
            ("both", "During the update: both kinds", "更新中: 両方", "migrate both".to_owned()),
            (
                "cri",
                "After it: containerd only",
                "更新後: containerd のみ",
                "migrate cri".to_owned(),
            ),
        ];
        self.choices(("Nodes", "ノード"), ways.into_iter(), own);
        if let Some(group) = self.groups.last_mut() {
            group.choices.push(SheetChoice {
                label: Message {
                    en: "Preview and apply…".to_owned(),
                    ja: "確認して適用…".to_owned(),
                },
                offer: Offer::Migrate(nodes),
                chosen: false,
            });
        }
        self.said = migrate::of_conf(given.conf);
        self.variants(given, settings, &[migrate::variant(nodes)]);
    }

    fn kubernetes(&mut self, given: &Given, settings: &Settings, words: &[&str]) {
        let way = WAYS.iter().find(|way| words.contains(&way.0)).unwrap_or(&WAYS[0]);
        let image = IMAGES.iter().find(|image| words.contains(&image.0)).unwrap_or(&IMAGES[0]);
        self.choices(
            ("Choose the file", "ファイルの選び方"),
            WAYS.iter().map(|(word, _, en, ja)| {
                (*word, *en, *ja, format!("kubernetes {word} {}", image.0))
            }),
            way.0,
        );
        self.choices(
            ("Image", "イメージ"),
            IMAGES.iter().map(|(word, _, name)| {
                (*word, *name, *name, format!("kubernetes {} {word}", way.0))
            }),
            image.0,
        );
        let variants: &[Variant] = match way.1 {
            Choice::OneFile => &[Variant::Both],
            _ => &[Variant::Docker, Variant::Cri],
        };
        self.variants(given, settings, variants);
        self.cautions(way.1.cautions());
        if self.files.is_empty() {
            return;
        }
        if way.1 == Choice::OneFile
            && let Some(file) = self.files.first_mut()
        {
            "fluent.conf".clone_into(&mut file.name);
        }
        let names = Names::default();
        let map = config_map(&names, &self.files);
        self.files = vec![map, daemonset(&names, image.1, way.1)];
        if let Some(script) = script(image.1, way.1) {
            self.files.push(ExportFile::new("choose.sh", script));
        }
    }

    fn agent(&mut self, given: &Given, agent: Agent, dialect: Dialect) {
        let mut rewritten = None;
        if let Some(regexp) = application_pattern(given.conf) {
            match rewrite(regexp.tree(), regexp.pattern(), dialect) {
                Ok(found) => {
                    for (ruby, target) in &found.renamed {
                        self.say(
                            "note",
                            format!("The group `{ruby}` is called `{target}` there."),
                            format!("グループ `{ruby}` は `{target}` という名前になります。"),
                        );
                    }
                    for note in &found.notes {
                        self.note("note", note);
                    }
                    self.waiting = Waiting::new(regexp, &found.pattern, dialect, &given.files);
                    rewritten = Some(found.pattern);
                }
                Err(parts) => {
                    for part in parts {
                        let shown = regexp.pattern().get(part.span.range()).unwrap_or_default();
                        self.say(
                            "bad",
                            format!(
                                "{} cannot say {} (`{shown}`): the pattern is left out.",
                                agent.name(),
                                part.what.en
                            ),
                            format!(
                                "{} では{}を書けません (`{shown}`)。パターンは省きました。",
                                agent.name(),
                                part.what.ja
                            ),
                        );
                    }
                }
            }
        }
        self.cautions(agent.field_changes());
        self.files.push(agent.file(rewritten.as_deref()));
    }

    fn repro(
        &mut self,
        target: &str,
        given: &Given,
        settings: Settings,
        texts: &Map<FileId, Text>,
        words: &[&str],
    ) {
        let fits = shared::fits(texts, &given.page);
        let plain = shared::state(given.conf, texts, given.page.clone());
        let found = mask::find_in(&plain);
        let masked = !found.is_empty() && !words.contains(&"plain");
        if !found.is_empty() {
            self.secrets(target, masked, words);
        }
        let state = if masked { mask::masked_state(&plain, &found) } else { plain };
        let link = fits.then(|| share::to_fragment(&state).ok()).flatten();
        let link = link.map(|fragment| format!("{}#{fragment}", given.address));
        if target == "embed" {
            return self.embed(link.as_deref(), words);
        }
        // What is shown was run: masked texts give masked events.
        let mut engine = Engine::new(settings);
        engine.set_conf(&state.conf);
        for (number, file) in (1..).zip(&state.files) {
            engine.set_file(number, &file.path, &file.bytes);
        }
        while engine.work(u32::MAX) {}
        let mut events = Vec::new();
        let total = engine.events(0..0, &EventFilter::default()).total;
        for id in 0..total.min(trial::LINES as u64) {
            if let Some(event) = engine.event(id as u32) {
                events.push(ReproEvent {
                    tag: event.tag,
                    time: (!event.time_is_now).then_some(event.time),
                    record: super::values::json(&event.record),
                });
            }
        }
        let files = state.files.iter();
        let files = files
            .map(|file| (file.path.clone(), String::from_utf8_lossy(&file.bytes).into_owned()));
        let repro = Repro {
            conf: state.conf.clone(),
            files: files.collect(),
            events,
            log: engine.summary().log,
            link,
        };
        self.files.push(match target {
            "markdown" => ExportFile::new("issue.md", markdown(&repro)),
            _ => ruby_test(&repro),
        });
    }

    /// The switch of what looks like secrets, as for links.
    fn secrets(&mut self, target: &str, masked: bool, words: &[&str]) {
        let how = if words.contains(&"interactive") { " interactive" } else { "" };
        let ways = [
            ("masked", "Masked", "伏せる", format!("{target}{how}")),
            ("plain", "As they are", "そのまま", format!("{target}{how} plain")),
        ];
        let chosen = if masked { "masked" } else { "plain" };
        self.choices(("What looks like secrets", "秘密情報らしい文字列"), ways.into_iter(), chosen);
        if !masked {
            self.say(
                "bad",
                "The text below and its link hold what looks like secrets.",
                "下のテキストとリンクに、秘密情報らしい文字列がそのまま入っています。",
            );
        }
    }

    fn embed(&mut self, link: Option<&str>, words: &[&str]) {
        let interactive = words.contains(&"interactive");
        let plain = if words.contains(&"plain") { " plain" } else { "" };
        let ways = [
            ("read-only", "Read only", "読み取り専用", format!("embed{plain}")),
            ("interactive", "Interactive", "操作できる", format!("embed interactive{plain}")),
        ];
        let chosen = if interactive { "interactive" } else { "read-only" };
        self.choices(("As", "種類"), ways.into_iter(), chosen);
        match link {
            Some(link) => self.files.push(embed::html(link, interactive)),
            None => self.say(
                "bad",
                "The link would be too long: take lines out, or share the file.",
                "リンクが長すぎます。行を減らすか、ファイルを共有してください。",
            ),
        }
        self.say(
            "note",
            "The frame keeps nothing in the visitor's browser and tells its height to the page around it.",
            "枠の中は訪問者のブラウザに何も保存せず、高さを外側のページに知らせます。",
        );
    }

    fn sheet(self) -> (Sheet, Option<Waiting>) {
        let zip = match self.files.as_slice() {
            [] | [_] => String::new(),
            files => data_url("application/zip", &zip(files)),
        };
        let mut sheet = Sheet {
            title: Message::default(),
            groups: self.groups,
            said: self.said,
            files: self.files.into_iter().map(|file| (file.name, file.text)).collect(),
            zip,
            pending: false,
        };
        let mut waiting = self.waiting;
        if let Some(waiting) = &mut waiting {
            waiting.wait(&mut sheet);
        }
        (sheet, waiting)
    }
}

/// What another tool's text holds.
pub fn imported(text: &str) -> Answer {
    let findings = migrate::of_text(text);
    let found = crate::import::import(text).or_else(|| {
        (!findings.is_empty()).then(|| Imported {
            what: diag::Message::new("For nodes with containerd", "containerd のノード向けの確認"),
            ..Imported::default()
        })
    });
    let Some(found) = found else {
        return Answer::Nothing(Message {
            en: "That is no configuration, manifest or pattern that is known here.".to_owned(),
            ja: "既知の設定、マニフェスト、パターンではありません。".to_owned(),
        });
    };
    let said = found.differences.iter().map(|text| ("note".to_owned(), message(text)));
    let said = said.chain(findings);
    let mut files = found.confs;
    if !found.lines.is_empty() {
        files.push(("pasted.log".to_owned(), found.lines.join("\n") + "\n"));
    }
    Answer::Sheet(Sheet {
        title: message(&found.what),
        groups: Vec::new(),
        said: said.collect(),
        files,
        zip: String::new(),
        pending: false,
    })
}
