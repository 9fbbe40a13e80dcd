//! Routing (fluentd `lib/fluent/event_router.rb`, 1.19): which filters and which output a tag goes
//! through, and the chain of filters.

use std::collections::HashMap;
use std::rc::Rc;

use super::error::RubyError;
use super::event::{EventStream, Lines, Tag};
use super::log::{Level, shown_error};
use super::match_pattern::MatchPatterns;
use super::plugin::filter::{Action, Context, ErrorEvent};
use super::plugin::output::{Emission, Target};
use super::root_agent::{Body, Delivered, Fate, LOST_ERROR, Noted, RootAgent};
use crate::ruby::inspect::{inspect, inspect_string};
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::{EventTime, Value};

/// Number of a plugin (filter or output) in the order of configuration.
pub type PluginId = usize;

/// Number of a router: 0 is the top level, the others are labels.
pub type RouterId = usize;

/// Streams emitted within streams: Ruby's stack holds a few hundred.
const MAX_DEPTH: usize = 120;

/// fluentd's pipelines are cached for so many tags.
const MATCH_CACHE_SIZE: usize = 1024;

/// A `<filter>` or `<match>` as the router sees it.
#[derive(Debug)]
pub struct Rule {
    /// Its tag patterns.
    pub pattern: MatchPatterns,
    /// The plugin.
    pub plugin: PluginId,
    /// True for a filter.
    pub is_filter: bool,
}

/// The rules of one level.
#[derive(Debug, Default)]
pub struct EventRouter {
    /// In file order.
    pub rules: Vec<Rule>,
    cache: HashMap<Tag, Rc<Pipeline>>,
    last: Option<(Tag, Rc<Pipeline>)>,
    /// `<label @FLUENT_LOG>`: nothing is said when no match takes a tag.
    pub suppress_missing_match: bool,
}

/// Where a tag goes.
#[derive(Debug)]
pub struct Pipeline {
    /// Filters in order.
    pub filters: Vec<PluginId>,
    /// `None`: no match takes the tag.
    pub output: Option<PluginId>,
}

impl EventRouter {
    /// fluentd's `find`: filters above the first match, and that match.
    pub fn find(&self, tag: &[u8]) -> Pipeline {
        let mut filters = Vec::new();
        for rule in &self.rules {
            if !rule.pattern.matches(tag) {
                continue;
            }
            if !rule.is_filter {
                return Pipeline { filters, output: Some(rule.plugin) };
            }
            filters.push(rule.plugin);
        }
        Pipeline { filters, output: None }
    }

    /// fluentd's `match?`.
    pub fn takes(&self, tag: &[u8]) -> bool {
        let pipeline = self.find(tag);
        pipeline.output.is_some() || !pipeline.filters.is_empty()
    }

    fn pipeline(&mut self, tag: &Tag) -> Rc<Pipeline> {
        if let Some((known, pipeline)) = &self.last
            && Rc::ptr_eq(known, tag)
        {
            return Rc::clone(pipeline);
        }
        let pipeline = match self.cache.get(tag) {
            Some(pipeline) => Rc::clone(pipeline),
            None => {
                if self.cache.len() >= MATCH_CACHE_SIZE {
                    self.cache.clear();
                }
                let pipeline = Rc::new(self.find(tag));
                self.cache.insert(Rc::clone(tag), Rc::clone(&pipeline));
                pipeline
            }
        };
        self.last = Some((Rc::clone(tag), Rc::clone(&pipeline)));
        pipeline
    }
}

/// True for what `rescue => e` catches.
pub fn is_standard_error(error: &RubyError) -> bool {
    !matches!(error.class, "SystemStackError" | "SyntaxError" | "NotImplementedError")
}

/// A stream that failed on its way, with what was left of it.
struct Failed {
    error: RubyError,
    stream: Option<EventStream>,
}

impl From<RubyError> for Failed {
    fn from(error: RubyError) -> Failed {
        Failed { error, stream: None }
    }
}

