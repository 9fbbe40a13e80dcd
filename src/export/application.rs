//! The application's own pattern in a configuration: what another agent is to apply to the message.

use crate::fluent::config::syntax::{Item, SectionSyntax, Syntax};
use crate::fluent::config::v1_parser;
use crate::fluent::environment::Environment;
use crate::onigmo::regexp::{Options, Regexp};

/// The pattern over the application's own text: of a parser filter, else of a source that reads no
/// container log.
pub fn application_pattern(conf: &str) -> Option<Regexp> {
    let parsed = v1_parser::parse(conf, &Environment::default());
    let file = parsed.files.first()?;
    let mut found = Vec::new();
    expressions(file, &file.items, "", &mut found);
    crate::order::by_key(&mut found, |(within, _)| within != "filter");
    let fits = |(_, text): &&(String, String)| !text.contains("stdout|stderr");
    found.iter().find(fits).and_then(|(_, text)| regexp_of(text))
}

fn expressions(file: &Syntax, items: &[Item], within: &str, found: &mut Vec<(String, String)>) {
    for item in items {
        match item {
            Item::Param(param) if param.name == "expression" => {
                found.push((within.to_owned(), param.text.clone()));
            }
            Item::Section(section) => {
                let name = name_of(file, section);
                let within = if matches!(name, "source" | "filter") { name } else { within };
                expressions(file, &section.items, within, found);
            }
            Item::Param(_) | Item::Include(_) => {}
        }
    }
}

fn name_of<'f>(file: &'f Syntax, section: &SectionSyntax) -> &'f str {
    file.slice(section.name)
}

/// A pattern as it stands in a configuration, with its options.
fn regexp_of(expression: &str) -> Option<Regexp> {
    let (body, flags) = expression.strip_prefix('/')?.rsplit_once('/')?;
    let options = Options {
        ignore_case: flags.contains('i'),
        multi_line: flags.contains('m'),
        extend: flags.contains('x'),
    };
    Regexp::new(body, options).ok()
}
