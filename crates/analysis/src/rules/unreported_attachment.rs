//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::effects::EffectKind;
use crate::finding::Problem;
use crate::model::Task;

declare_rule! {
    /// A task attaches something to an artifact and does not report its digest.
    ///
    /// Provenance lists the results of a task. When none of them names the digest of what was attached,
    /// nothing shows that it came from this task: anybody who can write to the repository could have
    /// attached it, and a policy cannot tell.
    ///
    /// ADR 45 was proposed and never accepted; its third decision asks for it. ADR 48 (accepted) has
    /// results named `*_ARTIFACT_OUTPUTS` for what tests attach. Any result whose name tells of a digest
    /// is good: `*_DIGEST`, `*_REF`, `*_BLOB_URL`, `*_ARTIFACT`, `*_ARTIFACT_OUTPUTS`, `REPORTS`.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: scan-licenses
    /// spec:
    ///   params:
    ///     - name: image
    ///   results:
    ///     - name: TEST_OUTPUT
    ///   steps:
    ///     - name: scan
    ///       image: quay.io/example/scanner
    ///       env:
    ///         - name: IMAGE
    ///           value: $(params.image)
    ///       script: |
    ///         scan-licenses "$IMAGE" --report licenses.json | tee "$(results.TEST_OUTPUT.path)"
    ///         oras attach --artifact-type application/vnd.example.licenses "$IMAGE" licenses.json
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: scan-licenses
    /// spec:
    ///   params:
    ///     - name: image
    ///   results:
    ///     - name: TEST_OUTPUT
    ///     - name: REPORT_DIGEST
    ///   steps:
    ///     - name: scan
    ///       image: quay.io/example/scanner
    ///       env:
    ///         - name: IMAGE
    ///           value: $(params.image)
    ///       script: |
    ///         scan-licenses "$IMAGE" --report licenses.json | tee "$(results.TEST_OUTPUT.path)"
    ///         oras attach --artifact-type application/vnd.example.licenses \
    ///           --format 'go-template={{.digest}}' "$IMAGE" licenses.json \
    ///           > "$(results.REPORT_DIGEST.path)"
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 3: proposed, not accepted
    /// - ADR 48, attestable tests in integration pipelines: accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "unreported-attachment",
        group: Guideline,
        since: "0.1.0",
        severity: Warning,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(task) = guideline::task_of(check) else {
        return;
    };
    if task
        .results
        .iter()
        .any(|result| names_digest(result.name.as_str()))
    {
        return;
    }
    let attached = guideline::effects_of(check, &[EffectKind::Attach, EffectKind::AttachByTag]);
    let Some((first, more)) = attached.split_first() else {
        return;
    };
    let place = guideline::first_line(&check.document, first.span);
    let mut problem = RULE
        .problem(place, "What is attached here is reported by no digest")
        .note(format!(
            "{ADR_45}, Decision 3: the digest of what is attached is a result of the task, so that \
             a policy can tell where it came from. ADR 48 (accepted) has `*_ARTIFACT_OUTPUTS` for \
             it."
        ))
        .help(match first.kind {
            EffectKind::AttachByTag => {
                "Attach it with `oras attach` instead, which with `--format \
                 'go-template={{.digest}}'` prints the digest, and write that to a result such as \
                 `REPORT_DIGEST`."
            }
            _ => {
                "Declare a result such as `REPORT_DIGEST`, and write to it what `oras attach \
                 --format 'go-template={{.digest}}'` prints."
            }
        });
    for effect in more {
        let place = guideline::first_line(&check.document, effect.span);
        problem = problem.related(place, "this is attached as well");
    }
    problem = problem.related(
        results_place(check, task),
        "these are the results of the task",
    );
    problems.push(problem);
}

/// Where results are declared, or the name of the task when there are none.
fn results_place(check: &Check<'_>, task: &Task) -> konflux_syntax::Span {
    match (task.results.first(), &check.model.name) {
        (Some(result), _) => result.name.span,
        (None, Some(name)) => name.span,
        (None, None) => task.span,
    }
}

/// Does a result of this name tell of the digest of something that was stored?
fn names_digest(name: &str) -> bool {
    const ENDS: [&str; 8] = [
        "_DIGEST",
        "_REF",
        "_REFS",
        "_BLOB_URL",
        "_ARTIFACT",
        "_OUTPUTS",
        "_DIGESTS",
        "_SHA256",
    ];
    let name = name.replace('-', "_").to_uppercase();
    ENDS.iter().any(|end| name.ends_with(end)) || matches!(&*name, "REPORTS" | "DIGEST")
}
