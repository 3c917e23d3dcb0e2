//! See [`RULE`].

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Binding, Owner, Text, WorkspaceDecl};

declare_rule! {
    /// A workspace is declared, or bound, more than once.
    ///
    /// Tekton rejects the document. In a pipeline that is embedded in a run it does not compare the
    /// bindings of a task; there the later one wins.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: source
    ///     - name: source
    ///       optional: true
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    ///       workspaces:
    ///         - name: source
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   workspaces:
    ///     - name: source
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    ///       workspaces:
    ///         - name: source
    /// ```
    pub(crate) static RULE {
        name: "duplicate-workspace",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let declared = |list: &[WorkspaceDecl], problems: &mut Vec<Problem>| {
        let names = list.iter().map(|workspace| &workspace.name);
        report(RULE.severity, names, problems);
    };
    for task in &check.model.tasks {
        declared(&task.workspaces, problems);
    }
    for pipeline in &check.model.pipelines {
        declared(&pipeline.workspaces, problems);
        let severity = match pipeline.owner {
            Owner::Document => RULE.severity,
            Owner::Run | Owner::PipelineTask(_) => Severity::Warning,
        };
        for task in &pipeline.tasks {
            report(severity, names(&task.workspaces), problems);
        }
    }
    if let Some(run) = &check.model.run {
        report(RULE.severity, names(&run.workspaces), problems);
    }
}

fn names(bindings: &[Binding]) -> impl Iterator<Item = &Text> {
    bindings.iter().map(|binding| &binding.name)
}

fn report<'m>(
    severity: Severity,
    names: impl Iterator<Item = &'m Text>,
    problems: &mut Vec<Problem>,
) {
    duplicates::report(&RULE, severity, "workspace", names, problems);
}
