//! Putting something into a collection.

use crate::line::EntryKind;
use crate::node::{Node, NodeKind};

use super::fragment::{Fragment, Indicator};
use super::layout::{Slot, Source, Style, gap, slot_of, slots};
use super::proof::{Event, Goal, Outline, flow_text};
use super::{Edit, Edits, Refusal};

/// Where in a collection something goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position<'a> {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
    /// So that it has this index.
    At(usize),
    /// Behind the pair with this key.
    After(&'a str),
}

/// Puts a pair into a mapping, or into an empty place that a mapping may take (`key:`, `{}`).
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "kind: Task\nspec: {} # none\n";
/// let tree = Tree::parse(text);
/// let spec = tree.document_at(0).find(&["spec".into()]).unwrap();
/// let steps = Fragment::parse("- name: build\n  script: |\n    make\n")?;
/// let edits = insert_pair(&spec, Position::Last, "steps", &steps)?;
/// assert_eq!(
///     apply(text, &edits),
///     "kind: Task\nspec: # none\n  steps:\n    - name: build\n      script: |\n        make\n"
/// );
/// # Ok::<(), Refusal>(())
/// ```
pub fn insert_pair(
    mapping: &Node<'_>,
    position: Position<'_>,
    key: &str,
    value: &Fragment,
) -> Edits {
    if mapping.pairs().any(|pair| pair.key.text() == key) {
        return Err(Refusal::KeyExists(key.to_owned()));
    }
    Insertion::new(mapping, NodeKind::Mapping, Some(key), value)?.edits(position)
}

/// Puts an item into a list, or into an empty place that a list may take (`key:`, `[]`).
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "runAfter: [init]\n";
/// let tree = Tree::parse(text);
/// let list = tree.document_at(0).find(&["runAfter".into()]).unwrap();
/// let edits = insert_item(&list, Position::Last, &Fragment::scalar("clone"))?;
/// assert_eq!(apply(text, &edits), "runAfter: [init, clone]\n");
/// # Ok::<(), Refusal>(())
/// ```
pub fn insert_item(sequence: &Node<'_>, position: Position<'_>, item: &Fragment) -> Edits {
    Insertion::new(sequence, NodeKind::Sequence, None, item)?.edits(position)
}

struct Insertion<'a, 't> {
    source: Source<'t>,
    style: Style,
    into: &'a Node<'t>,
    kind: NodeKind,
    fragment: &'a Fragment,
    /// The key as written, outside and inside of flow collections.
    keys: Option<[String; 2]>,
    /// What comes in.
    events: Vec<Event>,
}

impl<'a, 't> Insertion<'a, 't> {
    fn new(
        into: &'a Node<'t>,
        kind: NodeKind,
        key: Option<&str>,
        fragment: &'a Fragment,
    ) -> Result<Self, Refusal> {
        if into.kind() != kind && into.kind() != NodeKind::Empty {
            return Err(Refusal::NotACollection);
        }
        let source = Source::new(into.document());
        let mut events = Vec::new();
        let keys = key.map(|key| {
            let (block, event) = fragment.written_key(key, false);
            events.push(event);
            [block, fragment.written_key(key, true).0]
        });
        events.extend(fragment.events.iter().cloned());
        Ok(Insertion {
            style: Style::of(&source),
            source,
            into,
            kind,
            fragment,
            keys,
            events,
        })
    }

    fn edits(&self, position: Position<'_>) -> Edits {
        let outline = Outline::of(self.source.document.root());
        if let Some(name) = outline.common_anchor(&self.events) {
            return Err(Refusal::Anchor(name));
        }
        let slots = slots(&self.source, self.into)?;
        let index = index(&slots, position)?;
        let range = outline.range(self.into)?;
        if self.into.kind() == NodeKind::Empty {
            let open = match self.kind {
                NodeKind::Mapping => Event::Mapping,
                _ => Event::Sequence,
            };
            let events = [open].into_iter().chain(self.events.clone());
            let events = events.chain([Event::End]);
            let goal = self.goal(outline, range.end - 1..range.end, events);
            return self.fill(&goal);
        }
        let at = match slots.get(index) {
            Some(slot) => outline.range(slot.first())?.start,
            None => range.end - 1,
        };
        let goal = self.goal(outline, at..at, self.events.clone());
        let in_flow = self.into.parent().is_some_and(|parent| parent.is_flow());
        match (self.into.is_flow(), slots.is_empty()) {
            (true, true) if !in_flow && !self.fragment.is_one_line() => self.fill(&goal),
            (true, _) => goal.first_of([self.in_flow(&slots, index)?]),
            (false, _) => goal.first_of(self.in_block(&slots, index)?),
        }
    }

