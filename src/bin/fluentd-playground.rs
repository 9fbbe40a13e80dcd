//! The command: the same engine for CI and for the terminal.
#![allow(clippy::print_stderr)]

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use fluentd_playground::advise::convert::message_of;
use fluentd_playground::diag::Severity;
use fluentd_playground::encoding::Encoding;
use fluentd_playground::engine::check::Expectation;
use fluentd_playground::engine::run::Engine;
use fluentd_playground::engine::stream::{Printed, Stream};
use fluentd_playground::engine::{Counts, EventFilter, MOST_SECONDS, Settings};
use fluentd_playground::export::agents::Agent;
use fluentd_playground::export::application::application_pattern;
use fluentd_playground::export::pair::{Variant, derive};
use fluentd_playground::export::pattern::{Dialect, Rewritten, for_crate, rewrite};
use fluentd_playground::fluent::config::v1_parser::BASE;
use fluentd_playground::fluent::environment::Environment;
use fluentd_playground::migrate::{self, Target};
use fluentd_playground::onigmo::regexp::{Regexp, Region};
use fluentd_playground::share;
use fluentd_playground::source::{SourceId, Span};

/// A line on standard output. Who reads no further (`| head`) has seen enough: that is no error.
macro_rules! put {
    ($($text:tt)*) => {
        written(writeln!(io::stdout(), $($text)*))
    };
}

fn written(result: io::Result<()>) {
    if let Err(error) = result {
        if error.kind() != io::ErrorKind::BrokenPipe {
            eprintln!("fluentd-playground: standard output: {error}");
        }
        std::process::exit(if error.kind() == io::ErrorKind::BrokenPipe { 0 } else { 2 });
    }
}

/// Bytes read at once; cut at a line's end.
const PIECE: usize = 1 << 20;

/// Shows what real fluentd 1.19 makes of every log line, and why.
///
/// Nothing is sent anywhere; no fluentd is needed. Events are printed as fluentd's `@type stdout`
/// prints them. What the playground does not simulate is reported by its name.
#[derive(Parser)]
#[command(
    version,
    after_help = "EXIT STATUS:\n  0  all is well\n  1  lines were lost (with --fail-on lost), or a check failed\n  2  fluentd would not start with this configuration, or a file cannot be read\n\nEXAMPLES:\n  fluentd-playground run -c fluent.conf /var/log/containers/*.log\n  kubectl logs web | fluentd-playground run -c fluent.conf --as /var/log/containers/web.log -\n  fluentd-playground check repro.fluentplay.json\n  fluentd-playground lint fluent.conf\n  fluentd-playground migrate manifests/*.yaml policy.json\n  fluentd-playground export --to vector -c fluent.conf app.log > vector.yaml"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// The path that standard input is seen under.
const STDIN_PATH: &str = "/var/log/containers/stdin.log";

