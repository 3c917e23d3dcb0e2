//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::Problem;
use crate::roles::Role;

declare_rule! {
    /// A release pipeline changes the bytes of what it releases.
    ///
    /// Tests and scans looked at the artifact that the build pipeline made. What is changed afterwards
    /// has another digest: nobody tested it, and no provenance speaks of it. Signing *inside* of a file
    /// (`codesign`, `signtool`, signatures of kernel modules and RPM packages) changes it; a signature
    /// that is stored beside it (`cosign sign`) does not.
    ///
    /// ADR 45 was proposed and never accepted, but its first and fourth decision say so: artifacts are
    /// modified in build pipelines, and a release extracts, copies, and updates metadata. ADR 63
    /// (implementable) asks releases for the same. Where the signing service can only be reached from a
    /// release, ignore the finding and say why; or let a first release push the signed files as the
    /// input of a second build.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-tools.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-tools
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: sign-tools
    ///       taskRef:
    ///         name: sign-tools
    /// #- tasks/sign-tools.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: sign-tools
    /// spec:
    ///   steps:
    ///     - name: sign
    ///       image: quay.io/example/signer
    ///       script: |
    ///         codesign --force --sign "$IDENTITY" /tools/*
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- pipelines/release-tools.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-tools
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: sign-tools
    ///       taskRef:
    ///         name: sign-tools
    /// #- tasks/sign-tools.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: sign-tools
    /// spec:
    ///   steps:
    ///     - name: sign
    ///       image: quay.io/example/signer
    ///       script: |
    ///         cosign sign --key "$KEY" "$IMAGE"
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 1 and 4: proposed, not accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "modified-in-release",
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
    let roles = [Role::SignContent, Role::Modify];
    let choose = |duties: &_| guideline::first_of(duties, &roles);
    for deed in guideline::deeds(check, pipeline, guideline::SURE, choose) {
        let what = match (deed.role, deed.delegated()) {
            (Role::SignContent, None) => "writes signatures into files",
            (Role::SignContent, Some(_)) => "has signatures written into files",
            (_, None) => "changes an artifact",
            (_, Some(_)) => "has an artifact changed",
        };
        let message = format!("`{}` {what}: what ships was never tested", deed.name());
        let problem = RULE
            .problem(deed.task.place(), message)
            .note(format!(
                "{ADR_45}, Decision 1 and 4: artifacts are modified in the build pipeline, where \
                 they are tested and attested; a release extracts, copies, and updates metadata. \
                 ADR 63 (implementable) asks the same of releases."
            ))
            .help(
                "Do it in the build pipeline, and release what came of it. Where it cannot move, \
                 ignore this with the reason.",
            );
        problems.push(deed.shown_by(check, problem));
    }
}
