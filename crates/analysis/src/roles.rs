//! What a task is for: its primary role, and what else it does.
//!
//! Signals speak for roles with a weight, as for pipelines ([`crate::classify`]): what the task
//! declares (a result `IMAGE_DIGEST` is a promise), what its steps do ([`crate::effects`]), and,
//! weakest, how it is called and described. Roles whose signals pass [`THRESHOLD`] hold. The first of
//! them in [`PRECEDENCE`] is the primary one, because what a task does to bytes counts more than
//! what it is for. Without any, the task stays unclassified.

use std::borrow::Cow;
use std::sync::Arc;

use konflux_syntax::{Document, Span};

use crate::classify::Role;
use crate::effects::{self, Effect, EffectKind, Started, TaskEffects};
use crate::model::{Model, Task, Text};

/// The annotation by which an author says what a task does (`none` for nothing).
pub const ROLE_ANNOTATION: &str = "konflux.guidelines/role";

/// Below this nothing is said.
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
    let mut witness = Witness {
        task,
        effects,
        title: title(model, task),
        signals: Vec::new(),
    };
    witness.interface();
    witness.effects();
    witness.conversion();
    witness.hands_on_changes();
    witness.nothing_else();
    let told = witness.signals.iter().any(|signal| signal.weight >= 0.5);
    witness.embargo();
    if own {
        let name = model.name.as_ref();
        witness.name(name);
        let description = task.description.map(|span| (document.text(span), span));
        if let Some((text, span)) = description {
            witness.description(&text, span, told);
        }
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
    let roles: Vec<Role> = scored
        .into_iter()
        .filter(|(_, score)| *score >= THRESHOLD)
        .map(|(role, _)| role)
        .collect();
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
        Kind::ChangeRepository => &[(Role::Deploy, 0.5), (Role::Publish, 0.4)],
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

/// Collects signals about one task.
struct Witness<'m> {
    task: &'m Task,
    effects: &'m TaskEffects,
    title: Span,
    signals: Vec<RoleSignal>,
}

