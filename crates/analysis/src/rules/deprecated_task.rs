//! See [`RULE`].

use super::On;
use super::calls::Call;
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::finding::{Item, Problem};
use crate::model::TaskRef;

declare_rule! {
    /// A task is used whose end its author has announced.
    ///
    /// The annotation `build.appstudio.redhat.com/expires-on` names the day after which a version of a task
    /// is not supported any more, and `expiry-message` beside it what to use instead. Conforma reports the
    /// use of such tasks (`tasks.unsupported`): as a warning before that day, as a violation after it.
    ///
    /// The announcement is read from the task's own file, or remembered by a catalog index, which the
    /// finding then names. Unit tests of tasks may use what they test for as long as it is there.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: show-sbom
    ///   annotations:
    ///     build.appstudio.redhat.com/expires-on: "2026-08-08T00:00:00Z"
    ///     build.appstudio.redhat.com/expiry-message: The pipeline prints the SBOM itself now.
    /// spec:
    ///   steps:
    ///     - name: show
    ///       image: quay.io/acme/tools:1
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: show
    ///       taskRef:
    ///         name: show-sbom
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- task.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: show-sbom
    /// spec:
    ///   steps:
    ///     - name: show
    ///       image: quay.io/acme/tools:1
    /// #- pipeline.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: show
    ///       taskRef:
    ///         name: show-sbom
    /// ```
    pub(crate) static RULE {
        name: "deprecated-task",
        group: Calls,
        since: "0.1.0",
        severity: Warning,
        check: On::Calls(check),
        fix: None,
    }
}

fn check(check: &Check<'_>, calls: &[Call<'_>], problems: &mut Vec<Problem>) {
    if check.class.class == Some(PipelineClass::TaskUnitTest) {
        return;
    }
    for call in calls {
        let Some(deprecation) = &call.definition.facts.deprecation else {
            continue;
        };
        let place = call.target.map_or(call.place, place);
        let message = format!(
            "The {} is not supported after {}",
            call.callee(),
            deprecation.day()
        );
        let mut problem = RULE.problem(place, message);
        if let Some(message) = &deprecation.message {
            problem = problem.help(format!("Its author says: {message}"));
        }
        problems.push(problem.rests_on(&call.definition, Item::Name, "announced here"));
    }
}

/// What names the version, else the name.
fn place(target: &TaskRef) -> konflux_syntax::Span {
    let version = target.version.as_ref().or(target.bundle.as_ref());
    let version = version.or_else(|| target.param("bundle"));
    let version = version.or_else(|| target.param("pathInRepo"));
    let text = version.or(target.name.as_ref());
    text.map_or(target.span, |text| text.span)
}
