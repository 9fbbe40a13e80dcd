//! What the page knows, and how it changes: one [`State`], changed by [`Action`]s only.
//!
//! Nothing here touches the browser; what an action does outside is in `desk`. Results are kept
//! as they came (by `Rc`), views derive the rest.

use std::rc::Rc;

use super::samples::Sample;
use super::texts::Lang;
use crate::protocol::{
    Counts, Detected, EventWindow, FileId, FileRow, Filter, Fix, Form, LineWindow, Nodes, Panel,
    Rows, Run, Runtimes, Settings, Sheet, Shown, Story, View,
};

/// A log file's tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its number, never used twice.
    pub file: FileId,
    /// Its path on the imagined machine.
    pub path: Rc<str>,
}

/// What is worked on: a configuration and log files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// What to call it; empty without a name.
    pub title: Rc<str>,
    /// The configuration.
    pub conf: Rc<str>,
    /// Path and text of each file.
    pub files: Vec<(Rc<str>, Rc<str>)>,
    /// Events and the records expected of them, as JSON.
    pub checks: Vec<(u32, Rc<str>)>,
    /// The imagined machine, where it comes along.
    pub settings: Option<Rc<Settings>>,
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
    /// Black, white and few colours.
    Contrast,
}

/// What stands in the configuration pane.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ConfTab {
    /// The text.
    #[default]
    Text,
    /// The form over `<parse>`.
    Pattern,
}

/// Which pane a phone shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PhonePane {
    /// The log files.
    #[default]
    Logs,
    /// The configuration.
    Conf,
    /// The results.
    Results,
}

/// What lies over the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// The keys.
    Keys,
    /// The commands: what was typed, and the chosen one.
    Palette(Rc<str>, usize),
    /// A link to share.
    Share {
        /// The link, with what looks secret masked.
        link: Rc<str>,
        /// The link with everything as it is.
        plain: Rc<str>,
        /// What kinds of secrets were found.
        secrets: Rc<[Rc<str>]>,
    },
    /// Files to take away or in, and the one shown.
    Sheet(Rc<Sheet>, usize),
    /// Room for another tool's text.
    Import,
    /// What an edit would change.
    Preview(Rc<Preview>),
    /// What the lines are, with configurations for them.
    Detected(Rc<Detected>),
    /// The same messages under both runtimes.
    Runtimes(Rc<Runtimes>),
    /// How to check that nothing leaves the page.
    Privacy,
    /// The imagined machine.
    Settings(Rc<Settings>),
    /// The last runs, the newest last, and the two that are compared.
    Runs(Rc<Vec<KeptRun>>, [usize; 2]),
}

/// A run that is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRun {
    /// Its configuration.
    pub conf: Rc<str>,
    /// What came of the lines.
    pub counts: Counts,
}

/// Runs that are kept.
const RUNS: usize = 12;

impl Dialog {
    /// The commands as they open.
    pub fn palette() -> Dialog {
        Dialog::Palette("".into(), 0)
    }
}

/// An edit of the configuration before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The choices; usually one.
    pub fixes: Vec<Fix>,
    /// The configuration they change.
    pub conf: Rc<str>,
    /// The choice shown.
    pub chosen: usize,
}

/// A word to the person, at the bottom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What is said.
    pub text: Rc<str>,
    /// True when something went wrong.
    pub bad: bool,
}

/// A check: one expected record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// The record as one line of JSON.
    pub expected: Rc<str>,
    /// The event number it was made of, to compare by place.
    pub event: u32,
    /// What is there now; `None` before the answer.
    pub found: Option<Rc<str>>,
}

