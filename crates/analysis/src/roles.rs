//! What a task is for: its primary role, and what else it does.
//!
//! Signals speak for roles with a weight, as for pipelines ([`crate::classify`]): what the task
//! declares (a result `IMAGE_DIGEST` is a promise), what its steps do ([`crate::effects`]), and,
//! weakest, how it is called and described. Roles whose signals pass [`THRESHOLD`] hold. The first of
//! them in [`PRECEDENCE`] is the primary one, because what a task does to bytes counts more than
//! what it is for. Without any, the task stays unclassified.

mod called;
mod declared;
mod role;
mod witness;
mod words;

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use crate::effects::{self, Effect, EffectKind, Started, TaskEffects};
use crate::model::{Model, Task};
pub use role::Role;
use witness::Witness;

/// The annotation by which an author says what a task does (`none` for nothing).
pub const ROLE_ANNOTATION: &str = "konflux.guidelines/role";

/// Roles that reach this hold.
pub const THRESHOLD: f32 = 0.6;

/// Which role is the primary one of several.
const PRECEDENCE: [Role; 26] = [
    Role::SignContent,
    Role::Modify,
    Role::Build,
    Role::Gate,
    Role::Source,
    Role::PrepareSource,
    Role::ScanTest,
    Role::Delegate,
    Role::Publish,
    Role::Convert,
    Role::Attach,
    Role::SignMetadata,
    Role::Deploy,
    Role::Sbom,
    Role::Metadata,
    Role::Provision,
    Role::Notify,
    Role::Extract,
    Role::Report,
    Role::Cleanup,
    Role::Generic,
    Role::Orchestrate,
    Role::Validate,
    Role::Init,
    Role::Collect,
    Role::Sample,
];

/// How early a role comes among several.
pub(crate) fn precedence(role: Role) -> usize {
    let place = PRECEDENCE.iter().position(|known| *known == role);
    place.unwrap_or(PRECEDENCE.len())
}

/// A reason for a role, in places of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleSignal {
    /// For what it speaks.
    pub role: Role,
    /// How far it can be trusted alone, from 0 to 1.
    pub weight: f32,
    /// A sentence.
    pub message: String,
    /// What it rests on.
    pub span: Span,
}

/// What a task does, and why.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TaskRoles {
    /// The primary role first; empty when unclassified.
    pub roles: Vec<Role>,
    /// How sure the primary one is, from 0 to 1.
    pub confidence: f32,
    /// The reasons for the roles that hold: first those for the primary one, strongest first.
    pub signals: Vec<RoleSignal>,
    /// The role of each step, where it has one.
    pub steps: Vec<Option<Role>>,
    /// The pipelines that it starts, with the place that names each.
    pub delegates: Vec<(Started, Span)>,
}

impl TaskRoles {
    /// The primary role.
    pub fn primary(&self) -> Option<Role> {
        self.roles.first().copied()
    }
}

/// The roles of every task of a document, in the order of [`Model::tasks`]; computed once.
pub(crate) fn of_document(document: &Document<'_>) -> Arc<Vec<TaskRoles>> {
    document.memo(|| {
        let model = Model::of(document);
        let effects = effects::of_document(document);
        let tasks = model.tasks.iter().zip(effects.iter());
        let roles = tasks.map(|(task, effects)| of_task(document, &model, task, effects));
        roles.collect::<Vec<_>>()
    })
}

fn of_task(
    document: &Document<'_>,
    model: &Model,
    task: &Task,
    effects: &TaskEffects,
) -> TaskRoles {
    let own = task.owner.is_document();
    if let Some(explicit) = own.then(|| explicit(model)).flatten() {
        return explicit;
    }
    let mut witness = Witness::of(task, effects, title(model, task));
    if own {
        witness.words(document, model.name.as_ref());
    }
    let mut verdict = verdict(witness.signals);
    verdict.steps = steps(task, effects);
    verdict.delegates = effects.delegates.clone();
    verdict
}

fn title(model: &Model, task: &Task) -> Span {
    let name = model.name.as_ref().or(model.api_kind.as_ref());
    let name = name.filter(|_| task.owner.is_document());
    name.map_or(task.span, |name| name.span)
}

fn explicit(model: &Model) -> Option<TaskRoles> {
    let said = &model.annotation(ROLE_ANNOTATION)?.value;
    if said.as_str() == "none" {
        return Some(TaskRoles::default());
    }
    let role = Role::named(said.as_str())?;
    Some(TaskRoles {
        roles: vec![role],
        confidence: 1.0,
        signals: vec![RoleSignal {
            role,
            weight: 1.0,
            message: format!("The annotation `{ROLE_ANNOTATION}` says so."),
            span: said.span,
        }],
        ..TaskRoles::default()
    })
}

