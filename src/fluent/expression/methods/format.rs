//! `format`, `sprintf`, `String#%`.

use super::super::eval::{Evaluator, LARGEST};
use super::super::object::{Object, Raised};
use super::{hash, kernel, no_conversion, number};
use crate::fluent::error::RubyError;
use crate::ruby::inspect::inspect;
use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::source::Span;

#[derive(Default)]
struct Directive {
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    alternate: bool,
    width: usize,
    precision: Option<usize>,
}

fn argument_error(message: &str) -> Raised {
    RubyError::new("ArgumentError", message).into()
}

struct Arguments<'a> {
    all: &'a [Object],
    next: usize,
}

impl Arguments<'_> {
    fn take(&mut self) -> Result<Object, Raised> {
        let taken = self.all.get(self.next).cloned();
        self.next += 1;
        taken.ok_or_else(|| argument_error("too few arguments"))
    }

    fn integer(&mut self, eval: &Evaluator) -> Result<i64, Raised> {
        match self.take()? {
            Object::Value(value) => match kernel::to_integer(eval, &value)? {
                Value::Integer(number) => Ok(number),
                _ => Err(argument_error("width too big")),
            },
            other => Err(no_conversion(&other, "Integer").into()),
        }
    }

    fn named(&self, name: &str) -> Result<Object, Raised> {
        let [Object::Value(Value::Hash(hash))] = self.all else {
            return Err(argument_error("one hash required"));
        };
        match hash::find(hash, &Value::Symbol(name.into())) {
            Some(value) => Ok(value.clone().into()),
            None => {
                let message = format!("key<{name}> not found");
                Err(RubyError::new("KeyError", message).into())
            }
        }
    }
}

/// `format(template, *args)`
#[expect(clippy::too_many_lines, reason = "one flat table")]
pub(super) fn format(
    eval: &Evaluator,
    template: &RString,
    args: &[Object],
    span: Span,
) -> Result<Object, Raised> {
    let text = template.as_bytes();
    let mut args = Arguments { all: args, next: 0 };
    let mut out: Vec<u8> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut directive = Directive::default();
        let mut value: Option<Object> = None;
        loop {
            let Some(&mark) = text.get(at) else {
                return Err(argument_error(
                    "incomplete format specifier; use %% (double %) instead",
                ));
            };
            at += 1;
            match mark {
                b'-' => directive.minus = true,
                b'+' => directive.plus = true,
                b' ' => directive.space = true,
                b'0' => directive.zero = true,
                b'#' => directive.alternate = true,
                b'*' => {
                    let width = args.integer(eval)?;
                    directive.minus |= width < 0;
                    directive.width = width.unsigned_abs() as usize;
                }
                b'1'..=b'9' => {
                    at -= 1;
                    directive.width = digits(text, &mut at);
                    if text.get(at) == Some(&b'$') {
                        return Err(eval.not_simulated("format with numbered arguments", span));
                    }
                }
                b'.' => {
                    directive.precision = Some(if text.get(at) == Some(&b'*') {
                        at += 1;
                        usize::try_from(args.integer(eval)?).unwrap_or(0)
                    } else {
                        digits(text, &mut at)
                    });
                }
                b'<' | b'{' => {
                    let close = if mark == b'<' { b'>' } else { b'}' };
                    let rest = text.get(at..).unwrap_or_default();
                    let Some(length) = memchr::memchr(close, rest) else {
                        return Err(argument_error("malformed name - unmatched parenthesis"));
                    };
                    let name = String::from_utf8_lossy(&rest[..length]).into_owned();
                    at += length + 1;
                    let found = args.named(&name)?;
                    if mark == b'{' {
                        let shown = found.to_s(eval.ruby()).to_lossy().into_owned();
                        pad(&mut out, &clipped(&shown, directive.precision), "", &directive, false);
                        break;
                    }
                    value = Some(found);
                }
                b'%' | b'\n' | 0 => {
                    out.push(b'%');
                    at -= usize::from(mark != b'%');
                    break;
                }
                kind => {
                    if directive.width > LARGEST || directive.precision.is_some_and(|p| p > 5000) {
                        return Err(Raised::Budget(span));
                    }
                    let value = match value.take() {
                        Some(value) => value,
                        None if b"diuxXobBfeEgGaAscp".contains(&kind) => args.take()?,
                        None => Object::NIL,
                    };
                    convert(eval, kind, &value, &directive, &mut out, span)?;
                    break;
                }
            }
        }
    }
    Ok(RString::new(&out, template.encoding()).into())
}

fn digits(text: &[u8], at: &mut usize) -> usize {
    let mut number = 0usize;
    while let Some(digit) = text.get(*at).filter(|byte| byte.is_ascii_digit()) {
        number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        *at += 1;
    }
    number
}

fn clipped(text: &str, precision: Option<usize>) -> String {
    precision.map_or_else(|| text.to_owned(), |most| text.chars().take(most).collect())
}

/// The body with its sign or prefix, padded to the width.
fn pad(out: &mut Vec<u8>, body: &str, sign: &str, directive: &Directive, zeros: bool) {
    let missing = directive.width.saturating_sub(sign.chars().count() + body.chars().count());
    let zeros = zeros && directive.zero && !directive.minus;
    if !directive.minus && !zeros {
        out.extend(std::iter::repeat_n(b' ', missing));
    }
    out.extend_from_slice(sign.as_bytes());
    if zeros {
        out.extend(std::iter::repeat_n(b'0', missing));
    }
    out.extend_from_slice(body.as_bytes());
    if directive.minus {
        out.extend(std::iter::repeat_n(b' ', missing));
    }
}

