//! What actions do outside of the state: editors, worker, clipboard, storage, address.
//!
//! One [`Desk`] lives as long as the page. [`Desk::act`] is the page's one callback: it does what
//! the action does outside, then lets the state change.

mod answers;
mod glance;
mod take;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Element;

use self::answers::{Asked, Then};
use super::browser::number;
use super::host::{ConfEditor, Host, LogEditor};
use super::link::{Link, Needs};
use super::queue::Wish;
use super::rows::change;
use super::samples::{FIRST_RUN, first_run};
use super::state::{Action, ConfTab, Copied, Notice, Preview, Scene, State};
use super::texts::T;
use super::{browser, rows, saved};
use crate::protocol::{Ask, ConfEdit, Fix, Message, Page, RecordForm, Rows};

/// The page's hands.
pub struct Desk {
    host: Host,
    state: RefCell<Rc<State>>,
    /// Draws the page anew.
    draw: Box<dyn Fn()>,
    link: RefCell<Option<Rc<Link>>>,
    logs: RefCell<Option<LogEditor>>,
    conf: RefCell<Option<ConfEditor>>,
    /// What the editors call; kept as long as they live.
    ears: RefCell<Vec<Closure<dyn FnMut(String, JsValue)>>>,
    asks: RefCell<Vec<Asked>>,
    next_ask: Cell<u32>,
    /// The texts before the editors are there.
    scene: RefCell<Rc<Scene>>,
    /// The configuration as last heard from its editor.
    conf_text: RefCell<JsValue>,
    /// The link to begin with, until the worker has read it.
    link_to_read: RefCell<Option<String>>,
    saver: saved::Saver,
    /// True until somebody who began with lines of his own has pasted them: the configuration is not his.
    starting: Cell<bool>,
    /// True while a glance is due, and what waits for it.
    glancing: Cell<bool>,
    /// True when the editors show what came last: until one of the texts changes.
    fresh: Cell<(bool, bool)>,
    /// A notice goes by itself, unless something went wrong.
    passing: RefCell<Option<Timeout>>,
    /// Screen readers hear the counts when typing pauses.
    speaking: RefCell<Option<Timeout>>,
}

impl Desk {
    /// Starts the worker and opens what there is to begin with: a link's state, once the worker has
    /// read it; else the last work in this browser, or the scene of the first visit.
    pub fn start(host: Host, state: State, fragment: String, draw: Box<dyn Fn()>) -> Rc<Desk> {
        let desk = Rc::new(Desk {
            host,
            state: RefCell::new(Rc::new(state)),
            draw,
            link: RefCell::default(),
            logs: RefCell::default(),
            conf: RefCell::default(),
            ears: RefCell::default(),
            asks: RefCell::default(),
            next_ask: Cell::new(1),
            conf_text: RefCell::new(JsValue::from_str("")),
            scene: RefCell::default(),
            link_to_read: RefCell::default(),
            saver: saved::Saver::default(),
            starting: Cell::default(),
            glancing: Cell::default(),
            fresh: Cell::default(),
            passing: RefCell::default(),
            speaking: RefCell::default(),
        });
        let link = Link::start(desk.needs());
        *desk.link.borrow_mut() = Some(link);
        if fragment.is_empty() {
            desk.open_kept();
        } else {
            *desk.link_to_read.borrow_mut() = Some(fragment);
            desk.read_link();
        }
        desk
    }

    fn read_link(self: &Rc<Self>) {
        let fragment = self.link_to_read.borrow().clone();
        if let Some(fragment) = fragment {
            self.ask(Ask::OpenLink(fragment), Then::Begin);
        }
    }

    /// Opens the last work in this browser, or the scene of the first visit.
    fn open_kept(self: &Rc<Self>) {
        match saved::kept() {
            Some(scene) => {
                self.load(Rc::new(scene));
                self.notice(T::Recovered, &[], false);
            }
            None => {
                self.load(Rc::new(first_run()));
                self.act(Action::SampleShown(Some(FIRST_RUN.into())));
            }
        }
    }

    /// Another link stands in the address.
    pub fn follow(self: &Rc<Self>, fragment: String) {
        self.ask(Ask::OpenLink(fragment), Then::Reload);
    }