/// Signals of a role add up as independent witnesses do.
fn score(signals: &[RoleSignal], role: Role) -> f32 {
    let of_role = signals.iter().filter(|signal| signal.role == role);
    1.0 - of_role.fold(1.0, |doubt, signal| doubt * (1.0 - signal.weight))
}

fn verdict(mut signals: Vec<RoleSignal>) -> TaskRoles {
    let scored = PRECEDENCE.map(|role| (role, score(&signals, role)));
    let holding = scored.iter().filter(|(_, score)| *score >= THRESHOLD);
    let roles: Vec<Role> = holding.map(|(role, _)| *role).collect();
    let Some(primary) = roles.first().copied() else {
        return TaskRoles::default();
    };
    let confidence = score(&signals, primary);
    signals.retain(|signal| roles.contains(&signal.role));
    signals.sort_by(|left, right| {
        let place = |signal: &RoleSignal| roles.iter().position(|role| *role == signal.role);
        let by_role = place(left).cmp(&place(right));
        by_role.then(right.weight.total_cmp(&left.weight))
    });
    TaskRoles {
        roles,
        confidence,
        signals,
        ..TaskRoles::default()
    }
}

/// The role of each step, by what it does alone.
fn steps(task: &Task, effects: &TaskEffects) -> Vec<Option<Role>> {
    (0..task.steps.len() as u32)
        .map(|step| {
            let of_step = effects.effects.iter().filter(|effect| effect.step == step);
            let signals: Vec<_> = of_step.flat_map(signals_of).collect();
            verdict(signals).primary()
        })
        .collect()
}

/// What an effect says about the role of who has it.
fn weights(kind: EffectKind) -> &'static [(Role, f32)] {
    use EffectKind as Kind;
    match kind {
        Kind::FetchSource => &[(Role::Source, 0.4)],
        Kind::PrepareSource => &[(Role::PrepareSource, 0.8)],
        Kind::Pull => &[(Role::Extract, 0.45)],
        Kind::Unpack => &[(Role::Extract, 0.4)],
        Kind::Build => &[(Role::Build, 0.85)],
        Kind::Modify => &[(Role::Modify, 0.9)],
        Kind::Convert => &[(Role::Convert, 0.6)],
        Kind::Attach | Kind::AttachByTag => &[(Role::Attach, 0.85)],
        Kind::Push => &[(Role::Publish, 0.5)],
        Kind::Copy => &[(Role::Publish, 0.85)],
        Kind::Tag => &[(Role::Metadata, 0.8)],
        Kind::SignDetached => &[(Role::SignMetadata, 0.85)],
        Kind::SignInPlace => &[(Role::SignContent, 0.97)],
        Kind::Attest => &[(Role::SignMetadata, 0.6), (Role::Attach, 0.5)],
        Kind::Scan => &[(Role::ScanTest, 0.7)],
        Kind::EvaluatePolicy => &[(Role::Gate, 0.85)],
        Kind::Validate => &[(Role::Validate, 0.75)],
        Kind::Inspect | Kind::Query | Kind::ReadCluster | Kind::Compute => &[(Role::Collect, 0.25)],
        Kind::Record => &[(Role::Metadata, 0.8)],
        Kind::Publish => &[(Role::Publish, 0.9)],
        Kind::Sbom => &[(Role::Sbom, 0.75)],
        Kind::ChangeRepository => &[(Role::Deploy, 0.45), (Role::Publish, 0.4)],
        Kind::ProposeChange => &[(Role::Deploy, 0.6)],
        Kind::Deploy => &[(Role::Deploy, 0.8)],
        Kind::Notify => &[(Role::Notify, 0.85)],
        Kind::Report => &[(Role::Report, 0.8)],
        Kind::Delegate => &[(Role::Delegate, 0.9)],
        Kind::Wait => &[(Role::Orchestrate, 0.5)],
        Kind::Provision => &[(Role::Provision, 0.8)],
        Kind::Delete => &[(Role::Cleanup, 0.6)],
        Kind::RunParam => &[(Role::Generic, 0.9)],
        Kind::Transport => &[],
    }
}

/// Does an effect of this kind speak for a role?
pub(crate) fn speaks_for(kind: EffectKind, role: Role) -> bool {
    weights(kind).iter().any(|(known, _)| *known == role)
}

fn signals_of(effect: &Effect) -> impl Iterator<Item = RoleSignal> + '_ {
    weights(effect.kind)
        .iter()
        .map(|(role, weight)| RoleSignal {
            role: *role,
            weight: weight * effect.confidence,
            message: format!("{}.", capitalised(&effect.message)),
            span: effect.span,
        })
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}
