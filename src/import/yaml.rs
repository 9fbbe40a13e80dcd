//! A YAML text as a tree with line numbers, built on the events of `saphyr-parser`. Depth and size
//! are bounded; aliases are not followed.

use saphyr_parser::{Event, Parser, ScalarStyle};

/// Deepest nesting read.
const DEPTH: usize = 64;
/// Most nodes read.
const NODES: usize = 100_000;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// The 1-based line it begins on; for a block scalar the first line of its text.
    pub line: usize,
    /// For a block scalar the 1-based line after its text; else 0.
    pub end: usize,
    /// The number of its anchor; 0 without.
    pub anchor: usize,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Text of any style, unresolved.
    Scalar(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping, in order; of doubled keys the last one counts.
    Mapping(Vec<(Node, Node)>),
    /// A reference to the anchor of this number.
    Alias(usize),
}

/// Why a text is not YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// The parser's words.
    pub message: String,
    /// The 1-based line.
    pub line: usize,
}

impl Node {
    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The value under `key` of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let found = self.entries().rfind(|(name, _)| name.text() == Some(key));
        found.map(|(_, value)| value)
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = (&Node, &Node)> {
        let entries = match &self.kind {
            NodeKind::Mapping(entries) => entries.as_slice(),
            _ => &[],
        };
        entries.iter().map(|(key, value)| (key, value))
    }

    /// The items of a sequence; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::Sequence(items) => items,
            _ => &[],
        }
    }
}

/// A collection under construction.
struct Open {
    items: Vec<Node>,
    mapping: bool,
    line: usize,
    anchor: usize,
}

impl Open {
    fn close(self) -> Node {
        let kind = if self.mapping {
            let mut entries = Vec::with_capacity(self.items.len() / 2);
            let mut items = self.items.into_iter();
            while let (Some(key), Some(value)) = (items.next(), items.next()) {
                entries.push((key, value));
            }
            NodeKind::Mapping(entries)
        } else {
            NodeKind::Sequence(self.items)
        };
        Node { kind, line: self.line, end: 0, anchor: self.anchor }
    }
}

/// The documents of `text`.
pub fn read(text: &str) -> Result<Vec<Node>, YamlError> {
    let mut documents = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut nodes = 0;
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let (event, span) = event.map_err(|error| YamlError {
            message: error.info().to_owned(),
            line: error.marker().line(),
        })?;
        let line = span.start.line();
        nodes += 1;
        if nodes > NODES || open.len() > DEPTH {
            return Err(YamlError { message: "too large or too deeply nested".to_owned(), line });
        }
        let node = match event {
            Event::Scalar(text, style, anchor, _) => {
                let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                let end = if block { span.end.line() } else { 0 };
                Node { kind: NodeKind::Scalar(text.into_owned()), line, end, anchor }
            }
            Event::Alias(anchor) => Node { kind: NodeKind::Alias(anchor), line, end: 0, anchor: 0 },
            Event::SequenceStart(anchor, _) => {
                open.push(Open { items: Vec::new(), mapping: false, line, anchor });
                continue;
            }
            Event::MappingStart(anchor, _) => {
                open.push(Open { items: Vec::new(), mapping: true, line, anchor });
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(collection) => collection.close(),
                None => continue,
            },
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.items.push(node),
            None => documents.push(node),
        }
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::{NodeKind, read};

    #[test]
    fn a_block_scalar_knows_the_line_of_its_text() {
        let documents = read("a: 1\nb: |\n  x\n  y\n").unwrap_or_default();
        let value = documents[0].get("b").map(|node| (node.text(), node.line));
        assert_eq!(value, Some((Some("x\ny\n"), 3)));
    }

    #[test]
    fn several_documents_and_flow_style_are_read() {
        let documents = read("---\n{a: [1, 2]}\n---\n- x\n").unwrap_or_default();
        assert_eq!(documents.len(), 2);
        assert_eq!(documents[0].get("a").map(|a| a.items().len()), Some(2));
        assert!(matches!(documents[1].kind, NodeKind::Sequence(_)));
    }

    #[test]
    fn an_unrendered_helm_template_is_an_error_with_a_line() {
        let error = read("a: 1\nb: {{ .Values.x }}: y\n").unwrap_err();
        assert_eq!(error.line, 2);
    }

    #[test]
    fn nesting_is_bounded() {
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&"- ".repeat(1_000)).is_err());
    }
}
