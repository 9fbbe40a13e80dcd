//! A configuration made ready to run: sources, routers, plugins.

use std::rc::Rc;

use super::FileId;
use crate::fluent::config::element::Element;
use crate::fluent::config::section::unused;
use crate::fluent::config::types::Mode;
use crate::fluent::environment::Environment;
use crate::fluent::event::{LineRef, Tag};
use crate::fluent::event_router::RouterId;
use crate::fluent::log::{Level, Log, Sentence};
use crate::fluent::plugin::in_tail::{PosFiles, TailInput};
use crate::fluent::plugin::parser::Configure;
use crate::fluent::plugin::registry::{Installed, Registry, emitting};
use crate::fluent::root_agent::{BootError, RootAgent, State};
use crate::order::map::Map;
use crate::ruby::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;
use crate::source::{SourceId, Span};

/// How sentences begin that in_tail says with its own logger while it is configured.
const OWN_WORDS: [&str; 2] = ["'pos_file PATH' parameter", "this parameter is highly"];

/// A `<source>`.
pub(crate) struct Source {
    /// `@type tail`; `None`: inert here.
    pub(crate) tail: Option<TailInput>,
    /// Where it emits.
    pub(crate) router: RouterId,
    /// `@id`
    pub(crate) id: Option<String>,
    /// `@type`
    pub(crate) type_name: String,
    /// `@type` of its `<parse>`.
    pub(crate) parser: String,
    /// From which level on it says something: its `@log_level`, or that of the process.
    pub(crate) log_level: Level,
    /// `@label`
    pub(crate) label: Option<String>,
    /// Its section.
    pub(crate) place: (SourceId, Span),
    /// Its `<parse>` section.
    pub(crate) parse_place: Option<(SourceId, Span)>,
}

/// Lines of a multiline event that is not complete yet.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Carry {
    /// The text so far, line ends included.
    pub(crate) text: RString,
    /// Its lines.
    pub(crate) lines: Vec<LineRef>,
    /// When the last of them came, where that starts a timer.
    pub(crate) flush_start: Option<EventTime>,
}

/// Everything that changes during a run: enough to take it up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saved {
    /// Routers and plugins.
    pub(crate) agent: State,
    /// Incomplete multiline events, by source and file.
    pub(crate) carries: Map<(usize, FileId), Carry>,
}

/// The configured pipeline.
pub(crate) struct Pipeline {
    /// Routers and plugins.
    pub(crate) agent: RootAgent,
    /// In file order.
    pub(crate) sources: Vec<Source>,
    /// What fluentd said while it was configured.
    pub(crate) boot_log: Log,
    /// The state before the first line.
    pub(crate) initial: Rc<Saved>,
    /// Who gets fluentd's own log.
    pub(crate) log_router: Option<RouterId>,
    /// The exception of fluentd's own log on its way, which ends it once the sources have started.
    pub(crate) own_log_error: Option<RubyError>,
    /// `log_level` of `<system>`: what fluentd does not say at all.
    pub(crate) log_level: Level,
}

/// A position file that cannot be opened when the source starts.
fn cannot_open(source: &Element) -> Option<RubyError> {
    let path = source.text("pos_file").filter(|_| source.text("@type") == Some("tail"))?;
    let (class, text) = match path {
        "" => ("Errno::ENOENT", "No such file or directory"),
        _ if path.ends_with('/') => ("Errno::EISDIR", "Is a directory"),
        _ => return None,
    };
    let place = source.peek("pos_file")?;
    let message = format!("{text} @ rb_sysopen - {path}");
    Some(RubyError::new(class, message).at(place.source, place.value_span))
}

/// What `SystemConfig` refuses before anything else is looked at.
fn system_error(root: &Element) -> Option<RubyError> {
    let again = root.sections("system").nth(1)?;
    let said = "<system> is duplicated. <system> should be only one";
    Some(RubyError::config(said).at(again.source, again.name_span))
}

impl Pipeline {
    /// Configures everything. With an error fluentd does not start; what was configured until then
    /// is there all the same.
    pub(crate) fn build(
        conf: &mut Element,
        environment: &Rc<Environment>,
        installed: Installed,
    ) -> (Pipeline, Option<BootError>) {
        let agent = RootAgent::new(Rc::clone(environment));
        let mut pipeline = Pipeline {
            agent,
            sources: Vec::new(),
            boot_log: Log::default(),
            initial: Rc::default(),
            log_router: None,
            own_log_error: None,
            log_level: Level::Info,
        };
        let mut error = system_error(conf).map(BootError::Uncaught);
        if error.is_none() {
            error = pipeline.configure(conf, installed).err().map(BootError::of);
        }
        pipeline.log_level = pipeline.agent.system.log_level;
        if error.is_none() {
            error = conf.sections("source").find_map(cannot_open).map(BootError::Unexpected);
            for unused in unused(conf) {
                pipeline.agent.log.say(Level::Warn, unused.said, unused.place);
            }
            pipeline.log_router = pipeline.agent.build_log_event_router();
        }
        pipeline.boot_log = std::mem::take(&mut pipeline.agent.log);
        if let Some(router) = pipeline.log_router.filter(|_| pipeline.log_level <= Level::Info) {
            let (said, fatal) = pipeline.agent.emit_own_log(router);
            pipeline.boot_log.sentences.extend(said);
            pipeline.own_log_error = fatal;
        }
        let agent = pipeline.agent.save();
        pipeline.initial = Rc::new(Saved { agent, carries: Map::new() });
        (pipeline, error)
    }