impl Witness<'_> {
    fn say(&mut self, role: Role, weight: f32, span: Span, message: impl Into<String>) {
        self.signals.push(RoleSignal {
            role,
            weight,
            message: message.into(),
            span,
        });
    }

    fn result(&self, fits: impl Fn(&str) -> bool) -> Option<&Text> {
        let mut names = self.task.results.iter().map(|result| &result.name);
        names.find(|name| fits(name.as_str()))
    }

    /// The result that names the digest of an image which the task made.
    fn built(&self) -> Option<&Text> {
        let digest = self.result(|name| name.ends_with("IMAGE_DIGEST"))?;
        self.result(|name| name.ends_with("IMAGE_URL") || name.ends_with("IMAGE_REF"))?;
        Some(digest)
    }

    /// The result that holds a verdict.
    fn judged(&self) -> Option<&Text> {
        const VERDICTS: [&str; 4] = [
            "TEST_OUTPUT",
            "SCAN_OUTPUT",
            "IMAGES_PROCESSED",
            "HACBS_TEST_OUTPUT",
        ];
        self.result(|name| VERDICTS.contains(&name))
    }

    /// The result that is called after a test, in other words than those that are agreed on.
    fn told_verdict(&self) -> Option<&Text> {
        self.result(|name| {
            let name = name.to_lowercase().replace('-', "_");
            let (what, of) = name.rsplit_once('_').unwrap_or_default();
            let tests = ["test", "tests", "scan", "check", "lint"];
            let is_test = what
                .rsplit('_')
                .next()
                .is_some_and(|word| tests.contains(&word));
            is_test && matches!(of, "result" | "results" | "status" | "outcome" | "verdict")
        })
    }

    /// Is a verdict no more than how the task went? Whoever writes files for a build or uploads
    /// reports, and judges nothing, may say so with the result of a test.
    fn only_tells_outcome(&self) -> bool {
        use EffectKind as Kind;
        let sure = |kind| self.effects.of(kind).any(|effect| effect.confidence > 0.75);
        let judges = [Kind::Scan, Kind::EvaluatePolicy, Kind::Validate];
        (sure(Kind::PrepareSource) || sure(Kind::Report))
            && !judges.into_iter().any(|kind| self.effects.has(kind))
            && self.result(|name| name == "SCAN_OUTPUT").is_none()
    }

    /// What the task declares.
    fn interface(&mut self) {
        let at = |text: Option<&Text>| text.map(|text| (text.span, text.value.clone()));
        if let Some((span, name)) = at(self.told_verdict()) {
            let message = format!("Its result `{name}` tells how a test went.");
            let weight = if self.effects.can_fail { 0.65 } else { 0.45 };
            self.say(Role::ScanTest, weight, span, message);
        }
        if let Some((span, name)) = at(self.built()) {
            let message = format!("Its result `{name}` names the digest of what it made.");
            self.say(Role::Build, 0.95, span, message);
        } else if let Some((span, name)) = at(self.judged()) {
            let message = format!("Its result `{name}` is the verdict of a test.");
            let weight = if self.only_tells_outcome() { 0.5 } else { 0.9 };
            self.say(Role::ScanTest, weight, span, message);
        }
        let commit = at(self.result(|name| matches!(name, "CHAINS-GIT_COMMIT" | "commit")));
        let fetches = self.effects.has(EffectKind::FetchSource);
        if let Some((span, name)) = commit {
            let message = format!("Its result `{name}` names the commit it fetched.");
            let weight = match &*name {
                _ if fetches => 0.9,
                "commit" => 0.4,
                _ => 0.6,
            };
            self.say(Role::Source, weight, span, message);
        }
        let artifact = at(self.result(is_material));
        if let Some((span, name)) = artifact {
            let message = format!("Its result `{name}` holds files for a build.");
            self.say(Role::PrepareSource, 0.8, span, message.clone());
            if fetches && !self.effects.has(EffectKind::PrepareSource) {
                self.say(Role::Source, 0.6, span, message);
            }
        }
    }

    /// What its steps do. Several effects of a kind say no more than the surest of them.
    fn effects(&mut self) {
        let mut best: Vec<&Effect> = Vec::new();
        for effect in &self.effects.effects {
            match best.iter_mut().find(|known| known.kind == effect.kind) {
                Some(known) if known.confidence >= effect.confidence => {}
                Some(known) => *known = effect,
                None => best.push(effect),
            }
        }
        let builds = self.built().is_some();
        let judges = !builds && self.judged().is_some();
        for effect in best {
            // What a program's name hints at is no reason to doubt a verdict.
            let share = match effect.kind {
                EffectKind::PrepareSource if judges && effect.confidence <= 0.8 => 0.5,
                kind => share(kind, builds, judges),
            };
            let signals = signals_of(effect).map(|signal| RoleSignal {
                weight: signal.weight * share,
                ..signal
            });
            self.signals.extend(signals);
        }
    }

    /// Whether packing in another way is a conversion: what was fetched must leave the task.
    fn conversion(&mut self) {
        use EffectKind as Kind;
        let hands_out = [Kind::Publish, Kind::Push, Kind::Copy];
        let hands_out = hands_out.into_iter().any(|kind| self.effects.has(kind));
        let mut packs = self.effects.of(Kind::Convert);
        let packs = packs.find(|effect| effect.confidence > 0.8);
        if let Some(effect) = packs.filter(|_| hands_out) {
            let (span, message) = (effect.span, "What it packs in another way leaves the task.");
            self.say(Role::Convert, 0.4, span, message);
        }
    }

    /// Writing to a registry is publishing where what is written was changed here.
    fn hands_on_changes(&mut self) {
        let changes = [EffectKind::SignInPlace, EffectKind::Modify];
        if !changes.into_iter().any(|kind| self.effects.has(kind)) || self.built().is_some() {
            return;
        }
        if let Some(effect) = self.effects.of(EffectKind::Push).next() {
            let (span, message) = (effect.span, "What it changes leaves the task.");
            self.say(Role::Publish, 0.4, span, message);
        }
    }

    /// What a task is that has no effect outside of the run.
    fn nothing_else(&mut self) {
        use EffectKind as Kind;
        let effects = &self.effects.effects;
        let quiet = effects.iter().all(|effect| match effect.kind {
            Kind::Inspect
            | Kind::Query
            | Kind::ReadCluster
            | Kind::Compute
            | Kind::Transport
            | Kind::Wait
            | Kind::FetchSource => true,
            // A guess by the name of a script.
            Kind::Validate => effect.confidence <= 0.5,
            _ => false,
        });
        // A build may do anything.
        let quiet = quiet && !self.effects.runs_project && !self.effects.edits_files;
        let makes = self.built().is_some() || self.result(is_material).is_some();
        if makes || self.task.steps.is_empty() {
            return;
        }
        if !quiet || self.effects.opaque_steps > 0 && effects.is_empty() || self.judged().is_some()
        {
            return;
        }
        let answers = self.task.results.iter().any(|result| {
            let name = result.name.as_str();
            name != "sourceDataArtifact" && !name.ends_with("_ARTIFACT")
        });
        let title = self.title;
        let hands_on = answers || self.effects.writes_data;
        // What is run unseen may do more.
        let weight = if self.effects.opaque_commands + self.effects.opaque_steps > 0 {
            0.45
        } else {
            0.6
        };
        if hands_on && self.reads_data() {
            let message = "It only reads, and hands on what it found.";
            self.say(Role::Collect, weight, title, message);
        } else if hands_on {
            let message = "It only computes results.";
            self.say(Role::Init, weight, title, message);
        } else if self.effects.can_fail {
            let message = "It only reads, hands nothing on, and fails on what it finds.";
            let role = match self.effects.has(Kind::Inspect) {
                true => Role::ScanTest,
                false => Role::Validate,
            };
            self.say(role, 0.45, title, message);
            if self.effects.vocabulary.contains(&"allowed") {
                let message = "What it lets pass is on a list of what is allowed.";
                self.say(Role::Gate, 0.6, title, message);
            }
        } else if self.effects.has(Kind::FetchSource) && self.effects.opaque_commands == 0 {
            let message = "It only fetches a source.";
            self.say(Role::Source, 0.4, title, message);
        } else if self.reads_data()
            && self.effects.opaque_commands == 0
            && !self.effects.has(Kind::Transport)
        {
            let message = "It only reads, and prints what it found.";
            self.say(Role::Report, 0.6, title, message);
        } else if !self.reads_data() {
            let message = "It only prints.";
            self.say(Role::Report, 0.35, title, message);
        }
    }

    /// What stops a release.
    fn embargo(&mut self) {
        if self.effects.vocabulary.contains(&"embargo") && self.effects.can_fail {
            let message = "It fails on what is under embargo.";
            self.say(Role::Gate, 0.6, self.title, message);
        }
    }

    /// Does it look at data of the pipeline, a cluster or a service, and not only at its params?
    fn reads_data(&self) -> bool {
        use EffectKind as Kind;
        let looks = |effect: &Effect| match effect.kind {
            Kind::ReadCluster | Kind::FetchSource | Kind::Transport => true,
            // To see whether an image is there already is no more than a condition.
            Kind::Inspect | Kind::Query => effect.confidence > 0.35,
            _ => false,
        };
        let data = ["data", "snapshot", "path", "dir", "json", "file", "release"];
        let params = self.task.params.iter();
        let mut names = params.map(|param| param.name.as_str().to_lowercase());
        let given = !self.task.workspaces.is_empty()
            || names.any(|name| data.iter().any(|word| name.contains(word)));
        self.effects.effects.iter().any(looks) || given && self.effects.reads_files
    }

    /// How it is called: the weakest witness, as names are chosen freely.
    fn name(&mut self, name: Option<&Text>) {
        let Some(name) = name else { return };
        let words = name.as_str().split(['-', '_', '.']);
        let mut known = words.filter_map(|word| Some((word, role_of_word(word)?)));
        let first = known.next();
        // Only a word for a gate means something behind another one.
        let gate = known.find(|(_, (role, _))| *role == Role::Gate);
        for (word, (role, weight)) in first.into_iter().chain(gate) {
            let message = format!("It is called `{}` (`{word}`).", name.as_str());
            // Who answers does not judge by failing.
            if is_any_check(word) && self.task.results.is_empty() {
                self.say(Role::Validate, 0.25, name.span, message.clone());
            }
            // What builds, or may build, is not called after that it reads.
            let weight = match self.effects.runs_project && role == Role::Collect {
                true => weight / 2.0,
                false => weight,
            };
            self.say(role, weight, name.span, message);
        }
    }

    /// What its author says it does: all that there is to go by where no step tells.
    fn description(&mut self, text: &str, span: Span, told: bool) {
        let first = text.split(['.', '\n']).map(str::trim);
        let mut first = first.filter(|line| line.len() > 8);
        let Some(sentence) = first.next() else { return };
        let words = sentence.split(|c: char| !c.is_ascii_alphabetic()).take(14);
        let known = words.into_iter().find_map(|word| {
            let word = word.to_lowercase();
            stems(&word).find_map(|stem| Some((stem.to_string(), role_of_word(&stem)?)))
        });
        if let Some((word, (role, weight))) = known {
            let message = "Its description says so.";
            if is_any_check(&word) {
                self.say(Role::Validate, 0.2, span, message);
            }
            let share = if told { 0.75 } else { 1.0 };
            self.say(role, weight * share, span, message);
        }
    }
}

