//! What the tasks of a pipeline do, also through the pipelines that they start.
//!
//! The roles of a task are read from its own document ([`crate::roles`]). Here they become values
//! without places, which other documents may compare, and delegation is followed: a task that only
//! starts another pipeline (`internal-request --pipeline NAME`) does what that pipeline's tasks do,
//! those that it refers to and those that are defined in it.

use std::sync::Arc;

use konflux_syntax::Document;

use crate::catalog::Found;
use crate::check::{Asked, Definition, Origin};
use crate::effects::{self, Started, TaskEffects};
use crate::facts::{Use, UseBy};
use crate::finding::{Item, Target};
use crate::model::{Argument, Kind, Model, PipelineTask, PipelineTaskTarget};
use crate::roles::{self, Role, TaskRoles};
use crate::workspace::Workspace;

/// How sure a classification must be for a warning that work does not belong here. What is only worth
/// knowing may rest on any role that holds ([`crate::roles::THRESHOLD`]).
pub(crate) const SURE: f32 = 0.75;

/// How many times delegation is followed from pipeline to pipeline.
const DELEGATIONS: usize = 3;

/// What a task does, as values: nothing changes while somebody types without changing that.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Duties {
    /// The primary role first; empty when unclassified or unknown.
    pub roles: Vec<Role>,
    /// How sure the primary one is, from 0 to 1, in steps.
    pub confidence: f32,
    /// The strongest reason for each role, in the order of `roles`: a sentence.
    pub reasons: Vec<Arc<str>>,
    /// Does it publish attestations or an SBOM, or copy an artifact together with them?
    pub keeps_provenance: bool,
    /// The pipelines that it starts.
    pub delegates: Vec<Started>,
    /// What the tasks of these pipelines do, as far as they can be seen.
    pub inherited: Vec<Inherited>,
    /// Of a pipeline, what the tasks do that are defined in it, by their names.
    pub embedded: Vec<(Arc<str>, Arc<Duties>)>,
}

/// What a task does through a pipeline that it starts.
#[derive(Clone, PartialEq, Debug)]
pub struct Inherited {
    /// The pipeline that is started.
    pub pipeline: Arc<str>,
    /// Where it stands.
    pub pipeline_target: Target,
    /// The task of it, by the name of its definition.
    pub task: Arc<str>,
    /// Where that task is defined.
    pub task_target: Target,
    /// Is it defined in the pipeline itself?
    pub is_embedded: bool,
    /// What that task does by itself.
    pub duties: Arc<Duties>,
}

impl Duties {
    /// The primary role.
    pub fn primary(&self) -> Option<Role> {
        self.roles.first().copied()
    }

    /// The primary role when delegation is looked through: that of the first task behind it that
    /// does more than the ones around it.
    pub fn effective(&self) -> Option<Role> {
        let own = self.primary()?;
        if own != Role::Delegate {
            return Some(own);
        }
        let behind = self
            .inherited
            .iter()
            .filter_map(|inherited| inherited.duties.primary());
        behind
            .min_by_key(|role| roles::precedence(*role))
            .or(Some(own))
    }

    /// Why it has a role.
    pub fn reason(&self, role: Role) -> Option<&str> {
        let at = self.roles.iter().position(|known| *known == role)?;
        self.reasons.get(at).map(|reason| &**reason)
    }

    /// The task behind the delegation that has a role.
    pub fn through(&self, role: Role) -> Option<&Inherited> {
        self.inherited
            .iter()
            .find(|inherited| inherited.duties.roles.contains(&role))
    }

    /// What a task does by itself.
    pub(crate) fn own(roles: &TaskRoles, effects: Option<&TaskEffects>) -> Duties {
        let reason = |role: &Role| {
            let mut signals = roles.signals.iter();
            let signal = signals.find(|signal| signal.role == *role);
            Arc::from(signal.map_or("", |signal| signal.message.as_str()))
        };
        Duties {
            roles: roles.roles.clone(),
            confidence: in_steps(roles.confidence),
            reasons: roles.roles.iter().map(reason).collect(),
            keeps_provenance: effects.is_some_and(TaskEffects::keeps_provenance),
            delegates: roles
                .delegates
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
            ..Duties::default()
        }
    }