    fn needs(self: &Rc<Self>) -> Needs {
        let spawner = Rc::downgrade(self);
        let texts = Rc::downgrade(self);
        let hear = Rc::downgrade(self);
        let host = self.host.clone();
        Needs {
            spawn: Box::new(move |reply, crash| match spawner.upgrade() {
                Some(desk) => desk.host.spawn_worker(reply, crash),
                None => host.spawn_worker(reply, crash),
            }),
            texts: Box::new(move || {
                texts.upgrade().map(|desk| desk.all_texts()).unwrap_or_default()
            }),
            hear: Box::new(move |news| {
                if let Some(desk) = hear.upgrade() {
                    desk.hear(news);
                }
            }),
        }
    }

    /// The state as it is now.
    pub fn now(&self) -> Rc<State> {
        Rc::clone(&self.state.borrow())
    }

    fn dispatch(self: &Rc<Self>, action: Action) {
        let mut next = self.now();
        let was_open = next.dialog.is_some();
        let is_drawn = Rc::make_mut(&mut next).apply(action);
        if was_open && next.dialog.is_none() {
            // The focus goes back to where it was, and from there where the next action puts it.
            browser::close_dialog();
        }
        *self.state.borrow_mut() = next;
        if is_drawn {
            (self.draw)();
        }
    }

    /// Reads a long file into a tab of its own, piece by piece.
    pub fn stream_file(self: &Rc<Self>, path: &str, file: &web_sys::File) {
        self.add_file(&path.into(), &"".into());
        let at = self.now().file;
        self.with_logs(|logs| logs.stream(at, file));
    }

    /// Reads a dropped file.
    pub fn read_file(&self, file: &web_sys::File) -> js_sys::Promise {
        self.host.read_file(file)
    }

    /// Opens a saved repro.
    pub fn open_repro(self: &Rc<Self>, text: String) {
        self.ask(Ask::OpenFile(text), Then::Open);
    }

    /// An action: what it does outside, then the state.
    pub fn act(self: &Rc<Self>, action: Action) {
        match &action {
            Action::Load(scene) => return self.load(Rc::clone(scene)),
            Action::AddFile(path, text) => return self.add_file(path, text),
            Action::Sample(id) => self.sample(id),
            Action::Detect => self.ask(Ask::Detect { text: None }, Then::Detected),
            Action::Runtimes(split) => self.ask(Ask::Runtimes { split: *split }, Then::Runtimes),
            Action::SetParam(name, value) => self.set_param(name, value),
            Action::Capture(name) => self.capture(name),
            Action::Compare(at) => return self.compare_run(*at),
            Action::Copy(what) => self.copy(what),
            Action::WhyFix(line, index) => self.why_fix(*line, *index),
            Action::ProblemFix(index) => self.problem_fix(*index),
            Action::ReadAll => self.read_all(),
            Action::Apply(fix) => self.apply(fix),
            Action::SetConf(text) => {
                self.with_conf(|conf| conf.set_text(text));
                self.notice(T::ConfReplaced, &[], false);
            }
            Action::Download => browser::download("fluent.conf", "text/plain", &self.conf_string()),
            Action::DownloadRepro => self.ask(Ask::File(self.page()), Then::Download),
            Action::Share => self.ask(Ask::Links(self.page()), Then::Share),
            Action::ShareConf => {
                let page = Page { files: Vec::new(), checks: Vec::new(), ..self.page() };
                self.ask(Ask::Links(page), Then::Share);
            }
            Action::Export(what) => self.export(what),
            Action::Migrate(nodes) => self.ask(Ask::Migrate(*nodes), Then::Preview),
            Action::Import(text) => self.ask(Ask::Import(text.as_ref().to_owned()), Then::Sheet),
            Action::SaveFile(name, text) => browser::download(name, "text/plain", text),
            Action::Save => self.save_now(),
            Action::AddCheck => self.add_check(),
            Action::GoToConf(from, to) => self.with_conf(|conf| conf.reveal(*from, *to)),
            Action::FocusLogs => self.with_logs(LogEditor::focus),
            Action::StartPaste => self.start_paste(),
            Action::Print => browser::print(),
            Action::Theme(theme) => browser::set_theme(*theme),
            Action::Lang(lang) => browser::set_lang(*lang),
            _ => {}
        }
        self.dispatch(action.clone());
        self.after(&action);
    }