/// How much an effect counts beside what the task declares. Whoever builds also pushes and
/// attaches; whoever judges may build what it throws away, and attach its report.
fn share(kind: EffectKind, builds: bool, judges: bool) -> f32 {
    use EffectKind as Kind;
    match kind {
        Kind::Build | Kind::Push | Kind::Copy | Kind::Convert | Kind::Pull if judges => 0.2,
        Kind::Scan if builds => 0.3,
        Kind::Push | Kind::Copy if builds => 0.5,
        Kind::Modify if builds => 0.3,
        _ => 1.0,
    }
}

/// What a verb in the third person may come from, as it stands last.
fn stems(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    let verifies = word
        .strip_suffix("ies")
        .map(|stem| format!("{stem}y").into());
    let publishes = word.strip_suffix("es").map(Cow::from);
    let signs = word.strip_suffix('s').map(Cow::from);
    let all = [verifies, publishes, signs, Some(word.into())];
    all.into_iter().flatten()
}

/// Of what is checked, the content of artifacts or the run's own configuration, a verb does not tell.
fn is_any_check(word: &str) -> bool {
    matches!(word, "check" | "verify")
}

/// Does a result hold a trusted artifact that a build is given?
fn is_material(result: &str) -> bool {
    const MATERIAL: [&str; 5] = ["source", "cachi2", "script", "prefetch", "dependencies"];
    let lower = result.to_lowercase();
    let name = lower
        .strip_suffix("_artifact")
        .or_else(|| lower.strip_suffix("-artifact"));
    name.is_some_and(|name| MATERIAL.iter().any(|word| name.contains(word)))
}

