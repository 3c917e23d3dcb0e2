//! What the rules about where work belongs share: what they apply to, and how they show what they
//! rest on.
//!
//! They speak only of what is surely known. A pipeline or task that stays unclassified, or is
//! classified with some doubt, is left alone, and so is what is kept for the record.

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use crate::check::{Check, Origin};
use crate::classify::{self, PipelineClass};
pub(crate) use crate::duties::SURE;
use crate::duties::{Duties, Inherited};
use crate::effects::{self, Effect, EffectKind};
use crate::finding::{Item, Place, Problem, RelatedPlace};
use crate::model::{Kind, Pipeline, PipelineTask, PipelineTaskTarget, Task};
use crate::roles::{Role, TaskRoles};

/// How the guideline is cited: it was proposed, and never accepted.
pub(crate) const ADR_45: &str = "ADR 45 (proposed, PR #216, not accepted)";

/// Folders of what is not in use: archives, and files that tests compare with.
const ASIDE: [&str; 10] = [
    "archive",
    "archived",
    "fixture",
    "fixtures",
    "golden",
    "goldens",
    "mocks",
    "test-data",
    "testdata",
    "test_data",
];

/// Is the document kept for the record or for a test, so that no guideline applies to it?
pub(crate) fn is_kept_aside(check: &Check<'_>) -> bool {
    let mut folders = check.relative_path().split('/');
    folders.next_back();
    let aside = |folder: &str| ASIDE.contains(&folder) || folder.starts_with("archived-");
    folders.any(aside)
}

/// The pipeline of the document, when it surely is of a class.
pub(crate) fn pipeline_of<'m>(check: &Check<'m>, class: PipelineClass) -> Option<&'m Pipeline> {
    let model: &'m crate::model::Model = check.model;
    let sure = check.class.class == Some(class) && check.class.confidence >= SURE;
    model.main_pipeline().filter(|_| sure)
}

/// The task that the document is, unless it is there to test another one.
pub(crate) fn task_of<'m>(check: &Check<'m>) -> Option<&'m Task> {
    let model: &'m crate::model::Model = check.model;
    let is_task = model.kind == Kind::Task && !check.relative_path().contains("/tests/");
    model.main_task().filter(|_| is_task)
}

/// What the task that the document is does to artifacts, of some kinds, surely.
pub(crate) fn effects_of(check: &Check<'_>, kinds: &[EffectKind]) -> Vec<Effect> {
    let effects = effects::of_document(&check.document);
    let effects = effects.iter().take(1).flat_map(|task| &task.effects);
    let sure = effects.filter(|effect| kinds.contains(&effect.kind) && effect.confidence >= SURE);
    sure.cloned().collect()
}

/// The part of a place on its first line: of a long command, what it runs.
pub(crate) fn first_line(document: &Document<'_>, span: Span) -> Span {
    let text = document.text(span);
    let line = text.lines().next().unwrap_or_default();
    let line = line.trim_end_matches('\\').trim_end();
    Span {
        end: span.start + line.len() as u32,
        ..span
    }
}

/// Is it called like the gate of a release, Conforma?
pub(crate) fn is_called_gate(task: &PipelineTask) -> bool {
    classify::task_names(task).any(classify::is_gate)
}

/// Can every task be read, and what it starts, so that none does something unknown? What is
/// called like the gate is known to be that.
pub(crate) fn is_all_read(check: &Check<'_>, pipeline: &Pipeline) -> bool {
    let is_seen = |task: &PipelineTask| {
        let duties = check.duties(task);
        let delegates = duties.primary() == Some(Role::Delegate) && duties.inherited.is_empty();
        let read = match task.target {
            PipelineTaskTarget::Embedded(_) => true,
            _ => match check.resolve_task(task).map(|definition| definition.origin) {
                Some(Origin::File(_)) => true,
                // What an index remembers of a task is what somebody read in it.
                Some(Origin::Catalog(found)) => found.is_current && !found.roles().is_empty(),
                None => false,
            },
        };
        read && !delegates
    };
    let mut tasks = pipeline.tasks.iter();
    tasks.all(|task| is_called_gate(task) || is_seen(task))
}

