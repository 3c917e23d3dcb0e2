//! The line lexer: a line and the state before it give its entries and the state after it.
//!
//! It looks at one line only. Whatever spans lines (multi-line scalars, flow collections) is
//! carried in [`State`] and decoded when somebody asks for the value. Lexing cannot fail; what is
//! wrong becomes an error with a place, and the line after it is read as if nothing had happened.

use std::ops::Range;

use smallvec::SmallVec;

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

/// Where a plain scalar stops in a line.
enum PlainStop {
    End,
    Comment(usize),
    /// At a `:` that ends a key.
    Colon(usize),
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
                return self.document_start(state);
            }
            if is_marker(self.text, b"...") {
                return self.document_end(state);
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
            Some(b'#') => self.rest_error(next, "a comment needs a space before its `#`"),
            Some(_) => self.rest_error(next, message),
        }
    }

    // Document markers and directives.

    fn document_start(&mut self, _state: State) -> State {
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

    fn document_end(&mut self, _state: State) -> State {
        self.push(EntryKind::DocumentEnd, 0, 0, 3);
        self.finish(3, "nothing may follow `...` on its line");
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
            self.rest_error(start, "this line is not YAML: it is left out");
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
        let message = "tabs cannot indent: use spaces";
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
                        let message = "the node of an anchor or tag must start on another line";
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
            EntryKind::Dash => "a sequence cannot start here: put its first `-` on the next line",
            _ => "an explicit pair cannot start here",
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
            self.error(from..next, "tabs cannot indent: use spaces");
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
            let end = property_end(self.text, at, false);
            if !is_blank_at(self.text, end) {
                self.error(at..end + 1, "a character that no anchor or tag may hold");
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
            b'*' => property_end(self.text, content, false),
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
        self.finish(end, "nothing may follow a complete value on its line");
        Ok(State::closed())
    }

    fn not_a_key(&mut self, colon: usize, allowed: Allowed) {
        let message = match allowed {
            Allowed::AfterMarker => "a mapping cannot start on the line of `---`",
            _ => "a mapping cannot start here: quote the value, or put it on its own line",
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

    // Plain scalars.

    fn plain_node(
        &mut self,
        start: usize,
        content: usize,
        allowed: Allowed,
        parent: i32,
    ) -> Result<State, usize> {
        // An empty key may have an anchor or tag: `&a : value`.
        let empty_key = content > start && self.text[content] == b':';
        if !can_start_plain(self.text, content, false) && !empty_key {
            let message = "a plain scalar cannot start with this character: quote it";
            self.error(content..content + 1, message);
        }
        let (mut end, mut stop) = self.plain(content);
        if let PlainStop::Colon(colon) = stop {
            if allowed != Allowed::AfterKey {
                if allowed == Allowed::AfterMarker {
                    self.not_a_key(colon, allowed);
                }
                return self.key(start, content, end, colon);
            }
            self.not_a_key(colon, allowed);
            (end, stop) = self.plain_to_comment(content);
        }
        self.push(EntryKind::Value, start, content, end);
        Ok(match stop {
            PlainStop::Comment(at) => {
                self.comment = to_u32(at);
                State::closed()
            }
            _ => State::inside(Mode::Plain, parent),
        })
    }

    /// Where a plain scalar from `from` on ends in this line, and why.
    fn plain(&self, from: usize) -> (usize, PlainStop) {
        let mut end = from;
        let mut at = from;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b':' if is_blank_at(self.text, at + 1) => return (end, PlainStop::Colon(at)),
                b'#' if at > from && is_white(self.text[at - 1]) => {
                    return (end, PlainStop::Comment(at));
                }
                b' ' | b'\t' => {}
                _ => end = at + 1,
            }
            at += 1;
        }
        (end, PlainStop::End)
    }

    fn plain_to_comment(&self, from: usize) -> (usize, PlainStop) {
        let comment = (from + 1..self.text.len())
            .find(|i| self.text[*i] == b'#' && is_white(self.text[*i - 1]));
        match comment {
            Some(at) => (self.trimmed_end(at), PlainStop::Comment(at)),
            None => (self.trimmed_end(self.text.len()), PlainStop::End),
        }
    }

    fn plain_line(&mut self, state: State) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        if start == self.text.len() {
            self.continued = true;
            return state;
        }
        if column(spaces) <= state.parent || self.text[start] == b'#' {
            return self.block_line(State::closed());
        }
        let (end, stop) = self.plain(start);
        if matches!(stop, PlainStop::Colon(_)) || self.is_junk(start, State::closed()) {
            return self.block_line(State::closed());
        }
        self.continued = true;
        self.value_end = to_u32(end);
        match stop {
            PlainStop::Comment(at) => {
                self.comment = to_u32(at);
                State::closed()
            }
            _ => state,
        }
    }

    // Quoted scalars.

    /// The place after the closing quote.
    fn close_quote(&self, mut at: usize, quote: u8) -> Option<usize> {
        loop {
            match self.at(at)? {
                b'\\' if quote == b'"' => at += 2,
                b'\'' if quote == b'\'' && self.at(at + 1) == Some(b'\'') => at += 2,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    fn quoted_line(&mut self, state: State, quote: u8) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        if start < self.text.len() && column(spaces) <= state.parent {
            if start > spaces {
                self.error(spaces..start, "tabs cannot indent: use spaces");
            } else if looks_like_structure(&self.text[start..]) {
                return self.block_line(State::closed());
            } else if spaces == 0 && self.text[start] != quote {
                self.rest_error(0, "this line of a quoted scalar must be indented");
            }
        }
        if state.parent == -1 && start == 0 && looks_like_key(self.text) {
            return self.block_line(State::closed());
        }
        self.continued = true;
        match self.close_quote(0, quote) {
            Some(end) => {
                self.value_end = to_u32(end);
                self.finish_continued(end);
                State::closed()
            }
            None => {
                self.value_end = to_u32(self.text.len());
                if start == self.text.len() {
                    self.value_end = 0;
                }
                state
            }
        }
    }

    /// The rest of a line after a value that began in an earlier one.
    fn finish_continued(&mut self, end: usize) {
        let next = self.skip_white(end);
        if self.at(next) == Some(b':') && is_blank_at(self.text, next + 1) {
            self.error(next..next + 1, "a key must stand on one line");
        } else {
            self.finish(end, "nothing may follow a complete value on its line");
        }
    }

    // Flow collections.

    /// Scans a flow collection from `at` on. Gives the place after its end, or what it is inside
    /// of at the end of the line.
    fn flow(
        &mut self,
        mut at: usize,
        mut depth: u32,
        mut inner: FlowInner,
    ) -> Result<usize, (u32, FlowInner)> {
        loop {
            match inner {
                FlowInner::SingleQuoted | FlowInner::DoubleQuoted => {
                    let quote = match inner {
                        FlowInner::SingleQuoted => b'\'',
                        _ => b'"',
                    };
                    at = self.close_quote(at, quote).ok_or((depth, inner))?;
                    inner = FlowInner::AfterJson;
                }
                FlowInner::Plain => {
                    let (end, comment) = flow_plain_end(self.text, at);
                    if end == self.text.len() {
                        return Err((depth, inner));
                    }
                    inner = FlowInner::Between;
                    at = end;
                    if comment {
                        self.comment = to_u32(at);
                        return Err((depth, inner));
                    }
                }
                FlowInner::Between | FlowInner::AfterJson => {
                    at = self.skip_white(at);
                    let Some(byte) = self.at(at) else {
                        return Err((depth, inner));
                    };
                    if byte == b'#' && (at == 0 || is_white(self.text[at - 1])) {
                        self.comment = to_u32(at);
                        return Err((depth, inner));
                    }
                    if matches!(byte, b']' | b'}') && depth <= 1 {
                        return Ok(at + 1);
                    }
                    (at, inner) = flow_step(self.text, at, byte, inner);
                    match byte {
                        b'[' | b'{' => depth += 1,
                        b']' | b'}' => depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }

    fn value_end_before_comment(&self) -> usize {
        self.trimmed_end(self.text.len().min(self.comment as usize))
    }

    fn flow_line(&mut self, state: State, depth: u32, inner: FlowInner) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        let quoted = matches!(inner, FlowInner::SingleQuoted | FlowInner::DoubleQuoted);
        if start == self.text.len() {
            self.continued = true;
            return state;
        }
        let comment = self.text[start] == b'#' && !quoted;
        if column(spaces) <= state.parent && !comment {
            if start > spaces {
                self.error(spaces..start, "tabs cannot indent: use spaces");
            } else if !matches!(self.text[start], b']' | b'}' | b',')
                && (spaces == 0 || looks_like_structure(&self.text[start..]))
            {
                return self.block_line(State::closed());
            }
        }
        self.continued = true;
        let inner = match inner {
            FlowInner::Plain if comment => FlowInner::Between,
            _ => inner,
        };
        match self.flow(start, depth, inner) {
            Ok(end) => {
                self.value_end = to_u32(end);
                self.finish_continued(end);
                State::closed()
            }
            Err((depth, inner)) => {
                self.value_end = to_u32(self.value_end_before_comment());
                State::inside(Mode::Flow { depth, inner }, state.parent)
            }
        }
    }

    // Block scalars.

    fn block_scalar_header(&mut self, start: usize, content: usize, parent: i32) -> State {
        let mut at = content + 1;
        let mut indent = None;
        let mut chomping = false;
        while let Some(byte) = self.at(at) {
            match byte {
                b'1'..=b'9' if indent.is_none() => indent = Some(u32::from(byte - b'0')),
                b'+' | b'-' if !chomping => chomping = true,
                _ => break,
            }
            at += 1;
        }
        self.push(EntryKind::Value, start, content, at);
        if !is_blank_at(self.text, at) {
            let message = "only an indentation (1 to 9) and `+` or `-` may follow `|` or `>`";
            self.rest_error(at, message);
        } else {
            self.finish(at, "the text of a block scalar starts on the next line");
        }
        let indent = indent.map(|n| n + u32::try_from(parent).unwrap_or(0));
        State::inside(Mode::BlockScalar { indent, blank: 0 }, parent)
    }

    fn block_scalar_line(&mut self, state: State, indent: Option<u32>, blank: u32) -> State {
        let spaces = self.spaces();
        let columns = to_u32(spaces);
        if spaces == self.text.len() {
            self.continued = true;
            let blank = match indent {
                None => blank.max(columns),
                Some(_) => 0,
            };
            return State::inside(Mode::BlockScalar { indent, blank }, state.parent);
        }
        let inside = match indent {
            Some(indent) => columns >= indent,
            None => column(spaces) > state.parent,
        };
        if inside {
            self.continued = true;
            self.value_end = to_u32(self.text.len());
            if indent.is_none() && blank > columns {
                let message = "an empty line above has more spaces than this first line of text";
                self.error(0..spaces, message);
            }
            let mode = Mode::BlockScalar {
                indent: indent.or(Some(columns)),
                blank: 0,
            };
            return State::inside(mode, state.parent);
        }
        if indent.is_none()
            && self.text[spaces] == b'\t'
            && self.skip_white(spaces) == self.text.len()
        {
            self.error(spaces..self.text.len(), "tabs cannot indent: use spaces");
        }
        self.block_line(State::closed())
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
pub(crate) fn property_end(text: &[u8], at: usize, in_flow: bool) -> usize {
    if text[at..].starts_with(b"!<") {
        let stop = |b: &u8| *b == b'>' || is_white(*b) || *b == b'\n' || *b == b'\r';
        return match text[at..].iter().position(stop) {
            Some(i) if text[at + i] == b'>' => at + i + 1,
            Some(i) => at + i,
            None => text.len(),
        };
    }
    let _ = in_flow;
    let end = text[at + 1..]
        .iter()
        .position(|b| is_white(*b) || is_flow_indicator(*b) || *b == b'\n' || *b == b'\r');
    end.map_or(text.len(), |i| at + 1 + i)
}

/// May a plain scalar start at `at`?
pub(crate) fn can_start_plain(text: &[u8], at: usize, in_flow: bool) -> bool {
    match text[at] {
        b'-' | b'?' | b':' => {
            let ends = match in_flow {
                true => ends_flow_token(text, at + 1),
                false => is_blank_at(text, at + 1),
            };
            !ends
        }
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => false,
        _ => true,
    }
}

/// One step between the nodes of a flow collection.
fn flow_step(text: &[u8], at: usize, byte: u8, inner: FlowInner) -> (usize, FlowInner) {
    match byte {
        b'[' | b'{' | b',' => (at + 1, FlowInner::Between),
        b']' | b'}' => (at + 1, FlowInner::AfterJson),
        b'"' => (at + 1, FlowInner::DoubleQuoted),
        b'\'' => (at + 1, FlowInner::SingleQuoted),
        b':' if inner == FlowInner::AfterJson => (at + 1, FlowInner::Between),
        b':' | b'?' if ends_flow_token(text, at + 1) => (at + 1, FlowInner::Between),
        b'&' | b'!' | b'*' => (property_end(text, at, true).max(at + 1), FlowInner::Between),
        _ => (at, FlowInner::Plain),
    }
}

/// White space, a flow indicator or the end at `at`.
pub(crate) fn ends_flow_token(text: &[u8], at: usize) -> bool {
    is_blank_at(text, at) || is_flow_indicator(text[at])
}

/// Where a plain scalar in a flow collection ends in its line, and whether at a comment.
pub(crate) fn flow_plain_end(text: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => return (at, false),
            b':' if ends_flow_token(text, at + 1) => return (at, false),
            b'#' if at > from && is_white(text[at - 1]) => return (at, true),
            _ if is_flow_indicator(byte) => return (at, false),
            _ => at += 1,
        }
    }
    (at, false)
}

/// What a quote or bracket left open must not swallow: an item, or a key.
///
/// Kubernetes' parser lets values go on at any indentation. So do we, but not over lines that in
/// all likelihood are structure below a value that is still being typed.
fn looks_like_structure(text: &[u8]) -> bool {
    text[0] == b'-' && is_blank_at(text, 1) || looks_like_key(text)
}

/// `word: ` or `word:` at the start of a line.
fn looks_like_key(text: &[u8]) -> bool {
    let word = text
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/'))
        .count();
    word > 0 && text.get(word) == Some(&b':') && is_blank_at(text, word + 1)
}
