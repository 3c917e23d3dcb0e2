//! All files, and the results that hang on them.
//!
//! Open files keep their tree. Closed files keep their text and their facts; their trees are
//! parsed again on demand. All parts are shared between a workspace and its clones and copied on
//! write, and the part that changes with every keystroke (the open buffers) is small.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use konflux_syntax::{Document, Span, Tree};
use memchr::memmem;

use crate::action::{Action, ActionKind, Safety};
use crate::catalog::{Catalog, Shelf};
use crate::check::{Asked, Definition, Origin};
use crate::classify::{self, Classification, PipelineClass, Role};
use crate::config::{self, Config};
use crate::duties::{self, Duties};
use crate::edit::SourceChange;
use crate::effects::knowledge::{Programs, Taught};
use crate::effects::scripts::{self, Scripts};
use crate::facts::{Facts, Use, UseBy};
use crate::finding::{Finding, Item, Target};
use crate::ide::{self, Hover, Location, Symbol};
use crate::kustomize;
use crate::model::{Kind, Model, PipelineTask, PipelineTaskTarget, TaskRef};
use crate::resolve::{self, Index, Meaning};
use crate::results::{self, FileResults};
use crate::roles;

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

/// One file. Cheap to clone.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: Arc<str>,
    content: Content,
    /// What its configuration says of programs.
    taught: Option<Arc<Programs>>,
    /// The facts of its documents, in order.
    pub(crate) facts: Arc<[Arc<Facts>]>,
    /// Belongs to exactly this content.
    pub(crate) results: Arc<Mutex<Option<FileResults>>>,
    /// Where things stand that findings of other files point at. Belongs to exactly this content.
    places: Arc<Mutex<Places>>,
    /// What its tasks do, by document, as far as somebody asked. Belongs to exactly this content.
    duties: Arc<Mutex<HashMap<usize, Arc<Duties>>>>,
}

/// What other files know of a file.
#[derive(Default)]
struct Exported {
    facts: Arc<[Arc<Facts>]>,
    duties: HashMap<usize, Arc<Duties>>,
}

/// Places of a file by document and name.
type Places = HashMap<(usize, Item), Option<Range<usize>>>;

#[derive(Clone)]
enum Content {
    Open(Tree),
    /// The text, and perhaps the tree until the first findings are computed: most files are
    /// loaded, checked once, and never looked at again.
    Closed(Arc<str>, Arc<Mutex<Option<WarmTree>>>),
}

/// How many bytes of text may have their tree kept after loading.
const WARM_BYTES: usize = 32 << 20;

/// The tree of a closed file, as long as there is room for it.
struct WarmTree {
    tree: Tree,
    bytes: usize,
    /// The bytes of all of them.
    all: Arc<AtomicUsize>,
}

impl WarmTree {
    fn new(tree: Tree, all: &Arc<AtomicUsize>) -> Option<WarmTree> {
        let bytes = tree.len_bytes();
        let before = all.fetch_add(bytes, Ordering::Relaxed);
        let warm = WarmTree {
            tree,
            bytes,
            all: all.clone(),
        };
        (before + bytes <= WARM_BYTES).then_some(warm)
    }
}

