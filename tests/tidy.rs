//! The house rules that no compiler holds: who may name whom, what the engine may not touch, how
//! long a file is, what a diagnostic's code must have. Each rule says why in its message.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[path = "tidy/code.rs"]
mod code;

/// Who may name whom; a module may always name itself. HOUSE.md has the reasons.
const ARROWS: &[(&str, &[&str])] = &[
    ("encoding", &[]),
    ("order", &[]),
    ("source", &[]),
    ("diag", &["source"]),
    ("onigmo", &["order", "diag", "encoding", "source"]),
    // Date._parse is a list of regular expressions.
    ("ruby", &["order", "diag", "encoding", "onigmo", "source"]),
    ("fluent", &["order", "diag", "encoding", "onigmo", "ruby", "source"]),
    ("advise", &["order", "diag", "encoding", "fluent", "onigmo", "ruby", "source"]),
    ("engine", &["order", "advise", "diag", "encoding", "fluent", "onigmo", "ruby", "source"]),
    // The pattern rewritten for another agent is Onigmo's tree, printed otherwise; the test for real
    // fluentd holds records as Ruby writes them.
    ("export", &["order", "diag", "fluent", "onigmo", "ruby", "source"]),
    ("import", &["order", "diag", "onigmo", "source"]),
    // A policy is JSON, and the one strict reader of it is in `share`.
    ("migrate", &["order", "diag", "encoding", "fluent", "import", "onigmo", "share", "source"]),
    ("share", &["order", "diag"]),
    ("protocol", &["source"]),
    ("page", &["order", "protocol"]),
    (
        // Explaining a pattern and why a line does not match is Onigmo's, over the line's bytes.
        "worker",
        &[
            "order", "advise", "diag", "encoding", "engine", "export", "fluent", "import",
            "migrate", "onigmo", "protocol", "ruby", "share", "source",
        ],
    ),
    // The wasm entry points and the command.
    ("bin/page", &["page"]),
    ("bin/worker", &["worker", "protocol"]),
    (
        "bin/fluentd-playground",
        &[
            "advise", "diag", "encoding", "engine", "export", "fluent", "migrate", "onigmo",
            "ruby", "share", "source",
        ],
    ),
];

/// Crates of the browser: only these may name them.
const WEB: &[&str] = &[
    "gloo",
    "js_sys",
    "serde_wasm_bindgen",
    "wasm_bindgen",
    "wasm_bindgen_futures",
    "web_sys",
    "yew",
];
const MAY_NAME_WEB: &[&str] = &["page", "worker", "bin/page", "bin/worker"];

/// Same input, same bytes out: the machine enters as arguments, and only the command touches it.
const MACHINE: &[&str] = &[
    "Instant",
    "SystemTime",
    "std::env",
    "std::fs",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "RandomState",
    "thread_rng",
];
const MAY_TOUCH_MACHINE: &[&str] = &["bin/fluentd-playground"];

/// A file of `src/`, with the top module that it belongs to.
struct Source {
    path: PathBuf,
    module: String,
    /// 1 for `src/x.rs` and `src/x/mod.rs`.
    depth: usize,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|end| end == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn sources() -> Vec<Source> {
    files(&root().join("src"), "rs").into_iter().filter_map(source).collect()
}

/// `None` for `src/lib.rs`, which is the list of modules.
fn source(path: PathBuf) -> Option<Source> {
    let text = std::fs::read_to_string(&path).unwrap();
    let inside = path.strip_prefix(root().join("src")).unwrap().with_extension("");
    let mut parts: Vec<String> =
        inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if parts == ["lib"] {
        return None;
    }
    if parts.last().is_some_and(|part| part == "mod") {
        parts.pop();
    }
    let module = if parts[0] == "bin" { parts[..2].join("/") } else { parts[0].clone() };
    Some(Source { path, module, depth: parts.len(), text })
}

fn fail_if_any(rule: &str, broken: &[String]) {
    assert!(broken.is_empty(), "{rule}\n  {}\n", broken.join("\n  "));
}

#[test]
fn modules_name_only_what_their_arrow_names() {
    let arrows: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut broken = Vec::new();
    for source in sources() {
        let Some(allowed) = arrows.get(source.module.as_str()) else {
            broken.push(format!("{}: no arrow for {}", source.path.display(), source.module));
            continue;
        };
        for (line, named) in code::named_modules(&source.text, source.depth) {
            if named != source.module && !allowed.contains(&named.as_str()) {
                let from = &source.module;
                broken.push(format!("{}:{line}: {from} names {named}", source.path.display()));
            }
        }
    }
    fail_if_any("The arrows of HOUSE.md (ARROWS in tests/tidy.rs) are broken:", &broken);
}

/// Lines of code outside tests where one of `words` stands as a path's beginning or part.
fn uses(words: &[&str], except: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !except.contains(&source.module.as_str())) {
        for (number, line) in code::without_tests(&source.text) {
            for word in words.iter().filter(|word| code::has_word(&line, word)) {
                found.push(format!("{}:{number}: {word}", source.path.display()));
            }
        }
    }
    found
}

