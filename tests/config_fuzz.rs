//! Random mutations of configurations: no panic, no hang, every byte kept, every place in the text.
//!
//! `CONFIG_FUZZ=n` runs n mutations (2,000 without).
#![allow(clippy::unwrap_used, missing_docs)]

use fluentd_playground::advise::lint::conf::lint_conf;
use fluentd_playground::fluent::config::assist::{complete, hover};
use fluentd_playground::fluent::config::edit::{apply, written};
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;

const SEEDS: &[&str] = &[
    "<source>\n  @type tail\n  path /var/log/*.log # all\n  tag \"k.#{ENV['A'] || 'x'}\"\n  <parse>\n    @type regexp\n    expression /^(?<a>.)$/\n  </parse>\n</source>\n",
    "k [1, # c\n 2, {\"a\": \"#{1+1}\"}]\n@include a*.conf\n<m \"x y\">\n  j {\"b\":[true,null]}\n</m>\n",
    "<filter **>\r\n  @type record_transformer\r\n  <record>\r\n    a ${record['b'].gsub(/x/, 'y')}\r\n  </record>\r\n</filter>\r\n",
    "# 日本語\n<a 日本>\n  k \"it\\'s #{'日本' + \"#{2}\"}\"\n  l 'a\\\\b'\n</a>\n",
];

const PIECES: &[&str] = &[
    "\"",
    "'",
    "#",
    "#{",
    "}",
    "{",
    "[",
    "]",
    "<",
    "</",
    ">",
    "\n",
    "\r",
    "\\",
    " ",
    "\t",
    "日",
    "@",
    "include ",
    "@include x.conf\n",
    ",",
    ":",
    "//",
    "/*",
    "if ",
    " end",
    "ENV['A']",
    "use_nil",
    "(",
    ")",
    "|",
    "\u{0}",
    "1e5",
];

/// A small generator of its own: the same numbers on every machine.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

fn mutate(text: &str, numbers: &mut Numbers) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(6) {
        let at = numbers.below(characters.len() + 1);
        match numbers.below(4) {
            0 if at < characters.len() => drop(characters.remove(at)),
            1 => characters.truncate(at.max(1)),
            2 => {
                let end = (at + numbers.below(20)).min(characters.len());
                let copy: Vec<char> = characters[at..end].to_vec();
                let to = numbers.below(characters.len() + 1);
                characters.splice(to..to, copy);
            }
            _ => {
                let piece = PIECES[numbers.below(PIECES.len())];
                characters.splice(at..at, piece.chars());
            }
        }
    }
    characters.into_iter().collect()
}

#[test]
fn mutated_configurations_keep_every_byte_and_never_panic() {
    let rounds = std::env::var("CONFIG_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000);
    let mut numbers = Numbers(20_261_123);
    let environment = Environment {
        files: vec![
            ("a1.conf".into(), "x 1\n".into()),
            ("x.conf".into(), "@include x.conf\n".into()),
        ],
        ..Environment::default()
    };
    for _ in 0..rounds {
        let seed = SEEDS[numbers.below(SEEDS.len())];
        let text = mutate(seed, &mut numbers);
        let parsed = parse(&text, &environment);
        assert_eq!(parsed.files[0].print(), text);
        assert_eq!(parsed.root.is_some(), parsed.errors.is_empty(), "{text:?}");
        for error in &parsed.errors {
            let (_, span) = error.place.unwrap_or_else(|| panic!("{text:?}: {error}"));
            assert!(span.start <= span.end, "{text:?}: {error}");
        }
        for found in lint_conf(&parsed) {
            for edit in found.fix.iter().flat_map(|fix| &fix.edits) {
                assert!(!apply(&text, std::slice::from_ref(edit)).is_empty());
            }
        }
        let offset = numbers.below(text.len() + 1);
        let _ = (complete(&text, offset), hover(&text, offset));
        // A value that is written is read as itself, whatever it is.
        let read = parse(&format!("k {}\n", written(&text)), &environment);
        let root = read.root.unwrap_or_else(|| panic!("{text:?} as a value"));
        assert_eq!(root.text("k"), Some(text.as_str()));
    }
}