impl Drop for WarmTree {
    fn drop(&mut self) {
        self.all.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

impl File {
    fn open(path: Arc<str>, tree: Tree, taught: Option<Arc<Programs>>) -> File {
        teach(&tree, taught.as_ref());
        let facts = facts_of(&path, &tree);
        File {
            path,
            content: Content::Open(tree),
            taught,
            facts,
            results: Arc::default(),
            places: Arc::default(),
            duties: Arc::default(),
        }
    }

    fn closed(
        path: Arc<str>,
        text: &str,
        warm: &Arc<AtomicUsize>,
        taught: Option<Arc<Programs>>,
    ) -> File {
        let tree = Tree::parse(text);
        teach(&tree, taught.as_ref());
        let facts = facts_of(&path, &tree);
        let tree = WarmTree::new(tree, warm);
        File {
            path,
            content: Content::Closed(Arc::from(text), Arc::new(Mutex::new(tree))),
            taught,
            facts,
            results: Arc::default(),
            places: Arc::default(),
            duties: Arc::default(),
        }
    }

    pub(crate) fn tree(&self) -> Tree {
        match &self.content {
            Content::Open(tree) => tree.clone(),
            Content::Closed(text, warm) => {
                let warm = warm.lock().unwrap_or_else(PoisonError::into_inner);
                match &*warm {
                    Some(warm) => warm.tree.clone(),
                    None => {
                        let tree = Tree::parse(text);
                        teach(&tree, self.taught.as_ref());
                        tree
                    }
                }
            }
        }
    }

    /// The same file under a configuration that says other things of programs. What was derived
    /// from its documents rests on that, so they begin anew.
    fn taught(&self, taught: Option<Arc<Programs>>, warm: &Arc<AtomicUsize>) -> File {
        let path = self.path.clone();
        match &self.content {
            Content::Open(tree) => File::open(path, Tree::parse(&tree.to_string()), taught),
            Content::Closed(text, _) => File::closed(path, text, warm, taught),
        }
    }

    fn exported(&self) -> Exported {
        let duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        Exported {
            facts: self.facts.clone(),
            duties: duties.clone(),
        }
    }

    /// What the main task of a document does by itself.
    fn own_duties(&self, document: usize) -> Option<Arc<Duties>> {
        let mut known = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(duties) = known.get(&document) {
            return Some(duties.clone());
        }
        let tree = self.tree();
        let duties = duties::of_document(&tree.documents().nth(document)?);
        known.insert(document, duties.clone());
        Some(duties)
    }

    /// Forgets the tree of a closed file.
    pub(crate) fn cool(&self) {
        if let Content::Closed(_, warm) = &self.content {
            *warm.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

/// Has the documents of a tree read with what a configuration says of programs.
fn teach(tree: &Tree, taught: Option<&Arc<Programs>>) {
    let Some(programs) = taught else { return };
    for document in tree.documents() {
        Taught::teach(programs, &document);
    }
}

/// The facts of a file's documents. A template exports none: what it will say is unknown.
fn facts_of(path: &str, tree: &Tree) -> Arc<[Arc<Facts>]> {
    let facts: Arc<[Arc<Facts>]> = tree
        .documents()
        .map(|document| Facts::of(path, &document))
        .collect();
    match facts.iter().any(|facts| facts.template) {
        true => facts.iter().map(|_| Arc::default()).collect(),
        false => facts,
    }
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
        let Content::Open(tree) = &mut file.content else {
            return;
        };
        let start = range.start;
        let scripts = Scripts::of(&tree.document_at(start));
        tree.edit(range, new_text);
        scripts::hand_on(&scripts, &tree.document_at(start));
        teach(tree, file.taught.as_ref());
        let facts = facts_of(&file.path, tree);
        let before = file.exported();
        file.facts = facts;
        file.results = Arc::default();
        file.places = Arc::default();
        file.duties = Arc::default();
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

    /// What the Tekton documents of a file are.
    pub fn classify(&self, path: &str) -> Vec<DocumentClass> {
        let Some(file) = self.file(path) else {
            return Vec::new();
        };
        let tree = file.tree();
        let documents = tree.documents();
        documents
            .filter_map(|document| self.document_class(path, &document))
            .collect()
    }

    /// What a document is: what itself says, else the configuration, else what it looks like, else
    /// what the pipeline is that it runs. In that last case the second value is the question for
    /// that pipeline, and its answer.
    pub(crate) fn classification(
        &self,
        path: &str,
        document: &Document<'_>,
    ) -> (Arc<Classification>, Option<Asked>) {
        let found = classify::of(path, document);
        let model = Model::of(document);
        if let Some((folder, config)) = self.config(path) {
            let relative = path.strip_prefix(&**folder).unwrap_or(path);
            let said = config.class(relative.trim_start_matches('/'));
            let configured = said.and_then(|class| classify::configured(&model, class));
            if let Some(configured) = configured {
                return (Arc::new(configured), None);
            }
        }
        let run = model
            .run
            .as_ref()
            .filter(|_| model.kind == Kind::PipelineRun);
        let target = run.and_then(|run| run.target.as_ref());
        match target.filter(|_| found.class.is_none() && found.confidence == 0.0) {
            Some(target) => self.inherited(path, &model, target, found),
            None => (found, None),
        }
    }

    fn inherited(
        &self,
        path: &str,
        model: &Model,
        target: &TaskRef,
        found: Arc<Classification>,
    ) -> (Arc<Classification>, Option<Asked>) {
        let question = Use::of(Kind::Pipeline, target);
        let answer = self.resolve(path, &question);
        let facts = answer.as_ref().map(|answer| &answer.facts);
        let inherited = facts.and_then(|facts| {
            let name = facts.name.as_deref().unwrap_or_default();
            classify::inherited(model, facts.class?, name)
        });
        let class = inherited.map_or(found, Arc::new);
        (class, Some(Asked::Definition(question, answer)))
    }

    fn document_class(&self, path: &str, document: &Document<'_>) -> Option<DocumentClass> {
        let model = Model::of(document);
        if !model.kind.is_tekton() {
            return None;
        }
        let name = model.name.as_ref().or(model.generate_name.as_ref());
        let evidence = |message: &str, span| Evidence {
            message: message.to_owned(),
            range: in_file(document, span),
        };
        let (class, roles, confidence, evidence) = if model.main_task().is_some() {
            let roles = roles::of_document(document);
            let roles = roles.first().cloned().unwrap_or_default();
            let signals = roles.signals.iter();
            let reasons = signals.map(|signal| evidence(&signal.message, signal.span));
            (
                None,
                roles.roles.clone(),
                roles.confidence,
                reasons.collect(),
            )
        } else {
            let (found, _) = self.classification(path, document);
            let signals = found.signals.iter();
            let reasons = signals.map(|signal| evidence(&signal.message, signal.span));
            (found.class, Vec::new(), found.confidence, reasons.collect())
        };
        Some(DocumentClass {
            range: document.start()..document.start() + document.len(),
            api_kind: model
                .api_kind
                .as_ref()
                .map(|kind| kind.value.to_string())
                .unwrap_or_default(),
            name: name.map(|name| name.value.to_string()),
            class,
            roles,
            confidence,
            evidence,
        })
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
        let file = self.file(&target.path)?;
        let mut places = file.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry((target.document, item.clone()));
        let place = place.or_insert_with(|| {
            let tree = file.tree();
            let document = tree.documents().nth(target.document)?;
            let span = span_of(&document, item)?;
            Some(in_file(&document, span))
        });
        place.clone()
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
            let files = match file.content {
                Content::Open(_) => &mut self.buffers,
                Content::Closed(..) => &mut self.disk,
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

fn span_of(document: &Document<'_>, item: &Item) -> Option<Span> {
    let model = &*Model::of(document);
    let name = match item {
        Item::Name => return model.name.as_ref().map(|name| name.span),
        Item::Role(role) => {
            let roles = roles::of_document(document);
            let mut signals = roles.first()?.signals.iter();
            return signals
                .find(|signal| signal.role == *role)
                .map(|signal| signal.span);
        }
        Item::EmbeddedRole(name, role) => {
            let mut tasks = model.main_pipeline()?.tasks.iter();
            let task =
                tasks.find(|task| task.name.as_ref().is_some_and(|own| own.value == *name))?;
            let PipelineTaskTarget::Embedded(index) = task.target else {
                return None;
            };
            let roles = roles::of_document(document);
            let mut signals = roles.get(index as usize)?.signals.iter();
            let signal = signals.find(|signal| signal.role == *role);
            return Some(signal.map_or(task.place(), |signal| signal.span));
        }
        Item::Task(name) => {
            let mut tasks = model.main_pipeline()?.tasks.iter();
            let is_called = |task: &PipelineTask| {
                classify::task_names(task).any(|known| known == &**name)
                    || task.name.as_ref().is_some_and(|own| own.value == *name)
            };
            let task = tasks.find(|task| is_called(task));
            return task.map(PipelineTask::place);
        }
        Item::Param(name) | Item::Result(name) | Item::Workspace(name) => name,
    };
    let (task, pipeline) = (model.main_task(), model.main_pipeline());
    match item {
        Item::Param(_) => {
            let params = task.map(|task| &task.params);
            let mut params = params.or(pipeline.map(|pipeline| &pipeline.params))?.iter();
            params
                .rfind(|param| param.name.value == *name)
                .map(|param| param.name.span)
        }
        Item::Result(_) => {
            let results = task.map(|task| &task.results);
            let mut results = results
                .or(pipeline.map(|pipeline| &pipeline.results))?
                .iter();
            results
                .rfind(|result| result.name.value == *name)
                .map(|result| result.name.span)
        }
        _ => {
            let all = task.map(|task| &task.workspaces);
            let mut all = all
                .or(pipeline.map(|pipeline| &pipeline.workspaces))?
                .iter();
            all.rfind(|workspace| workspace.name.value == *name)
                .map(|workspace| workspace.name.span)
        }
    }
}
