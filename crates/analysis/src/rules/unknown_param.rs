//! See [`RULE`].

use std::collections::HashSet;

use super::calls::{self, Call, Caller};
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Item, Problem, Severity};
use crate::model::Argument;
use crate::rules::{did_you_mean, is_slip, nearest};

declare_rule! {
    /// A param gets a value that nobody asks for.
    ///
    /// Tekton ignores params that a task does not declare, so a misspelt name goes unnoticed and the task
    /// works with its default. A step action, by contrast, must not get params that it does not declare: the
    /// run fails, and the finding is an error.
    ///
    /// Only tasks and step actions that stand in the workspace are compared. A run may pass more params than
    /// its pipeline declares.
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
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
    ///           value: quay.io/acme/app
    ///         - name: DOCKERFILE
    ///           value: ./Dockerfile
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
    ///   steps:
    ///     - name: build
    ///       image: quay.io/acme/buildah:1
    ///       args: ["$(params.IMAGE)"]
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
    ///           value: quay.io/acme/app
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "unknown-param",
        group: Calls,
        since: "0.1.0",
        severity: Warning,
        check: On::Calls(check),
        fix: Some(fix),
    }
}

fn check(_: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    for call in calls.iter().filter(|call| call.caller != Caller::Run) {
        // A misspelt name of a required param is reported as that missing param, once.
        let misspelt = call
            .missing()
            .filter_map(|missing| call.misspelt(&missing.name));
        let misspelt: HashSet<&str> = misspelt.map(|argument| argument.name.as_str()).collect();
        for argument in call.unknown() {
            if !misspelt.contains(argument.name.as_str()) {
                problems.extend(unknown(call, argument));
            }
        }
    }
}

fn unknown(call: &Call<'_>, argument: &Argument) -> Option<Problem> {
    let name = argument.name.as_str();
    let nearest = nearest_param(call, argument);
    let is_slip = nearest.is_some_and(|nearest| is_slip(name, nearest));
    if call.definition.remembered().is_some() && !is_slip {
        // Tasks gain params while their version stays the same: it may be newer than the index.
        return None;
    }
    let message = format!("The {} has no param `{name}`", call.callee());
    let mut problem = RULE.problem(argument.name.span, message).fixable();
    if call.caller == Caller::Step {
        problem.severity = Severity::Error;
    } else {
        problem = problem.note("Tekton ignores it.").unnecessary();
    }
    if let Some(nearest) = nearest {
        problem = problem.help(did_you_mean(nearest));
    }
    Some(problem.rests_on(&call.definition, Item::Name, "defined here"))
}

/// Of the params that do not get a value yet.
fn nearest_param<'c>(call: &'c Call<'_>, argument: &Argument) -> Option<&'c str> {
    let params = call.definition.facts.params.iter();
    let free = params.map(|param| &*param.name).filter(|name| {
        let mut passed = call.arguments.iter();
        !passed.any(|passed| passed.name.as_str() == *name)
    });
    nearest(argument.name.as_str(), free)
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let calls = calls::calls(check);
    let found = calls.iter().find_map(|call| {
        let mut arguments = call.arguments.iter();
        let argument = arguments.find(|argument| argument.name.span == problem.span)?;
        Some((call, argument))
    });
    let Some((call, argument)) = found else {
        return Vec::new();
    };
    let nearest = nearest_param(call, argument);
    let mut fixes = edit::rename(document, problem.span, nearest);
    let edits = edit::remove_item(document, problem.span);
    let title = format!("Do not pass `{}`", argument.name.as_str());
    fixes.extend(edits.map(|edits| Fix {
        preferred: nearest.is_none(),
        ..edit::unsafe_fix(title, edits)
    }));
    fixes
}
