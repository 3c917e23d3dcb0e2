//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45, Deed};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::Problem;
use crate::model::PipelineTaskTarget;
use crate::roles::Role;

declare_rule! {
    /// An integration test makes an artifact that it hands on.
    ///
    /// What an integration test builds has no provenance of a build pipeline: no policy can verify how it
    /// was made, and whoever uses it cannot know. What a test builds for itself and throws away is no
    /// concern; this is about results that name a digest.
    ///
    /// ADR 45 was proposed and never accepted; its second decision says so. ADR 48 (accepted) lets
    /// integration tests attest what they *found*, which is no reason to make artifacts there.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/smoke-test.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: smoke-test
    /// spec:
    ///   params:
    ///     - name: SNAPSHOT
    ///   tasks:
    ///     - name: build-bundle
    ///       taskRef:
    ///         name: build-bundle
    /// #- tasks/build-bundle.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build-bundle
    /// spec:
    ///   results:
    ///     - name: IMAGE_URL
    ///     - name: IMAGE_DIGEST
    ///   steps:
    ///     - name: build
    ///       image: quay.io/example/buildah
    ///       script: |
    ///         buildah build --tag "$IMAGE" .
    ///         buildah push --digestfile "$(results.IMAGE_DIGEST.path)" "$IMAGE"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- pipelines/smoke-test.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: smoke-test
    /// spec:
    ///   params:
    ///     - name: SNAPSHOT
    ///   tasks:
    ///     - name: try-bundle
    ///       taskRef:
    ///         name: try-bundle
    /// #- tasks/try-bundle.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: try-bundle
    /// spec:
    ///   results:
    ///     - name: TEST_OUTPUT
    ///   steps:
    ///     - name: try
    ///       image: quay.io/example/buildah
    ///       script: |
    ///         buildah build --tag localhost/bundle .
    ///         try-bundle localhost/bundle | tee "$(results.TEST_OUTPUT.path)"
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 2: proposed, not accepted
    /// - ADR 48, attestable tests in integration pipelines: accepted
    pub(crate) static RULE {
        name: "built-in-test",
        group: Guideline,
        since: "0.1.0",
        severity: Info,
        check: On::Duties(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(pipeline) = guideline::pipeline_of(check, PipelineClass::IntegrationTest) else {
        return;
    };
    let roles = [Role::SignContent, Role::Modify, Role::Build];
    let choose = |duties: &_| guideline::first_of(duties, &roles);
    for deed in guideline::deeds(check, pipeline, guideline::SURE, choose) {
        if !hands_on(check, &deed) {
            continue;
        }
        let what = match (deed.role, deed.delegated()) {
            (Role::Build, None) => "builds an artifact",
            (Role::Build, Some(_)) => "has an artifact built",
            (_, None) => "changes an artifact",
            (_, Some(_)) => "has an artifact changed",
        };
        let message = format!("`{}` {what} in a test: no build attests it", deed.name());
        let problem = RULE
            .problem(deed.task.place(), message)
            .note(format!(
                "{ADR_45}, Decision 2: what must appear in the provenance of an artifact is in the \
                 build pipeline. ADR 48 (accepted) lets tests attest what they found, not what they \
                 made."
            ))
            .help("Make it in the build pipeline, and test what came of it.");
        problems.push(deed.shown_by(check, problem));
    }
}

/// Does a result name the digest of what was made? What is thrown away has none.
fn hands_on(check: &Check<'_>, deed: &Deed<'_>) -> bool {
    let names_digest = |name: &str| name.ends_with("_DIGEST") || name.ends_with("_REF");
    match deed.task.target {
        PipelineTaskTarget::Embedded(index) => {
            let task = check.model.tasks.get(index as usize);
            let mut results = task.into_iter().flat_map(|task| &task.results);
            results.any(|result| names_digest(result.name.as_str()))
        }
        _ => {
            let definition = check.resolve_task(deed.task);
            let results = definition.iter().flat_map(|known| &known.facts.results);
            results.into_iter().any(|result| names_digest(&result.name))
        }
    }
}
