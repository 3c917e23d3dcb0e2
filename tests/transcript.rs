//! What a client and the native server said to each other, for replaying it with other servers.
//!
//! Where `KONFLUX_TRANSCRIPTS` names a folder, every test leaves a file there. The tests of the
//! WebAssembly module hold that module to what is in them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lsp_types::Url;
use serde_json::{Value, json};

/// Takes down one conversation.
pub(crate) struct Transcript {
    events: Vec<Value>,
    /// Requests that only the native server of a debug build knows, and that change nothing.
    secret: Vec<Value>,
    /// Nothing is kept of a conversation that only this server can have.
    fit: bool,
}

static NUMBER: AtomicUsize = AtomicUsize::new(0);

impl Transcript {
    pub(crate) fn new() -> Transcript {
        Transcript {
            events: Vec::new(),
            secret: Vec::new(),
            fit: std::env::var_os("KONFLUX_TRANSCRIPTS").is_some(),
        }
    }

    /// Keeps nothing of it: other servers cannot do the same.
    pub(crate) fn discard(&mut self) {
        self.fit = false;
        self.events.clear();
    }

    /// What was said to the server. Answers are left out: each client gives its own.
    pub(crate) fn client(&mut self, message: &Value) {
        if message["method"] == "konflux-ls/debug" {
            self.secret.push(message["id"].clone());
            if message["params"].get("text").is_none() {
                self.discard();
            }
        } else if message.get("method").is_some() {
            self.note(json!({ "client": message }));
        }
    }

    /// What the server said.
    pub(crate) fn server(&mut self, message: &Value) {
        let is_secret = message.get("method").is_none() && self.secret.contains(&message["id"]);
        if !is_secret {
            self.note(json!({ "server": message }));
        }
    }

    /// A file was written, or removed.
    pub(crate) fn file(&mut self, path: &Path, text: Option<&[u8]>) {
        let Ok(uri) = Url::from_file_path(path) else {
            return;
        };
        let text = text.and_then(|text| std::str::from_utf8(text).ok());
        self.note(json!({ "file": uri, "text": text }));
    }

    fn note(&mut self, event: Value) {
        if self.fit {
            self.events.push(event);
        }
    }

    /// Writes the file.
    pub(crate) fn finish(&self) {
        let Some(folder) = std::env::var_os("KONFLUX_TRANSCRIPTS").filter(|_| self.fit) else {
            return;
        };
        let test = std::thread::current()
            .name()
            .unwrap_or("main")
            .replace("::", "-");
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(folder);
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join(format!("{test}-{number}.json"));
        std::fs::write(path, Value::from(self.events.clone()).to_string()).unwrap();
    }
}
