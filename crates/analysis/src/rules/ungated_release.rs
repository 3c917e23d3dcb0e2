//! See [`RULE`].

use super::guideline::{self, ADR_45, Deed};
use super::order::{self, Edge};
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::duties::Duties;
use crate::finding::Problem;
use crate::model::{Part, Pipeline, PipelineTask, RefKind};
use crate::roles::Role;

declare_rule! {
    /// A release acts before its policy gate has passed.
    ///
    /// The tasks of a pipeline run at the same time unless one waits for the other. What publishes, signs
    /// or deploys without a way back to the gate (`verify-conforma`, `verify-enterprise-contract`, or a
    /// task that runs `ec validate`) runs beside it: when the gate fails, the release is out already. A
    /// task waits for the gate through `runAfter`, or by using a result of a task that does.
    ///
    /// The gate is what makes a release trustworthy; every pipeline of the release service waits for it.
    /// ADR 63 (implementable) has a release verify before it publishes, and ADR 45 (proposed, not
    /// accepted) rests on it.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// #- pipelines/release-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-image
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: collect-data
    ///       taskRef:
    ///         name: collect-data
    ///     - name: verify-conforma
    ///       runAfter:
    ///         - collect-data
    ///       taskRef:
    ///         name: verify-conforma
    ///     - name: push-image
    ///       runAfter:
    ///         - collect-data
    ///       taskRef:
    ///         name: push-image
    /// #- tasks/push-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-image
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         cosign copy "$SOURCE" "$TARGET"
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// #- pipelines/release-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: release-image
    ///   annotations:
    ///     tekton.dev/tags: release
    /// spec:
    ///   tasks:
    ///     - name: collect-data
    ///       taskRef:
    ///         name: collect-data
    ///     - name: verify-conforma
    ///       runAfter:
    ///         - collect-data
    ///       taskRef:
    ///         name: verify-conforma
    ///     - name: push-image
    ///       runAfter:
    ///         - collect-data
    ///         - verify-conforma
    ///       taskRef:
    ///         name: push-image
    /// #- tasks/push-image.yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Task
    /// metadata:
    ///   name: push-image
    /// spec:
    ///   steps:
    ///     - name: push
    ///       image: quay.io/example/oci-tools
    ///       script: |
    ///         cosign copy "$SOURCE" "$TARGET"
    /// ```
    ///
    /// ## References
    ///
    /// - ADR 63, generalized build and release pipelines: implementable
    /// - [ADR 45](../adr-45.md), Consequences 1 and 3: proposed, not accepted
    pub(crate) static RULE {
        name: "ungated-release",
        group: Gate,
        since: "0.1.0",
        severity: Error,
        check: On::Duties(check),
        fix: Some(fix),
    }
}

/// What is not to happen before the gate has passed.
const ACTIONS: [Role; 7] = [
    Role::SignContent,
    Role::Modify,
    Role::Build,
    Role::Publish,
    Role::Attach,
    Role::SignMetadata,
    Role::Deploy,
];

/// How sure it must be that a task acts.
const SURE: f32 = 0.7;

/// The same of a task for which the gate waits. Most of what comes before a gate prepares what it
/// judges.
const SURE_BEFORE_GATE: f32 = 0.9;

/// A release pipeline with a gate.
struct Release<'m> {
    pipeline: &'m Pipeline,
    edges: Vec<Edge>,
    gate: &'m PipelineTask,
    /// The tasks that wait for the gate, and the gate, by index.
    gated: Vec<bool>,
    /// The tasks that the gate waits for, and the gate, by index.
    before: Vec<bool>,
    /// The tasks that wait for one that is not there, by index: for the gate perhaps, with a slip.
    unclear: Vec<bool>,
}

impl<'m> Release<'m> {
    fn of(check: &Check<'m>) -> Option<Release<'m>> {
        let pipeline = guideline::pipeline_of(check, PipelineClass::Release)?;
        let gates = gates(check, pipeline);
        let gate = &pipeline.tasks[*gates.first()?];
        let edges = order::edges(check.model, pipeline);
        let tasks = pipeline.tasks.len();
        Some(Release {
            pipeline,
            gate,
            gated: order::reached(&edges, &gates, tasks, true),
            before: order::reached(&edges, &gates, tasks, false),
            unclear: order::reached(&edges, &dangling(pipeline), tasks, true),
            edges,
        })
    }

    /// What acts without waiting for the gate.
    fn ungated(&self, check: &Check<'m>) -> Vec<Deed<'m>> {
        let mut deeds = guideline::deeds(check, self.pipeline, SURE, action);
        deeds.retain(|deed| {
            let at = deed.task.id.task as usize;
            let waits = match deed.task.finally {
                true => self.guards(check, deed.task),
                false => self.gated[at] || self.unclear[at],
            };
            !waits && (!self.before[at] || deed.confidence() >= SURE_BEFORE_GATE)
        });
        deeds
    }

    /// Is a task of `finally` skipped when the gate fails? It looks at how tasks ended, or uses a
    /// result that is not there then.
    fn guards(&self, check: &Check<'_>, task: &PipelineTask) -> bool {
        let references = check.model.references_in(task.span);
        references.iter().any(|reference| match &reference.kind {
            RefKind::AggregateStatus | RefKind::TaskStatus { .. } => {
                reference.site.part == Part::When
            }
            RefKind::TaskResult { task, .. } => {
                let known = self.pipeline.task(task.as_str());
                known.is_some_and(|task| self.gated[task.id.task as usize])
            }
            _ => false,
        })
    }

    /// The first of the ungated tasks that one of them waits for, or it itself.
    fn earliest(&self, task: &'m PipelineTask, ungated: &[Deed<'m>]) -> &'m PipelineTask {
        let awaited = |task: &PipelineTask| {
            let from = [task.id.task as usize];
            order::reached(&self.edges, &from, self.gated.len(), false)
        };
        let before = awaited(task);
        let others = ungated.iter().map(|deed| deed.task);
        let others = others.filter(|other| {
            let at = other.id.task as usize;
            before[at] && !self.before[at]
        });
        let count = |task: &&PipelineTask| awaited(task).iter().filter(|awaited| **awaited).count();
        others.min_by_key(count).unwrap_or(task)
    }
}

