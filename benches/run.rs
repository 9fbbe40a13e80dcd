//! `cargo bench --features cli --bench run`: the command over a large CRI file with the configuration of
//! an EKS 1.24 migration (regexp, concat, relabel): megabytes a second and the peak of its memory (as
//! Linux's `/proc` tells it), beside real fluentd on the head of the same file in the same run, where
//! there is one.
//!
//! `BENCH_BYTES` (1 GB) and `BENCH_LINES` (lines for fluentd, 200,000) change the sizes;
//! `FLUENTD="fluentd"` is the command that starts fluentd; it gets `--no-supervisor -c FILE`. Files are
//! written into the system's folder for temporary ones, and removed.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock and other programs' output")]

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const NAME: &str =
    "web-1_default_app-0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.log";
const LAST: &str = "the very last line";

fn conf(folder: &Path) -> String {
    let folder = folder.display();
    let source = format!("path {folder}/*.log\n  pos_file {folder}/pos");
    include_str!("eks-124.conf").replace("path /var/log/containers/*.log", &source)
}

/// A stack trace every tenth event; as many bytes or lines as wanted.
fn write_lines(path: &Path, bytes: u64, lines: u64) -> (u64, u64) {
    let mut out = BufWriter::new(File::create(path).unwrap());
    let (mut written, mut count) = (0u64, 0u64);
    while written < bytes && count < lines {
        let (second, nano) = (count / 1000 % 60, count % 1000 * 1_000_000);
        let head = format!("2023-02-02T07:48:{second:02}.{nano:09}Z stdout F ");
        let line = match count % 13 {
            10..=12 => {
                format!("{head}\tat com.example.App.call{count}(App.java:{})\n", count % 500)
            }
            _ => format!("{head}2023-02-02 07:48:{second:02} INFO request {count} took 12 ms\n"),
        };
        out.write_all(line.as_bytes()).unwrap();
        written += line.len() as u64;
        count += 1;
    }
    let last = format!("2023-02-02T08:00:00.000000000Z stdout F 2023-02-02 {LAST}\n");
    out.write_all(last.as_bytes()).unwrap();
    out.write_all(last.as_bytes()).unwrap();
    out.flush().unwrap();
    (written, count)
}

/// Linux's high-water mark of a process, in megabytes.
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn ours(folder: &Path, conf: &Path) -> (f64, u64) {
    let log = folder.join(NAME);
    let begin = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_fluentd-playground"))
        .args(["run", "-c"])
        .arg(conf)
        .arg(&log)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = peak(&child).unwrap_or(0).max(most);
        std::thread::sleep(Duration::from_millis(20));
    }
    (begin.elapsed().as_secs_f64(), most)
}

/// Seconds from fluentd's first event to its last; how long it takes to start does not count.
fn theirs(command: &str, folder: &Path, conf: &Path) -> Option<f64> {
    let printed = folder.join("fluentd.out");
    let out = File::create(&printed).unwrap();
    let mut words = command.split_whitespace();
    let mut child = Command::new(words.next()?)
        .args(words)
        .args(["--no-supervisor", "-c"])
        .arg(conf)
        .stdout(out.try_clone().unwrap())
        .stderr(out)
        .spawn()
        .ok()?;
    let (start, mut first) = (Instant::now(), None);
    let mut seconds = None;
    while start.elapsed() < Duration::from_mins(5) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(10));
        let mut file = File::open(&printed).unwrap();
        let length = file.metadata().unwrap().len();
        if first.is_none() && length > 20_000 {
            first = Some(Instant::now());
        }
        file.seek(SeekFrom::Start(length.saturating_sub(2000))).unwrap();
        let mut tail = Vec::new();
        file.read_to_end(&mut tail).unwrap();
        if String::from_utf8_lossy(&tail).contains(LAST) {
            seconds = first.map(|first| first.elapsed().as_secs_f64());
            break;
        }
    }
    child.kill().ok()?;
    child.wait().ok()?;
    seconds
}

fn main() {
    let setting = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let folder = std::env::temp_dir().join(format!("playground-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (log, conf_file) = (folder.join(NAME), folder.join("fluent.conf"));
    std::fs::write(&conf_file, conf(&folder)).unwrap();
    let (bytes, lines) = write_lines(&log, setting("BENCH_BYTES", 1 << 30), u64::MAX);
    let (seconds, most) = ours(&folder, &conf_file);
    let rate = lines as f64 / seconds;
    let megabytes = bytes as f64 / 1e6;
    println!("ours     {megabytes:.0} MB, {lines} lines in {seconds:.1} s: {rate:.0} lines/s");
    println!("         {:.1} MB/s, peak {most} MB", megabytes / seconds);
    if let Ok(command) = std::env::var("FLUENTD") {
        let (_, lines) = write_lines(&log, u64::MAX, setting("BENCH_LINES", 200_000));
        match theirs(&command, &folder, &conf_file) {
            Some(seconds) => {
                let theirs = lines as f64 / seconds;
                println!("fluentd  {lines} lines in {seconds:.1} s: {theirs:.0} lines/s");
                println!("ratio    {:.1}", rate / theirs);
            }
            None => println!("fluentd  did not come through"),
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
