//! See [`RULE`].

use std::collections::HashMap;

use konflux_syntax::{Node, NodeKind};

use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;

declare_rule! {
    /// A mapping has the same key twice.
    ///
    /// Kubernetes takes the file and uses the last value; whatever the earlier one says is ignored
    /// without a word. YAML itself forbids it.
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
    ///       timeout: 10m
    ///       timeout: 1h
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
    ///       timeout: 1h
    /// ```
    pub(crate) static RULE {
        name: "duplicate-key",
        group: Yaml,
        since: "0.1.0",
        severity: Warning,
        check: On::Syntax(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    if !check.document.glance_at_keys().repeated {
        return;
    }
    let mut open: Vec<Node<'_>> = check.document.root().into_iter().collect();
    while let Some(node) = open.pop() {
        if node.kind() == NodeKind::Mapping {
            check_mapping(&node, problems);
            open.extend(node.pairs().map(|pair| pair.value).filter(is_collection));
        } else {
            open.extend(node.items().filter(is_collection));
        }
    }
}

fn is_collection(node: &Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence)
}

fn check_mapping(mapping: &Node<'_>, problems: &mut Vec<Problem>) {
    let mut seen = HashMap::new();
    for pair in mapping.pairs() {
        let (key, span) = (pair.key.text(), pair.key.span());
        // A merge key may stand more than once: it takes in several anchors.
        if pair.key.kind() != NodeKind::Scalar || key == "<<" {
            continue;
        }
        let message = format!("The key `{key}` appears more than once");
        if let Some(earlier) = seen.insert(key, span) {
            problems.push(
                RULE.problem(span, message)
                    .note("Kubernetes uses the last value and ignores the others.")
                    .related(earlier, "this value is ignored")
                    .fixable(),
            );
        }
    }
}

/// The earlier value has no effect: taking it away changes nothing for Kubernetes.
fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let earlier = problem.related.first().and_then(|related| related.here());
    let key = earlier.and_then(|span| check.document.node_at(span.start));
    let value = key.as_ref().and_then(|key| {
        let pairs = key.parent()?.pairs();
        let mut own = pairs.filter(|pair| pair.key.span() == key.span());
        own.next().map(|pair| pair.value)
    });
    let edits = value.and_then(|value| edit::remove_pair(&value));
    let fix = edits.map(|edits| edit::safe_fix("Remove the value that is ignored", edits));
    fix.into_iter().collect()
}
