//! `cargo bench --features worker --bench keystroke`: what a key costs the worker, natively.
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]
#![allow(clippy::disallowed_methods, reason = "a bench reads the clock")]

use std::time::Instant;

use fluentd_playground::protocol::{Panel, Reply, Request, Rows, TextChange, View, to_bytes};
use fluentd_playground::worker::session::Session;

const MESSAGES: [&str; 5] = [
    "INFO [cart-service,,] 1 --- [nio-8080-exec-3] c.e.cart.CartController : added item",
    r#"{"level":"info","msg":"request completed","status":200}"#,
    r#"10.1.2.3 - - [17/May/2024:03:10:00 +0000] "GET /items HTTP/1.1" 200 1234 "-" "curl/8.5.0""#,
    "\tat com.example.cart.CartService.add(CartService.java:42)",
    "カートに商品を追加しました",
];

const CONF: &str = include_str!("eks-124.conf");

fn lines(count: usize) -> String {
    let row = |n: usize| {
        let ms = n * 37;
        let (h, m, s) = (ms / 3_600_000 % 24, ms / 60_000 % 60, ms / 1000 % 60);
        format!(
            "2024-05-17T{h:02}:{m:02}:{s:02}.{:03}000001Z stdout F {} {n}\n",
            ms % 1000,
            MESSAGES[n % 5]
        )
    };
    (0..count).map(row).collect()
}

/// Milliseconds to the first reply, its bytes, and milliseconds until the run is complete.
fn timed(session: &mut Session, seq: u32, change: TextChange) -> (f64, usize, f64) {
    let rows = Rows { from: 0, to: 60 };
    let view = View {
        file: 1,
        lines: rows,
        open_first: true,
        events: rows,
        event: Some(0),
        panel: Panel::Events,
        ..View::default()
    };
    let begin = Instant::now();
    let replies = session.handle(Request { seq, view, ..Request::default() }, vec![change]);
    let bytes: usize = replies.iter().map(|reply: &Reply| to_bytes(reply).len()).sum();
    let first = begin.elapsed().as_secs_f64() * 1000.0;
    while session.busy() {
        for reply in session.step() {
            to_bytes(&reply);
        }
    }
    (first, bytes, begin.elapsed().as_secs_f64() * 1000.0)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() {
    let concat = CONF.find("<filter").unwrap()..CONF.find("<match").unwrap();
    let plain = [&CONF[..concat.start], &CONF[concat.end..]].concat();
    for count in [8, 1000, 100_000] {
        for (name, conf) in [("plain", plain.as_str()), ("concat", CONF)] {
            let mut session = Session::new(|| 0.0);
            let path = "/var/log/containers/web-1_default_app-0123.log".to_owned();
            timed(&mut session, 1, TextChange::Conf { text: conf.to_owned() });
            timed(&mut session, 2, TextChange::Open { file: 1, path, text: lines(count) });
            let mut seq = 2;
            let mut run = |what: &str, change: &dyn Fn(usize) -> TextChange| {
                let times: Vec<(f64, usize, f64)> = (0..15)
                    .map(|at| {
                        seq += 1;
                        timed(&mut session, seq, change(at))
                    })
                    .collect();
                let first = median(times.iter().map(|time| time.0).collect());
                let last = median(times.iter().map(|time| time.2).collect());
                println!(
                    "{count} lines, {name}, {what}: first reply {first:.2} ms ({} bytes), complete {last:.2} ms",
                    times[7].1
                );
            };
            run("key in the first line", &|_| TextChange::Edit {
                file: 1,
                from_line: 0,
                from_col: 60,
                to_line: 0,
                to_col: 60,
                insert: "x".to_owned(),
            });
            run("key in the pattern", &|at| TextChange::Conf {
                text: conf.replacen("logtag>", &format!("{}logtag>", "x".repeat(at + 1)), 1),
            });
        }
    }
}
