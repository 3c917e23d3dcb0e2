//! From a name to its declaration.

use super::{Location, lookup};
use crate::workspace::Workspace;

pub(crate) fn definition(workspace: &Workspace, path: &str, offset: usize) -> Vec<Location> {
    let Some(file) = workspace.file(path) else {
        return Vec::new();
    };
    let tree = file.tree();
    let document = tree.document_at(offset);
    let place = offset.saturating_sub(document.start()) as u32;
    let found = lookup::find(workspace, &file.path, &document, place);
    let declarations = found.map(|found| found.declarations).unwrap_or_default();
    declarations
        .into_iter()
        .filter_map(|declaration| declaration.location)
        .collect()
}
