//! What a hover says about the role of a task.

use std::fmt::Write;

use konflux_syntax::{Document, Tree};

use super::file_address;
use crate::duties::{self, Duties, Inherited};
use crate::effects;
use crate::finding::{Item, Target};
use crate::roles::{self, Role, TaskRoles};
use crate::workspace::{Workspace, in_file};

/// How many reasons are listed.
const REASONS: usize = 6;

/// On the head of a task's own document: all that is known, with a link to each reason.
pub(super) fn of_document(
    workspace: &Workspace,
    path: &str,
    tree: &Tree,
    document: &Document<'_>,
) -> String {
    let all = roles::of_document(document);
    let Some(found) = all.first().filter(|found| !found.roles.is_empty()) else {
        return "Unclassified: nothing says clearly what it does.".to_owned();
    };
    let mut text = headline(&found.roles, found.confidence);
    text.push_str(", because\n");
    for signal in reasons(found) {
        let range = in_file(document, signal.span);
        let line = tree.rope().byte_to_line(range.start.min(tree.len_bytes())) + 1;
        let address = file_address(path);
        let _ = write!(
            text,
            "\n- {} [line {line}]({address}#L{line})",
            signal.message
        );
    }
    let started = found.delegates.iter();
    let names: Vec<_> = started
        .filter_map(|(started, _)| started.by_default())
        .collect();
    chain(
        workspace,
        &duties::behind(workspace, path, &names),
        &mut text,
    );
    text
}

/// One reason for each kind of evidence of the primary role, then one for each other role.
fn reasons(found: &TaskRoles) -> impl Iterator<Item = &roles::RoleSignal> {
    let primary = found.primary();
    let mut others: Vec<Role> = Vec::new();
    let signals = found.signals.iter().filter(move |signal| {
        let first = !others.contains(&signal.role);
        others.push(signal.role);
        Some(signal.role) == primary || first
    });
    signals.take(REASONS)
}

/// Where a task is referred to: its role, and the strongest reason for it.
pub(super) fn of_target(workspace: &Workspace, target: &Target) -> Option<String> {
    let duties = duties::of_target(workspace, target);
    of_duties(workspace, &duties)
}

/// The role of a task that is defined in place.
pub(super) fn of_embedded(
    workspace: &Workspace,
    path: &str,
    document: &Document<'_>,
    index: u32,
) -> Option<String> {
    let duties = duties::of_embedded(workspace, path, document, index);
    of_duties(workspace, &duties)
}

/// What a step alone does: an index into the tasks of the document, and one into its steps.
pub(super) fn of_step(document: &Document<'_>, task: usize, step: usize) -> Option<String> {
    let all = roles::of_document(document);
    let role = (*all.get(task)?.steps.get(step)?)?;
    let effects = effects::of_document(document);
    let mut effects = effects.get(task)?.effects.iter();
    let effect =
        effects.find(|effect| effect.step as usize == step && roles::speaks_for(effect.kind, role));
    let mut text = format!("Role **{}**", role.as_str());
    if let Some(effect) = effect {
        let _ = write!(text, ": {}.", effect.message);
    }
    Some(text)
}

fn of_duties(workspace: &Workspace, duties: &Duties) -> Option<String> {
    let primary = duties.primary()?;
    let mut text = headline(&duties.roles, duties.confidence);
    match duties.reason(primary) {
        Some(reason) if !reason.is_empty() => {
            let _ = write!(text, ": {reason}");
        }
        _ => text.push('.'),
    }
    chain(workspace, &duties.inherited, &mut text);
    Some(text)
}

/// `Role **publish** (97 %), also convert`
fn headline(roles: &[Role], confidence: f32) -> String {
    let mut words = roles.iter().map(|role| role.as_str());
    let primary = words.next().unwrap_or_default();
    let percent = (confidence * 100.0).floor();
    let mut text = format!("Role **{primary}** ({percent} %)");
    let others: Vec<&str> = words.collect();
    if !others.is_empty() {
        let _ = write!(text, ", also {}", others.join(", "));
    }
    text
}

/// What happens behind a delegation, from task to task.
fn chain(workspace: &Workspace, inherited: &[Inherited], text: &mut String) {
    for one in inherited {
        let primary = one.duties.primary();
        let role = primary.map_or("unclassified", Role::as_str);
        let item = match primary {
            Some(role) => one.evidence(role),
            None if one.is_embedded => Item::Task(one.task.clone()),
            None => Item::Name,
        };
        let pipeline = link(workspace, &one.pipeline_target, &Item::Name, &one.pipeline);
        let task = link(workspace, &one.task_target, &item, &one.task);
        let _ = write!(
            text,
            "\n\nThrough the pipeline {pipeline}: task {task}, **{role}**"
        );
    }
}

fn link(workspace: &Workspace, target: &Target, item: &Item, name: &str) -> String {
    let place = workspace.locate(target, item);
    let line = place.and_then(|range| {
        let tree = workspace.tree(&target.path)?;
        Some(tree.rope().byte_to_line(range.start.min(tree.len_bytes())) + 1)
    });
    let address = file_address(&target.path);
    match line {
        Some(line) => format!("[`{name}`]({address}#L{line})"),
        None => format!("[`{name}`]({address})"),
    }
}
