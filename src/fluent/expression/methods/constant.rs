//! Constants and what can be asked of them: `ENV`, `Socket`, `Time`, `File`, `JSON`, …

use std::rc::Rc;

use super::super::eval::Evaluator;
use super::super::object::{Object, Raised};
use super::{Answer, Send, no_conversion};
use crate::encoding::Encoding;
use crate::fluent::error::RubyError;
use crate::ruby::date_parse;
use crate::ruby::inspect::inspect;
use crate::ruby::json_gem;
use crate::ruby::string::RString;
use crate::ruby::time::{Time, Zone};
use crate::ruby::time_library;
use crate::ruby::value::{EventTime, OtherObject, Value};
use crate::ruby::version::RubyVersion;
use crate::ruby::zone::TimeZone;
use crate::source::Span;

/// Constants that exist and are more than a name to compare with.
const KNOWN: [&str; 44] = [
    "ENV",
    "Socket",
    "Time",
    "File",
    "JSON",
    "Integer",
    "Float",
    "String",
    "Array",
    "Hash",
    "Symbol",
    "NilClass",
    "TrueClass",
    "FalseClass",
    "Numeric",
    "Regexp",
    "Comparable",
    "Enumerable",
    "Object",
    "StandardError",
    "RuntimeError",
    "ArgumentError",
    "TypeError",
    "KeyError",
    "IndexError",
    "NameError",
    "NoMethodError",
    "RangeError",
    "ZeroDivisionError",
    "IOError",
    "Fluent::ConfigError",
    "Encoding",
    "Range",
    "MatchData",
    "Kernel",
    "BasicObject",
    "Class",
    "Base64",
    "Exception",
    "JSON::ParserError",
    "FloatDomainError",
    "EncodingError",
    "Encoding::UndefinedConversionError",
    "IPAddr",
];

/// The other constants of fluentd's process. Printed by its `Object.constants`.
const OTHERS: &str = "ACL ARGF ARGV Addrinfo Async Base64 BasicSocket BigDecimal BigMath Binding CGI CSV \
     ClosedQueueError Complex Concurrent ConditionVariable Console Cool Coolio DRb Data \
     Date DateTime Delegator DidYouMean Digest Dir EOFError ERB EncodingError Enumerator \
     Errno ErrorHighlight Etc Exception Fcntl Fiber FiberError Fiddle FileTest FileUtils \
     FloatDomainError Fluent Forwardable FrozenError GC Gem IO IPSocket IntegerExt \
     Interrupt LoadError LocalJumpError Logger Marshal Math MessagePack Method Module \
     Monitor MonitorMixin Mutex NoMatchingPatternError NoMatchingPatternKeyError \
     NoMemoryError NotImplementedError ObjectSpace Oj Open3 OpenSSL OpenStruct Pathname \
     Proc Process Psych Queue RUBYGEMS_ACTIVATION_MONITOR RUBY_COPYRIGHT RUBY_DESCRIPTION \
     RUBY_ENGINE RUBY_ENGINE_VERSION RUBY_PATCHLEVEL RUBY_PLATFORM RUBY_RELEASE_DATE \
     RUBY_REVISION RUBY_VERSION Ractor Random Rational RbConfig Refinement RegexpError \
     Resolv Ripper RubyVM STDERR STDIN STDOUT ScriptError SecureRandom SecurityError \
     ServerEngine Set Sigdump Signal SignalException SimpleDelegator SingleForwardable \
     Singleton SizedQueue SocketError SortedSet StopIteration Strftime StringIO \
     StringScanner Strptime Struct SyntaxError SystemCallError SystemExit SystemStackError \
     TCPServer TCPSocket TOPLEVEL_BINDING TZInfo Tempfile Thread ThreadError ThreadGroup \
     Timeout TracePoint UDPSocket UNIXServer UNIXSocket URI UnboundMethod \
     UncaughtThrowError UnicodeNormalize WEBrick Warning Yajl Zlib Zstd";

