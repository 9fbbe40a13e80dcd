//! Text out: fluent.conf variants, ConfigMaps, other agents.