/// What a verb or noun in a name says.
fn role_of_word(word: &str) -> Option<(Role, f32)> {
    Some(match word {
        "collect" | "get" | "populate" | "reduce" | "filter" | "gather" | "parse" | "compute"
        | "determine" | "read" | "map" | "find" | "list" | "lookup" | "query" | "detect"
        | "resolve" | "inspect" => (Role::Collect, 0.45),
        "prepare" => (Role::Collect, 0.3),
        "validate" | "assert" | "ensure" | "require" => (Role::Validate, 0.4),
        "fail" => (Role::Validate, 0.3),
        "analyze" => (Role::Report, 0.3),
        "embargo" | "embargoed" | "conforma" | "gate" => (Role::Gate, 0.45),
        "verify" | "check" | "compare" => (Role::ScanTest, 0.3),
        "scan" | "test" | "tests" | "lint" | "sast" | "e2e" | "audit" | "benchmark" => {
            (Role::ScanTest, 0.4)
        }
        "build" | "buildah" => (Role::Build, 0.4),
        "push" | "publish" | "upload" | "uploader" | "publisher" | "mirror" | "promote" => {
            (Role::Publish, 0.4)
        }
        "sign" => (Role::SignMetadata, 0.3),
        "sbom" | "sboms" => (Role::Sbom, 0.4),
        "extract" | "download" => (Role::Extract, 0.4),
        "attach" => (Role::Attach, 0.4),
        "notify" | "notification" | "slack" | "comment" | "email" | "announce" | "alert" => {
            (Role::Notify, 0.45)
        }
        "provision" => (Role::Provision, 0.5),
        "install" => (Role::Provision, 0.35),
        "cleanup" | "delete" | "deprovision" | "destroy" | "teardown" | "unregister" | "remove" => {
            (Role::Cleanup, 0.5)
        }
        "summary" | "show" | "report" | "print" | "dump" => (Role::Report, 0.45),
        "clone" => (Role::Source, 0.4),
        "prefetch" => (Role::PrepareSource, 0.45),
        "init" => (Role::Init, 0.45),
        "generate" => (Role::Init, 0.3),
        "tag" | "tags" | "advisory" | "pyxis" | "status" | "register" | "record" => {
            (Role::Metadata, 0.35)
        }
        "deploy" | "deployment" | "deployments" | "gitops" | "infra" | "rollout" | "rollback" => {
            (Role::Deploy, 0.35)
        }
        "wait" | "await" => (Role::Orchestrate, 0.5),
        "trigger" | "request" | "start" | "dispatch" | "launch" => (Role::Delegate, 0.35),
        "hello" | "example" | "sample" => (Role::Sample, 0.7),
        _ => return None,
    })
}
