//! The tree of an expression, with places, and its printer.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::ruby::string::RString;
use crate::ruby::value::Value;
use crate::source::Span;

/// A node with its place in the code.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Where.
    pub span: Span,
}

/// A piece of a string or regexp literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Text, escapes resolved (in a regexp: as written).
    Text(RString),
    /// `#{…}`
    Code(Node),
}

/// How the two sides of a test are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Logic {
    /// `&&`, `and`
    And,
    /// `||`, `or`
    Or,
}

/// A method call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// Before the point; `None`: a function or a name of the binding.
    pub receiver: Option<Box<Node>>,
    /// The method; operators too (`+`, `[]`, `=~`).
    pub method: Rc<str>,
    /// The arguments; `key: value` ones are gathered in a last Hash node.
    pub args: Vec<Node>,
    /// `&.`
    pub safe: bool,
    /// `{ |names| body }`
    pub block: Option<Box<Block>>,
}

/// A block.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Its parameters.
    pub params: Vec<Param>,
    /// Its body.
    pub body: Node,
    /// `&:name` in place of a block: the method that is called.
    pub symbol: Option<Rc<str>>,
}

/// A parameter of a block.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// `name`
    Name(Rc<str>),
    /// `*name`
    Rest(Rc<str>),
    /// `(a, b)`
    Group(Vec<Param>),
}

/// `rescue A, B => name`
#[derive(Clone, Debug, PartialEq)]
pub struct RescueClause {
    /// The classes; none: StandardError.
    pub classes: Vec<Node>,
    /// Where the exception goes.
    pub name: Option<Rc<str>>,
    /// What then runs.
    pub body: Node,
}

/// `begin … end`
#[derive(Clone, Debug, PartialEq)]
pub struct Begin {
    /// The body.
    pub body: Node,
    /// `rescue`
    pub rescues: Vec<RescueClause>,
    /// `else`
    pub other: Option<Node>,
    /// `ensure`
    pub ensure: Option<Node>,
}

/// `case … end`
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What is compared; none: the tests stand for themselves.
    pub subject: Option<Node>,
    /// `when a, b then …`
    pub arms: Vec<(Vec<Node>, Node)>,
    /// `else`
    pub other: Option<Node>,
}

/// Kinds of nodes.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// `nil`, `true`, numbers, plain strings, symbols.
    Literal(Value),
    /// `"…#{…}…"`
    Interpolated(Vec<Piece>),
    /// `/…/im`
    Regexp {
        /// The source in pieces.
        pieces: Vec<Piece>,
        /// The flags as written.
        flags: Rc<str>,
    },
    /// `[a, b]`
    Array(Vec<Node>),
    /// `{a => b}`
    Hash(Vec<(Node, Node)>),
    /// `a..b`, `a...b`
    Range {
        /// The lower end.
        low: Option<Box<Node>>,
        /// The upper end.
        high: Option<Box<Node>>,
        /// Three dots.
        exclusive: bool,
    },
    /// A local variable, a name of the binding or a function without arguments.
    Name(Rc<str>),
    /// `ENV`, `Time`, `Fluent::Engine`
    Constant(Rc<str>),
    /// `$1`, `$~`
    Global(Rc<str>),
    /// `name = value`
    Assign(Rc<str>, Box<Node>),
    /// `!a`, `not a`
    Not(Box<Node>),
    /// `a && b`, `a || b`
    Logic(Logic, Box<Node>, Box<Node>),
    /// `a ? b : c`, `if a then b else c end`, `b if a`
    If(Box<Node>, Box<Node>, Option<Box<Node>>),
    /// `a rescue b`
    Rescue(Box<Node>, Box<Node>),
    /// `a; b`
    Sequence(Vec<Node>),
    /// `defined?(a)`
    Defined(Box<Node>),
    /// `*a` among arguments or items.
    Splat(Box<Node>),
    /// `receiver[args] = value`
    Store(Box<Node>, Vec<Node>, Box<Node>),
    /// `a, b = value`
    Spread(Vec<Rc<str>>, Box<Node>),
    /// `case`
    Case(Box<Case>),
    /// `begin`
    Begin(Box<Begin>),
    /// `while test body end`
    While(Box<Node>, Box<Node>),
    /// `next value` (true: `break value`)
    Jump(bool, Option<Box<Node>>),
    /// A call.
    Call(Call),
}

impl Node {
    /// The code in one canonical form: parsing it again gives the same tree but for places.
    pub fn print(&self) -> String {
        let mut out = String::new();
        print_node(self, &mut out);
        out
    }
}

