//! One file of the workspace, and what hangs on its content.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use konflux_syntax::{Document, Span, Tree};

use super::in_file;
use crate::classify;
use crate::duties::{self, Duties};
use crate::effects::knowledge::{Programs, Taught};
use crate::effects::scripts::{self, Scripts};
use crate::facts::Facts;
use crate::finding::Item;
use crate::model::{Model, PipelineTask};
use crate::results::FileResults;
use crate::roles;

/// One file. Cheap to clone.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) path: Arc<str>,
    content: Content,
    /// What its configuration says of programs.
    pub(super) taught: Option<Arc<Programs>>,
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
pub(super) struct Exported {
    pub(super) facts: Arc<[Arc<Facts>]>,
    pub(super) duties: HashMap<usize, Arc<Duties>>,
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
    pub(super) fn open(path: Arc<str>, tree: Tree, taught: Option<Arc<Programs>>) -> File {
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

    pub(super) fn closed(
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

    /// Changes the buffer; false when this is none. Nothing that hung on the content is kept, but
    /// for the scripts that the edit did not touch.
    pub(super) fn edit(&mut self, range: Range<usize>, new_text: &str) -> bool {
        let Content::Open(tree) = &mut self.content else {
            return false;
        };
        let start = range.start;
        let scripts = Scripts::of(&tree.document_at(start));
        tree.edit(range, new_text);
        scripts::hand_on(&scripts, &tree.document_at(start));
        teach(tree, self.taught.as_ref());
        self.facts = facts_of(&self.path, tree);
        self.results = Arc::default();
        self.places = Arc::default();
        self.duties = Arc::default();
        true
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
    pub(super) fn taught(&self, taught: Option<Arc<Programs>>, warm: &Arc<AtomicUsize>) -> File {
        let path = self.path.clone();
        match &self.content {
            Content::Open(tree) => File::open(path, Tree::parse(&tree.to_string()), taught),
            Content::Closed(text, _) => File::closed(path, text, warm, taught),
        }
    }

    pub(super) fn exported(&self) -> Exported {
        let duties = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        Exported {
            facts: self.facts.clone(),
            duties: duties.clone(),
        }
    }

    /// What the main task of a document does by itself.
    pub(super) fn own_duties(&self, document: usize) -> Option<Arc<Duties>> {
        let mut known = self.duties.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(duties) = known.get(&document) {
            return Some(duties.clone());
        }
        let tree = self.tree();
        let duties = duties::of_document(&tree.documents().nth(document)?);
        known.insert(document, duties.clone());
        Some(duties)
    }

    /// Where something stands in a document, in bytes of the file.
    pub(super) fn locate(&self, document: usize, item: &Item) -> Option<Range<usize>> {
        let mut places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        let place = places.entry((document, item.clone()));
        let place = place.or_insert_with(|| {
            let tree = self.tree();
            let document = tree.documents().nth(document)?;
            let span = span_of(&document, item)?;
            Some(in_file(&document, span))
        });
        place.clone()
    }

    pub(super) fn is_open(&self) -> bool {
        matches!(self.content, Content::Open(_))
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
        Item::Task(name) => {
            let mut tasks = model.main_pipeline()?.tasks.iter();
            let task = tasks.find(|task| classify::task_names(task).any(|known| known == &**name));
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
