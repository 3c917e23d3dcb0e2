//! See [`RULE`].

use super::On;
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// The file is not YAML.
    ///
    /// Kubernetes cannot read it, so nothing in it takes effect. Everything that can be read despite the
    /// error is still checked.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: "build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub static RULE {
        name: "syntax-error",
        group: Yaml,
        since: "0.1.0",
        severity: Error,
        check: On::Syntax(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let errors = check.document.errors().into_iter();
    problems.extend(errors.map(|error| RULE.problem(error.span, error.message)));
}
