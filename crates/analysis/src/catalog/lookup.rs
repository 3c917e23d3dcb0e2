//! From a reference to what an index remembers of its target.
//!
//! A reference must name the very version: by the tag of a bundle, by `version`, or by a path with
//! a version in it. Tasks gain params while their version stays the same, so several snapshots of
//! one version are combined into what all of them have in common: required is what every one
//! requires, and known is what any one knows.

use std::sync::Arc;

use super::{Catalog, Entry, Source};
use crate::facts::{Facts, ParamFact, ResultFact, Use, UseBy, WorkspaceFact};
use crate::model::{Kind, ParamType};
use crate::roles::Role;

/// What an index remembers of the target of a reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// How to call the index: `the built-in catalog index`.
    pub index: Arc<str>,
    /// The interface that all snapshots have in common.
    pub facts: Arc<Facts>,
    /// The snapshots, newest first; at least one.
    pub entries: Vec<Arc<Entry>>,
    /// The version that the reference names. Without one the target may have changed in any way
    /// since, and no rule may compare it with what calls it.
    pub version: Option<Arc<str>>,
    /// Does it stand in the newest state of its catalog that the index knows?
    pub is_current: bool,
}

impl Found {
    /// The newest catalog in which it stands.
    pub fn source(&self) -> Option<&Source> {
        self.entries.first().and_then(|entry| newest(entry))
    }

    /// `konflux-ci/build-definitions as of 2026-08-20`.
    pub fn describe(&self) -> String {
        self.source().map(Source::describe).unwrap_or_default()
    }

    /// Its page on the web, as long as the catalog is known to hold it.
    pub fn address(&self) -> Option<String> {
        let source = self.source()?;
        let hosted = source.name.split('/').count() == 2 && self.is_current;
        let path = &self.entries.first()?.path;
        hosted.then(|| format!("https://github.com/{}/blob/HEAD/{path}", source.name))
    }

    /// What it does, the primary role first.
    pub fn roles(&self) -> &[Role] {
        self.entries.first().map_or(&[], |entry| &entry.roles)
    }
}

fn newest(entry: &Entry) -> Option<&Source> {
    entry.sources.last().map(|source| &**source)
}

impl Catalog {
    /// What a reference means; `None` is *unknown*.
    pub fn find(&self, index: &Arc<str>, reference: &Use) -> Option<Found> {
        let (found, version) = match &reference.by {
            UseBy::Bundle {
                repository,
                name,
                tag,
            } => {
                let named = self.named(reference.kind, name).iter();
                let found = named.filter(|entry| {
                    entry.has_version(tag) && is_released_as(entry, repository, name)
                });
                (found.cloned().collect(), Some(tag.clone()))
            }
            UseBy::Name {
                name,
                version: Some(version),
            } => {
                // `version` is a convention of catalogs that are released as bundles.
                let named = self.named(reference.kind, name).iter();
                let is_bundled =
                    |entry: &Entry| entry.sources.iter().any(|it| !it.bundles.is_empty());
                let found = named.filter(|it| it.has_version(version) && is_bundled(it));
                (found.cloned().collect(), Some(version.clone()))
            }
            UseBy::Git { url, path, .. } => {
                let repository = repository_name(url.as_deref()?);
                let found = self.at_path(reference.kind, &repository, path);
                let version = found.first().and_then(|entry| entry.line.clone());
                (found, version)
            }
            UseBy::Name { version: None, .. } | UseBy::Elsewhere => return None,
        };
        let known: Vec<Arc<Entry>> = found
            .into_iter()
            .filter(|entry| entry.pointer.is_none())
            .collect();
        let (entries, facts) = combine(known)?;
        let source = entries.first().and_then(|entry| newest(entry));
        Some(Found {
            index: index.clone(),
            is_current: source.is_some_and(|source| self.is_current(source)),
            facts,
            entries,
            version,
        })
    }