/// A constant's value.
pub(in super::super) fn constant(
    name: &Rc<str>,
    span: Span,
    eval: &Evaluator,
) -> Result<Object, Raised> {
    let encoding = match &**name {
        "Encoding::UTF_8" => Some("UTF-8"),
        "Encoding::ASCII_8BIT" | "Encoding::BINARY" => Some("ASCII-8BIT"),
        "Encoding::US_ASCII" | "Encoding::ASCII" => Some("US-ASCII"),
        _ => None,
    };
    if let Some(encoding) = encoding {
        return Ok(super::string::encoding_object(encoding));
    }
    match &**name {
        "Float::INFINITY" => return Ok(Object::Value(Value::Float(f64::INFINITY))),
        "Float::NAN" => return Ok(Object::Value(Value::Float(f64::NAN))),
        "Regexp::IGNORECASE" => return Ok(Object::integer(1)),
        "Regexp::EXTENDED" => return Ok(Object::integer(2)),
        "Regexp::MULTILINE" => return Ok(Object::integer(4)),
        _ => {}
    }
    if KNOWN.contains(&&**name) {
        return Ok(Object::Constant(Rc::clone(name)));
    }
    let outer = name.split("::").next().unwrap_or(name);
    if KNOWN.contains(&outer) || OTHERS.split(' ').any(|known| known == outer) {
        return Err(eval.not_simulated(name, span));
    }
    let described = eval.binding.self_inspect();
    let message = format!("uninitialized constant #<Class:{described}>::{outer}");
    Err(RubyError::new("NameError", message).into())
}

/// Calls a method of a constant.
pub(super) fn send(eval: &mut Evaluator, name: &str, call: &Send) -> Answer {
    match name {
        "ENV" => env(eval, call),
        "Socket" if call.method == "gethostname" => {
            let hostname = eval.binding.environment().hostname.as_str();
            Ok(Some(Object::Value(hostname.into())))
        }
        "Time" => time(eval, call),
        "File" => file(eval, call),
        "JSON" => json(eval, call),
        "Base64" => base64(call),
        "IPAddr" => ip_addr(call),
        "Regexp" => regexp(eval, call),
        "Array" | "Hash" | "String" if call.method == "new" && call.args.is_empty() => {
            Ok(Some(match name {
                "Array" => Object::Value(Value::from(Vec::new())),
                "Hash" => Object::Value(Value::from(crate::ruby::value::Hash::new())),
                _ => Object::Value("".into()),
            }))
        }
        "Hash" if call.method == "[]" => hash_of(&call.args),
        _ => match (call.method, call.args.as_slice()) {
            ("===", [object]) => Ok(Some(super::is_a(object, name, true).into())),
            ("==" | "equal?" | "eql?", [Object::Constant(other)]) => {
                Ok(Some((**other == *name).into()))
            }
            ("nil?", []) => Ok(Some(false.into())),
            ("class", []) => Ok(Some(Object::Constant("Class".into()))),
            ("name" | "to_s" | "inspect", []) => Ok(Some(Object::Value(name.into()))),
            _ => Ok(None),
        },
    }
}

/// `Hash["a", 1]`, `Hash[[["a", 1]]]`, `Hash[hash]`.
fn hash_of(args: &[Object]) -> Answer {
    let values: Option<Vec<&Value>> = args
        .iter()
        .map(|object| match object {
            Object::Value(value) => Some(value),
            _ => None,
        })
        .collect();
    let Some(values) = values else { return Ok(None) };
    let mut hash = crate::ruby::value::Hash::new();
    match values.as_slice() {
        [Value::Hash(given)] => hash = (**given).clone(),
        [Value::Array(pairs)] => {
            for pair in &**pairs {
                let Value::Array(pair) = pair else { return Ok(None) };
                let [key, value] = pair.as_slice() else { return Ok(None) };
                hash.insert(key.clone(), value.clone());
            }
        }
        values if values.len() % 2 == 0 => {
            for pair in values.chunks(2) {
                let [key, value] = pair else { continue };
                hash.insert((*key).clone(), (*value).clone());
            }
        }
        _ => {
            let message = "odd number of arguments for Hash";
            return Err(RubyError::new("ArgumentError", message).into());
        }
    }
    Ok(Some(Object::Value(Value::from(hash))))
}

fn variable(eval: &Evaluator, key: &Object) -> Result<Option<Value>, Raised> {
    let Object::Value(Value::String(key)) = key else {
        return Err(no_conversion(key, "String").into());
    };
    let value = key.as_str().and_then(|key| eval.binding.environment().var(key));
    Ok(value.map(Value::from))
}