#[derive(Subcommand)]
enum Command {
    /// Runs a configuration over log files and prints the events.
    ///
    /// Files are read piece by piece, so that their size does not matter. Each is seen under its
    /// absolute path, or under its path below --root; the <source> sections decide as fluentd does
    /// which of them are tailed. Events go to standard output, one a line, as `@type stdout` prints
    /// them; everything else goes to standard error.
    #[command(
        after_long_help = "EXAMPLES:\n  Which lines would be lost?\n    fluentd-playground run -c fluent.conf --unmatched --fail-on lost app.log > /dev/null\n  How did each event come about?\n    fluentd-playground run -c fluent.conf --trace app.log\n  Files copied from a node, under the paths they have there:\n    fluentd-playground run -c fluent.conf --root node/ node/var/log/containers/*.log\n\nENVIRONMENT:\n  NO_COLOR  no colours, also on a terminal"
    )]
    Run(Run),
    /// Runs a saved repro (.fluentplay.json or a link) and compares its expected records.
    ///
    /// One line a check, `ok` or `FAIL` with the difference, and the count. Exit status 1 when one
    /// fails, 2 when the repro cannot be read or fluentd would not start.
    #[command(
        after_long_help = "EXAMPLES:\n  fluentd-playground check repro.fluentplay.json\n  fluentd-playground check 'https://…/#1…'"
    )]
    Check {
        /// The file, or the link in quotes.
        repro: String,
    },
    /// Tells the groups of a pattern, and what Ruby says of it.
    ///
    /// Exit status 2 when Ruby does not compile it, with Ruby's words.
    #[command(
        after_long_help = "EXAMPLE:\n  fluentd-playground explain '/^(?<time>[^ ]+) (?<log>.*)$/'"
    )]
    Explain {
        /// The pattern, with or without its slashes.
        pattern: String,
    },
    /// Tells what is wrong with a configuration, with the lines of files if some are given.
    ///
    /// Worst first, each with its place, its code, and the edit that mends it where there is one.
    /// Exit status 1 when something is found, 2 when fluentd would not start.
    #[command(
        after_long_help = "EXAMPLES:\n  fluentd-playground lint fluent.conf\n  Decided with files copied from a node:\n    fluentd-playground lint fluent.conf --root node/ node/var/log/containers/*.log"
    )]
    Lint {
        /// The configuration.
        conf: PathBuf,
        /// A folder that stands for `/`: its files are seen under their paths below it.
        #[arg(long, value_name = "DIR")]
        root: Option<PathBuf>,
        /// A variable of fluentd's environment; may be given more than once.
        #[arg(long = "env", value_name = "NAME=VALUE")]
        env: Vec<String>,
        /// Log files to decide with; `-` is standard input, seen as a container's log.
        files: Vec<PathBuf>,
    },
    /// Tells what breaks on the way from Docker to containerd (EKS 1.23 to 1.24): Kubernetes
    /// manifests, the cluster autoscaler's IAM policy, fluent.conf. Exit status 1 on errors.
    Migrate {
        /// The cluster autoscaler's version that a policy is judged for.
        #[arg(long, value_name = "VERSION", default_value = "1.24")]
        target: String,
        /// One JSON object a finding.
        #[arg(long)]
        json: bool,
        /// Manifests, policies, configurations; `-` is standard input.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Writes the configuration for other nodes or other agents, tried on the lines of files.
    ///
    /// A pattern for an agent on Rust's or RE2's syntax is run with the crate `regex` beside the
    /// original. One file goes to standard output; what is to know of it, to standard error. Exit
    /// status 1: the rewritten pattern differs, or cannot be written.
    #[command(
        after_long_help = "EXAMPLES:\n  fluentd-playground export --to both -c fluent.conf > both.conf\n  fluentd-playground export --to vector -c fluent.conf app.log > vector.yaml"
    )]
    Export {
        /// For what.
        #[arg(long, value_enum)]
        to: To,
        /// The configuration.
        #[arg(short, long, value_name = "FILE")]
        conf: PathBuf,
        /// Log files whose lines the pattern is tried on.
        files: Vec<PathBuf>,
    },
}

/// What a configuration is written for.
#[derive(Clone, Copy, ValueEnum)]
enum To {
    /// Nodes with Docker.
    Docker,
    /// Nodes with containerd or CRI-O.
    Cri,
    /// Both kinds of node, one file (`multi_format`).
    Both,
    /// Fluent Bit.
    FluentBit,
    /// OpenTelemetry Collector.
    Otel,
    /// Vector.
    Vector,
    /// Grafana Alloy.
    Alloy,
}

#[derive(clap::Args)]
struct Run {
    /// The configuration; `-` is standard input.
    #[arg(short, long, value_name = "FILE")]
    conf: PathBuf,
    /// A folder that stands for `/`: its files are seen under their paths below it.
    #[arg(long, value_name = "DIR")]
    root: Option<PathBuf>,
    /// The path that standard input (`-`) is seen under.
    #[arg(long = "as", value_name = "PATH", default_value = STDIN_PATH)]
    stdin_path: String,
    /// Tells how each event came about, and what became of the lines that are in none, step by step
    /// (reads the files into memory).
    #[arg(long)]
    trace: bool,
    /// Prints the lines that were not taken, on standard error.
    #[arg(long)]
    unmatched: bool,
    /// Prints fluentd's own log, on standard error.
    #[arg(long)]
    log: bool,
    /// Exit with 1 when this happens.
    #[arg(long, value_enum)]
    fail_on: Option<FailOn>,
    /// Seconds between the last line and the shutdown: what timers see.
    #[arg(long = "run-seconds", value_name = "SECONDS", default_value_t = 60,
          value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_SECONDS)))]
    seconds: u32,
    /// The wall clock at start, in seconds since the epoch: what events that time out are stamped
    /// with. Without it, this machine's clock; give one where the same output is wanted each time.
    #[arg(long, value_name = "SECONDS")]
    now: Option<i64>,
    /// The time zone (`TZ`).
    #[arg(long, default_value = "UTC")]
    tz: String,
    /// A variable of fluentd's environment; may be given more than once.
    #[arg(long = "env", value_name = "NAME=VALUE")]
    env: Vec<String>,
    /// Log files; `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum, PartialEq, Eq)]
