//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::duties::Duties;
use crate::finding::Problem;
use crate::roles::Role;

declare_rule! {
    /// A release publishes an artifact and leaves its provenance behind.
    ///
    /// Attestations and SBOM lie beside the artifact in the registry of the build. `skopeo copy`, or a
    /// download and an upload, takes the artifact alone; `cosign copy` and `oras cp --recursive` take
    /// along what belongs to it. Whoever gets the published artifact cannot verify it otherwise.
    ///
    /// ADR 45 was proposed and never accepted; its second consequence says *whenever possible*, and lets
    /// a summary stand in. Whether a store can hold attestations at all is not to be seen in a pipeline,
    /// so this is a hint. It is silent unless everything that the release does can be seen.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-image
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
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
    ///         skopeo copy --all "docker://$SOURCE" "docker://$TARGET"
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
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
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
    /// - [ADR 45](../adr-45.md), Consequences 1 and 2: proposed, not accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "provenance-left-behind",
        group: Guideline,
        since: "0.1.0",
        severity: Hint,
        check: On::Duties(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(pipeline) = guideline::pipeline_of(check, PipelineClass::Release) else {
        return;
    };
    // The pipelines that a release starts publish on its behalf; it is the release that answers.
    if !pipeline.tasks.iter().any(guideline::is_called_gate)
        || !guideline::is_all_read(check, pipeline)
    {
        return;
    }
    let carries = |task| {
        let duties = check.duties(task);
        let mut behind = duties.inherited.iter();
        duties.keeps_provenance || behind.any(|one| one.duties.keeps_provenance)
    };
    if pipeline.tasks.iter().any(carries) {
        return;
    }
    let choose = |duties: &Duties| match duties.primary() {
        Some(Role::Publish | Role::Delegate) => guideline::first_of(duties, &[Role::Publish]),
        _ => None,
    };
    let deeds = guideline::deeds(check, pipeline, guideline::SURE, choose);
    let Some(deed) = deeds.first() else { return };
    let message = format!(
        "`{}` publishes, and no task publishes provenance or SBOM with it",
        deed.name()
    );
    let problem = RULE
        .problem(deed.task.place(), message)
        .note(format!(
            "{ADR_45}, Consequences 1 and 2: attestations are made available with what is released, \
             whenever possible, or a summary of them."
        ))
        .help(
            "`cosign copy` and `oras cp --recursive` take along what belongs to an artifact. Where \
             the store cannot hold it, ignore this.",
        );
    problems.push(deed.shown_by(check, problem));
}
