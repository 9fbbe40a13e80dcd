//! Onigmo's parser: from the text Ruby's pass left to the tree.
//!
//! Follows `parse_regexp`, `parse_subexp`, `parse_branch`, `parse_exp` and `parse_enclose` of
//! `regparse.c` (6.2.2). Recursion is bounded by [`DEPTH_LIMIT`].

use crate::onigmo::check;
use crate::onigmo::error::{ErrorCode, RegexpError};
use crate::onigmo::parse_class::Class;
use crate::onigmo::preprocess::preprocess;
use crate::onigmo::quantifier;
use crate::onigmo::regexp::{Options, Warning};
use crate::onigmo::scan::{Env, Fault, PendingCall, Place, closer, fault};
use crate::onigmo::token::{Reference, Repeat, Token, TokenKind};
use crate::onigmo::tree::{
    BackRef, Charset, DEPTH_LIMIT, Enclose, Flags, Greed, Kind, Look, Name, Node, NodeId, Str, Tree,
};

/// A pattern that compiles.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The pattern as a tree.
    pub tree: Tree,
    /// What Ruby warns about, in its order.
    pub warnings: Vec<Warning>,
}

/// Reads `pattern` as Ruby's `Regexp.new` does.
pub fn parse(pattern: &str, options: Options) -> Result<Parsed, RegexpError> {
    let source = preprocess(pattern, options.extend)
        .map_err(|(code, span)| RegexpError::new(code, "", span, pattern, options))?;
    let flags = Flags {
        ignore_case: options.ignore_case,
        multi_line: options.multi_line,
        extend: options.extend,
        charset: Charset::Default,
    };
    let mut env = Env::new(&source, flags);
    let read = parse_regexp(&mut env).and_then(|root| check::finish(&mut env, root));
    match read {
        Ok(tree) => Ok(Parsed { tree, warnings: env.warnings }),
        Err(fault) => {
            let span = match fault.place {
                Place::Text(start, end) => source.span(start, end),
                Place::Pattern(span) => span,
            };
            let error = RegexpError::new(fault.code, &fault.name, span, pattern, options);
            Err(RegexpError { warnings: env.warnings, ..error })
        }
    }
}

fn parse_regexp(env: &mut Env<'_>) -> Result<NodeId, Fault> {
    let token = env.fetch_token()?;
    let (root, _) = env.parse_subexp(token, End::Pattern)?;
    Ok(root)
}

/// What ends a sequence of alternatives.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Pattern,
    /// `)` of the group that opened there.
    Group(usize),
}

impl End {
    fn is(self, token: &Token) -> bool {
        match self {
            End::Pattern => token.kind == TokenKind::Eot,
            End::Group(_) => token.kind == TokenKind::Close,
        }
    }
}

/// What a group turned out to be.
enum Group {
    Node(NodeId),
    /// `(?i)`
    OptionOnly(Flags),
}

/// Nodes read by one `parse_exp`, and the token after them.
type Expression = (Vec<NodeId>, Token);

