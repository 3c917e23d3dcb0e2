//! All files, and the results that hang on them.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::Tree;

use crate::action::Action;
use crate::classify::{PipelineClass, Role};
use crate::edit::SourceChange;
use crate::finding::Finding;
use crate::ide::{self, Hover, Location, Symbol};

/// What a document is, and why, in places of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct DocumentClass {
    /// The document, in bytes of the file.
    pub range: Range<usize>,
    /// The value of `kind`.
    pub api_kind: String,
    /// `metadata.name`, or `metadata.generateName`.
    pub name: Option<String>,
    /// What the pipeline is for; `None` for tasks and when it cannot be said.
    pub class: Option<PipelineClass>,
    /// What the task does, the primary role first.
    pub roles: Vec<Role>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A reason for a classification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// A sentence.
    pub message: String,
    /// What it rests on, in bytes of the file.
    pub range: Range<usize>,
}

/// All files that matter, open in an editor or on disk. A clone is a snapshot.
#[derive(Clone, Default)]
pub struct Workspace {}

impl Workspace {
    /// An empty workspace.
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// Says which folders the workspace consists of.
    pub fn set_roots(&mut self, _roots: Vec<Arc<str>>) {}

    /// A file is opened in an editor; its buffer counts from now on.
    pub fn open(&mut self, _path: &str, _text: &str) {}

    /// The buffer of an open file changes.
    pub fn edit(&mut self, _path: &str, _range: Range<usize>, _new_text: &str) {}

    /// A file is closed: what is on disk counts again.
    pub fn close(&mut self, _path: &str) {}

    /// A file was read from disk.
    pub fn load(&mut self, _path: &str, _text: &str) {}

    /// A file vanished from disk.
    pub fn unload(&mut self, _path: &str) {}

    /// Could this file matter at all? Cheap: looks at the bytes, parses nothing.
    pub fn wants(_path: &str, _text: &[u8]) -> bool {
        true
    }

    /// Is the file open in an editor?
    pub fn is_open(&self, _path: &str) -> bool {
        false
    }

    /// The tree of a file: the live one when it is open, else parsed on demand.
    pub fn tree(&self, _path: &str) -> Option<Tree> {
        None
    }

    /// All files, in order.
    pub fn paths(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// Changes only when the facts of some document or the configuration changed, that is, when
    /// the findings of *other* files may have changed.
    pub fn revision(&self) -> u64 {
        0
    }

    /// What is wrong with a file, by place.
    pub fn findings(&self, _path: &str) -> Arc<[Finding]> {
        Arc::new([])
    }

    /// What the Tekton documents of a file are.
    pub fn classify(&self, _path: &str) -> Vec<DocumentClass> {
        Vec::new()
    }

    /// What can be done about the findings that touch a range.
    pub fn actions(&self, _path: &str, _range: Range<usize>) -> Vec<Action> {
        Vec::new()
    }

    /// What a place is about.
    pub fn hover(&self, path: &str, offset: usize) -> Option<Hover> {
        ide::hover(self, path, offset)
    }

    /// Where the name at a place is declared.
    pub fn definition(&self, path: &str, offset: usize) -> Vec<Location> {
        ide::definition(self, path, offset)
    }

    /// The outline of a file.
    pub fn symbols(&self, path: &str) -> Vec<Symbol> {
        ide::symbols(self, path)
    }

    pub(crate) fn source_change(&self, _action: &Action) -> Option<SourceChange> {
        None
    }
}
