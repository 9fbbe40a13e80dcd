//! Options, pattern, NUL, text: reading, printing, matching in every encoding, explaining.
#![no_main]

use fluentd_playground::diag::Diagnostic;
use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::cautions::cautions;
use fluentd_playground::onigmo::diagnose::{self, Home};
use fluentd_playground::onigmo::explain::explain;
use fluentd_playground::onigmo::highlight::highlight;
use fluentd_playground::onigmo::print::print;
use fluentd_playground::onigmo::{Options, Regexp, Region};
use fluentd_playground::source::{SourceId, Span};
use libfuzzer_sys::fuzz_target;

const HOME: Home = Home { source: SourceId::Conf(0), offset: 0 };

fuzz_target!(|data: &[u8]| {
    let Some((&bits, rest)) = data.split_first() else { return };
    let (pattern, text) = match rest.iter().position(|&byte| byte == 0) {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    let Ok(pattern) = std::str::from_utf8(pattern) else { return };
    let inside = |span: Span| {
        let range = span.range();
        assert!(pattern.get(range.clone()).is_some(), "{range:?} of {pattern:?}");
    };
    let options =
        Options { ignore_case: bits & 1 != 0, multi_line: bits & 2 != 0, extend: bits & 4 != 0 };
    let mut end = 0;
    for part in highlight(pattern, options.extend) {
        assert_eq!(part.span.start, end);
        end = part.span.end;
    }
    assert_eq!(end as usize, pattern.len());
    let regexp = match Regexp::new(pattern, options) {
        Ok(regexp) => regexp,
        Err(error) => {
            inside(error.span);
            let _ = diagnose::error(&error, pattern, HOME);
            return;
        }
    };
    regexp.tree().nodes.iter().for_each(|node| inside(node.span));
    regexp.warnings().iter().for_each(|warning| inside(warning.span));
    let found: Vec<Diagnostic> = cautions(&regexp, HOME);
    found.iter().filter_map(|found| found.primary.as_ref()).for_each(|place| inside(place.span));
    let _ = explain(&regexp);
    search(&regexp, text);
    let printed = print(regexp.tree());
    let again = Options { extend: false, ..options };
    if let Ok(read) = Regexp::new(&printed, again) {
        assert_eq!(print(read.tree()), printed, "of {pattern:?}");
    }
});

fn search(regexp: &Regexp, text: &[u8]) {
    let mut region = Region::default();
    for encoding in [Encoding::Utf8, Encoding::Ascii8Bit] {
        let found = regexp.search(text, encoding, 0, &mut region);
        if found == Ok(true) {
            for span in region.groups.iter().flatten() {
                assert!(span.end as usize <= text.len());
            }
        } else if found == Ok(false) && text.len() < 64 {
            let why = regexp.why_not(text, encoding);
            assert!(why.is_none_or(|why| why.reached <= text.len()));
        }
    }
}