    fn goal(
        &self,
        outline: Outline,
        range: std::ops::Range<usize>,
        events: impl IntoIterator<Item = Event>,
    ) -> Goal<'t> {
        Goal::new(&self.source.document, outline, range, events).comments(0, self.fragment.comments)
    }

    fn lines(
        &self,
        column: usize,
        gap: usize,
        fragment: &Fragment,
    ) -> Result<Vec<String>, Refusal> {
        let indicator = match &self.keys {
            Some([key, _]) => Indicator::Key(key),
            None => Indicator::Dash(gap),
        };
        let lines = fragment.lines(column, indicator, &self.style);
        lines.ok_or(Refusal::Unsupported)
    }

    /// Beside other entries, in block style: the ways to do it, the nicest first.
    fn in_block(&self, slots: &[Slot<'_>], index: usize) -> Result<Vec<Vec<Edit>>, Refusal> {
        let (source, newline) = (&self.source, self.source.newline);
        let first = slots.first().ok_or(Refusal::Unsupported)?;
        let column = source.column(first.start);
        let lines = self.lines(column, gap(source, first), self.fragment)?;
        let spaced = is_spaced(source, slots);
        let text = lines.join(newline);
        let Some(before) = index.checked_sub(1).map(|i| &slots[i]) else {
            return Ok(vec![self.before_first(first, column, &text, spaced)]);
        };
        let end = source.line_end(before.tail);
        let mut blank = source.next_line(end);
        while source.is_blank_line(blank) {
            blank = source.next_line(blank);
        }
        let behind = |at: usize, blank: bool| {
            let text = match source.text[..at].ends_with(['\n', '\r']) {
                true => text.clone() + newline,
                false => newline.to_owned() + &text,
            };
            let space = if blank { newline } else { "" };
            vec![Edit::new(at, at, space.to_owned() + &text)]
        };
        let at = source.next_line(end);
        let mut ways = vec![behind(at, spaced), behind(at, false)];
        if blank != at {
            ways.push(behind(blank, false));
        }
        if at == end {
            // Some text needs a line break behind it.
            ways.push(vec![Edit::new(at, at, format!("{newline}{text}{newline}"))]);
        }
        Ok(ways)
    }

    fn before_first(&self, first: &Slot<'_>, column: usize, text: &str, spaced: bool) -> Vec<Edit> {
        let newline = self.source.newline;
        let space = if spaced { newline } else { "" };
        if first.own_line {
            let text = format!("{text}{newline}{space}");
            return vec![Edit::new(first.lead, first.lead, text)];
        }
        let next = format!("{newline}{space}{}", " ".repeat(column));
        if self.fragment.has_lead() {
            // The comments need lines of their own, behind the dash.
            let before = self.source.text[..first.start].trim_end_matches(' ').len();
            return vec![Edit::new(
                before,
                first.start,
                format!("{newline}{text}{next}"),
            )];
        }
        let text = format!("{}{next}", text.trim_start_matches(' '));
        vec![Edit::new(first.start, first.start, text)]
    }

    /// Into a place without entries: `key:`, `-`, or `[]` and `{}` that become a block.
    fn fill(&self, goal: &Goal<'_>) -> Edits {
        let (source, newline) = (&self.source, self.source.newline);
        let span = self.into.span().range();
        let Some(place) = self.into.holder() else {
            if self.into.parent().is_some() {
                return Err(Refusal::Unsupported);
            }
            let text = self.lines(0, 1, self.fragment)?.join(newline);
            return goal.first_of([vec![Edit::new(span.start, span.end, text)]]);
        };
        let (_, slots, index) = slot_of(source, self.into)?;
        let slot = &slots[index];
        let owner = source.column(slot.start);
        let column = owner
            + match (place.entry.kind, self.kind) {
                (EntryKind::Dash, _) => 2,
                (_, NodeKind::Mapping) => self.style.step,
                _ => self.style.list,
            };
        let lines = self.lines(column, 1, self.fragment)?;
        let properties = self.into.properties();
        let from = properties
            .last()
            .map_or(slot.after, |last| last.span.range().end);
        let (end, text) = (source.line_end(slot.end), lines.join(newline));
        let compact = place.entry.kind == EntryKind::Dash
            && properties.is_empty()
            && !self.fragment.has_lead();
        let said = source.text[slot.end.max(span.end)..end].trim();
        if said.is_empty() && compact {
            let text = format!(" {}", text.trim_start_matches(' '));
            return goal.first_of([vec![Edit::new(from, end, text)]]);
        }
        let below = format!("{newline}{text}");
        if said.is_empty() {
            let tail = Edit::new(slot.tail, slot.tail, below.clone());
            let ways = [
                vec![Edit::new(from, end, below)],
                vec![Edit::new(from, span.end.max(from), ""), tail],
            ];
            return goal.first_of(ways);
        }
        let removed = Edit::new(from, span.end.max(from), "");
        goal.first_of([vec![removed, Edit::new(end, end, below)]])
    }

    /// Between brackets.
    fn in_flow(&self, slots: &[Slot<'_>], index: usize) -> Result<Vec<Edit>, Refusal> {
        if self.fragment.comments > 0 {
            return Err(Refusal::Comment);
        }
        let source = &self.source;
        let mut new = flow_text(&self.fragment.events);
        if let Some([_, key]) = &self.keys {
            new = format!("{key}: {new}").trim_end().to_owned();
        }
        let span = self.into.span().range();
        let (open, close) = brackets(source, self.into)?;
        let Some(last) = slots.last() else {
            let inner = &source.text[open..close];
            let end = if inner.trim_matches(' ').is_empty() {
                close
            } else {
                open
            };
            return Ok(vec![Edit::new(open, end, new)]);
        };
        let line = |slot: &Slot<'_>| {
            let indentation = " ".repeat(source.column(slot.start));
            format!("{}{indentation}", source.newline)
        };
        if let Some(slot) = slots.get(index) {
            let between = match slot.own_line {
                true => format!(",{}", line(slot)),
                false => ", ".to_owned(),
            };
            let (at, text) = match slot.own_line {
                true => {
                    let indentation = " ".repeat(source.column(slot.start));
                    (slot.lead, format!("{indentation}{new},{}", source.newline))
                }
                false => (slot.start, new + &between),
            };
            return Ok(vec![Edit::new(at, at, text)]);
        }
        if !last.own_line || source.line_end(last.end) >= span.end {
            let between = if last.own_line {
                format!(",{}", line(last))
            } else {
                ", ".to_owned()
            };
            return Ok(vec![Edit::new(last.end, last.end, between + &new)]);
        }
        let comma = comma(source, last.end, close);
        let end = source.line_end(comma.unwrap_or(last.end));
        Ok(match comma {
            Some(_) => vec![Edit::new(end, end, format!("{}{new},", line(last)))],
            None if end == last.end => {
                vec![Edit::new(end, end, format!(",{}{new}", line(last)))]
            }
            None => vec![
                Edit::new(last.end, last.end, ","),
                Edit::new(end, end, format!("{}{new}", line(last))),
            ],
        })
    }
}

