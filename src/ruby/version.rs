//! Which Ruby runs fluentd: the wording of exceptions and the look of `inspect` depend on it.

/// A Ruby release. The playground imagines 3.4; part of the recordings were made on 3.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RubyVersion {
    /// 3.1: `{"a"=>1}`, ``undefined method `x' for nil:NilClass``.
    V3_1,
    /// 3.4: `{"a" => 1}`, `undefined method 'x' for nil`.
    #[default]
    V3_4,
}
