//! Taking something out of a collection.

use crate::node::{Node, NodeKind};

use super::insert::{brackets, comma};
use super::layout::{Slot, Source, slot_of};
use super::proof::{Goal, Outline};
use super::{Edit, Edits, Refusal};

/// What becomes of a collection when its last entry goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Emptied {
    /// It stays, as `[]` or `{}`.
    Keep,
    /// It goes, too, with the key or dash that holds it, and so on; a document's root stays.
    Remove,
}

/// Removes an item, or the pair that a node is the value of, with its comments: those in its
/// lines, and those directly above it at its indentation.
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "tasks:\n  # first\n  - name: a # one\n  # second\n  - name: b\n";
/// let tree = Tree::parse(text);
/// let first = tree.document_at(0).find(&["tasks".into(), 0.into()]).unwrap();
/// let edits = remove(&first, Emptied::Keep)?;
/// assert_eq!(apply(text, &edits), "tasks:\n  # second\n  - name: b\n");
/// # Ok::<(), Refusal>(())
/// ```
pub fn remove(node: &Node<'_>, emptied: Emptied) -> Edits {
    let source = Source::new(node.document());
    let mut node = node.clone();
    let (parent, slots, index) = loop {
        let (parent, slots, index) = slot_of(&source, &node)?;
        if emptied == Emptied::Keep || slots.len() > 1 || parent.parent().is_none() {
            break (parent, slots, index);
        }
        node = parent;
    };
    let outline = Outline::of(source.document.root());
    let slot = &slots[index];
    let range = outline.range(slot.first())?.start..outline.range(&slot.value)?.end;
    if let Some(name) = outline.parted(&range, false) {
        return Err(Refusal::Anchor(name));
    }
    let ways = match (parent.is_flow(), slots.len()) {
        (true, _) => vec![from_flow(&source, &parent, &slots, index)?],
        (false, 1) => vec![last_of_block(&source, &parent, slot)?],
        _ => from_block(&source, &slots, index),
    };
    let fewer = match (parent.is_flow(), ways.first()) {
        (true, Some(edits)) => {
            let inside =
                |edit: &Edit| source.comments_in(edit.span.range().start, edit.span.range().end);
            edits.iter().map(inside).sum()
        }
        _ => source.comments_in(slot.lead, slot.tail),
    };
    let goal = Goal::new(&source.document, outline, range, []).comments(fewer, 0);
    goal.first_of(ways)
}

/// The ways to do it, the nicest first.
fn from_block(source: &Source<'_>, slots: &[Slot<'_>], index: usize) -> Vec<Vec<Edit>> {
    let slot = &slots[index];
    if !slot.own_line {
        return vec![first_of_line(source, slot, &slots[1])];
    }
    let end = source.next_line(slot.tail);
    let mut blank = end;
    while source.is_blank_line(blank) {
        blank = source.next_line(blank);
    }
    let before = source.line_before(slot.lead);
    let spaced = before.is_some_and(|line| source.is_blank_line(line));
    let plain = vec![Edit::new(slot.lead, end, "")];
    let wide = vec![Edit::new(slot.lead, blank, "")];
    match spaced {
        true => vec![wide, plain],
        false => vec![plain, wide],
    }
}

/// The first entry of a collection that starts in the line of a dash: the next one moves up.
fn first_of_line(source: &Source<'_>, slot: &Slot<'_>, next: &Slot<'_>) -> Vec<Edit> {
    let line = source.line_start(next.start);
    let between = &source.text[source.next_line(slot.tail).min(line)..line];
    if between.trim().is_empty() {
        return vec![Edit::new(slot.start, next.start, "")];
    }
    // Comments stand between: they need lines of their own.
    let dash = source.text[..slot.start].trim_end_matches(' ').len();
    vec![Edit::new(dash, slot.tail, "")]
}

/// The only entry of a block: `[]` or `{}` stays in its place.
fn last_of_block(
    source: &Source<'_>,
    parent: &Node<'_>,
    slot: &Slot<'_>,
) -> Result<Vec<Edit>, Refusal> {
    let empty = match parent.kind() {
        NodeKind::Mapping => "{}",
        _ => "[]",
    };
    if !slot.own_line {
        return Ok(vec![Edit::new(slot.start, slot.tail, empty)]);
    }
    if parent.holder().is_none() {
        return Ok(vec![Edit::new(slot.lead, slot.tail, empty)]);
    }
    let (_, around, index) = slot_of(source, parent)?;
    let last = parent.properties().pop();
    let from = last.map_or(around[index].after, |last| last.span.range().end);
    let removed = Edit::new(slot.lead, source.next_line(slot.tail), "");
    Ok(vec![Edit::new(from, from, format!(" {empty}")), removed])
}

fn from_flow(
    source: &Source<'_>,
    parent: &Node<'_>,
    slots: &[Slot<'_>],
    index: usize,
) -> Result<Vec<Edit>, Refusal> {
    let (open, close) = brackets(source, parent)?;
    let slot = &slots[index];
    let behind = comma(source, slot.end, close);
    let end = behind.map_or(slot.end, |at| at + 1);
    if slots.len() == 1 {
        let others = [&source.text[open..slot.start], &source.text[end..close]];
        return Ok(match others.iter().all(|text| text.trim().is_empty()) {
            true => vec![Edit::new(open, close, "")],
            false => vec![Edit::new(slot.start, end, "")],
        });
    }
    let before = index.checked_sub(1).and_then(|i| {
        let prior = slots[i].end;
        comma(source, prior, close)
    });
    let line_end = source.line_end(end);
    let rest = source.text[end..line_end].trim_start();
    if slot.own_line && (rest.is_empty() || rest.starts_with('#')) {
        let removed = Edit::new(slot.lead, source.next_line(end), "");
        return Ok(match (behind, before) {
            (None, Some(comma)) => vec![Edit::new(comma, comma + 1, ""), removed],
            _ => vec![removed],
        });
    }
    match (behind, before) {
        (Some(_), _) if rest.is_empty() => {
            let start = source.text[..slot.start].trim_end_matches(' ').len();
            Ok(vec![Edit::new(start, end, "")])
        }
        (Some(_), _) => {
            let spaces = match rest.starts_with('#') {
                true => 0,
                false => source.text[end..line_end].len() - rest.len(),
            };
            Ok(vec![Edit::new(slot.start, end + spaces, "")])
        }
        (None, Some(comma)) if source.text[comma + 1..slot.start].trim().is_empty() => {
            Ok(vec![Edit::new(comma, slot.end, "")])
        }
        (None, Some(comma)) => Ok(vec![
            Edit::new(comma, comma + 1, ""),
            Edit::new(slot.start, slot.end, ""),
        ]),
        (None, None) => Err(Refusal::Unsupported),
    }
}
