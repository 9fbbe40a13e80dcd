//! Tag patterns against tags.

use fluentd_playground::fluent::match_pattern::MatchPatterns;
use serde_json::Value as Json;

pub(crate) fn run(case: &Json) -> Result<(), String> {
    let pattern = case["pattern"].as_str().unwrap();
    let patterns = match (MatchPatterns::new(pattern), case["error"].as_str()) {
        (Ok(patterns), None) => patterns,
        (Err(error), Some(expected)) if error.to_string() == expected => return Ok(()),
        (Ok(_), Some(expected)) => return Err(format!("{pattern}: no error, not {expected}")),
        (Err(error), expected) => return Err(format!("{pattern}: {error}, not {expected:?}")),
    };
    let check = |list: &str, wanted: bool| {
        case[list]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            .filter(|tag| patterns.matches(tag.as_bytes()) != wanted)
            .map(|tag| format!("{pattern} {tag:?}: {} instead of {wanted}", !wanted))
            .collect::<Vec<_>>()
    };
    let mut wrong = check("matched_tags", true);
    wrong.extend(check("not_matched_tags", false));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
