//! See [`RULE`].

use std::sync::Arc;

use konflux_syntax::Node;

use super::{On, duplicates};
use crate::check::Check;
use crate::finding::Problem;
use crate::model::Text;

declare_rule! {
    /// Two steps of a task have the same name.
    ///
    /// Tekton rejects the document. The same holds for the `stepSpecs` of a run, which are matched to
    /// steps by name.
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
    ///     - name: build
    ///       image: quay.io/acme/tools:1
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
    /// ```
    pub(crate) static RULE {
        name: "duplicate-step",
        group: Duplicates,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(duplicates::fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for task in &check.model.tasks {
        let names = task.steps.iter().filter_map(|step| step.name.as_ref());
        duplicates::report(&RULE, RULE.severity, "step", names, problems);
    }
    if check.model.run.is_some() {
        check_run(check, problems);
    }
}

/// What a run says about steps and sidecars stands outside of the model.
fn check_run(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(spec) = check.document.root().and_then(|root| root.get("spec")) else {
        return;
    };
    let per_task = spec.get("taskRunSpecs");
    let per_task = per_task.iter().flat_map(Node::items);
    for holder in per_task.chain([spec.clone()]) {
        for (key, what) in [("stepSpecs", "step"), ("sidecarSpecs", "sidecar")] {
            let list = holder.get(key);
            let names: Vec<Text> = list.iter().flat_map(Node::items).filter_map(name).collect();
            duplicates::report(&RULE, RULE.severity, what, &names, problems);
        }
    }
}

fn name(item: Node<'_>) -> Option<Text> {
    let name = item.get("name")?;
    Some(Text {
        value: Arc::from(&*name.text()),
        span: name.span(),
    })
}
