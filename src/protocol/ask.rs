//! Questions that are answered once, and their answers.

use super::{FileId, Fix, Message, Place, Settings};

/// A question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// What can stand at this place of the configuration.
    Complete {
        /// UTF-16 offset.
        at: u32,
    },
    /// What stands at this place of the configuration.
    Hover {
        /// UTF-16 offset.
        at: u32,
    },
    /// An event's record in full.
    Record {
        /// Which.
        event: u32,
        /// How.
        form: RecordForm,
    },
    /// The form over the `<parse>` section at (or nearest to) this place.
    Form {
        /// UTF-16 offset.
        at: u32,
    },
    /// The edits that give a parameter of that section this value; an empty value removes it.
    SetParam {
        /// UTF-16 offset that named the section.
        at: u32,
        /// The parameter.
        name: String,
        /// The value as a person writes it.
        value: String,
    },
    /// What the lines are, and a configuration for them. Looks at all files, or at this text.
    Detect {
        /// A text not yet in a file, e.g. just pasted.
        text: Option<String>,
    },
    /// What a link's fragment holds.
    OpenLink(String),
    /// What a saved file (`.fluentplay.json`) holds.
    OpenFile(String),
    /// The links to what is on the page.
    Links(Page),
    /// What is on the page as a file's text, secrets masked.
    File(Page),
    /// The edits that make a part of a line a field, the ways to choose from.
    Capture {
        /// The log file.
        file: FileId,
        /// Its 0-based line.
        line: u32,
        /// First UTF-16 column of the part.
        from: u32,
        /// One past the last.
        to: u32,
        /// The field's name.
        name: String,
    },
    /// Something to take away: what and how, in the words of a [`SheetChoice`]; the address of a
    /// link without its fragment.
    Export {
        /// Empty for the first sheet.
        what: String,
        /// The page's address.
        address: String,
        /// What the page knows.
        page: Page,
    },
    /// The edit that makes the configuration one for these nodes.
    Migrate(Nodes),
    /// What another tool's text holds.
    Import(String),
    /// The lines as the other runtime writes them, and which configuration reads which.
    Runtimes {
        /// Whether long lines are cut as containerd cuts them.
        split: bool,
    },
}

/// What writes the log files of the nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nodes {
    /// Docker here, containerd there: while nodes are exchanged.
    Both,
    /// containerd alone.
    Containerd,
}

/// What the page knows of what is shared; the texts are the worker's already.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The log files in their order, with their paths.
    pub files: Vec<(FileId, String)>,
    /// Events and the records expected of them, as JSON.
    pub checks: Vec<(u32, String)>,
    /// The imagined machine.
    pub settings: Option<Settings>,
}

/// How a record is written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RecordForm {
    /// One line of JSON.
    Json,
    /// Ruby's inspect, as `@type stdout` with `output_type hash` prints.
    Ruby,
    /// The line that `@type stdout` prints.
    Stdout,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To `Complete`.
    Completions {
        /// Where the word to replace begins, in UTF-16 units.
        from: u32,
        /// What can stand there.
        items: Vec<Completion>,
    },
    /// To `Hover`.
    Hover(Option<HoverCard>),
    /// To `Record`.
    Text(String),
    /// To `Form`.
    Form(Option<Form>),
    /// To `SetParam`, `Capture` and `Migrate`: edits to apply.
    Fixes(Vec<Fix>),
    /// To `Detect`.
    Detected(Detected),
    /// To `Runtimes`.
    Runtimes(Runtimes),
    /// To `OpenLink` and `OpenFile`.
    Scene(Scene),
    /// To `Links`.
    Links(Links),
    /// To `Export` and `Import`.
    Sheet(Sheet),
    /// There is nothing to say, and why.
    Nothing(Message),
}