enum FailOn {
    /// A line is not matched, invalid, or its event ends before an output; or no source tails a file.
    Lost,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run(run) => run_files(&run),
        Command::Check { repro } => check(&repro),
        Command::Explain { pattern } => explain(&pattern),
        Command::Lint { conf, root, env, files } => lint(&conf, root.as_deref(), &env, &files),
        Command::Migrate { target, json, files } => migrate(&target, json, &files),
        Command::Export { to, conf, files } => export(to, &conf, &files),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            eprintln!("fluentd-playground: {message}");
            ExitCode::from(2)
        }
    }
}

fn read(path: &Path) -> Result<String, String> {
    if path == Path::new("-") {
        return io::read_to_string(io::stdin()).map_err(|error| format!("standard input: {error}"));
    }
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Lines that became nothing which `lint` shows.
const SHOWN_LOST: usize = 3;

/// Most files that are looked at for `@include`, and the deepest folder below.
const INCLUDES: (usize, u32) = (2000, 4);

/// Files that `@include` may find: those below the configuration's folder, and those that it names
/// by absolute paths.
fn includes(conf: &Path, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let addresses = |text: &str| -> Vec<PathBuf> {
        let blank = [' ', '\t', '\r'];
        let addresses =
            text.lines().filter_map(|line| line.trim_start_matches(blank).strip_prefix("@include"));
        addresses.map(|address| address.trim_matches([' ', '\t', '\r', '"', '\'']).into()).collect()
    };
    let mut queue = addresses(text);
    if queue.is_empty() {
        return found;
    }
    gather(conf.parent().unwrap_or(Path::new("")), Path::new(""), 0, &mut found);
    queue.extend(found.iter().flat_map(|(_, text)| addresses(text)));
    let mut folders: Vec<PathBuf> = Vec::new();
    for address in queue.iter().filter(|address| address.is_absolute()) {
        let text = address.to_string_lossy();
        let plain = text.split(['*', '?', '[', '{', '#']).next().unwrap_or_default();
        let folder = Path::new(plain.rsplit_once('/').map_or("/", |(folder, _)| folder));
        if !folders.iter().any(|known| folder.starts_with(known)) {
            gather(folder, folder, INCLUDES.1 - 1, &mut found);
            folders.push(folder.to_owned());
        }
    }
    found
}

/// Adds the `.conf` files of a folder, under `name` in place of its own.
fn gather(folder: &Path, name: &Path, depth: u32, found: &mut Vec<(String, String)>) {
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(here) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let Some(own) = path.file_name().filter(|_| found.len() < INCLUDES.0) else { continue };
        let name = name.join(own);
        if path.is_dir() {
            if depth < INCLUDES.1 && !own.as_encoded_bytes().starts_with(b".") {
                gather(&path, &name, depth + 1, found);
            }
        } else if path.extension().is_some_and(|end| end == "conf")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            found.push((name.display().to_string(), text));
        }
    }
}

/// This machine's seconds since the epoch.
#[expect(clippy::disallowed_methods, reason = "only the command asks the machine, when not told")]
fn clock() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    now.map_or(0, |now| now.as_secs() as i64)
}

fn settings(run: &Run, conf: &str) -> Settings {
    let mut settings = imagined(&run.env, run.seconds);
    settings.environment.files = includes(&run.conf, conf);
    settings.environment.now.sec = run.now.unwrap_or_else(clock);
    settings.environment.tz.clone_from(&run.tz);
    settings
}

/// The imagined machine: a pod, with these variables (`NAME=VALUE`).
fn imagined(env: &[String], run_seconds: u32) -> Settings {
    let pair = |pair: &String| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (name.to_owned(), value.to_owned())
    };
    let environment = Environment::pod(env.iter().map(pair).collect());
    Settings { run_seconds, environment, ..Settings::default() }
}

