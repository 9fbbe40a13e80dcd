//! What actions do.

use std::rc::Rc;

use super::{Action, Forward, Scene, State};
use crate::protocol::{Counts, FileRow, Rows, Run, Shown};

fn two_files() -> State {
    let mut state = State::default();
    let scene = Scene {
        files: vec![("/a.log".into(), "x".into()), ("/b.log".into(), "y".into())],
        ..Scene::default()
    };
    state.apply(Action::Load(Rc::new(scene)));
    state
}

fn with_failing(mut state: State, failing: &[(u32, &[u32])]) -> State {
    let files = failing
        .iter()
        .map(|&(file, lines)| FileRow { file, failing: lines.to_vec(), ..FileRow::default() })
        .collect();
    state.run = Rc::new(Run { files: Rc::new(files), ..Run::default() });
    state
}

#[test]
fn a_no_op_says_so() {
    let mut state = two_files();
    assert!(!state.apply(Action::ShowFile(1)));
    assert!(!state.apply(Action::Sight(Rows { from: 7, to: 60 })) && state.sight.from == 7);
}

#[test]
fn a_loaded_scene_gets_new_file_numbers() {
    let mut state = two_files();
    assert_eq!(state.tabs.iter().map(|tab| tab.file).collect::<Vec<_>>(), [1, 2]);
    state.apply(Action::Load(Rc::new(Scene {
        files: vec![("/c.log".into(), "z".into())],
        ..Scene::default()
    })));
    assert_eq!((state.file, state.tabs.len()), (3, 1));
}

#[test]
fn closing_the_file_on_top_shows_its_neighbour_and_the_last_stays() {
    let mut state = two_files();
    assert!(state.apply(Action::CloseFile(1)));
    assert_eq!(state.file, 2);
    assert!(!state.apply(Action::CloseFile(2)));
}

#[test]
fn f8_goes_round_all_files() {
    let mut state = with_failing(two_files(), &[(1, &[4]), (2, &[0, 7])]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        state.apply(Action::NextFailing(Forward::Next));
        seen.push((state.file, state.selection.0));
    }
    assert_eq!(seen, [(1, 4), (2, 0), (2, 7), (1, 4)]);
    state.apply(Action::NextFailing(Forward::Previous));
    assert_eq!((state.file, state.selection.0), (2, 7));
}

#[test]
fn the_first_failing_line_opens_by_itself_and_its_mark_closes_it() {
    let mut state = with_failing(two_files(), &[(1, &[4])]);
    assert!(state.view().open_first);
    state.apply(Action::ToggleWhy(4));
    assert!(!state.view().open_first && state.view().open.is_empty());
    state.apply(Action::ToggleWhy(4));
    assert_eq!(state.view().open, [4]);
}

#[test]
fn the_next_event_stops_at_the_last() {
    let mut state = two_files();
    let counts = Counts { events: 2, lines: 2, ..Counts::default() };
    let run = Run { counts, complete: true, ..Run::default() };
    state.apply(Action::Shown(Box::new(Shown { run: Some(run), ..Shown::default() })));
    for _ in 0..3 {
        state.apply(Action::NextEvent(Forward::Next));
    }
    assert_eq!(state.event, Some(1));
}

#[test]
fn results_without_a_run_keep_the_run() {
    let mut state = two_files();
    let counts = Counts { events: 2, ..Counts::default() };
    let run = Run { counts, ..Run::default() };
    state.apply(Action::Shown(Box::new(Shown { run: Some(run), ..Shown::default() })));
    state.apply(Action::Shown(Box::default()));
    assert_eq!(state.run.counts.events, 2);
}

#[test]
fn a_check_passes_when_the_record_is_the_same() {
    let mut state = two_files();
    state.apply(Action::CheckMade(0, "{}".into()));
    assert_eq!(state.checks_passed(), (1, 1));
    state.apply(Action::CheckFound(0, Some("{\"a\":1}".into())));
    assert_eq!(state.checks_passed(), (0, 1));
}
