//! What the three libraries make of the same text (PARSE.md section 7), as measured on them.

use super::{JsonReader, Library, MAX_DEPTH, generate::dump};
use crate::encoding::Encoding;
use crate::ruby::string::RString;

/// The three readings, printed by Oj's writer; `nil` where the text is refused.
fn readings(text: &[u8]) -> [String; 3] {
    [Library::Oj, Library::Json, Library::Yajl].map(|library| {
        let text = RString::new(text, Encoding::Ascii8Bit);
        match JsonReader::new(library).read(&text) {
            Ok(value) => String::from_utf8_lossy(&dump(&value, Library::Oj).unwrap()).into_owned(),
            Err(_) => "nil".to_owned(),
        }
    })
}

fn check(text: &str, oj: &str, json: &str, yajl: &str) {
    assert_eq!(readings(text.as_bytes()), [oj, json, yajl], "{text}");
}

#[test]
fn the_table_of_differences_holds() {
    check(r#"{"a":NaN}"#, r#"{"a":NaN}"#, "nil", "nil");
    check(r#"{"a":-Infinity}"#, r#"{"a":-Infinity}"#, "nil", "nil");
    check("{\"a\":\"x\ty\"}", r#"{"a":"x\ty"}"#, "nil", "nil");
    check(r#"{"a":"\x"}"#, r#"{"a":"x"}"#, r#"{"a":"x"}"#, "nil");
    check(r#"{"a":"\ud800"}"#, "nil", "nil", r#"{"a":"?"}"#);
    check(r#"{"a":1"#, "nil", "nil", r#"{"a":1}"#);
    check(r#"/* c */ {"a":/* c */1}"#, r#"{"a":1}"#, r#"{"a":1}"#, r#"{"a":1}"#);
    check(r#"{"a":1} // c"#, "nil", "nil", r#"{"a":1}"#);
    for text in ["{} {}", "{}x", "[1,]", "[01]", "[+1]", "[.5]", "\u{feff}{}"] {
        let [oj, json, yajl] = readings(text.as_bytes());
        assert_eq!((oj.as_str(), json.as_str()), ("nil", "nil"), "{text}");
        assert_eq!(yajl, "nil", "{text}");
    }
}

#[test]
fn broken_utf8_is_kept_but_by_yajl() {
    let [oj, json, yajl] = readings(b"{\"a\":\"\xff\"}");
    assert_eq!((oj.as_str(), json.as_str()), ("{\"a\":\"\u{fffd}\"}", "{\"a\":\"\u{fffd}\"}"));
    assert_eq!(yajl, "nil");
}

#[test]
fn oj_takes_a_lone_minus_and_double_zeros() {
    check("[-,00,-0]", "[0,0,0]", "nil", "nil");
    check("[1e400,1E5]", "[Infinity,100000.0]", "[Infinity,100000.0]", "[Infinity,100000.0]");
    let big = "[123456789012345678901234567890]";
    check(big, big, big, big);
}

#[test]
fn yajl_gives_back_what_was_open_when_the_text_ended() {
    check(r#"{"a":{"b":1"#, "nil", "nil", r#"{"b":1}"#);
    check(r#"{"a":1,"b":[1,2"#, "nil", "nil", "[1,2]");
    check(r#"{"a":"#, "nil", "nil", r#""a""#);
    check("[1] 2", "nil", "nil", "[1,2]");
}

#[test]
fn a_repeated_name_keeps_its_first_place_and_its_last_value() {
    let last = r#"{"a":3,"b":2}"#;
    check(r#"{"a":1,"b":2,"a":3}"#, last, last, last);
    let many: Vec<String> = (0..100).map(|n| format!("\"k{}\":{n}", n % 50)).collect();
    let [oj, ..] = readings(format!("{{{}}}", many.join(",")).as_bytes());
    assert!(oj.starts_with(r#"{"k0":50,"k1":51,"#), "{oj}");
}

#[test]
fn nesting_is_bounded() {
    let deep = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    let accepted = |text: String| readings(text.as_bytes()).map(|reading| reading != "nil");
    assert_eq!(accepted(deep(100)), [true, true, true]);
    assert_eq!(accepted(deep(101)), [true, false, true]);
    assert_eq!(accepted(deep(MAX_DEPTH + 1)), [false, false, false]);
}