/// Everything the page knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the page")]
pub struct State {
    /// The page's language.
    pub lang: Lang,
    /// Its colours.
    pub theme: Theme,
    /// The log files.
    pub tabs: Vec<Tab>,
    /// The number for the next file.
    pub next_file: FileId,
    /// The file on top.
    pub file: FileId,
    /// True while its path is being edited.
    pub renaming: bool,
    /// Its lines in sight.
    pub sight: Rows,
    /// The selected part of a line: line, from, to.
    pub selection: (u32, u32, u32),
    /// Lines whose *Why not* is open.
    pub open: Vec<(FileId, u32)>,
    /// Whether the first failing line opens by itself.
    pub open_first: bool,
    /// Rows of the grid in sight.
    pub grid: Rows,
    /// Which events are listed.
    pub filter: Rc<Filter>,
    /// The chosen event.
    pub event: Option<u32>,
    /// The panel on top.
    pub panel: Panel,
    /// Where the cursor stands in the configuration.
    pub cursor: u32,
    /// What the configuration pane shows.
    pub conf_tab: ConfTab,
    /// The form over `<parse>`, as last answered.
    pub form: Option<Rc<Form>>,
    /// Which pane a phone shows.
    pub phone: PhonePane,
    /// The run.
    pub run: Rc<Run>,
    /// Microseconds of work for it.
    pub micros: u32,
    /// True when nothing more comes by itself.
    pub complete: bool,
    /// The lines in sight.
    pub lines: Rc<LineWindow>,
    /// The events in sight.
    pub events: Rc<EventWindow>,
    /// How the chosen event came about.
    pub story: Option<Rc<Story>>,
    /// True until the first run of a scene is complete: there is nothing to compare it with.
    pub fresh: bool,
    /// Counts of the run before the last edit, for the difference.
    pub before: Option<Rc<Run>>,
    /// The last runs, the newest last.
    pub runs: Rc<Vec<KeptRun>>,
    /// The imagined machine.
    pub settings: Rc<Settings>,
    /// Checks.
    pub checks: Rc<Vec<Check>>,
    /// What lies over the page.
    pub dialog: Option<Dialog>,
    /// A word to the person.
    pub notice: Option<Rc<Notice>>,
    /// The engine's last words, when it is given up until an edit.
    pub broken: Option<Rc<str>>,
    /// True when the page came from a link.
    pub from_link: bool,
    /// Length of the link to this state, when known.
    pub link_chars: Option<u32>,
    /// The samples, once they are loaded.
    pub samples: Rc<Vec<Sample>>,
    /// The sample shown, if any.
    pub sample: Option<Rc<str>>,
    /// The counts in a sentence, for screen readers, once typing pauses.
    pub spoken: Rc<str>,
    /// True once the service worker has everything.
    pub offline: bool,
}

impl Default for State {
    fn default() -> State {
        State {
            lang: Lang::En,
            theme: Theme::System,
            tabs: Vec::new(),
            next_file: 1,
            file: 0,
            renaming: false,
            sight: Rows { from: 0, to: 60 },
            selection: (0, 0, 0),
            open: Vec::new(),
            open_first: true,
            grid: Rows { from: 0, to: 60 },
            filter: Rc::default(),
            event: None,
            panel: Panel::Events,
            cursor: 0,
            conf_tab: ConfTab::Text,
            form: None,
            phone: PhonePane::Logs,
            run: Rc::default(),
            micros: 0,
            complete: false,
            lines: Rc::default(),
            events: Rc::default(),
            story: None,
            fresh: true,
            before: None,
            runs: Rc::default(),
            settings: Rc::default(),
            checks: Rc::default(),
            dialog: None,
            notice: None,
            broken: None,
            from_link: false,
            link_chars: None,
            samples: Rc::default(),
            sample: None,
            spoken: "".into(),
            offline: false,
        }
    }
}