fn index(slots: &[Slot<'_>], position: Position<'_>) -> Result<usize, Refusal> {
    let has_key = |slot: &Slot<'_>, wanted: &str| {
        let key = slot.key.as_ref();
        key.is_some_and(|key| key.text() == wanted)
    };
    let index = match position {
        Position::First => Some(0),
        Position::Last => Some(slots.len()),
        Position::At(index) => Some(index).filter(|index| *index <= slots.len()),
        Position::After(key) => {
            let found = slots.iter().position(|slot| has_key(slot, key));
            found.map(|index| index + 1)
        }
    };
    index.ok_or(Refusal::NoSuchPlace)
}

/// A blank line stands between any two entries.
fn is_spaced(source: &Source<'_>, slots: &[Slot<'_>]) -> bool {
    let is_apart = |two: &[Slot<'_>]| {
        let before = source.line_before(two[1].lead);
        before.is_some_and(|line| line > two[0].tail && source.is_blank_line(line))
    };
    slots.len() > 1 && slots.windows(2).all(is_apart)
}

/// The places behind the opening and before the closing bracket.
pub(super) fn brackets(source: &Source<'_>, flow: &Node<'_>) -> Result<(usize, usize), Refusal> {
    let span = flow.span().range();
    let text = &source.text[span.clone()];
    let paired = matches!(
        (text.bytes().next(), text.bytes().last()),
        (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}'))
    );
    match paired && span.len() > 1 {
        true => Ok((span.start + 1, span.end - 1)),
        false => Err(Refusal::Unsupported),
    }
}

/// The comma between `from` and `end`, with nothing but white space and comments before it.
pub(super) fn comma(source: &Source<'_>, from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    while at < end {
        match source.text.as_bytes()[at] {
            b',' => return Some(at),
            b'#' => at = source.line_end(at),
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            _ => return None,
        }
    }
    None
}
