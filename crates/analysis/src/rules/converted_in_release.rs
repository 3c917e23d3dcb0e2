//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::Problem;
use crate::roles;
use crate::roles::Role;

declare_rule! {
    /// A release pipeline changes the format of an artifact.
    ///
    /// A disk image that is unpacked, or a folder that becomes an archive, has another digest than what
    /// was tested. Made in the pipeline that made the artifact, the other format is tested with it, and is
    /// attached to it where a policy can find it. Packing of data that only the pipeline reads is no
    /// conversion.
    ///
    /// ADR 45 was proposed and never accepted; its third decision says *whenever possible*. ADR 63
    /// (implementable) has supplementary artifacts of a build refer to it as their subject.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-disks.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-disks
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: push-disks
    ///       taskRef:
    ///         name: push-disks
    /// #- tasks/push-disks.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-disks
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/disk-tools
    ///       script: |
    ///         oras pull "$DISKS"
    ///         qemu-img convert -f raw -O qcow2 disk.raw disk.qcow2
    ///         aws s3 cp disk.qcow2 "s3://$BUCKET/"
    /// ```
    ///
    /// ## Good
    ///
    /// The build pipeline stored both formats; the release takes the one that it needs.
    ///
    /// ```yaml
    /// #- pipelines/release-disks.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-disks
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: push-disks
    ///       taskRef:
    ///         name: push-disks
    /// #- tasks/push-disks.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-disks
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/disk-tools
    ///       script: |
    ///         oras pull "$QCOW2_DISKS"
    ///         aws s3 cp disk.qcow2 "s3://$BUCKET/"
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 3: proposed, not accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "converted-in-release",
        group: Guideline,
        since: "0.1.0",
        severity: Info,
        check: On::Duties(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(pipeline) = guideline::pipeline_of(check, PipelineClass::Release) else {
        return;
    };
    let choose = |duties: &_| guideline::first_of(duties, &[Role::Convert]);
    for deed in guideline::deeds(check, pipeline, roles::THRESHOLD, choose) {
        let what = match deed.delegated() {
            None => "changes the format of an artifact",
            Some(_) => "has the format of an artifact changed",
        };
        let message = format!("`{}` {what}, away from what made it", deed.name());
        let problem = RULE
            .problem(deed.task.place(), message)
            .note(format!(
                "{ADR_45}, Decision 3: whenever possible, a format is changed in the pipeline that \
                 made the artifact, and attached to it. ADR 63 (implementable): what belongs to an \
                 artifact has it as its subject."
            ))
            .help("Make this format in the build pipeline, and let the release fetch it.");
        problems.push(deed.shown_by(check, problem));
    }
}
