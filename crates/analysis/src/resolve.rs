//! From a reference to the document that defines its target.
//!
//! The answer is a definition or *unknown*. It is unknown unless exactly one definition is the
//! nearest that the reference can mean, because a finding that rests on the wrong task is worse
//! than none. Which definitions a file can mean follows from folders alone:
//!
//! - A definition in the same file, then one in the same folder or just above it (tests of a task
//!   stand in a folder below it).
//! - A definition laid out as a catalog, `BASE/tasks/[GROUP/]NAME/[VERSION/]FILE`, is meant from
//!   everywhere below `BASE` and from nowhere else. So golden files of a generator, archives and
//!   the private tasks of `.tekton` are never taken for the catalog's own.
//! - A path of the git resolver is tried from every folder above the reference.
//! - Where a catalog has only a stub of a task (`external-task/NAME/VERSION`), its bundle is meant.
//!
//! Only what no file can mean is looked up in catalog indexes ([`crate::catalog`]).

use std::collections::HashMap;
use std::sync::Arc;

use crate::facts::{Facts, Use, UseBy};
use crate::finding::Target;
use crate::model::Kind;

/// The folders below which a catalog keeps its definitions.
const CATALOG_FOLDERS: [&str; 7] = [
    "external-task",
    "task",
    "tasks",
    "pipeline",
    "pipelines",
    "stepaction",
    "stepactions",
];

/// How many folders a group of a catalog may be deep (`tasks/managed/…`).
const GROUP_DEPTH: usize = 2;

/// How far above a reference a definition without catalog layout may stand (`tests/NAME/`).
const NEAR: usize = 2;

/// All definitions by name.
#[derive(Clone, Default, Debug)]
pub(crate) struct Index {
    names: HashMap<(Kind, Arc<str>), Vec<Candidate>>,
}

#[derive(Clone, Debug)]
struct Candidate {
    target: Target,
    version: Option<Arc<str>>,
}

/// What makes a document findable; when it stays equal, the index does too.
pub(crate) fn same_identity(left: &Facts, right: &Facts) -> bool {
    left.kind == right.kind
        && left.name == right.name
        && left.version == right.version
        && left.bundle == right.bundle
}

impl Index {
    pub(crate) fn insert(&mut self, path: &Arc<str>, documents: &[Arc<Facts>]) {
        for (document, facts) in documents.iter().enumerate() {
            let Some(key) = key(facts) else { continue };
            self.names.entry(key).or_default().push(Candidate {
                target: Target {
                    path: path.clone(),
                    document,
                },
                version: facts.version.clone(),
            });
        }
    }

    pub(crate) fn remove(&mut self, path: &str, documents: &[Arc<Facts>]) {
        for facts in documents {
            let Some(key) = key(facts) else { continue };
            if let Some(candidates) = self.names.get_mut(&key) {
                candidates.retain(|candidate| &*candidate.target.path != path);
                if candidates.is_empty() {
                    self.names.remove(&key);
                }
            }
        }
    }

    /// The definition that a file means by a name.
    fn by_name(&self, from: &str, kind: Kind, name: &Arc<str>, version: Option<&str>) -> Meaning {
        match *self.nearest(from, kind, name, version) {
            [] => Meaning::Nothing,
            [target] => Meaning::File(target.clone()),
            _ => Meaning::Unclear,
        }
    }

    /// The definitions of a name that are nearest to a file: more than one when they are equally near.
    fn nearest(
        &self,
        from: &str,
        kind: Kind,
        name: &Arc<str>,
        version: Option<&str>,
    ) -> Vec<&Target> {
        let candidates = self.names.get(&(kind, name.clone()));
        let mut nearest = Vec::new();
        let mut best = None;
        for candidate in candidates.into_iter().flatten() {
            let Some(nearness) = candidate.nearness(from, name, version) else {
                continue;
            };
            if best > Some(nearness) {
                continue;
            }
            if best < Some(nearness) {
                nearest.clear();
                best = Some(nearness);
            }
            nearest.push(&candidate.target);
        }
        nearest
    }

    /// The pipeline that a task starts by name. Of several that are equally near, those that `runs`
    /// says run this very task are not meant.
    pub(crate) fn started(
        &self,
        from: &str,
        name: &Arc<str>,
        runs: impl Fn(&Target) -> bool,
    ) -> Option<Target> {
        let mut nearest = self.nearest(from, Kind::Pipeline, name, None);
        if nearest.len() > 1 {
            nearest.retain(|target| !runs(target));
        }
        match *nearest {
            [target] => Some(target.clone()),
            _ => None,
        }
    }
}

/// What the files say about a reference.
#[derive(Debug)]
pub(crate) enum Meaning {
    /// It is this document.
    File(Target),
    /// It is the bundle that this stub points to.
    Stub(Target),
    /// It may be more than one, or something that a file here only resembles.
    Unclear,
    /// No file is meant.
    Nothing,
}

fn key(facts: &Facts) -> Option<(Kind, Arc<str>)> {
    let definition = matches!(
        facts.kind,
        Kind::Task | Kind::Pipeline | Kind::StepAction | Kind::ExternalTask
    );
    Some((facts.kind, facts.name.clone().filter(|_| definition)?))
}

/// How near a definition is to a reference: the length of the folder that both share, or the
/// greatest value for the same file.
type Nearness = usize;

