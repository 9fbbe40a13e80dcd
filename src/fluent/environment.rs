//! What fluentd reads from the machine it runs on. Here all of it is an argument: the same input
//! gives the same bytes out, everywhere.

use crate::ruby::value::EventTime;
use crate::ruby::version::RubyVersion;

/// The process that the playground imagines.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// The wall clock at start.
    pub now: EventTime,
    /// `TZ`: an IANA name or `UTC`.
    pub tz: String,
    /// `Socket.gethostname`.
    pub hostname: String,
    /// `ENV`.
    pub env: Vec<(String, String)>,
    /// Files that are there beside the tailed ones (`@include`), by path.
    pub files: Vec<(String, String)>,
    /// Which Ruby.
    pub ruby: RubyVersion,
}

impl Default for Environment {
    fn default() -> Environment {
        Environment {
            now: EventTime::default(),
            tz: "UTC".to_owned(),
            hostname: "node-1.example".to_owned(),
            env: Vec::new(),
            files: Vec::new(),
            ruby: RubyVersion::default(),
        }
    }
}

impl Environment {
    /// fluentd in a pod of a cluster, which always has these variables; `env` comes first.
    pub fn pod(mut env: Vec<(String, String)>) -> Environment {
        let own = [("KUBERNETES_SERVICE_HOST", "10.96.0.1"), ("KUBERNETES_SERVICE_PORT", "443")];
        env.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        Environment { env, ..Environment::default() }
    }

    /// `ENV[name]`.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}
