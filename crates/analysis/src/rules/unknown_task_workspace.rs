//! See [`RULE`].

use super::calls::{self, Call, Caller};
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Item, Problem};
use crate::model::{Binding, Kind};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A workspace is bound that the task does not know.
    ///
    /// The run fails when it comes to the task ("workspace binding does not match any declared
    /// workspace").
    ///
    /// Only tasks that stand in the workspace are compared.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: workspace
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    ///       workspaces:
    ///         - name: source
    ///           workspace: workspace
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: workspace
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "unknown-task-workspace",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(_: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls {
        // A run may hand a pipeline more than it asks for.
        let is_task = call.definition.facts.kind == Kind::Task;
        if call.caller == Caller::Step || !is_task || call.misnamed().is_some() {
            continue;
        }
        for binding in call.unknown_bindings() {
            let name = &binding.name;
            let message = format!("The {} has no workspace `{}`", call.callee(), name.value);
            let problem = RULE
                .problem(name.span, message)
                .rests_on(&call.definition, Item::Name, "defined here")
                .fixable();
            problems.push(match nearest_workspace(call, binding) {
                Some(nearest) => problem.help(did_you_mean(nearest)),
                None => problem,
            });
        }
    }
}

/// Of the workspaces that are not bound yet.
fn nearest_workspace<'c>(call: &'c Call<'_>, binding: &Binding) -> Option<&'c str> {
    let workspaces = call.definition.facts.workspaces.iter();
    let free = workspaces.map(|workspace| &*workspace.name).filter(|name| {
        let mut bound = call.bindings.iter();
        !bound.any(|bound| bound.name.as_str() == *name)
    });
    nearest(binding.name.as_str(), free)
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let calls = calls::calls(check);
    let found = calls.iter().find_map(|call| {
        let mut bindings = call.bindings.iter();
        let binding = bindings.find(|binding| binding.name.span == problem.span)?;
        Some((call, binding))
    });
    let Some((call, binding)) = found else {
        return Vec::new();
    };
    let nearest = nearest_workspace(call, binding);
    // A binding without `workspace` names the pipeline's workspace too: only its removal is safe.
    let rename = nearest.filter(|_| binding.workspace.is_some());
    let mut fixes = edit::rename(document, problem.span, rename);
    let edits = edit::remove_item(document, problem.span);
    let title = format!("Do not bind `{}`", binding.name.as_str());
    fixes.extend(edits.map(|edits| Fix {
        preferred: rename.is_none(),
        ..edit::unsafe_fix(title, edits)
    }));
    fixes
}
