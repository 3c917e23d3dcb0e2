//! A document laid out for reading all of it: what is otherwise a search is then a look at an
//! array.
//!
//! Invariant: every answer is the one that the search gives. A layout holds nothing of its own, is
//! made when somebody wants most of a document, and goes with the next edit of the document.

use crate::line::{Entry, EntryKind, Line, TRANSPARENT};
use crate::nesting::Place;
use crate::sum_tree::SumTree;

/// No entry.
const NONE: u32 = u32::MAX;

pub(crate) struct Layout {
    pub(crate) text: Box<str>,
    /// Where the places in each line count from.
    pub(crate) line_starts: Vec<u32>,
    /// The first structural entry at or after the start of each line.
    first: Vec<u32>,
    /// All structural entries.
    entries: Vec<Laid>,
    /// Anchors or tags stand alone somewhere, before their nodes.
    pub(crate) lone_properties: bool,
}

struct Laid {
    line: u32,
    index: u32,
    entry: Entry,
    /// The first entry after it whose order is not greater.
    end: u32,
    /// The nearest entry before it whose order is smaller.
    below: u32,
    /// Where its content ends, over all its lines.
    content_end: u32,
}

impl Layout {
    pub(crate) fn new(lines: &SumTree<Line>, text: Box<str>) -> Layout {
        let mut layout = Layout {
            text,
            line_starts: Vec::with_capacity(lines.len()),
            first: Vec::with_capacity(lines.len()),
            entries: Vec::with_capacity(lines.summary().entries),
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
                    content_end: start + entry.end,
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
            value.content_end = at + line.len;
        } else if line.value_end > 0 {
            value.content_end = start + line.value_end;
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
    }

    fn place(&self, index: u32) -> Option<Place> {
        let laid = self.entries.get(index as usize)?;
        Some(Place {
            line: laid.line as usize,
            index: laid.index as usize,
            entry: laid.entry,
        })
    }

    fn laid(&self, place: Place) -> Option<(u32, &Laid)> {
        let index = self.index_from(place.line, place.index)?;
        let laid = self.entries.get(index as usize)?;
        Some((index, laid))
    }

    fn index_from(&self, line: usize, index: usize) -> Option<u32> {
        let mut at = *self.first.get(line)?;
        while let Some(laid) = self.entries.get(at as usize)
            && laid.line as usize == line
            && (laid.index as usize) < index
        {
            at += 1;
        }
        Some(at)
    }

    /// The first structural entry at or after (`line`, `index`).
    pub(crate) fn structural_from(&self, line: usize, index: usize) -> Option<Place> {
        self.place(self.index_from(line, index)?)
    }

    /// The first entry after `place` whose order is not greater.
    pub(crate) fn end_of_reach(&self, place: Place) -> Option<Place> {
        self.place(self.laid(place)?.1.end)
    }

    /// The nearest entry before `place` whose order is smaller.
    pub(crate) fn nearest_below(&self, place: Place) -> Option<Place> {
        self.place(self.laid(place)?.1.below)
    }

    /// The entry right after `place` on its line, whatever stands between lines.
    pub(crate) fn next_in_line(&self, place: Place) -> Option<Place> {
        let next = self.place(self.laid(place)?.0 + 1)?;
        ((next.line, next.index) == (place.line, place.index + 1)).then_some(next)
    }

    /// The last entry before the end of what `place` reaches, or of all (`None`).
    pub(crate) fn last_inside(&self, place: Option<Place>) -> Option<Place> {
        let end = match place {
            Some(place) => self.laid(place)?.1.end,
            None => NONE,
        };
        let end = (end as usize).min(self.entries.len());
        self.place(end.checked_sub(1)? as u32)
    }

    /// Where the content of `place` ends.
    pub(crate) fn content_end(&self, place: Place) -> Option<u32> {
        Some(self.laid(place)?.1.content_end)
    }
}
