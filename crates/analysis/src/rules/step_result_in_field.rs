//! See [`RULE`].

use super::{On, scope};
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Part, RefKind};

declare_rule! {
    /// A result of a step is used in a field that cannot hold one.
    ///
    /// `$(steps.NAME.results.RESULT)` is known only when the earlier step is done, so it works in `command`,
    /// `args` and `env` alone. Tekton rejects the task when it stands in a script, an image, a working
    /// directory or a mount.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       results:
    ///         - name: digest
    ///       script: echo -n sha256:0 > $(step.results.digest.path)
    ///     - name: report
    ///       image: quay.io/acme/tools:1
    ///       script: report "$(steps.build.results.digest)"
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       results:
    ///         - name: digest
    ///       script: echo -n sha256:0 > $(step.results.digest.path)
    ///     - name: report
    ///       image: quay.io/acme/tools:1
    ///       env:
    ///         - name: DIGEST
    ///           value: $(steps.build.results.digest)
    ///       script: report "$DIGEST"
    /// ```
    pub(crate) static RULE {
        name: "step-result-in-field",
        group: Declarations,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for reference in &check.model.references {
        let site = reference.site;
        let is_result = matches!(reference.kind, RefKind::StepResult { .. });
        let field = match site.part {
            Part::Script => "a script",
            Part::Image => "an image",
            Part::WorkingDir => "a working directory",
            Part::VolumeMount => "a mount",
            _ => continue,
        };
        if !is_result || site.step.is_none() || scope::is_custom(check.model, site) {
            continue;
        }
        let message = format!("A result of a step cannot be used in {field}");
        problems.push(
            RULE.problem(reference.span, message)
                .help("Use it in `command`, `args` or `env`."),
        );
    }
}