fn env(eval: &mut Evaluator, call: &Send) -> Answer {
    let value = match (call.method, call.args.as_slice()) {
        ("[]", [key]) => variable(eval, key)?.unwrap_or(Value::Nil),
        ("fetch", [key]) => match (variable(eval, key)?, call.block) {
            (Some(value), _) => value,
            (None, Some(block)) => {
                let key = key.clone().into_value(eval.ruby());
                return eval.yields(block, &[key]).map(Some);
            }
            (None, None) => {
                let shown = key.inspect(eval.ruby());
                let message = format!("key not found: {shown}");
                return Err(RubyError::new("KeyError", message).into());
            }
        },
        ("fetch", [key, default]) => match variable(eval, key)? {
            Some(value) => value,
            None => return Ok(Some(default.clone())),
        },
        ("key?" | "has_key?" | "include?" | "member?", [key]) => {
            Value::Bool(variable(eval, key)?.is_some())
        }
        ("dig", [key]) => variable(eval, key)?.unwrap_or(Value::Nil),
        ("to_s", []) => Value::from("ENV"),
        ("nil?", []) => Value::Bool(false),
        _ => return Ok(None),
    };
    Ok(Some(value.into()))
}

fn time(eval: &mut Evaluator, call: &Send) -> Answer {
    let environment = eval.binding.environment();
    let time = match (call.method, call.args.as_slice()) {
        ("now", []) => Object::time(eval.binding.now(), environment),
        ("at", [Object::Time(time)]) => Object::Time(Rc::clone(time)),
        ("at", [Object::Value(Value::Integer(sec))]) => {
            Object::time(EventTime { sec: *sec, nsec: 0 }, environment)
        }
        ("at", [Object::Value(Value::EventTime(time))]) => Object::time(*time, environment),
        ("at", [Object::Value(Value::Float(number))]) if number.is_finite() => {
            let zone = Zone::Local(TimeZone::from_tz(&environment.tz));
            Object::Time(Rc::new(float_time(*number, zone)))
        }
        (
            "at",
            [Object::Value(Value::Integer(sec)), Object::Value(Value::Integer(part)), rest @ ..],
        ) => {
            let unit = match rest {
                [] => 1000,
                [Object::Value(Value::Symbol(unit))] => match &**unit {
                    "millisecond" => 1_000_000,
                    "usec" | "microsecond" => 1000,
                    "nsec" | "nanosecond" => 1,
                    _ => return Ok(None),
                },
                _ => return Ok(None),
            };
            let nsec = part.saturating_mul(unit);
            let sec = sec.saturating_add(nsec.div_euclid(1_000_000_000));
            Object::time(EventTime { sec, nsec: nsec.rem_euclid(1_000_000_000) }, environment)
        }
        ("parse" | "iso8601" | "strptime", [Object::Value(Value::String(text)), rest @ ..]) => {
            return read_time(eval, text, rest, call);
        }
        ("parse" | "iso8601", [other]) => return Err(no_conversion(other, "String").into()),
        ("utc" | "gm" | "local" | "mktime" | "new", parts @ [_, ..]) => {
            return civil_time(eval, parts, call);
        }
        ("new", []) => Object::time(eval.binding.now(), environment),
        ("at", [Object::Value(Value::String(_) | Value::Nil)]) => {
            let from = call.args.first().map_or("nil", Object::class);
            let from = if from == "NilClass" { "nil" } else { from };
            let message = format!("can't convert {from} into an exact number");
            return Err(RubyError::new("TypeError", message).into());
        }
        _ => return Ok(None),
    };
    Ok(Some(time))
}

