//! Planted secrets go, ordinary lines stay.

use super::*;

/// A line, and the secrets in it that must be gone.
const PLANTED: &[(&str, &[&str])] = &[
    ("2024-05-17T03:10:00.1Z stdout F login user=bob password=hunter2 ok", &["hunter2"]),
    ("password: s3cr3tValue", &["s3cr3tValue"]),
    (r#"{"user":"bob","password":"pa ss,word","x":1}"#, &["pa ss,word"]),
    (r#"{"log":"{\"api_key\":\"abc\\\"def9\",\"n\":1}\n","stream":"stdout"}"#, &[r#"abc\\\"def9"#]),
    (r#"{"log":"token=abc123\n","stream":"stdout"}"#, &["abc123"]),
    ("Authorization: Bearer abcDEF123.ghi-jkl", &["abcDEF123.ghi-jkl"]),
    ("authorization: Basic dXNlcjpwYXNzd29yZA==", &["dXNlcjpwYXNzd29yZA"]),
    ("curl -H 'X-Api-Key: 9f8e7d6c5b' http://a", &["9f8e7d6c5b"]),
    ("\"accessToken\": \"a1b2c3\"", &["a1b2c3"]),
    ("DB_PASSWORD=correct-horse-battery", &["correct-horse-battery"]),
    ("mysql --password S3cret! --host db", &["S3cret!"]),
    ("client_secret => 'zzzYYY111'", &["zzzYYY111"]),
    ("GET /cb?token=abcd.ef&x=1 HTTP/1.1", &["abcd.ef"]),
    ("GET /blob?sv=1&sig=aB%2Fc%3D&x=1", &["aB%2Fc%3D"]),
    ("postgres://svc:pr0d-pass@db:5432/app", &["svc:", "pr0d-pass"]),
    ("https://x-token-0123456789abcdef@git.example/a.git", &["x-token-0123456789abcdef"]),
    ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc-DEF_123 end", &["eyJhbGci", "abc-DEF_123"]),
    ("creds AKIAIOSFODNN7EXAMPLE used", &["AKIAIOSFODNN7EXAMPLE"]),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", &["wJalrXUtnFEMI"]),
    ("key AIzaSyA1234567890abcdefghijklmnopqrstuv", &["AIzaSyA1234567890"]),
    ("ghp_abcdefghij0123456789ABCDEFGHIJ012345", &["ghp_abcdefghij0123456789"]),
    ("xoxb-123456789012-abcdefABCDEF", &["xoxb-123456789012"]),
    ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", &["4eC39HqLyjWDarjtT1zdp7dc"]),
    ("https://hooks.slack.com/services/T000/B000/XXXXabcd1234", &["T000/B000", "abcd1234"]),
    ("card 4111 1111 1111 1111 declined", &["4111 1111"]),
    ("pan=5500005555555559;", &["5500005555555559"]),
    ("amex 3782-822463-10005", &["822463"]),
    ("mail from taro.yamada+test@example.co.jp.", &["taro.yamada+test", "example.co.jp"]),
    ("client 203.0.113.57 - - \"GET /\"", &["203.0.113.57"]),
    ("connect to db/52.10.20.30:5432 failed", &["52.10.20.30"]),
    ("パスワード password=秘密の言葉です", &["秘密の言葉です"]),
    (
        "-----BEGIN RSA PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA75\\nQw==\\n-----END RSA PRIVATE KEY-----",
        &["MIIEpAIBAAKCAQEA75", "Qw=="],
    ),
];

/// Lines that say nothing secret.
const ORDINARY: &[&str] = &[
    "2023-02-02T07:48:11.576765119Z stdout F GET /api/v1/items 200 12ms",
    "password reset requested for user bob",
    "invalid password: too short",
    "token expired, please log in",
    "token: invalid",
    "tokens=512 max_tokens: 4096",
    "token_type=Bearer expires_in=3600",
    "Bearer authentication failed",
    "password=[FILTERED]",
    "password=*** user=a",
    "secret=<redacted>",
    "token=${TOKEN}",
    "the secret of success",
    "basic information about the pod",
    "\"password\":null,\"token\":\"\"",
    "Mozilla/5.0 (X11) Chrome/109.0.5414.119 Safari/537.36",
    "version 1.24.0.1 started on 10.1.2.3 via 192.168.0.10 and 127.0.0.1:80 mask 255.255.255.0",
    "order 4111111111111112 created",
    "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7",
    "ts=1675324091576765119 epoch 1675324091576",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pulled registry.example/nginx@sha256:abcdef",
    "started user@1000.service",
    "git clone git@host",
    "primary key constraint key=42 partial_key logtag",
    "secretName: db-credentials secretRef=app",
    "risk-aversion-of-the-market sk-learn-contrib",
    "eyJ is how base64 of an object begins",
    "2024/05/17 03:10:11 [error] 29#29: *1 open() failed",
    "-----BEGIN CERTIFICATE----- MIIDdzCCAl+gAwIBAgIEAgAAuTAN",
    "カート 1234 に商品を追加しました",
];

fn found_in(text: &str) -> Vec<(Kind, &str)> {
    let secrets = find(text.as_bytes(), Syntax::Log);
    secrets.iter().map(|secret| (secret.kind, &text[secret.span.clone()])).collect()
}

fn masked_log(text: &str) -> String {
    let masked = masked(text.as_bytes(), &find(text.as_bytes(), Syntax::Log));
    String::from_utf8(masked).unwrap()
}

#[test]
fn planted_secrets_are_gone_and_the_shape_stays() {
    for (line, secrets) in PLANTED {
        let masked = masked_log(line);
        for secret in *secrets {
            assert!(line.contains(secret));
            assert!(!masked.contains(secret), "{line}\n{masked}");
        }
        assert_eq!(masked.len(), line.len());
        assert_eq!(masked.chars().count(), line.chars().count());
        assert_eq!(masked.encode_utf16().count(), line.encode_utf16().count());
        let marks = |text: &str| -> String {
            text.chars().filter(|c| c.is_ascii() && !c.is_ascii_alphanumeric()).collect()
        };
        assert_eq!(marks(&masked), marks(line));
    }
}

#[test]
fn what_is_masked_is_not_found_again() {
    for (line, _) in PLANTED {
        let masked = masked_log(line);
        assert_eq!(found_in(&masked), [], "{line}\n{masked}");
    }
}

#[test]
fn ordinary_lines_are_left_alone() {
    for line in ORDINARY {
        assert_eq!(found_in(line), [], "{line}");
    }
}

#[test]
fn a_private_key_over_many_log_lines_is_gone_and_the_heads_stay() {
    let head = "2024-05-17T03:10:00.123456789Z stdout F ";
    let body = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "ab/C",
        "-----END PRIVATE KEY-----",
    ];
    let text: String = body.iter().flat_map(|line| [head, line, "\n"]).collect();
    let masked = masked_log(&text);
    assert!(!masked.contains("MIIE") && !masked.contains("ab/C"), "{masked}");
    assert_eq!(masked.matches(head).count(), 4, "{masked}");
}

#[test]
fn a_configuration_names_its_secrets_by_parameter() {
    let conf = "<match **>\n  @type s3\n  aws_key_id AKIAIOSFODNN7EXAMPLE\n  aws_sec_key \"wJalr/XUtn\"\n  \
        shared_key s e c r e t\n  password \"#{ENV['PASSWORD']}\"\n  key_name log\n  partial_key logtag\n  \
        expression /^token=(?<token>[^ ]+) password (?<pass>.*)$/\n</match>\n";
    let secrets = find(conf.as_bytes(), Syntax::Conf);
    let texts: Vec<&str> = secrets.iter().map(|secret| &conf[secret.span.clone()]).collect();
    assert_eq!(texts, ["AKIAIOSFODNN7EXAMPLE", "wJalr/XUtn", "s e c r e t"]);
}

#[test]
fn everything_of_a_state_is_masked_and_checks_follow() {
    use super::super::{Check, Expected, File, Settings, State};
    let event = Expected { record: Some("{\"pw\":\"hunter2\"}".into()), ..Expected::default() };
    let state = State {
        conf: "  password topsecret1\n".into(),
        files: vec![File { path: "a".into(), bytes: b"password=hunter2\n".to_vec() }],
        includes: vec![File { path: "b".into(), bytes: b"shared_key abcdef\n".to_vec() }],
        settings: Settings {
            env: vec![("API_TOKEN".into(), "tok3n".into())],
            ..Settings::default()
        },
        checks: vec![Check { file: 0, line: 0, event: Some(event) }],
        view: Vec::new(),
    };
    let found = find_in(&state);
    assert_eq!(found.len(), 4);
    let masked = masked_state(&state, &found);
    let text = format!("{masked:?} {}", String::from_utf8_lossy(&masked.files[0].bytes));
    for secret in ["topsecret1", "hunter2", "tok3n"] {
        assert!(!text.contains(secret), "{text}");
    }
    assert_eq!(masked.files[0].bytes, b"password=xxxxxx0\n");
    assert_eq!(masked.includes[0].bytes, b"shared_key xxxxxx\n");
}

#[test]
fn no_bytes_are_too_strange() {
    let mut dice = 7_u32;
    for length in 0..400 {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                dice = dice.wrapping_mul(1_103_515_245).wrapping_add(12_345);
                let pool = b"\\\"'@:/.=-_ eyJAKIApassword=token4111\n\xe3\x81\x82\xff";
                pool[(dice >> 16) as usize % pool.len()]
            })
            .collect();
        for syntax in [Syntax::Log, Syntax::Conf] {
            let secrets = find(&bytes, syntax);
            assert_eq!(masked(&bytes, &secrets).len(), bytes.len());
        }
    }
}
