//! A long-lived `ruby` that answers one line with one line.

use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use fluentd_playground::encoding::Encoding;
use fluentd_playground::onigmo::Options;
use serde_json::{Value as Json, json};

use super::{Answer, Reading};

const SCRIPT: &str = r##"
require 'json'
require 'timeout'
$stderr.reopen(File::NULL)
$VERBOSE = true
WARNED = []
def Warning.warn(text, **) = WARNED << text.sub(/\A.*?warning: /m, '').chomp
# Ruby 3.1 has no MatchData#byteoffset.
class MatchData
  def place(n) = self.begin(n) && [before(self.begin(n)), before(self.end(n))]
  def before(at) = string[0, at].bytesize
end
STDIN.each_line do |line|
  pattern, options, subjects = JSON.parse(line)
  WARNED.clear
  answer = begin
    Timeout.timeout(1) do
      regexp = Regexp.new(pattern, options)
      warned = WARNED.map { |text| text.scrub.dup }
      answers = subjects.map do |hex, binary|
        text = [hex].pack('H*').force_encoding(binary ? Encoding::ASCII_8BIT : Encoding::UTF_8)
        begin
          # A regexp is read again for a text in another encoding, and stays so: a new one each time.
          found = Regexp.new(pattern, options).match(text)
          found && (0...found.size).map { |n| found.place(n) }
        rescue ArgumentError, Encoding::CompatibilityError, RegexpError => e
          "#{e.class}: #{e.message}".scrub
        end
      end
      [answers, regexp.fixed_encoding?, regexp.named_captures.to_a, warned]
    end
  rescue RegexpError, ArgumentError => e
    [e.message.scrub, WARNED.map { |text| text.scrub.dup }]
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
    /// Ruby's message, and what it had warned about.
    Error(String, Vec<String>),
    /// Ruby took too long.
    Slow,
}

pub(crate) struct Oracle {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start() -> Option<Oracle> {
        let mut command = match ruby34() {
            Some(folder) => {
                let mut command = Command::new("node");
                command
                    .args(["--liftoff-only", "--no-warnings", "matching.mjs"])
                    .current_dir(folder);
                command.stderr(Stdio::null());
                command
            }
            None => {
                let mut command = Command::new("ruby");
                command.args(["-e", SCRIPT]).env("LC_ALL", "C.UTF-8");
                command
            }
        };
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
        let (input, output) = (child.stdin.take()?, BufReader::new(child.stdout.take()?));
        Some(Oracle { child, input, output })
    }

    pub(crate) fn ask(
        &mut self,
        pattern: &str,
        options: Options,
        subjects: &[(Vec<u8>, Encoding)],
    ) -> Result<(Vec<Answer>, Reading), Silence> {
        let bits = u8::from(options.ignore_case)
            | u8::from(options.extend) << 1
            | u8::from(options.multi_line) << 2;
        let subjects: Vec<Json> = subjects
            .iter()
            .map(|(text, encoding)| {
                let hex: String = text.iter().map(|byte| format!("{byte:02x}")).collect();
                json!([hex, *encoding == Encoding::Ascii8Bit])
            })
            .collect();
        writeln!(self.input, "{}", json!([pattern, bits, subjects])).unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        // What the interpreter itself prints is no answer.
        while self.output.read_line(&mut line).unwrap() > 0 && !line.starts_with(['[', 'n']) {
            line.clear();
        }
        if line.is_empty() {
            // This Ruby has crashed: its answer is not known.
            let _ = self.child.wait();
            *self = Oracle::start().unwrap();
            return Err(Silence::Slow);
        }
        let told: Json = serde_json::from_str(&line).unwrap();
        if told.is_null() {
            return Err(Silence::Slow);
        }
        if let Some(message) = told[0].as_str() {
            return Err(Silence::Error(message.to_owned(), texts(&told[1])));
        }
        let answers = told[0].as_array().unwrap().iter().map(answer).collect();
        let names = told[2].as_array().unwrap().iter().map(|pair| {
            let groups = pair[1].as_array().unwrap().iter().map(|n| n.as_u64().unwrap() as u32);
            (pair[0].as_str().unwrap().to_owned(), groups.collect())
        });
        let (fixed, names) = (told[1] == true, names.collect());
        Ok((answers, Reading { fixed, names, warnings: texts(&told[3]) }))
    }
}

/// The folder of `tools/ruby34/matching.mjs` and its packages, if Ruby 3.4 is to be asked.
pub(crate) fn ruby34() -> Option<OsString> {
    std::env::var_os("FUZZ_RUBY34")
}

/// Sorted and without repetition: Ruby warns once for every time it reads.
fn texts(list: &Json) -> Vec<String> {
    let mut texts: Vec<String> =
        list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    texts.sort();
    texts.dedup();
    texts
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