#[test]
fn only_page_and_worker_name_the_browser() {
    fail_if_any("The engine must build without a browser:", &uses(WEB, MAY_NAME_WEB));
}

#[test]
fn only_onigmo_names_its_matcher() {
    let rule = "The package in src/onigmo/matcher is Onigmo's own:";
    fail_if_any(rule, &uses(&["use matcher"], &["onigmo"]));
}

#[test]
fn only_the_command_touches_the_machine() {
    let rule = "Clocks, files, threads and randomness enter as arguments (same input, same bytes):";
    fail_if_any(rule, &uses(MACHINE, MAY_TOUCH_MACHINE));
}

#[test]
fn no_file_is_long() {
    let mut broken = Vec::new();
    for folder in ["src", "tests", "xtask", "www/src", "static"] {
        for extension in ["rs", "ts", "css", "js"] {
            for path in files(&root().join(folder), extension) {
                let text = std::fs::read_to_string(&path).unwrap();
                let generated =
                    text.lines().next().is_some_and(|line| line.contains("enerated by"));
                let lines = text.lines().count();
                if lines > 800 && !generated {
                    broken.push(format!("{}: {lines} lines", path.display()));
                }
            }
        }
    }
    fail_if_any(
        "Files over 800 lines (split by type; a generated one says so on line one):",
        &broken,
    );
}

#[test]
fn every_module_says_what_it_answers() {
    let says = |text: &str| {
        text.lines().any(|line| line.starts_with("//!") || line.contains("enerated by"))
    };
    let broken: Vec<String> = sources()
        .iter()
        .filter(|source| !says(&source.text))
        .map(|source| source.path.display().to_string())
        .collect();
    fail_if_any("Files without a first comment:", &broken);
}

#[test]
fn the_page_does_not_clone_by_habit() {
    let (mut lines, mut clones) = (0, 0);
    for source in sources().iter().filter(|source| source.module == "page") {
        let code = code::without_tests(&source.text);
        lines += code.len();
        clones += code.iter().map(|(_, line)| line.matches(".clone()").count()).sum::<usize>();
    }
    assert!(clones * 1000 <= 15 * lines.max(1000), "{clones} .clone() in {lines} lines of page/");
}

#[test]
fn the_native_build_has_no_crate_of_the_browser() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let args = [
        "tree",
        "--locked",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--package",
        "fluentd-playground",
    ];
    let tree = std::process::Command::new(cargo).args(args).current_dir(root()).output().unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap().replace('-', "_");
    let broken: Vec<String> = tree
        .lines()
        .filter(|line| WEB.iter().any(|name| line.starts_with(name)) || line.starts_with("serde v"))
        .map(str::to_owned)
        .collect();
    assert!(tree.lines().count() > 1, "{tree}");
    fail_if_any("The plain engine pulls in:", &broken);
}

#[test]
fn every_code_is_unique_and_speaks_both_languages() {
    let mut seen = BTreeMap::new();
    let mut broken = Vec::new();
    for code in fluentd_playground::diag::codes::all() {
        let path = code.path;
        if seen.insert(path, code).is_some() {
            broken.push(format!("{path}: twice"));
        }
        let kebab = |part: &str| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !part.is_empty() && part.chars().all(fits)
        };
        if !path.split_once('/').is_some_and(|(area, name)| kebab(area) && kebab(name)) {
            broken.push(format!("{path}: not area/what-it-is"));
        }
        for text in [code.doc, code.help] {
            if text.en.trim().is_empty() || !text.en.is_ascii() && text.en.contains('。') {
                broken.push(format!("{path}: no English"));
            }
            if !text.ja.chars().any(|c| ('\u{3040}'..='\u{30FF}').contains(&c)) {
                broken.push(format!("{path}: no Japanese: {}", text.ja));
            }
        }
    }
    fail_if_any("Codes of diagnostics:", &broken);
}

#[test]
fn every_code_is_given_somewhere() {
    let mut rest = String::new();
    for source in sources().iter().filter(|source| !source.path.iter().any(|part| part == "codes"))
    {
        for (_, line) in code::without_tests(&source.text) {
            rest.push_str(&line);
            rest.push('\n');
        }
    }
    let mut broken = Vec::new();
    for path in files(&root().join("src/diag/codes"), "rs") {
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let Some((name, value)) = line.trim().split_once(" = \"") else { continue };
            let constant =
                name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
            if constant && !code::has_word(&rest, name) {
                broken.push(format!("{name} ({})", value.split('"').next().unwrap_or_default()));
            }
        }
    }
    fail_if_any("Codes that nothing gives:", &broken);
}

#[test]
fn no_lockfile_names_a_registry() {
    let text = std::fs::read_to_string(root().join("package-lock.json")).unwrap();
    assert!(
        !text.contains("\"resolved\""),
        "package-lock.json: npm install with this folder's .npmrc"
    );
}
