//! Where the values of an object's fields stand in the text, for colouring.

use crate::source::Span;

/// The fields of the outermost object of a text that a reader took: name and the bytes of the
/// value (of a string, what stands between its quotes). Names are shown as written.
///
/// ```
/// use fluentd_playground::ruby::json::spans::value_spans;
/// let spans = value_spans(br#"{"log":"a\n", "n": {"m": 1}}"#);
/// let seen: Vec<_> = spans.iter().map(|(name, span)| (name.as_ref(), span.range())).collect();
/// assert_eq!(seen, [("log", 8..11), ("n", 19..27)]);
/// ```
pub fn value_spans(text: &[u8]) -> Vec<(Box<str>, Span)> {
    let mut spans = Vec::new();
    let mut at = 0;
    let mut depth = 0usize;
    let mut name: Option<Span> = None;
    // After a colon at depth 1: where the value begins.
    let mut value_start: Option<usize> = None;
    while let Some(&byte) = text.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'"' => {
                at = string_end(text, at);
                let inside = Span::new(start + 1, at.saturating_sub(1).max(start + 1));
                if depth == 1 && value_start.is_some() {
                    push(&mut spans, text, name, inside);
                    value_start = None;
                } else if depth == 1 {
                    name = Some(inside);
                }
            }
            b'{' | b'[' => {
                if depth == 1 && value_start.is_some() {
                    value_start = Some(start);
                }
                depth += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if let (1, Some(from)) = (depth, value_start.take_if(|_| depth == 1)) {
                    push(&mut spans, text, name, Span::new(from, at));
                }
            }
            b':' if depth == 1 && value_start.is_none() => value_start = Some(at),
            b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
            _ if depth == 1 && value_start.is_some() => {
                let rest = text.get(start..).unwrap_or_default();
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b' ' | b'\t' | b'\r' | b'\n');
                at = start + rest.iter().position(ends).unwrap_or(rest.len());
                push(&mut spans, text, name, Span::new(start, at));
                value_start = None;
            }
            _ => {}
        }
    }
    spans
}

fn push(spans: &mut Vec<(Box<str>, Span)>, text: &[u8], name: Option<Span>, value: Span) {
    let name = name.and_then(|span| text.get(span.range())).unwrap_or_default();
    spans.push((String::from_utf8_lossy(name).into(), value));
}

/// After the closing quote of a string whose inside begins at `at`.
fn string_end(text: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = text.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    text.len()
}