impl RootAgent {
    /// fluentd's `router.emit_stream`. An error leaves it only where fluentd lets it through.
    pub fn emit_stream(
        &mut self,
        router: RouterId,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<(), RubyError> {
        if self.depth >= MAX_DEPTH {
            return Err(RubyError::new("SystemStackError", "stack level too deep"));
        }
        self.depth += 1;
        let came_from = self.came_from;
        let kept = if self.may_fail { Some(stream.clone()) } else { None };
        let result = self.run_pipeline(router, tag, stream);
        let result = match result {
            Ok(()) => Ok(()),
            Err(failed) if !is_standard_error(&failed.error) => Err(failed.error),
            Err(failed) => {
                let stream = failed.stream.or(kept).unwrap_or_default();
                self.handle_emits_error(tag, stream, failed.error)
            }
        };
        self.depth -= 1;
        self.came_from = came_from;
        result
    }

    fn run_pipeline(
        &mut self,
        router: RouterId,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<(), Failed> {
        let Some(level) = self.routers.get_mut(router) else { return Ok(()) };
        let pipeline = level.pipeline(tag);
        let stream = self.filter_stream(router, &pipeline, tag, stream)?;
        let Some(output) = pipeline.output else {
            self.no_match(router, tag, &stream);
            return Ok(());
        };
        let kept = if self.may_fail { Some(stream.clone()) } else { None };
        self.emit_to(output, tag, stream).map_err(|error| Failed { error, stream: kept })
    }

    fn filter_stream(
        &mut self,
        router: RouterId,
        pipeline: &Pipeline,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, Failed> {
        if pipeline.filters.is_empty() {
            return Ok(stream);
        }
        let overriding: Vec<&'static str> = pipeline
            .filters
            .iter()
            .filter_map(|&id| match &self.plugins.get(id)?.body {
                Body::Filter(filter) if filter.overrides_filter_stream() => Some(filter.class()),
                _ => None,
            })
            .collect();
        if overriding.is_empty() {
            return self.optimized_filter_stream(pipeline, tag, stream);
        }
        if pipeline.filters.len() > 1 {
            self.announce(router, tag, &overriding);
        }
        let mut stream = stream;
        for &id in &pipeline.filters {
            self.enter(id, stream.len());
            self.trace_enter(id, tag, &stream);
            let said = self.log.sentences.len();
            let mut context = Context::new(self.now, self.environment.ruby, &mut self.log);
            let Some(Body::Filter(filter)) =
                self.plugins.get_mut(id).map(|plugin| &mut plugin.body)
            else {
                continue;
            };
            let result = filter.filter_stream(&mut context, tag, stream);
            let noted = Noted::from(context);
            self.sign(id, said);
            self.take_notes(id, noted)?;
            stream = result?;
            self.trace_leave(id, tag, &stream);
        }
        Ok(stream)
    }

    /// Record by record through all filters. An exception sends the record to the error stream, and
    /// the record goes on unchanged as well (errors-13).
    fn optimized_filter_stream(
        &mut self,
        pipeline: &Pipeline,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<EventStream, Failed> {
        let mut out = Vec::with_capacity(stream.len());
        let mut passed = vec![0; pipeline.filters.len()];
        'events: for mut event in stream {
            for (at, &id) in pipeline.filters.iter().enumerate() {
                passed[at] += 1;
                self.trace_enter(id, tag, std::slice::from_ref(&event));
                let said = self.log.sentences.len();
                let mut context = Context::new(self.now, self.environment.ruby, &mut self.log);
                let Some(Body::Filter(filter)) =
                    self.plugins.get_mut(id).map(|plugin| &mut plugin.body)
                else {
                    continue;
                };
                let kept = match filter.filter(&mut context, tag, &mut event) {
                    Ok(kept) => kept,
                    Err(error) => {
                        context.emit_error_event(tag, &event, error);
                        true
                    }
                };
                if !kept {
                    context.dropped.push(event.from.clone());
                }
                let noted = Noted::from(context);
                self.sign(id, said);
                if !noted.is_empty() {
                    self.take_notes(id, noted)?;
                }
                if !kept {
                    continue 'events;
                }
                self.trace_leave(id, tag, std::slice::from_ref(&event));
            }
            out.push(event);
        }
        for (&id, passed) in pipeline.filters.iter().zip(passed) {
            self.enter(id, passed);
        }
        Ok(out)
    }

    fn announce(&mut self, router: RouterId, tag: &Tag, classes: &[&str]) {
        let key = (router, Rc::clone(tag));
        if self.announced.contains_key(&key) {
            return;
        }
        Rc::make_mut(&mut self.announced).insert(key, ());
        self.log.push(
            Level::Info,
            format!(
                "disable filter chain optimization because [{}] uses `#filter_stream` method.",
                classes.join(", ")
            ),
        );
    }

    /// Delivers what a plugin left behind: error events, dropped lines, printed text.
    fn take_notes(&mut self, id: PluginId, noted: Noted) -> Result<(), RubyError> {
        for lines in noted.dropped {
            self.fates.push((lines, Fate::Dropped(id)));
        }
        self.printed.extend(noted.printed);
        for what in noted.not_simulated {
            self.not_simulated(id, what);
        }
        for error in noted.errors {
            self.came_from = id;
            self.emit_error_event(Some(id), error)?;
        }
        Ok(())
    }

    /// fluentd's `emit_error_event`.
    pub fn emit_error_event(
        &mut self,
        by: Option<PluginId>,
        event: ErrorEvent,
    ) -> Result<(), RubyError> {
        let ErrorEvent { tag, event, error } = event;
        let name = RString::utf8(&String::from_utf8_lossy(&tag));
        // Where in Ruby's sources it was raised is not known.
        let fields = || {
            let text = format!("#<{}: {}>", error.class, error.text().to_lossy());
            vec![
                ("error", Value::from(text.as_str())),
                ("tag", Value::String(name.clone())),
                ("time", Value::Integer(event.time.sec)),
            ]
        };
        self.fates.push((event.from.clone(), Fate::Error { by, said: self.log.next() }));
        let shown = |agent: &RootAgent| {
            format!(
                "{} tag={} time={}",
                shown_error(&error),
                inspect_string(&name),
                agent.shown_time(event.time)
            )
        };
        if let Some(router) = self.error_router {
            if self.log.has_room() {
                let text = format!("send an error event to @ERROR: {}", shown(self));
                self.log.push_with(Level::Warn, text, fields());
            } else {
                self.log.skip();
            }
            self.sharing += 1;
            let emitted = self.emit_stream(router, &tag, vec![event]);
            self.sharing -= 1;
            return emitted;
        }
        *self.edges.slot((self.came_from, LOST_ERROR)) += 1;
        if self.log.has_room() {
            let record = Value::Hash(Rc::new(event.record.borrow().clone()));
            let shown_record = inspect(&record, self.environment.ruby);
            let text = format!("dump an error event: {} record={shown_record}", shown(self));
            let fields = [fields(), vec![("record", record)]].concat();
            self.log.push_with(Level::Warn, text, fields);
        } else {
            self.log.skip();
        }
        Ok(())
    }

    /// `Fluent::EventTime#inspect`.
    fn shown_time(&self, time: EventTime) -> String {
        let nsec = time.nsec.rem_euclid(1_000_000_000);
        let sec = time.sec.saturating_add(time.nsec.div_euclid(1_000_000_000));
        let time = Time::at(sec, nsec as u32, Zone::Local(Rc::clone(&self.zone)));
        let shown = time.to_s();
        // `%Y-%m-%d %H:%M:%S.%N %z`
        match shown.split_at_checked(19) {
            Some((clock, zone)) => format!("{clock}.{nsec:09}{}", zone.replace(" UTC", " +0000")),
            None => shown,
        }
    }

    fn handle_emits_error(
        &mut self,
        tag: &Tag,
        stream: EventStream,
        error: RubyError,
    ) -> Result<(), RubyError> {
        let shown = format!(
            "{} tag={}",
            shown_error(&error),
            inspect_string(&RString::utf8(&String::from_utf8_lossy(tag)))
        );
        for event in &stream {
            let said = self.log.next();
            self.fates.push((event.from.clone(), Fate::Error { by: None, said }));
        }
        if let Some(router) = self.error_router {
            self.log.push(Level::Warn, format!("send an error event stream to @ERROR: {shown}"));
            return self.emit_stream(router, tag, stream);
        }
        self.log.push(Level::Warn, format!("emit transaction failed: {shown}"));
        Err(error)
    }

    /// Counted per router and stream; said for 1, 2, 4 … 256 and every 512th.
    fn no_match(&mut self, router: RouterId, tag: &Tag, stream: &EventStream) {
        for event in stream {
            self.fates.push((event.from.clone(), Fate::NoMatch(router)));
        }
        self.lost_tag(router, tag, stream.len());
        let suppressed = self.routers.get(router).is_some_and(|level| level.suppress_missing_match);
        let Some(count) = self.no_match_counts.get_mut(router).filter(|_| !suppressed) else {
            return;
        };
        *count += 1;
        if (*count < 512 && count.is_power_of_two()) || (*count >= 512 && *count % 512 == 0) {
            let name = RString::utf8(&String::from_utf8_lossy(tag));
            let text = format!("no patterns matched tag={}", inspect_string(&name));
            self.log.push_with(Level::Warn, text, vec![("tag", Value::String(name))]);
        }
    }

    /// An output's `emit_events`.
    pub fn emit_to(
        &mut self,
        id: PluginId,
        tag: &Tag,
        stream: EventStream,
    ) -> Result<(), RubyError> {
        self.enter(id, stream.len());
        self.trace_enter(id, tag, &stream);
        let Some(plugin) = self.plugins.get_mut(id) else { return Ok(()) };
        match &mut plugin.body {
            Body::Filter(_) => Ok(()),
            Body::Null { never_flush } => {
                if *never_flush {
                    return Err(RubyError::new("RuntimeError", "failed to flush"));
                }
                for event in stream {
                    self.fates.push((event.from, Fate::Dropped(id)));
                }
                Ok(())
            }
            Body::Sink { .. } => {
                for mut event in stream {
                    if self.sharing > 0 && Rc::strong_count(&event.record) > 1 {
                        let own = event.record.borrow().clone();
                        event = event.with_record(own);
                    }
                    self.delivered.push(Delivered { sink: id, tag: Rc::clone(tag), event });
                }
                Ok(())
            }
            Body::Relabel => {
                let router = plugin.router;
                self.emit_stream(router, tag, stream)
            }
            Body::Copy { .. } => {
                self.sharing += 1;
                let emitted = self.emit_copies(id, tag, &stream);
                self.sharing -= 1;
                emitted
            }
            Body::Emitting(output) => {
                let router = plugin.router;
                if output.has_mutex() && self.emitting.contains(&id) {
                    return Err(RubyError::new("ThreadError", "deadlock; recursive locking"));
                }
                let said = self.log.sentences.len();
                let mut context = Context::new(self.now, self.environment.ruby, &mut self.log);
                let mut emissions = Vec::new();
                let result = output.process(&mut context, tag, stream, &mut emissions);
                let noted = Noted::from(context);
                self.sign(id, said);
                self.take_notes(id, noted)?;
                self.emitting.push(id);
                let emitted = self.emit_all(router, emissions);
                self.emitting.pop();
                emitted.and(result)
            }
        }
    }

    fn emit_all(&mut self, own: RouterId, emissions: Vec<Emission>) -> Result<(), RubyError> {
        for emission in emissions {
            let router = match emission.target {
                Target::Own => own,
                Target::Label(label) => self.find_label(&label)?,
            };
            self.emit_stream(router, &emission.tag, emission.stream)?;
        }
        Ok(())
    }

    /// fluentd's `find_label`, with `@ROOT` for the top level.
    pub fn find_label(&self, name: &str) -> Result<RouterId, RubyError> {
        if name == "@ROOT" {
            return Ok(0);
        }
        let found = self.labels.iter().position(|label| label.as_str() == name);
        found
            .map(|at| at + 1)
            .ok_or_else(|| RubyError::new("ArgumentError", format!("{name} label not found")))
    }

    fn emit_copies(
        &mut self,
        id: PluginId,
        tag: &Tag,
        stream: &EventStream,
    ) -> Result<(), RubyError> {
        let Some(Body::Copy { stores, deep }) = self.plugins.get(id).map(|plugin| &plugin.body)
        else {
            return Ok(());
        };
        let (stores, deep) = (stores.clone(), *deep);
        let mut succeeded = false;
        for store in stores.iter() {
            self.came_from = id;
            if succeeded && store.ignore_if_prev_success {
                // `success[i]` stays nil: the store after this one is called.
                succeeded = false;
                continue;
            }
            let copy = if deep {
                let copied =
                    |event: &super::event::Event| event.with_record(event.record.borrow().clone());
                stream.iter().map(copied).collect()
            } else {
                stream.clone()
            };
            match self.emit_to(store.plugin, tag, copy) {
                Ok(()) => succeeded = true,
                Err(error) if store.ignore_error && is_standard_error(&error) => {
                    succeeded = false;
                    let name = self.plugins.get(store.plugin).map(super::root_agent::Plugin::name);
                    let said = self.log.sentences.len();
                    self.log.push(
                        Level::Error,
                        format!(
                            "ignore emit error in {} {}",
                            name.unwrap_or_default(),
                            shown_error(&error)
                        ),
                    );
                    self.sign(id, said);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What a timer or the shutdown of plugin `id` asks for.
    pub fn perform(&mut self, id: PluginId, actions: Vec<Action>) -> Result<(), RubyError> {
        self.emitting.push(id);
        let result = self.perform_all(id, actions);
        self.emitting.pop();
        result
    }

    fn perform_all(&mut self, id: PluginId, actions: Vec<Action>) -> Result<(), RubyError> {
        let router = self.plugins.get(id).map_or(0, |plugin| plugin.router);
        for action in actions {
            match action {
                Action::Say(level, text) => {
                    let said = self.log.sentences.len();
                    self.log.push(level, text);
                    self.sign(id, said);
                }
                Action::Error(event) => self.emit_error_event(Some(id), event)?,
                Action::Raise(error) => return Err(error),
                Action::Emit { label, tag, stream } => {
                    let router = match label {
                        Some(label) => self.find_label(&label)?,
                        None => router,
                    };
                    self.emit_stream(router, &tag, stream)?;
                }
            }
        }
        Ok(())
    }

    /// Lines of an event that some plugin keeps for later.
    pub fn held(&self) -> Vec<(PluginId, Lines)> {
        let mut held = Vec::new();
        for (id, plugin) in self.plugins.iter().enumerate() {
            let lines = match &plugin.body {
                Body::Filter(filter) => filter.held(),
                Body::Emitting(output) => output.held(),
                _ => continue,
            };
            held.extend(lines.into_iter().map(|lines| (id, lines)));
        }
        held
    }
}
