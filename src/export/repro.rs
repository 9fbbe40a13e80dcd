//! What is on the page as something another person can run or read: Markdown for an issue, and a
//! test for real fluentd.

use std::fmt::Write as _;

use super::ExportFile;
use crate::ruby::civil::civil_from_days;
use crate::ruby::value::EventTime;

/// What a repro consists of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Repro {
    /// fluent.conf; for [`ruby_test`] its sinks must print to stdout.
    pub conf: String,
    /// The tailed files: path and text.
    pub files: Vec<(String, String)>,
    /// What fluentd makes of them.
    pub events: Vec<ReproEvent>,
    /// fluentd's own log lines worth quoting (unmatched lines, errors).
    pub log: Vec<String>,
    /// The link that opens it.
    pub link: Option<String>,
}

/// One event of a repro.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReproEvent {
    /// The tag.
    pub tag: String,
    /// The time; `None` when it is the clock's.
    pub time: Option<EventTime>,
    /// The record as JSON.
    pub record: String,
}

/// Markdown with configuration, lines, events, versions and the link.
pub fn markdown(repro: &Repro) -> String {
    let mut text = String::from("### Configuration\n\n");
    text.push_str(&fenced("xml", &repro.conf));
    text.push_str("\n### Lines\n");
    for (path, lines) in &repro.files {
        let _ = write!(text, "\n`{}`\n\n{}", path.replace('`', "'"), fenced("text", lines));
    }
    let _ = write!(text, "\n### Events ({})\n\n", repro.events.len());
    let events: String = repro.events.iter().map(event_line).collect();
    text.push_str(&fenced("text", if events.is_empty() { "(none)\n" } else { &events }));
    if !repro.log.is_empty() {
        let log: String = repro.log.iter().map(|line| format!("{line}\n")).collect();
        let _ = write!(text, "\n### What fluentd logs\n\n{}", fenced("text", &log));
    }
    text.push_str(
        "\n### Versions\n\nfluentd 1.19 on Ruby 3.4, as simulated by Fluentd Playground\n",
    );
    if let Some(link) = &repro.link {
        let _ = write!(text, "\n[Open this in the playground]({link})\n");
    }
    text
}

fn event_line(event: &ReproEvent) -> String {
    let time = event.time.map_or_else(|| "(now)".to_owned(), shown_time);
    format!("{time} {}: {}\n", event.tag, event.record)
}

/// A fence longer than any run of backquotes in the text.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let end = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{end}{fence}\n")
}

/// A time in UTC as fluentd's stdout prints it.
fn shown_time(time: EventTime) -> String {
    let (year, mon, day) = civil_from_days(time.sec.div_euclid(86_400));
    let clock = time.sec.rem_euclid(86_400);
    format!(
        "{year:04}-{mon:02}-{day:02} {:02}:{:02}:{:02}.{:09} +0000",
        clock / 3600,
        clock / 60 % 60,
        clock % 60,
        time.nsec
    )
}

/// A test-unit file that runs real fluentd over the lines and compares tags, times and records.
pub fn ruby_test(repro: &Repro) -> ExportFile {
    let mut text = String::from(TEST_HEAD);
    let _ = write!(text, "  CONF = {}", heredoc("CONF", &repro.conf));
    text.push_str("\n  FILES = {\n");
    for (path, lines) in &repro.files {
        let _ = writeln!(text, "    {} => {},", ruby_string(path), ruby_string(lines));
    }
    text.push_str(
        "  }.freeze\n\n  # [tag, time or nil for \"now\", record as JSON]\n  EXPECTED = [\n",
    );
    for event in &repro.events {
        let time =
            event.time.map_or_else(|| "nil".to_owned(), |time| ruby_string(&shown_time(time)));
        let _ = writeln!(
            text,
            "    [{}, {time}, {}],",
            ruby_string(&event.tag),
            ruby_string(&event.record)
        );
    }
    text.push_str("  ].freeze\n");
    text.push_str(TEST_BODY);
    ExportFile::new("fluent_conf_test.rb", text)
}

/// A raw heredoc whose end no line of the text can be.
fn heredoc(base: &str, text: &str) -> String {
    let mut end = base.to_owned();
    while text.lines().any(|line| line.trim_ascii() == end) {
        end.push('_');
    }
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("<<'{end}'\n{text}{newline}{end}\n")
}

