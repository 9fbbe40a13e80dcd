//! What goes wrong, before it does: findings from the configuration and from a sample of
//! the lines.

pub mod boot;
pub mod conf;
mod flow;
pub mod lines;
pub mod parser;
pub mod route;
mod seen;
pub mod tail;
pub mod time;

use crate::diag::codes::{parser as parser_codes, tail as tail_codes, time as time_codes};
use crate::diag::{Diagnostic, Severity};

/// What a finished run showed of the lines.
pub struct Evidence {
    /// Findings from the lines themselves.
    pub found: Vec<Diagnostic>,
    /// True when there are lines and every one was looked at for those findings.
    pub all_looked_at: bool,
    /// True when there are lines and none of them is lost.
    pub all_taken: bool,
    /// True when there are lines and none of those looked at is a container runtime's.
    pub no_runtime: bool,
    /// True when there are events and none of them is of 1970.
    pub no_epoch: bool,
}

/// Weighs what the configuration makes one expect against what the lines showed.
pub fn weigh(found: &mut Vec<Diagnostic>, evidence: Evidence) {
    for seen in evidence.found {
        // What was expected has come: the place and the edit are known.
        match found.iter_mut().find(|known| known.code == seen.code) {
            Some(known) if known.severity > seen.severity => {
                (known.severity, known.message) = (seen.severity, seen.message);
            }
            _ => found.push(seen),
        }
    }
    let trailing = found.iter().any(|finding| finding.code == &time_codes::TRAILING_TEXT);
    if evidence.all_looked_at && !trailing {
        // No text of them is lost.
        let greedy = found.iter_mut().filter(|found| found.code == &parser_codes::GREEDY_TIME);
        greedy.for_each(|found| found.severity = Severity::Hint);
    }
    if evidence.all_taken {
        // They are such as the pattern takes.
        found.retain(|found| found.code != &parser_codes::NGINX_ANCHORED);
    }
    // What would happen to other lines, and did not to these.
    found.retain(|found| {
        !(evidence.no_runtime && found.code == &tail_codes::MULTILINE_ON_CONTAINER_LOG
            || evidence.no_epoch && found.code == &time_codes::JSON_FLOAT)
    });
}
