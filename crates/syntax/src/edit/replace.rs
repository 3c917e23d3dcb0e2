//! Putting one thing in the place of another.

use crate::node::{Node, NodeKind};

use super::fragment::{Fragment, Indicator};
use super::layout::{Source, Style, gap, slot_of, with_properties};
use super::proof::{Goal, Outline, flow_text};
use super::{Edit, Edits, Refusal};

/// Puts a fragment in the place of an item or of the value of a key. The comments above stay,
/// those inside go with what they are about; the fragment's own comments above it are left out.
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "# the task\ntaskRef: build # old\nrunAfter: []\n";
/// let tree = Tree::parse(text);
/// let reference = tree.document_at(0).find(&["taskRef".into()]).unwrap();
/// let edits = replace(&reference, &Fragment::parse("name: build\nkind: Task\n")?)?;
/// let expected = "# the task\ntaskRef:\n  name: build\n  kind: Task\nrunAfter: []\n";
/// assert_eq!(apply(text, &edits), expected);
/// # Ok::<(), Refusal>(())
/// ```
pub fn replace(node: &Node<'_>, fragment: &Fragment) -> Edits {
    let source = Source::new(node.document());
    let (parent, slots, index) = slot_of(&source, node)?;
    let slot = &slots[index];
    let outline = Outline::of(source.document.root());
    let range = outline.range(node)?;
    if let Some(name) = outline.parted(&range, false) {
        return Err(Refusal::Anchor(name));
    }
    if let Some(name) = outline.common_anchor(&fragment.events) {
        return Err(Refusal::Anchor(name));
    }
    let goal = Goal::new(&source.document, outline, range, fragment.events.clone());
    let one_line = source.line_end(slot.after) == source.line_end(slot.end);
    if parent.is_flow() || fragment.is_one_line() && one_line {
        if fragment.comments > 0 {
            return Err(Refusal::Comment);
        }
        let from = match node.kind() == NodeKind::Empty && !node.has_properties() {
            true => slot.end,
            false => with_properties(node).max(slot.after),
        };
        let glued = from == slot.after && !parent.is_flow();
        let space = if glued || source.text[..from].ends_with(':') {
            " "
        } else {
            ""
        };
        let text = match parent.is_flow() {
            true => flow_text(&fragment.events),
            false => fragment.one_line().to_owned(),
        };
        return goal.first_of([vec![Edit::new(
            from,
            slot.end.max(from),
            space.to_owned() + &text,
        )]]);
    }
    let bare = fragment.without_lead();
    let goal = goal.comments(source.comments_in(slot.start, slot.tail), bare.comments);
    let indicator = match &slot.key {
        Some(_) => Indicator::Key(&source.text[slot.start..slot.after - 1]),
        None => Indicator::Dash(gap(&source, slot)),
    };
    let lines = bare.lines(source.column(slot.start), indicator, &Style::of(&source));
    let text = lines.ok_or(Refusal::Unsupported)?.join(source.newline);
    let text = text.trim_start_matches(' ');
    goal.first_of([vec![Edit::new(slot.start, slot.tail, text)]])
}