/// What can happen.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Another scene, in place of everything.
    Load(Rc<Scene>),
    /// One more log file: path and text.
    AddFile(Rc<str>, Rc<str>),
    /// A log file on top.
    ShowFile(FileId),
    /// A log file goes.
    CloseFile(FileId),
    /// The path on top is being edited.
    Rename,
    /// A log file has another path.
    SetPath(FileId, Rc<str>),
    /// Other lines are in sight.
    Sight(Rows),
    /// The selection in the log editor moved.
    Select(u32, u32, u32),
    /// The mark of a line was pressed.
    ToggleWhy(u32),
    /// To a line of a file, columns of it selected.
    GoToLine(FileId, u32, u32, u32),
    /// To the next (or, if false, the previous) line that failed.
    NextFailing(Forward),
    /// To a place of the configuration.
    GoToConf(u32, u32),
    /// The cursor in the configuration moved.
    Cursor(u32),
    /// The configuration pane shows this.
    ConfTab(ConfTab),
    /// The form came.
    Form(Option<Rc<Form>>),
    /// A parameter of the form: name and value.
    SetParam(Rc<str>, Rc<str>),
    /// A phone shows this pane.
    Phone(PhonePane),
    /// A panel on top.
    Panel(Panel),
    /// Other rows of the grid are in sight.
    Grid(Rows),
    /// Which events are listed.
    Filter(Rc<Filter>),
    /// An event was chosen.
    Event(Option<u32>),
    /// To the next or previous event.
    NextEvent(Forward),
    /// Results came.
    Shown(Box<Shown>),
    /// A button of *Why not*.
    WhyFix(u32, u32),
    /// The fix of a problem.
    ProblemFix(u32),
    /// Files that no source reads get paths under which one does.
    ReadAll,
    /// These edits, to look at before they are made.
    Preview(Rc<Preview>),
    /// The choice shown in the preview.
    Choose(usize),
    /// The preview's edits are made.
    Apply(Rc<Fix>),
    /// The configuration becomes this text (undoable).
    SetConf(Rc<str>),
    /// The selected part of a line becomes a field of this name.
    Capture(Rc<str>),
    /// The imagined machine is this.
    Settings(Rc<Settings>),
    /// Shows the imagined machine.
    Machine,
    /// Shows the last runs.
    Runs,
    /// A run is over; its configuration.
    RunOver(Rc<str>),
    /// What differs from the configuration of that run.
    Compare(usize),
    /// Looks what the lines are.
    Detect,
    /// The same messages under both runtimes; whether long lines are cut as containerd cuts them.
    Runtimes(bool),
    /// Copies: what is meant.
    Copy(Copied),
    /// Saves fluent.conf as a file.
    Download,
    /// Saves everything as a file.
    DownloadRepro,
    /// Shows the link.
    Share,
    /// Shows the link without the logs.
    ShareConf,
    /// What can be taken away, in the words of a sheet's choice.
    Export(Rc<str>),
    /// The edit for these nodes.
    Migrate(Nodes),
    /// Another tool's text.
    Import(Rc<str>),
    /// Saves a file: name and text, or the address of its bytes.
    SaveFile(Rc<str>, Rc<str>),
    /// The samples came.
    Samples(Rc<Vec<Sample>>),
    /// A sample by its id.
    Sample(Rc<str>),
    /// This sample (or none) is what the page shows.
    SampleShown(Option<Rc<str>>),
    /// Room for somebody's own lines.
    StartPaste,
    /// Something over the page, or nothing.
    Dialog(Option<Dialog>),
    /// A word to the person, or none.
    Notice(Option<Rc<Notice>>),
    /// The engine ended; its last words when it is given up.
    Broken(Option<Rc<str>>),
    /// What screen readers say.
    Speak(Rc<str>),
    /// Language.
    Lang(Lang),
    /// Colours.
    Theme(Theme),
    /// Saved in this browser.
    Save,
    /// The chosen event becomes a check.
    AddCheck,
    /// A check: the number and its record.
    CheckMade(u32, Rc<str>),
    /// What a check's event is now.
    CheckFound(u32, Option<Rc<str>>),
    /// A check goes.
    RemoveCheck(usize),
    /// The link's length is known.
    LinkChars(u32),
    /// The page came from a link.
    FromLink,
    /// All files of the page are kept for offline use.
    Offline,
    /// The log editor gets the focus, ready to paste.
    FocusLogs,
    /// Prints.
    Print,
}

/// A direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Forward {
    /// Down.
    Next,
    /// Up.
    Previous,
}