    /// What follows a change of the state.
    fn after(self: &Rc<Self>, action: &Action) {
        let state = self.now();
        match action {
            Action::GoToLine(_, line, from, to) => self.reveal_line(*line, *from, *to),
            Action::ConfTab(ConfTab::Pattern) => self.form_shown(),
            Action::NextFailing(_) => self.reveal_line(state.selection.0, 0, 0),
            Action::ShowFile(file) => self.with_logs(|logs| logs.show(*file)),
            Action::Settings(settings) => {
                saved::keep_settings(settings);
                let settings = Some(settings.as_ref().clone());
                self.say(Wish { settings, ..Wish::default() });
            }
            Action::CloseFile(file) => {
                self.with_logs(|logs| {
                    logs.close(*file);
                    logs.show(state.file);
                });
                self.say_change("close", &[("file", (*file).into())]);
            }
            Action::SetPath(file, _) => {
                if let Some(tab) = state.tabs.iter().find(|tab| tab.file == *file) {
                    let path = JsValue::from_str(&tab.path);
                    self.say_change("path", &[("file", (*file).into()), ("path", path)]);
                }
            }
            Action::Lang(_) => {
                self.words();
                self.show_rows(false);
                self.show_problems();
            }
            _ => {}
        }
        self.say_view();
    }

    fn load(self: &Rc<Self>, scene: Rc<Scene>) {
        let old = self.now();
        self.dispatch(Action::Load(Rc::clone(&scene)));
        let new = self.now();
        *self.conf_text.borrow_mut() = JsValue::from_str(&scene.conf);
        *self.scene.borrow_mut() = Rc::clone(&scene);
        self.fresh.take();
        self.with_logs(|logs| {
            for (tab, (_, text)) in new.tabs.iter().zip(&scene.files) {
                logs.open(tab.file, text);
            }
            logs.show(new.file);
            for tab in &old.tabs {
                logs.close(tab.file);
            }
        });
        self.with_conf(|conf| conf.set_text(&scene.conf));
        self.say_all();
    }

    fn add_file(self: &Rc<Self>, path: &Rc<str>, text: &Rc<str>) {
        self.dispatch(Action::AddFile(Rc::clone(path), Rc::clone(text)));
        let file = self.now().file;
        self.fresh.take();
        self.with_logs(|logs| {
            logs.open(file, text);
            logs.show(file);
            logs.focus();
        });
        let (path, text) = (JsValue::from_str(path), JsValue::from_str(text));
        self.say_change("open", &[("file", file.into()), ("path", path), ("text", text)]);
        self.dispatch(Action::Dialog(None));
        self.say_view();
    }

    fn sample(self: &Rc<Self>, id: &str) {
        let samples = Rc::clone(&self.now().samples);
        if let Some(sample) = samples.iter().find(|sample| &*sample.id == id) {
            self.load(Rc::new(sample.scene()));
        }
    }

    /// Room for somebody's own lines: one empty file, the editor ready.
    fn start_paste(self: &Rc<Self>) {
        let state = self.now();
        let Some(tab) = state.tab() else { return };
        let scene = Scene {
            conf: self.conf_string().into(),
            files: vec![(Rc::clone(&tab.path), "".into())],
            ..Scene::default()
        };
        self.load(Rc::new(scene));
        self.starting.set(true);
        self.with_logs(LogEditor::focus);
    }

    /// Lines go into the log editor: whoever has no configuration yet is told what they are.
    pub fn pasted_lines(self: &Rc<Self>) {
        if self.starting.take() {
            // Once the editor has them.
            let desk = Rc::downgrade(self);
            Timeout::new(50, move || {
                if let Some(desk) = desk.upgrade() {
                    desk.act(Action::Detect);
                }
            })
            .forget();
        }
    }

