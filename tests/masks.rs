//! Secrets that are planted in log lines are masked, and ordinary lines are left alone: counted over
//! hundreds of lines that templates (`masks/`) and a generator make, the same ones on every machine.
#![cfg(feature = "worker")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, missing_docs)]

use std::fmt::Write as _;

use fluentd_playground::share::mask::{Syntax, find, masked};

/// Names that a secret stands by.
const NAMES: [&str; 21] = [
    "password",
    "passwd",
    "DB_PASSWORD",
    "spring.datasource.password",
    "pwd",
    "secret",
    "client_secret",
    "clientSecret",
    "token",
    "access_token",
    "accessToken",
    "X-Auth-Token",
    "api_key",
    "apikey",
    "API_KEY",
    "X-Api-Key",
    "shared_key",
    "aws_key_id",
    "aws_sec_key",
    "aws_secret_access_key",
    "PRIVATE_KEY",
];

/// What such a secret may be: made by a machine or by a person.
const VALUES: [&str; 8] = [
    "hunter2",
    "{a20}",
    "{h32}",
    "correct-horse-battery",
    "S3cr3t!{n3}",
    "{b22}/{b10}+x=",
    "swordfish",
    "{uuid}",
];

/// A plain generator (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len())]
    }

    fn letters(&mut self, alphabet: &str, count: usize) -> String {
        (0..count).map(|_| char::from(alphabet.as_bytes()[self.roll(alphabet.len())])).collect()
    }

    /// A template with its places filled.
    fn fill(&mut self, template: &str) -> String {
        let mut out = String::new();
        let mut rest = template;
        while let Some((head, tail)) = rest.split_once('{') {
            out.push_str(head);
            let place =
                tail.split_once('}').and_then(|(name, after)| Some((self.place(name)?, after)));
            rest = match place {
                Some((text, after)) => {
                    out.push_str(&text);
                    after
                }
                None => {
                    out.push('{');
                    tail
                }
            };
        }
        out + rest
    }

    fn place(&mut self, name: &str) -> Option<String> {
        let alphabet = match name.get(..1)? {
            "h" => "0123456789abcdef",
            "H" => "0123456789ABCDEF",
            "n" => "0123456789",
            "l" => "abcdefghijklmnopqrstuvwxyz",
            "a" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
            "b" => "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/",
            _ => "",
        };
        match (name, name[1..].parse()) {
            ("i", _) => Some(self.roll(256).to_string()),
            ("m", _) => Some(format!("{:02}", self.roll(60))),
            ("d2", _) => Some(format!("{:02}", 1 + self.roll(28))),
            ("uuid", _) => Some(self.fill("{h8}-{h4}-4{h3}-9{h3}-{h12}")),
            ("ts", _) => Some(self.fill("2024-05-17T03:{m}:{m}.{n9}Z")),
            (_, Ok(count)) if !alphabet.is_empty() => Some(self.letters(alphabet, count)),
            _ => None,
        }
    }
}

/// The templates of a file, without its heading.
fn templates(text: &str) -> Vec<&str> {
    text.lines().skip(1).collect()
}

fn mask(line: &str) -> String {
    let secrets = find(line.as_bytes(), Syntax::Log);
    String::from_utf8(masked(line.as_bytes(), &secrets)).unwrap()
}

/// A line and the secret in it.
fn planted() -> Vec<(String, String)> {
    let mut dice = Dice(0x2545_F491_4F6C_DD1D);
    let mut lines = Vec::new();
    let shapes = templates(include_str!("masks/planted.txt"));
    for place in templates(include_str!("masks/places.txt")) {
        for shape in &shapes {
            let secret = dice.fill(shape);
            lines.push((dice.fill(place).replace("{s}", &secret), secret));
        }
    }
    for place in templates(include_str!("masks/named.txt")) {
        for name in NAMES {
            let value = dice.pick(&VALUES);
            let value = dice.fill(value);
            let line = place.replace("{n}", name).replace("{v}", &value);
            lines.push((dice.fill(&line), value));
        }
    }
    lines
}

#[test]
fn of_planted_secrets_none_is_left() {
    let lines = planted();
    assert!(lines.len() > 800, "{}", lines.len());
    let mut left = String::new();
    for (line, secret) in &lines {
        assert!(line.contains(secret), "{line}");
        let masked = mask(line);
        assert_eq!(masked.len(), line.len());
        if masked.contains(secret.as_str()) {
            let _ = writeln!(left, "{secret} in {line}");
        }
        assert_eq!(mask(&masked), masked, "what is masked is not found again");
    }
    assert!(left.is_empty(), "{} left:\n{left}", left.lines().count());
}

#[test]
fn of_a_thousand_ordinary_lines_hardly_one_is_masked() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let templates = templates(include_str!("masks/ordinary.txt"));
    let (mut count, mut wrong) = (0, String::new());
    for _ in 0..24 {
        for template in &templates {
            let line = dice.fill(template);
            for secret in find(line.as_bytes(), Syntax::Log) {
                let _ = writeln!(wrong, "{:?} {} in {line}", secret.kind, &line[secret.span]);
            }
            count += 1;
        }
    }
    assert!(count >= 2000 && wrong.lines().count() * 200 < count, "of {count}:\n{wrong}");
}
