//! A long-lived `ruby` that answers one line with one line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::Options;
use serde_json::{Value as Json, json};

use super::Answer;

const SCRIPT: &str = r##"
require 'json'
require 'timeout'
$stderr.reopen(File::NULL)
STDIN.each_line do |line|
  pattern, options, subjects = JSON.parse(line)
  answer = begin
    Timeout.timeout(2) do
      regexp = Regexp.new(pattern, options)
      subjects.map do |text, binary|
        text.force_encoding(Encoding::ASCII_8BIT) if binary
        begin
          found = regexp.match(text)
          found && (0...found.size).map { |n| found.begin(n) && found.byteoffset(n) }
        rescue ArgumentError, Encoding::CompatibilityError => e
          "#{e.class}: #{e.message}"
        end
      end
    end
  rescue RegexpError => e
    e.message
  rescue Timeout::Error
    nil
  end
  puts JSON.generate(answer)
  STDOUT.flush
end
"##;

/// No answers.
#[derive(Debug)]
pub(crate) enum Silence {
    /// Ruby's message.
    Error(String),
    /// Ruby took too long.
    Slow,
}

pub(crate) struct Oracle {
    _child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start() -> Option<Oracle> {
        // Ruby 3.1 has no MatchData#byteoffset.
        let byteoffset = "class MatchData; def byteoffset(n); \
            [pre_bytes(self.begin(n)), pre_bytes(self.end(n))]; end; \
            def pre_bytes(at); string[0, at].bytesize; end; end\n";
        let script = format!("{byteoffset}{SCRIPT}");
        let mut child = Command::new("ruby")
            .args(["-W0", "-e", &script])
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (input, output) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        Some(Oracle { _child: child, input, output })
    }

    pub(crate) fn ask(
        &mut self,
        pattern: &str,
        options: Options,
        subjects: &[(String, Encoding)],
    ) -> Result<Vec<Answer>, Silence> {
        let bits = u8::from(options.ignore_case)
            | u8::from(options.extend) << 1
            | u8::from(options.multi_line) << 2;
        let subjects: Vec<Json> = subjects
            .iter()
            .map(|(text, encoding)| json!([text, *encoding == Encoding::Ascii8Bit]))
            .collect();
        writeln!(self.input, "{}", json!([pattern, bits, subjects])).unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        match serde_json::from_str(&line).unwrap() {
            Json::Null => Err(Silence::Slow),
            Json::String(message) => Err(Silence::Error(message)),
            Json::Array(answers) => Ok(answers.iter().map(answer).collect()),
            other => panic!("ruby says {other}"),
        }
    }
}

fn answer(json: &Json) -> Answer {
    match json {
        Json::String(raised) => Answer::Raised(raised.clone()),
        Json::Array(spans) => Answer::Spans(
            spans
                .iter()
                .map(|span| {
                    let number = |at: usize| span[at].as_u64().map(|n| n as usize);
                    number(0).zip(number(1))
                })
                .collect(),
        ),
        _ => Answer::None,
    }
}
