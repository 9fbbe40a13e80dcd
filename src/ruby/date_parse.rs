use super::string::RString;
use super::time::{Raised, Time};
use super::time_library::Context;
pub fn parse(_text: &RString, _context: Context<'_>) -> Result<Time, Raised> {
    Err(Raised::argument("argument out of range"))
}
