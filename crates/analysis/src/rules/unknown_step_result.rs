//! See [`RULE`].

use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Model, Part, RefKind, Reference, Step, Text};
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A result of a step is used that the task does not have.
    ///
    /// `$(steps.NAME.results.RESULT)` needs a step of that name which declares that result. Tekton does not
    /// look when the task is submitted; when it runs, the text stays as it is. Results of a step that runs
    /// a StepAction are declared there and not compared here.
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
    ///       results:
    ///         - name: digest
    ///       script: echo -n sha256:0 > $(step.results.digest.path)
    ///     - name: report
    ///       image: quay.io/acme/tools:1
    ///       args: ["$(steps.build.results.dgiest)"]
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       results:
    ///         - name: digest
    ///       script: echo -n sha256:0 > $(step.results.digest.path)
    ///     - name: report
    ///       image: quay.io/acme/tools:1
    ///       args: ["$(steps.build.results.digest)"]
    /// ```
    pub(crate) static RULE {
        name: "unknown-step-result",
        group: Declarations,
        since: "0.1.0",
        severity: Warning,
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
        let Some((word, message)) = fault(model, reference) else {
            continue;
        };
        let mut problem = RULE.problem(word.span, message);
        if let Some(nearest) = nearest(word.as_str(), candidates(model, reference)) {
            problem = problem.help(did_you_mean(nearest)).fixable();
        }
        problems.push(problem);
    }
}

fn fault<'m>(model: &Model, reference: &'m Reference) -> Option<(&'m Text, String)> {
    let RefKind::StepResult { step, result, .. } = &reference.kind else {
        return None;
    };
    let steps = steps(model, reference)?;
    let Some(found) = steps.iter().find(|one| is_named(one, step)) else {
        return Some((step, format!("The task has no step `{}`", step.value)));
    };
    let declared = found
        .results
        .iter()
        .any(|one| one.name.value == result.value);
    if declared || found.action.is_some() {
        return None;
    }
    let message = format!(
        "The step `{}` declares no result `{}`",
        step.value, result.value
    );
    Some((result, message))
}

fn steps<'m>(model: &'m Model, reference: &Reference) -> Option<&'m [Step]> {
    let task = model.tasks.get(reference.site.task? as usize)?;
    (!task.step_action).then_some(&task.steps)
}

fn is_named(step: &Step, name: &Text) -> bool {
    step.name
        .as_ref()
        .is_some_and(|own| own.value == name.value)
}

fn candidates<'m>(model: &'m Model, reference: &Reference) -> Vec<&'m str> {
    let (RefKind::StepResult { step, .. }, Some(steps)) =
        (&reference.kind, steps(model, reference))
    else {
        return Vec::new();
    };
    match steps.iter().find(|one| is_named(one, step)) {
        Some(step) => step.results.iter().map(|one| one.name.as_str()).collect(),
        None => {
            let names = steps.iter().filter_map(|one| one.name.as_ref());
            names.map(|name| name.as_str()).collect()
        }
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(reference) = check.model.reference_at(problem.span.start) else {
        return Vec::new();
    };
    let Some((word, _)) = fault(check.model, reference) else {
        return Vec::new();
    };
    let nearest = nearest(word.as_str(), candidates(check.model, reference));
    edit::rename(&check.document, problem.span, nearest)
}
