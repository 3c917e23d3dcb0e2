//! See [`RULE`].

use super::On;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Kind, Part, RefKind};

declare_rule! {
    /// The script of a StepAction uses a param.
    ///
    /// What a Task may do, a StepAction may not: Tekton rejects every `$(params.x)` in its script, declared
    /// or not, because whoever calls it could inject commands. A param reaches the script through `env`.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1beta1
    /// kind: StepAction
    /// metadata:
    ///   name: clone
    /// spec:
    ///   params:
    ///     - name: url
    ///   image: quay.io/acme/git:1
    ///   script: git clone "$(params.url)"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1beta1
    /// kind: StepAction
    /// metadata:
    ///   name: clone
    /// spec:
    ///   params:
    ///     - name: url
    ///   image: quay.io/acme/git:1
    ///   env:
    ///     - name: URL
    ///       value: $(params.url)
    ///   script: git clone "$URL"
    /// ```
    pub(crate) static RULE {
        name: "param-in-script",
        group: Declarations,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    if check.model.kind != Kind::StepAction {
        return;
    }
    for reference in &check.model.references {
        if reference.site.part != Part::Script || !matches!(reference.kind, RefKind::Param { .. }) {
            continue;
        }
        problems.push(
            RULE.problem(
                reference.span,
                "The script of a StepAction cannot use params",
            )
            .help("Give it to the script through `env`."),
        );
    }
}
