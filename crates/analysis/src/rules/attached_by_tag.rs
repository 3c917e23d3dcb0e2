//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::effects::EffectKind;
use crate::finding::Problem;

declare_rule! {
    /// Something is attached to an artifact by a tag instead of through the referrers API.
    ///
    /// A tag like `sha256-….sbom` beside an image holds what belongs to it, for registries that know no
    /// referrers. It can be moved like any tag, it is not copied by tools that follow referrers, and
    /// nothing but its name ties it to the image.
    ///
    /// ADR 45 (proposed, never accepted) asks for the referrers API in its third decision, and ADR 63
    /// (implementable) demands a registry that has it. Most build tasks attach their SBOM by tag today,
    /// so this rule is off until the configuration gives it a severity.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: upload-sbom
    /// spec:
    ///   results:
    ///     - name: SBOM_BLOB_URL
    ///   steps:
    ///     - name: upload
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         cosign attach sbom --sbom sbom.json --type spdx "$IMAGE"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: upload-sbom
    /// spec:
    ///   results:
    ///     - name: SBOM_BLOB_URL
    ///   steps:
    ///     - name: upload
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         oras attach --artifact-type text/spdx+json "$IMAGE" sbom.json
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 3: proposed, not accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "attached-by-tag",
        group: Guideline,
        since: "0.1.0",
        severity: Hint,
        default: off,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    if guideline::task_of(check).is_none() {
        return;
    }
    for effect in guideline::effects_of(check, &[EffectKind::AttachByTag]) {
        let place = guideline::first_line(&check.document, effect.span);
        let message = "This is attached by a tag, not through the referrers API";
        problems.push(
            RULE.problem(place, message)
                .note(format!(
                    "{ADR_45}, Decision 3, and ADR 63 (implementable): what belongs to an artifact \
                     refers to it as its subject."
                ))
                .help("`oras attach --artifact-type … IMAGE FILE` does so."),
        );
    }
}
