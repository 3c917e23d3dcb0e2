//! See [`RULE`].

use super::calls::{Call, Caller};
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Item, Problem};

declare_rule! {
    /// A task requires a workspace that is optional for its pipeline.
    ///
    /// The pipeline lets its runs leave the workspace out, the task does not. Tekton refuses every run
    /// ("is marked optional but pipeline task requires it be provided"), also those that bind it.
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
    ///       optional: true
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
        name: "optional-workspace",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(_: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls {
        let Some(pipeline) = call
            .pipeline
            .filter(|_| call.caller == Caller::PipelineTask)
        else {
            continue;
        };
        for binding in call.bindings {
            let source = binding.source();
            let declared = pipeline.workspace(source.as_str());
            let wanted = call.definition.facts.workspace(binding.name.as_str());
            let (Some(declared), Some(wanted)) = (declared, wanted) else {
                continue;
            };
            if !declared.optional || wanted.optional {
                continue;
            }
            let message = format!(
                "The workspace `{}` is optional, but the {} requires it",
                source.value,
                call.callee(),
            );
            let item = Item::Workspace(wanted.name.clone());
            problems.push(
                RULE.problem(source.span, message)
                    .related(declared.name.span, "optional for the pipeline")
                    .rests_on(&call.definition, item, "required by the task")
                    .fixable(),
            );
        }
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let name = problem.related.first().and_then(|related| related.here());
    let name = name.and_then(|span| document.node_at(span.start));
    let value = name.and_then(|name| name.parent()?.get("optional"));
    let edits = value.and_then(|value| edit::remove_pair(&value));
    let fix = edits.map(|edits| edit::unsafe_fix("Require it in the pipeline too", edits));
    fix.into_iter().collect()
}
