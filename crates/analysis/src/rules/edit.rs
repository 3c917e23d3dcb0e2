//! Edits that several fixes need. All keep the style of what stands around them, and answer
//! `None` rather than produce something doubtful.

use konflux_syntax::edit::{
    Edit, Emptied, Fragment, Position, Refusal, insert_item, insert_pair, remove,
};
use konflux_syntax::{Document, Node, NodeKind, Span};

use crate::action::{Fix, Safety};

/// Edits of one document: places, and what stands there afterwards.
pub(crate) type Edits = Vec<(Span, String)>;

/// A fix that the user should look at.
pub(crate) fn unsafe_fix(title: impl Into<String>, edits: Edits) -> Fix {
    Fix {
        title: title.into(),
        safety: Safety::Unsafe,
        preferred: true,
        edits,
    }
}

/// A fix that can be applied unseen.
pub(crate) fn safe_fix(title: impl Into<String>, edits: Edits) -> Fix {
    Fix {
        safety: Safety::Safe,
        ..unsafe_fix(title, edits)
    }
}

/// Puts another word in the place of one; quotes stay.
pub(crate) fn replace_word(document: &Document<'_>, span: Span, word: &str) -> Edits {
    let old = document.text(span);
    let quote = old.chars().next().filter(|c| matches!(c, '"' | '\''));
    let new = match quote {
        Some(quote) if old.len() > 1 && old.ends_with(quote) => format!("{quote}{word}{quote}"),
        _ => word.to_owned(),
    };
    vec![(span, new)]
}

/// The fix that changes the word at a place to the nearest of the right ones.
pub(crate) fn rename(document: &Document<'_>, span: Span, nearest: Option<&str>) -> Vec<Fix> {
    let fix = nearest.map(|name| {
        let edits = replace_word(document, span, name);
        unsafe_fix(format!("Change to `{name}`"), edits)
    });
    fix.into_iter().collect()
}

/// Edits of the syntax tree that keep everything else; `None` where it refuses.
fn kept(edits: Result<Vec<Edit>, Refusal>) -> Option<Edits> {
    let edits = edits.ok()?.into_iter();
    Some(edits.map(|edit| (edit.span, edit.text)).collect())
}

/// Removes the list item that a place belongs to; with the last item goes the whole list.
pub(crate) fn remove_item(document: &Document<'_>, place: Span) -> Option<Edits> {
    let mut node = document.node_at(place.start)?;
    loop {
        let parent = node.parent()?;
        if parent.kind() == NodeKind::Sequence {
            return kept(remove(&node, Emptied::Remove));
        }
        node = parent;
    }
}

/// Removes the mapping entry that a node is the value of; with the last entry goes the mapping.
pub(crate) fn remove_pair(value: &Node<'_>) -> Option<Edits> {
    kept(remove(value, Emptied::Remove))
}

/// The mapping that begins and ends at a place.
pub(crate) fn mapping_at<'t>(document: &Document<'t>, span: Span) -> Option<Node<'t>> {
    let mut node = document.node_at(span.start)?;
    while node.kind() != NodeKind::Mapping || node.span() != span {
        node = node.parent()?;
    }
    Some(node)
}

/// Adds an item, given as the lines of a mapping (`name: x`), to the list under a key of a
/// mapping; makes the list, behind name and description, if there is none.
pub(crate) fn add_to_list(mapping: &Node<'_>, key: &str, item: &[String]) -> Option<Edits> {
    let item = item.join("\n  ");
    let Some(list) = mapping.get(key) else {
        let heads = ["description", "name"];
        let has = |key: &&str| mapping.pairs().any(|pair| pair.key.text() == *key);
        let position = heads
            .into_iter()
            .find(has)
            .map_or(Position::First, Position::After);
        let list = Fragment::parse(&format!("- {item}\n")).ok()?;
        return kept(insert_pair(mapping, position, key, &list));
    };
    let item = Fragment::parse(&format!("  {item}\n")).ok()?;
    kept(insert_item(&list, Position::Last, &item))
}
