//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::{Check, Origin};
use crate::classify::{self, PipelineClass};
use crate::finding::Problem;
use crate::model::{Kind, Pipeline, PipelineTask};

declare_rule! {
    /// A reusable test pipeline is not in the shared catalog.
    ///
    /// It takes params, and every task in it comes from another repository: nothing in it belongs to this
    /// one, so other teams could use it, if it were where they look. A pipeline with a task or a script
    /// of the repository's own is left alone, and so is one that only runs the policy.
    ///
    /// ADR 45 was proposed and never accepted; its fifth decision sends reusable tests to
    /// pipeline-samples. That repository is inactive since November 2024, and the documentation of Konflux
    /// sends people to `konflux-ci/tekton-integration-catalog` instead. The setting `test-catalog` names
    /// another one.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: try-on-cluster
    /// spec:
    ///   params:
    ///     - name: SNAPSHOT
    ///     - name: cluster-version
    ///   tasks:
    ///     - name: provision
    ///       taskRef:
    ///         resolver: git
    ///         params:
    ///           - name: url
    ///             value: https://github.com/konflux-ci/tekton-integration-catalog
    ///           - name: revision
    ///             value: main
    ///           - name: pathInRepo
    ///             value: tasks/provision/0.1/provision.yaml
    ///       params:
    ///         - name: version
    ///           value: $(params.cluster-version)
    ///     - name: try
    ///       runAfter:
    ///         - provision
    ///       taskRef:
    ///         resolver: git
    ///         params:
    ///           - name: url
    ///             value: https://github.com/example/conformance-tests
    ///           - name: revision
    ///             value: main
    ///           - name: pathInRepo
    ///             value: tasks/conformance.yaml
    ///       params:
    ///         - name: SNAPSHOT
    ///           value: $(params.SNAPSHOT)
    /// ```
    ///
    /// ## Good
    ///
    /// What it tries is of this repository.
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: try-on-cluster
    /// spec:
    ///   params:
    ///     - name: SNAPSHOT
    ///     - name: cluster-version
    ///   tasks:
    ///     - name: provision
    ///       taskRef:
    ///         resolver: git
    ///         params:
    ///           - name: url
    ///             value: https://github.com/konflux-ci/tekton-integration-catalog
    ///           - name: revision
    ///             value: main
    ///           - name: pathInRepo
    ///             value: tasks/provision/0.1/provision.yaml
    ///       params:
    ///         - name: version
    ///           value: $(params.cluster-version)
    ///     - name: try
    ///       runAfter:
    ///         - provision
    ///       taskSpec:
    ///         steps:
    ///           - name: try
    ///             image: quay.io/example/hello-tests
    ///             script: |
    ///               hello-tests run
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 5: proposed, not accepted
    /// - ADR 48, attestable tests in integration pipelines: accepted
    pub(crate) static RULE {
        name: "test-outside-catalog",
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
    let (Kind::Pipeline, Some(name)) = (check.model.kind, &check.model.name) else {
        return;
    };
    let reusable = takes_params(pipeline)
        && pipeline.tasks.len() > 1
        && pipeline.tasks.iter().all(|task| is_shared(check, task))
        && !pipeline.tasks.iter().any(runs_policy);
    if !reusable {
        return;
    }
    let catalog = check.test_catalog();
    let message = format!(
        "`{}` is a reusable test outside of the shared catalog",
        name.as_str()
    );
    problems.push(
        RULE.problem(name.span, message)
            .note(format!(
                "{ADR_45}, Decision 5: reusable tests are contributed to one place. It names \
                 pipeline-samples, which is inactive since 2024-11; the documentation sends people \
                 to tekton-integration-catalog."
            ))
            .help(format!(
                "Contribute it to `{catalog}` (setting `test-catalog`); ignore this when it is about \
                 this repository alone."
            )),
    );
}

/// Can it be used for more than one thing?
fn takes_params(pipeline: &Pipeline) -> bool {
    let mut params = pipeline.params.iter();
    params.any(|param| param.name.as_str() != "SNAPSHOT")
}

/// Is the task another repository's, for sure? Not when a file here answers to the reference.
fn is_shared(check: &Check<'_>, task: &PipelineTask) -> bool {
    let Some(reference) = task.task_ref() else {
        return false;
    };
    let literal = |name: &str| {
        let text = reference.param(name);
        text.is_some_and(|text| !text.as_str().contains("$(") && !text.as_str().contains("{{"))
    };
    let elsewhere = literal("url") || literal("bundle");
    let here = || {
        let definition = check.resolve_task(task);
        definition.is_some_and(|known| matches!(known.origin, Origin::File(_)))
    };
    elsewhere && !here()
}

/// The pipeline around a policy is maintained with the policy.
fn runs_policy(task: &PipelineTask) -> bool {
    let mut names = classify::task_names(task);
    names.any(|name| name.starts_with("verify-"))
}
