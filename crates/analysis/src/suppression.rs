//! Comments that silence findings.

use konflux_syntax::{Document, Span};

use crate::finding::Problem;
use crate::model::Model;

/// Removes the problems that a comment of the document silences, and adds those of the comments
/// themselves (unused, unknown).
pub(crate) fn apply(_document: &Document<'_>, _model: &Model, _problems: &mut Vec<Problem>) {}

/// The edit that silences a problem where it stands: a place, and the text to insert there.
pub(crate) fn insertion(
    _document: &Document<'_>,
    _model: &Model,
    _problem: &Problem,
) -> Option<(Span, String)> {
    None
}