/// The path fluentd sees: below the root, or absolute.
fn logical(root: Option<&Path>, stdin_path: &str, path: &Path) -> String {
    if path == Path::new("-") {
        return stdin_path.to_owned();
    }
    let below = root.and_then(|root| path.strip_prefix(root).ok());
    match below {
        Some(below) => format!("/{}", below.display()),
        None => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string(),
    }
}

fn open(path: &Path) -> Result<Box<dyn Read>, String> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin()));
    }
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    if file.metadata().is_ok_and(|file| file.is_dir()) {
        return Err(format!("{}: a folder, not a file", path.display()));
    }
    Ok(Box::new(file))
}

fn run_files(run: &Run) -> Result<u8, String> {
    let conf = read(&run.conf)?;
    if run.trace {
        return trace(run, &conf);
    }
    let files: Vec<(u32, String)> = (0..)
        .zip(run.files.iter().map(|path| logical(run.root.as_deref(), &run.stdin_path, path)))
        .collect();
    // All are there before the first is run.
    for path in run.files.iter().filter(|path| *path != Path::new("-")) {
        open(path)?;
    }
    let (mut stream, log) = Stream::new(&conf, settings(run, &conf), &files)?;
    print_log(run, &log);
    let mut progress = Progress::new(&run.files);
    let order = stream.order();
    let mut unread = 0;
    for (_, path) in files.iter().filter(|(file, _)| !order.iter().any(|at| at.1 == *file)) {
        eprintln!("fluentd-playground: no <source> tails {path}");
        unread += 1;
    }
    for (source, file) in order {
        let Some(path) = run.files.get(file as usize) else { continue };
        feed(run, &mut stream, source, file, path, &mut progress)?;
    }
    let last = stream.finish();
    print(run, &last);
    progress.end();
    if let Some(said) = stream.fatal() {
        return Err(said);
    }
    let counts = stream.counts();
    if io::stderr().is_terminal() || run.unmatched {
        eprintln!("{}", shown(counts));
    }
    let lost = unread + counts.not_matched + counts.invalid + counts.lost > 0;
    Ok(u8::from(lost && run.fail_on == Some(FailOn::Lost)))
}

/// Reads a file piece by piece, each cut at a line's end.
fn feed(
    run: &Run,
    stream: &mut Stream,
    source: usize,
    file: u32,
    path: &Path,
    progress: &mut Progress,
) -> Result<(), String> {
    let mut reader = BufReader::with_capacity(PIECE, open(path)?);
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let piece = reader.fill_buf().map_err(|error| format!("{}: {error}", path.display()))?;
        if piece.is_empty() {
            break;
        }
        let length = piece.len();
        rest.extend_from_slice(piece);
        reader.consume(length);
        progress.add(length);
        let Some(end) = rest.iter().rposition(|byte| *byte == b'\n') else { continue };
        let printed = stream.feed(source, file, &rest[..=end]);
        rest.drain(..=end);
        print(run, &printed);
    }
    if !rest.is_empty() {
        let printed = stream.feed(source, file, &rest);
        print(run, &printed);
    }
    Ok(())
}

fn print(run: &Run, printed: &Printed) {
    written(io::stdout().lock().write_all(&printed.events));
    if run.unmatched {
        for line in &printed.unmatched {
            eprintln!("{}", coloured(&io::stderr(), line, 31));
        }
    }
    print_log(run, &printed.log);
}

fn print_log(run: &Run, log: &[String]) {
    if run.log {
        for line in log {
            eprintln!(
                "{}",
                coloured(&io::stderr(), line, if line.starts_with("[warn]") { 33 } else { 2 })
            );
        }
    }
}

/// The text in a colour, on a terminal that wants some.
fn coloured(out: &impl IsTerminal, line: &str, colour: u8) -> String {
    let plain = !out.is_terminal() || std::env::var_os("NO_COLOR").is_some();
    if plain { line.to_owned() } else { format!("\x1b[{colour}m{line}\x1b[0m") }
}

fn shown(counts: &Counts) -> String {
    format!(
        "{} lines: {} matched, {} not matched, {} invalid, {} lost later; {} events",
        counts.lines,
        counts.matched,
        counts.not_matched,
        counts.invalid,
        counts.lost,
        counts.events
    )
}

/// A bar on a terminal, nothing elsewhere.
struct Progress {
    total: u64,
    done: u64,
    shown: u64,
    on: bool,
}

