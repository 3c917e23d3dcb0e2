//! See [`RULE`].

use konflux_syntax::Span;

use super::{On, edit, scope};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::{Kind, Model, Owner, Part, RefKind, Reference, Text};
use crate::rules::scope::Params;
use crate::rules::{did_you_mean, nearest};

declare_rule! {
    /// A param is used that nobody declares.
    ///
    /// Tekton rejects the document ("non-existent variable"), also when the reference stands in a comment
    /// of a script or behind a backslash or a second dollar sign: all of a script is text to it. A Task or
    /// a Pipeline declares what it uses; a `taskSpec` also sees the params of its pipeline, and everything
    /// inside a run sees the params of the run.
    ///
    /// Some places Tekton does not look at (sidecars, volumes, params of a step or a resolver, `finally` in
    /// a run): there the text would stay as it is, which is reported as a warning.
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
    ///       script: buildah build $(params.BUILD_FLAGS) .
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
    ///     - name: BUILD_FLAGS
    ///       type: string
    ///       default: ""
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       script: buildah build $(params.BUILD_FLAGS) .
    /// ```
    pub(crate) static RULE {
        name: "undeclared-param",
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
        let Some((name, bracketed)) = param(check, reference) else {
            continue;
        };
        let params = cache.params(model, reference.site);
        if is_declared(&params, name.as_str(), bracketed) {
            continue;
        }
        let stray = params
            .named(object_of(name.as_str(), bracketed))
            .next()
            .is_some();
        let message = match stray {
            true => format!("The param `{}` is only known to another task", name.value),
            false => format!("The param `{}` is not declared", name.value),
        };
        let mut problem = RULE.problem(name.span, message).fixable();
        if scope::sees_run(check) {
            problem.severity = Severity::Warning;
            problem = problem.note("It is only right in runs that pass it.");
        } else if stray
            || is_old(check, reference)
            || !scope::is_checked(&check.document, model, reference)
        {
            problem.severity = Severity::Warning;
            problem = problem.note("Tekton does not look here: the text would stay as it is.");
        }
        if let Some(nearest) = nearest(name.as_str(), params.names()) {
            problem = problem.help(did_you_mean(nearest));
        }
        problems.push(problem);
    }
}

/// The name of a param that is used where substitution happens.
fn param<'m>(check: &Check<'_>, reference: &'m Reference) -> Option<(&'m Text, bool)> {
    let RefKind::Param {
        name, bracketed, ..
    } = &reference.kind
    else {
        return None;
    };
    let site = reference.site;
    if (site.task.is_none() && site.pipeline.is_none()) || scope::is_custom(check.model, site) {
        return None;
    }
    let prose = || scope::key_at(&check.document, reference).as_deref() == Some("displayName");
    let step_action = check.model.kind == Kind::StepAction;
    match site.part {
        Part::Default => None,
        // A rule of its own: no param may stand there, declared or not.
        Part::Script if step_action => None,
        Part::Prose => prose().then_some((name, *bracketed)),
        _ => Some((name, *bracketed)),
    }
}

/// The first word of `a.b` names the param; only brackets hold a whole name with dots.
fn object_of(name: &str, bracketed: bool) -> &str {
    match name.split_once('.') {
        Some((object, _)) if !bracketed => object,
        _ => name,
    }
}

fn is_declared(params: &Params<'_>, name: &str, bracketed: bool) -> bool {
    params.has(object_of(name, bracketed)) || params.has(name)
}

/// `$(inputs.params.x)` is still substituted, but no longer checked.
fn is_old(check: &Check<'_>, reference: &Reference) -> bool {
    check.document.text(reference.span).starts_with("$(inputs")
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(reference) = check.model.reference_at(problem.span.start) else {
        return Vec::new();
    };
    let Some((name, bracketed)) = param(check, reference) else {
        return Vec::new();
    };
    let params = Params::at(check.model, reference.site);
    let nearest = nearest(name.as_str(), params.names());
    let mut fixes = edit::rename(&check.document, problem.span, nearest);
    let name = object_of(name.as_str(), bracketed);
    fixes.extend(declaring_spec(check.model, reference).and_then(|span| {
        let spec = edit::mapping_at(&check.document, span)?;
        // With a default, so that whoever calls it does not break.
        let item = [
            format!("name: {name}"),
            "type: string".to_owned(),
            "default: \"\"".to_owned(),
        ];
        let edits = edit::add_to_list(&spec, "params", &item)?;
        Some(Fix {
            preferred: nearest.is_none(),
            ..edit::unsafe_fix(format!("Declare the param `{name}`"), edits)
        })
    }));
    fixes
}

/// Where the param belongs: the document's own spec, not a `taskSpec` inside of it.
fn declaring_spec(model: &Model, reference: &Reference) -> Option<Span> {
    let site = reference.site;
    if let Some(pipeline) = site
        .pipeline
        .and_then(|at| model.pipelines.get(at as usize))
    {
        return Some(pipeline.span);
    }
    let task = model.tasks.get(site.task? as usize)?;
    matches!(task.owner, Owner::Document | Owner::Run).then_some(task.span)
}
