//! `regex.*.jsonl`: Ruby's regular expressions, compiled and matched. A row's `ruby34` replaces the
//! fields recorded with Ruby 3.1.

use std::collections::HashSet;
use std::fmt::Write as _;

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::{MatchError, Options, Regexp, Region, Warning};
use serde_json::{Value as Json, json};

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let pattern = case["pattern"].as_str().ok_or("no pattern")?;
    let options = options(case["options"].as_str().unwrap_or_default());
    let (text, encoding) = subject(case)?;
    let actual = match Regexp::new(pattern, options) {
        Err(error) => {
            let mut seen = json!({ "compile_error": error.message });
            note_warnings(&error.warnings, &mut seen);
            seen
        }
        Ok(regexp) => observe(&regexp, &text, encoding),
    };
    let mut differences = String::new();
    for field in ["compile_error", "match", "match_error", "fixed_encoding", "warnings"] {
        // Ruby 3.1 refused the pattern: what it is tied to was not recorded.
        if field == "fixed_encoding" && case["ruby34"].get("compile_error").is_some() {
            continue;
        }
        let wanted = case["ruby34"].get(field).unwrap_or(&case[field]);
        if !same(field, wanted, &actual[field]) {
            let _ = writeln!(
                differences,
                "  {field}: want {wanted}\n  {field}: have {}",
                actual[field]
            );
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    let (options, shown) = (&case["options"], String::from_utf8_lossy(&text));
    Err(format!("  /{pattern}/{options} on {shown:?} as {encoding:?}\n{differences}"))
}

fn options(letters: &str) -> Options {
    Options {
        ignore_case: letters.contains('i'),
        multi_line: letters.contains('m'),
        extend: letters.contains('x'),
    }
}

fn subject(case: &Json) -> Result<(Vec<u8>, Encoding), String> {
    let encoding = match case["subject_encoding"].as_str() {
        Some("ASCII-8BIT") => Encoding::Ascii8Bit,
        Some("US-ASCII") => Encoding::UsAscii,
        _ => Encoding::Utf8,
    };
    let text = match (case["subject"].as_str(), case["subject_hex"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(hex)) => bytes_of(hex)?,
        (None, None) => return Err("no subject".to_owned()),
    };
    Ok((text, encoding))
}

fn bytes_of(hex: &str) -> Result<Vec<u8>, String> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = std::str::from_utf8(pair).map_err(|error| error.to_string())?;
            u8::from_str_radix(pair, 16).map_err(|error| error.to_string())
        })
        .collect()
}

fn observe(regexp: &Regexp, text: &[u8], encoding: Encoding) -> Json {
    let mut region = Region::default();
    let mut seen = json!({});
    match regexp.search(text, encoding, 0, &mut region) {
        Ok(true) => seen["match"] = matched(regexp, &region),
        Ok(false) => {}
        Err(MatchError::Raised { class, message }) => {
            seen["match_error"] = json!({ "class": class, "message": message });
        }
        Err(MatchError::StepBudget { span }) => {
            seen["match_error"] = json!(format!("step budget: {span:?}"));
        }
    }
    if regexp.fixed_encoding() {
        seen["fixed_encoding"] = json!("UTF-8");
    }
    note_warnings(regexp.warnings(), &mut seen);
    seen
}

fn note_warnings(warnings: &[Warning], seen: &mut Json) {
    if !warnings.is_empty() {
        let texts: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
        seen["warnings"] = json!(texts);
    }
}

fn matched(regexp: &Regexp, region: &Region) -> Json {
    let span = |at: usize| match region.groups.get(at).copied().flatten() {
        Some(span) => json!([span.start, span.end]),
        None => Json::Null,
    };
    let groups: Vec<Json> = (1..=regexp.group_count())
        .map(|number| {
            let name = regexp.names().iter().find(|name| name.groups.contains(&(number as u32)));
            json!({ "n": number, "name": name.map(|name| &name.text), "span": span(number) })
        })
        .collect();
    json!({ "span": span(0), "groups": groups })
}

/// Warnings are compared as a set: Ruby prints some once for every time it reads the pattern.
fn same(field: &str, wanted: &Json, actual: &Json) -> bool {
    if field != "warnings" {
        return wanted == actual;
    }
    let set = |list: &Json| -> HashSet<String> {
        let list = list.as_array().cloned().unwrap_or_default();
        list.iter().map(|text| text.as_str().unwrap_or_default().to_owned()).collect()
    };
    set(wanted) == set(actual)
}
