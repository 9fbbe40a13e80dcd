//! `Time`.

use std::rc::Rc;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::constant::float_time;
use super::{Answer, Send, no_conversion};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::value::Value;
use crate::ruby::zone::TimeZone;

const DAYS: [&str; 7] =
    ["sunday?", "monday?", "tuesday?", "wednesday?", "thursday?", "friday?", "saturday?"];

/// True also where the machine's own zone is UTC.
fn in_utc(time: &Time) -> bool {
    time.zone_name().is_some_and(|name| &*name == "UTC")
}

/// Calls a method of a Time.
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn send(eval: &mut Evaluator, time: &Rc<Time>, call: &Send) -> Answer {
    let civil = time.civil();
    let object = match (call.method, call.args.as_slice()) {
        ("strftime", [Object::Value(Value::String(format))]) => {
            let text = time.strftime(&format.to_lossy());
            RString::new(text.as_bytes(), format.encoding()).into()
        }
        ("strftime", [other]) => return Err(no_conversion(other, "String").into()),
        ("iso8601" | "xmlschema", []) => text(&time.iso8601(0)),
        ("iso8601" | "xmlschema", [Object::Value(Value::Integer(digits @ 0..=100))]) => {
            text(&time.iso8601(*digits as usize))
        }
        ("to_i" | "tv_sec", []) => Object::integer(time.sec),
        ("to_f", []) => Object::Value(Value::Float(time.to_f())),
        ("nsec" | "tv_nsec", []) => Object::integer(i64::from(time.nsec)),
        ("usec" | "tv_usec", []) => Object::integer(i64::from(time.nsec / 1000)),
        ("year", []) => Object::integer(civil.year),
        ("month" | "mon", []) => Object::integer(civil.mon),
        ("day" | "mday", []) => Object::integer(civil.mday),
        ("hour", []) => Object::integer(civil.hour),
        ("min", []) => Object::integer(civil.min),
        ("sec", []) => Object::integer(civil.sec),
        ("wday", []) => Object::integer(i64::from(time.wday())),
        ("yday", []) => Object::integer(i64::from(time.yday())),
        ("utc_offset" | "gmt_offset" | "gmtoff", []) => {
            Object::integer(i64::from(time.utc_offset()))
        }
        ("zone", []) => time.zone_name().map_or(Object::NIL, |name| text(&name)),
        ("utc?" | "gmt?", []) => (time.zone == Zone::Utc).into(),
        ("utc" | "getutc" | "gmtime" | "getgm", []) => shown_in(time, Zone::Utc),
        ("localtime" | "getlocal", []) => {
            let tz = &eval.binding.environment().tz;
            shown_in(time, Zone::Local(TimeZone::from_tz(tz)))
        }
        ("localtime" | "getlocal", [Object::Value(Value::String(offset))]) => {
            let offset = numeric_offset(&offset.to_lossy())?;
            shown_in(time, offset)
        }
        ("localtime" | "getlocal", [Object::Value(Value::Integer(offset))]) => {
            let offset = i32::try_from(*offset).unwrap_or(i32::MAX);
            Object::Time(Rc::new(Time::clone(time).localtime(offset)?))
        }
        ("+", [Object::Value(number)]) => shifted(time, number, 1)?,
        ("-", [Object::Value(number)]) => shifted(time, number, -1)?,
        ("-", [Object::Time(other)]) => Object::Value(Value::Float(time.minus(other))),
        ("<" | ">" | "<=" | ">=" | "<=>", [Object::Time(other)]) => {
            let order = (time.sec, time.nsec).cmp(&(other.sec, other.nsec));
            match call.method {
                "<" => order.is_lt().into(),
                ">" => order.is_gt().into(),
                "<=" => order.is_le().into(),
                ">=" => order.is_ge().into(),
                _ => Object::integer(order as i64),
            }
        }
        ("to_a", []) if in_utc(time) => {
            let numbers = [civil.sec, civil.min, civil.hour, civil.mday, civil.mon, civil.year];
            let days = [i64::from(time.wday()), i64::from(time.yday())];
            let numbers = numbers.into_iter().chain(days).map(Value::Integer);
            let rest = [Value::Bool(false), Value::from("UTC")];
            Object::Value(numbers.chain(rest).collect::<Vec<_>>().into())
        }
        ("asctime" | "ctime", []) => text(&time.strftime("%a %b %e %T %Y")),
        ("dst?" | "isdst", []) if in_utc(time) => false.into(),
        ("rfc2822" | "rfc822", []) => {
            let zone = if time.zone == Zone::Utc { "-0000" } else { "%z" };
            text(&time.strftime(&format!("%a, %d %b %Y %T {zone}")))
        }
        ("httpdate", []) => {
            let utc = Time::at(time.sec, time.nsec, Zone::Utc);
            text(&utc.strftime("%a, %d %b %Y %T GMT"))
        }
        ("round" | "floor" | "ceil", args @ ([] | [Object::Value(Value::Integer(0..=9))])) => {
            let digits = match args {
                [Object::Value(Value::Integer(digits))] => *digits as u32,
                _ => 0,
            };
            let unit = 10i64.pow(9 - digits);
            let nsec = i64::from(time.nsec);
            let down = nsec / unit * unit;
            let up = match call.method {
                "round" => nsec - down >= unit - unit / 2,
                "ceil" => down != nsec,
                _ => false,
            };
            Object::Time(Rc::new(time.plus(0, down - nsec + if up { unit } else { 0 })))
        }
        ("==" | "eql?", [Object::Time(other)]) => {
            ((time.sec, time.nsec) == (other.sec, other.nsec)).into()
        }
        ("between?", [Object::Time(low), Object::Time(high)]) => {
            let at = (time.sec, time.nsec);
            (at >= (low.sec, low.nsec) && at <= (high.sec, high.nsec)).into()
        }
        (day, []) if DAYS.contains(&day) => {
            (DAYS.iter().position(|known| *known == day) == Some(usize::from(time.wday()))).into()
        }
        ("to_json", _) => return super::to_json(&call.receiver, eval.ruby()).map(Some),
        _ => return Ok(None),
    };
    Ok(Some(object))
}

