//! Giving a scalar another text.

use crate::node::{Node, NodeKind};
use crate::scalar::ScalarStyle;

use super::layout::{Source, content_end, indent, lines, slot_of, text_indentation};
use super::proof::{Event, Goal, Outline};
use super::quote::{self, is_typed};
use super::{Edit, Edits, Refusal};

/// Gives a scalar, key or value, another text; an empty place becomes a scalar. It stays plain,
/// quoted or a block where the text allows that, and is quoted where it would read as something
/// else. A plain number, boolean or null stays one if the new text is one, too.
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let set = |text: &str, new: &str| {
///     let tree = Tree::parse(text);
///     let node = tree.document_at(0).find(&["a".into()]).unwrap();
///     set_scalar(&node, new).map(|edits| apply(text, &edits))
/// };
/// assert_eq!(set("a: b # c\n", "yes")?, "a: \"yes\" # c\n");
/// assert_eq!(set("a: 1\n", "2")?, "a: 2\n");
/// assert_eq!(set("a: 'b'\n", "it's")?, "a: 'it''s'\n");
/// assert_eq!(set("a: |\n    x\n", "y\nz\n")?, "a: |\n    y\n    z\n");
/// # Ok::<(), Refusal>(())
/// ```
pub fn set_scalar(node: &Node<'_>, text: &str) -> Edits {
    if !matches!(node.kind(), NodeKind::Scalar | NodeKind::Empty) {
        return Err(Refusal::NotAScalar);
    }
    let source = Source::new(node.document());
    let outline = Outline::of(source.document.root());
    let range = outline.range(node)?;
    let old = node.style().unwrap_or(ScalarStyle::Plain);
    let typed = node.kind() == NodeKind::Scalar
        && old == ScalarStyle::Plain
        && is_typed(&node.text())
        && is_typed(text)
        && !text.is_empty();
    let event = Event::scalar(text, typed, old);
    let goal = Goal::new(&source.document, outline, range.end - 1..range.end, [event]);
    let new = |style| quote::write(text, style, typed, node.is_flow());
    let ways = match old {
        ScalarStyle::Literal | ScalarStyle::Folded => {
            let first = node.span().range().start;
            let (_, behind) = quote::header(source.rest_of_line(first));
            let plain = new(ScalarStyle::DoubleQuoted) + behind;
            [block(&source, node, text), Some(plain)]
        }
        style => {
            let quoted = new(ScalarStyle::DoubleQuoted);
            [Some(new(style)), Some(quoted)]
        }
    };
    let place = |text: String| match node.kind() {
        NodeKind::Empty => {
            let at = node.span().range().start;
            let glued = source.text[..at].ends_with([':', '-']) || node.has_properties();
            let space = if glued { " " } else { "" };
            vec![Edit::new(at, at, space.to_owned() + &text)]
        }
        _ => {
            let span = node.span().range();
            let end = content_end(node).max(span.end);
            smallest(&source.text, span.start, end, &text)
        }
    };
    goal.first_of(ways.into_iter().flatten().map(place))
}

/// The text as a literal block scalar in the place of another.
fn block(source: &Source<'_>, node: &Node<'_>, text: &str) -> Option<String> {
    let (header, new) = quote::literal(text)?;
    let span = node.span().range();
    let old = lines(&source.text[span.clone()]);
    let owner = match slot_of(source, node) {
        Ok((_, slots, index)) => source.column(slots[index].start),
        Err(_) => 0,
    };
    let column = match old[1..].iter().any(|line| !line.trim().is_empty()) {
        true => text_indentation(node, &old[1..]),
        false => owner + 2,
    };
    let (_, behind) = quote::header(old[0]);
    let step = column.checked_sub(owner)?;
    let mut written = quote::stated(header, step, &new)? + behind;
    for line in &new {
        written.push_str(source.newline);
        written.push_str(&indent(line, column));
    }
    Some(written)
}

/// The edit that replaces only what differs.
fn smallest(text: &str, start: usize, end: usize, new: &str) -> Vec<Edit> {
    let old = &text[start..end];
    let same = |a: &mut dyn Iterator<Item = char>, b: &mut dyn Iterator<Item = char>| {
        a.zip(b)
            .take_while(|(a, b)| a == b)
            .map(|(a, _)| a.len_utf8())
            .sum::<usize>()
    };
    let before = same(&mut old.chars(), &mut new.chars());
    let behind = same(
        &mut old[before..].chars().rev(),
        &mut new[before..].chars().rev(),
    );
    let new = &new[before..new.len() - behind];
    vec![Edit::new(start + before, end - behind, new)]
}