impl Progress {
    fn new(files: &[PathBuf]) -> Progress {
        let sizes = files.iter().filter_map(|path| std::fs::metadata(path).ok());
        let total = sizes.map(|file| file.len()).sum();
        let on = io::stderr().is_terminal() && !io::stdout().is_terminal() && total > 0;
        Progress { total, done: 0, shown: 0, on }
    }

    fn add(&mut self, bytes: usize) {
        self.done += bytes as u64;
        let percent = self.done.saturating_mul(100).checked_div(self.total).unwrap_or(0).min(100);
        if self.on && percent > self.shown {
            self.shown = percent;
            eprint!("\r{percent:3} %");
        }
    }

    fn end(&self) {
        if self.on {
            eprint!("\r     \r");
        }
    }
}

fn engine(run: &Run, conf: &str) -> Result<Engine, String> {
    let mut engine = Engine::new(settings(run, conf));
    for (number, path) in (0..).zip(&run.files) {
        let mut bytes = Vec::new();
        open(path)?.read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        engine.set_file(number, &logical(run.root.as_deref(), &run.stdin_path, path), &bytes);
    }
    engine.set_conf(conf);
    while engine.work(10_000) {}
    Ok(engine)
}

fn trace(run: &Run, conf: &str) -> Result<u8, String> {
    let mut engine = engine(run, conf)?;
    if let Some(error) = engine.boot_error() {
        return Err(error.said());
    }
    let total = engine.events(0..0, &EventFilter::default()).total;
    let events = engine.events_json();
    for (id, event) in (0..total).zip(events) {
        put!("{event}");
        for step in engine.story(id as u32) {
            put!("    {}: {}", step.plugin, step.message.en);
        }
    }
    for (_, file, line) in engine.lost_lines() {
        lost_line(run, &mut engine, file, line);
    }
    let summary = engine.summary();
    print_log(run, &summary.log);
    let counts = summary.counts;
    eprintln!("{}", shown(&counts));
    let lost = counts.not_matched + counts.invalid + counts.lost > 0;
    Ok(u8::from(lost && run.fail_on == Some(FailOn::Lost)))
}

/// A line that became nothing, with its story.
fn lost_line(run: &Run, engine: &mut Engine, file: u32, line: u32) {
    let path = run.files.get(file as usize).map(|path| path.display().to_string());
    let view = engine.lines(file, line..line + 1).into_iter().next();
    let bytes = view.and_then(|view| engine.file_text(file)?.get(view.span.range()).map(Vec::from));
    let text = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
    let head = format!("lost {}:{}: {text}", path.unwrap_or_default(), line + 1);
    put!("{}", coloured(&io::stdout(), &head, 31));
    for step in engine.line_story(file, line) {
        put!("    {}: {}", step.plugin, step.message.en);
    }
}

fn check(repro: &str) -> Result<u8, String> {
    let state = if repro.contains('#') && !Path::new(repro).exists() {
        let fragment = repro.split_once('#').map_or(repro, |(_, fragment)| fragment);
        share::from_fragment(fragment)
    } else {
        let bytes = std::fs::read(repro).map_err(|error| format!("{repro}: {error}"))?;
        share::repro::read(&bytes)
    };
    let state = state.map_err(|error| error.message().en)?;
    let own = &state.settings;
    let mut settings = imagined(&[], own.run_seconds.unwrap_or(60));
    settings.environment.env.splice(0..0, own.env.iter().cloned());
    if let Some(tz) = &own.tz {
        settings.environment.tz.clone_from(tz);
    }
    if let Some(hostname) = &own.hostname {
        settings.environment.hostname.clone_from(hostname);
    }
    if let Some((sec, nsec)) = own.now {
        settings.environment.now.sec = sec;
        settings.environment.now.nsec = i64::from(nsec);
    }
    for file in &state.includes {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        settings.environment.files.push((file.path.clone(), text));
    }
    let mut engine = Engine::new(settings);
    for (number, file) in (0..).zip(&state.files) {
        engine.set_file(number, &file.path, &file.bytes);
    }
    engine.set_conf(&state.conf);
    while engine.work(10_000) {}
    if let Some(error) = engine.boot_error() {
        return Err(error.said());
    }
    let mut failed = 0;
    for check in &state.checks {
        let event = check.event.clone().unwrap_or_default();
        let result = engine.check(&Expectation {
            file: check.file,
            line: check.line,
            event: check.event.is_some(),
            tag: event.tag,
            time: event.time,
            record: event.record,
        });
        let name = state.files.get(check.file as usize).map(|file| file.path.as_str());
        let name = format!("{}:{}", name.unwrap_or("?"), check.line + 1);
        match result {
            Ok(()) => put!("ok    {name}"),
            Err(difference) => {
                failed += 1;
                put!("FAIL  {name}: {difference}");
            }
        }
    }
    put!("{} of {} checks passed", state.checks.len() - failed, state.checks.len());
    Ok(u8::from(failed > 0))
}