fn text(text: &str) -> Object {
    RString::new(text.as_bytes(), Encoding::UsAscii).into()
}

fn shown_in(time: &Time, zone: Zone) -> Object {
    Object::Time(Rc::new(Time::at(time.sec, time.nsec, zone)))
}

/// `+09:00`, `-03:30`, `UTC`
fn numeric_offset(text: &str) -> Result<Zone, Raised> {
    if text == "UTC" || text == "Z" {
        return Ok(Zone::Utc);
    }
    let wrong = || {
        let message = format!(
            "\"+HH:MM\", \"-HH:MM\", \"UTC\" or \"A\"..\"I\",\"K\"..\"Z\" expected for utc_offset: {text}"
        );
        Raised::Error(RubyError::new("ArgumentError", message))
    };
    let sign = match text.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(wrong()),
    };
    let digits: String = text.chars().skip(1).filter(|character| *character != ':').collect();
    let number: i32 = digits.parse().map_err(|_| wrong())?;
    match digits.len() {
        2 => Ok(Zone::Fixed(sign * number * 3600)),
        4 => Ok(Zone::Fixed(sign * (number / 100 * 3600 + number % 100 * 60))),
        _ => Err(wrong()),
    }
}

fn shifted(time: &Time, by: &Value, sign: i64) -> Result<Object, Raised> {
    let moved = match by {
        Value::Integer(seconds) => time.plus(sign.saturating_mul(*seconds), 0),
        Value::Float(seconds) if seconds.is_finite() && seconds.abs() < 1e15 => {
            let step = float_time(seconds * sign as f64, Zone::Utc);
            time.plus(step.sec, i64::from(step.nsec))
        }
        other => {
            let class = other.class();
            let class = if *other == Value::Nil { "nil" } else { class };
            let message = format!("can't convert {class} into an exact number");
            return Err(RubyError::new("TypeError", message).into());
        }
    };
    Ok(Object::Time(Rc::new(moved)))
}
