//! What a place is about.

use super::Hover;
use crate::workspace::Workspace;

pub(crate) fn hover(_workspace: &Workspace, _path: &str, _offset: usize) -> Option<Hover> {
    None
}