fn explain(pattern: &str) -> Result<u8, String> {
    for line in fluentd_playground::engine::explain::explain(pattern)? {
        put!("{line}");
    }
    Ok(0)
}

fn migrate(target: &str, json: bool, files: &[PathBuf]) -> Result<u8, String> {
    let target = Target::new(target).ok_or_else(|| format!("{target}: not a version like 1.24"))?;
    let mut errors = 0;
    for path in files {
        let mut bytes = Vec::new();
        open(path)?
            .read_to_end(&mut bytes)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        for finding in migrate::check(migrate::kind_of(&text), &text, target) {
            errors += usize::from(finding.severity == migrate::Severity::Error);
            if json {
                put!("{}", finding.to_json(&path.display().to_string()));
                continue;
            }
            let what = finding.what.map(|what| format!(" ({what})")).unwrap_or_default();
            put!(
                "{}:{}: {} [{}]{what} {}\n    {}",
                path.display(),
                finding.line,
                finding.severity.word(),
                finding.rule,
                finding.path,
                finding.fix.en
            );
        }
    }
    Ok(u8::from(errors > 0))
}

fn export(to: To, conf: &Path, files: &[PathBuf]) -> Result<u8, String> {
    let conf = read(conf)?;
    let variant = |variant| {
        let derived = derive(&conf, variant).map_err(|why| why.en)?;
        derived.notes.iter().for_each(|note| eprintln!("note: {}", note.en));
        written(io::stdout().write_all(derived.conf.as_bytes()));
        Ok(0)
    };
    let (agent, dialect) = match to {
        To::Docker => return variant(Variant::Docker),
        To::Cri => return variant(Variant::Cri),
        To::Both => return variant(Variant::Both),
        To::FluentBit => (Agent::FluentBit, Dialect::FluentBit),
        To::Otel => (Agent::OpenTelemetry, Dialect::Re2),
        To::Vector => (Agent::Vector, Dialect::Rust),
        To::Alloy => (Agent::Alloy, Dialect::Re2),
    };
    let (mut code, mut pattern) = (0, None);
    if let Some(regexp) = application_pattern(&conf) {
        match rewrite(regexp.tree(), regexp.pattern(), dialect) {
            Ok(rewritten) => {
                let notes = rewritten.notes.iter();
                notes.for_each(|note| eprintln!("note: {}", note.en));
                for (ruby, target) in &rewritten.renamed {
                    eprintln!("note: the group `{ruby}` is called `{target}` there");
                }
                if dialect != Dialect::FluentBit {
                    code = verify(&regexp, &rewritten, dialect, files)?;
                }
                pattern = Some(rewritten.pattern);
            }
            Err(parts) => {
                code = 1;
                for part in parts {
                    let shown = regexp.pattern().get(part.span.range()).unwrap_or_default();
                    let (name, what) = (agent.name(), part.what.en);
                    eprintln!("{name} cannot say {what} (`{shown}`): the pattern is left out");
                }
            }
        }
    }
    agent.field_changes().iter().for_each(|change| eprintln!("note: {}", change.en));
    written(io::stdout().write_all(agent.file(pattern.as_deref()).text.as_bytes()));
    Ok(code)
}

