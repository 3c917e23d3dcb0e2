//! The line lexer: a line and the state before it give its entries and the state after it.
//!
//! It looks at one line only. Whatever spans lines (multi-line scalars, flow collections) is
//! carried in [`State`] and decoded when somebody asks for the value. Lexing cannot fail; what is
//! wrong becomes an error with a place, and the line after it is read as if nothing had happened.

mod block_scalar;
mod flow;
mod plain;
mod quoted;

use std::ops::Range;

use smallvec::SmallVec;

pub(crate) use flow::{ends_flow_token, flow_plain_end};
use plain::PlainStop;
pub(crate) use plain::can_start_plain;
use quoted::looks_like_structure;

use crate::line::{CLOSED, Entry, EntryKind, FlowInner, Line, Mode, Phase, State};

/// Something wrong in a line. Places are bytes from the start of the line (after a BOM).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LexError {
    pub(crate) range: Range<u32>,
    pub(crate) message: &'static str,
}

/// Lexes one line (`text` without its line break, `len` with it).
pub(crate) fn lex(text: &[u8], len: usize, state: State) -> (Line, Vec<LexError>) {
    let bom = match state.phase {
        Phase::Body => 0,
        _ => bom_len(text),
    };
    let mut lexer = Lexer {
        text: &text[bom..],
        comment: Line::NO_COMMENT,
        value_end: 0,
        continued: false,
        entries: SmallVec::new(),
        errors: Vec::new(),
    };
    let state = lexer.line(state);
    let line = Line {
        len: to_u32(len),
        comment: lexer.comment,
        value_end: lexer.value_end,
        continued: lexer.continued,
        has_error: !lexer.errors.is_empty(),
        bom: bom > 0,
        state,
        entries: lexer.entries,
    };
    (line, lexer.errors)
}

/// Would this line begin another document, given the state before it?
pub(crate) fn begins_document(text: &[u8], state: State) -> bool {
    match state.phase {
        Phase::Prefix => false,
        Phase::Ended => true,
        Phase::Body => is_marker(text, b"---"),
    }
}

/// `---` or `...` at the start of a line, alone or before white space.
pub(crate) fn is_marker(text: &[u8], marker: &[u8]) -> bool {
    text.starts_with(marker) && is_blank_at(text, marker.len())
}

pub(crate) fn is_white(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

/// White space or the end of the line (or of a flow collection's line) at `at`.
pub(crate) fn is_blank_at(text: &[u8], at: usize) -> bool {
    text.get(at)
        .is_none_or(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
}

pub(crate) fn is_flow_indicator(byte: u8) -> bool {
    matches!(byte, b',' | b'[' | b']' | b'{' | b'}')
}

fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Most collections that may start on one line. Real documents have three; searches within a line
/// look at each, so this keeps them bounded.
const MAX_INLINE: usize = 64;

/// What may start at a place in a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Allowed {
    /// Anything: the start of a line, or after `- `, `? `, `: `.
    Block,
    /// Only a value: after `key:`.
    AfterKey,
    /// Only a value: after `---`.
    AfterMarker,
}

struct Lexer<'a> {
    text: &'a [u8],
    comment: u32,
    value_end: u32,
    continued: bool,
    entries: SmallVec<[Entry; 2]>,
    errors: Vec<LexError>,
}

