//! How a task is called and described. Names are chosen freely, so this is the weakest witness: what
//! a word means depends on what the steps do, and scripts overrule it.

use konflux_syntax::{Document, Span};

use super::witness::Witness;
use super::{Role, weights, words};
use crate::effects::EffectKind;
use crate::effects::knowledge::Taught;
use crate::model::Text;

impl Witness<'_> {
    /// Hears how the task is called and described.
    pub(super) fn words(&mut self, document: &Document<'_>, name: Option<&Text>) {
        let told = self.signals.iter().any(|signal| signal.weight >= 0.5);
        let first = self.signals.len();
        self.name(name);
        self.namesake(document, name);
        if let Some(span) = self.task.description {
            self.description(&document.text(span), span, told);
        }
        self.step_name(name, told);
        self.step_action(told);
        self.rollout(first);
        self.clears_up(first);
    }

    /// How it is called: the weakest witness, as names are chosen freely.
    fn name(&mut self, name: Option<&Text>) {
        let Some(name) = name else { return };
        for read in words::of_name(name.as_str()) {
            let message = format!("It is called `{}` (`{}`).", name.as_str(), read.word);
            // Who answers does not judge by failing, and who is given content judges that.
            if read.any_check && self.task.results.is_empty() && !self.is_given_content() {
                self.say(Role::Validate, 0.25, name.span, message.clone());
            }
            // A gate is decided by how it ends.
            let fails = self.effects.can_fail || self.effects.runs_unseen();
            let gate = read.role == Role::Gate && fails;
            let weight = if gate { 0.6 } else { read.weight };
            // What builds, or may build, is not called after that it reads.
            let weight = match self.effects.runs_project && read.role == Role::Collect {
                true => weight / 2.0,
                false => weight,
            };
            // A check that answers, and fails on nothing, looks something up, or computes a flag.
            let answers = read.any_check && !self.task.results.is_empty();
            let weight = if answers { weight.min(0.3) } else { weight };
            let flag = answers && self.told_verdict().or(self.judged()).is_none();
            let role = match flag && !self.effects.can_fail {
                true if self.has_param_about_content() => Role::Collect,
                true => Role::Init,
                false => self.meant(read.role),
            };
            self.say_word(role, weight, name.span, message);
        }
    }

    /// Many a task is called after the program that it runs.
    fn namesake(&mut self, document: &Document<'_>, name: Option<&Text>) {
        const SHARE: f32 = 0.4;
        let Some(name) = name else { return };
        let taught = Taught::of(document);
        let mut words = name.as_str().split(['-', '_', '.']);
        let known = words.find_map(|word| Some((word, taught.only_deed(word)?)));
        let Some((word, kind)) = known else { return };
        for (role, weight) in weights(kind) {
            let message = format!("It is called `{}`, after `{word}`.", name.as_str());
            self.say(*role, weight * SHARE, name.span, message);
        }
    }

    /// What its author says it does: all that there is to go by where no step tells.
    fn description(&mut self, text: &str, span: Span, told: bool) {
        let first = text.split(['.', '\n']).map(str::trim);
        let mut first = first.filter(|line| line.len() > 8);
        let read = first.next().and_then(words::of_sentence);
        if let Some(read) = read {
            let message = "Its description says so.";
            if read.any_check && !self.is_given_content() {
                self.say(Role::Validate, 0.2, span, message);
            }
            let share = if told { 0.75 } else { 1.0 };
            self.say_word(self.meant(read.role), read.weight * share, span, message);
        }
    }

    /// How the step is called that does the work, where no other one does any.
    fn step_name(&mut self, task: Option<&Text>, told: bool) {
        let does = |at: usize| {
            let mut effects = self.effects.effects.iter();
            !effects
                .any(|effect| effect.step as usize == at && effect.kind == EffectKind::Transport)
        };
        let steps = self.task.steps.iter().enumerate();
        let mut steps = steps.filter(|(at, _)| does(*at)).map(|(_, step)| step);
        let (Some(step), None) = (steps.next(), steps.next()) else {
            return;
        };
        let Some(name) = step
            .name
            .as_ref()
            .filter(|name| Some(name.as_str()) != task.map(Text::as_str))
        else {
            return;
        };
        let share = if told { 0.3 } else { 0.85 };
        self.other_name(name.as_str(), name.span, share, "Its step is called");
    }

    /// A name other than the task's own.
    fn other_name(&mut self, name: &str, span: Span, share: f32, what: &str) {
        for read in words::of_name(name) {
            let message = format!("{what} `{name}` (`{}`).", read.word);
            // Twice the word that does not tell is no second witness.
            let share = if read.any_check {
                share.min(0.6)
            } else {
                share
            };
            self.say_word(self.meant(read.role), read.weight * share, span, message);
        }
    }

    /// How the step action is called that does the work, where nothing is known of it.
    fn step_action(&mut self, told: bool) {
        let silent = |at: usize| {
            let mut effects = self.effects.effects.iter();
            !effects.any(|effect| effect.step as usize == at)
        };
        let steps = self.task.steps.iter().enumerate();
        let mut unknown = steps.filter(|(at, step)| step.action.is_some() && silent(*at));
        let (Some((_, step)), None) = (unknown.next(), unknown.next()) else {
            return;
        };
        let reference = step.action.as_ref();
        let name = reference.and_then(|action| action.name.as_ref().or(action.param("pathInRepo")));
        let Some(name) = name else { return };
        let share = if told { 0.3 } else { 0.8 };
        let last = name.as_str().rsplit('/').next().unwrap_or_default();
        let called = last.trim_end_matches(".yaml");
        self.other_name(called, name.span, share, "It runs the step action");
    }

    /// A word weighs little where every step could be read, and none does what it says: scripts
    /// count more than descriptions, and those more than names.
    fn say_word(&mut self, role: Role, weight: f32, span: Span, message: impl Into<String>) {
        const IN_VAIN: f32 = 0.4;
        const SEEN: [Role; 11] = [
            Role::Build,
            Role::SignContent,
            Role::Publish,
            Role::SignMetadata,
            Role::Attach,
            Role::Sbom,
            Role::Deploy,
            Role::Notify,
            Role::Delegate,
            Role::Provision,
            Role::Cleanup,
        ];
        let could_be_seen =
            !self.effects.runs_unseen() && !self.effects.runs_project && SEEN.contains(&role);
        // What is created may be what is deployed or started, and a push may clear up.
        let kin = |known: Role| match role {
            Role::Deploy => matches!(known, Role::Deploy | Role::Provision),
            Role::Delegate => matches!(known, Role::Delegate | Role::Provision),
            Role::Cleanup => matches!(known, Role::Cleanup | Role::Deploy),
            role => known == role,
        };
        let told = self.signals.iter().any(|signal| kin(signal.role));
        let share = if could_be_seen && !told { IN_VAIN } else { 1.0 };
        self.say(role, weight * share, span, message);
    }

    /// What a word means here: values that are extracted from data are collected.
    fn meant(&self, role: Role) -> Role {
        use EffectKind as Kind;
        let fetches = [Kind::Pull, Kind::Unpack, Kind::Copy];
        let fetches = self.effects.has_any(&fetches);
        let looks = [Kind::Inspect, Kind::Scan, Kind::Pull, Kind::Unpack];
        let looks = self.effects.has_any(&looks);
        match role {
            Role::Extract if !self.effects.runs_unseen() && !fetches => Role::Collect,
            Role::Validate if looks && self.is_given_content() => Role::ScanTest,
            Role::Publish if self.rolls_out() => Role::Deploy,
            Role::PrepareSource if self.effects.has(Kind::ProposeChange) => Role::Deploy,
            Role::Collect | Role::Metadata if self.only_computes() => Role::Init,
            role => role,
        }
    }

    /// What is created in a cluster by whom words call a deployment is deployed, and by whom they
    /// call the start of something is a run.
    fn rollout(&mut self, first: usize) {
        let Some(effect) = self.effects.of(EffectKind::Provision).next() else {
            return;
        };
        let kinds = [
            (Role::Deploy, 0.5, "What it creates is called a deployment."),
            (
                Role::Delegate,
                0.6,
                "By its name, what it creates is a run.",
            ),
        ];
        for (role, weight, message) in kinds {
            let mut words = self.signals.iter().skip(first);
            if words.any(|signal| signal.role == role) {
                self.say(role, weight * effect.confidence, effect.span, message);
            }
        }
    }

    /// Is all that it pushes a change of what a cluster shall run?
    pub(super) fn rolls_out(&self) -> bool {
        use EffectKind as Kind;
        let has = |kind| self.effects.has(kind);
        let hands_out = [Kind::Push, Kind::Copy, Kind::Publish];
        has(Kind::ChangeRepository)
            && (has(Kind::ProposeChange) || has(Kind::Deploy))
            && !self.effects.has_any(&hands_out)
    }

    /// Who is called after clearing up and deletes makes nothing that is to stay.
    fn clears_up(&mut self, first: usize) {
        let mut words = self.signals.iter().skip(first);
        let called = words.any(|signal| signal.role == Role::Cleanup);
        if called && self.effects.has(EffectKind::Delete) {
            let makes = self.signals.iter_mut();
            let makes = makes.filter(|signal| signal.role == Role::Provision);
            makes.for_each(|signal| signal.weight /= 2.0);
        }
    }
}