#[expect(clippy::too_many_lines, reason = "one flat table")]
fn print_node(node: &Node, out: &mut String) {
    match &node.kind {
        NodeKind::Literal(value) => print_literal(value, out),
        NodeKind::Interpolated(pieces) => print_pieces(pieces, '"', out),
        NodeKind::Regexp { pieces, flags } => {
            print_pieces(pieces, '/', out);
            out.push_str(flags);
        }
        NodeKind::Array(items) => print_list("[", items, "]", out),
        NodeKind::Hash(entries) => print_hash(entries, out),
        NodeKind::Range { low, high, exclusive } => {
            out.push('(');
            low.iter().for_each(|node| print_node(node, out));
            out.push_str(if *exclusive { "..." } else { ".." });
            high.iter().for_each(|node| print_node(node, out));
            out.push(')');
        }
        NodeKind::Name(name) | NodeKind::Constant(name) | NodeKind::Global(name) => {
            out.push_str(name);
        }
        NodeKind::Assign(name, value) => print_two(&format!("({name} = "), value, None, out),
        NodeKind::Not(value) => print_two("(!", value, None, out),
        NodeKind::Logic(Logic::And, a, b) => print_two("(", a, Some((" && ", b)), out),
        NodeKind::Logic(Logic::Or, a, b) => print_two("(", a, Some((" || ", b)), out),
        NodeKind::Rescue(a, b) => print_two("(", a, Some((" rescue ", b)), out),
        NodeKind::Defined(value) => print_two("defined?(", value, None, out),
        NodeKind::If(test, yes, no) => print_if(test, yes, no.as_deref(), out),
        NodeKind::Sequence(nodes) => {
            out.push('(');
            for (index, node) in nodes.iter().enumerate() {
                out.push_str(if index > 0 { "; " } else { "" });
                print_node(node, out);
            }
            out.push(')');
        }
        NodeKind::Call(call) => print_call(call, out),
        NodeKind::Splat(value) => {
            out.push('*');
            print_node(value, out);
        }
        NodeKind::Store(receiver, args, value) => {
            out.push('(');
            print_node(receiver, out);
            print_list("[", args, "] = ", out);
            print_node(value, out);
            out.push(')');
        }
        NodeKind::Spread(names, value) => {
            print_two(&format!("({} = ", names.join(", ")), value, None, out);
        }
        NodeKind::Case(case) => print_case(case, out),
        NodeKind::Begin(begin) => print_begin(begin, out),
        NodeKind::While(test, body) => {
            print_part("while ", Some(test), out);
            print_part("; ", Some(body), out);
            out.push_str(" end");
        }
        NodeKind::Jump(breaks, value) => {
            out.push_str(if *breaks { "break" } else { "next" });
            print_part(" ", value.as_deref(), out);
        }
    }
}

fn print_part(before: &str, node: Option<&Node>, out: &mut String) {
    if let Some(node) = node {
        out.push_str(before);
        print_node(node, out);
    }
}

fn print_case(case: &Case, out: &mut String) {
    out.push_str("case");
    print_part(" ", case.subject.as_ref(), out);
    for (tests, body) in &case.arms {
        print_list("; when ", tests, " then ", out);
        print_node(body, out);
    }
    print_part("; else ", case.other.as_ref(), out);
    out.push_str(" end");
}

fn print_begin(begin: &Begin, out: &mut String) {
    print_part("begin; ", Some(&begin.body), out);
    for rescue in &begin.rescues {
        print_list("; rescue ", &rescue.classes, "", out);
        rescue.name.iter().for_each(|name| out.extend([" => ", name]));
        print_part(" then ", Some(&rescue.body), out);
    }
    print_part("; else ", begin.other.as_ref(), out);
    print_part("; ensure ", begin.ensure.as_ref(), out);
    out.push_str(" end");
}

fn print_params(params: &[Param]) -> String {
    let shown = params.iter().map(|param| match param {
        Param::Name(name) => name.to_string(),
        Param::Rest(name) => format!("*{name}"),
        Param::Group(inner) => format!("({})", print_params(inner)),
    });
    shown.collect::<Vec<_>>().join(", ")
}

fn print_two(before: &str, a: &Node, b: Option<(&str, &Node)>, out: &mut String) {
    out.push_str(before);
    print_node(a, out);
    if let Some((between, b)) = b {
        out.push_str(between);
        print_node(b, out);
    }
    out.push(')');
}

fn print_if(test: &Node, yes: &Node, no: Option<&Node>, out: &mut String) {
    out.push_str("if ");
    print_node(test, out);
    out.push_str(" then ");
    print_node(yes, out);
    if let Some(no) = no {
        out.push_str(" else ");
        print_node(no, out);
    }
    out.push_str(" end");
}

fn print_hash(entries: &[(Node, Node)], out: &mut String) {
    out.push('{');
    for (index, (key, value)) in entries.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        print_node(key, out);
        out.push_str(" => ");
        print_node(value, out);
    }
    out.push('}');
}

fn print_list(open: &str, items: &[Node], close: &str, out: &mut String) {
    out.push_str(open);
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        print_node(item, out);
    }
    out.push_str(close);
}

fn print_call(call: &Call, out: &mut String) {
    if let Some(receiver) = &call.receiver {
        print_node(receiver, out);
        out.push_str(if call.safe { "&." } else { "." });
    }
    out.push_str(&call.method);
    print_list("(", &call.args, ")", out);
    if let Some(block) = &call.block {
        if let Some(symbol) = &block.symbol {
            out.truncate(out.len() - 1);
            let _ = write!(out, "{}&:{symbol})", if call.args.is_empty() { "" } else { ", " });
            return;
        }
        let _ = write!(out, " {{ |{}| ", print_params(&block.params));
        print_node(&block.body, out);
        out.push_str(" }");
    }
}

fn print_literal(value: &Value, out: &mut String) {
    match value {
        Value::String(text) => print_pieces(&[Piece::Text(text.clone())], '"', out),
        Value::Symbol(name) => {
            out.push(':');
            print_pieces(&[Piece::Text(RString::utf8(name))], '"', out);
        }
        other => out.push_str(&crate::ruby::inspect::inspect(other, Default::default())),
    }
}

fn print_pieces(pieces: &[Piece], quote: char, out: &mut String) {
    out.push(quote);
    for piece in pieces {
        match piece {
            Piece::Text(text) if quote == '"' => {
                let shown = crate::ruby::inspect::inspect_string(text);
                out.push_str(shown.get(1..shown.len() - 1).unwrap_or_default());
            }
            Piece::Text(text) => out.push_str(&text.to_lossy().replace('/', "\\/")),
            Piece::Code(code) => {
                out.push_str("#{");
                print_node(code, out);
                out.push('}');
            }
        }
    }
    out.push(quote);
}