/// `Time.parse`, `Time.iso8601`, `Time.strptime`.
fn read_time(eval: &Evaluator, text: &RString, rest: &[Object], call: &Send) -> Answer {
    let environment = eval.binding.environment();
    let local = TimeZone::from_tz(&environment.tz);
    let context = time_library::Context { now: eval.binding.now(), local: &local };
    let shown = || inspect(&Value::String(text.clone()), eval.ruby());
    let made = match (call.method, rest) {
        ("parse", []) => date_parse::parse(text, context),
        ("iso8601", []) => match time_library::iso8601(text.as_bytes(), context) {
            Some(made) => made,
            None => {
                let message = format!("invalid xmlschema date: {}", shown());
                let message = if eval.ruby() == RubyVersion::V3_1 {
                    format!("invalid date: {}", shown())
                } else {
                    message
                };
                return Err(RubyError::new("ArgumentError", message).into());
            }
        },
        ("strptime", [Object::Value(Value::String(format))]) => {
            match time_library::strptime(text.as_bytes(), format.as_bytes(), context, shown) {
                Ok(time) => Ok(time),
                Err(time_library::Failure::Raised(raised)) => Err(raised),
                Err(time_library::Failure::Mismatch(_)) => {
                    let format = inspect(&Value::String(format.clone()), eval.ruby());
                    let message = format!(
                        "invalid date or strptime format - `{}' `{}'",
                        shown().trim_matches('"'),
                        format.trim_matches('"')
                    );
                    let message = if eval.ruby() == RubyVersion::V3_1 {
                        message
                    } else {
                        message.replace('`', "'")
                    };
                    return Err(RubyError::new("ArgumentError", message).into());
                }
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(Object::Time(Rc::new(made?))))
}

/// `Time.utc(2023, 2, 3)`, `Time.local`, `Time.new`.
fn civil_time(eval: &Evaluator, parts: &[Object], call: &Send) -> Answer {
    let mut numbers = [0, 1, 1, 0, 0, 0];
    if parts.len() > 6 {
        return Ok(None);
    }
    for (number, part) in numbers.iter_mut().zip(parts) {
        let Object::Value(Value::Integer(part)) = part else { return Ok(None) };
        *number = *part;
    }
    let [year, mon, mday, hour, min, sec] = numbers;
    let civil = crate::ruby::time::Civil { year, mon, mday, hour, min, sec };
    let made = if matches!(call.method, "utc" | "gm") {
        Time::utc(civil, Some(0))
    } else {
        Time::local(civil, Some(0), &TimeZone::from_tz(&eval.binding.environment().tz))
    };
    Ok(Some(Object::Time(Rc::new(made?))))
}

/// The instant of a Float, cut to the nanosecond as `Time#nsec` has it.
pub(super) fn float_time(number: f64, zone: Zone) -> Time {
    let sec = number.floor();
    let nsec = ((number - sec) * 1e9).floor().clamp(0.0, 999_999_999.0);
    Time::at(sec as i64, nsec as u32, zone)
}

/// `IPAddr.new` of one address, as the official images ask for the family of the cluster's.
fn ip_addr(call: &Send) -> Answer {
    let ("new", [Object::Value(Value::String(text))]) = (call.method, call.args.as_slice()) else {
        return Ok(None);
    };
    let text = text.to_lossy();
    if text.contains(['/', '%', '[']) {
        return Ok(None);
    }
    let Ok(address) = text.parse::<core::net::IpAddr>() else {
        let message = format!("invalid address: {text}");
        return Err(RubyError::new("IPAddr::InvalidAddressError", message).into());
    };
    let inspect = match address {
        core::net::IpAddr::V4(_) => format!("#<IPAddr: IPv4:{address}/255.255.255.255>"),
        core::net::IpAddr::V6(long) => {
            let parts: Vec<String> =
                long.segments().iter().map(|part| format!("{part:04x}")).collect();
            format!("#<IPAddr: IPv6:{}/{}>", parts.join(":"), ["ffff"; 8].join(":"))
        }
    };
    let to_s = address.to_string();
    Ok(Some(Object::Value(Value::Other(Rc::new(OtherObject { class: "IPAddr", to_s, inspect })))))
}

fn file(eval: &mut Evaluator, call: &Send) -> Answer {
    let ruby = eval.ruby();
    let texts: Vec<String> =
        call.args.iter().map(|arg| arg.to_s(ruby).to_lossy().into_owned()).collect();
    if let Some(wrong) = call.args.iter().find(|arg| arg.class() != "String") {
        return Err(no_conversion(wrong, "String").into());
    }
    let text = match (call.method, texts.as_slice()) {
        ("join", parts) => join_path(parts),
        ("basename", [path]) => basename(path).to_owned(),
        ("basename", [path, suffix]) => {
            let name = basename(path);
            let cut = if suffix == ".*" {
                name.rfind('.').filter(|at| *at > 0).and_then(|at| name.get(..at))
            } else {
                name.strip_suffix(suffix.as_str())
            };
            cut.unwrap_or(name).to_owned()
        }
        ("extname", [path]) => {
            let name = basename(path).trim_start_matches('.');
            name.rfind('.').and_then(|at| name.get(at..)).unwrap_or_default().to_owned()
        }
        ("dirname", [path]) => match path.trim_end_matches('/').rfind('/') {
            Some(0) => "/".to_owned(),
            Some(at) => path.get(..at).unwrap_or_default().trim_end_matches('/').to_owned(),
            None => ".".to_owned(),
        },
        _ => return Ok(None),
    };
    Ok(Some(RString::utf8(&text).into()))
}

fn join_path(parts: &[String]) -> String {
    let mut out = String::new();
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.truncate(out.trim_end_matches('/').len());
            out.push('/');
            out.push_str(part.trim_start_matches('/'));
        } else {
            out.push_str(part);
        }
    }
    out
}

