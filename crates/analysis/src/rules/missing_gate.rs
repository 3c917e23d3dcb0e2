//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::Problem;
use crate::model::Pipeline;
use crate::roles::Role;

declare_rule! {
    /// A managed release publishes without a policy gate.
    ///
    /// What a managed pipeline releases has to pass the policy of its ReleasePlanAdmission first. Without a
    /// task that verifies it (`verify-conforma`, or one that runs `ec validate`), everything that was
    /// built is released. A release that a tenant runs for itself (no `releasePlanAdmission`) needs no
    /// gate. The rule is silent unless every task can be read, since any other could be the gate.
    ///
    /// ADR 63 (implementable) has a release verify before it publishes, and ADR 45 (proposed, not
    /// accepted) rests on it.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-image
    /// spec:
    ///   params:
    ///     - name: release
    ///     - name: releasePlan
    ///     - name: releasePlanAdmission
    ///   tasks:
    ///     - name: push-image
    ///       taskRef:
    ///         name: push-image
    /// #- tasks/push-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-image
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         cosign copy "$SOURCE" "$TARGET"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- pipelines/release-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-image
    /// spec:
    ///   params:
    ///     - name: release
    ///     - name: releasePlan
    ///     - name: releasePlanAdmission
    ///   tasks:
    ///     - name: verify-conforma
    ///       taskRef:
    ///         name: verify-conforma
    ///     - name: push-image
    ///       runAfter:
    ///         - verify-conforma
    ///       taskRef:
    ///         name: push-image
    /// #- tasks/push-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-image
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         cosign copy "$SOURCE" "$TARGET"
    /// ```
    ///
    /// ## References
    ///
    /// - ADR 63, generalized build and release pipelines: implementable
    /// - [ADR 45](../adr-45.md), Consequences 1 and 3: proposed, not accepted
    pub(crate) static RULE {
        name: "missing-gate",
        group: Gate,
        since: "0.1.0",
        severity: Warning,
        check: On::Duties(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(pipeline) = guideline::pipeline_of(check, PipelineClass::Release) else {
        return;
    };
    let managed = pipeline.param("releasePlanAdmission");
    if managed.is_none() || !guideline::is_all_read(check, pipeline) || has_gate(check, pipeline) {
        return;
    }
    let choose = |duties: &_| guideline::first_of(duties, &[Role::Publish]);
    let deeds = guideline::deeds(check, pipeline, guideline::SURE, choose);
    let Some(deed) = deeds.first() else { return };
    let message = format!(
        "`{}` publishes, and no task verifies the policy",
        deed.name()
    );
    let problem = RULE
        .problem(deed.task.place(), message)
        .note(format!(
            "A managed release must not publish what fails the policy. ADR 63 (implementable): a \
             release verifies, then publishes; {ADR_45}, Consequences, rests on that."
        ))
        .help("Add `verify-conforma`, and let this task run after it.");
    problems.push(deed.shown_by(check, problem));
}

/// Does a task judge what is released?
fn has_gate(check: &Check<'_>, pipeline: &Pipeline) -> bool {
    let mut tasks = pipeline.tasks.iter();
    tasks.any(|task| {
        let duties = check.duties(task);
        guideline::is_called_gate(task) || duties.roles.contains(&Role::Gate)
    })
}
