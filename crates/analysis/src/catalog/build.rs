//! From the files of catalogs to an index.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, Entry, Source};
use crate::facts::{Deprecation, Facts};
use crate::model::Kind;
use crate::roles::Role;
use crate::workspace::Workspace;

/// Folders whose definitions are no part of the catalog they stand in: tests and what they need.
const NOT_RELEASED: [&str; 10] = [
    "test",
    "tests",
    "testdata",
    "golden",
    "fixtures",
    "examples",
    "samples",
    "spec",
    "hack",
    "node_modules",
];

/// The folder of definitions that are kept for those who still use them.
const ARCHIVE: &str = "archived-tasks";

/// The repositories whose tasks are released together, and where.
const KONFLUX: [&str; 6] = [
    "konflux-ci/build-definitions",
    "konflux-ci/container-build-catalog",
    "konflux-ci/konflux-operator-tasks",
    "konflux-ci/konflux-sast-tasks",
    "konflux-ci/konflux-test-tasks",
    "konflux-ci/tekton-tools",
];
const KONFLUX_BUNDLES: [&str; 2] = [
    "quay.io/konflux-ci/tekton-catalog",
    // Its name until 2024.
    "quay.io/redhat-appstudio-tekton-catalog",
];

/// Reads catalogs.
#[derive(Default)]
pub struct Builder {
    entries: Vec<Entry>,
    without_messages: bool,
}

/// Kind, name and path of a definition.
type Identity = (Kind, Option<Arc<str>>, Arc<str>);

impl Builder {
    /// Nothing read yet.
    pub fn new() -> Builder {
        Builder::default()
    }

    /// Leaves out what authors say about the expiry of their tasks, which is prose.
    pub fn without_messages(mut self) -> Builder {
        self.without_messages = true;
        self
    }

    /// Reads a catalog: its files by their paths in it (`task/init/0.2/init.yaml`), and their texts.
    pub fn add<'f>(
        &mut self,
        mut source: Source,
        files: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) {
        if KONFLUX.contains(&&*source.name) {
            let bundles = KONFLUX_BUNDLES.map(Arc::from);
            source.bundles.extend(bundles);
        }
        let mut workspace = Workspace::without_catalogs();
        for (path, text) in files {
            if Workspace::wants(path, text.as_bytes()) {
                workspace.load(&format!("/{path}"), text);
            }
        }
        let mut entries = self.definitions(&workspace);
        let pointers = entries.iter().filter_map(|entry| entry.pointer.as_deref());
        source.bundles.extend(pointers.filter_map(released_below));
        source.bundles.sort();
        source.bundles.dedup();
        let source = Arc::new(source);
        for entry in &mut entries {
            entry.sources.push(source.clone());
        }
        self.entries.append(&mut entries);
    }

    /// The index of all that was read.
    pub fn finish(self) -> Catalog {
        let mut same: BTreeMap<Identity, Vec<Entry>> = BTreeMap::new();
        for entry in self.entries {
            let key = (
                entry.facts.kind,
                entry.facts.name.clone(),
                entry.path.clone(),
            );
            let known = same.entry(key).or_default();
            let twin = known.iter_mut().find(|known| is_same(known, &entry));
            match twin {
                Some(twin) => twin.sources.extend(entry.sources),
                None => known.push(entry),
            }
        }
        let mut entries: Vec<Entry> = same.into_values().flatten().collect();
        for entry in &mut entries {
            entry
                .sources
                .sort_by(|left, right| (&left.as_of, left).cmp(&(&right.as_of, right)));
            entry.sources.dedup();
        }
        Catalog::new(entries)
    }

    fn definitions(&self, workspace: &Workspace) -> Vec<Entry> {
        let mut entries = Vec::new();
        for path in workspace.paths() {
            let path = path.trim_start_matches('/');
            if !is_released(path) {
                continue;
            }
            let Some(file) = workspace.file(&format!("/{path}")) else {
                continue;
            };
            // Classes are given for Tekton documents only.
            let mut classes = workspace.classify(&file.path).into_iter();
            for facts in &*file.facts {
                let class = facts.kind.is_tekton().then(|| classes.next()).flatten();
                let roles = class.map(|class| class.roles).unwrap_or_default();
                entries.extend(self.entry(path, facts, roles));
            }
        }
        entries
    }

    fn entry(&self, path: &str, facts: &Facts, roles: Vec<Role>) -> Option<Entry> {
        let mut facts = Facts {
            uses: Vec::new(),
            ..facts.clone()
        };
        let pointer = facts.bundle.take();
        match facts.kind {
            Kind::Task | Kind::StepAction | Kind::Pipeline => {}
            Kind::ExternalTask => {
                facts.kind = Kind::Task;
                facts.version = pointer.as_deref().and_then(tag).map(Arc::from);
            }
            _ => return None,
        }
        facts.name.as_ref()?;
        if self.without_messages {
            facts.deprecation = facts.deprecation.map(|it| {
                Arc::new(Deprecation {
                    expires_on: it.expires_on.clone(),
                    message: None,
                })
            });
        }
        Some(Entry {
            sources: Vec::new(),
            path: Arc::from(path),
            line: line(path).map(Arc::from),
            archived: path.split('/').any(|folder| folder == ARCHIVE),
            pointer,
            roles,
            facts: Arc::new(facts),
        })
    }
}

fn is_same(left: &Entry, right: &Entry) -> bool {
    let key = |entry: &Entry| (entry.line.clone(), entry.archived, entry.pointer.clone());
    key(left) == key(right) && left.roles == right.roles && left.facts == right.facts
}

fn is_released(path: &str) -> bool {
    let mut folders = path.split('/').rev().skip(1);
    folders.all(|folder| {
        !folder.starts_with('.') && !folder.ends_with("-tests") && !NOT_RELEASED.contains(&folder)
    })
}

/// The version after which the folder of a file is named.
fn line(path: &str) -> Option<&str> {
    let folder = path.rsplit('/').nth(1)?;
    folder
        .starts_with(|first: char| first.is_ascii_digit())
        .then_some(folder)
}

/// `REGISTRY/PATH/task-NAME:TAG@DIGEST` → `REGISTRY/PATH`.
fn released_below(bundle: &str) -> Option<Arc<str>> {
    let (below, name) = bundle.rsplit_once('/')?;
    name.starts_with("task-").then(|| Arc::from(below))
}

/// `REGISTRY/PATH/task-NAME:TAG@DIGEST` → `TAG`.
fn tag(bundle: &str) -> Option<&str> {
    super::lookup::split_bundle(bundle).and_then(|(_, tag)| tag)
}
