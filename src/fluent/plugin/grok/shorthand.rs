//! The short hand in which the rare names are written (`rare`, whose head explains it), as the
//! definitions that [`super::expand`] reads.

use super::Series;

/// Patterns that a letter stands for.
const LETTERS: &str = "D DATA G GREEDYDATA I INT N NUMBER S NOTSPACE W WORD A IP H IPORHOST P POSINT O NONNEGINT \
    T TIMESTAMP_ISO8601 Y SYSLOGTIMESTAMP L LOGLEVEL U USER Q QS B ZEEK_DATA K ZEEK_BOOL";

/// Every name of the series with its definition.
pub(super) fn definitions(text: &str, series: Series, mut add: impl FnMut(String, String)) {
    let own = if series == Series::Legacy { 'l' } else { 'e' };
    let mut gathered = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let Some((mark, line)) = line.split_at_checked(1) else { continue };
        if mark == "=" {
            let (blank, names) = line.split_at(1);
            let mut names = names.split(' ');
            let prefix = names.next().unwrap_or_default();
            for name in names {
                add([prefix, name].concat(), name.replace('_', blank));
            }
            continue;
        }
        if !mark.starts_with([own, 'b']) {
            continue;
        }
        let (name, short) = line.split_once(' ').unwrap_or((line, ""));
        let gather = name.strip_prefix('+');
        gathered.extend(gather.map(|name| format!("%{{{name}}}")));
        let mut definition = written_out(short, series);
        if definition.contains("{+}") {
            definition = definition.replace("{+}", &format!("(?:{})", gathered.join("|")));
            gathered.clear();
        }
        add(gather.unwrap_or(name).to_owned(), definition);
    }
}

/// A definition without its short hand: `{NAME field}` and its kin.
fn written_out(short: &str, series: Series) -> String {
    let mut out = String::new();
    let mut rest = short;
    while let Some(open) = rest.find('{') {
        let (head, tail) = rest.split_at(open + 1);
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_|-!=,.".contains(c);
        let length = tail.find(|c| !is_name(c)).unwrap_or(tail.len());
        let end = tail.find('}').filter(|end| *end > length);
        let Some((end, true)) = end.map(|end| (end, length > 0 && tail[length..].starts_with(' ')))
        else {
            out.push_str(head);
            rest = tail;
            continue;
        };
        out.push_str(&head[..open]);
        let field = &tail[length + 1..end];
        match &tail[..length] {
            "=" => out.push_str(of(field, series)),
            "," => out.push_str(&list(field, series, "\\t")),
            "." => out.push_str(&list(field, series, " ")),
            name => reference(name, field, series, &mut out),
        }
        rest = &tail[end + 1..];
    }
    out + rest
}

fn list(items: &str, series: Series, between: &str) -> String {
    let mut out = String::new();
    for (index, item) in items.split(' ').enumerate() {
        if index > 0 {
            out.push_str(between);
        }
        if let Some((name, field)) = item.split_once(':') {
            reference(name, field, series, &mut out);
        }
    }
    out
}

/// The part of one series.
fn of(both: &str, series: Series) -> &str {
    match both.split_once('|') {
        Some((legacy, _)) if series == Series::Legacy => legacy,
        Some((_, ecs)) => ecs,
        None => both,
    }
}

/// `%{NAME:[a][b]:integer}`
fn reference(name: &str, field: &str, series: Series, out: &mut String) {
    let (name, field) = (of(name, series), of(field, series));
    let short = name.trim_start_matches(['-', '!']);
    let mut letters = LETTERS.split_ascii_whitespace();
    let is_it = |known: &&str| *known == short && short.len() == 1;
    let known = letters.by_ref().find(is_it).and_then(|_| letters.next());
    let (head, tail) = match name.as_bytes().first() {
        Some(b'-') => ("(?:-|", ")"),
        Some(b'!') => (r"(?:\(empty\)|", ")"),
        _ => ("", ""),
    };
    let bare = field.trim_end_matches(['#', '~']);
    let kind = match field.get(bare.len()..) {
        Some("#") => ":integer",
        Some("~") => ":float",
        _ => "",
    };
    let bare = match bare {
        "" => String::new(),
        plain if !plain.contains('.') => format!(":{plain}"),
        path => format!(":[{}]", path.replace('.', "][")),
    };
    out.push_str(&format!("{head}%{{{}{bare}{kind}}}{tail}", known.unwrap_or(short)));
}
