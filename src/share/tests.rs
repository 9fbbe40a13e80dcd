//! Links: sizes, round trips, damage.

use super::*;

const CONF: &str = r"<label @FLUENT_LOG>
  <match fluent.**>
    @type null
  </match>
</label>
<source>
  @type tail
  @id in_tail_container_logs
  path /var/log/containers/*.log
  pos_file /var/log/fluentd-containers.log.pos
  tag kubernetes.*
  read_from_head true
  <parse>
    @type regexp
    expression /^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$/
    time_format %Y-%m-%dT%H:%M:%S.%N%:z
  </parse>
</source>
<filter kubernetes.**>
  @type concat
  key log
  stream_identity_key stream
  multiline_start_regexp /^\d{4}-\d{2}-\d{2}/
  flush_interval 5
  timeout_label @OUTPUT
</filter>
<filter kubernetes.**>
  @type record_transformer
  <record>
    cluster production
  </record>
</filter>
<match kubernetes.**>
  @type relabel
  @label @OUTPUT
</match>
<label @OUTPUT>
  <match **>
    @type stdout
  </match>
</label>
";

/// A plain generator (xorshift): the same lines on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Lines as a cluster writes them: Spring, JSON, access log, stack trace, Japanese.
fn lines(count: usize) -> String {
    let mut dice = Dice(0x1234_5678_9ABC_DEF1);
    let mut text = String::new();
    let mut millis = 0;
    for _ in 0..count {
        millis += dice.roll(900);
        let (sec, nsec) = (millis / 1000, (millis % 1000) * 1_000_000 + dice.roll(1_000_000));
        let stamp = format!("2024-05-17T03:{:02}:{:02}.{nsec:09}Z", 10 + sec / 60 % 50, sec % 60);
        let n = dice.roll(10_000);
        let line = match dice.roll(5) {
            0 => format!(
                "stdout F 2024-05-17 12:{:02}:{:02}.{:03}  INFO [cart-service,,] 1 --- [nio-8080-exec-{}] c.e.cart.CartController : added item {n}",
                10 + sec / 60 % 50,
                sec % 60,
                millis % 1000,
                n % 9
            ),
            1 => format!(
                r#"stdout F {{"level":"info","msg":"request completed","path":"/api/v1/carts/{n}","status":200,"duration_ms":{}}}"#,
                n % 97
            ),
            2 => format!(
                r#"stdout F 10.1.{}.{} - - [17/May/2024:03:{:02}:{:02} +0000] "GET /items/{n} HTTP/1.1" 200 {} "-" "curl/8.5.0""#,
                n % 7,
                n % 251,
                10 + sec / 60 % 50,
                sec % 60,
                n % 5000
            ),
            3 => format!(
                "stderr F \tat com.example.cart.CartService.add(CartService.java:{})",
                n % 300
            ),
            _ => format!("stdout F カート {n} に商品を追加しました"),
        };
        text.extend([stamp.as_str(), " ", line.as_str(), "\n"]);
    }
    text
}

fn state(count: usize) -> State {
    let path = "/var/log/containers/cart-6f7c9d_default_cart-0123456789abcdef.log".to_owned();
    let files = vec![File { path, bytes: lines(count).into_bytes() }];
    State { conf: CONF.to_owned(), files, ..State::default() }
}

fn full() -> State {
    State {
        includes: vec![File { path: "/fluentd/etc/a.conf".into(), bytes: vec![0, 255, 10] }],
        settings: Settings {
            tz: Some("Asia/Tokyo".into()),
            now: Some((-5, 999_999_999)),
            hostname: Some("ip-10-0-0-1".into()),
            run_seconds: Some(7),
            env: vec![("A".into(), String::new())],
        },
        checks: vec![
            Check { file: 0, line: 3, event: None },
            Check {
                file: 0,
                line: 4,
                event: Some(Expected { record: Some("{\"a\":1}".into()), ..Expected::default() }),
            },
        ],
        view: vec![(String::new(), String::new())],
        ..state(3)
    }
}

#[test]
fn a_state_comes_back_whole() {
    for state in [State::default(), state(1), state(50), full()] {
        assert_eq!(from_fragment(&fragment(&state)), Ok(state));
    }
}

#[test]
fn links_are_short() {
    for (count, most) in [(1, 500), (20, 1_050), (200, 5_200)] {
        let length = fragment(&state(count)).len();
        assert!(length < most, "{count} lines: {length} characters");
    }
}

/// What may arrive: flipped, cut, joined, wrapped.
fn damage(link: &str, dice: &mut Dice) -> String {
    let mut text: Vec<u8> = link.as_bytes().to_vec();
    let at = dice.roll(text.len() as u64) as usize;
    match dice.roll(5) {
        0 => text.truncate(at),
        1 => text[at] = b'!' + dice.roll(94) as u8,
        2 => text.insert(at, b"Aa0-_%+/="[dice.roll(9) as usize]),
        3 => text.extend_from_within(at..),
        _ => text.rotate_left(at),
    }
    String::from_utf8_lossy(&text).into_owned()
}

#[test]
fn ten_thousand_damaged_links_say_what_is_wrong() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let original = state(5);
    let link = fragment(&original);
    let mut refused = 0;
    for _ in 0..10_000 {
        match from_fragment(&damage(&link, &mut dice)) {
            Ok(read) => assert_eq!(read, original),
            Err(error) => {
                refused += 1;
                assert!(!error.message().en.is_empty() && !error.message().ja.is_empty());
            }
        }
    }
    assert!(refused > 9_500, "{refused}");
}

#[test]
fn a_cut_link_says_that_it_is_cut() {
    let link = fragment(&state(20));
    for length in [6, 100, link.len() / 2, link.len() - 2] {
        assert_eq!(from_fragment(&link[..length]), Err(ShareError::Cut(length)));
    }
    assert_eq!(from_fragment(""), Err(ShareError::Empty));
    assert_eq!(from_fragment("#"), Err(ShareError::Empty));
    assert_eq!(from_fragment("2abc"), Err(ShareError::Future('2')));
    assert_eq!(from_fragment("!"), Err(ShareError::Damaged));
}

#[test]
fn what_mail_and_chat_add_is_forgiven() {
    let link = fragment(&state(20));
    let (head, tail) = link.split_at(70);
    for text in [
        format!("#{link}"),
        format!("%23{link}"),
        format!("#%23{link}"),
        format!("{link}."),
        format!("{link})。"),
        format!("{head}\r\n {tail}"),
        format!("{head}%20{tail}"),
    ] {
        assert_eq!(from_fragment(&text), Ok(state(20)), "{text}");
    }
    assert_eq!(fragment_in_path("/play/%231abc"), Some("1abc"));
    assert_eq!(fragment_in_path("/play/%23"), None);
    assert_eq!(fragment_in_path("/play/"), None);
}

#[test]
fn a_bomb_is_refused_in_bounded_memory() {
    let bomb = |payload: &[u8]| {
        let mut body = crc32(payload).to_be_bytes().to_vec();
        body.extend_from_slice(&deflate::compress(payload));
        let mut text = String::from(VERSION);
        base64::encode(&body, &mut text);
        text
    };
    assert_eq!(from_fragment(&bomb(&vec![0; MAX_STATE + 1])), Err(ShareError::TooLarge));
    // No text, and a count of files that would take hundreds of megabytes.
    let mut files = vec![0, 0xFF, 0xFF, 0x7F];
    files.resize(MAX_STATE, 0);
    assert_eq!(from_fragment(&bomb(&files)), Err(ShareError::Damaged));
    assert_eq!(from_fragment(&"A".repeat(MAX_LINK + 1)), Err(ShareError::TooLarge));
}

#[test]
fn a_link_too_long_to_arrive_whole_is_not_made() {
    assert!(to_fragment(&state(20)).is_ok());
    let long = fragment(&state(2_000)).len();
    assert_eq!(to_fragment(&state(2_000)), Err(ShareError::TooLong(long)));
}

#[test]
fn the_checksum_is_the_one_of_zip() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

#[test]
fn a_file_comes_back_whole_and_says_when_it_is_none() {
    for state in [State::default(), state(30), full()] {
        let text = repro::write(&state);
        assert_eq!(repro::read(text.as_bytes()), Ok(state), "{text}");
    }
    assert_eq!(repro::read(b"{\"fluentplay\": 2}"), Err(ShareError::Future('2')));
    assert_eq!(repro::read(b"{}"), Err(ShareError::NotOurFile { line: 1 }));
    assert_eq!(repro::read(b"{\n\n \"conf\": 1,,"), Err(ShareError::NotOurFile { line: 3 }));
    assert_eq!(repro::read(b"\xff"), Err(ShareError::NotOurFile { line: 1 }));
    assert!(repro::read(b"{\"fluentplay\": 1, \"conf\": 5}").is_err());
}

#[test]
fn the_dictionary_of_version_1_is_frozen() {
    // Given out with links of version 1: another text needs another version.
    assert_eq!(crc32(include_bytes!("dictionary-1.txt")), 368_084_944);
}
