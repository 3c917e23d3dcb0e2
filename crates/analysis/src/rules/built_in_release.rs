//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::Problem;
use crate::roles::Role;

declare_rule! {
    /// A release pipeline builds an artifact.
    ///
    /// What is built while it is released was not there when the integration tests ran, and its
    /// provenance does not come from a build pipeline, so that no policy can verify how it was made.
    ///
    /// ADR 45 was proposed and never accepted, but its first two decisions say so: what makes artifacts,
    /// and what must appear in their provenance, is in build pipelines. ADR 63 (implementable) demands it:
    /// the build makes the artifact, and the release verifies and publishes it.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-drivers.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-drivers
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: package-drivers
    ///       taskRef:
    ///         name: package-drivers
    /// #- tasks/package-drivers.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: package-drivers
    /// spec:
    ///   steps:
    ///     - name: package
    ///       image: quay.io/example/rpm-tools
    ///       script: |
    ///         rpmbuild -bb drivers.spec
    /// ```
    ///
    /// ## Good
    ///
    /// The build pipeline made the packages; the release hands them on.
    ///
    /// ```yaml
    /// #- pipelines/release-drivers.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-drivers
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: push-drivers
    ///       taskRef:
    ///         name: push-drivers
    /// #- tasks/push-drivers.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-drivers
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
    /// - [ADR 45](../adr-45.md), Decision 1 and 2: proposed, not accepted
    /// - ADR 53, trusted tasks: accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "built-in-release",
        group: Guideline,
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
    let choose = |duties: &_| guideline::first_of(duties, &[Role::Build]);
    for deed in guideline::deeds(check, pipeline, guideline::SURE, choose) {
        let what = match deed.delegated() {
            None => "builds an artifact",
            Some(_) => "has an artifact built",
        };
        let message = format!(
            "`{}` {what} during a release: no test saw it, and no build attests it",
            deed.name()
        );
        let problem = RULE
            .problem(deed.task.place(), message)
            .note(format!(
                "{ADR_45}, Decision 1 and 2: what makes artifacts and must appear in their \
                 provenance is in the build pipeline. ADR 63 (implementable): the build makes the \
                 artifact, the release verifies and publishes it."
            ))
            .help(
                "Build it in the build pipeline, and release what came of it. Where it cannot \
                 move, ignore this with the reason.",
            );
        problems.push(deed.shown_by(check, problem));
    }
}