impl Candidate {
    fn nearness(&self, from: &str, name: &str, version: Option<&str>) -> Option<Nearness> {
        let path = &*self.target.path;
        if path == from {
            return Some(Nearness::MAX);
        }
        let (folder, from) = (folder(path), folder(from));
        if below(from, folder).is_some_and(|depth| depth <= NEAR) {
            let fits = version.is_none_or(|version| self.has_version(name, version) != Some(false));
            return fits.then_some(folder.len());
        }
        let base = catalog_base(folder, name)?;
        below(from, base)?;
        let fits = version.is_none_or(|version| self.has_version(name, version) == Some(true));
        fits.then_some(base.len())
    }

    /// Is it this version? `None` when the definition says nothing about its version.
    fn has_version(&self, name: &str, version: &str) -> Option<bool> {
        let folder = folder(&self.target.path);
        if let Some((_, own)) = versioned(folder, name) {
            return Some(own == version);
        }
        let label = self.version.as_deref()?;
        let rest = label.strip_prefix(version);
        Some(rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
    }
}

/// What a file means by a reference.
///
/// `documents` gives the facts of a file's documents.
pub(crate) fn resolve<'w>(
    index: &Index,
    documents: impl Fn(&str) -> Option<(&'w Arc<str>, &'w [Arc<Facts>])>,
    from: &str,
    reference: &Use,
) -> Meaning {
    match &reference.by {
        UseBy::Name { name, version } => {
            let version = version.as_deref();
            let meaning = index.by_name(from, reference.kind, name, version);
            match (meaning, reference.kind) {
                (Meaning::Nothing, Kind::Task) => {
                    match index.by_name(from, Kind::ExternalTask, name, version) {
                        Meaning::File(stub) => Meaning::Stub(stub),
                        other => other,
                    }
                }
                (meaning, _) => meaning,
            }
        }
        // The interface of another commit may differ from what lies here.
        UseBy::Git { revision, .. } if revision.as_deref().is_some_and(is_commit) => {
            Meaning::Nothing
        }
        UseBy::Git { path, .. } => by_path(documents, from, reference.kind, path),
        UseBy::Bundle { .. } | UseBy::Elsewhere => Meaning::Nothing,
    }
}

/// The only document of the kind in the only file with that path above the reference.
fn by_path<'w>(
    documents: impl Fn(&str) -> Option<(&'w Arc<str>, &'w [Arc<Facts>])>,
    from: &str,
    kind: Kind,
    path: &str,
) -> Meaning {
    let path = path.trim_start_matches("./").trim_start_matches('/');
    if path.split('/').any(|part| part == "..") {
        return Meaning::Unclear;
    }
    let mut found = None;
    let mut folder = folder(from);
    let mut candidate = String::with_capacity(from.len() + path.len() + 1);
    loop {
        candidate.clear();
        candidate.push_str(folder);
        candidate.push('/');
        candidate.push_str(path);
        if let Some(file) = documents(&candidate) {
            if found.is_some() {
                return Meaning::Unclear;
            }
            found = Some(file);
        }
        match folder.rfind('/') {
            Some(at) => folder = &folder[..at],
            None => break,
        }
    }
    let Some((path, documents)) = found else {
        return Meaning::Nothing;
    };
    let mut of_kind = documents
        .iter()
        .enumerate()
        .filter(|(_, facts)| facts.kind == kind);
    match (of_kind.next(), of_kind.next()) {
        (Some((document, _)), None) => Meaning::File(Target {
            path: path.clone(),
            document,
        }),
        _ => Meaning::Unclear,
    }
}

fn is_commit(revision: &str) -> bool {
    revision.len() >= 40 && revision.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The folder of a file, without a trailing slash.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..at])
}

/// How many folders below `base` is `folder`? `None` when it is not below.
fn below(folder: &str, base: &str) -> Option<usize> {
    let rest = folder.strip_prefix(base)?;
    if rest.is_empty() {
        return Some(0);
    }
    rest.starts_with('/')
        .then(|| rest.bytes().filter(|byte| *byte == b'/').count())
}

/// `…/NAME/VERSION` → (`…`, `VERSION`).
fn versioned<'p>(folder: &'p str, name: &str) -> Option<(&'p str, &'p str)> {
    let (rest, version) = folder.rsplit_once('/')?;
    let rest = rest.strip_suffix(name)?.strip_suffix('/')?;
    version
        .starts_with(|first: char| first.is_ascii_digit())
        .then_some((rest, version))
}

/// The folder that holds the catalog to which a definition in `folder` belongs.
fn catalog_base<'p>(folder: &'p str, name: &str) -> Option<&'p str> {
    let own = folder
        .strip_suffix(name)
        .and_then(|rest| rest.strip_suffix('/'));
    let mut group = match versioned(folder, name) {
        Some((rest, _)) => rest,
        None => own.unwrap_or(folder),
    };
    for _ in 0..=GROUP_DEPTH {
        let (rest, last) = group.rsplit_once('/')?;
        if CATALOG_FOLDERS.contains(&last) {
            return Some(rest);
        }
        group = rest;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn catalogs_have_a_base() {
        let base = |folder| catalog_base(folder, "init");
        assert_eq!(base("/c/task/init/0.2"), Some("/c"));
        assert_eq!(base("/c/task/init"), Some("/c"));
        assert_eq!(base("/c/tasks/managed/init"), Some("/c"));
        assert_eq!(base("/c/.tekton/tasks"), Some("/c/.tekton"));
        assert_eq!(base("/c/archived-tasks/init/0.2"), None);
        assert_eq!(base("/c/task-generator/golden/init"), None);
    }
}
