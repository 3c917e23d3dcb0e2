//! Block structure, derived from the columns of entries.
//!
//! An entry is inside the nearest entry before it with a smaller order ([`Entry::order`]), unless
//! that one already has its value on its own line: such an entry is *closed* and adopts nothing,
//! so that a badly indented line stays beside it instead of changing what it means.
//!
//! Everything here is a search over summaries, and a function of the lines alone.

use crate::document::Document;
use crate::line::{Entry, EntryKind, Has, LineSummary, TRANSPARENT};
use crate::span::Span;

/// An entry and where it stands in its document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) line: usize,
    /// Which one of its line it is.
    pub(crate) index: u32,
    /// Which one of the [`Layout`](crate::layout::Layout) it is; [`Place::SEARCHED`] where it comes
    /// from a search.
    pub(crate) laid: u32,
    pub(crate) entry: Entry,
}

impl Place {
    pub(crate) const SEARCHED: u32 = u32::MAX;

    pub(crate) fn searched(line: usize, index: usize, entry: Entry) -> Place {
        Place {
            line,
            index: index as u32,
            laid: Place::SEARCHED,
            entry,
        }
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        (self.line, self.index) == (other.line, other.index)
    }
}

impl Eq for Place {}

/// What holds a node: the document, or the entry before the node's first one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    Document,
    Entry(Place),
}

impl Owner {
    /// Entries with a greater order may be inside.
    fn order(self) -> i64 {
        match self {
            Owner::Document => -1,
            Owner::Entry(place) => i64::from(place.entry.order()),
        }
    }
}

fn structural(summary: &LineSummary) -> bool {
    summary.min_order < TRANSPARENT
}

impl<'t> Document<'t> {
    fn find_in_line(
        &self,
        line: usize,
        from: usize,
        found: impl Fn(&Entry) -> bool,
    ) -> Option<Place> {
        let entries = &self.line(line)?.entries;
        let (index, entry) = entries
            .iter()
            .enumerate()
            .skip(from)
            .find(|(_, entry)| found(entry))?;
        Some(Place::searched(line, index, *entry))
    }

    /// The first structural entry at or after (`line`, `index`).
    fn structural_from(&self, line: usize, index: usize) -> Option<Place> {
        let is_structural = |entry: &Entry| entry.order() < TRANSPARENT;
        self.find_in_line(line, index, is_structural).or_else(|| {
            let (line, _) = self.lines().next_where(line + 1, &structural)?;
            self.find_in_line(line, 0, is_structural)
        })
    }

    /// The next structural entry, wherever it belongs.
    pub(crate) fn after_entry(&self, place: Place) -> Option<Place> {
        if let Some(layout) = self.layout() {
            return layout.after(place);
        }
        self.structural_from(place.line, place.index as usize + 1)
    }

    /// The first entry after `place` whose order is not greater: where what `place` holds ends.
    fn end_of_reach(&self, place: Place) -> Option<Place> {
        let order = place.entry.order();
        let ends = |entry: &Entry| entry.order() <= order;
        self.find_in_line(place.line, place.index as usize + 1, ends)
            .or_else(|| {
                let (line, _) = self
                    .lines()
                    .next_where(place.line + 1, &|sum: &LineSummary| sum.min_order <= order)?;
                self.find_in_line(line, 0, ends)
            })
    }

    /// The nearest entry before `place` with a smaller order.
    fn nearest_below(&self, place: Place) -> Option<Place> {
        if let Some(layout) = self.layout() {
            return layout.nearest_below(place);
        }
        let order = place.entry.order();
        let find = |line: usize, until: usize| {
            let entries = &self.line(line)?.entries;
            let (index, entry) = entries
                .iter()
                .enumerate()
                .take(until)
                .rev()
                .find(|(_, entry)| entry.order() < order)?;
            Some(Place::searched(line, index, *entry))
        };
        find(place.line, place.index as usize).or_else(|| {
            let (line, _) = self
                .lines()
                .prev_where(place.line, &|sum: &LineSummary| sum.min_order < order)?;
            find(line, usize::MAX)
        })
    }

    /// The value that stands on the line of its entry.
    fn inline_value(&self, place: Place) -> Option<Place> {
        let index = place.index as usize + 1;
        let entry = *self.line(place.line)?.entries.get(index)?;
        (entry.kind == EntryKind::Value).then(|| Place::searched(place.line, index, entry))
    }

