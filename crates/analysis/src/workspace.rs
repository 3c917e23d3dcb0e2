//! All files, and the results that hang on them.
//!
//! Open files keep their tree. Closed files keep their text and their facts; their trees are
//! parsed again on demand. All parts are shared between a workspace and its clones and copied on
//! write, and the part that changes with every keystroke (the open buffers) is small.

mod classes;
mod file;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use konflux_syntax::{Document, Span, Tree};
use memchr::memmem;

pub use self::classes::{DocumentClass, Evidence};
pub(crate) use self::file::File;

use self::file::Exported;
use crate::action::{Action, ActionKind, Safety};
use crate::catalog::{Catalog, Shelf};
use crate::check::{Definition, Origin};
use crate::config::{self, Config};
use crate::duties::Duties;
use crate::edit::SourceChange;
use crate::effects::knowledge::Programs;
use crate::facts::{Facts, Use, UseBy};
use crate::finding::{Finding, Item, Target};
use crate::ide::{self, Hover, Location, Symbol};
use crate::kustomize;
use crate::resolve::{self, Index, Meaning};
use crate::results;

/// All files that matter, open in an editor or on disk. A clone is a snapshot.
#[derive(Clone, Default)]
pub struct Workspace {
    roots: Arc<[Arc<str>]>,
    /// Open in an editor; these count.
    buffers: Arc<BTreeMap<Arc<str>, File>>,
    /// As on disk.
    disk: Arc<BTreeMap<Arc<str>, File>>,
    /// By folder.
    configs: Arc<BTreeMap<Arc<str>, Arc<Config>>>,
    index: Arc<Index>,
    /// What is known of definitions that are in no file.
    catalogs: Arc<Shelf>,
    /// Bytes of the trees that closed files still have.
    warm: Arc<AtomicUsize>,
    /// Counts changes of facts or configuration.
    revision: u64,
    /// Counts changes of the index.
    identities: u64,
}

impl Workspace {
    /// An empty workspace.
    pub fn new() -> Workspace {
        Workspace::default()
    }

    /// An empty workspace that judges by its files alone, without what is known of catalogs.
    pub fn without_catalogs() -> Workspace {
        Workspace {
            catalogs: Arc::new(Shelf::off()),
            ..Workspace::default()
        }
    }

    /// The catalogs that configurations name, as absolute paths of folders or files: what hosts read
    /// and hand to [`Workspace::load_catalog`].
    pub fn catalogs(&self) -> Vec<Arc<str>> {
        let mut paths: Vec<Arc<str>> = self
            .configs
            .keys()
            .flat_map(|folder| self.catalogs_of(&format!("{folder}/{}", config::FILE_NAME)))
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Those that one configuration file names.
    pub fn catalogs_of(&self, configuration: &str) -> Vec<Arc<str>> {
        let folder = configuration.rsplit_once('/').map(|(folder, _)| folder);
        let config = folder.and_then(|folder| self.configs.get_key_value(folder));
        let config = config.filter(|_| !self.catalogs.is_off()).into_iter();
        let named = config.flat_map(|(folder, config)| config.catalogs(folder));
        named.map(|(_, path)| path).collect()
    }

    /// A catalog that a configuration names was read, or why it could not be (a sentence without
    /// its dot, which is reported in the configuration).
    pub fn load_catalog(&mut self, path: &str, catalog: Result<Catalog, String>) {
        Arc::make_mut(&mut self.catalogs).put(path, catalog);
        self.revision += 1;
        self.identities += 1;
    }

    /// Says which folders the workspace consists of.
    pub fn set_roots(&mut self, roots: Vec<Arc<str>>) {
        self.roots = roots.into();
    }

    /// A file is opened in an editor; its buffer counts from now on.
    pub fn open(&mut self, path: &str, text: &str) {
        let path = self.name(path);
        let before = self.file(&path).map(File::exported);
        let taught = self.effects(&path);
        let file = File::open(path.clone(), Tree::parse(text), taught);
        Arc::make_mut(&mut self.buffers).insert(path.clone(), file);
        self.changed(&path, before);
    }

    /// The buffer of an open file changes.
    pub fn edit(&mut self, path: &str, range: Range<usize>, new_text: &str) {
        let Some(file) = Arc::make_mut(&mut self.buffers).get_mut(path) else {
            return;
        };
        let before = file.exported();
        if !file.edit(range, new_text) {
            return;
        }
        let path = file.path.clone();
        self.changed(&path, Some(before));
    }

    /// A file is closed: what is on disk counts again.
    pub fn close(&mut self, path: &str) {
        let Some(file) = Arc::make_mut(&mut self.buffers).remove(path) else {
            return;
        };
        self.changed(&file.path, Some(file.exported()));
    }

    /// A file was read from disk.
    pub fn load(&mut self, path: &str, text: &str) {
        let path = self.name(path);
        let before = self.file(&path).map(File::exported);
        let file = File::closed(path.clone(), text, &self.warm, self.effects(&path));
        Arc::make_mut(&mut self.disk).insert(path.clone(), file);
        self.changed(&path, before);
    }

    /// A file vanished from disk.
    pub fn unload(&mut self, path: &str) {
        let before = self.file(path).map(File::exported);
        if let Some(file) = Arc::make_mut(&mut self.disk).remove(path) {
            self.changed(&file.path, before);
        }
    }

    /// Could this file matter at all? Cheap: looks at the bytes, parses nothing.
    pub fn wants(path: &str, text: &[u8]) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        if name == config::FILE_NAME || kustomize::is_kustomization(name) {
            return true;
        }
        let has = |word: &[u8]| memmem::find(text, word).is_some();
        let yaml = name.ends_with(".yaml") || name.ends_with(".yml");
        yaml && (has(b"tekton.dev/")
            || has(b"task_bundle:")
            || has(b"kustomize.config.k8s.io/")
            || (has(b"op:") && has(b"path: /")))
    }