fn sign(negative: bool, directive: &Directive) -> &'static str {
    match (negative, directive.plus, directive.space) {
        (true, ..) => "-",
        (_, true, _) => "+",
        (_, _, true) => " ",
        _ => "",
    }
}

fn convert(
    eval: &Evaluator,
    kind: u8,
    value: &Object,
    directive: &Directive,
    out: &mut Vec<u8>,
    span: Span,
) -> Result<(), Raised> {
    match kind {
        b's' => {
            let shown = value.to_s(eval.ruby()).to_lossy().into_owned();
            pad(out, &clipped(&shown, directive.precision), "", directive, false);
        }
        b'p' => {
            let shown = value.inspect(eval.ruby());
            pad(out, &clipped(&shown, directive.precision), "", directive, false);
        }
        b'c' => {
            let shown = match value {
                Object::Value(Value::Integer(code)) => u32::try_from(*code)
                    .ok()
                    .and_then(char::from_u32)
                    .map(String::from)
                    .ok_or_else(|| argument_error("%c requires a character"))?,
                Object::Value(Value::String(text)) => text.to_lossy().chars().take(1).collect(),
                _ => return Err(argument_error("%c requires a character")),
            };
            pad(out, &shown, "", directive, false);
        }
        b'd' | b'i' | b'u' | b'x' | b'X' | b'o' | b'b' | b'B' => {
            let Object::Value(value) = value else {
                return Err(no_conversion(value, "Integer").into());
            };
            let value = match value {
                Value::Float(number) if number.is_finite() => number::truncate(number.floor()),
                other => kernel::to_integer(eval, other)?,
            };
            let Some(number) = number::whole(&value) else {
                return Err(eval.not_simulated("large Integer", span));
            };
            integer(kind, number, directive, out).ok_or_else(|| {
                eval.not_simulated("format of a negative number without a sign", span)
            })?;
        }
        b'f' | b'e' | b'E' | b'g' | b'G' | b'a' | b'A' => {
            let Object::Value(value) = value else {
                return Err(no_conversion(value, "Float").into());
            };
            let Value::Float(number) = kernel::to_float(eval, value)? else { return Ok(()) };
            let Some(body) = float(kind, number.abs(), directive) else {
                return Err(eval.not_simulated("this format", span));
            };
            let sign = sign(number.is_sign_negative() && !number.is_nan(), directive);
            pad(out, &body, sign, directive, number.is_finite());
        }
        other => {
            let shown = inspect(&Value::from((other as char).to_string().as_str()), eval.ruby());
            let shown = shown.trim_matches('"');
            return Err(argument_error(&format!("malformed format string - %{shown}")));
        }
    }
    Ok(())
}

fn integer(kind: u8, number: i128, directive: &Directive, out: &mut Vec<u8>) -> Option<()> {
    let signed = matches!(kind, b'd' | b'i' | b'u') || directive.plus || directive.space;
    if number < 0 && !signed {
        return None;
    }
    let magnitude = number.unsigned_abs();
    let (mut body, prefix) = match kind {
        b'x' => (format!("{magnitude:x}"), "0x"),
        b'X' => (format!("{magnitude:X}"), "0X"),
        b'o' => (format!("{magnitude:o}"), "0"),
        b'b' => (format!("{magnitude:b}"), "0b"),
        b'B' => (format!("{magnitude:b}"), "0B"),
        _ => (magnitude.to_string(), ""),
    };
    if let Some(least) = directive.precision {
        body = format!("{}{body}", "0".repeat(least.saturating_sub(body.len())));
    }
    let prefix = if directive.alternate && magnitude != 0 { prefix } else { "" };
    let sign = format!("{}{prefix}", sign(number < 0, directive));
    pad(out, &body, &sign, directive, directive.precision.is_none());
    Some(())
}

fn exponent(number: f64, precision: usize, letter: char) -> String {
    let shown = format!("{number:.precision$e}");
    let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}{letter}{sign}{digits:0>2}")
}

fn float(kind: u8, number: f64, directive: &Directive) -> Option<String> {
    if !number.is_finite() {
        return Some(if number.is_nan() { "NaN" } else { "Inf" }.to_owned());
    }
    let precision = directive.precision.unwrap_or(6);
    Some(match kind {
        b'f' => format!("{number:.precision$}"),
        b'e' => exponent(number, precision, 'e'),
        b'E' => exponent(number, precision, 'E'),
        b'g' | b'G' if !directive.alternate => {
            let letter = if kind == b'g' { 'e' } else { 'E' };
            let most = precision.max(1);
            let shown = exponent(number, most - 1, letter);
            let power: i32 = shown.split(letter).nth(1)?.parse().ok()?;
            let trim = |text: &str| {
                let cut = if text.contains('.') { &['0'][..] } else { &[] };
                text.trim_end_matches(cut).trim_end_matches('.').to_owned()
            };
            if power < -4 || power >= most as i32 {
                let (mantissa, exponent) = shown.split_once(letter)?;
                format!("{}{letter}{exponent}", trim(mantissa))
            } else {
                let places = (most as i32 - 1 - power).max(0) as usize;
                trim(&format!("{number:.places$}"))
            }
        }
        _ => return None,
    })
}
