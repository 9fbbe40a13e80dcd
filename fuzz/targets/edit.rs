//! Lossless edits: edit, print and parse gives the intended tree. Which edit, which section, value,
//! NUL, configuration.
#![no_main]

use fluentd_playground::fluent::config::edit::{add_section, apply, remove, remove_section, set};
use fluentd_playground::fluent::config::element::Element;
use fluentd_playground::fluent::config::syntax::{Item, SectionSyntax};
use fluentd_playground::fluent::config::v1_parser::parse;
use fluentd_playground::fluent::environment::Environment;
use libfuzzer_sys::fuzz_target;

const RESERVED_PARAMS: [&str; 4] = ["@type", "@id", "@label", "@log_level"];

/// What a section reads as: name, argument, parameters in order, sections.
#[derive(Clone, Debug, PartialEq)]
struct Section {
    name: String,
    arg: String,
    params: Vec<(String, String)>,
    sections: Vec<Section>,
}

fn read(element: &Element) -> Section {
    Section {
        name: element.name.clone(),
        arg: element.arg.clone(),
        params: element.attrs.iter().map(|a| (a.key.clone(), format!("{:?}", a.value))).collect(),
        sections: element.elements.iter().map(read).collect(),
    }
}

fn tree(text: &str) -> Option<Section> {
    parse(text, &Environment::default()).root.as_ref().map(read)
}

/// The `number`th section in order of the text, with the way to it.
fn pick<'s>(
    items: &'s [Item],
    number: &mut usize,
    way: &mut Vec<usize>,
) -> Option<&'s SectionSyntax> {
    let sections = items.iter().filter_map(|item| match item {
        Item::Section(section) => Some(section),
        _ => None,
    });
    for (at, section) in sections.enumerate() {
        way.push(at);
        if *number == 0 {
            return Some(section);
        }
        *number -= 1;
        if let Some(found) = pick(&section.items, number, way) {
            return Some(found);
        }
        way.pop();
    }
    None
}

fn at<'t>(root: &'t mut Section, way: &[usize]) -> &'t mut Section {
    way.iter().fold(root, |section, &at| &mut section.sections[at])
}

fuzz_target!(|data: &[u8]| {
    let [what, number, rest @ ..] = data else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let Some((value, text)) = text.split_once('\0') else { return };
    let parsed = parse(text, &Environment::default());
    let (Some(root), [syntax]) = (parsed.root, parsed.files.as_slice()) else { return };
    // Other files are not edited, `</>` ends a configuration before its end, and a `\r` of its own ends
    // a comment before a name but not behind a value.
    let unnamed = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let ended = text.split("</").skip(1).any(unnamed);
    let lone = text.replace("\r\n", "").contains('\r');
    if lone || ended || text.contains("include") {
        return;
    }
    let mut wanted = read(&root);
    let mut way = Vec::new();
    let mut left = usize::from(number % 8);
    let section = pick(&syntax.items, &mut left, &mut way);
    let target = at(&mut wanted, &way);
    let read_value = |value: &str| {
        let read =
            tree(&format!("k {}\n", fluentd_playground::fluent::config::edit::written(value)));
        read.expect("a value").params[0].1.clone()
    };
    let edits = match what % 4 {
        0 => {
            let name = match target.params.first() {
                Some((name, _)) if what & 4 != 0 => name.clone(),
                _ => "fuzz_name".to_owned(),
            };
            // Such a name (or none: nil) may stand alone but not take a value.
            let reserved = name.starts_with('@') && !RESERVED_PARAMS.contains(&name.as_str());
            if reserved || name.is_empty() {
                return;
            }
            let read = read_value(value);
            match target.params.iter_mut().find(|param| param.0 == name) {
                Some(param) => param.1 = read,
                None => target.params.push((name.clone(), read)),
            }
            vec![set(syntax, section, &name, value)]
        }
        1 => {
            let Some((name, _)) = target.params.first().cloned() else { return };
            target.params.remove(0);
            remove(syntax, section, &name)
        }
        2 => {
            let params = vec![("a".to_owned(), read_value(value))];
            let (name, arg) = ("fuzz".to_owned(), String::new());
            target.sections.push(Section { name, arg, params, sections: Vec::new() });
            vec![add_section(syntax, section, "fuzz", "", &[("a", value)])]
        }
        _ => {
            let (Some(section), Some((last, above))) = (section, way.split_last()) else { return };
            at(&mut wanted, above).sections.remove(*last);
            vec![remove_section(syntax, section)]
        }
    };
    let edited = apply(text, &edits);
    assert_eq!(tree(&edited), Some(wanted), "{text:?} became {edited:?}");
});
