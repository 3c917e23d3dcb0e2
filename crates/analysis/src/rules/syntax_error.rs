//! See [`RULE`].

use konflux_syntax::{Node, NodeKind};

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
    pub(crate) static RULE {
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
    if !check.document.glance_at_keys().collection {
        return;
    }
    let mut open: Vec<Node<'_>> = check.document.root().into_iter().collect();
    while let Some(node) = open.pop() {
        for pair in node.pairs() {
            if matches!(pair.key.kind(), NodeKind::Mapping | NodeKind::Sequence) {
                problems.push(key(&node, &pair.key));
            }
            open.push(pair.value);
        }
        open.extend(node.items());
    }
}

/// YAML knows keys that are collections; JSON, and with it Kubernetes, does not. Mostly it is a
/// placeholder for Pipelines as Code that stands without quotes.
fn key(mapping: &Node<'_>, key: &Node<'_>) -> Problem {
    if mapping.is_flow() && key.kind() == NodeKind::Mapping {
        return RULE
            .problem(
                mapping.span(),
                "`{{ … }}` without quotes is a mapping in a mapping",
            )
            .help("Put it into quotes.");
    }
    RULE.problem(key.span(), "A key must be a text")
}
