//! Files in the host's hands.

use std::collections::HashSet;
use std::sync::Arc;

use konflux_analysis::catalog::Catalog;
use lsp_types::{DidChangeWatchedFilesParams, FileChangeType, MessageType};

use super::{Effect, File, Session, guarded};
use crate::uri;

impl Session {
    /// Files were created, changed or deleted behind the client's back.
    pub fn did_change_watched_files(&mut self, params: DidChangeWatchedFilesParams) -> Vec<Effect> {
        let (mut gone, mut read) = (Vec::new(), HashSet::new());
        for event in params.changes {
            let path = uri::to_path(&event.uri);
            if event.typ == FileChangeType::DELETED {
                read.remove(&path);
                // A deleted folder may be reported without the files in it.
                gone.extend(
                    self.workspace
                        .paths()
                        .into_iter()
                        .filter(|file| uri::is_within(file, &path)),
                );
            } else {
                read.insert(path);
            }
        }
        self.unload(&gone);
        let mut read: Vec<_> = read.into_iter().collect();
        read.sort();
        self.read(read)
    }

    /// The host has read some files. Those that no workspace folder holds any more are left out.
    pub fn load(&mut self, files: Vec<File>) -> Vec<Effect> {
        let mut gone = Vec::new();
        let mut effects = Vec::new();
        let mut catalogs = Vec::new();
        for File { path, text } in files {
            let configuration = is_configuration(&path).then(|| path.clone());
            match text {
                None => gone.push(path),
                Some(text) if self.documents.contains_key(&path) => {
                    self.shadowed.insert(path, text);
                }
                Some(text) if self.is_in_workspace(&path) => {
                    effects.extend(self.load_one(&path, &text))
                }
                Some(_) => {}
            }
            // What an open buffer says counts, but only once it is saved: while somebody types a
            // path, it names other folders.
            let configuration = configuration.into_iter();
            catalogs.extend(configuration.flat_map(|path| self.workspace.catalogs_of(&path)));
        }
        self.unload(&gone);
        if !catalogs.is_empty() {
            effects.push(Effect::ReadCatalogs(catalogs));
        }
        effects
    }

    /// The host has read a catalog that a configuration names, or could not, and says why in a
    /// sentence without its dot.
    pub fn load_catalog(&mut self, path: &str, catalog: Result<Catalog, String>) {
        self.loads += 1;
        self.workspace.load_catalog(path, catalog);
    }

    fn load_one(&mut self, path: &str, text: &str) -> Option<Effect> {
        self.loads += 1;
        self.disk = Arc::default();
        let loaded = guarded(&mut self.workspace, |workspace| workspace.load(path, text));
        let failure = || format!("the analysis of {path} failed: this is a bug of konflux-ls");
        loaded
            .is_none()
            .then(|| Effect::Log(MessageType::ERROR, failure()))
    }

    /// The host has read all files of one [`Effect::Scan`].
    pub fn scanned(&mut self) {
        self.scans = self.scans.saturating_sub(1);
    }

    pub(super) fn read(&self, mut paths: Vec<Arc<str>>) -> Vec<Effect> {
        paths.retain(|path| self.is_in_workspace(path) && !has_ignored_folder(path));
        if paths.is_empty() {
            Vec::new()
        } else {
            vec![Effect::Read(paths)]
        }
    }

    pub(super) fn unload(&mut self, paths: &[Arc<str>]) {
        if paths.is_empty() {
            return;
        }
        self.loads += 1;
        self.disk = Arc::default();
        for path in paths {
            self.shadowed.remove(path);
            // What the client has open stays open, wherever the file went.
            guarded(&mut self.workspace, |workspace| workspace.unload(path));
        }
    }

    /// Our configuration counts wherever it lies: the nearest one above a root is in force, too.
    pub(super) fn is_in_workspace(&self, path: &str) -> bool {
        is_configuration(path) || self.roots.iter().any(|root| uri::is_within(path, root))
    }
}

fn is_configuration(path: &str) -> bool {
    path.ends_with("/.konflux-ls.yaml")
}

/// Clients watch more than is walked.
fn has_ignored_folder(path: &str) -> bool {
    path.split('/')
        .any(|part| part == ".git" || part == "node_modules")
}
