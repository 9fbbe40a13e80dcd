//! `<worker N>` and `<worker N-M>` (fluentd `lib/fluent/root_agent.rb`, the beginning of
//! `configure`): which process a section belongs to.
//!
//! The playground is worker 0. What belongs to another worker alone is checked as fluentd checks it
//! and then left out, and said to be so; nothing of it runs here.

use super::config::element::Element;
use super::error::RubyError;
use crate::ruby::integer::to_i;
use crate::ruby::value::Value;
use crate::source::{SourceId, Span};

/// Workers of a `<worker N-M>` that are looked at one by one.
const MOST: i64 = 1000;

/// What the sections of a configuration say about workers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workers {
    /// `<worker>` sections that worker 0 does not run.
    pub elsewhere: Vec<(SourceId, Span)>,
    /// Sources that several workers would run: not every plugin can.
    pub shared: Vec<(SourceId, Span)>,
}

/// Puts the sections of worker 0 behind those of the top level, as fluentd does, and takes the
/// others away.
pub fn take_workers(conf: &mut Element) -> Result<Workers, RubyError> {
    let system = conf.sections("system").find_map(|system| system.text("workers"));
    let count = system.map_or(1, integer).max(1);
    let mut seen = Workers::default();
    if count > 1 {
        seen.shared.extend(conf.sections("source").map(Element::place));
    }
    let (mut available, mut used) = ((0..count.min(MOST)).collect::<Vec<_>>(), Vec::new());
    let mut own = Vec::new();
    for worker in conf.elements.iter_mut().filter(|element| element.name == "worker") {
        let place = (worker.source, worker.arg_span);
        let ids = ids(worker, count, &mut available, &mut used)
            .map_err(|error| error.at(place.0, place.1))?;
        worker.used.set(true);
        if ids.0 > 0 {
            worker.mark_used();
            seen.elsewhere.push((worker.source, worker.name_span));
            continue;
        }
        if ids.1 > 0 {
            seen.shared.extend(worker.sections("source").map(Element::place));
        }
        own.append(&mut worker.elements);
    }
    conf.elements.retain(|element| element.name != "worker" || !element.attrs.is_empty());
    conf.elements.append(&mut own);
    Ok(seen)
}

/// The first and the last worker of a section.
fn ids(
    worker: &Element,
    count: i64,
    available: &mut Vec<i64>,
    used: &mut Vec<i64>,
) -> Result<(i64, i64), RubyError> {
    let arg = worker.arg.as_str();
    if arg.is_empty() {
        return Err(RubyError::config("Missing worker id on <worker> directive"));
    }
    let mut parts: Vec<&str> = arg.split('-').collect();
    while parts.last().is_some_and(|part| part.is_empty()) {
        parts.pop();
    }
    let [first, last] = parts[..] else {
        let id = integer(arg);
        in_range(id, count)?;
        only_known(worker)?;
        return Ok((id, id));
    };
    let (first, last) = (integer(first), integer(last));
    if first > last {
        return Err(RubyError::config(format!(
            "greater first_worker_id<{first}> than last_worker_id<{last}> specified by <worker> \
             directive is not allowed. Available multi worker assign syntax is \
             <smaller_worker_id>-<greater_worker_id>"
        )));
    }
    for id in first..=last.min(first.saturating_add(MOST)) {
        in_range(id, count)?;
        available.retain(|known| *known != id);
        if used.contains(&id) {
            return Err(RubyError::config(format!(
                "specified worker_id<{id}> collisions is detected on <worker> directive. \
                 Available worker id(s): {available:?}"
            )));
        }
        used.push(id);
        only_known(worker)?;
    }
    Ok((first, last))
}

fn in_range(id: i64, count: i64) -> Result<(), RubyError> {
    if (0..count).contains(&id) {
        return Ok(());
    }
    Err(RubyError::config(format!(
        "worker id {id} specified by <worker> directive is not allowed. Available worker id is \
         between 0 and {}",
        count - 1
    )))
}

fn only_known(worker: &Element) -> Result<(), RubyError> {
    let known = ["source", "match", "filter", "label"];
    match worker.elements.iter().find(|inner| !known.contains(&&*inner.name)) {
        None => Ok(()),
        Some(inner) => {
            let text = format!("<worker> section cannot have <{}> directive", inner.name);
            Err(RubyError::config(text))
        }
    }
}

fn integer(text: &str) -> i64 {
    match to_i(text.as_bytes()) {
        Value::Integer(number) => number,
        _ => i64::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::take_workers;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;

    fn taken(conf: &str) -> Result<(String, usize, usize), String> {
        let mut root = parse(conf, &Environment::default()).root.unwrap();
        let seen = take_workers(&mut root).map_err(|error| error.message)?;
        let names = root.elements.iter().map(|inner| format!("{} {}", inner.name, inner.arg));
        Ok((names.collect::<Vec<_>>().join(","), seen.elsewhere.len(), seen.shared.len()))
    }

    #[test]
    fn sections_of_worker_0_stand_behind_the_others() {
        let conf = "<worker 0>\n<match a>\n</match>\n</worker>\n<match b>\n</match>\n";
        assert_eq!(taken(conf), Ok(("match b,match a".to_owned(), 0, 0)));
    }

    #[test]
    fn sections_of_other_workers_are_left_out_and_named() {
        let conf = "<system>\nworkers 3\n</system>\n<source>\n</source>\n<worker 1-2>\n<match a>\n</match>\n</worker>\n<worker 0>\n<source>\n</source>\n</worker>\n";
        assert_eq!(taken(conf), Ok(("system ,source ,source ".to_owned(), 1, 1)));
    }

    #[test]
    fn wrong_workers_are_refused_in_fluentd_s_words() {
        for (conf, said) in [
            ("<worker>\n</worker>\n", "Missing worker id on <worker> directive"),
            (
                "<worker 1>\n</worker>\n",
                "worker id 1 specified by <worker> directive is not allowed. Available worker id is between 0 and 0",
            ),
            (
                "<worker 1-0>\n</worker>\n",
                "greater first_worker_id<1> than last_worker_id<0> specified by <worker> directive is not allowed. Available multi worker assign syntax is <smaller_worker_id>-<greater_worker_id>",
            ),
            (
                "<system>\nworkers 2\n</system>\n<worker 0-1>\n</worker>\n<worker 1-1>\n</worker>\n",
                "specified worker_id<1> collisions is detected on <worker> directive. Available worker id(s): []",
            ),
            (
                "<worker 0>\n<system>\n</system>\n</worker>\n",
                "<worker> section cannot have <system> directive",
            ),
            (
                "<worker 0-99999999999>\n</worker>\n",
                "worker id 1 specified by <worker> directive is not allowed. Available worker id is between 0 and 0",
            ),
        ] {
            assert_eq!(taken(conf), Err(said.to_owned()), "{conf}");
        }
    }
}