    /// Is the file open in an editor?
    pub fn is_open(&self, path: &str) -> bool {
        self.buffers.contains_key(path)
    }

    /// The tree of a file: the live one when it is open, else parsed on demand.
    pub fn tree(&self, path: &str) -> Option<Tree> {
        self.file(path).map(File::tree)
    }

    /// All files, in order.
    pub fn paths(&self) -> Vec<Arc<str>> {
        let mut paths: Vec<Arc<str>> = self
            .disk
            .keys()
            .chain(self.buffers.keys())
            .cloned()
            .collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// Changes only when the facts of some document or the configuration changed, that is, when
    /// the findings of *other* files may have changed.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// What is wrong with a file, by place.
    pub fn findings(&self, path: &str) -> Arc<[Finding]> {
        match self.file(path) {
            Some(file) => results::of_file(self, file),
            None => Arc::new([]),
        }
    }

    /// What can be done about the findings that touch a range.
    pub fn actions(&self, path: &str, range: Range<usize>) -> Vec<Action> {
        let Some(file) = self.file(path) else {
            return Vec::new();
        };
        let mut fixes = Vec::new();
        let mut suppressions = Vec::new();
        for found in results::touching(self, file, &range) {
            let action = |title: String, kind, safety, preferred, ordinal| Action {
                title,
                kind,
                rule: found.rule,
                range: found.range.clone(),
                safety,
                preferred,
                path: file.path.clone(),
                ordinal,
            };
            for (ordinal, fix) in found.fixes.into_iter().enumerate() {
                fixes.push(action(
                    fix.title,
                    ActionKind::QuickFix,
                    fix.safety,
                    fix.preferred,
                    ordinal,
                ));
            }
            if found.suppressible {
                let title = format!("Ignore {} here", found.rule);
                let known = suppressions
                    .iter()
                    .any(|known: &Action| known.title == title && known.range == found.range);
                if !known {
                    suppressions.push(action(title, ActionKind::Suppress, Safety::Safe, false, 0));
                }
            }
        }
        fixes.append(&mut suppressions);
        fixes
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

    /// The pipelines of a file as graphs.
    pub fn graphs(&self, path: &str) -> Vec<ide::graph::Graph> {
        ide::graphs(self, path)
    }
}

/// What the rest of the engine asks.
impl Workspace {
    /// The file as it counts: the buffer, else what is on disk.
    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.buffers.get(path).or_else(|| self.disk.get(path))
    }

    /// The files directly in a folder.
    pub(crate) fn files_in(&self, folder: &str) -> impl Iterator<Item = &File> {
        let folder: Arc<str> = Arc::from(format!("{folder}/"));
        [&self.buffers, &self.disk]
            .into_iter()
            .flat_map(move |files| {
                let (start, folder) = (folder.clone(), folder.clone());
                let rest = move |path: &Arc<str>| path.strip_prefix(&*folder).map(str::len);
                let below = files
                    .range(start..)
                    .map_while(move |(path, file)| Some((rest(path)?, file)));
                below.filter_map(|(rest, file)| {
                    let name = &file.path[file.path.len() - rest..];
                    (!name.contains('/')).then_some(file)
                })
            })
    }

    /// Changes whenever a definition appeared, vanished or moved to another place of its file.
    pub(crate) fn identities(&self) -> u64 {
        self.identities
    }

    /// The definition that a file means by a reference.
    pub(crate) fn resolve(&self, from: &str, reference: &Use) -> Option<Definition> {
        let documents = |path: &str| {
            let file = self.file(path)?;
            Some((&file.path, &*file.facts))
        };
        match resolve::resolve(&self.index, documents, from, reference) {
            Meaning::File(target) => {
                let facts = self.facts(&target)?.clone();
                let origin = Origin::File(target);
                Some(Definition { origin, facts })
            }
            Meaning::Stub(stub) => {
                let stub = self.facts(&stub)?;
                let by = UseBy::bundle(stub.bundle.as_deref()?, stub.name.as_deref()?);
                let kind = reference.kind;
                self.remembered(from, &Use { kind, by })
            }
            Meaning::Nothing => self.remembered(from, reference),
            Meaning::Unclear => None,
        }
    }

    /// The pipeline that a task in a file starts by name.
    pub(crate) fn started_pipeline(&self, from: &str, name: &Arc<str>) -> Option<Target> {
        self.index.started(from, name, |pipeline| {
            let uses = self.facts(pipeline).map(|facts| facts.uses.iter());
            uses.into_iter().flatten().any(|used| {
                let definition = self.resolve(&pipeline.path, used);
                definition.is_some_and(
                    |definition| matches!(definition.origin, Origin::File(file) if &*file.path == from),
                )
            })
        })
    }

    /// The stub that stands for the target of a reference in this repository.
    pub(crate) fn stub(&self, from: &str, reference: &Use) -> Option<Target> {
        let by_path = |_: &str| None;
        match resolve::resolve(&self.index, by_path, from, reference) {
            Meaning::Stub(stub) => Some(stub),
            _ => None,
        }
    }

    /// What catalog indexes remember of the target of a reference.
    fn remembered(&self, from: &str, reference: &Use) -> Option<Definition> {
        let found = self
            .catalogs
            .ask(self.config(from), reference, |index, catalog| {
                catalog.find(&Arc::from(index), reference)
            })?;
        Some(Definition {
            facts: found.facts.clone(),
            origin: Origin::Catalog(Arc::new(found)),
        })
    }

    /// An index that knows the target of a reference in other versions, and these.
    pub(crate) fn other_versions(
        &self,
        from: &str,
        reference: &Use,
    ) -> Option<(String, Vec<Arc<str>>)> {
        self.catalogs
            .ask(self.config(from), reference, |index, catalog| {
                let versions = catalog.other_versions(reference);
                (!versions.is_empty()).then(|| (index.to_owned(), versions))
            })
    }

    /// Why a catalog that a configuration names could not be read.
    pub(crate) fn catalog_failure(&self, path: &str) -> Option<&Arc<str>> {
        self.catalogs.failure(path)
    }

    /// The facts of a document.
    pub(crate) fn facts(&self, target: &Target) -> Option<&Arc<Facts>> {
        self.file(&target.path)?.facts.get(target.document)
    }

    /// A path from the innermost root that it is in; the whole path outside of all.
    pub(crate) fn relative_path<'p>(&self, path: &'p str) -> &'p str {
        let inside = self.roots.iter().filter_map(|root| {
            let rest = path.strip_prefix(&**root)?;
            rest.starts_with('/').then_some(rest)
        });
        inside.min_by_key(|rest| rest.len()).unwrap_or(path)
    }

    /// The nearest configuration above a file, and the folder it stands in.
    pub(crate) fn config(&self, path: &str) -> Option<(&Arc<str>, &Arc<Config>)> {
        let mut folder = path;
        while let Some(at) = folder.rfind('/') {
            folder = &folder[..at];
            if let Some(entry) = self.configs.get_key_value(folder) {
                return Some(entry);
            }
        }
        None
    }

    /// What the configuration of a file says of programs.
    fn effects(&self, path: &str) -> Option<Arc<Programs>> {
        self.config(path)?.1.effects().cloned()
    }

    /// What a definition of a task does by itself.
    pub(crate) fn own_duties(&self, target: &Target) -> Option<Arc<Duties>> {
        self.file(&target.path)?.own_duties(target.document)
    }

    /// Where something stands in a document.
    pub(crate) fn locate(&self, target: &Target, item: &Item) -> Option<Range<usize>> {
        self.file(&target.path)?.locate(target.document, item)
    }

    pub(crate) fn source_change(&self, action: &Action) -> Option<SourceChange> {
        results::source_change(self, self.file(&action.path)?, action)
    }

    /// The shared name of a path.
    fn name(&self, path: &str) -> Arc<str> {
        match self.file(path) {
            Some(file) => file.path.clone(),
            None => Arc::from(path),
        }
    }

    /// Takes up what others may now see differently.
    fn changed(&mut self, path: &Arc<str>, before: Option<Exported>) {
        if is_config(path) {
            self.configure(path);
        }
        let Exported {
            facts: before,
            duties,
        } = before.unwrap_or_default();
        // What nobody asked about is not read for this.
        let after = self.file(path);
        let differs = |(document, known): (&usize, &Arc<Duties>)| {
            after.and_then(|file| file.own_duties(*document)).as_ref() != Some(known)
        };
        if duties.iter().any(differs) {
            self.revision += 1;
        }
        let after = self.file(path).map(|file| file.facts.clone());
        let after = after.unwrap_or_default();
        let same_length = before.len() == after.len();
        if same_length && before.iter().zip(&*after).all(|(old, new)| same(old, new)) {
            return;
        }
        self.revision += 1;
        let mut pairs = before.iter().zip(&*after);
        if same_length && pairs.all(|(old, new)| resolve::same_identity(old, new)) {
            return;
        }
        self.identities += 1;
        let index = Arc::make_mut(&mut self.index);
        index.remove(path, &before);
        index.insert(path, &after);
    }

    fn configure(&mut self, path: &Arc<str>) {
        let folder: Arc<str> = Arc::from(path.rfind('/').map_or("", |at| &path[..at]));
        let text = self.file(path).map(|file| file.tree().to_string());
        let configs = Arc::make_mut(&mut self.configs);
        match text {
            Some(text) => configs.insert(folder.clone(), Arc::new(Config::parse(&text))),
            None => configs.remove(&folder),
        };
        self.revision += 1;
        self.teach_below(&folder);
    }

    /// Files below a folder whose configuration says other things of programs now are read anew.
    fn teach_below(&mut self, folder: &str) {
        let below = |path: &str| {
            let rest = path.strip_prefix(folder);
            rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let files = self.buffers.values().chain(self.disk.values());
        let stale: Vec<_> = files
            .filter(|file| below(&file.path) && !is_config(&file.path))
            .map(|file| (file.clone(), self.effects(&file.path)))
            .filter(|(file, effects)| file.taught != *effects)
            .collect();
        for (file, effects) in stale {
            let files = match file.is_open() {
                true => &mut self.buffers,
                false => &mut self.disk,
            };
            let anew = file.taught(effects, &self.warm);
            Arc::make_mut(files).insert(file.path.clone(), anew);
        }
    }
}

fn same(left: &Arc<Facts>, right: &Arc<Facts>) -> bool {
    Arc::ptr_eq(left, right) || left == right
}

/// Is it a configuration file of ours?
pub(crate) fn is_config(path: &str) -> bool {
    path.rsplit('/').next() == Some(config::FILE_NAME)
}

/// A place of a document as bytes of its file.
pub(crate) fn in_file(document: &Document<'_>, span: Span) -> Range<usize> {
    let start = document.start();
    start + span.start as usize..start + span.end as usize
}
