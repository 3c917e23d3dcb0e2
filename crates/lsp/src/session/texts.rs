//! Texts in the client's hands.

use std::ops::Range;
use std::sync::Arc;

use lsp_types::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, MessageType, TextDocumentContentChangeEvent, Url,
};
use ropey::Rope;

use super::{Effect, MAX_FAILURES, Restored, Session, guarded};
use crate::documents::Document;
use crate::position::Places;
use crate::uri;

impl Session {
    /// A document was opened. Opening it again replaces its text, as that is what the client has.
    pub fn did_open(&mut self, params: DidOpenTextDocumentParams) -> Vec<Effect> {
        let document = params.text_document;
        let path = uri::to_path(&document.uri);
        let rope = Rope::from_str(&document.text);
        let opened = Document {
            uri: Arc::new(document.uri),
            version: document.version,
            change: self.next_change(),
            rope,
            shunned: false,
            failures: 0,
        };
        let before = Arc::make_mut(&mut self.documents).insert(path.clone(), opened.clone());
        // The same file under another spelling: the client keeps diagnostics for each.
        let respelled = before.filter(|before| before.uri != opened.uri);
        self.closed
            .extend(respelled.map(|before| Url::clone(&before.uri)));
        self.analyse(&path, |workspace| workspace.open(&path, &document.text))
    }

    /// A document was changed: each change applies to the result of the one before.
    pub fn did_change(&mut self, params: DidChangeTextDocumentParams) -> Vec<Effect> {
        let path = uri::to_path(&params.text_document.uri);
        if !self.documents.contains_key(&path) {
            let uri = params.text_document.uri;
            return vec![Effect::Log(
                MessageType::WARNING,
                format!("{uri} was changed but is not open"),
            )];
        }
        let mut effects = Vec::new();
        for change in params.content_changes {
            effects.extend(self.change(&path, change));
        }
        let change = self.next_change();
        if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(&path) {
            document.version = params.text_document.version;
            document.change = change;
        }
        effects
    }

    fn change(&mut self, path: &Arc<str>, change: TextDocumentContentChangeEvent) -> Vec<Effect> {
        let Some(document) = self.documents.get(path) else {
            return Vec::new();
        };
        let bytes = self.bytes(path, change.range);
        if document.shunned {
            let hopeless = document.failures >= MAX_FAILURES;
            self.change_text(path, bytes, &change.text);
            return if hopeless {
                Vec::new()
            } else {
                self.revive(path)
            };
        }
        let (edited, range, text) = (path.clone(), bytes.clone(), change.text);
        #[cfg(debug_assertions)]
        let fail = std::mem::take(&mut self.fail_next_edit);
        let result = guarded(&mut self.workspace, |workspace| {
            workspace.edit(&edited, range, &text);
            #[cfg(debug_assertions)]
            assert!(!fail, "asked to fail by a test");
        });
        if result.is_some() && self.adopt(path) {
            return Vec::new();
        }
        self.change_text(path, bytes, &text);
        self.rebuild()
    }

    /// Takes over the analysis' text after an edit: it has the same content, and sharing it means
    /// that two copies never drift apart in memory.
    pub(super) fn adopt(&mut self, path: &str) -> bool {
        let Some(tree) = self.workspace.tree(path) else {
            return false;
        };
        if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(path) {
            document.rope = tree.rope().clone();
        }
        true
    }

    /// Changes our own text only.
    fn change_text(&mut self, path: &str, bytes: Range<usize>, text: &str) {
        if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(path) {
            let rope = &mut document.rope;
            let (start, end) = (rope.byte_to_char(bytes.start), rope.byte_to_char(bytes.end));
            rope.remove(start..end);
            rope.insert(start, text);
        }
    }

    /// A document was written to disk: what is there is what we have, watched or not.
    pub fn did_save(&mut self, params: DidSaveTextDocumentParams) -> Vec<Effect> {
        self.read(vec![uri::to_path(&params.text_document.uri)])
    }

    /// A document was closed: from now on, what is on disk counts.
    pub fn did_close(&mut self, params: DidCloseTextDocumentParams) -> Vec<Effect> {
        let path = uri::to_path(&params.text_document.uri);
        let Some(document) = Arc::make_mut(&mut self.documents).remove(&path) else {
            return Vec::new();
        };
        self.closed.push(Url::clone(&document.uri));
        self.published.remove(&path);
        self.pulled.remove(&path);
        self.disk = Arc::default();
        let on_disk = self.shadowed.remove(&path);
        let closed = guarded(&mut self.workspace, |workspace| {
            if let Some(text) = on_disk {
                workspace.load(&path, &text);
            }
            workspace.close(&path);
        });
        if closed.is_none() {
            self.rebuild()
        } else {
            self.read(vec![path])
        }
    }

    /// Opens a document in the state in which a session before this one had it.
    pub fn restore(&mut self, restored: Restored) -> Vec<Effect> {
        let document = restored.document.text_document;
        let path = uri::to_path(&document.uri);
        let opened = Document {
            uri: Arc::new(document.uri),
            version: document.version,
            change: self.next_change(),
            rope: Rope::from_str(&document.text),
            // Its text comes first; the analysis may fail on a state that is long past.
            shunned: true,
            failures: restored.failures,
        };
        Arc::make_mut(&mut self.documents).insert(path.clone(), opened);
        for params in restored.changes {
            for change in params.content_changes {
                let bytes = self.bytes(&path, change.range);
                self.change_text(&path, bytes, &change.text);
            }
            if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(&path) {
                document.version = params.text_document.version;
            }
        }
        match restored.failures {
            0 => self.revive(&path),
            _ => Vec::new(),
        }
    }

    /// The bytes of a range of an open document; all of it without a range.
    fn bytes(&self, path: &str, range: Option<lsp_types::Range>) -> Range<usize> {
        let Some(document) = self.documents.get(path) else {
            return 0..0;
        };
        let whole = 0..document.rope.len_bytes();
        range.map_or(whole, |range| {
            Places::new(&document.rope, self.client.encoding).bytes(range)
        })
    }

    fn next_change(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }
}
