//! See [`RULE`].

use super::On;
use super::calls::Call;
use crate::check::Check;
use crate::finding::{Item, Problem};
use crate::model::{ParamType, ValueType};

declare_rule! {
    /// A param gets an object without all of its keys.
    ///
    /// A param of type object names its keys in `properties`. Those without a default must all get a value,
    /// or the run fails ("missing keys for these params").
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///       type: object
    ///       properties:
    ///         url: {type: string}
    ///         digest: {type: string}
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE.url)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value:
    ///             url: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: buildah
    /// spec:
    ///   params:
    ///     - name: IMAGE
    ///       type: object
    ///       properties:
    ///         url: {type: string}
    ///         digest: {type: string}
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE.url)"]
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: build
    ///       params:
    ///         - name: IMAGE
    ///           value:
    ///             url: quay.io/acme/app
    ///             digest: sha256:0
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "missing-object-key",
        group: Calls,
        since: "0.1.0",
        severity: Error,
        check: On::Calls(check),
        fix: None,
    }
}

fn check(_: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls {
        for argument in &call.arguments {
            let facts = &call.definition.facts;
            let Some(param) = facts.param(argument.name.as_str()) else {
                continue;
            };
            if param.ty != ParamType::Object || argument.value.ty != ValueType::Object {
                continue;
            }
            let given = |key: &str| {
                let mut keys = argument.value.keys.iter();
                keys.any(|given| given.as_str() == key)
                    || param.default_keys.iter().any(|given| &**given == key)
            };
            let missing: Vec<String> = param
                .properties
                .iter()
                .filter(|key| !given(key))
                .map(|key| format!("`{key}`"))
                .collect();
            if missing.is_empty() {
                continue;
            }
            let name = &argument.name.value;
            let message = format!("The object for `{name}` lacks {}", missing.join(", "));
            let item = Item::Param(name.clone());
            problems.push(RULE.problem(argument.value.span, message).rests_on(
                &call.definition,
                item,
                "declared here",
            ));
        }
    }
}
