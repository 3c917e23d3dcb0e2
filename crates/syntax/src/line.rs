//! What the lexer knows of a line, and what it carries from one line to the next.
//!
//! Invariant: nothing here holds a row or an offset in the file. A line means the same wherever it
//! stands, so an edit changes only the lines whose text or starting [`State`] changed.

use smallvec::SmallVec;

use crate::sum_tree::{Item, Summary};

/// What an entry of a line is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum EntryKind {
    /// `- `
    Dash,
    /// `? `
    Question,
    /// `: ` that starts an explicit value (or a pair without a key).
    Colon,
    /// `key:`
    Key,
    /// A scalar, alias or flow collection; it may go on in the following lines.
    Value,
    /// An anchor or tag whose node follows later.
    Properties,
    /// `---`
    DocumentStart,
    /// `...`
    DocumentEnd,
    /// `%YAML`, `%TAG` and the like.
    Directive,
}

/// A piece of structure in a line. Places are bytes from the start of the line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    /// The first byte of its content; 0 where it has none.
    pub(crate) first: u8,
    /// Where it starts, anchor and tag included: its column.
    pub(crate) start: u32,
    /// Where its content starts, after anchor and tag.
    pub(crate) content: u32,
    /// Where its content ends in this line. The `:` of a key is not content.
    pub(crate) end: u32,
}

/// Order of what takes no part in nesting.
pub(crate) const TRANSPARENT: u32 = u32::MAX;

impl Entry {
    /// An entry is inside the nearest entry before it with a smaller order. A dash sorts just
    /// after a key of the same column, so a sequence may stand at the column of its key.
    pub(crate) fn order(&self) -> u32 {
        match self.kind {
            EntryKind::Dash => 2 * self.start + 1,
            EntryKind::Question | EntryKind::Colon | EntryKind::Key | EntryKind::Value => {
                2 * self.start
            }
            _ => TRANSPARENT,
        }
    }

    /// Part of a mapping: a key, or one of the halves of an explicit pair.
    pub(crate) fn is_pair(&self) -> bool {
        matches!(
            self.kind,
            EntryKind::Key | EntryKind::Question | EntryKind::Colon
        )
    }
}

/// How far into its document a line stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Phase {
    /// Only directives, comments and blank lines so far.
    #[default]
    Prefix,
    /// After `---` or the first content.
    Body,
    /// After `...`: the next line begins another document.
    Ended,
}

/// What the lexer was inside at the end of a line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Mode {
    /// Between nodes of block structure.
    #[default]
    Block,
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Flow {
        depth: u32,
        inner: FlowInner,
    },
    /// A `|` or `>` scalar. `indent` is unknown until its first line with content.
    BlockScalar {
        indent: Option<u32>,
        /// Most spaces on a blank line while `indent` is unknown.
        blank: u32,
    },
}

/// What the lexer was inside at the end of a line within a flow collection.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum FlowInner {
    #[default]
    Between,
    /// After a quoted scalar or a collection, where `:` needs no space.
    AfterJson,
    Plain,
    SingleQuoted,
    DoubleQuoted,
}

/// `State::parent` where nothing waits for a node.
pub(crate) const CLOSED: i32 = i32::MAX;

/// What the lexer carries from one line to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct State {
    pub(crate) mode: Mode,
    /// Between nodes: the column of the entry that waits for its node (-1: the document itself),
    /// or [`CLOSED`]. Inside a value: the column that its lines must be indented more than.
    pub(crate) parent: i32,
    pub(crate) phase: Phase,
}

impl Default for State {
    fn default() -> Self {
        State {
            mode: Mode::Block,
            parent: -1,
            phase: Phase::Prefix,
        }
    }
}

impl State {
    /// Between nodes, with an entry in column `parent` waiting for its node.
    pub(crate) fn open(parent: i32) -> State {
        State {
            mode: Mode::Block,
            parent,
            phase: Phase::Body,
        }
    }

    /// Between nodes, after a complete value.
    pub(crate) fn closed() -> State {
        State::open(CLOSED)
    }

    /// Inside a value that may go on in the next line.
    pub(crate) fn inside(mode: Mode, parent: i32) -> State {
        State {
            mode,
            parent,
            phase: Phase::Body,
        }
    }
}

/// One line of a document, its line break included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    /// Bytes, with the line break.
    pub(crate) len: u32,
    /// Where the `#` of a comment stands; [`Line::NO_COMMENT`] where there is none.
    pub(crate) comment: u32,
    /// In a continued line: where the value's content in this line ends.
    pub(crate) value_end: u32,
    /// The value of an earlier line goes on here.
    pub(crate) continued: bool,
    pub(crate) has_error: bool,
    /// A byte order mark stands before the text that all places in the line count from.
    pub(crate) bom: bool,
    /// What the lexer carries on to the next line.
    pub(crate) state: State,
    pub(crate) entries: SmallVec<[Entry; 2]>,
}

impl Line {
    pub(crate) const NO_COMMENT: u32 = u32::MAX;

    /// Bytes before the place that entries count from.
    pub(crate) fn text_start(&self) -> u32 {
        if self.bom { 3 } else { 0 }
    }
}

/// What is known of a run of lines. Small, because an edit reads some hundred of them.
#[derive(Clone, Debug)]
pub(crate) struct LineSummary {
    pub(crate) bytes: usize,
    /// The smallest order of an entry; [`TRANSPARENT`] where there is none.
    pub(crate) min_order: u32,
    has: u8,
}

/// What some line of a run has.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Has {
    Entry = 1,
    Comment = 2,
    Error = 4,
    /// It is not continued.
    Head = 8,
    /// It is continued, with content of the value.
    ValueLine = 16,
}

impl LineSummary {
    /// Has a line of the run this?
    pub(crate) fn has(&self, what: Has) -> bool {
        self.has & what as u8 != 0
    }
}

impl Default for LineSummary {
    fn default() -> Self {
        LineSummary {
            bytes: 0,
            min_order: TRANSPARENT,
            has: 0,
        }
    }
}

impl Summary for LineSummary {
    fn add(&mut self, right: &Self) {
        self.bytes += right.bytes;
        self.min_order = self.min_order.min(right.min_order);
        self.has |= right.has;
    }
}

impl Item for Line {
    type Summary = LineSummary;

    fn summary(&self) -> LineSummary {
        let has = |what: Has, is: bool| if is { what as u8 } else { 0 };
        LineSummary {
            bytes: self.len as usize,
            min_order: self
                .entries
                .iter()
                .map(Entry::order)
                .min()
                .unwrap_or(TRANSPARENT),
            has: has(Has::Entry, !self.entries.is_empty())
                | has(Has::Comment, self.comment != Line::NO_COMMENT)
                | has(Has::Error, self.has_error)
                | has(Has::Head, !self.continued)
                | has(Has::ValueLine, self.continued && self.value_end > 0),
        }
    }
}