impl Lexer<'_> {
    fn line(&mut self, state: State) -> State {
        if self.text.first().is_some_and(|b| matches!(b, b'-' | b'.')) {
            if is_marker(self.text, b"---") {
                return self.document_start();
            }
            if is_marker(self.text, b"...") {
                return self.document_end();
            }
        }
        match state.mode {
            Mode::Block => self.block_line(state),
            Mode::Plain => self.plain_line(state),
            Mode::SingleQuoted => self.quoted_line(state, b'\''),
            Mode::DoubleQuoted => self.quoted_line(state, b'"'),
            Mode::Flow { depth, inner } => self.flow_line(state, depth, inner),
            Mode::BlockScalar { indent, blank } => self.block_scalar_line(state, indent, blank),
        }
    }

    // Helpers.

    fn at(&self, at: usize) -> Option<u8> {
        self.text.get(at).copied()
    }

    fn skip_white(&self, from: usize) -> usize {
        let white = |b: &&u8| is_white(**b);
        from + self.text[from.min(self.text.len())..]
            .iter()
            .take_while(white)
            .count()
    }

    fn spaces(&self) -> usize {
        self.text.iter().take_while(|b| **b == b' ').count()
    }

    /// The range is widened to the end of its last character.
    fn error(&mut self, range: Range<usize>, message: &'static str) {
        let rest = self.text.get(range.end..).unwrap_or_default();
        let more = rest.iter().take_while(|b| **b & 0xc0 == 0x80).count();
        self.errors.push(LexError {
            range: to_u32(range.start)..to_u32(range.end + more),
            message,
        });
    }

    fn rest_error(&mut self, from: usize, message: &'static str) {
        let end = self.trimmed_end(self.text.len());
        self.error(from..end.max(from), message);
    }

    fn push(&mut self, kind: EntryKind, start: usize, content: usize, end: usize) {
        let first = match content < end {
            true => self.text[content],
            false => 0,
        };
        self.entries.push(Entry {
            kind,
            first,
            start: to_u32(start),
            content: to_u32(content),
            end: to_u32(end),
        });
    }

    fn trimmed_end(&self, end: usize) -> usize {
        let white = self.text[..end].iter().rev().take_while(|b| is_white(**b));
        end - white.count()
    }

    /// Notes a comment at `at`, or says that what stands there does not belong.
    fn finish(&mut self, end: usize, message: &'static str) {
        let next = self.skip_white(end);
        match self.at(next) {
            None => {}
            Some(b'#') if next > end || end == 0 => self.comment = to_u32(next),
            Some(b'#') => self.rest_error(next, "A comment needs a space before its `#`"),
            Some(_) => self.rest_error(next, message),
        }
    }

    // Document markers and directives.

    fn document_start(&mut self) -> State {
        self.push(EntryKind::DocumentStart, 0, 0, 3);
        let next = self.skip_white(3);
        match self.at(next) {
            None => State::open(-1),
            Some(b'#') => {
                self.comment = to_u32(next);
                State::open(-1)
            }
            Some(_) => self.node(next, Allowed::AfterMarker, -1),
        }
    }

    fn document_end(&mut self) -> State {
        self.push(EntryKind::DocumentEnd, 0, 0, 3);
        self.finish(3, "Nothing may follow `...` on its line");
        State {
            phase: Phase::Ended,
            ..State::default()
        }
    }

    // Lines between nodes.

    fn block_line(&mut self, state: State) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        match self.at(start) {
            None => return state,
            Some(b'#') => {
                self.comment = to_u32(start);
                return state;
            }
            Some(b'%') if start == 0 && state.phase == Phase::Prefix => {
                let end = self.directive_end();
                self.push(EntryKind::Directive, 0, 0, end);
                return state;
            }
            Some(_) => {}
        }
        if self.is_junk(start, state) {
            self.rest_error(start, "This line is not YAML: it is left out");
            return state;
        }
        if start > spaces && self.text[spaces] == b'\t' {
            return self.tab_line(state, spaces, start);
        }
        let column = column(start);
        let parent = if state.parent != CLOSED && state.parent < column {
            state.parent
        } else {
            column - 1
        };
        self.node(start, Allowed::Block, parent)
    }

    /// A line indented by tabs: fine for a value that waits, not for structure.
    fn tab_line(&mut self, state: State, spaces: usize, start: usize) -> State {
        let waits = state.parent != CLOSED && state.parent < column(spaces);
        let message = "Tabs cannot indent: use spaces";
        if waits {
            let after = self.node(start, Allowed::Block, state.parent);
            let structure = |e: &Entry| !matches!(e.kind, EntryKind::Value | EntryKind::Properties);
            if !self.entries.iter().any(structure) {
                return after;
            }
            self.entries.clear();
            self.errors.clear();
        }
        self.error(spaces..start, message);
        State {
            phase: Phase::Body,
            ..state
        }
    }

    /// Merge markers and template lines: no YAML, and no effect on what stands around them.
    fn is_junk(&self, start: usize, state: State) -> bool {
        let rest = &self.text[start..];
        let template = || {
            let end = self.trimmed_end(self.text.len());
            rest.starts_with(b"{{") && self.text[..end].ends_with(b"}}")
        };
        let merge_marker = || {
            start == 0
                && state.parent != -1
                && [&b"<<<<<<<"[..], b"=======", b">>>>>>>", b"|||||||"]
                    .iter()
                    .any(|marker| is_marker(rest, marker))
        };
        match rest.first() {
            Some(b'{') => template(),
            Some(b'<' | b'=' | b'>' | b'|') => merge_marker(),
            _ => false,
        }
    }

    fn directive_end(&mut self) -> usize {
        let comment = (1..self.text.len())
            .find(|i| self.text[*i] == b'#' && is_white(self.text[*i - 1]))
            .unwrap_or(self.text.len());
        if comment < self.text.len() {
            self.comment = to_u32(comment);
        }
        self.trimmed_end(comment)
    }

    /// Lexes a node at `at`. `parent` is the column that it must be indented more than.
    fn node(&mut self, mut at: usize, mut allowed: Allowed, mut parent: i32) -> State {
        loop {
            if self.entries.len() < MAX_INLINE
                && is_blank_at(self.text, at + 1)
                && let Some(kind) = indicator(self.text[at])
                && self.indicator_allowed(kind, at, allowed)
            {
                self.push(kind, at, at, at + 1);
                parent = column(at);
                let next = self.skip_white(at + 1);
                match self.at(next) {
                    None => return State::open(parent),
                    Some(b'#') => {
                        self.comment = to_u32(next);
                        return State::open(parent);
                    }
                    Some(_) => {}
                }
                self.check_tab_before_structure(at + 1, next);
                (at, allowed) = (next, Allowed::Block);
                continue;
            }
            let content = self.properties(at);
            if content > at {
                match self.at(content) {
                    None | Some(b'#') => return self.lone_properties(at, content, parent),
                    Some(b'-' | b'?') if is_blank_at(self.text, content + 1) => {
                        let message = "The node of an anchor or tag must start on another line";
                        self.error(at..self.trimmed_end(content), message);
                        at = content;
                        continue;
                    }
                    Some(_) => {}
                }
            }
            match self.content(at, content, allowed, parent) {
                Ok(state) => return state,
                Err(value) => {
                    parent = column(at);
                    (at, allowed) = (value, Allowed::AfterKey);
                }
            }
        }
    }

    fn indicator_allowed(&mut self, kind: EntryKind, at: usize, allowed: Allowed) -> bool {
        if allowed == Allowed::Block {
            return true;
        }
        let message = match kind {
            EntryKind::Dash => "A sequence cannot start here: put its first `-` on the next line",
            _ => "An explicit pair cannot start here",
        };
        self.error(at..at + 1, message);
        kind == EntryKind::Dash
    }

    /// `-`, `?` and `:` may be followed by tabs, but not when structure follows those.
    fn check_tab_before_structure(&mut self, from: usize, next: usize) {
        if !self.text[from..next].contains(&b'\t') {
            return;
        }
        let structure = indicator(self.text[next]).is_some() && is_blank_at(self.text, next + 1)
            || matches!(self.plain(next), (_, PlainStop::Colon(_)));
        if structure {
            self.error(from..next, "Tabs cannot indent: use spaces");
        }
    }

    fn lone_properties(&mut self, start: usize, content: usize, parent: i32) -> State {
        let end = self.trimmed_end(content);
        self.push(EntryKind::Properties, start, end, end);
        if content < self.text.len() {
            self.comment = to_u32(content);
        }
        State::open(parent)
    }

    /// Steps over anchors and tags; gives the place of the node.
    fn properties(&mut self, mut at: usize) -> usize {
        while let Some(b'&' | b'!') = self.at(at) {
            let end = property_end(self.text, at);
            if !is_blank_at(self.text, end) {
                self.error(at..end + 1, "No anchor or tag may hold this character");
            }
            at = self.skip_white(end.max(at + 1));
        }
        at
    }

    /// Lexes the content of a node. Gives the place of the value where the content is a key with a
    /// value on the same line.
    fn content(
        &mut self,
        start: usize,
        content: usize,
        allowed: Allowed,
        parent: i32,
    ) -> Result<State, usize> {
        let end = match self.text[content] {
            b'*' => property_end(self.text, content),
            quote @ (b'"' | b'\'') => match self.close_quote(content + 1, quote) {
                Some(end) => end,
                None => {
                    let mode = match quote {
                        b'"' => Mode::DoubleQuoted,
                        _ => Mode::SingleQuoted,
                    };
                    self.push(EntryKind::Value, start, content, self.text.len());
                    return Ok(State::inside(mode, parent));
                }
            },
            b'[' | b'{' => match self.flow(content, 0, FlowInner::Between) {
                Ok(end) => end,
                Err((depth, inner)) => {
                    let end = self.value_end_before_comment();
                    self.push(EntryKind::Value, start, content, end);
                    return Ok(State::inside(Mode::Flow { depth, inner }, parent));
                }
            },
            b'|' | b'>' => return Ok(self.block_scalar_header(start, content, parent)),
            _ => return self.plain_node(start, content, allowed, parent),
        };
        let next = self.skip_white(end);
        if self.at(next) == Some(b':') && is_blank_at(self.text, next + 1) {
            if allowed == Allowed::Block {
                return self.key(start, content, end, next);
            }
            self.push(EntryKind::Value, start, content, end);
            self.not_a_key(next, allowed);
            return Ok(State::closed());
        }
        self.push(EntryKind::Value, start, content, end);
        self.finish(end, "Nothing may follow a complete value on its line");
        Ok(State::closed())
    }

    fn not_a_key(&mut self, colon: usize, allowed: Allowed) {
        let message = match allowed {
            Allowed::AfterMarker => "A mapping cannot start on the line of `---`",
            _ => "A mapping cannot start here: quote the value, or put it on its own line",
        };
        self.error(colon..colon + 1, message);
    }

    fn key(
        &mut self,
        start: usize,
        content: usize,
        end: usize,
        colon: usize,
    ) -> Result<State, usize> {
        self.push(EntryKind::Key, start, content, end);
        let value = self.skip_white(colon + 1);
        match self.at(value) {
            None => Ok(State::open(column(start))),
            Some(b'#') => {
                self.comment = to_u32(value);
                Ok(State::open(column(start)))
            }
            Some(_) => Err(value),
        }
    }
}

fn column(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX - 1)
}

fn bom_len(text: &[u8]) -> usize {
    if text.starts_with("\u{feff}".as_bytes()) {
        "\u{feff}".len()
    } else {
        0
    }
}

fn indicator(byte: u8) -> Option<EntryKind> {
    match byte {
        b'-' => Some(EntryKind::Dash),
        b'?' => Some(EntryKind::Question),
        b':' => Some(EntryKind::Colon),
        _ => None,
    }
}

/// The end of the anchor, tag or alias that starts at `at`.
pub(crate) fn property_end(text: &[u8], at: usize) -> usize {
    if text[at..].starts_with(b"!<") {
        let stop = |b: &u8| *b == b'>' || is_white(*b) || *b == b'\n' || *b == b'\r';
        return match text[at..].iter().position(stop) {
            Some(i) if text[at + i] == b'>' => at + i + 1,
            Some(i) => at + i,
            None => text.len(),
        };
    }
    let end = text[at + 1..]
        .iter()
        .position(|b| is_white(*b) || is_flow_indicator(*b) || *b == b'\n' || *b == b'\r');
    end.map_or(text.len(), |i| at + 1 + i)
}
