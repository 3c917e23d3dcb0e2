//! What a hover says about a definition that only a catalog index knows.
//!
//! Every answer names the index, the catalog and its date: it may have changed since.

use std::fmt::Write;
use std::sync::Arc;

use super::lookup::Declaration;
use crate::catalog::Found;
use crate::facts::{Facts, Use, UseBy};
use crate::finding::Item;
use crate::model::Kind;
use crate::roles::Role;

/// A definition in an index, or something that it declares.
pub(super) fn declaration(found: &Found, item: &Item) -> Option<Declaration> {
    let facts = &found.facts;
    let (heading, description) = match item {
        Item::Name => (title(found), whole(found)),
        Item::Param(name) => {
            let param = facts.param(name)?;
            let required = if param.required {
                "required"
            } else {
                "optional"
            };
            let heading = format!("param `{name}`: {}, {required}", param.ty.as_str());
            (heading, of(found))
        }
        Item::Result(name) => {
            let result = facts.result(name)?;
            let heading = format!("result `{name}`: {}", result.ty.as_str());
            (heading, of(found))
        }
        Item::Workspace(name) => {
            let workspace = facts.workspace(name)?;
            let optional = if workspace.optional { ", optional" } else { "" };
            (format!("workspace `{name}`{optional}"), of(found))
        }
        Item::Role(_) | Item::EmbeddedRole(..) | Item::Task(_) => return None,
    };
    Some(Declaration {
        location: None,
        heading,
        description: Some(description),
    })
}

/// A task that an index knows, in a version that it does not.
pub(super) fn unknown_version(
    reference: &Use,
    index: &str,
    versions: &[Arc<str>],
) -> Option<Declaration> {
    let UseBy::Bundle { name, tag, .. } = &reference.by else {
        return None;
    };
    let versions: Vec<String> = versions.iter().map(|known| format!("`{known}`")).collect();
    let unknown = format!(
        "What it takes and gives is unknown here: {index} knows {}.",
        versions.join(", ")
    );
    Some(Declaration {
        location: None,
        heading: format!("{} `{name}` {tag}", kind_word(reference.kind)),
        description: Some(unknown),
    })
}

fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::StepAction => "StepAction",
        Kind::Pipeline => "Pipeline",
        _ => "Task",
    }
}

/// ``Task `init` 0.2``
fn title(found: &Found) -> String {
    let kind = kind_word(found.facts.kind);
    let name = found.facts.name.as_deref().unwrap_or_default();
    match &found.version {
        Some(version) => format!("{kind} `{name}` {version}"),
        None => format!("{kind} `{name}`"),
    }
}

fn of(found: &Found) -> String {
    format!("Of {}.\n\n{}", title(found), source(found))
}

fn whole(found: &Found) -> String {
    let facts = &found.facts;
    let mut parts = Vec::new();
    let roles: Vec<&str> = found.roles().iter().copied().map(Role::as_str).collect();
    if !roles.is_empty() {
        parts.push(format!("Role **{}**", roles.join(", ")));
    }
    if let Some(class) = facts.class {
        parts.push(format!("Class **{}**", class.as_str()));
    }
    parts.extend(interface(facts));
    if let Some(deprecation) = &facts.deprecation {
        let mut text = format!("Not supported after {}", deprecation.day());
        if let Some(message) = &deprecation.message {
            let _ = write!(text, ": {message}");
        }
        parts.push(text);
    }
    parts.push(source(found));
    parts.join("\n\n")
}

fn interface(facts: &Facts) -> Option<String> {
    let params = |required| {
        let params = facts.params.iter();
        let params = params.filter(move |param| param.required == required);
        params.map(|param| (&param.name, ""))
    };
    let results = facts.results.iter().map(|result| (&result.name, ""));
    let workspaces = facts.workspaces.iter().map(|workspace| {
        let optional = if workspace.optional {
            " (optional)"
        } else {
            ""
        };
        (&workspace.name, optional)
    });
    let lines = [
        line("Required params", params(true)),
        line("Optional params", params(false)),
        line("Results", results),
        line("Workspaces", workspaces),
    ];
    let lines: Vec<String> = lines.into_iter().flatten().collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// An item of a list: what, and the names.
fn line<'f>(
    what: &str,
    names: impl Iterator<Item = (&'f Arc<str>, &'static str)>,
) -> Option<String> {
    let names: Vec<String> = names
        .map(|(name, more)| format!("`{name}`{more}"))
        .collect();
    (!names.is_empty()).then(|| format!("- {what}: {}", names.join(", ")))
}

/// Where the knowledge comes from, and how old it is.
fn source(found: &Found) -> String {
    let mut text = format!("From {}: {}", found.index, found.describe());
    if let Some(address) = found.address() {
        let path = found.entries.first().map_or("", |entry| &entry.path);
        let _ = write!(text, " ([{path}]({address}))");
    }
    if found.entries.iter().all(|entry| entry.archived) {
        text += ", where it is archived";
    }
    text
}
