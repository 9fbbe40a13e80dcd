//! Why fluentd does not start: what its error is about, where that stands, and the edit that mends it.

use super::route::text;
use crate::diag::codes::route;
use crate::diag::{Diagnostic, Edit, Fix, Message};
use crate::fluent::config::element::{Attr, AttrValue, Element};
use crate::fluent::error::RubyError;
use crate::fluent::plugin::grok::{PatternMap, Series};
use crate::source::Span;

/// The finding about the error that ends the start.
pub fn lint(root: Option<&Element>, error: &RubyError, said: String) -> Diagnostic {
    let said_by = |text: &str| {
        Message::new(
            format!("fluentd does not start: {text}"),
            format!("fluentd が起動しません: {text}"),
        )
    };
    let mut found = Diagnostic::new(&route::BOOT, said_by(&error.message)).said(said);
    if let Some((source, span)) = error.place {
        found = found.at(source, span);
    }
    let Some(root) = root else { return found };
    if error.message.starts_with("grok pattern not found: ") {
        grok(root, &error.message, found)
    } else if error.message.starts_with("No named captures") {
        no_names(root, found)
    } else if let Some(label) = error.message.strip_suffix(" label not found") {
        no_label(root, label, found)
    } else {
        found
    }
}

/// Every parameter, sections within sections included.
fn attrs<'e>(element: &'e Element, depth: u32, visit: &mut dyn FnMut(&'e Element, &'e Attr)) {
    element.attrs.iter().for_each(|attr| visit(element, attr));
    if let Some(depth) = depth.checked_sub(1) {
        element.elements.iter().for_each(|inner| attrs(inner, depth, visit));
    }
}

/// The first parameter that `is_it`.
fn first(root: &Element, is_it: impl Fn(&Element, &Attr, &str) -> bool) -> Option<&Attr> {
    let mut found = None;
    attrs(root, 6, &mut |element, attr| {
        if let (None, AttrValue::Text(value)) = (found, &attr.value)
            && is_it(element, attr, value)
        {
            found = Some(attr);
        }
    });
    found
}

/// The name that grok does not know is the first one left: those before it are replaced already.
fn grok(root: &Element, said: &str, found: Diagnostic) -> Diagnostic {
    let name = said.split("%{").nth(1).unwrap_or_default();
    let name = name.split([':', '}']).next().unwrap_or_default();
    let message = Message::new(
        format!("grok knows no pattern {name}: fluentd does not start."),
        format!("grok に {name} というパターンはないため、fluentd が起動しません。"),
    );
    let found = Diagnostic { message, ..found };
    let reference = format!("%{{{name}");
    let Some(attr) = first(root, |_, _, value| value.contains(&reference)) else { return found };
    let found = found.at(attr.source, attr.value_span);
    let Some(value) = verbatim(attr) else { return found };
    let map = PatternMap::new(Series::Legacy);
    match near(name, map.names()) {
        Some(better) => {
            let text = value.replacen(&reference, &format!("%{{{better}"), 1);
            found.fix(instead(attr, ("Write", "と書く", better), text))
        }
        None => found,
    }
}

/// A pattern whose groups have no names.
fn no_names(root: &Element, found: Diagnostic) -> Diagnostic {
    let unnamed = |element: &Element, attr: &Attr, value: &str| {
        attr.key == "expression"
            && text(element, "@type") == Some("regexp")
            && !value.contains("(?<")
    };
    let Some(attr) = first(root, unnamed) else { return found };
    let message = Message::new(
        "No group of the pattern has a name, and only named groups become fields: fluentd does not start.",
        "名前付きグループだけがフィールドになりますが、このパターンには 1 つもないため、fluentd が起動しません。",
    );
    let found = Diagnostic { message, ..found };
    let found = found.at(attr.source, attr.value_span);
    let Some(value) = verbatim(attr) else { return found };
    // The one group there is holds what is wanted.
    let groups = value
        .match_indices('(')
        .filter(|(at, _)| !value[..*at].ends_with('\\') && !value[at + 1..].starts_with('?'));
    let groups: Vec<usize> = groups.map(|(at, _)| at).collect();
    let [only] = groups[..] else { return found };
    let text = format!("{}(?<message>{}", &value[..only], &value[only + 1..]);
    found.fix(instead(attr, ("Name the group", "グループに名前を付ける:", "(?<message>…)"), text))
}