    /// The log editor is in the page.
    pub fn mount_logs(self: &Rc<Self>, parent: &Element) {
        let desk = Rc::downgrade(self);
        let ear = Closure::new(move |kind: String, detail: JsValue| {
            if let Some(desk) = desk.upgrade() {
                desk.hear_logs(&kind, detail);
            }
        });
        let logs = self.host.mount_logs(parent, ear.as_ref().unchecked_ref());
        self.ears.borrow_mut().push(ear);
        let state = self.now();
        let scene = Rc::clone(&self.scene.borrow());
        for (tab, (_, text)) in state.tabs.iter().zip(&scene.files) {
            logs.open(tab.file, text);
        }
        logs.show(state.file);
        *self.logs.borrow_mut() = Some(logs);
        self.words();
        self.show_rows(false);
    }

    /// The configuration's editor is in the page.
    pub fn mount_conf(self: &Rc<Self>, parent: &Element) {
        let desk = Rc::downgrade(self);
        let ear = Closure::new(move |kind: String, detail: JsValue| {
            if let Some(desk) = desk.upgrade() {
                desk.hear_conf(&kind, detail);
            }
        });
        let conf = self.host.mount_conf(parent, ear.as_ref().unchecked_ref());
        self.ears.borrow_mut().push(ear);
        conf.set_text(&self.scene.borrow().conf);
        *self.conf.borrow_mut() = Some(conf);
        self.words();
        self.show_problems();
    }

    fn hear_logs(self: &Rc<Self>, kind: &str, detail: JsValue) {
        if matches!(kind, "change" | "append") {
            self.fresh.set((false, self.fresh.get().1));
            let wish = Wish { changes: super::host::changes_of(&detail), ..Wish::default() };
            if kind == "change" {
                self.say_after_glance(wish);
            } else {
                self.say(wish);
            }
            return self.changed();
        }
        let field = |name| number(&detail, name);
        let line = field("line");
        match kind {
            "sight" => self.act(Action::Sight(Rows { from: field("from"), to: field("to") })),
            "cursor" => self.dispatch(Action::Select(line, field("from"), field("to"))),
            "mark" => self.act(Action::ToggleWhy(line)),
            "fix" => self.act(Action::WhyFix(line, field("index"))),
            "quoted" => self.act(Action::Detect),
            "cut" => self.notice(T::TooLarge, &[&browser::text(&detail, "name"), "200"], true),
            "unreadable" => {
                self.notice(T::UnreadableFile, &[&browser::text(&detail, "name")], true);
            }
            _ => {}
        }
    }

    fn hear_conf(self: &Rc<Self>, kind: &str, detail: JsValue) {
        match kind {
            "change" => {
                self.fresh.set((self.fresh.get().0, false));
                self.conf_text.replace(detail.clone());
                let changes = vec![change("conf", &[("text", detail)])];
                self.say_after_glance(Wish { changes, ..Wish::default() });
                self.changed();
            }
            "complete" | "hover" => self.editor_asks(kind, &detail),
            "cursor" => {
                self.dispatch(Action::Cursor(number(&detail, "at")));
                self.ask_form();
                self.say_view();
            }
            "fix" => self.act(Action::ProblemFix(number(&detail, "index"))),
            _ => {}
        }
    }

    /// The editor wants completions or a hover card: `{at, resolve}`.
    fn editor_asks(self: &Rc<Self>, kind: &str, detail: &JsValue) {
        let at = number(detail, "at");
        let Ok(resolve) = browser::field(detail, "resolve").dyn_into::<Function>() else { return };
        let ask = if kind == "hover" { Ask::Hover { at } } else { Ask::Complete { at } };
        self.ask(ask, Then::Resolve(resolve));
    }

    /// A text changed: form, checks and what is saved follow.
    fn changed(self: &Rc<Self>) {
        self.ask_form();
        let desk = Rc::downgrade(self);
        self.saver.later(move || {
            if let Some(desk) = desk.upgrade() {
                desk.save_quietly();
            }
        });
    }

    fn ask_form(self: &Rc<Self>) {
        let state = self.now();
        if state.conf_tab == ConfTab::Pattern {
            self.ask(Ask::Form { at: state.cursor }, Then::Form);
        }
    }

    /// The form is shown: ask for it.
    fn form_shown(self: &Rc<Self>) {
        self.ask(Ask::Form { at: self.now().cursor }, Then::Form);
    }