    fn configure(&mut self, conf: &mut Element, installed: Installed) -> Result<(), RubyError> {
        let mut registry = self.agent.configure(conf, installed)?;
        if self.agent.system.without_source {
            // Not even what nobody reads there is told.
            let attrs = conf.sections("source").flat_map(|source| &source.attrs);
            attrs.for_each(|attr| attr.used.set(true));
            return Ok(());
        }
        let mut pos_files = PosFiles::new();
        for element in conf.elements.iter_mut().filter(|element| element.name == "source") {
            let source = self.source(element, &mut registry, &mut pos_files)?;
            self.sources.push(source);
        }
        Ok(())
    }

    fn source(
        &mut self,
        conf: &mut Element,
        registry: &mut Registry,
        pos_files: &mut PosFiles,
    ) -> Result<Source, RubyError> {
        registry.source(&mut self.agent, conf)?;
        let type_name = conf.text("@type").unwrap_or_default().to_owned();
        let made = if type_name == "tail" {
            self.tail(conf, pos_files).map(Some)
        } else {
            conf.mark_used();
            Ok(None)
        };
        let (router, tail) = emitting(&self.agent, 0, conf, made)?;
        if tail.is_some() && self.agent.workers.shared.contains(&conf.place()) {
            return Err(RubyError::config(
                "Plugin 'tail' does not support multi workers configuration (Fluent::Plugin::TailInput)",
            )
            .at(conf.source, conf.name_span));
        }
        let parse = conf.sections("parse").next();
        Ok(Source {
            tail,
            router,
            id: conf.text("@id").map(str::to_owned),
            type_name,
            parser: parse.and_then(|parse| parse.text("@type")).unwrap_or_default().to_owned(),
            log_level: self.level_of(conf),
            label: conf.text("@label").map(str::to_owned),
            place: conf.place(),
            parse_place: parse.map(Element::place),
        })
    }

    fn tail(
        &mut self,
        conf: &mut Element,
        pos_files: &mut PosFiles,
    ) -> Result<TailInput, RubyError> {
        let environment = Rc::clone(&self.agent.environment);
        let mode = Mode { strict: self.agent.system.strict, ruby: environment.ruby };
        let id = conf.text("@id").map(str::to_owned);
        let before = self.agent.log.sentences.len();
        let mut with = Configure { environment: &environment, mode, log: &mut self.agent.log };
        self.agent.params_read = false;
        let tail = TailInput::read(conf, &mut with)
            .inspect(|_| self.agent.params_read = true)
            .and_then(|section| TailInput::configure(conf, &section, &mut with, pos_files))
            .map_err(|error| error.at(conf.source, conf.span));
        // The plugin's own logger has a level and puts its @id first.
        let own = |said: &Sentence| OWN_WORDS.iter().any(|words| said.text.starts_with(words));
        let level = self.level_of(conf);
        let said = self.agent.log.sentences.split_off(before);
        for mut said in said.into_iter().filter(|said| said.level >= level || !own(said)) {
            if let Some(id) = id.as_ref().filter(|_| own(&said)) {
                said.text = format!("[{id}] {}", said.text);
            }
            self.agent.log.sentences.push(said);
        }
        tail
    }

    fn level_of(&self, conf: &Element) -> Level {
        let own = conf.text("@log_level").and_then(Level::named);
        own.unwrap_or(self.agent.system.log_level)
    }

    /// The files that source `at` reads, in its order.
    pub(crate) fn tailed(
        &self,
        at: usize,
        files: &[(FileId, &str)],
        existing: bool,
    ) -> Vec<FileId> {
        let Some(tail) = self.sources.get(at).and_then(|source| source.tail.as_ref()) else {
            return Vec::new();
        };
        if existing && !tail.config().read_from_head {
            return Vec::new();
        }
        let paths: Vec<&str> = files.iter().map(|(_, path)| *path).collect();
        let tailed = tail.paths().expand(&paths, self.agent.environment.now);
        tailed
            .iter()
            .filter_map(|path| files.iter().find(|(_, known)| known == path))
            .map(|(file, _)| *file)
            .collect()
    }

    /// The tag that source `at` gives to a file.
    pub(crate) fn tag(&self, at: usize, path: &str) -> Option<Tag> {
        Some(self.sources.get(at)?.tail.as_ref()?.tag(path))
    }
}
