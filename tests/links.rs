//! Links that were given out must open for ever: `tests/links/NAME.vN.txt` is a link of version N,
//! `NAME.fluentplay.json` what it holds. A new version adds links; none is ever changed.
#![allow(clippy::unwrap_used)]

use fluentd_playground::share::{from_fragment, repro};
use std::path::Path;

#[test]
fn every_link_ever_made_still_opens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links");
    let mut opened = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if let Some((name, _version)) =
            name.strip_suffix(".txt").and_then(|name| name.split_once(".v"))
        {
            let link = std::fs::read_to_string(&path).unwrap();
            let file = std::fs::read(folder.join(format!("{name}.fluentplay.json"))).unwrap();
            assert_eq!(from_fragment(&link), repro::read(&file), "{name}");
            assert!(repro::read(&file).is_ok(), "{name}");
            opened += 1;
        }
    }
    assert!(opened >= 3);
}
