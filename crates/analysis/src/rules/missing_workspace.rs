//! See [`RULE`].

use super::calls::{self, Call, Caller};
use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Item, Problem};
use crate::model::{Binding, Pipeline, WorkspaceDecl};

declare_rule! {
    /// A required workspace is not bound.
    ///
    /// The run fails when it comes to the task ("declared workspace is required but has not been bound").
    /// What a referenced task needs is never handed down by itself; only a `taskSpec` sees the workspaces
    /// around it.
    ///
    /// Only tasks and pipelines that stand in the workspace are compared.
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
    ///   workspaces:
    ///     - name: source
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
    ///         - name: src
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
    ///   workspaces:
    ///     - name: source
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
    pub(crate) static RULE {
        name: "missing-workspace",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls {
        if call.caller == Caller::Step {
            continue;
        }
        let misnamed = call.misnamed().map(|(_, binding)| binding);
        for workspace in call.unbound() {
            let (name, callee) = (&workspace.name, call.callee());
            let mut problem = match misnamed {
                Some(binding) => RULE.problem(
                    binding.name.span,
                    format!(
                        "The {callee} requires `{name}`, not `{}`",
                        binding.name.value
                    ),
                ),
                None => RULE.problem(
                    call.place,
                    format!("The {callee} requires the workspace `{name}`"),
                ),
            };
            if misnamed.is_some() || source(call, name).is_some() {
                problem = problem.fixable();
            }
            let item = Item::Workspace(name.clone());
            let definition = &call.definition;
            problems.push(problem.rests_on(definition, item, "declared here, not optional"));
        }
    }
    embedded_in_run(check, problems);
}

/// The workspace of the pipeline that was most likely meant: the one with the same name, or the
/// only one.
fn source<'m>(call: &Call<'m>, name: &str) -> Option<&'m WorkspaceDecl> {
    let pipeline: &'m Pipeline = call.pipeline?;
    let only = match &*pipeline.workspaces {
        [only] => Some(only),
        _ => None,
    };
    pipeline
        .workspace(name)
        .or(only)
        .filter(|workspace| !workspace.optional)
}

/// Workspaces that the pipeline or task of a run declares, but the run does not bind.
fn embedded_in_run(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let declared = scope::declared_in_run(
        check.model,
        |task| &task.workspaces,
        |pipeline| &pipeline.workspaces,
    );
    let Some((run, workspaces)) = declared else {
        return;
    };
    let bound = |name: &str| {
        run.workspaces
            .iter()
            .any(|one: &Binding| one.name.as_str() == name)
    };
    for workspace in workspaces.iter().filter(|workspace| !workspace.optional) {
        let name = workspace.name.as_str();
        if !bound(name) {
            let message = format!("The run does not bind the workspace `{name}`");
            problems.push(RULE.warning(workspace.name.span, message));
        }
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let Some((call, name)) = calls::call_of(check, problem) else {
        return Vec::new();
    };
    if call.misnamed().is_some() {
        return edit::rename(document, problem.span, Some(&name));
    }
    let edits = source(&call, &name).and_then(|source| {
        let task = edit::mapping_at(document, call.span)?;
        let item = [
            format!("name: {name}"),
            format!("workspace: {}", source.name.value),
        ];
        edit::add_to_list(&task, "workspaces", &item)
    });
    let fix = edits.map(|edits| edit::unsafe_fix(format!("Bind the workspace `{name}`"), edits));
    fix.into_iter().collect()
}