    /// The pipelines that it starts where it is called with these arguments.
    fn started(&self, arguments: &[Argument]) -> Vec<Arc<str>> {
        let delegates = self.delegates.iter();
        delegates
            .filter_map(|started| started.called_with(arguments))
            .collect()
    }
}

/// Tenths, but for what is nearly sure, and is no more than that.
fn in_steps(confidence: f32) -> f32 {
    const NEARLY: f32 = 0.95;
    let tenths = (confidence * 10.0).round() / 10.0;
    match confidence < 1.0 {
        true => tenths.min(NEARLY),
        false => tenths,
    }
}

impl Inherited {
    /// What to point at to show that the task has a role.
    pub(crate) fn evidence(&self, role: Role) -> Item {
        match self.is_embedded {
            true => Item::EmbeddedRole(self.task.clone(), role),
            false => Item::Role(role),
        }
    }
}

/// What the main task of a document does by itself, or the tasks that are defined in its pipeline.
pub(crate) fn of_document(document: &Document<'_>) -> Arc<Duties> {
    document.memo(|| {
        let model = Model::of(document);
        if model.main_task().is_none() {
            return Duties {
                embedded: embedded(&model, document),
                ..Duties::default()
            };
        }
        let (roles, effects) = (roles::of_document(document), effects::of_document(document));
        let roles = roles.first();
        roles.map_or_else(Duties::default, |roles| Duties::own(roles, effects.first()))
    })
}

fn embedded(model: &Model, document: &Document<'_>) -> Vec<(Arc<str>, Arc<Duties>)> {
    let tasks = model.main_pipeline().map(|pipeline| pipeline.tasks.iter());
    let places = tasks
        .into_iter()
        .flatten()
        .filter_map(|task| match task.target {
            PipelineTaskTarget::Embedded(index) => Some((task.name.as_ref()?, index as usize)),
            _ => None,
        });
    let places: Vec<_> = places.collect();
    if places.is_empty() {
        return Vec::new();
    }
    let (roles, effects) = (roles::of_document(document), effects::of_document(document));
    let duties = places.into_iter().filter_map(|(name, index)| {
        let own = Duties::own(roles.get(index)?, effects.get(index));
        Some((name.value.clone(), Arc::new(own)))
    });
    duties.collect()
}

/// What a definition of a task does, delegation followed.
pub(crate) fn of_target(workspace: &Workspace, target: &Target) -> Arc<Duties> {
    let Some(own) = workspace.own_duties(target) else {
        return Arc::default();
    };
    if own.delegates.is_empty() {
        return own;
    }
    let mut duties = Duties::clone(&own);
    duties.inherited = behind(workspace, &target.path, &own.started(&[]));
    Arc::new(duties)
}

/// What a task does where a call says which pipeline it starts.
fn called(
    workspace: &Workspace,
    path: &str,
    duties: Arc<Duties>,
    task: &PipelineTask,
    asked: &mut Vec<Asked>,
) -> Arc<Duties> {
    let started = duties.started(&task.params);
    if started == duties.started(&[]) {
        return duties;
    }
    let inherited = behind(workspace, path, &started);
    asked.push(Asked::Behind(started, inherited.clone()));
    Arc::new(Duties {
        inherited,
        ..Duties::clone(&duties)
    })
}

/// What a task of a pipeline does, and the questions that led to the answer.
pub(crate) fn of_task(
    workspace: &Workspace,
    path: &Arc<str>,
    document: &Document<'_>,
    task: &PipelineTask,
) -> (Arc<Duties>, Vec<Asked>) {
    let reference = match &task.target {
        PipelineTaskTarget::Embedded(index) => {
            let duties = of_embedded(workspace, path, document, *index);
            let mut asked = Vec::new();
            if !duties.delegates.is_empty() {
                let behind = Asked::Behind(duties.started(&[]), duties.inherited.clone());
                asked.push(behind);
            }
            let duties = called(workspace, path, duties, task, &mut asked);
            return (duties, asked);
        }
        PipelineTaskTarget::Task(reference) => reference,
        _ => return (Arc::default(), Vec::new()),
    };
    let question = Use::of(Kind::Task, reference);
    let answer = workspace.resolve(path, &question);
    let mut asked = vec![Asked::Definition(question, answer.clone())];
    let duties = match answer.map(|definition| definition.origin) {
        Some(Origin::File(target)) => {
            let duties = of_target(workspace, &target);
            asked.push(Asked::Duties(target, duties.clone()));
            called(workspace, path, duties, task, &mut asked)
        }
        Some(Origin::Catalog(found)) => of_remembered(&found),
        None => Arc::default(),
    };
    (duties, asked)
}