    fn set_param(self: &Rc<Self>, name: &str, value: &str) {
        let at = self.now().cursor;
        self.ask(Ask::SetParam { at, name: name.to_owned(), value: value.to_owned() }, Then::Apply);
    }

    fn capture(self: &Rc<Self>, name: &str) {
        let state = self.now();
        let ((line, from, to), file) = (state.selection, state.file);
        self.ask(Ask::Capture { file, line, from, to, name: name.trim().into() }, Then::Preview);
    }

    /// What differs from the configuration of an earlier run.
    fn compare_run(self: &Rc<Self>, at: usize) {
        let state = self.now();
        let Some(run) = state.runs.get(at) else { return };
        let to = self.conf_string().encode_utf16().count() as u32;
        let edit = ConfEdit { from: 0, to, insert: run.conf.as_ref().to_owned() };
        let title =
            Message { en: T::BackToRun.both().0.to_owned(), ja: T::BackToRun.both().1.to_owned() };
        self.preview(vec![Fix { title, edits: vec![edit] }]);
    }

    fn copy(self: &Rc<Self>, what: &Copied) {
        let form = match what {
            Copied::Conf => return self.copy_text(&self.conf_string()),
            Copied::Text(text) => return self.copy_text(text),
            Copied::Json => RecordForm::Json,
            Copied::Ruby => RecordForm::Ruby,
            Copied::Stdout => RecordForm::Stdout,
        };
        if let Some(event) = self.now().view().event {
            self.ask(Ask::Record { event, form }, Then::Copy(self.to_copy()));
        }
    }

    fn copy_text(self: &Rc<Self>, text: &str) {
        let _ = self.to_copy().call1(&JsValue::NULL, &JsValue::from_str(text));
    }

    /// Takes the text that this press copies, when it is there.
    fn to_copy(self: &Rc<Self>) -> Function {
        let desk = Rc::downgrade(self);
        self.host.copy(&Closure::once_into_js(move |done: bool| {
            if let Some(desk) = desk.upgrade() {
                desk.notice(if done { T::Copied } else { T::CopyFailed }, &[], !done);
            }
        }))
    }

    /// Says a word at the bottom of the page.
    pub fn notice(self: &Rc<Self>, text: T, values: &[&str], bad: bool) {
        let text = self.now().lang.f(text, values).into();
        self.dispatch(Action::Notice(Some(Rc::new(Notice { text, bad }))));
        *self.passing.borrow_mut() = (!bad).then(|| self.after_ms(4000, |_| Action::Notice(None)));
    }

    /// Does what is due then.
    fn after_ms(self: &Rc<Self>, millis: u32, action: fn(&State) -> Action) -> Timeout {
        let desk = Rc::downgrade(self);
        Timeout::new(millis, move || {
            if let Some(desk) = desk.upgrade() {
                let action = action(&desk.now());
                desk.dispatch(action);
            }
        })
    }

    fn why_fix(self: &Rc<Self>, line: u32, index: u32) {
        let state = self.now();
        let row = state.lines.rows.iter().find(|row| row.line == line);
        let fixes = row.and_then(|row| row.why.as_ref()).map(|why| why.fixes.as_slice());
        let fixes = fixes.unwrap_or_default();
        let Some(fix) = fixes.get(index as usize) else { return };
        // An edit of nothing: the file is to be called otherwise.
        if fix.edits.is_empty() {
            return self.act(Action::ReadAll);
        }
        self.preview(vec![fix.clone()]);
    }

    /// Gives the files that no source reads paths under which one does.
    fn read_all(self: &Rc<Self>) {
        for (file, path) in self.now().run.unread.iter() {
            if let Some(path) = path {
                self.act(Action::SetPath(*file, path.as_str().into()));
            }
        }
    }

    fn problem_fix(self: &Rc<Self>, index: u32) {
        let state = self.now();
        let problem = state.run.problems.get(index as usize);
        if let Some(fix) = problem.and_then(|problem| problem.fix.as_ref()) {
            self.preview(vec![fix.clone()]);
        }
    }

    fn preview(self: &Rc<Self>, fixes: Vec<Fix>) {
        let conf = self.conf_string().into();
        self.dispatch(Action::Preview(Rc::new(Preview { fixes, conf, chosen: 0 })));
    }

