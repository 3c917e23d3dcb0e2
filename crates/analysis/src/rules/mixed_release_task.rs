//! See [`RULE`].

use super::On;
use super::guideline::{self, ADR_45};
use crate::check::Check;
use crate::finding::Problem;
use crate::model::Task;
use crate::roles::{Role, TaskRoles};

declare_rule! {
    /// A release task changes an artifact among other things.
    ///
    /// Fetching and publishing belong in a release, changing bytes belongs in the build. A task that does
    /// both can be put in neither place: the part that changes the artifact cannot move to the build
    /// pipeline before the task is split.
    ///
    /// ADR 45 was proposed and never accepted; its fourth decision lists what a release is limited to.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: ship-installer
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   steps:
    ///     - name: sign
    ///       image: quay.io/example/signer
    ///       script: |
    ///         oras pull "$INSTALLER"
    ///         signtool sign /fd sha256 installer.exe
    ///     - name: publish
    ///       image: quay.io/example/uploader
    ///       script: |
    ///         aws s3 cp installer.exe "s3://$BUCKET/"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: ship-installer
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   steps:
    ///     - name: publish
    ///       image: quay.io/example/uploader
    ///       script: |
    ///         oras pull "$SIGNED_INSTALLER"
    ///         aws s3 cp installer.exe "s3://$BUCKET/"
    /// ```
    ///
    /// ## References
    ///
    /// - [ADR 45](../adr-45.md), Decision 4: proposed, not accepted
    /// - ADR 63, generalized build and release pipelines: implementable
    pub(crate) static RULE {
        name: "mixed-release-task",
        group: Guideline,
        since: "0.1.0",
        severity: Info,
        check: On::Document(check),
        fix: None,
    }
}

/// What changes an artifact, and in words.
const CHANGES: [(Role, &str); 4] = [
    (Role::SignContent, "writes signatures into files"),
    (Role::Modify, "changes an artifact"),
    (Role::Build, "builds an artifact"),
    (Role::Convert, "changes a format"),
];

/// What a release is there for, and in words.
const MOVES: [(Role, &str); 2] = [(Role::Extract, "extracts"), (Role::Publish, "publishes")];

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(task) = guideline::task_of(check) else {
        return;
    };
    let (Some(name), true) = (&check.model.name, is_at_home_in_release(check, task)) else {
        return;
    };
    let all = check.own_roles();
    let Some(roles) = all
        .first()
        .filter(|roles| roles.confidence >= guideline::SURE)
    else {
        return;
    };
    let has = |(role, _): &&(Role, &str)| roles.roles.contains(role);
    let changes: Vec<&(Role, &str)> = CHANGES.iter().filter(has).collect();
    let moves: Vec<&(Role, &str)> = MOVES.iter().filter(has).collect();
    let (Some((_, change)), false) = (changes.first(), moves.is_empty()) else {
        return;
    };
    let moved: Vec<&str> = moves.iter().map(|(_, words)| *words).collect();
    let message = format!(
        "`{}` {} and {change}: no pipeline is right for all of it",
        name.as_str(),
        moved.join(", "),
    );
    let problem = RULE
        .problem(name.span, message)
        .note(format!(
            "{ADR_45}, Decision 4: a release extracts, copies, and updates metadata; what changes an \
             artifact belongs in the build pipeline."
        ))
        .help("Split it: one task for what changes the artifact, one for what a release does.");
    let shown = changes
        .iter()
        .chain(&moves)
        .map(|(role, _)| *role)
        .collect();
    problems.push(show(problem, task, roles, shown));
}

/// Points at the command that most of all shows each role, and at the steps that have one of them.
fn show(mut problem: Problem, task: &Task, roles: &TaskRoles, shown: Vec<Role>) -> Problem {
    for role in &shown {
        let mut signals = roles.signals.iter();
        if let Some(signal) = signals.find(|signal| signal.role == *role) {
            let reason = signal.message.trim_end_matches('.');
            problem = problem.related(signal.span, format!("{}: {reason}", role.as_str()));
        }
    }
    if task.steps.len() < 2 {
        return problem;
    }
    for (step, role) in task.steps.iter().zip(&roles.steps) {
        let (Some(role), Some(name)) = (role.filter(|role| shown.contains(role)), &step.name)
        else {
            continue;
        };
        let message = format!("the role of this step is {}", role.as_str());
        problem = problem.related(name.span, message);
    }
    problem
}

/// Is the task made for release pipelines? Its tag says so, or what it is given.
fn is_at_home_in_release(check: &Check<'_>, task: &Task) -> bool {
    let tags = check.model.annotation("tekton.dev/tags");
    let tagged = tags.is_some_and(|entry| {
        let mut tags = entry.value.as_str().split(',');
        tags.any(|tag| tag.trim() == "release")
    });
    let given = [
        "dataPath",
        "snapshotPath",
        "sourceDataArtifact",
        "releasePath",
    ];
    let given = given.into_iter().filter(|name| task.param(name).is_some());
    tagged || given.count() > 1
}
