//! `@type msgpack` (fluentd `lib/fluent/plugin/parser_msgpack.rb`), as far as lines of text go.
//!
//! Each byte of ASCII is an Integer to MessagePack and no record, so that nothing is matched. What
//! packed bytes hold is deliberately absent: [`NAME`] is named where it is used.

use super::parser::{Configure, PARSER, Parser, Yield};
use super::parser_params::ParserParams;
use crate::fluent::config::configure_proxy::ConfigureProxy;
use crate::fluent::config::element::Element;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::value::EventTime;

/// Refusals of one text: fluentd says each, with the whole text.
const MOST: usize = 100;

/// Its `@type`.
pub const NAME: &str = "msgpack";

/// The declaration.
static PROXY: ConfigureProxy = ConfigureProxy { bases: &[&PARSER], ..ConfigureProxy::new(NAME) };

/// `Fluent::Plugin::MessagePackParser`
pub(super) struct MessagePackParser;

impl MessagePackParser {
    pub(super) fn new(
        conf: &Element,
        with: &mut Configure<'_>,
    ) -> Result<MessagePackParser, RubyError> {
        let section = with.section(&PROXY, conf)?;
        ParserParams::new(&section, conf, with).map(|_| MessagePackParser)
    }
}

impl Parser for MessagePackParser {
    fn parse(
        &mut self,
        text: &RString,
        _now: EventTime,
        out: &mut Vec<Yield>,
    ) -> Result<(), RubyError> {
        let numbers = text.as_bytes().iter().take_while(|byte| byte.is_ascii());
        out.extend(numbers.take(MOST).map(|_| Yield::Nil));
        Ok(())
    }
}