/// What is copied.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Copied {
    /// fluent.conf.
    Conf,
    /// The chosen event as JSON.
    Json,
    /// The chosen event as Ruby's hash.
    Ruby,
    /// The line that `@type stdout` prints for the chosen event.
    Stdout,
    /// This text.
    Text(Rc<str>),
}

impl State {
    /// Changes the state; false: nothing that is drawn changed.
    #[expect(clippy::too_many_lines, reason = "one arm an action")]
    pub fn apply(&mut self, action: Action) -> bool {
        match action {
            Action::Load(scene) => self.load(&scene),
            Action::AddFile(path, _) => self.add_file(path),
            Action::ShowFile(file) => self.show_file(file),
            Action::CloseFile(file) => self.close_file(file),
            Action::Rename => set(&mut self.renaming, true),
            Action::SetPath(file, path) => self.set_path(file, path),
            Action::Sight(rows) => silently(&mut self.sight, rows),
            Action::Select(line, from, to) => {
                let was = self.has_selection();
                self.selection = (line, from, to);
                was != self.has_selection()
            }
            Action::ToggleWhy(line) => self.toggle_why(line),
            Action::GoToLine(file, line, from, to) => {
                self.show_file(file);
                self.phone = PhonePane::Logs;
                self.selection = (line, from, to);
                true
            }
            Action::NextFailing(way) => self.next_failing(way),
            Action::GoToConf(..) => {
                self.conf_tab = ConfTab::Text;
                set(&mut self.phone, PhonePane::Conf)
            }
            Action::Cursor(at) => silently(&mut self.cursor, at),
            Action::ConfTab(tab) => set(&mut self.conf_tab, tab),
            Action::Form(form) => set(&mut self.form, form),
            Action::Phone(pane) => set(&mut self.phone, pane),
            Action::Panel(panel) => set(&mut self.panel, panel),
            Action::Grid(rows) => silently(&mut self.grid, rows),
            Action::Filter(filter) => {
                let turned = set(&mut self.panel, Panel::Events);
                set(&mut self.filter, filter) | turned
            }
            Action::Event(event) => self.choose_event(event),
            Action::NextEvent(way) => self.next_event(way),
            Action::Shown(shown) => self.shown(*shown),
            Action::Preview(preview) => set(&mut self.dialog, Some(Dialog::Preview(preview))),
            Action::Choose(chosen) => self.choose(chosen),
            Action::Settings(settings) => {
                self.dialog = self.dialog.is_some().then(|| Dialog::Settings(Rc::clone(&settings)));
                set(&mut self.settings, settings)
            }
            Action::Machine => {
                let settings = Rc::clone(&self.settings);
                set(&mut self.dialog, Some(Dialog::Settings(settings)))
            }
            Action::Runs => {
                let runs = Rc::clone(&self.runs);
                let last = runs.len().saturating_sub(1);
                set(&mut self.dialog, Some(Dialog::Runs(runs, [last.saturating_sub(1), last])))
            }
            Action::RunOver(conf) => self.run_over(conf),
            Action::Apply(_) | Action::SetConf(_) => set(&mut self.dialog, None),
            Action::Dialog(dialog) => set(&mut self.dialog, dialog),
            Action::Notice(notice) => set(&mut self.notice, notice),
            Action::Broken(words) => set(&mut self.broken, words),
            Action::Lang(lang) => set(&mut self.lang, lang),
            Action::Theme(theme) => set(&mut self.theme, theme),
            Action::CheckMade(event, expected) => {
                let found = Some(Rc::clone(&expected));
                Rc::make_mut(&mut self.checks).push(Check { expected, event, found });
                true
            }
            Action::CheckFound(event, found) => self.check_found(event, found.as_ref()),
            Action::RemoveCheck(at) => self.remove_check(at),
            Action::LinkChars(chars) => set(&mut self.link_chars, Some(chars)),
            Action::FromLink => set(&mut self.from_link, true),
            Action::Offline => set(&mut self.offline, true),
            Action::Samples(samples) => set(&mut self.samples, samples),
            Action::Speak(words) => set(&mut self.spoken, words),
            Action::Sample(id) => set(&mut self.sample, Some(id)),
            Action::SampleShown(id) => set(&mut self.sample, id),
            Action::StartPaste => set(&mut self.sample, None),
            // What these do is outside of the state (`desk`).
            Action::SetParam(..)
            | Action::WhyFix(..)
            | Action::ProblemFix(_)
            | Action::ReadAll
            | Action::Capture(_)
            | Action::Compare(_)
            | Action::Detect
            | Action::Runtimes(_)
            | Action::Copy(_)
            | Action::Download
            | Action::DownloadRepro
            | Action::Share
            | Action::ShareConf
            | Action::Export(_)
            | Action::Migrate(_)
            | Action::Import(_)
            | Action::SaveFile(..)
            | Action::Save
            | Action::AddCheck
            | Action::FocusLogs
            | Action::Print => false,
        }
    }