    /// Is there no newer state of the same catalog?
    fn is_current(&self, source: &Source) -> bool {
        let mut others = self
            .sources
            .iter()
            .filter(|other| other.name == source.name);
        others.all(|other| other.as_of <= source.as_of)
    }

    /// The versions that are known of the target of a reference, which names none of them.
    pub(crate) fn other_versions(&self, reference: &Use) -> Vec<Arc<str>> {
        let UseBy::Bundle {
            repository, name, ..
        } = &reference.by
        else {
            return Vec::new();
        };
        let named = self.named(reference.kind, name).iter();
        let known = named.filter(|it| it.pointer.is_none() && is_released_as(it, repository, name));
        let versions = known.filter_map(|it| it.facts.version.clone().or_else(|| it.line.clone()));
        let mut versions: Vec<Arc<str>> = versions.collect();
        versions.dedup();
        versions
    }

    fn at_path(&self, kind: Kind, repository: &str, path: &str) -> Vec<Arc<Entry>> {
        let path = path.trim_start_matches("./").trim_start_matches('/');
        let there = self.in_file(path).filter(|entry| {
            let is_source = |source: &Arc<Source>| *source.name == *repository;
            entry.facts.kind == kind && entry.sources.iter().any(is_source)
        });
        there.cloned().collect()
    }
}

/// `REGISTRY/PATH/task-NAME` or `REGISTRY/PATH/NAME`, where `REGISTRY/PATH` is the catalog's own.
fn is_released_as(entry: &Entry, repository: &str, name: &str) -> bool {
    let Some((below, last)) = repository.rsplit_once('/') else {
        return false;
    };
    let bundles = entry.sources.iter().flat_map(|source| &source.bundles);
    last.strip_prefix("task-").unwrap_or(last) == name
        && bundles.into_iter().any(|it| **it == *below)
}

/// `REPOSITORY[:TAG][@DIGEST]` → repository and tag.
pub(super) fn split_bundle(bundle: &str) -> Option<(&str, Option<&str>)> {
    let undigested = bundle.split('@').next()?;
    let name = undigested.rfind('/').map_or(0, |at| at + 1);
    match undigested[name..].find(':') {
        Some(at) => Some((&undigested[..name + at], Some(&undigested[name + at + 1..]))),
        None => Some((undigested, None)),
    }
}

impl UseBy {
    /// A reference to a task of a bundle; elsewhere when the bundle has no tag, since a digest says
    /// nothing without the registry.
    pub(crate) fn bundle(bundle: &str, name: &str) -> UseBy {
        match split_bundle(bundle) {
            Some((repository, Some(tag))) => UseBy::Bundle {
                repository: Arc::from(repository),
                name: Arc::from(name),
                tag: Arc::from(tag),
            },
            _ => UseBy::Elsewhere,
        }
    }
}

/// The name of a repository by any of its addresses: `konflux-ci/build-definitions`, or with its
/// host where that is not GitHub.
pub fn repository_name(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = match rest.split_once('@') {
        // `git@github.com:konflux-ci/build-definitions`
        Some((user, rest)) if !user.contains('/') => rest.replacen(':', "/", 1),
        _ => rest.to_owned(),
    };
    let rest = rest.trim_end_matches('/');
    let rest = rest.strip_suffix(".git").unwrap_or(rest);
    let rest = rest.strip_prefix("github.com/").unwrap_or(rest);
    // The organisation's name until 2023; GitHub redirects.
    match rest.strip_prefix("redhat-appstudio/") {
        Some(rest) => format!("konflux-ci/{rest}"),
        None => rest.to_owned(),
    }
}

/// The snapshots, newest first, and what they have in common.
fn combine(mut entries: Vec<Arc<Entry>>) -> Option<(Vec<Arc<Entry>>, Arc<Facts>)> {
    let date = |entry: &Arc<Entry>| newest(entry).and_then(|source| source.as_of.clone());
    entries.sort_by_key(|entry| std::cmp::Reverse(date(entry)));
    let (first, older) = entries.split_first()?;
    let mut facts = first.facts.clone();
    for entry in older {
        if entry.facts != facts {
            facts = Arc::new(common(&facts, &entry.facts));
        }
    }
    Some((entries, facts))
}

