//! Links and files: what the page shares and opens. The texts are the worker's own.

use super::map::message;
use super::text::Text;
use crate::order::map::Map;
use crate::protocol::{Answer, FileId, Links, Message, Page, Scene, Settings};
use crate::share::{self, Check, Expected, File, MAX_STATE, ShareError, ShareText, State, mask};

/// What a link or a file holds, or why it cannot be read.
pub fn opened(read: Result<State, ShareError>) -> Answer {
    match read {
        Ok(state) => Answer::Scene(scene(state)),
        Err(error) => Answer::Nothing(message(&error.message())),
    }
}

fn scene(state: State) -> Scene {
    let file = |file: File| (file.path, String::from_utf8_lossy(&file.bytes).into_owned());
    let record = |check: Check| Some((check.line, check.event?.record?));
    Scene {
        conf: state.conf,
        files: state.files.into_iter().chain(state.includes).map(file).collect(),
        checks: state.checks.into_iter().filter_map(record).collect(),
        settings: machine(state.settings),
    }
}

/// The imagined machine of a link; what it does not say is as usual.
fn machine(shared: share::Settings) -> Option<Settings> {
    let usual = Settings::default();
    let (seconds, _) = shared.now?;
    Some(Settings {
        now: seconds.to_string(),
        tz: shared.tz.unwrap_or(usual.tz),
        hostname: shared.hostname.unwrap_or(usual.hostname),
        env: shared.env,
        run_seconds: shared.run_seconds.unwrap_or(usual.run_seconds),
    })
}

fn shared_machine(settings: Option<Settings>) -> share::Settings {
    let (Some(own), usual) = (settings, Settings::default()) else {
        return share::Settings::default();
    };
    share::Settings {
        now: own.now.parse().ok().map(|seconds| (seconds, 0)),
        tz: (own.tz != usual.tz).then_some(own.tz),
        hostname: (own.hostname != usual.hostname).then_some(own.hostname),
        env: own.env,
        run_seconds: (own.run_seconds != usual.run_seconds).then_some(own.run_seconds),
    }
}

/// The links to what is on the page.
pub fn links(conf: &str, texts: &Map<FileId, Text>, page: Page) -> Answer {
    if !fits(texts, &page) {
        return Answer::Links(Links::default());
    }
    let plain = state(conf, texts, page);
    let found = mask::find_in(&plain);
    let state = mask::masked_state(&plain, &found);
    let secrets = secrets(&state, &found);
    Answer::Links(Links {
        masked: share::to_fragment(&state).ok(),
        plain: share::to_fragment(&plain).ok(),
        secrets,
    })
}

/// False for what nobody could open; to look through it would take its time.
pub fn fits(texts: &Map<FileId, Text>, page: &Page) -> bool {
    let own = page.files.iter().filter_map(|(file, _)| texts.get(file));
    own.map(|text| text.bytes().len()).sum::<usize>() <= MAX_STATE
}

/// Kinds of secrets shown, each with what stands in its place.
const SHOWN: usize = 12;

/// What was found, as it looks masked.
fn secrets(masked: &State, found: &[mask::Found]) -> Vec<Message> {
    let mut secrets: Vec<Message> = Vec::new();
    for found in found {
        let text = match found.text {
            ShareText::Conf => Some(masked.conf.as_bytes()),
            ShareText::File(at) => masked.files.get(at).map(|file| file.bytes.as_slice()),
            ShareText::Include(_) | ShareText::Env(_) => None,
        };
        let shown = text.and_then(|text| text.get(found.secret.span.clone())).unwrap_or_default();
        let shown = String::from_utf8_lossy(shown.get(..shown.len().min(40)).unwrap_or_default());
        let shown = shown.replace(['`', '\n'], " ");
        let kind = found.secret.kind.text();
        let one = Message {
            en: format!("{}: `{shown}`", kind.en),
            ja: format!("{}: `{shown}`", kind.ja),
        };
        if !secrets.contains(&one) {
            secrets.push(one);
        }
        if secrets.len() == SHOWN {
            break;
        }
    }
    secrets
}

/// What is on the page as a file, secrets masked.
pub fn file(conf: &str, texts: &Map<FileId, Text>, page: Page) -> Answer {
    let plain = state(conf, texts, page);
    let found = mask::find_in(&plain);
    Answer::Text(share::repro::write(&mask::masked_state(&plain, &found)))
}

/// What is on the page, as links and files hold it.
pub fn state(conf: &str, texts: &Map<FileId, Text>, page: Page) -> State {
    let file = |(file, path): (FileId, String)| File {
        path,
        bytes: texts.get(&file).map(|text| text.bytes().to_vec()).unwrap_or_default(),
    };
    let check = |(event, record): (u32, String)| Check {
        file: 0,
        line: event,
        event: Some(Expected { record: Some(record), ..Expected::default() }),
    };
    State {
        conf: conf.to_owned(),
        files: page.files.into_iter().map(file).collect(),
        checks: page.checks.into_iter().map(check).collect(),
        settings: shared_machine(page.settings),
        ..State::default()
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::Session;
    use crate::protocol::{Answer, Ask, Page, Reply, Request, Scene, Settings, TextChange};

    fn answer(session: &mut Session, changes: Vec<TextChange>, ask: Ask) -> Answer {
        let request = Request { asks: vec![(1, ask)], ..Request::default() };
        match session.handle(request, changes).pop() {
            Some(Reply::Answer { ask: 1, answer }) => answer,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_link_is_read_before_there_is_any_text_and_holds_what_was_shared() {
        let mut session = Session::new(|| 0.0);
        let damaged = answer(&mut session, Vec::new(), Ask::OpenLink("1AAAA".to_owned()));
        assert!(matches!(damaged, Answer::Nothing(_)), "{damaged:?}");
        let (path, text) = ("/a.log".to_owned(), "password=hunter2 行\n".to_owned());
        let changes = vec![
            TextChange::Open { file: 3, path: path.clone(), text: text.clone() },
            TextChange::Conf { text: "# c\n".to_owned() },
        ];
        let machine =
            Settings { tz: "Asia/Tokyo".to_owned(), now: "7".to_owned(), ..Settings::default() };
        let page = Page {
            files: vec![(3, path.clone())],
            checks: vec![(4, "{}".to_owned())],
            settings: Some(machine.clone()),
        };
        let Answer::Links(links) = answer(&mut session, changes, Ask::Links(page)) else {
            panic!("no links")
        };
        assert_eq!(links.secrets.len(), 1);
        let mut open = |link: Option<String>| {
            answer(&mut session, Vec::new(), Ask::OpenLink(link.unwrap_or_default()))
        };
        let scene = |text: String| {
            Answer::Scene(Scene {
                conf: "# c\n".to_owned(),
                files: vec![(path.clone(), text)],
                checks: vec![(4, "{}".to_owned())],
                settings: Some(machine.clone()),
            })
        };
        assert_eq!(open(links.plain), scene(text.clone()));
        assert_eq!(open(links.masked), scene(text.replace("hunter2", "xxxxxx0")));
    }
}