/// `@label` without its section: one that is called nearly so, or the top level where the matches are.
fn no_label(root: &Element, label: &str, found: Diagnostic) -> Diagnostic {
    let named = |_: &Element, attr: &Attr, value: &str| {
        matches!(attr.key.as_str(), "@label" | "label") && value == label
    };
    let Some(attr) = first(root, named) else { return found };
    let labels =
        root.elements.iter().filter(|element| element.name == "label").map(|element| &*element.arg);
    let message = Message::new(
        format!("There is no <label {label}> for this @label: fluentd does not start."),
        format!("この @label に対応する <label {label}> がないため、fluentd が起動しません。"),
    );
    let found = Diagnostic { message, ..found };
    let found = found.at(attr.source, attr.value_span);
    if let Some(better) = near(label, labels) {
        return found.fix(instead(attr, ("Write", "と書く", better), better.to_owned()));
    }
    if root.elements.iter().any(|element| element.name == "match") {
        let title = Message::new(
            format!(
                "Take @label {label} out: the events go to the filters and matches outside of labels"
            ),
            format!("@label {label} を外し、ラベルの外のフィルターと match へ流す"),
        );
        let edit = Edit {
            source: attr.source,
            span: Span::at(attr.key_span.start as usize),
            text: "# ".to_owned(),
        };
        return found.fix(Fix { title, edits: vec![edit] });
    }
    let title = Message::new(format!("Add <label {label}>"), format!("<label {label}> を追加する"));
    let text = format!("\n<label {label}>\n  <match **>\n    @type stdout\n  </match>\n</label>\n");
    found.fix(Fix {
        title,
        edits: vec![Edit { source: root.source, span: Span::at(root.span.end as usize), text }],
    })
}

/// A value that stands in the text as it is read.
fn verbatim(attr: &Attr) -> Option<&str> {
    let AttrValue::Text(value) = &attr.value else { return None };
    (attr.value_span.range().len() == value.len()).then_some(value)
}

/// Another value for a parameter; a Japanese verb stands behind its object.
fn instead(attr: &Attr, (en, ja, what): (&str, &str, &str), text: String) -> Fix {
    let ja = if ja.ends_with(':') { format!("{ja} {what}") } else { format!("{what} {ja}") };
    let edit = Edit { source: attr.source, span: attr.value_span, text };
    Fix { title: Message::new(format!("{en} {what}"), ja), edits: vec![edit] }
}

/// The name that differs least, by two letters at most and by less than half of them.
fn near<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let most = 2.min(name.len() / 2);
    let close = names.map(|known| (distance(name.as_bytes(), known.as_bytes()), known));
    close.filter(|(far, _)| *far <= most).min().map(|(_, known)| known)
}

/// Letters put in, left out or exchanged between two names.
fn distance(one: &[u8], other: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, a) in one.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, b) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(a != b);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::lint;
    use crate::diag::Diagnostic;
    use crate::fluent::config::edit::apply;
    use crate::fluent::config::v1_parser::parse;
    use crate::fluent::environment::Environment;
    use crate::fluent::error::RubyError;

    fn found(conf: &str, said: &str) -> Diagnostic {
        let root = parse(conf, &Environment::default()).root;
        lint(root.as_ref(), &RubyError::config(said), said.to_owned())
    }

    fn mended(conf: &str, said: &str) -> String {
        apply(conf, &found(conf, said).fix.expect("an edit").edits)
    }

    #[test]
    fn a_name_that_grok_does_not_know_becomes_the_nearest() {
        let conf = "<parse>\n  grok_pattern %{WORD:a} %{IPP:ip}\n</parse>\n";
        let said = "grok pattern not found: (?<a>\\b\\w+\\b) %{IPP:ip}";
        assert!(mended(conf, said).contains("%{WORD:a} %{IP:ip}"));
        assert_eq!(
            found(conf, said).message.en,
            "grok knows no pattern IPP: fluentd does not start."
        );
        assert!(found(conf, "grok pattern not found: %{NOTHINGLIKEIT}").fix.is_none());
    }

    #[test]
    fn the_only_group_of_a_pattern_gets_a_name() {
        let conf = "<parse>\n  @type regexp\n  expression /^(.*)$/\n</parse>\n";
        let said = "No named captures in 'expression' parameter. The regexp must have at least one named capture";
        assert!(mended(conf, said).contains("expression /^(?<message>.*)$/"));
        assert!(found(&conf.replace("(.*)", "(a) (b)"), said).fix.is_none());
    }

    #[test]
    fn a_label_that_is_not_there_is_corrected_left_out_or_made() {
        let said = "@KUBE label not found";
        let source = "<source>\n  @label @KUBE\n</source>\n";
        let near = format!("{source}<label @KUBES>\n</label>\n");
        assert!(mended(&near, said).contains("@label @KUBES\n"));
        let plain = format!("{source}<match **>\n</match>\n");
        assert!(mended(&plain, said).contains("  # @label @KUBE\n"));
        assert!(mended(source, said).contains("<label @KUBE>\n  <match **>"));
    }
}