fn basename(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() && !path.is_empty() {
        return "/";
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed)
}

fn json(eval: &mut Evaluator, call: &Send) -> Answer {
    match (call.method, call.args.as_slice()) {
        ("parse", [Object::Value(Value::String(text))]) => {
            let value = json_gem::parse(text.as_bytes()).map_err(|error| {
                RubyError::new(error.class, String::from_utf8_lossy(&error.message).into_owned())
            })?;
            Ok(Some(value.into()))
        }
        ("parse", [other]) => Err(no_conversion(other, "String").into()),
        ("generate" | "dump" | "pretty_generate", _) if call.method == "pretty_generate" => {
            Ok(None)
        }
        ("generate" | "dump", [object]) => super::to_json(object, eval.ruby()).map(Some),
        _ => Ok(None),
    }
}

fn base64(call: &Send) -> Answer {
    let text = match call.args.as_slice() {
        [Object::Value(Value::String(text))] => text,
        [other] if call.method.ends_with("encode64") => {
            return Err(no_conversion(other, "String").into());
        }
        _ => return Ok(None),
    };
    let url = |bytes: Vec<u8>| -> Vec<u8> {
        let swap = |byte| match byte {
            b'+' => b'-',
            b'/' => b'_',
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        };
        bytes.into_iter().map(swap).collect()
    };
    let (bytes, encoding) = match call.method {
        "encode64" => (super::pack::base64(text.as_bytes(), 45), Encoding::UsAscii),
        "strict_encode64" => (super::pack::base64(text.as_bytes(), 0), Encoding::UsAscii),
        "urlsafe_encode64" => (url(super::pack::base64(text.as_bytes(), 0)), Encoding::UsAscii),
        "decode64" => (super::pack::from_base64(text.as_bytes()), Encoding::Ascii8Bit),
        _ => return Ok(None),
    };
    Ok(Some(RString::new(&bytes, encoding).into()))
}

fn regexp(eval: &mut Evaluator, call: &Send) -> Answer {
    match (call.method, call.args.as_slice()) {
        ("escape" | "quote", [Object::Value(Value::String(text))]) => {
            Ok(Some(RString::utf8(&escape(&text.to_lossy())).into()))
        }
        ("new" | "compile", [Object::Value(Value::String(text)), rest @ ..]) => {
            let options = match rest {
                [] => Default::default(),
                [Object::Value(Value::Integer(bits))] => crate::onigmo::regexp::Options {
                    ignore_case: bits & 1 != 0,
                    extend: bits & 2 != 0,
                    multi_line: bits & 4 != 0,
                },
                _ => return Err(eval.not_simulated("Regexp.new", call.span)),
            };
            let regexp = crate::onigmo::regexp::Regexp::new(&text.to_lossy(), options)
                .map_err(|error| RubyError::new("RegexpError", error.message))?;
            Ok(Some(Object::Regexp(Rc::new(regexp))))
        }
        _ => Ok(None),
    }
}

/// `Regexp.escape`
fn escape(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '[' | ']' | '{' | '}' | '(' | ')' | '|' | '-' | '*' | '.' | '\\' | '?' | '+' | '^'
            | '$' | '#' | ' ' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            other => out.push(other),
        }
    }
    out
}

/// `KeyError: key not found: …`
pub(super) fn key_not_found(key: &Value, ruby: RubyVersion) -> RubyError {
    RubyError::new("KeyError", format!("key not found: {}", inspect(key, ruby)))
}
