//! Flow collections (`[a, b]`, `{a: b}`), parsed from their text when somebody looks inside.
//!
//! The parser keeps its own stack, never fails, and treats what is missing as typed later: a
//! missing comma separates, a missing bracket closes at the end.

use std::ops::Range;

use crate::lexer::{can_start_plain, ends_flow_token, flow_plain_end, is_white, property_end};
use crate::node::NodeKind;

/// Index of a node in its [`FlowTree`]; the root is 0.
pub(crate) type FlowIndex = u32;

/// Places are bytes from the start of the collection.
#[derive(Clone, Debug)]
pub(crate) struct FlowNode {
    pub(crate) kind: NodeKind,
    pub(crate) span: Range<u32>,
    /// Anchor and tag, up to the content.
    pub(crate) properties: Range<u32>,
    pub(crate) parent: Option<FlowIndex>,
    /// Keys and values in turn for a mapping; items for a sequence.
    pub(crate) children: Vec<FlowIndex>,
}

/// A flow collection and all inside it.
#[derive(Debug)]
pub(crate) struct FlowTree {
    pub(crate) nodes: Vec<FlowNode>,
    pub(crate) errors: Vec<(Range<u32>, &'static str)>,
}

/// What the innermost open collection waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Expect {
    /// An item or key, or the end. True after a comma or the opening bracket.
    Item {
        fresh: bool,
    },
    /// The `:` of a pair, or its end. True after `?`.
    Colon {
        explicit: bool,
    },
    Value,
    /// A comma or the end.
    Comma,
}

struct Frame {
    node: FlowIndex,
    expect: Expect,
    /// A pair inside a sequence, without brackets: ends at a comma or at the sequence's bracket.
    single_pair: bool,
    /// The key in hand was explicit (`?`), hence free to span lines.
    explicit: bool,
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    nodes: Vec<FlowNode>,
    errors: Vec<(Range<u32>, &'static str)>,
    frames: Vec<Frame>,
    /// Where line breaks stand, in order.
    breaks: Vec<usize>,
}

/// Parses the collection that `text` starts with.
pub(crate) fn parse(text: &[u8]) -> FlowTree {
    let mut parser = Parser {
        text,
        at: 0,
        nodes: Vec::new(),
        errors: Vec::new(),
        frames: Vec::new(),
        breaks: memchr::memchr2_iter(b'\n', b'\r', text).collect(),
    };
    parser.open(0, 0..0);
    while !parser.frames.is_empty() {
        parser.step();
    }
    FlowTree {
        nodes: parser.nodes,
        errors: parser.errors,
    }
}

impl Parser<'_> {
    /// The range is widened to the end of its last character.
    fn error(&mut self, range: Range<usize>, message: &'static str) {
        let rest = self.text.get(range.end..).unwrap_or_default();
        let more = rest.iter().take_while(|b| **b & 0xc0 == 0x80).count();
        self.errors
            .push((range.start as u32..(range.end + more) as u32, message));
    }

    fn add(&mut self, kind: NodeKind, span: Range<usize>, properties: Range<usize>) -> FlowIndex {
        let index = self.nodes.len() as FlowIndex;
        let parent = self.frames.last().map(|frame| frame.node);
        self.nodes.push(FlowNode {
            kind,
            span: span.start as u32..span.end as u32,
            properties: properties.start as u32..properties.end as u32,
            parent,
            children: Vec::new(),
        });
        if let Some(parent) = parent {
            self.nodes[parent as usize].children.push(index);
        }
        index
    }

    fn add_empty(&mut self, at: usize) {
        self.add(NodeKind::Empty, at..at, at..at);
    }

    fn open(&mut self, at: usize, properties: Range<usize>) {
        let kind = match self.text[at] {
            b'{' => NodeKind::Mapping,
            _ => NodeKind::Sequence,
        };
        let node = self.add(kind, at..at + 1, properties);
        self.frames.push(Frame {
            node,
            expect: Expect::Item { fresh: true },
            single_pair: false,
            explicit: false,
        });
        self.at = at + 1;
    }

    /// Skips white space, line breaks and comments.
    fn skip_trivia(&mut self) {
        while let Some(&byte) = self.text.get(self.at) {
            let after_white = self.at > 0
                && (is_white(self.text[self.at - 1]) || is_break(self.text[self.at - 1]));
            match byte {
                _ if is_white(byte) || is_break(byte) => self.at += 1,
                b'#' if after_white => {
                    let end = memchr::memchr2(b'\n', b'\r', &self.text[self.at..]);
                    self.at = end.map_or(self.text.len(), |end| self.at + end);
                }
                _ => break,
            }
        }
    }

