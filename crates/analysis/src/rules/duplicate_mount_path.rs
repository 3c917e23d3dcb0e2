//! See [`RULE`].

use std::collections::HashMap;

use konflux_syntax::{Node, Span};

use super::{On, edit};
use crate::check::Check;
use crate::finding::Problem;
use crate::model::Task;

declare_rule! {
    /// A workspace of a task is mounted where something else is mounted.
    ///
    /// Every workspace has a place of its own in the steps: its `mountPath`, or `/workspace/NAME`. Tekton
    /// rejects a task in which two workspaces, or a workspace and a `volumeMounts` entry of a step, share one
    /// ("workspace mount path must be unique").
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: source
    ///       mountPath: /work
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       volumeMounts:
    ///         - name: scratch
    ///           mountPath: /work/
    ///   volumes:
    ///     - name: scratch
    ///       emptyDir: {}
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: source
    ///       mountPath: /work
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       volumeMounts:
    ///         - name: scratch
    ///           mountPath: /scratch
    ///   volumes:
    ///     - name: scratch
    ///       emptyDir: {}
    /// ```
    pub(crate) static RULE {
        name: "duplicate-mount-path",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for task in &check.model.tasks {
        if task.workspaces.is_empty() || task.custom {
            continue;
        }
        let mut taken = mounts(check, task);
        for workspace in &task.workspaces {
            let own = edit::mapping_at(&check.document, workspace.span);
            let own = own.and_then(|mapping| mapping.get("mountPath"));
            let (path, span) = match own {
                Some(path) => (clean(&path.text()), path.span()),
                None => (
                    format!("/workspace/{}", workspace.name.value),
                    workspace.name.span,
                ),
            };
            let Some(earlier) = taken.get(&path) else {
                taken.insert(path, span);
                continue;
            };
            let message = format!(
                "The workspace `{}` is mounted at `{path}`, which is taken",
                workspace.name.value
            );
            problems.push(RULE.problem(span, message).related(*earlier, "by this"));
        }
    }
}

/// Where the steps of a task mount volumes.
fn mounts(check: &Check<'_>, task: &Task) -> HashMap<String, Span> {
    let mut mounts = HashMap::new();
    let mut add = |holder: Node<'_>| {
        let list = holder.get("volumeMounts");
        for path in list
            .iter()
            .flat_map(Node::items)
            .filter_map(|item| item.get("mountPath"))
        {
            mounts.entry(clean(&path.text())).or_insert(path.span());
        }
    };
    let spec = edit::mapping_at(&check.document, task.span);
    if let Some(template) = spec.and_then(|spec| spec.get("stepTemplate")) {
        add(template);
    }
    for step in &task.steps {
        edit::mapping_at(&check.document, step.span).map(&mut add);
    }
    mounts
}

/// The path without what makes no difference: `/work//a/` is `/work/a`.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let lead = if path.starts_with('/') { "/" } else { "" };
    format!("{lead}{}", parts.join("/"))
}
