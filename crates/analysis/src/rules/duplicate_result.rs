//! See [`RULE`].

use super::{On, duplicates, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::ResultDecl;

declare_rule! {
    /// A result is declared more than once.
    ///
    /// Tekton takes it; the later declaration wins, silently. One of the two is a mistake, or both were
    /// meant to be different results.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   results:
    ///     - name: IMAGE_URL
    ///     - name: IMAGE_URL
    ///       description: Where the image is
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       script: echo -n quay.io/acme/app > $(results.IMAGE_URL.path)
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
    ///       description: Where the image is
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       script: echo -n quay.io/acme/app > $(results.IMAGE_URL.path)
    /// ```
    pub(crate) static RULE {
        name: "duplicate-result",
        group: Duplicates,
        since: "0.1.0",
        severity: Warning,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for task in &check.model.tasks {
        report(&task.results, problems);
        for step in &task.steps {
            report(&step.results, problems);
        }
    }
    for pipeline in &check.model.pipelines {
        report(&pipeline.results, problems);
    }
}

fn report(results: &[ResultDecl], problems: &mut Vec<Problem>) {
    let names = results.iter().map(|result| &result.name);
    duplicates::report(&RULE, RULE.severity, "result", names, problems);
}

/// The earlier declaration has no effect: taking it away changes nothing for Tekton.
fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(earlier) = problem.related.first().and_then(|related| related.here()) else {
        return Vec::new();
    };
    let edits = edit::remove_item(&check.document, earlier);
    let fix = edits.map(|edits| edit::safe_fix("Remove the earlier declaration", edits));
    fix.into_iter().collect()
}
