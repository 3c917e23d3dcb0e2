//! What speaks for the roles of one task: what it declares, what its steps do, how it is called.

use konflux_syntax::{Document, Span};

use super::{RoleSignal, signals_of, weights, words};
use crate::classify::Role;
use crate::effects::knowledge::Taught;
use crate::effects::{Effect, EffectKind, TaskEffects};
use crate::model::{Task, Text};

/// Collects signals about one task.
pub(super) struct Witness<'m> {
    task: &'m Task,
    effects: &'m TaskEffects,
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
        witness.carries();
        witness.nothing_else();
        witness.embargo();
        witness
    }

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
        self.rollout(first);
        self.clears_up(first);
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

    /// What is created in a cluster by whom words call a deployment is deployed.
    fn rollout(&mut self, first: usize) {
        let mut words = self.signals.iter().skip(first);
        let called = words.any(|signal| signal.role == Role::Deploy);
        if called && let Some(effect) = self.effects.of(EffectKind::Provision).next() {
            let (span, message) = (effect.span, "What it creates is called a deployment.");
            self.say(Role::Deploy, 0.5 * effect.confidence, span, message);
        }
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

    /// Is all that it pushes a change of what a cluster shall run?
    fn rolls_out(&self) -> bool {
        use EffectKind as Kind;
        let has = |kind| self.effects.has(kind);
        let hands_out = [Kind::Push, Kind::Copy, Kind::Publish];
        has(Kind::ChangeRepository)
            && (has(Kind::ProposeChange) || has(Kind::Deploy))
            && !hands_out.into_iter().any(has)
    }

    /// What a word means here: values that are extracted from data are collected.
    fn meant(&self, role: Role) -> Role {
        use EffectKind as Kind;
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands;
        let fetches = [Kind::Pull, Kind::Unpack, Kind::Copy];
        let fetches = fetches.into_iter().any(|kind| self.effects.has(kind));
        let looks = [Kind::Inspect, Kind::Scan, Kind::Pull, Kind::Unpack];
        let looks = looks.into_iter().any(|kind| self.effects.has(kind));
        match role {
            Role::Extract if unseen == 0 && !fetches => Role::Collect,
            Role::Validate if looks && self.is_given_content() => Role::ScanTest,
            Role::Publish if self.rolls_out() => Role::Deploy,
            Role::PrepareSource if self.effects.has(Kind::ProposeChange) => Role::Deploy,
            role => role,
        }
    }

    /// A word weighs little where every step could be read, and none does what it says: scripts
    /// count more than descriptions, and those more than names.
    fn say_word(&mut self, role: Role, weight: f32, span: Span, message: impl Into<String>) {
        const IN_VAIN: f32 = 0.4;
        const SEEN: [Role; 10] = [
            Role::Build,
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
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands;
        let could_be_seen = unseen == 0 && !self.effects.runs_project && SEEN.contains(&role);
        // What is created may be what is deployed.
        let kin = |known: Role| known == role || role == Role::Deploy && known == Role::Provision;
        let told = self.signals.iter().any(|signal| kin(signal.role));
        let share = if could_be_seen && !told { IN_VAIN } else { 1.0 };
        self.say(role, weight * share, span, message);
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
        let share = if told { 0.3 } else { 0.6 };
        for read in words::of_name(name.as_str()) {
            let message = format!("Its step is called `{}` (`{}`).", name.as_str(), read.word);
            self.say_word(
                self.meant(read.role),
                read.weight * share,
                name.span,
                message,
            );
        }
    }

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

    /// The result that names the digest of an image which the task made. Where all of it can be read,
    /// and nothing makes or stores anything, the digest is one of an image that was there.
    fn built(&self) -> Option<&Text> {
        use EffectKind as Kind;
        let does = |effect: &Effect| {
            !matches!(
                effect.kind,
                Kind::Inspect | Kind::Query | Kind::ReadCluster | Kind::Compute | Kind::Wait
            )
        };
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands > 0;
        let could = unseen || self.effects.runs_project || self.effects.effects.iter().any(does);
        if !could {
            return None;
        }
        let digest = self.result(|name| name.ends_with("IMAGE_DIGEST"))?;
        self.result(|name| name.ends_with("IMAGE_URL") || name.ends_with("IMAGE_REF"))?;
        Some(digest)
    }

    /// The result that holds files for a build. Who carries none there tells of another's.
    fn material(&self) -> Option<&Text> {
        use EffectKind as Kind;
        let carries = [
            Kind::Transport,
            Kind::PrepareSource,
            Kind::FetchSource,
            Kind::Push,
        ];
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands > 0;
        let carries = unseen || carries.into_iter().any(|kind| self.effects.has(kind));
        self.result(is_material).filter(|_| carries)
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

    /// Does a param tell of a source or an artifact?
    fn has_param_about_content(&self) -> bool {
        const CONTENT: &str = "image source artifact snapshot url path dir repo bundle component \
                               digest revision sbom file";
        self.task.params.iter().any(|param| {
            let name = param.name.as_str().to_lowercase();
            CONTENT.split_whitespace().any(|word| name.contains(word))
        })
    }

    /// Is there no source and no artifact that it could judge?
    fn is_given_nothing(&self) -> bool {
        let given = self.has_param_about_content();
        let looks =
            self.effects.effects.iter().any(|effect| {
                !matches!(effect.kind, EffectKind::Compute | EffectKind::ReadCluster)
            });
        let looks = looks || self.effects.reads_files;
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands;
        !given && !looks && self.task.workspaces.is_empty() && unseen == 0
    }

    /// Is it given sources or artifacts, whose content it may look at?
    fn is_given_content(&self) -> bool {
        const CONTENT: [&str; 6] = [
            "image_url",
            "image_digest",
            "source_artifact",
            "bundle",
            "rpm",
            "fbc",
        ];
        let mut params = self.task.params.iter();
        let given = params.any(|param| {
            let name = param.name.as_str().to_lowercase().replace('-', "_");
            CONTENT.iter().any(|word| name.contains(word)) || name.ends_with("_artifact")
        });
        let mut validates = self.effects.of(EffectKind::Validate);
        if validates.any(|effect| effect.confidence > 0.5) {
            return false;
        }
        let mut workspaces = self.task.workspaces.iter();
        given || workspaces.any(|workspace| workspace.name.as_str().contains("source"))
    }

    /// Is a verdict one of many results of a task that only rewrites data?
    fn tells_by_the_way(&self) -> bool {
        const MANY: usize = 4;
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands;
        let mut kinds = self.effects.effects.iter().map(|effect| effect.kind);
        let computes = kinds.all(|kind| kind == EffectKind::Compute);
        self.task.results.len() > MANY && unseen == 0 && computes && !self.effects.can_fail
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
            if self.is_given_nothing() {
                let message = format!("{message} It is given nothing to judge but the run itself.");
                self.say(Role::Validate, 0.6, span, message);
            } else {
                let weight = match self.only_tells_outcome() || self.tells_by_the_way() {
                    true => 0.5,
                    false => 0.9,
                };
                self.say(Role::ScanTest, weight, span, message);
            }
        }
        let commit = at(self.result(|name| matches!(name, "CHAINS-GIT_COMMIT" | "commit")));
        let fetches = self.effects.has(EffectKind::FetchSource);
        // Whoever pushes back names the commit it made.
        let pushes = self.effects.of(EffectKind::ChangeRepository);
        let pushes = pushes.into_iter().any(|effect| effect.confidence > 0.5);
        if let Some((span, name)) = commit.filter(|_| !pushes) {
            let message = format!("Its result `{name}` names the commit it fetched.");
            let weight = match &*name {
                _ if fetches => 0.9,
                "commit" => 0.4,
                _ => 0.6,
            };
            self.say(Role::Source, weight, span, message);
        }
        let artifact = at(self.material());
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
            // To check, as a program's name says, may be either; content is tested.
            let guess = effect.kind == EffectKind::Validate && effect.confidence <= 0.5;
            let tests = guess && self.is_given_content();
            let rolls_out = effect.kind == EffectKind::ChangeRepository && self.rolls_out();
            let signals = signals_of(effect).map(|signal| RoleSignal {
                weight: signal.weight * share,
                role: match signal.role {
                    Role::Validate if tests => Role::ScanTest,
                    Role::Publish if rolls_out => Role::Deploy,
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

    /// What was fetched and goes to a registry, with nothing built in between, is handed on.
    fn moves(&mut self) {
        use EffectKind as Kind;
        let has = |kind| self.effects.has(kind);
        let makes = [Kind::Build, Kind::Modify, Kind::SignInPlace, Kind::Convert];
        if self.built().is_some() || makes.into_iter().any(has) || !has(Kind::Pull) {
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
        if self.effects.edits_files && quiet && self.judged().is_none() {
            let message = "It changes files in their place, for those who come after.";
            self.say(Role::PrepareSource, 0.6, self.title, message);
        }
    }

    /// Whoever does nothing but carry files from task to task collects.
    fn carries(&mut self) {
        let mut kinds = self.effects.effects.iter().map(|effect| effect.kind);
        let carries = kinds.all(|kind| kind == EffectKind::Transport);
        let unseen = self.effects.opaque_steps + self.effects.opaque_commands;
        if carries && self.effects.has(EffectKind::Transport) && unseen == 0 {
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
            0.35
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
            let role = match self.effects.has(Kind::Inspect) || self.is_given_content() {
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
            if self.effects.prints && effects.is_empty() && self.effects.opaque_commands == 0 {
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
        for read in words::of_name(name.as_str()) {
            let message = format!("It is called `{}` (`{}`).", name.as_str(), read.word);
            // Who answers does not judge by failing, and who is given content judges that.
            if read.any_check && self.task.results.is_empty() && !self.is_given_content() {
                self.say(Role::Validate, 0.25, name.span, message.clone());
            }
            // What builds, or may build, is not called after that it reads.
            let weight = match self.effects.runs_project && read.role == Role::Collect {
                true => read.weight / 2.0,
                false => read.weight,
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

/// Does a result hold a trusted artifact that a build is given?
fn is_material(result: &str) -> bool {
    const MATERIAL: [&str; 5] = ["source", "cachi2", "script", "prefetch", "dependencies"];
    let lower = result.to_lowercase();
    let name = lower
        .strip_suffix("_artifact")
        .or_else(|| lower.strip_suffix("-artifact"));
    name.is_some_and(|name| MATERIAL.iter().any(|word| name.contains(word)))
}