    fn load(&mut self, scene: &Scene) -> bool {
        if let Some(settings) = &scene.settings {
            self.settings = Rc::clone(settings);
        }
        self.tabs.clear();
        for (path, _) in &scene.files {
            self.push_tab(Rc::clone(path));
        }
        self.file = self.tabs.first().map_or(0, |tab| tab.file);
        self.open.clear();
        self.open_first = true;
        self.event = None;
        self.story = None;
        self.filter = Rc::default();
        self.cursor = 0;
        self.before = None;
        self.fresh = true;
        self.dialog = None;
        self.from_link = false;
        let check = |(event, expected): &(u32, Rc<str>)| Check {
            expected: Rc::clone(expected),
            event: *event,
            found: None,
        };
        self.checks = Rc::new(scene.checks.iter().map(check).collect());
        true
    }

    fn push_tab(&mut self, path: Rc<str>) -> FileId {
        let file = self.next_file;
        self.next_file += 1;
        self.tabs.push(Tab { file, path });
        file
    }

    fn add_file(&mut self, path: Rc<str>) -> bool {
        self.file = self.push_tab(path);
        true
    }

    fn show_file(&mut self, file: FileId) -> bool {
        self.renaming = false;
        self.tabs.iter().any(|tab| tab.file == file) && set(&mut self.file, file)
    }

    fn close_file(&mut self, file: FileId) -> bool {
        let Some(at) = self.tabs.iter().position(|tab| tab.file == file) else { return false };
        if self.tabs.len() == 1 {
            return false;
        }
        self.tabs.remove(at);
        if self.file == file {
            let neighbour = self.tabs.get(at).or(self.tabs.last());
            self.file = neighbour.map_or(0, |tab| tab.file);
        }
        true
    }

    fn set_path(&mut self, file: FileId, path: Rc<str>) -> bool {
        self.renaming = false;
        if let Some(tab) = self.tabs.iter_mut().find(|tab| tab.file == file)
            && !path.trim().is_empty()
        {
            tab.path = path;
        }
        true
    }

    fn toggle_why(&mut self, line: u32) -> bool {
        let key = (self.file, line);
        let is_first =
            self.file_row(self.file).is_some_and(|row| row.failing.first() == Some(&line));
        if is_first && self.open_first && !self.open.contains(&key) {
            self.open_first = false;
        } else if let Some(at) = self.open.iter().position(|open| *open == key) {
            self.open.remove(at);
        } else {
            self.open.push(key);
        }
        true
    }

    fn next_failing(&mut self, way: Forward) -> bool {
        let Some((file, line)) = self.failing_after(way) else { return false };
        self.show_file(file);
        self.selection = (line, 0, 0);
        if !self.open.contains(&(file, line)) {
            self.open.push((file, line));
        }
        self.phone = PhonePane::Logs;
        true
    }

