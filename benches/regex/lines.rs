//! The three patterns that are measured, and lines for them: the same ones everywhere.

pub(crate) const CRI: &str =
    r"^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[^ ]*) (?<log>.*)$";
pub(crate) const WIDESPREAD: &str =
    r"^(?<time>.+) (?<stream>stdout|stderr)( (?<logtag>.))? (?<log>.*)$";
pub(crate) const NGINX: &str = concat!(
    r#"^(?<remote>[^ ]*) (?<host>[^ ]*) (?<user>[^ ]*) \[(?<time>[^\]]*)\] "(?<method>\S+)"#,
    r#"(?: +(?<path>[^\"]*?)(?: +\S*)?)?" (?<code>[^ ]*) (?<size>[^ ]*)"#,
    r#"(?: "(?<referer>[^\"]*)" "(?<agent>[^\"]*)"(?:\s+(?<http_x_forwarded_for>[^ ]+))?)?$"#
);

/// Numbers that look random and are the same everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// Lines of containerd.
pub(crate) fn cri_lines(count: usize) -> Vec<String> {
    let mut dice = Dice(1);
    (0..count)
        .map(|number| {
            let stamp = format!(
                "2026-11-23T{:02}:{:02}:{:02}.{:09}+09:00",
                dice.below(24),
                dice.below(60),
                dice.below(60),
                dice.below(1_000_000_000)
            );
            let stream = dice.pick(&["stdout", "stderr"]);
            let level = dice.pick(&["INFO", "WARN", "ERROR", "DEBUG"]);
            let what = dice.pick(&["order accepted", "payment refused by gateway", "cache miss"]);
            let (took, bytes) = (dice.below(900), dice.below(100_000));
            format!(
                "{stamp} {stream} F {level} [worker-{}] {what} id={number:08} user=u{} took={took}ms bytes={bytes} path=/api/v1/orders/{number}",
                dice.below(16),
                dice.below(5_000),
            )
        })
        .collect()
}

/// Lines of nginx.
pub(crate) fn nginx_lines(count: usize) -> Vec<String> {
    let mut dice = Dice(2);
    (0..count)
        .map(|number| {
            format!(
                "10.{}.{}.{} - - [23/Nov/2026:{:02}:{:02}:{:02} +0900] \"{} /api/v1/orders/{number}?page={}&size=50 HTTP/1.1\" {} {} \"https://shop.example.com/cart/{}\" \"{}\"",
                dice.below(256),
                dice.below(256),
                dice.below(256),
                dice.below(24),
                dice.below(60),
                dice.below(60),
                dice.pick(&["GET", "POST", "PUT", "DELETE"]),
                dice.below(90),
                dice.pick(&["200", "201", "304", "404", "500"]),
                dice.below(100_000),
                dice.below(9_999),
                dice.pick(&[
                    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0",
                    "curl/8.5.0",
                    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1",
                ]),
            )
        })
        .collect()
}
