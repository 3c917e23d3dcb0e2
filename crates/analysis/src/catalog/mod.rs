//! What is known of tasks that users refer to but do not have on disk.
//!
//! Pipelines take most of their tasks from published catalogs, by bundle or from git, and nothing
//! here may ask the network. So catalogs are read once ([`Builder`]) into a compact index of
//! interfaces ([`Catalog`]): names, types, versions, roles and expiry, no scripts and no prose. One
//! such index ships with the engine ([`builtin`]); users add their own in the configuration.
//!
//! An index is a memory, not the thing itself. Every fact of it names its [`Source`] and date, a
//! version that it does not hold is *unknown*, and no finding that rests on it alone is an error.

mod build;
mod format;
mod lookup;
mod shelf;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

pub use build::Builder;
pub use format::{FORMAT, FormatError};
pub use lookup::Found;
pub use lookup::repository_name;
pub(crate) use shelf::Shelf;

use crate::facts::Facts;
use crate::model::Kind;
use crate::roles::Role;

/// A catalog as it was at a date.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source {
    /// Its repository without scheme, and without `github.com/`: `konflux-ci/build-definitions`.
    pub name: Arc<str>,
    /// The date (`2026-08-20`), where it is known.
    pub as_of: Option<Arc<str>>,
    /// The registry paths below which its tasks are released as bundles, without a trailing `/`.
    pub bundles: Vec<Arc<str>>,
}

impl Source {
    /// `konflux-ci/build-definitions as of 2026-08-20`.
    pub fn describe(&self) -> String {
        match &self.as_of {
            Some(date) => format!("{} as of {date}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// A task, step action or pipeline of a catalog.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The catalogs in which it stands exactly like this, oldest first.
    pub sources: Vec<Arc<Source>>,
    /// Its file in the repository.
    pub path: Arc<str>,
    /// The version after which its folder is named: all that is released from there belongs to it.
    pub line: Option<Arc<str>>,
    /// Has the catalog retired it?
    pub archived: bool,
    /// The bundle that a stub (`external-task/NAME/VERSION`) points to. Nothing is known of the
    /// interface then.
    pub pointer: Option<Arc<str>>,
    /// What it does, the primary role first.
    pub roles: Vec<Role>,
    /// Its interface.
    pub facts: Arc<Facts>,
}

impl Entry {
    fn key(&self) -> (Kind, &str) {
        (self.facts.kind, self.facts.name.as_deref().unwrap_or(""))
    }

    /// Is it this version, or released as it? The folder's version stands for all that come from
    /// there; any other version is another task.
    pub fn has_version(&self, version: &str) -> bool {
        let is = |own: &Option<Arc<str>>| own.as_deref() == Some(version);
        is(&self.line) || is(&self.facts.version)
    }
}

/// The definitions of one or more catalogs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Catalog {
    /// By kind and name.
    entries: Vec<Arc<Entry>>,
    /// Those of the entries, by name and date.
    sources: Vec<Arc<Source>>,
    /// The places of the entries by their path: a pipeline asks for each of its tasks with every
    /// keystroke.
    by_path: HashMap<Arc<str>, Vec<usize>>,
}

impl Catalog {
    /// Everything in it, by kind and name.
    pub fn entries(&self) -> &[Arc<Entry>] {
        &self.entries
    }

    /// The catalogs it was made from, by name and date.
    pub fn sources(&self) -> &[Arc<Source>] {
        &self.sources
    }

    fn new(mut entries: Vec<Entry>) -> Catalog {
        let order = |entry: &Entry| {
            let facts = &entry.facts;
            let key = (facts.kind, facts.name.clone(), entry.line.clone());
            (key, facts.version.clone(), entry.path.clone())
        };
        entries.sort_by_cached_key(|entry| (order(entry), entry.sources.clone()));
        let sources = entries
            .iter()
            .flat_map(|entry| entry.sources.iter().cloned());
        let mut sources: Vec<Arc<Source>> = sources.collect();
        sources.sort();
        sources.dedup();
        let mut by_path: HashMap<Arc<str>, Vec<usize>> = HashMap::new();
        for (at, entry) in entries.iter().enumerate() {
            by_path.entry(entry.path.clone()).or_default().push(at);
        }
        Catalog {
            entries: entries.into_iter().map(Arc::new).collect(),
            sources,
            by_path,
        }
    }

    /// The entries that stand in a file, in the order of all.
    fn in_file(&self, path: &str) -> impl Iterator<Item = &Arc<Entry>> {
        let places = self.by_path.get(path).into_iter().flatten();
        places.filter_map(|at| self.entries.get(*at))
    }

    fn named(&self, kind: Kind, name: &str) -> &[Arc<Entry>] {
        let key = (kind, name);
        let start = self.entries.partition_point(|entry| entry.key() < key);
        let rest = self.entries.get(start..).unwrap_or_default();
        let length = rest.partition_point(|entry| entry.key() == key);
        rest.get(..length).unwrap_or_default()
    }
}

/// The index that ships with the engine; read when somebody first asks.
pub fn builtin() -> &'static Catalog {
    static CATALOG: OnceLock<Catalog> = OnceLock::new();
    let bytes = include_bytes!("../../knowledge/konflux.catalog");
    // It is a part of the build, and a test reads it.
    CATALOG.get_or_init(|| Catalog::from_bytes(bytes).unwrap_or_default())
}
