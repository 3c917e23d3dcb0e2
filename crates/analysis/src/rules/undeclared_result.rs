//! See [`RULE`].

use konflux_syntax::Span;

use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Model, Part, RefKind, Reference, ResultDecl, Text};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A task writes a result that it does not declare.
    ///
    /// `$(results.NAME.path)` is a file only for declared results. Tekton rejects the document when a
    /// script does so ("non-existent variable"); in other fields the text would stay as it is, which is
    /// reported as a warning. The same holds for `$(step.results.NAME.path)` and the results of the step.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       script: echo -n "$URL" > $(results.IMAGE_URL.path)
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
    ///   results:
    ///     - name: IMAGE_URL
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       script: echo -n "$URL" > $(results.IMAGE_URL.path)
    /// ```
    pub(crate) static RULE {
        name: "undeclared-result",
        group: Declarations,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let model = check.model;
    for reference in &model.references {
        let site = reference.site;
        if matches!(site.part, Part::Prose | Part::Default) || scope::is_custom(model, site) {
            continue;
        }
        let Some((name, declared, _)) = declarations(model, reference) else {
            continue;
        };
        if declared.iter().any(|result| is_meant(result, name)) {
            continue;
        }
        let owner = match reference.kind {
            RefKind::StepResultPath { .. } => "step",
            _ => "task",
        };
        let message = format!("The {owner} declares no result `{}`", name.value);
        let mut problem = RULE.problem(name.span, message).fixable();
        // Results of a step are compared only when it declares any.
        if site.part != Part::Script || (owner == "step" && declared.is_empty()) {
            problem.severity = Severity::Warning;
        }
        if let Some(nearest) = nearest(name.as_str(), names(declared)) {
            problem = problem.help(did_you_mean(nearest));
        }
        problems.push(problem);
    }
}

/// What a reference writes to, the results there are, and the mapping that declares them.
fn declarations<'m>(
    model: &'m Model,
    reference: &'m Reference,
) -> Option<(&'m Text, &'m [ResultDecl], Span)> {
    let task = model.tasks.get(reference.site.task? as usize)?;
    match &reference.kind {
        RefKind::ResultPath { result } => Some((result, &task.results, task.span)),
        RefKind::StepResultPath { result } if task.step_action => {
            Some((result, &task.results, task.span))
        }
        RefKind::StepResultPath { result } => {
            let step = task.steps.get(reference.site.step? as usize)?;
            Some((result, &step.results, step.span))
        }
        _ => None,
    }
}

fn is_meant(result: &ResultDecl, name: &Text) -> bool {
    let declared = result.name.as_str();
    // Without brackets the name ends at the first dot.
    declared == name.as_str() || name.as_str().split('.').next() == Some(declared)
}

fn names(results: &[ResultDecl]) -> impl Iterator<Item = &str> {
    results.iter().map(|result| result.name.as_str())
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let reference = check.model.reference_at(problem.span.start);
    let found = reference.and_then(|reference| declarations(check.model, reference));
    let Some((name, declared, owner)) = found else {
        return Vec::new();
    };
    let nearest = nearest(name.as_str(), names(declared));
    let mut fixes = edit::rename(&check.document, problem.span, nearest);
    fixes.extend(edit::mapping_at(&check.document, owner).and_then(|spec| {
        let item = [format!("name: {}", name.value)];
        let edits = edit::add_to_list(&spec, "results", &item)?;
        Some(Fix {
            preferred: nearest.is_none(),
            ..edit::unsafe_fix(format!("Declare the result `{}`", name.value), edits)
        })
    }));
    fixes
}
