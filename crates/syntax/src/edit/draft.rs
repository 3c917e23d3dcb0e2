//! Several edits of one document, each of the outcome of those before.

use crate::document::Document;
use crate::span::Span;
use crate::tree::Tree;

use super::Edit;

/// A copy of a document that edits are tried on, one after another. In the end it tells the edits
/// that lead from the document to it.
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let text = "tasks:\n  - a # one\n  - b\nfinally: []\n";
/// let tree = Tree::parse(text);
/// let mut draft = Draft::new(&tree.document_at(0));
/// for _ in 0..2 {
///     let document = draft.document();
///     let find = |path: &[Step<'_>]| document.find(path).ok_or(Refusal::NoSuchPlace);
///     let item = find(&["tasks".into(), 0.into()])?;
///     let target = find(&["finally".into()])?;
///     let insertion = insert_item(&target, Position::Last, &extract(&item)?)?;
///     let edits = merge(insertion, remove(&item, Emptied::Remove)?)?;
///     draft.apply(edits);
/// }
/// assert_eq!(apply(text, draft.edits()), "finally:\n  - a # one\n  - b\n");
/// # Ok::<(), Refusal>(())
/// ```
#[derive(Clone)]
pub struct Draft {
    tree: Tree,
    edits: Vec<Edit>,
}

impl Draft {
    /// A draft that is the document still.
    pub fn new(document: &Document<'_>) -> Draft {
        let all = Span::new(0, document.len() as u32);
        Draft {
            tree: Tree::parse(&document.text(all)),
            edits: Vec::new(),
        }
    }

    /// What the document has become. The places in it are its own, not those of the original.
    pub fn document(&self) -> Document<'_> {
        self.tree.document_at(0)
    }

    /// Makes edits of what the document has become.
    pub fn apply(&mut self, edits: Vec<Edit>) {
        // From the last on: then the places of the others stay right.
        for edit in edits.into_iter().rev() {
            self.compose(&edit);
            self.tree.edit(edit.span.range(), &edit.text);
        }
    }

    /// The edits that lead from the original to the draft: sorted, disjoint, and in places of the
    /// original.
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    fn compose(&mut self, new: &Edit) {
        let (start, end) = (i64::from(new.span.start), i64::from(new.span.end));
        let (mut before, mut after) = (Vec::new(), Vec::new());
        // Where the new edit starts and ends in the original, and what it takes in of the draft.
        let (mut from, mut to) = (start, end);
        let (mut first, mut last) = (start, end);
        // How much further on a place is in the draft than in the original.
        let mut shift = 0;
        for edit in self.edits.drain(..) {
            let edit_start = i64::from(edit.span.start) + shift;
            let edit_end = edit_start + edit.text.len() as i64;
            let growth = edit.text.len() as i64 - i64::from(edit.span.len());
            if edit_start > end {
                after.push(edit);
                continue;
            }
            shift += growth;
            to = (end - shift).max(i64::from(edit.span.end));
            if edit_end < start {
                from = start - shift;
                before.push(edit);
                continue;
            }
            from = from.min(i64::from(edit.span.start));
            first = first.min(edit_start);
            last = last.max(edit_end);
        }
        let piece = |from: i64, to: i64| {
            let slice = self.tree.rope().get_byte_slice(from as usize..to as usize);
            slice.map(|slice| slice.to_string()).unwrap_or_default()
        };
        let text = piece(first, start) + &new.text + &piece(end, last);
        if from < to || !text.is_empty() {
            before.push(Edit::new(from as usize, to as usize, text));
        }
        before.append(&mut after);
        self.edits = before;
    }
}