/// The rewritten pattern on the crate `regex`, beside the original on the lines' messages.
fn verify(
    ours: &Regexp,
    rewritten: &Rewritten,
    dialect: Dialect,
    files: &[PathBuf],
) -> Result<u8, String> {
    let theirs = regex::bytes::Regex::new(&for_crate(&rewritten.pattern, dialect))
        .map_err(|error| format!("the crate regex refuses the rewritten pattern: {error}"))?;
    let (mut all, mut taken, mut differ) = (0, 0, 0);
    let mut region = Region::default();
    for path in files {
        for line in BufReader::new(open(path)?).split(b'\n') {
            let line = line.map_err(|error| format!("{}: {error}", path.display()))?;
            let text = message_of(&line);
            let found = ours.search(&text, Encoding::Utf8, 0, &mut region).unwrap_or(false);
            let other = theirs.captures(&text);
            let same = found == other.is_some()
                && other.is_none_or(|other| same_groups(ours, &region, rewritten, &other));
            (all, taken, differ) = (all + 1, taken + u32::from(found), differ + u32::from(!same));
            if !same && differ <= 5 {
                eprintln!("differs: {}", String::from_utf8_lossy(&text));
            }
        }
    }
    eprintln!(
        "the crate regex and Ruby's pattern agree on {} of {all} messages, group by group; {taken} match",
        all - differ
    );
    Ok(u8::from(differ > 0))
}

fn same_groups(
    ours: &Regexp,
    region: &Region,
    rewritten: &Rewritten,
    theirs: &regex::bytes::Captures,
) -> bool {
    ours.names().iter().all(|name| {
        let renamed = rewritten.renamed.iter().find(|(ruby, _)| **ruby == *name.text);
        let target = renamed.map_or(&*name.text, |(_, target)| target.as_str());
        let mut groups = name.groups.iter().rev();
        let own = groups.find_map(|group| region.groups.get(*group as usize).copied()?);
        theirs.name(target).map(|group| group.range()) == own.map(Span::range)
    })
}

/// The severity's name; red where lines are lost, yellow where they change.
fn severity(severity: Severity) -> String {
    let colour = match severity {
        Severity::Fatal | Severity::Lost => 31,
        Severity::Changed => 33,
        Severity::Hint | Severity::Bug => 2,
    };
    coloured(&io::stdout(), &format!("{severity:?}"), colour)
}

fn lint(conf: &Path, root: Option<&Path>, env: &[String], files: &[PathBuf]) -> Result<u8, String> {
    let text = read(conf)?;
    let mut settings = imagined(env, 60);
    settings.environment.files = includes(conf, &text);
    let mut engine = Engine::new(settings);
    for (number, path) in (0..).zip(files) {
        let mut bytes = Vec::new();
        let read = open(path)?.read_to_end(&mut bytes);
        read.map_err(|error| format!("{}: {error}", path.display()))?;
        engine.set_file(number, &logical(root, STDIN_PATH, path), &bytes);
    }
    engine.set_conf(&text);
    while engine.work(10_000) {}
    let summary = engine.summary();
    for diagnostic in &summary.diagnostics {
        let label = diagnostic.primary.as_ref();
        let place = label.and_then(|label| {
            let (path, line) = engine.place(label.source, label.span)?;
            let own = label.source == SourceId::Conf(0);
            let beside = path.strip_prefix(BASE).and_then(|path| path.strip_prefix('/'));
            let path = match beside.filter(|_| !own) {
                Some(below) => conf.with_file_name(below),
                None if own => conf.to_owned(),
                None => PathBuf::from(path),
            };
            Some(format!("{}:{line}", path.display()))
        });
        put!(
            "{}: {} [{}] {}",
            place.unwrap_or_else(|| conf.display().to_string()),
            severity(diagnostic.severity),
            diagnostic.code.path,
            diagnostic.message.en
        );
        if let Some(said) = &diagnostic.said {
            put!("    fluentd says: {said}");
        }
        if let Some(fix) = &diagnostic.fix {
            put!("    fix: {}", fix.title.en);
        }
    }
    if let Some(said) = &summary.boot_error {
        return Err(said.clone());
    }
    if !files.is_empty() {
        let lost = engine.lost_lines();
        for (_, file, line) in lost.iter().take(SHOWN_LOST) {
            let path = files.get(*file as usize).map(|path| path.display().to_string());
            let story = engine.line_story(*file, *line);
            let end = story.last().map(|step| step.message.en.clone());
            let (path, end) = (path.unwrap_or_default(), end.unwrap_or_default());
            put!("{path}:{}: {} {end}", line + 1, severity(Severity::Lost));
        }
        if let Some(more) = lost.len().checked_sub(SHOWN_LOST).filter(|more| *more > 0) {
            put!("    and {more} lines more that became nothing");
        }
        eprintln!("{}", shown(&summary.counts));
        return Ok(u8::from(!summary.diagnostics.is_empty() || !lost.is_empty()));
    }
    Ok(u8::from(!summary.diagnostics.is_empty()))
}
