//! The thread that finds and reads files.
//!
//! It hands over each file by itself, so that the session is never locked for longer than one file
//! takes. Limits keep a mistaken workspace folder (a home directory, a disk) from filling the
//! memory; what they leave out is reported.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use konflux_analysis::Workspace;
use konflux_lsp::lsp_types::MessageType;
use konflux_lsp::{Effect, File};

use super::progress::Progress;
use super::shared::Shared;
use crate::{catalogs, walk};

/// YAML files looked at in one workspace.
const MAX_FILES: usize = 50_000;
/// Bytes that matter, read in one workspace.
const MAX_TOTAL_BYTES: usize = 512 << 20;

/// What the loader is asked to do.
pub(super) enum Job {
    /// Everything under these folders.
    Scan(Vec<Arc<str>>),
    /// These files, vanished or not.
    Read(Vec<Arc<str>>),
    /// These catalogs.
    ReadCatalogs(Vec<Arc<str>>),
}

pub(super) fn run(shared: &Shared, jobs: &Receiver<Job>) {
    let mut folders = HashSet::new();
    while let Ok(job) = jobs.recv() {
        match job {
            Job::Scan(roots) => {
                let roots: Vec<PathBuf> = roots.iter().filter_map(|root| native(root)).collect();
                Scan {
                    shared,
                    progress: Progress::new(shared),
                    files: 0,
                    bytes: 0,
                }
                .run(&roots);
                folders.extend(roots);
                shared.update(|session| {
                    session.scanned();
                    Vec::new()
                });
            }
            Job::Read(paths) => read(shared, &folders, &paths),
            Job::ReadCatalogs(paths) => read_catalogs(shared, &paths),
        }
    }
}

struct Scan<'s> {
    shared: &'s Shared,
    progress: Progress,
    files: usize,
    bytes: usize,
}

impl Scan<'_> {
    fn run(&mut self, roots: &[PathBuf]) {
        for root in roots {
            // The nearest configuration upward is in force, wherever the editor opened the project.
            let above = root
                .ancestors()
                .skip(1)
                .map(|folder| folder.join(walk::CONFIGURATION));
            above
                .filter(|path| path.is_file())
                .for_each(|path| self.take(&path));
            for found in walk::walk(root, usize::MAX) {
                if self.files >= MAX_FILES || self.bytes >= MAX_TOTAL_BYTES {
                    return self.stop(root);
                }
                match found {
                    Ok(path) => self.take(&path),
                    Err(error) => log(self.shared, MessageType::WARNING, error.to_string()),
                }
            }
        }
    }

    fn take(&mut self, path: &Path) {
        self.files += 1;
        self.progress.report(self.files);
        let Some(name) = walk::engine_path(path) else {
            let text = format!("{}: its name is not valid UTF-8", path.display());
            return log(self.shared, MessageType::WARNING, text);
        };
        if let Some(text) = wanted(self.shared, &name, path) {
            self.bytes += text.len();
            let file = File {
                path: name,
                text: Some(text),
            };
            self.shared.update(|session| session.load(vec![file]));
        }
    }

    fn stop(&self, root: &Path) {
        let text = format!(
            "konflux-ls stopped reading {} after {} YAML files and {} MiB: references to the rest are not checked.",
            root.display(),
            self.files,
            self.bytes >> 20
        );
        log(self.shared, MessageType::WARNING, text.clone());
        let client = self.shared.client.clone();
        self.shared
            .runtime
            .spawn(async move { client.show_message(MessageType::WARNING, text).await });
    }
}

/// Reads what changed, unless a walk would not have found it in the first place.
fn read(shared: &Shared, folders: &HashSet<PathBuf>, paths: &[Arc<str>]) {
    let native: HashSet<PathBuf> = paths.iter().filter_map(|path| native(path)).collect();
    let mut found: HashSet<PathBuf> = folders
        .iter()
        .flat_map(|folder| walk::would_find(folder, &native))
        .collect();
    found.extend(
        native
            .into_iter()
            .filter(|path| path.ends_with(walk::CONFIGURATION)),
    );
    for path in paths {
        let file = Path::new(&**path);
        let text = if found.contains(file) {
            wanted(shared, path, file)
        } else {
            None
        };
        let file = File {
            path: path.clone(),
            text,
        };
        shared.update(|session| session.load(vec![file]));
    }
}

fn read_catalogs(shared: &Shared, paths: &[Arc<str>]) {
    for path in paths {
        let catalog = match native(path) {
            Some(place) => catalogs::read(&place),
            None => Err("it is not on this machine".to_owned()),
        };
        shared.update(|session| {
            session.load_catalog(path, catalog);
            Vec::new()
        });
    }
}

/// The text of a file that could matter.
fn wanted(shared: &Shared, name: &str, path: &Path) -> Option<String> {
    match walk::read_text(path) {
        Ok(text) => Workspace::wants(name, text.as_bytes()).then_some(text),
        // It vanished between being found and being read: then it is simply gone.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            let text = format!("{} was left out: {}", path.display(), walk::explain(&error));
            log(shared, MessageType::WARNING, text);
            None
        }
    }
}

/// Folders that are not on this machine (`vscode-vfs:`) cannot be read.
fn native(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(path)).filter(|path| path.is_absolute())
}

fn log(shared: &Shared, kind: MessageType, text: String) {
    shared.carry_out(Effect::Log(kind, text));
}
