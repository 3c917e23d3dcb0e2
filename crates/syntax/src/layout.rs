//! A document laid out for reading all of it: what is otherwise a search is then a look at an
//! array.
//!
//! Invariant: every answer is the one that the search gives. A layout holds nothing of its own, is
//! made when somebody wants most of a document, and goes with the next edit of the document.

use crate::line::{Entry, EntryKind, Line, TRANSPARENT};
use crate::nesting::Place;
use crate::span::Span;
use crate::sum_tree::SumTree;

/// No entry.
const NONE: u32 = u32::MAX;

pub(crate) struct Layout {
    pub(crate) text: Box<str>,
    /// Where the places in each line count from.
    pub(crate) line_starts: Vec<u32>,
    /// The first structural entry at or after the start of each line.
    first: Vec<u32>,
    /// All structural entries, in order.
    pub(crate) entries: Vec<Laid>,
    /// Anchors or tags stand alone somewhere, before their nodes.
    pub(crate) lone_properties: bool,
}

/// A structural entry and what is known of it.
pub(crate) struct Laid {
    pub(crate) line: u32,
    index: u32,
    pub(crate) entry: Entry,
    /// The first entry after it whose order is not greater.
    end: u32,
    /// The nearest entry before it whose order is smaller.
    below: u32,
    /// The first entry after everything that it holds.
    beyond: u32,
    /// Its inline value is all that it holds.
    closed: bool,
    /// Where its content stands, over all its lines.
    pub(crate) content: Span,
}

impl Layout {
    pub(crate) fn new(lines: &SumTree<Line>, text: Box<str>) -> Layout {
        let entries = lines.iter_from(0).map(|line| line.entries.len()).sum();
        let mut layout = Layout {
            text,
            line_starts: Vec::with_capacity(lines.len()),
            first: Vec::with_capacity(lines.len()),
            entries: Vec::with_capacity(entries),
            lone_properties: false,
        };
        let mut at = 0;
        for line in lines.iter_from(0) {
            layout.push(line, at);
            at += line.len;
        }
        layout.link();
        layout
    }

    fn push(&mut self, line: &Line, at: u32) {
        let (number, start) = (self.line_starts.len() as u32, at + line.text_start());
        self.line_starts.push(start);
        self.first.push(self.entries.len() as u32);
        if line.continued {
            self.go_on(line, at, start);
        }
        for (index, entry) in line.entries.iter().enumerate() {
            self.lone_properties |= entry.kind == EntryKind::Properties;
            if entry.order() < TRANSPARENT {
                self.entries.push(Laid {
                    line: number,
                    index: index as u32,
                    entry: *entry,
                    end: NONE,
                    below: NONE,
                    beyond: NONE,
                    closed: false,
                    content: Span::new(start + entry.content, start + entry.end),
                });
            }
        }
    }

    /// The last value goes on in a line.
    fn go_on(&mut self, line: &Line, at: u32, start: u32) {
        let Some(value) = self.entries.last_mut() else {
            return;
        };
        if value.entry.kind != EntryKind::Value {
            return;
        }
        if matches!(value.entry.first, b'|' | b'>') {
            value.content.end = at + line.len;
        } else if line.value_end > 0 {
            value.content.end = start + line.value_end;
        }
    }

    fn link(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for i in 0..self.entries.len() {
            let order = self.entries[i].entry.order();
            while let Some(&last) = open.last()
                && self.entries[last].entry.order() >= order
            {
                self.entries[last].end = i as u32;
                open.pop();
            }
            self.entries[i].below = open.last().map_or(NONE, |last| *last as u32);
            open.push(i);
        }
        for i in 0..self.entries.len() {
            let closed = self.is_closed(i);
            let laid = &mut self.entries[i];
            laid.closed = closed;
            laid.beyond = match laid.entry.kind {
                EntryKind::Value => i as u32 + 1,
                _ if closed => i as u32 + 2,
                _ => laid.end,
            };
        }
    }

    /// See `Document::closing_value`.
    fn is_closed(&self, i: usize) -> bool {
        let (laid, rest) = (&self.entries[i], &self.entries[i + 1..]);
        let [value, rest @ ..] = rest else {
            return false;
        };
        let inline = (value.line, value.index) == (laid.line, laid.index + 1)
            && value.entry.kind == EntryKind::Value;
        let half_key = || {
            laid.entry.kind != EntryKind::Key
                && rest.first().is_some_and(|next| {
                    next.entry.is_pair() && next.entry.start == value.entry.start
                })
        };
        laid.entry.kind != EntryKind::Value && inline && !half_key()
    }

    /// The entry at `index`.
    pub(crate) fn place(&self, index: u32) -> Option<Place> {
        let laid = self.entries.get(index as usize)?;
        Some(Place {
            line: laid.line as usize,
            index: laid.index,
            laid: index,
            entry: laid.entry,
        })
    }

    fn index_of(&self, place: Place) -> Option<u32> {
        if place.laid != Place::SEARCHED {
            return Some(place.laid);
        }
        let first = *self.first.get(place.line)?;
        let mut line = self.entries.get(first as usize..)?.iter();
        let at = line.position(|laid| laid.line as usize > place.line || laid.index >= place.index);
        Some(first + at? as u32)
    }

    fn laid(&self, place: Place) -> Option<&Laid> {
        self.entries.get(self.index_of(place)? as usize)
    }

    /// The entry after `place`.
    pub(crate) fn after(&self, place: Place) -> Option<Place> {
        self.place(self.index_of(place)? + 1)
    }

    /// The nearest entry before `place` whose order is smaller.
    pub(crate) fn nearest_below(&self, place: Place) -> Option<Place> {
        self.place(self.laid(place)?.below)
    }

    /// The inline value of `place`, where that is all it holds.
    pub(crate) fn closing_value(&self, place: Place) -> Option<Place> {
        let index = self.index_of(place)?;
        let closed = self.entries.get(index as usize)?.closed;
        if closed { self.place(index + 1) } else { None }
    }

    /// The first entry after everything that `place` holds.
    pub(crate) fn beyond(&self, place: Place) -> Option<Place> {
        self.place(self.laid(place)?.beyond)
    }

    /// The last entry before the end of what `place` reaches, or of all (`None`).
    pub(crate) fn last_inside(&self, place: Option<Place>) -> Option<Place> {
        let end = match place {
            Some(place) => self.laid(place)?.end,
            None => NONE,
        };
        let end = (end as usize).min(self.entries.len());
        self.place(end.checked_sub(1)? as u32)
    }

    /// The source of the content of `place`, over all its lines.
    pub(crate) fn content(&self, place: Place) -> Option<Span> {
        Some(self.laid(place)?.content)
    }

    /// Bytes of the document.
    pub(crate) fn text(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}