/// Something that a task of a pipeline does, by itself or through a pipeline that it starts.
pub(crate) struct Deed<'m> {
    pub(crate) task: &'m PipelineTask,
    pub(crate) role: Role,
    duties: Arc<Duties>,
}

/// What the tasks of a pipeline do, of what `choose` looks for, when that is as sure as said.
pub(crate) fn deeds<'m>(
    check: &Check<'m>,
    pipeline: &'m Pipeline,
    sure: f32,
    choose: impl Fn(&Duties) -> Option<Role>,
) -> Vec<Deed<'m>> {
    let deed = |task| {
        let duties = check.duties(task);
        let role = choose(&duties)?;
        let deed = Deed { task, role, duties };
        (deed.confidence() >= sure).then_some(deed)
    };
    pipeline.tasks.iter().filter_map(deed).collect()
}

/// The first of some roles that a task has, by itself or through delegation.
pub(crate) fn first_of(duties: &Duties, roles: &[Role]) -> Option<Role> {
    let mut own = duties.roles.iter().filter(|role| roles.contains(role));
    let own = own.next().copied();
    own.or_else(|| {
        let mut behind = duties.inherited.iter();
        behind.find_map(|inherited| {
            let mut roles = inherited
                .duties
                .roles
                .iter()
                .filter(|role| roles.contains(role));
            roles.next().copied()
        })
    })
}

impl Deed<'_> {
    /// The task behind the delegation, when it is not the task itself that does it.
    pub(crate) fn delegated(&self) -> Option<&Inherited> {
        match self.duties.roles.contains(&self.role) {
            true => None,
            false => self.duties.through(self.role),
        }
    }

    /// How sure it is, from 0 to 1. A role beside a primary one is as sure as a role must be.
    pub(crate) fn confidence(&self) -> f32 {
        let duties = match self.delegated() {
            Some(inherited) => &inherited.duties,
            None => &self.duties,
        };
        duties.confidence
    }

    /// What the task is called in the pipeline.
    pub(crate) fn name(&self) -> &str {
        self.task.name.as_ref().map_or("it", |name| name.as_str())
    }

    /// Points at what shows it: the command, and, through delegation, both ends of it.
    pub(crate) fn shown_by(&self, check: &Check<'_>, problem: Problem) -> Problem {
        let Some(inherited) = self.delegated() else {
            let reason = self.duties.reason(self.role).unwrap_or_default();
            return self.point(check, problem, self.role, reason.trim_end_matches('.'));
        };
        let starts = format!("it starts the pipeline `{}` here", inherited.pipeline);
        let mut problem = self.point(check, problem, Role::Delegate, &starts);
        let task = Item::Task(inherited.task.clone());
        let runs = format!("which runs `{}`", inherited.task);
        let reason = inherited.duties.reason(self.role).unwrap_or_default();
        let reason = reason.trim_end_matches('.').to_owned();
        let ends = [
            (&inherited.pipeline_target, task, runs),
            (
                &inherited.task_target,
                inherited.evidence(self.role),
                reason,
            ),
        ];
        problem
            .related
            .extend(ends.map(|(target, item, message)| RelatedPlace {
                place: Place::Elsewhere(target.clone(), item),
                message,
            }));
        problem
    }

    /// Points at what shows that the task itself has a role.
    fn point(&self, check: &Check<'_>, problem: Problem, role: Role, message: &str) -> Problem {
        if let PipelineTaskTarget::Embedded(index) = self.task.target {
            let roles = check.own_roles();
            let span = roles
                .get(index as usize)
                .and_then(|own| evidence(own, role));
            return match span {
                Some(span) => problem.related(span, message),
                None => problem,
            };
        }
        match check.resolve_task(self.task) {
            Some(definition) => problem.rests_on(&definition, Item::Role(role), message),
            None => problem,
        }
    }
}

/// What most of all shows that a task has a role.
fn evidence(roles: &TaskRoles, role: Role) -> Option<Span> {
    let mut signals = roles.signals.iter();
    let signal = signals.find(|signal| signal.role == role);
    signal.map(|signal| signal.span)
}