/// What holds for both.
fn common(newer: &Facts, older: &Facts) -> Facts {
    let mut facts = newer.clone();
    for param in &mut facts.params {
        match older.param(&param.name) {
            Some(other) => common_param(param, other),
            None => param.required = false,
        }
    }
    for other in &older.params {
        if newer.param(&other.name).is_none() {
            facts.params.push(ParamFact {
                required: false,
                ..other.clone()
            });
        }
    }
    let gone = older.results.iter();
    let gone = gone.filter(|other| newer.result(&other.name).is_none());
    facts.results.extend(gone.cloned());
    for result in &mut facts.results {
        if let Some(other) = older.result(&result.name) {
            common_result(result, other);
        }
    }
    for workspace in &mut facts.workspaces {
        let other = older.workspace(&workspace.name);
        workspace.optional |= other.is_none_or(|other| other.optional);
    }
    for other in &older.workspaces {
        if newer.workspace(&other.name).is_none() {
            facts.workspaces.push(WorkspaceFact {
                optional: true,
                ..other.clone()
            });
        }
    }
    if facts.version != older.version {
        facts.version = None;
    }
    facts
}

fn common_param(param: &mut ParamFact, other: &ParamFact) {
    param.required &= other.required;
    param.ty = common_type(param.ty, other.ty);
    // A key that one of them does not ask for need not be given.
    let mut optional: Vec<Arc<str>> = param.default_keys.clone();
    optional.extend(other.default_keys.iter().cloned());
    let both = |key: &Arc<str>| param.properties.contains(key) && other.properties.contains(key);
    let all = param.properties.iter().chain(&other.properties);
    let single: Vec<Arc<str>> = all.filter(|key| !both(key)).cloned().collect();
    let new = other.properties.iter();
    let new: Vec<Arc<str>> = new
        .filter(|key| !param.properties.contains(key))
        .cloned()
        .collect();
    optional.extend(single);
    optional.sort();
    optional.dedup();
    param.default_keys = optional;
    param.properties.extend(new);
}

fn common_result(result: &mut ResultFact, other: &ResultFact) {
    result.ty = common_type(result.ty, other.ty);
    let new = other.properties.iter();
    let new: Vec<Arc<str>> = new
        .filter(|key| !result.properties.contains(key))
        .cloned()
        .collect();
    result.properties.extend(new);
}

fn common_type(one: ParamType, other: ParamType) -> ParamType {
    if one == other {
        one
    } else {
        ParamType::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_the_same_repository() {
        for url in [
            "https://github.com/konflux-ci/build-definitions",
            "https://github.com/konflux-ci/build-definitions.git",
            "https://github.com/redhat-appstudio/build-definitions/",
            "git@github.com:konflux-ci/build-definitions.git",
            "ssh://git@github.com/konflux-ci/build-definitions.git",
            "konflux-ci/build-definitions",
        ] {
            assert_eq!(
                repository_name(url),
                "konflux-ci/build-definitions",
                "{url}"
            );
        }
        let other = "https://gitlab.example.com/group/sub/repo.git";
        assert_eq!(repository_name(other), "gitlab.example.com/group/sub/repo");
    }

    #[test]
    fn bundles_have_a_repository_and_a_tag() {
        for (bundle, expected) in [
            (
                "quay.io/a/task-b:0.1@sha256:0",
                ("quay.io/a/task-b", Some("0.1")),
            ),
            ("quay.io/a/task-b@sha256:0", ("quay.io/a/task-b", None)),
            ("localhost:5000/a/b", ("localhost:5000/a/b", None)),
            ("localhost:5000/a/b:1", ("localhost:5000/a/b", Some("1"))),
            ("b:1", ("b", Some("1"))),
            ("", ("", None)),
        ] {
            assert_eq!(split_bundle(bundle), Some(expected), "{bundle}");
        }
    }
}