    fn step(&mut self) {
        self.skip_trivia();
        let Some(frame) = self.frames.last() else {
            return;
        };
        let (node, expect, single_pair) = (frame.node, frame.expect, frame.single_pair);
        let Some(&byte) = self.text.get(self.at) else {
            self.unclosed();
            return;
        };
        match byte {
            b',' => self.comma(expect, single_pair),
            b']' | b'}' => self.close(byte, node, expect, single_pair),
            b'?' if ends_flow_token(self.text, self.at + 1)
                && matches!(expect, Expect::Item { .. }) =>
            {
                self.question(node);
            }
            b':' if self.is_colon(expect) => self.colon(node, expect),
            _ => self.node(expect, single_pair),
        }
    }

    /// The text ends inside the collection: everything open ends here.
    fn unclosed(&mut self) {
        let end = self.text.len();
        self.error(0..1, "This bracket is never closed");
        while let Some(frame) = self.frames.last() {
            let (node, expect) = (frame.node, frame.expect);
            self.end_pair(expect);
            self.nodes[node as usize].span.end = end as u32;
            self.frames.pop();
            self.completed();
        }
    }

    fn set(&mut self, expect: Expect) {
        if let Some(frame) = self.frames.last_mut() {
            frame.expect = expect;
        }
    }

    /// Gives the pair in hand the half that it lacks.
    fn end_pair(&mut self, expect: Expect) {
        match expect {
            Expect::Colon { .. } | Expect::Value => self.add_empty(self.at),
            Expect::Item { fresh: false } if !self.in_sequence() => {
                self.add_empty(self.at);
                self.add_empty(self.at);
            }
            _ => {}
        }
    }

    fn pop_single_pair(&mut self) {
        if let Some(frame) = self.frames.pop() {
            let end = self.last_end(frame.node);
            self.nodes[frame.node as usize].span.end = end;
        }
        self.set(Expect::Comma);
    }

    fn last_end(&self, node: FlowIndex) -> u32 {
        let node = &self.nodes[node as usize];
        let last = node.children.last();
        last.map_or(node.span.end, |last| {
            self.nodes[*last as usize].span.end.max(node.span.end)
        })
    }

    fn comma(&mut self, expect: Expect, single_pair: bool) {
        if let Expect::Item { fresh: true } = expect {
            self.error(self.at..self.at + 1, "Nothing stands before this comma");
        }
        self.end_pair(expect);
        if single_pair {
            self.pop_single_pair();
        }
        self.set(Expect::Item { fresh: true });
        self.at += 1;
    }

    fn close(&mut self, byte: u8, node: FlowIndex, expect: Expect, single_pair: bool) {
        self.end_pair(expect);
        if single_pair {
            self.pop_single_pair();
            return;
        }
        let matches = (byte == b'}') == (self.nodes[node as usize].kind == NodeKind::Mapping);
        if !matches {
            self.error(
                self.at..self.at + 1,
                "This bracket closes one of the other kind",
            );
        }
        self.at += 1;
        self.nodes[node as usize].span.end = self.at as u32;
        self.frames.pop();
        self.completed();
    }