impl Env<'_> {
    /// Adds a node for `start..end` of the text.
    pub(super) fn add(&mut self, kind: Kind, start: usize, end: usize) -> Result<NodeId, Fault> {
        let depth = quantifier::children(&kind)
            .filter_map(|child| self.nodes.get(child.0 as usize))
            .map(|child| child.depth + 1)
            .max()
            .unwrap_or(0);
        if usize::from(depth) > DEPTH_LIMIT {
            return fault(ErrorCode::ParseDepthLimitOver, start, end);
        }
        let span = self.source.span(start, end);
        self.nodes.push(Node { kind, span, flags: self.flags, depth });
        Ok(NodeId(self.nodes.len() as u32 - 1))
    }

    /// Alternatives up to `end`; gives the token that ended them.
    fn parse_subexp(&mut self, first: Token, end: End) -> Result<(NodeId, Token), Fault> {
        let start = first.start;
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return fault(ErrorCode::ParseDepthLimitOver, start, first.end);
        }
        let (node, mut token) = self.parse_branch(first, end)?;
        let mut branches = vec![node];
        while token.kind == TokenKind::Alt {
            let first = self.fetch_token()?;
            let (node, after) = self.parse_branch(first, end)?;
            branches.push(node);
            token = after;
        }
        if !end.is(&token) {
            let at = if let End::Group(open) = end { open } else { start };
            return fault(ErrorCode::EndPatternWithUnmatchedParenthesis, at, at + 1);
        }
        self.depth -= 1;
        let node = match branches.len() {
            1 => node,
            _ => self.add(Kind::Alt(branches.into()), start, token.start)?,
        };
        Ok((node, token))
    }

    fn parse_branch(&mut self, first: Token, end: End) -> Result<(NodeId, Token), Fault> {
        let start = first.start;
        let (mut nodes, mut token) = self.parse_exp(first, end)?;
        while token.kind != TokenKind::Eot && token.kind != TokenKind::Alt && !end.is(&token) {
            let (more, after) = self.parse_exp(token, end)?;
            nodes.extend(more);
            token = after;
        }
        let node = if let [single] = nodes[..] {
            single
        } else {
            let end = token.start.max(start);
            self.add(Kind::List(nodes.into()), start, end)?
        };
        Ok((node, token))
    }

    fn parse_exp(&mut self, token: Token, end: End) -> Result<Expression, Fault> {
        let (start, stop) = (token.start, token.end);
        if end.is(&token) {
            return Ok((vec![self.add(Kind::List(Box::default()), start, start)?], token));
        }
        let node = match token.kind {
            TokenKind::Alt | TokenKind::Eot => {
                return Ok((vec![self.add(Kind::List(Box::default()), start, start)?], token));
            }
            TokenKind::Open => match self.parse_enclose(start)? {
                Group::Node(node) => node,
                Group::OptionOnly(flags) => return self.parse_option_only(start, flags, end),
            },
            TokenKind::Close => {
                return fault(ErrorCode::UnmatchedCloseParenthesis, start, stop);
            }
            TokenKind::Repeat(_) => {
                return fault(ErrorCode::TargetOfRepeatOperatorNotSpecified, start, stop);
            }
            TokenKind::Char { c, .. } | TokenKind::CodePoint(c) => {
                let (node, after) = self.parse_string(c, start, stop)?;
                return self.parse_repeats(node, after);
            }
            TokenKind::ClassOpen => match self.parse_char_class(start)? {
                Class::Set(node) => node,
                Class::Char(c) => {
                    let (node, after) = self.parse_string(c, start, self.at)?;
                    return self.parse_repeats(node, after);
                }
            },
            TokenKind::RawByte { byte, .. } => self.raw_string(byte, start, stop)?,
            TokenKind::Property { not } => self.parse_char_property(not, start)?,
            TokenKind::BackRef(reference) => self.add_back_reference(reference, start, stop)?,
            TokenKind::Call { name, group, relative } => {
                self.parse_call(name, group, relative, start, stop)?
            }
            kind => self.add(leaf(&kind), start, stop)?,
        };
        let after = self.fetch_token()?;
        self.parse_repeats(node, after)
    }

    /// `(?i)`: the rest of the enclosing group is its target.
    fn parse_option_only(
        &mut self,
        start: usize,
        flags: Flags,
        end: End,
    ) -> Result<Expression, Fault> {
        let outer = std::mem::replace(&mut self.flags, flags);
        let token = self.fetch_token()?;
        let (target, token) = self.parse_subexp(token, end)?;
        self.flags = outer;
        let kind = Kind::Enclose { kind: Enclose::Option, target };
        Ok((vec![self.add(kind, start, token.start)?], token))
    }

    /// A run of literal characters from its first on; gives the token after it.
    fn parse_string(
        &mut self,
        first: char,
        start: usize,
        stop: usize,
    ) -> Result<(NodeId, Token), Fault> {
        let mut text = String::from(first);
        let mut starts = vec![self.source.origin(start) as u32];
        let mut end = stop;
        let token = loop {
            let token = self.fetch_token()?;
            match token.kind {
                TokenKind::Char { c, .. } | TokenKind::CodePoint(c) => {
                    text.push(c);
                    starts.push(self.source.origin(token.start) as u32);
                    end = token.end;
                }
                _ => break token,
            }
        };
        let kind = Kind::Str(Str { text: text.into(), starts: starts.into(), raw: false });
        Ok((self.add(kind, start, end)?, token))
    }

    fn raw_string(&mut self, byte: u8, start: usize, stop: usize) -> Result<NodeId, Fault> {
        let starts = Box::new([self.source.origin(start) as u32]);
        let text = String::from(byte as char).into();
        self.add(Kind::Str(Str { text, starts, raw: true }), start, stop)
    }

    fn add_back_reference(
        &mut self,
        reference: Reference,
        start: usize,
        stop: usize,
    ) -> Result<NodeId, Fault> {
        let Reference { groups, by_name, level } = reference;
        let own = groups
            .iter()
            .any(|&group| self.groups.get(group as usize - 1).is_some_and(|g| g.node.is_none()));
        let kind = Kind::BackRef(BackRef { groups: groups.into(), by_name, level });
        let node = self.add(kind, start, stop)?;
        if own {
            self.own_backrefs.push(node);
        }
        Ok(node)
    }

    fn parse_call(
        &mut self,
        name: (usize, usize),
        group: i32,
        relative: bool,
        start: usize,
        stop: usize,
    ) -> Result<NodeId, Fault> {
        let mut group = group;
        if group < 0 || relative {
            group = self.group_count() as i32 + 1 + group - i32::from(group > 0);
            if group <= 0 {
                return fault(ErrorCode::InvalidBackref, start, stop);
            }
        }
        let by_name = group == 0 && name.0 < name.1;
        let node = self.add(Kind::Call { group: group as u32, by_name }, start, stop)?;
        self.calls.push(PendingCall { node, name, group: group as u32 });
        Ok(node)
    }

    /// The quantifiers after `node`.
    fn parse_repeats(&mut self, node: NodeId, token: Token) -> Result<Expression, Fault> {
        let (mut before, mut node, mut token) = (Vec::new(), node, token);
        while let TokenKind::Repeat(repeat) = token.kind {
            let operator = (token.start, token.end);
            if !(repeat.min == 1 && repeat.max == Some(1)) {
                if let Some(last) = self.split_last_char(node) {
                    before.push(node);
                    node = last;
                }
                node = self.quantify(repeat, node, operator)?;
            }
            token = self.fetch_token()?;
        }
        before.push(node);
        Ok((before, token))
    }

    /// `abc+` repeats only the `c`: leaves the others in `node` and gives the last one's node.
    fn split_last_char(&mut self, node: NodeId) -> Option<NodeId> {
        let Some(Node { kind: Kind::Str(str), span, flags, .. }) =
            self.nodes.get_mut(node.0 as usize)
        else {
            return None;
        };
        let (Some((at, _)), true) = (str.text.char_indices().next_back(), str.starts.len() > 1)
        else {
            return None;
        };
        let count = str.starts.len() - 1;
        let last =
            Str { text: str.text[at..].into(), starts: str.starts[count..].into(), raw: str.raw };
        let (mut last_span, flags) = (*span, *flags);
        last_span.start = str.starts[count];
        span.end = str.starts[count];
        str.text = str.text[..at].into();
        str.starts = str.starts[..count].into();
        self.nodes.push(Node { kind: Kind::Str(last), span: last_span, flags, depth: 0 });
        Some(NodeId(self.nodes.len() as u32 - 1))
    }

    /// `set_quantifier`
    fn quantify(
        &mut self,
        repeat: Repeat,
        target: NodeId,
        operator: (usize, usize),
    ) -> Result<NodeId, Fault> {
        let mut outer = quantifier::from_token(repeat, target);
        outer.operator = self.source.span(operator.0, operator.1);
        if let Some(inner) = quantifier::inner(&self.nodes, target)
            && let Some(warning) = quantifier::warning(&outer, &inner.1)
        {
            self.warn(&warning, operator.0, false);
        }
        let kind = quantifier::reduce(&mut self.nodes, outer);
        let node = self.add(kind, operator.0, operator.1)?;
        let target_span = self.nodes[target.0 as usize].span;
        let whole = self.nodes[node.0 as usize].span.to(target_span);
        self.nodes[node.0 as usize].span = whole;
        if !repeat.possessive {
            return Ok(node);
        }
        if let Kind::Quantifier(quantifier) = &mut self.nodes[node.0 as usize].kind
            && quantifier.greed == Greed::Greedy
        {
            quantifier.greed = Greed::Possessive;
            return Ok(node);
        }
        let kind = Kind::Enclose { kind: Enclose::Atomic, target: node };
        let atomic = self.add(kind, operator.0, operator.1)?;
        self.nodes[atomic.0 as usize].span = whole;
        Ok(atomic)
    }

    /// A group; its `(` at `start` has been read.
    fn parse_enclose(&mut self, start: usize) -> Result<Group, Fault> {
        let Some(c) = self.peek() else {
            return fault(ErrorCode::EndPatternWithUnmatchedParenthesis, start, self.at);
        };
        if c != '?' {
            let group = self.add_group(None, start)?;
            return self.parse_memory(group, start);
        }
        self.at += 1;
        let Some(c) = self.next() else {
            return fault(ErrorCode::EndPatternInGroup, start, self.at);
        };
        match c {
            ':' => {
                let target = self.parse_inside(start)?;
                let kind = Kind::Enclose { kind: Enclose::Group, target };
                Ok(Group::Node(self.add(kind, start, self.at)?))
            }
            '=' => self.parse_look(Look::Ahead, start),
            '!' => self.parse_look(Look::NotAhead, start),
            '>' => {
                let target = self.parse_inside(start)?;
                let kind = Kind::Enclose { kind: Enclose::Atomic, target };
                Ok(Group::Node(self.add(kind, start, self.at)?))
            }
            '~' => {
                let target = self.parse_inside(start)?;
                Ok(Group::Node(self.add(Kind::Absent(target), start, self.at)?))
            }
            '\'' => self.parse_named(c, start),
            '<' => match self.peek() {
                None => fault(ErrorCode::EndPatternWithUnmatchedParenthesis, start, self.at),
                Some('=') => {
                    self.at += 1;
                    self.parse_look(Look::Behind(Box::default()), start)
                }
                Some('!') => {
                    self.at += 1;
                    self.parse_look(Look::NotBehind(Box::default()), start)
                }
                Some(_) => self.parse_named(c, start),
            },
            '(' => self.parse_condition(start),
            '-' | 'i' | 'm' | 'x' | 'a' | 'd' | 'u' => self.parse_options(c, start),
            _ => fault(ErrorCode::UndefinedGroupOption, start, self.at),
        }
    }

    /// What stands in a group, up to and with its `)`.
    fn parse_inside(&mut self, start: usize) -> Result<NodeId, Fault> {
        let token = self.fetch_token()?;
        let (target, _) = self.parse_subexp(token, End::Group(start))?;
        Ok(target)
    }

    fn parse_memory(&mut self, group: u32, start: usize) -> Result<Group, Fault> {
        let target = self.parse_inside(start)?;
        let kind = Kind::Enclose { kind: Enclose::Memory { group }, target };
        let node = self.add(kind, start, self.at)?;
        self.groups[group as usize - 1].node = Some(node);
        Ok(Group::Node(node))
    }

    fn parse_named(&mut self, open: char, start: usize) -> Result<Group, Fault> {
        let ((from, to), _) = self.fetch_name(closer(open), false)?;
        let text = &self.text[from..to];
        let found = self.names.iter().position(|known| &*known.text == text);
        let name = found.unwrap_or(self.names.len());
        let group = self.add_group(Some(name as u32), start)?;
        if found.is_none() {
            let span = self.source.span(from, to);
            self.names.push(Name { text: text.into(), groups: Vec::new(), span });
        }
        self.names[name].groups.push(group);
        self.named += 1;
        self.parse_memory(group, start)
    }

    fn parse_look(&mut self, look: Look, start: usize) -> Result<Group, Fault> {
        let target = self.parse_inside(start)?;
        Ok(Group::Node(self.add(Kind::Look { look, target }, start, self.at)?))
    }

    fn parse_condition(&mut self, start: usize) -> Result<Group, Fault> {
        let mut by_name = false;
        let group = match self.peek() {
            None => return fault(ErrorCode::UndefinedGroupOption, start, self.at),
            Some(c) if self.is_digit(c) => self.fetch_name(')', true)?.1 as u32,
            Some(open @ ('<' | '\'')) => {
                self.at += 1;
                let reference = self.fetch_named_backref(open)?;
                if !self.eat(')') {
                    return fault(ErrorCode::UndefinedGroupOption, start, self.at);
                }
                by_name = true;
                reference.groups.first().copied().unwrap_or(0)
            }
            Some(_) => return fault(ErrorCode::InvalidConditionPattern, start, self.at),
        };
        let target = self.parse_inside(start)?;
        let (yes, no, bad) = match quantifier::transparent(&self.nodes, target).1 {
            Kind::Alt(branches) => match branches[..] {
                [yes, no] => (yes, Some(no), false),
                _ => (target, None, true),
            },
            _ => (target, None, false),
        };
        let node = self.add(Kind::Condition { group, by_name, yes, no }, start, self.at)?;
        if bad {
            self.bad_conditions.push(node);
        }
        Ok(Group::Node(node))
    }

    /// `(?imx-imx)` and `(?imx-imx:…)`; the first letter has been read.
    fn parse_options(&mut self, first: char, start: usize) -> Result<Group, Fault> {
        let (mut flags, mut off, mut c) = (self.flags, false, first);
        loop {
            match c {
                '-' => off = true,
                'x' => flags.extend = !off,
                'i' => flags.ignore_case = !off,
                'm' => flags.multi_line = !off,
                'a' if !off => flags.charset = Charset::Ascii,
                'u' if !off => flags.charset = Charset::Unicode,
                'd' if !off => flags.charset = Charset::Default,
                ')' => return Ok(Group::OptionOnly(flags)),
                ':' => {
                    let outer = std::mem::replace(&mut self.flags, flags);
                    let target = self.parse_inside(start)?;
                    self.flags = outer;
                    let kind = Kind::Enclose { kind: Enclose::Option, target };
                    return Ok(Group::Node(self.add(kind, start, self.at)?));
                }
                _ => return fault(ErrorCode::UndefinedGroupOption, start, self.at),
            }
            match self.next() {
                Some(next) => c = next,
                None => return fault(ErrorCode::EndPatternInGroup, start, self.at),
            }
        }
    }
}

/// The node of a token that stands alone.
fn leaf(kind: &TokenKind) -> Kind {
    match kind {
        TokenKind::AnyChar => Kind::AnyChar,
        TokenKind::CharType { ctype, not } => Kind::CType { ctype: *ctype, not: *not },
        TokenKind::Anchor(anchor) => Kind::Anchor(*anchor),
        TokenKind::LineBreak => Kind::LineBreak,
        TokenKind::GraphemeCluster => Kind::GraphemeCluster,
        _ => Kind::List(Box::default()),
    }
}
