//! Edits of YAML that keep everything else as it is.
//!
//! A function here takes a node and answers with text edits; nothing is changed. Comments,
//! quotes, indentation and line breaks stay as they are around the place, and what is new takes
//! the manner of what stands there.
//!
//! Invariant: every list of edits is proved before it is handed out. It is applied to the
//! document, and the result must have no new error, exactly the tree that was asked for, and no
//! comment more or fewer. What cannot be proved is refused, with a reason.

mod draft;
mod fragment;
mod insert;
mod layout;
mod proof;
mod quote;
mod remove;
mod replace;
mod scalar;

use std::fmt;

use crate::document::Document;
use crate::node::Node;
use crate::span::Span;

pub use draft::Draft;
pub use fragment::{Fragment, extract};
pub use insert::{Position, insert_item, insert_pair};
pub use remove::{Emptied, remove};
pub use replace::replace;
pub use scalar::set_scalar;

/// A piece of a document, and the text that replaces it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Span,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    fn new(start: usize, end: usize, text: impl Into<String>) -> Edit {
        Edit {
            span: Span::new(start as u32, end as u32),
            text: text.into(),
        }
    }
}

/// Edits of one document, sorted and disjoint; or why there are none.
pub type Edits = Result<Vec<Edit>, Refusal>;

/// Why an edit cannot be made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The node has no place in a collection: it is a document's root, or a key.
    NotHeld,
    /// The node is not a collection of the right kind, nor a place for one.
    NotACollection,
    /// The node is not a scalar, nor a place for one.
    NotAScalar,
    /// There is such a key already.
    KeyExists(String),
    /// There is no such key or index to insert at.
    NoSuchPlace,
    /// An anchor and its alias would be parted, or come to mean something else.
    Anchor(String),
    /// A comment would be lost.
    Comment,
    /// The text of a fragment is not one YAML node.
    NotYaml,
    /// Edits overlap.
    Overlap,
    /// The text there is written in a way that no edit is known for (`? ` keys, junk on a line).
    Unsupported,
    /// The result would not read as it should.
    Unproved,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = match self {
            Refusal::KeyExists(key) => return write!(f, "there is a key `{key}` already"),
            Refusal::Anchor(name) => {
                return write!(f, "the anchor `{name}` and its aliases would be parted");
            }
            Refusal::NotHeld => "the node is not the value of a key or an item of a list",
            Refusal::NotACollection => "there is no collection of this kind",
            Refusal::NotAScalar => "there is no scalar",
            Refusal::NoSuchPlace => "there is no such place to insert at",
            Refusal::Comment => "a comment would be lost",
            Refusal::NotYaml => "the new text is not one YAML node",
            Refusal::Overlap => "the edits overlap",
            Refusal::Unsupported => "this notation cannot be edited",
            Refusal::Unproved => "the result would not read as it should",
        };
        f.write_str(reason)
    }
}

impl std::error::Error for Refusal {}

/// A step on the way from a document's root to a node.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Step<'a> {
    /// To the value of a key.
    Key(&'a str),
    /// To an item.
    Index(usize),
}

impl<'a> From<&'a str> for Step<'a> {
    fn from(key: &'a str) -> Self {
        Step::Key(key)
    }
}

impl From<usize> for Step<'_> {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

impl<'t> Document<'t> {
    /// The node at the end of a path. Aliases are not followed: an edit would change what they
    /// stand for.
    ///
    /// ```
    /// use konflux_syntax::{Tree, edit::Step};
    /// let tree = Tree::parse("tasks:\n  - name: init\n  - name: build\n");
    /// let document = tree.document_at(0);
    /// let path = [Step::Key("tasks"), Step::Index(1), Step::Key("name")];
    /// assert_eq!(document.find(&path).unwrap().text(), "build");
    /// assert!(document.find(&["finally".into(), 0.into()]).is_none());
    /// ```
    pub fn find(&self, path: &[Step<'_>]) -> Option<Node<'t>> {
        path.iter().try_fold(self.root()?, |node, step| match step {
            Step::Index(index) => node.items().nth(*index),
            Step::Key(key) => node
                .pairs()
                .find(|pair| pair.key.text() == *key)
                .map(|pair| pair.value),
        })
    }
}

/// The text after the edits, which are sorted and disjoint, as every function here gives them.
///
/// ```
/// use konflux_syntax::{Span, edit::{Edit, apply}};
/// let edit = Edit { span: Span::new(6, 10), text: "Pipeline".into() };
/// assert_eq!(apply("kind: Task\n", &[edit]), "kind: Pipeline\n");
/// ```
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let mut result = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        result.push_str(text.get(at..edit.span.range().start).unwrap_or(""));
        result.push_str(&edit.text);
        at = edit.span.range().end;
    }
    result.push_str(text.get(at..).unwrap_or(""));
    result
}

/// Two lists of edits of the same document as one: an item removed here and inserted there. Each
/// is proved on its own; more than such a move is safer with a [`Draft`].
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "a: 1\nb: {}\n";
/// let tree = Tree::parse(text);
/// let root = tree.document_at(0).root().unwrap();
/// let (from, to) = (root.get("a").unwrap(), root.get("b").unwrap());
/// let moved = extract(&from)?;
/// let insertion = insert_pair(&to, Position::Last, "a", &moved)?;
/// let edits = merge(insertion, remove(&from, Emptied::Keep)?)?;
/// assert_eq!(apply(text, &edits), "b: {a: 1}\n");
/// # Ok::<(), Refusal>(())
/// ```
pub fn merge(mut edits: Vec<Edit>, others: Vec<Edit>) -> Edits {
    edits.extend(others);
    edits.sort_by_key(|edit| edit.span);
    let disjoint = edits
        .windows(2)
        .all(|two| two[0].span.end <= two[1].span.start && two[0].span != two[1].span);
    disjoint.then_some(edits).ok_or(Refusal::Overlap)
}