    /// The next or previous failing line from the selection on, round all files.
    pub fn failing_after(&self, way: Forward) -> Option<(FileId, u32)> {
        let mut all: Vec<(usize, FileId, u32)> = Vec::new();
        for (at, tab) in self.tabs.iter().enumerate() {
            let failing = self.file_row(tab.file).map(|row| row.failing.as_slice());
            all.extend(failing.unwrap_or_default().iter().map(|&line| (at, tab.file, line)));
        }
        let here = self.tabs.iter().position(|tab| tab.file == self.file)?;
        let here = (here, self.file, self.selection.0);
        let found = match way {
            Forward::Next => all.iter().find(|&&at| at > here).or(all.first()),
            Forward::Previous => all.iter().rev().find(|&&at| at < here).or(all.last()),
        };
        found.map(|&(_, file, line)| (file, line))
    }

    fn choose_event(&mut self, event: Option<u32>) -> bool {
        if self.event == event {
            return false;
        }
        self.event = event;
        true
    }

    fn next_event(&mut self, way: Forward) -> bool {
        let last = self.run.counts.events.saturating_sub(1);
        let next = match (self.event, way) {
            (None, _) => 0,
            (Some(event), Forward::Next) => event.saturating_add(1).min(last),
            (Some(event), Forward::Previous) => event.saturating_sub(1),
        };
        self.choose_event((self.run.counts.events > 0).then_some(next))
    }

    /// True while a part of a line is selected.
    pub fn has_selection(&self) -> bool {
        self.selection.1 < self.selection.2
    }

    /// Keeps a run that is over; one with the same configuration takes the place of the last.
    fn run_over(&mut self, conf: Rc<str>) -> bool {
        let run = KeptRun { conf, counts: self.run.counts };
        let runs = Rc::make_mut(&mut self.runs);
        if runs.last().is_some_and(|last| last.conf == run.conf) {
            runs.pop();
        } else if runs.len() >= RUNS {
            runs.remove(0);
        }
        runs.push(run);
        false
    }

    fn choose(&mut self, chosen: usize) -> bool {
        match &mut self.dialog {
            Some(Dialog::Preview(preview)) => Rc::make_mut(preview).chosen = chosen,
            Some(Dialog::Sheet(_, at)) => *at = chosen,
            _ => return false,
        }
        true
    }

    fn check_found(&mut self, event: u32, found: Option<&Rc<str>>) -> bool {
        for check in Rc::make_mut(&mut self.checks) {
            if check.event == event {
                check.found = found.cloned();
            }
        }
        true
    }

    fn remove_check(&mut self, at: usize) -> bool {
        if at >= self.checks.len() {
            return false;
        }
        Rc::make_mut(&mut self.checks).remove(at);
        true
    }

    /// A file's part of the run.
    pub fn file_row(&self, file: FileId) -> Option<&FileRow> {
        self.run.files.iter().find(|row| row.file == file)
    }

    /// The tab on top.
    pub fn tab(&self) -> Option<&Tab> {
        self.tabs.iter().find(|tab| tab.file == self.file)
    }

    /// The event whose story is told.
    pub fn shown_event(&self) -> Option<u32> {
        self.event.or(Some(0))
    }

    /// What the worker has to know about the page.
    pub fn view(&self) -> View {
        let lines_of_file = self.open.iter().filter(|(file, _)| *file == self.file);
        View {
            file: self.file,
            lines: self.sight,
            open: lines_of_file.map(|&(_, line)| line).collect(),
            open_first: self.open_first,
            events: self.grid,
            filter: (*self.filter).clone(),
            event: self.shown_event(),
            panel: self.panel,
            cursor: if self.panel == Panel::Explain { self.cursor } else { 0 },
        }
    }

    /// Passing and all checks.
    pub fn checks_passed(&self) -> (usize, usize) {
        let passed = |check: &&Check| check.found.as_ref() == Some(&check.expected);
        (self.checks.iter().filter(passed).count(), self.checks.len())
    }
}

/// Sets a value that nothing drawn depends on.
fn silently<T>(place: &mut T, value: T) -> bool {
    *place = value;
    false
}

/// Sets a value; true when it differs.
fn set<T: PartialEq>(place: &mut T, value: T) -> bool {
    let differs = *place != value;
    *place = value;
    differs
}

mod shown;
#[cfg(test)]
mod tests;
