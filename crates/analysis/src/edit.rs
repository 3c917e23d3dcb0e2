//! Changes to files, as values: nothing is written here, the host applies them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Replaces a range of bytes of one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextEdit {
    /// Bytes of the file as it was before any edit of the same change.
    pub range: Range<usize>,
    /// What stands there afterwards.
    pub new_text: String,
}

/// A change to the files themselves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FileOp {
    /// A new file with this text.
    Create {
        /// Where.
        path: Arc<str>,
        /// The whole content.
        text: String,
    },
    /// A file moves.
    Rename {
        /// From where.
        from: Arc<str>,
        /// To where.
        to: Arc<str>,
    },
    /// A file goes away.
    Delete {
        /// Which.
        path: Arc<str>,
    },
}

/// Everything one action changes.
///
/// Invariant: the edits of a file are sorted by place and do not overlap.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct SourceChange {
    /// Edits per file.
    pub edits: BTreeMap<Arc<str>, Vec<TextEdit>>,
    /// Creations, renamings and deletions; carried out before the edits.
    pub file_ops: Vec<FileOp>,
}

impl SourceChange {
    /// A change of one file. Sorts the edits; an edit that overlaps an earlier one is dropped.
    pub fn of_file(path: Arc<str>, edits: impl IntoIterator<Item = TextEdit>) -> SourceChange {
        let mut edits: Vec<TextEdit> = edits.into_iter().collect();
        edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let mut end = 0;
        edits.retain(|edit| {
            let fits = edit.range.start >= end;
            if fits {
                end = edit.range.end;
            }
            fits
        });
        SourceChange {
            edits: BTreeMap::from([(path, edits)]),
            file_ops: Vec::new(),
        }
    }

    /// The text of a file after the change.
    pub fn apply_to(&self, path: &str, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut done = 0;
        for edit in self.edits.get(path).into_iter().flatten() {
            let range = edit.range.clone();
            let Some(kept) = text.get(done..range.start) else {
                continue;
            };
            result.push_str(kept);
            result.push_str(&edit.new_text);
            done = range.end;
        }
        result.push_str(text.get(done..).unwrap_or_default());
        result
    }
}
