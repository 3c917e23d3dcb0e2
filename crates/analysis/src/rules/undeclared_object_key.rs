//! See [`RULE`].

use konflux_syntax::Span;

use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{ParamType, Part, RefKind, Reference};
use crate::rules::scope::Params;
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A key of an object param is used that the param does not have.
    ///
    /// `$(params.image.url)` is the key `url` of the param `image`, which must be among its `properties`.
    /// Tekton rejects the document ("non-existent variable") where it looks, and leaves the text as it is
    /// elsewhere.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: build
    /// spec:
    ///   params:
    ///     - name: image
    ///       type: object
    ///       properties:
    ///         url: {type: string}
    ///         digest: {type: string}
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.image.uri)"]
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
    ///   params:
    ///     - name: image
    ///       type: object
    ///       properties:
    ///         url: {type: string}
    ///         digest: {type: string}
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.image.url)"]
    /// ```
    pub(crate) static RULE {
        name: "undeclared-object-key",
        group: Declarations,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let model = check.model;
    let mut cache = scope::Cache::default();
    for reference in &model.references {
        let Some((object, key)) = object_and_key(reference) else {
            continue;
        };
        let site = reference.site;
        if matches!(site.part, Part::Default | Part::Prose) || scope::is_custom(model, site) {
            continue;
        }
        let params = cache.params(model, site);
        let Some(keys) = keys(&params, object, key) else {
            continue;
        };
        let message = format!("The param `{object}` has no key `{key}`");
        let mut problem = RULE.problem(key_span(reference, key), message);
        if !scope::is_checked(&check.document, model, reference) {
            problem.severity = Severity::Warning;
        }
        if let Some(nearest) = nearest(key, keys) {
            problem = problem.help(did_you_mean(nearest)).fixable();
        }
        problems.push(problem);
    }
}

fn object_and_key(reference: &Reference) -> Option<(&str, &str)> {
    match &reference.kind {
        RefKind::Param {
            name,
            bracketed: false,
            ..
        } => name.as_str().split_once('.'),
        _ => None,
    }
}

/// The keys that there are, when the one asked for is not among them. `None` when it is, when the
/// param is no object, or when the name with its dots is a param of its own.
fn keys<'m>(params: &Params<'m>, object: &str, key: &str) -> Option<Vec<&'m str>> {
    let whole = format!("{object}.{key}");
    let mut keys = Vec::new();
    let mut is_object = false;
    for param in params.named(object) {
        is_object |= param.ty == Some(ParamType::Object);
        keys.extend(param.keys.iter().copied());
    }
    let missing = is_object && !keys.contains(&key) && params.named(&whole).next().is_none();
    missing.then_some(keys)
}

fn key_span(reference: &Reference, key: &str) -> Span {
    match &reference.kind {
        RefKind::Param { name, .. } => Span {
            start: name.span.end - (key.len() as u32).min(name.span.end),
            end: name.span.end,
        },
        _ => reference.span,
    }
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(reference) = check.model.reference_at(problem.span.start) else {
        return Vec::new();
    };
    let Some((object, key)) = object_and_key(reference) else {
        return Vec::new();
    };
    let params = Params::at(check.model, reference.site);
    let keys = keys(&params, object, key).unwrap_or_default();
    edit::rename(&check.document, problem.span, nearest(key, keys))
}
