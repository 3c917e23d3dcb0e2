//! A consistent view of the session, for work that runs while the session goes on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use konflux_analysis::Workspace;
use lsp_types::Url;
use ropey::Rope;

use crate::client::Client;
use crate::documents::{Document, Documents};
use crate::position::Places;
use crate::uri;

/// Texts and analysis of one moment. Cheap to make, cheap to keep for a while.
#[derive(Clone)]
pub(crate) struct Snapshot {
    pub(crate) client: Arc<Client>,
    pub(crate) workspace: Workspace,
    pub(crate) documents: Documents,
    pub(crate) disk: Arc<Disk>,
}

/// Texts of closed files that somebody pointed into, so that they are parsed for it only once.
///
/// Invariant: valid for one state of the files on disk; the session starts a new one when any
/// changes.
#[derive(Default)]
pub(crate) struct Disk {
    texts: Mutex<HashMap<Arc<str>, Option<Rope>>>,
}

impl Snapshot {
    pub(crate) fn document(&self, path: &str) -> Option<&Document> {
        self.documents.get(path)
    }

    /// The text of a file, open or not.
    pub(crate) fn text(&self, path: &str) -> Option<Rope> {
        if let Some(document) = self.document(path) {
            return Some(document.rope.clone());
        }
        let known = self
            .disk
            .texts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(path)
            .cloned();
        known.unwrap_or_else(|| {
            // Parsed without holding the lock; two threads may do it twice, with the same result.
            let rope = self.workspace.tree(path).map(|tree| tree.rope().clone());
            let mut texts = self
                .disk
                .texts
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            texts.insert(path.into(), rope.clone());
            rope
        })
    }

    pub(crate) fn places<'r>(&self, rope: &'r Rope) -> Places<'r> {
        Places::new(rope, self.client.encoding)
    }

    /// How the client spells the name of a file.
    pub(crate) fn uri(&self, path: &str) -> Option<Url> {
        match self.document(path) {
            Some(document) => Some(Url::clone(&document.uri)),
            None => uri::to_uri(path),
        }
    }

    /// A place of another file, as the client names it.
    pub(crate) fn location(
        &self,
        path: &str,
        bytes: std::ops::Range<usize>,
    ) -> Option<lsp_types::Location> {
        let rope = self.text(path)?;
        let range = self.places(&rope).range(bytes);
        Some(lsp_types::Location::new(self.uri(path)?, range))
    }
}