/// What a task of a pipeline does that is defined in place.
pub(crate) fn of_embedded(
    workspace: &Workspace,
    path: &str,
    document: &Document<'_>,
    index: u32,
) -> Arc<Duties> {
    let all = roles::of_document(document);
    let Some(roles) = all.get(index as usize) else {
        return Arc::default();
    };
    let effects = effects::of_document(document);
    let mut duties = Duties::own(roles, effects.get(index as usize));
    duties.inherited = behind(workspace, path, &duties.started(&[]));
    Arc::new(duties)
}

/// What the index of a catalog remembers of a task: as sure as a warning must be while the catalog is
/// known to hold it, since a task seldom changes what it is for. Findings name index and age.
fn of_remembered(found: &Found) -> Arc<Duties> {
    const REPLACED: f32 = 0.7;
    let roles = found.roles();
    Arc::new(Duties {
        roles: roles.to_vec(),
        confidence: if found.is_current { SURE } else { REPLACED },
        // Nobody remembers, so it may.
        keeps_provenance: true,
        reasons: roles
            .iter()
            .map(|_| Arc::from("The catalog index says so."))
            .collect(),
        ..Duties::default()
    })
}

/// What the tasks of pipelines do, which a file starts by name.
pub(crate) fn behind(workspace: &Workspace, from: &str, names: &[Arc<str>]) -> Vec<Inherited> {
    let mut inherited = Vec::new();
    let mut seen = Vec::new();
    for name in names {
        follow(workspace, from, name, 0, &mut seen, &mut inherited);
    }
    inherited
}

fn follow(
    workspace: &Workspace,
    from: &str,
    name: &Arc<str>,
    depth: usize,
    seen: &mut Vec<Target>,
    inherited: &mut Vec<Inherited>,
) {
    let Some(pipeline) = started(workspace, from, name) else {
        return;
    };
    if depth >= DELEGATIONS || seen.contains(&pipeline) {
        return;
    }
    seen.push(pipeline.clone());
    let Some(facts) = workspace.facts(&pipeline) else {
        return;
    };
    let called = facts.name.clone().unwrap_or_else(|| name.clone());
    let mut add = |task: Arc<str>, target: Target, is_embedded, duties: Arc<Duties>| {
        let next = duties.started(&[]);
        inherited.push(Inherited {
            pipeline: called.clone(),
            pipeline_target: pipeline.clone(),
            task,
            task_target: target.clone(),
            is_embedded,
            duties,
        });
        for name in next {
            follow(workspace, &target.path, &name, depth + 1, seen, inherited);
        }
    };
    for task in facts.uses.iter().filter(|used| used.kind == Kind::Task) {
        let Some(target) = in_file(workspace.resolve(&pipeline.path, task)) else {
            continue;
        };
        let Some(own) = workspace.own_duties(&target) else {
            continue;
        };
        let facts = workspace.facts(&target);
        let name = facts.and_then(|facts| facts.name.clone());
        add(name.unwrap_or_default(), target, false, own);
    }
    let Some(own) = workspace.own_duties(&pipeline) else {
        return;
    };
    for (name, duties) in &own.embedded {
        add(name.clone(), pipeline.clone(), true, duties.clone());
    }
}

/// The pipeline of a name, or in a file of the same repository.
fn started(workspace: &Workspace, from: &str, name: &Arc<str>) -> Option<Target> {
    if !name.ends_with(".yaml") && !name.ends_with(".yml") {
        return workspace.started_pipeline(from, name);
    }
    let file = Use {
        kind: Kind::Pipeline,
        by: UseBy::Git {
            url: None,
            revision: None,
            path: name.clone(),
        },
    };
    in_file(workspace.resolve(from, &file))
}

fn in_file(definition: Option<Definition>) -> Option<Target> {
    match definition?.origin {
        Origin::File(target) => Some(target),
        Origin::Catalog(_) => None,
    }
}
