//! What speaks for the roles of one task: here what its steps do, in [`super::declared`] what it
//! declares, in [`super::called`] how it is called.

use konflux_syntax::Span;

use super::{Role, RoleSignal, signals_of};
use crate::effects::{Effect, EffectKind, TaskEffects};
use crate::model::Task;

/// Collects signals about one task.
pub(super) struct Witness<'m> {
    pub(super) task: &'m Task,
    pub(super) effects: &'m TaskEffects,
    title: Span,
    pub(super) signals: Vec<RoleSignal>,
}

impl<'m> Witness<'m> {
    /// Heard on all but words; `title` is where a signal without a place of its own is shown.
    pub(super) fn of(task: &'m Task, effects: &'m TaskEffects, title: Span) -> Witness<'m> {
        let mut witness = Witness {
            task,
            effects,
            title,
            signals: Vec::new(),
        };
        witness.interface();
        witness.effects();
        witness.conversion();
        witness.hands_on_changes();
        witness.moves();
        witness.edits();
        witness.pushes_back();
        witness.pushes_what_runs();
        witness.carries();
        witness.nothing_else();
        witness.embargo();
        witness
    }

    pub(super) fn say(&mut self, role: Role, weight: f32, span: Span, message: impl Into<String>) {
        self.signals.push(RoleSignal {
            role,
            weight,
            message: message.into(),
            span,
        });
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
            // To check, as a program's name says, may be either; content is tested.
            let guess = effect.kind == EffectKind::Validate && effect.confidence <= 0.5;
            let tests = guess && self.is_given_content();
            let rolls_out = effect.kind == EffectKind::ChangeRepository && self.rolls_out();
            let signals = signals_of(effect);
            let signals = signals.filter(|signal| !rolls_out || signal.role != Role::Publish);
            let signals = signals.map(|signal| RoleSignal {
                weight: signal.weight * share,
                role: match signal.role {
                    Role::Validate if tests => Role::ScanTest,
                    role => role,
                },
                ..signal
            });
            self.signals.extend(signals);
        }
    }

    /// Whether packing in another way is a conversion: what was fetched must leave the task.
    fn conversion(&mut self) {
        use EffectKind as Kind;
        let hands_out = [Kind::Publish, Kind::Push, Kind::Copy];
        let hands_out = self.effects.has_any(&hands_out);
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
        if !self.effects.has_any(&changes) || self.built().is_some() {
            return;
        }
        if let Some(effect) = self.effects.of(EffectKind::Push).next() {
            let (span, message) = (effect.span, "What it changes leaves the task.");
            self.say(Role::Publish, 0.4, span, message);
        }
    }

    /// What was fetched and goes to a registry, with nothing built in between, is handed on.
    fn moves(&mut self) {
        use EffectKind as Kind;
        let makes = [Kind::Build, Kind::Modify, Kind::SignInPlace, Kind::Convert];
        if self.built().is_some() || self.effects.has_any(&makes) || !self.effects.has(Kind::Pull) {
            return;
        }
        if let Some(effect) = self.effects.of(Kind::Push).next() {
            let (span, message) = (effect.span, "It was fetched before, and goes elsewhere.");
            self.say(Role::Publish, 0.5, span, message);
        }
    }

    /// Files that are changed in their place, and by nobody sent anywhere, wait for a build.
    fn edits(&mut self) {
        use EffectKind as Kind;
        let all = |effect: &Effect| match effect.kind {
            Kind::Query | Kind::Compute | Kind::Transport | Kind::FetchSource => true,
            kind => kind == Kind::Inspect,
        };
        let quiet = self.effects.effects.iter().all(all) && !self.effects.runs_project;
        let quiet = quiet && !self.effects.runs_unseen();
        if self.effects.edits_files && quiet && self.judged().is_none() {
            let message = "It changes files in their place, for those who come after.";
            self.say(Role::PrepareSource, 0.6, self.title, message);
        }
    }

    /// The push to a repository. To commit alone is none.
    pub(super) fn pushed(&self) -> Option<&'m Effect> {
        let mut changes = self.effects.of(EffectKind::ChangeRepository);
        changes.find(|effect| effect.confidence > 0.5)
    }

    /// What is pushed to the branch that it came from waits for the next build.
    fn pushes_back(&mut self) {
        let mut results = self.task.results.iter().map(|result| result.name.as_str());
        let mut params = self.task.params.iter().map(|param| param.name.as_str());
        let of_source = |name: &str| {
            let name = name.to_lowercase().replace('_', "-");
            name.contains("source-artifact") || name.contains("source-branch")
        };
        let known = results.any(|name| name == "branch") || params.any(of_source);
        let elsewhere = [EffectKind::ProposeChange, EffectKind::Deploy];
        if !known || self.rolls_out() || self.effects.has_any(&elsewhere) {
            return;
        }
        if let Some(effect) = self.pushed() {
            let (span, message) = (effect.span, "It pushes to a branch that is built from.");
            self.say(Role::PrepareSource, 0.6, span, message);
        }
    }

    /// What is pushed where params name what a cluster follows is rolled out.
    fn pushes_what_runs(&mut self) {
        const FOLLOWED: [&str; 5] = ["overlay", "gitops", "argo", "kustom", "deployment"];
        let mut params = self.task.params.iter();
        let param = params.find(|param| {
            let name = param.name.as_str().to_lowercase();
            FOLLOWED.iter().any(|word| name.contains(word))
        });
        if let Some(param) = param.filter(|_| self.pushed().is_some()) {
            let name = &param.name;
            let message = format!("Its param `{}` names what a cluster runs.", name.as_str());
            self.say(Role::Deploy, 0.4, name.span, message);
        }
    }

    /// Whoever does nothing but carry files from task to task collects.
    fn carries(&mut self) {
        let mut kinds = self.effects.effects.iter().map(|effect| effect.kind);
        let carries = kinds.all(|kind| kind == EffectKind::Transport);
        if carries && self.effects.has(EffectKind::Transport) && !self.effects.runs_unseen() {
            let message = "It only carries files from task to task.";
            self.say(Role::Collect, 0.6, self.title, message);
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
        let makes = self.built().is_some() || self.material().is_some();
        if makes || self.task.steps.is_empty() {
            return;
        }
        let judges = self.judged().is_some() && !self.tells_by_the_way();
        if !quiet || self.effects.opaque_steps > 0 && effects.is_empty() || judges {
            return;
        }
        let answers = self.task.results.iter().any(|result| {
            let name = result.name.as_str();
            name != "sourceDataArtifact" && !name.ends_with("_ARTIFACT")
        });
        let title = self.title;
        let hands_on = answers || self.effects.writes_data;
        let sees_all = !self.effects.runs_unseen() && !self.effects.can_fail;
        if self.effects.polls && !hands_on && sees_all {
            let message = "It only waits for something to happen.";
            self.say(Role::Orchestrate, 0.6, title, message);
            return;
        }
        // What is run unseen may do more.
        let weight = if self.effects.runs_unseen() {
            0.35
        } else {
            0.6
        };
        if hands_on && self.reads_data() {
            let message = "It only reads, and hands on what it found.";
            self.say(Role::Collect, weight, title, message);
        } else if hands_on {
            let message = "It only computes results.";
            let weight = if self.effects.can_fail {
                weight - 0.1
            } else {
                weight
            };
            self.say(Role::Init, weight, title, message);
        } else if self.effects.can_fail {
            let message = "It only reads, hands nothing on, and fails on what it finds.";
            let role = match self.effects.has(Kind::Inspect) || self.is_given_content() {
                true => Role::ScanTest,
                false => Role::Validate,
            };
            self.say(role, 0.48, title, message);
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
            if self.effects.only_prints && effects.is_empty() && self.effects.opaque_commands == 0 {
                let message =
                    "It only prints: it stands there to be replaced, or to show something.";
                self.say(Role::Sample, 0.6, title, message);
            }
        }
    }

    /// What stops a release.
    fn embargo(&mut self) {
        if self.effects.vocabulary.contains(&"embargo") && self.effects.can_fail {
            let message = "It fails on what is under embargo.";
            self.say(Role::Gate, 0.6, self.title, message);
        }
    }

    /// Is all that it does a function of its params?
    pub(super) fn only_computes(&self) -> bool {
        let mut kinds = self.effects.effects.iter().map(|effect| effect.kind);
        kinds.all(|kind| kind == EffectKind::Compute)
            && !self.effects.runs_unseen()
            && !self.reads_data()
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