/// Files to take away or to take in, with what was found about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet {
    /// What it is; empty for an export.
    pub title: Message,
    /// What can be chosen, by question.
    pub groups: Vec<SheetGroup>,
    /// `good`, `bad`, `note` or `wait`, and the sentence.
    pub said: Vec<(String, Message)>,
    /// Name and text.
    pub files: Vec<(String, String)>,
    /// The address of all files in one archive; empty for fewer than two.
    pub zip: String,
    /// True while one of the sentences waits: the same answer comes again with what came of it.
    pub pending: bool,
}

/// A question of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetGroup {
    /// What is asked.
    pub label: Message,
    /// The answers.
    pub choices: Vec<SheetChoice>,
}

/// An answer that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetChoice {
    /// Its name.
    pub label: Message,
    /// What it leads to.
    pub offer: Offer,
    /// True for the one that holds.
    pub chosen: bool,
}

/// What a choice of a sheet leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Another sheet: the words to ask for it.
    Sheet(String),
    /// The edit for these nodes, to look at.
    Migrate(Nodes),
}

/// What a link or a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    /// The configuration.
    pub conf: String,
    /// Path and text of each log file; bytes that are no UTF-8 are U+FFFD here.
    pub files: Vec<(String, String)>,
    /// Events and the records expected of them, as JSON.
    pub checks: Vec<(u32, String)>,
    /// The imagined machine.
    pub settings: Option<Settings>,
}

/// The fragments of links; `None` where one would be too long.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// With what looks secret masked.
    pub masked: Option<String>,
    /// With everything as it is.
    pub plain: Option<String>,
    /// What kinds of secrets there are.
    pub secrets: Vec<Message>,
}

/// One thing that can be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completion {
    /// What is shown.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// `section`, `plugin`, `parameter`, `value`.
    pub kind: String,
    /// One line beside it.
    pub detail: Message,
    /// Its documentation.
    pub doc: Message,
}

/// What stands at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HoverCard {
    /// First UTF-16 unit.
    pub from: u32,
    /// One past the last.
    pub to: u32,
    /// What it is called.
    pub title: String,
    /// In words.
    pub text: Message,
}

/// The form over a `<parse>` section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Where the section stands.
    pub place: Option<Place>,
    /// What the section belongs to, e.g. `<source> @type tail`.
    pub owner: String,
    /// The parameters, in the order of the form.
    pub params: Vec<FormParam>,
}

/// A parameter of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormParam {
    /// Its name.
    pub name: String,
    /// Its value as written; empty when it is not there.
    pub value: String,
    /// True when it stands in the text.
    pub present: bool,
    /// The value it has when it is not there.
    pub default: String,
    /// What may be chosen; empty for free text.
    pub choices: Vec<String>,
    /// Its documentation.
    pub doc: Message,
    /// What is wrong with it.
    pub problem: Option<Message>,
}

/// What the lines are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Detected {
    /// "14 CRI lines, 2 Docker JSON lines".
    pub summary: Message,
    /// Configurations for them, the best first.
    pub choices: Vec<DetectedConf>,
    /// The lines inside a pasted fluentd warning, unescaped.
    pub unescaped: Option<String>,
}

/// A configuration for what was detected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetectedConf {
    /// What the button says.
    pub title: Message,
    /// How many of a hundred lines it takes.
    pub percent: u32,
    /// The text.
    pub conf: String,
}

/// The same messages under both runtimes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Runtimes {
    /// As Docker's json-file writes them.
    pub docker: String,
    /// As containerd (CRI) writes them.
    pub cri: String,
    /// True when long lines are cut as containerd cuts them.
    pub split: bool,
    /// What could not be converted exactly.
    pub notes: Vec<Message>,
    /// The configuration for Docker JSON.
    pub docker_conf: String,
    /// The configuration for CRI.
    pub cri_conf: String,
    /// Lines read of lines there: Docker lines by Docker's configuration, Docker lines by CRI's,
    /// CRI lines by Docker's, CRI lines by CRI's.
    pub read: Vec<(u32, u32)>,
}