    /// A node of the innermost collection is complete.
    fn completed(&mut self) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let mapping = self.nodes[frame.node as usize].kind == NodeKind::Mapping;
        frame.expect = match frame.expect {
            Expect::Item { .. } if mapping => Expect::Colon {
                explicit: frame.explicit,
            },
            _ => Expect::Comma,
        };
    }

    fn question(&mut self, node: FlowIndex) {
        if self.nodes[node as usize].kind == NodeKind::Sequence {
            self.open_single_pair(None, true);
        } else if let Some(frame) = self.frames.last_mut() {
            frame.explicit = true;
            frame.expect = Expect::Item { fresh: false };
        }
        self.at += 1;
    }

    /// Starts a pair in a sequence; `key` is the item that turned out to be its key.
    fn open_single_pair(&mut self, key: Option<FlowIndex>, explicit: bool) {
        let start = key.map_or(self.at, |key| {
            let node = &self.nodes[key as usize];
            node.properties.start.min(node.span.start) as usize
        });
        if let (Some(_), Some(frame)) = (key, self.frames.last()) {
            self.nodes[frame.node as usize].children.pop();
        }
        let node = self.add(NodeKind::Mapping, start..start, start..start);
        if let Some(key) = key {
            self.nodes[key as usize].parent = Some(node);
            self.nodes[node as usize].children.push(key);
        }
        self.frames.push(Frame {
            node,
            expect: match key {
                Some(_) => Expect::Colon { explicit: false },
                None => Expect::Item { fresh: false },
            },
            single_pair: true,
            explicit,
        });
    }

    /// Is the `:` here an indicator? After a quoted scalar or a collection it needs no space.
    fn is_colon(&self, expect: Expect) -> bool {
        if ends_flow_token(self.text, self.at + 1) {
            return true;
        }
        let after_json = matches!(
            self.last_node()
                .map(|n| (n.kind, self.text[n.span.start as usize])),
            Some((NodeKind::Mapping | NodeKind::Sequence, _) | (NodeKind::Scalar, b'"' | b'\''))
        );
        match expect {
            Expect::Colon { .. } => after_json,
            Expect::Comma => after_json && self.in_sequence(),
            _ => false,
        }
    }

    fn last_node(&self) -> Option<&FlowNode> {
        let frame = self.frames.last()?;
        let last = self.nodes[frame.node as usize].children.last()?;
        Some(&self.nodes[*last as usize])
    }

    fn in_sequence(&self) -> bool {
        self.frames
            .last()
            .is_some_and(|frame| self.nodes[frame.node as usize].kind == NodeKind::Sequence)
    }

    fn colon(&mut self, node: FlowIndex, expect: Expect) {
        let sequence = self.nodes[node as usize].kind == NodeKind::Sequence;
        match expect {
            Expect::Comma if sequence => {
                let key = self.nodes[node as usize].children.last().copied();
                if let Some(key) = key {
                    let from = self.nodes[key as usize].span.start as usize;
                    let before = |at: usize| self.breaks.partition_point(|b| *b < at);
                    if before(from) < before(self.at) {
                        self.error(self.at..self.at + 1, "A key must stand on one line");
                    }
                    self.open_single_pair(Some(key), false);
                }
            }
            Expect::Item { .. } => {
                if sequence {
                    self.open_single_pair(None, false);
                }
                self.add_empty(self.at);
            }
            Expect::Colon { .. } => {}
            Expect::Value | Expect::Comma => {
                self.error(self.at..self.at + 1, "A comma is missing before this `:`");
                self.at += 1;
                return;
            }
        }
        self.at += 1;
        if let Some(frame) = self.frames.last_mut() {
            frame.explicit = false;
        }
        self.set(Expect::Value);
    }

    fn node(&mut self, expect: Expect, single_pair: bool) {
        match expect {
            Expect::Comma | Expect::Colon { .. } => {
                let rest = &self.text[self.at + 1..];
                // To the end of the character.
                let more = rest.iter().take_while(|b| **b & 0xc0 == 0x80).count();
                self.error(
                    self.at..self.at + 1 + more,
                    "A comma is missing before this",
                );
                self.end_pair(expect);
                if single_pair {
                    self.pop_single_pair();
                }
                self.set(Expect::Item { fresh: true });
            }
            Expect::Item { .. } | Expect::Value => {}
        }
        let properties = self.properties();
        let start = self.at;
        match self.text.get(start).copied() {
            None | Some(b',' | b']' | b'}') => {
                self.add(NodeKind::Empty, start..start, properties);
                self.completed();
            }
            Some(b':') if ends_flow_token(self.text, start + 1) => {
                self.add(NodeKind::Empty, start..start, properties);
                self.completed();
            }
            Some(b'[' | b'{') => self.open(start, properties),
            Some(b'*') => {
                let end = property_end(self.text, start).max(start + 1);
                self.leaf(NodeKind::Alias, start..end, properties);
            }
            Some(quote @ (b'"' | b'\'')) => {
                let end = quoted_end(self.text, start, quote);
                self.leaf(NodeKind::Scalar, start..end, properties);
            }
            Some(_) => self.plain(start, properties),
        }
    }

    fn leaf(&mut self, kind: NodeKind, span: Range<usize>, properties: Range<usize>) {
        self.at = span.end;
        self.add(kind, span, properties);
        self.completed();
    }

    fn properties(&mut self) -> Range<usize> {
        let start = self.at;
        while let Some(b'&' | b'!') = self.text.get(self.at) {
            self.at = property_end(self.text, self.at).max(self.at + 1);
            self.skip_trivia();
        }
        start..self.at
    }

    fn plain(&mut self, start: usize, properties: Range<usize>) {
        if !can_start_plain(self.text, start, true) {
            let message = match self.text[start] {
                b'#' => "A comment needs a space before its `#`",
                _ => "A plain scalar cannot start with this character: quote it",
            };
            self.error(start..start + 1, message);
        }
        let mut end = start;
        let mut at = start;
        loop {
            let (stop, comment) = flow_plain_end(self.text, at.max(start));
            // The first character belongs to the scalar, whatever it is.
            let stop = stop.max(if at == start { start + 1 } else { at });
            let trimmed = trim_end(self.text, at, stop);
            if trimmed > at {
                end = trimmed;
            }
            if comment || !self.text.get(stop).is_some_and(|b| is_break(*b)) {
                break;
            }
            let blank = |b: &&u8| is_white(**b) || is_break(**b);
            at = stop + self.text[stop..].iter().take_while(blank).count();
            let goes_on = self.text.get(at).is_some_and(|b| {
                *b != b'#'
                    && !crate::lexer::is_flow_indicator(*b)
                    && !(*b == b':' && ends_flow_token(self.text, at + 1))
            });
            if !goes_on {
                break;
            }
        }
        self.leaf(NodeKind::Scalar, start..end, properties);
    }
}

fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

fn trim_end(text: &[u8], start: usize, end: usize) -> usize {
    let white = text[start..end].iter().rev().take_while(|b| is_white(**b));
    end - white.count()
}

/// The place after the closing quote, or the end of the text.
fn quoted_end(text: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && text.get(at + 1) == Some(&b'\'') => at += 2,
            _ if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}