/// The tasks whose `runAfter` names a task that is not there, by index.
fn dangling(pipeline: &Pipeline) -> Vec<usize> {
    let dangles = |task: &PipelineTask| {
        let mut names = task.run_after.iter();
        names.any(|name| pipeline.task(name.as_str()).is_none())
    };
    let tasks = pipeline.tasks.iter().enumerate();
    let tasks = tasks.filter(|(_, task)| dangles(task));
    tasks.map(|(at, _)| at).collect()
}

/// The tasks that are gates, by index: those that are called so, else those that do so.
fn gates(check: &Check<'_>, pipeline: &Pipeline) -> Vec<usize> {
    let tasks = || pipeline.tasks.iter().enumerate();
    let tasks = || tasks().filter(|(_, task)| !task.finally);
    let called: Vec<usize> = tasks()
        .filter(|(_, task)| guideline::is_called_gate(task))
        .map(|(at, _)| at)
        .collect();
    if !called.is_empty() {
        return called;
    }
    let is_gate = |task| check.duties(task).primary() == Some(Role::Gate);
    tasks()
        .filter(|(_, task)| is_gate(task))
        .map(|(at, _)| at)
        .collect()
}

/// What a task does that the gate has to allow first. Judges are no such tasks, whatever they write.
fn action(duties: &Duties) -> Option<Role> {
    let judges = [
        Role::Gate,
        Role::ScanTest,
        Role::Source,
        Role::PrepareSource,
    ];
    let judges = duties.primary().is_none_or(|role| judges.contains(&role));
    guideline::first_of(duties, &ACTIONS).filter(|_| !judges)
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    let Some(release) = Release::of(check) else {
        return;
    };
    let gate = release
        .gate
        .name
        .as_ref()
        .map_or("the gate", |name| name.as_str());
    let ungated = release.ungated(check);
    for deed in &ungated {
        let name = deed.name();
        let message = if deed.task.finally {
            format!("`{name}` runs in `finally`, also when `{gate}` fails")
        } else if release.before[deed.task.id.task as usize] {
            format!("`{name}` runs before `{gate}`, which waits for it")
        } else {
            format!("`{name}` can run before `{gate}` has passed")
        };
        let mut problem = RULE.problem(deed.task.place(), message).note(format!(
            "What fails the policy is released all the same. ADR 63 (implementable): a release \
             verifies, then publishes; {ADR_45}, Consequences, rests on that."
        ));
        problem = problem.related(release.gate.place(), "this is the gate");
        problems.push(match fixable(&release, deed) {
            true => {
                let first = release.earliest(deed.task, &ungated);
                let first = first.name.as_ref().map_or("it", |name| name.as_str());
                let help = format!("Add `{gate}` to the `runAfter` of `{first}`.");
                deed.shown_by(check, problem.help(help)).fixable()
            }
            false => deed.shown_by(check, problem.help("Let it run after the gate has passed.")),
        });
    }
}

/// Can it wait for the gate? Not in `finally`, and not when the gate waits for it.
fn fixable(release: &Release<'_>, deed: &Deed<'_>) -> bool {
    !deed.task.finally && !release.before[deed.task.id.task as usize] && release.gate.name.is_some()
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let fix = || {
        let release = Release::of(check)?;
        let ungated = release.ungated(check);
        let mut tasks = ungated.iter().map(|deed| deed.task);
        let task = tasks.find(|task| task.place() == problem.span)?;
        let first = release.earliest(task, &ungated);
        let gate = release.gate.name.as_ref()?.as_str();
        let item = edit::mapping_at(&check.document, first.span)?;
        let edits = edit::add_to_list(&item, "runAfter", &[gate.to_owned()])?;
        let name = first.name.as_ref().map_or("it", |name| name.as_str());
        Some(edit::unsafe_fix(
            format!("Run `{name}` after `{gate}`"),
            edits,
        ))
    };
    fix().into_iter().collect()
}