    fn apply(self: &Rc<Self>, fix: &Fix) {
        self.with_conf(|conf| conf.apply(rows::host_edits(&fix.edits)));
    }

    fn add_check(self: &Rc<Self>) {
        if let Some(event) = self.now().view().event {
            self.ask(Ask::Record { event, form: RecordForm::Json }, Then::NewCheck(event));
        }
    }

    /// Shows what is not in the editors yet.
    fn show_changes(&self, before: &State) {
        let (state, (rows, conf)) = (self.now(), self.fresh.get());
        let same = rows && state.lines.file == before.lines.file;
        if !same || state.lines != before.lines {
            self.show_rows(same && state.lines.rows == before.lines.rows);
        }
        if state.complete && (!conf || state.run != before.run) {
            self.show_problems();
        }
        self.fresh.set((true, conf || state.complete));
    }

    /// `same`: only what the captures are called changed.
    fn show_rows(&self, same: bool) {
        let state = self.now();
        let lines = &state.lines;
        self.with_logs(|logs| {
            let rows = if same { JsValue::UNDEFINED } else { rows::host_rows(state.lang, lines) };
            logs.rows(lines.file, rows, rows::host_names(lines));
        });
    }

    fn show_problems(&self) {
        let state = self.now();
        self.with_conf(|conf| {
            let problems = rows::host_problems(state.lang, &state.run.problems);
            conf.show(problems, rows::host_marks(&state.run.marks));
        });
    }

    fn words(&self) {
        let lang = self.now().lang;
        self.with_logs(|logs| logs.words(lang.t(T::Logs), lang.t(T::LogsHint)));
        self.with_conf(|conf| conf.words(lang.t(T::Conf), lang.t(T::ConfHint)));
    }

    fn reveal_line(&self, line: u32, from: u32, to: u32) {
        let file = self.now().file;
        self.with_logs(|logs| {
            logs.show(file);
            logs.reveal(line, from, to);
        });
    }

    fn with_logs(&self, then: impl FnOnce(&LogEditor)) {
        let logs = self.logs.borrow().clone();
        if let Some(logs) = &logs {
            then(logs);
        }
    }

    fn with_conf(&self, then: impl FnOnce(&ConfEditor)) {
        let conf = self.conf.borrow().clone();
        if let Some(conf) = &conf {
            then(conf);
        }
    }

    fn say(&self, wish: Wish<JsValue>) {
        let link = self.link.borrow().clone();
        if let Some(link) = link {
            link.say(wish);
        }
    }

    /// The view, if it changed since it was last said.
    pub fn say_view(&self) {
        let link = self.link.borrow().clone();
        if let Some(link) = link {
            link.say_view(self.now().view());
        }
    }

    fn say_change(&self, kind: &str, fields: &[(&str, JsValue)]) {
        self.say(Wish { changes: vec![change(kind, fields)], ..Wish::default() });
    }

    fn say_all(&self) {
        let state = self.now();
        let (view, settings) = (Some(state.view()), Some(state.settings.as_ref().clone()));
        self.say(Wish { changes: self.all_texts(), view, settings, ask: None });
    }

    /// All texts, as changes for a new worker.
    fn all_texts(&self) -> Vec<JsValue> {
        let state = self.now();
        let mut changes = vec![change("reset", &[])];
        for tab in &state.tabs {
            changes.push(change(
                "open",
                &[
                    ("file", JsValue::from(tab.file)),
                    ("path", JsValue::from_str(&tab.path)),
                    ("text", self.file_text(tab.file)),
                ],
            ));
        }
        changes.push(change("conf", &[("text", self.conf_text.borrow().clone())]));
        changes
    }

    fn file_text(&self, file: u32) -> JsValue {
        if let Some(logs) = self.logs.borrow().as_ref() {
            return logs.text(file);
        }
        let at = self.now().tabs.iter().position(|tab| tab.file == file);
        let scene = self.scene.borrow();
        let text = at.and_then(|at| scene.files.get(at)).map_or("", |(_, text)| text);
        JsValue::from_str(text)
    }

    /// The configuration's text.
    pub fn conf_string(&self) -> String {
        self.conf_text.borrow().as_string().unwrap_or_default()
    }
}