    /// The inline value of an entry that therefore can hold nothing else. A key that is still
    /// being typed (`- name` above `  image: x`) leaves its dash open.
    fn closing_value(&self, place: Place) -> Option<Place> {
        if let Some(layout) = self.layout() {
            return layout.closing_value(place);
        }
        if place.entry.kind == EntryKind::Value {
            return None;
        }
        let value = self.inline_value(place)?;
        let half_key = place.entry.kind != EntryKind::Key
            && self
                .after_entry(value)
                .is_some_and(|next| next.entry.is_pair() && next.entry.start == value.entry.start);
        (!half_key).then_some(value)
    }

    /// The entry after everything that `place` holds.
    fn beyond(&self, place: Place) -> Option<Place> {
        if let Some(layout) = self.layout() {
            return layout.beyond(place);
        }
        if place.entry.kind == EntryKind::Value {
            self.after_entry(place)
        } else if let Some(value) = self.closing_value(place) {
            self.after_entry(value)
        } else {
            self.end_of_reach(place)
        }
    }

    pub(crate) fn first_child(&self, owner: Owner) -> Option<Place> {
        let first = match owner {
            Owner::Document => match self.layout() {
                Some(layout) => layout.place(0),
                None => self.structural_from(0, 0),
            },
            Owner::Entry(place) => self.after_entry(place),
        }?;
        (i64::from(first.entry.order()) > owner.order()).then_some(first)
    }

    /// The sibling after `child`, which `owner` holds.
    pub(crate) fn next_sibling(&self, owner: Owner, child: Place) -> Option<Place> {
        if let Owner::Entry(place) = owner
            && self.closing_value(place) == Some(child)
        {
            return None;
        }
        let next = self.beyond(child)?;
        (i64::from(next.entry.order()) > owner.order()).then_some(next)
    }

    pub(crate) fn owner_of(&self, place: Place) -> Owner {
        let mut at = place;
        loop {
            let Some(below) = self.nearest_below(at) else {
                return Owner::Document;
            };
            if below.entry.kind != EntryKind::Value {
                match self.closing_value(below) {
                    Some(value) if value == place => return Owner::Entry(below),
                    Some(_) => {}
                    None => return Owner::Entry(below),
                }
            }
            at = below;
        }
    }

    /// The last entry of what `owner` holds.
    pub(crate) fn last_inside(&self, owner: Owner) -> Option<Place> {
        let last_in = |line: usize, until: usize| {
            let entries = &self.line(line)?.entries;
            let index = (0..until.min(entries.len()))
                .rev()
                .find(|i| entries[*i].order() < TRANSPARENT)?;
            Some(Place::searched(line, index, entries[index]))
        };
        if let Owner::Entry(place) = owner
            && let Some(value) = self.closing_value(place)
        {
            return Some(value);
        }
        let holder = match owner {
            Owner::Document => None,
            Owner::Entry(place) => Some(place),
        };
        if let Some(layout) = self.layout() {
            return layout.last_inside(holder);
        }
        let end = holder.and_then(|place| self.end_of_reach(place));
        let (line, index) = end.map_or((self.lines().len(), 0), |end| {
            (end.line, end.index as usize)
        });
        last_in(line, index).or_else(|| {
            let (line, _) = self.lines().prev_where(line, &structural)?;
            last_in(line, usize::MAX)
        })
    }

    /// Where anchors and tags stand, on their own, between `owner` and its first entry `first`.
    pub(crate) fn lone_properties(&self, owner: Owner, first: Option<Place>) -> Vec<Span> {
        if self.layout().is_some_and(|layout| !layout.lone_properties) {
            return Vec::new();
        }
        let (mut line, mut index) = match owner {
            Owner::Document => (0, 0),
            Owner::Entry(place) => (place.line, place.index as usize + 1),
        };
        let mut spans = Vec::new();
        loop {
            let entries = self.line(line).map_or(&[][..], |line| &line.entries);
            for (i, entry) in entries.iter().enumerate().skip(index) {
                if first.is_some_and(|first| (line, i) >= (first.line, first.index as usize)) {
                    return spans;
                }
                if entry.order() < TRANSPARENT {
                    return spans;
                }
                if entry.kind == EntryKind::Properties {
                    spans.push(self.span_in_line(line, entry.start, entry.end));
                }
            }
            let with_entries = |sum: &LineSummary| sum.has(Has::Entry);
            match self.lines().next_where(line + 1, &with_entries) {
                Some((next, _)) => (line, index) = (next, 0),
                None => return spans,
            }
        }
    }
}