/// A double-quoted Ruby string of the text.
fn ruby_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if c.is_ascii_control() => drop(write!(out, "\\x{:02X}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

const TEST_HEAD: &str = r#"# frozen_string_literal: true
# encoding: UTF-8

# Made by Fluentd Playground. Runs real fluentd over the lines below and compares what it prints.
#   gem install fluentd test-unit   (and the plugins that the configuration uses)
#   ruby fluent_conf_test.rb        (FLUENTD=... for another command than "fluentd")

require 'test/unit'
require 'tmpdir'
require 'json'
require 'fileutils'

class FluentConfTest < Test::Unit::TestCase
  FLUENTD = ENV.fetch('FLUENTD', 'fluentd --no-supervisor')
  # Seconds from the start to the shutdown; longer than the flush intervals of the configuration.
  RUN = Integer(ENV.fetch('RUN', '12'))

"#;

const TEST_BODY: &str = r##"
  EVENT = /^(?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} [-+]\d{4}) (?<tag>\S*): (?<record>\{.*\})$/

  def test_fluentd_makes_these_events
    got = run_fluentd.scan(EVENT)
    wanted = EXPECTED.map { |tag, time, record| [tag, time, JSON.parse(record)] }
    timeless = wanted.to_h { |tag, time, record| [[tag, record], time.nil?] }
    events = got.map do |time, tag, record|
      record = JSON.parse(record)
      [tag, timeless[[tag, record]] ? nil : time, record]
    end
    wanted.group_by(&:first).each do |tag, list|
      assert_equal(list, events.select { |event| event[0] == tag }, "events of #{tag}")
    end
    assert_equal(wanted.size, events.size, 'number of events')
  end

  private

  def run_fluentd
    Dir.mktmpdir do |root|
      FILES.each do |path, text|
        file = File.join(root, path)
        FileUtils.mkdir_p(File.dirname(file))
        File.binwrite(file, text)
      end
      File.write(File.join(root, 'fluent.conf'), relative(CONF))
      out = File.join(root, 'out')
      pid = spawn({ 'TZ' => 'UTC' }, "#{FLUENTD} -c fluent.conf", chdir: root, out: out, err: out)
      sleep(RUN)
      Process.kill('TERM', pid)
      Process.wait(pid)
      File.read(out, encoding: 'UTF-8')
    end
  end

  # Paths below the temporary folder, so that tags made from paths stay the same.
  def relative(conf)
    conf.gsub(/^\s*(?:path|exclude_path|pos_file)\s.*$/) { |line| line.gsub(%r{(?<=[\s,"'\[])/}, '') }
  end
end
"##;

#[cfg(test)]
mod tests {
    use super::{Repro, ReproEvent, markdown, ruby_test};
    use crate::ruby::value::EventTime;

    fn repro() -> Repro {
        Repro {
            conf: "<match **>\n  @type stdout # ```\n</match>\n".to_owned(),
            files: vec![("/var/log/containers/a.log".to_owned(), "a \"#{x}\" 日本\n".to_owned())],
            events: vec![ReproEvent {
                tag: "a".to_owned(),
                time: Some(EventTime { sec: 1_675_324_091, nsec: 576_765_119 }),
                record: r#"{"log":"x"}"#.to_owned(),
            }],
            log: vec!["[warn]: pattern not matched: \"x\"".to_owned()],
            link: Some("https://example.org/#1abc".to_owned()),
        }
    }

    #[test]
    fn a_fence_is_longer_than_the_backquotes_within() {
        let text = markdown(&repro());
        assert!(text.contains("````xml\n<match **>\n  @type stdout # ```\n</match>\n````\n"));
        assert!(text.contains("2023-02-02 07:48:11.576765119 +0000 a: {\"log\":\"x\"}"));
    }

    #[test]
    fn interpolation_in_a_log_line_stays_text() {
        let file = ruby_test(&repro());
        assert!(file.text.contains(r#""a \"\#{x}\" 日本\n""#));
    }

    #[test]
    fn no_line_of_the_configuration_ends_its_heredoc() {
        let conf = "CONF\n CONF_\n".to_owned();
        assert!(ruby_test(&Repro { conf, ..repro() }).text.contains("<<'CONF__'\nCONF\n"));
    }
}
