//! Edits as rows of a table: a text, a place, what is done there, and the text afterwards.

use konflux_syntax::edit::*;
use konflux_syntax::{Node, Tree};

/// The steps of a path such as `spec.tasks.0.name`.
pub(crate) fn steps(path: &str) -> Vec<Step<'_>> {
    let step = |part| str::parse(part).map_or(Step::Key(part), Step::Index);
    path.split('.')
        .filter(|part| !part.is_empty())
        .map(step)
        .collect()
}

/// The text after an edit of the node at `path`, or the reason why there is none.
pub(crate) fn edited(text: &str, path: &str, edit: impl Fn(&Node<'_>) -> Edits) -> String {
    let tree = Tree::parse(text);
    let node = tree.document_at(0).find(&steps(path)).unwrap();
    match edit(&node) {
        Ok(edits) => apply(text, &edits),
        Err(refusal) => format!("refused: {refusal:?}"),
    }
}

#[track_caller]
pub(crate) fn check(got: String, expected: &str) {
    assert!(got == expected, "expected:\n{expected}\ngot:\n{got}");
}

#[track_caller]
pub(crate) fn set(text: &str, path: &str, new: &str, expected: &str) {
    check(edited(text, path, |node| set_scalar(node, new)), expected);
}

#[track_caller]
pub(crate) fn item(text: &str, path: &str, position: Position<'_>, new: &str, expected: &str) {
    let new = Fragment::parse(new).unwrap();
    check(
        edited(text, path, |node| insert_item(node, position, &new)),
        expected,
    );
}

#[track_caller]
pub(crate) fn pair(
    text: &str,
    path: &str,
    position: Position<'_>,
    key: &str,
    new: &str,
    expected: &str,
) {
    let new = Fragment::parse(new).unwrap();
    check(
        edited(text, path, |node| insert_pair(node, position, key, &new)),
        expected,
    );
}

#[track_caller]
pub(crate) fn gone(text: &str, path: &str, expected: &str) {
    check(
        edited(text, path, |node| remove(node, Emptied::Remove)),
        expected,
    );
}

#[track_caller]
pub(crate) fn emptied(text: &str, path: &str, expected: &str) {
    check(
        edited(text, path, |node| remove(node, Emptied::Keep)),
        expected,
    );
}

/// Moves the node at `from` of the first text to the end of what is at `to` of the second.
#[track_caller]
pub(crate) fn moved(text: &str, from: &str, other: &str, to: &str, expected: &str) {
    let tree = Tree::parse(text);
    let node = tree.document_at(0).find(&steps(from)).unwrap();
    let got = match extract(&node) {
        Err(refusal) => format!("refused: {refusal:?}"),
        Ok(fragment) => edited(other, to, |place| match fragment.key() {
            Some(key) => insert_pair(place, Position::Last, key, &fragment),
            None => insert_item(place, Position::Last, &fragment),
        }),
    };
    check(got, expected);
}
