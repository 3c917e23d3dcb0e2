//! What a task declares: a result is a promise, and scripts may tell that it is not kept.

use super::Role;
use super::witness::Witness;
use crate::effects::{Effect, EffectKind};
use crate::model::Text;

impl Witness<'_> {
    /// What the task declares.
    pub(super) fn interface(&mut self) {
        let at = |text: Option<&Text>| text.map(|text| (text.span, text.value.clone()));
        if let Some((span, name)) = at(self.told_verdict()) {
            let message = format!("Its result `{name}` tells how a test went.");
            let weight = if self.effects.can_fail { 0.65 } else { 0.45 };
            self.say(Role::ScanTest, weight, span, message);
        }
        if let Some((span, name)) = at(self.built()) {
            let role = match self.writes_back() {
                true => Role::Modify,
                false => Role::Build,
            };
            let message = format!("Its result `{name}` names the digest of what it made.");
            self.say(role, 0.95, span, message);
        } else if let Some((span, name)) = at(self.judged()) {
            let message = format!("Its result `{name}` is the verdict of a test.");
            if self.is_given_nothing() && !self.tells_by_the_way() {
                let message = format!("{message} It is given nothing to judge but the run itself.");
                self.say(Role::Validate, 0.6, span, message);
            } else {
                let weight = match self.only_tells_outcome() || self.tells_by_the_way() {
                    true => 0.5,
                    false => 0.9,
                };
                self.say(Role::ScanTest, weight, span, message);
            }
        } else if let Some((span, name)) = at(self.made_digest()) {
            let message = format!("Its result `{name}` may name the digest of what it made.");
            self.say(Role::Build, 0.4, span, message);
        }
        let commit = at(self.result(|name| matches!(name, "CHAINS-GIT_COMMIT" | "commit")));
        let fetches = self.effects.has(EffectKind::FetchSource);
        // Whoever pushes back names the commit it made.
        let pushes = self.pushed();
        if let Some((span, name)) = commit.filter(|_| pushes.is_none()) {
            let message = format!("Its result `{name}` names the commit it fetched.");
            let names_both = self.result(|name| name == "url").is_some();
            let weight = match &*name {
                _ if fetches => 0.9,
                "commit" if !names_both => 0.4,
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

    fn result(&self, fits: impl Fn(&str) -> bool) -> Option<&Text> {
        let mut names = self.task.results.iter().map(|result| &result.name);
        names.find(|name| fits(name.as_str()))
    }

    /// The result that names the digest of an image which the task made. Where all of it can be read,
    /// and nothing makes or stores anything, the digest is one of an image that was there.
    pub(super) fn built(&self) -> Option<&Text> {
        if !self.could_make() {
            return None;
        }
        let digest = self.result(|name| name.ends_with("IMAGE_DIGEST"))?;
        self.result(|name| name.ends_with("IMAGE_URL") || name.ends_with("IMAGE_REF"))?;
        Some(digest)
    }

    /// The result that may name such a digest, in other words than those that are agreed on.
    fn made_digest(&self) -> Option<&Text> {
        let names = |name: &str| {
            let name = name.to_lowercase().replace('-', "_");
            name.ends_with("image_digest")
        };
        self.result(names).filter(|_| self.could_make())
    }

    /// May something in it make or store an artifact?
    fn could_make(&self) -> bool {
        use EffectKind as Kind;
        let makes = [
            Kind::Build,
            Kind::Modify,
            Kind::Convert,
            Kind::SignInPlace,
            Kind::Push,
            Kind::Copy,
            Kind::Publish,
            Kind::Tag,
            Kind::Attach,
            Kind::AttachByTag,
            Kind::Provision,
            Kind::Deploy,
            Kind::Delegate,
            Kind::RunParam,
            Kind::PrepareSource,
        ];
        self.effects.runs_unseen() || self.effects.runs_project || self.effects.has_any(&makes)
    }

    /// Does it write an artifact under the name by which it fetched one?
    fn writes_back(&self) -> bool {
        let name = |effect: &'_ Effect| {
            let subject = effect.subject.as_deref()?;
            Some(subject.rsplit("://").next().unwrap_or(subject).to_owned())
        };
        let mut pulled = self.effects.of(EffectKind::Pull).filter_map(name);
        let pushed: Vec<String> = self.effects.of(EffectKind::Push).filter_map(name).collect();
        !self.effects.has(EffectKind::Build) && pulled.any(|name| pushed.contains(&name))
    }

    /// The result that holds files for a build. Who carries none there tells of another's.
    pub(super) fn material(&self) -> Option<&Text> {
        use EffectKind as Kind;
        let carries = [
            Kind::Transport,
            Kind::PrepareSource,
            Kind::FetchSource,
            Kind::Push,
        ];
        let carries = self.effects.runs_unseen() || self.effects.has_any(&carries);
        self.result(is_material).filter(|_| carries)
    }

    /// The result that holds a verdict.
    pub(super) fn judged(&self) -> Option<&Text> {
        const VERDICTS: [&str; 4] = [
            "TEST_OUTPUT",
            "SCAN_OUTPUT",
            "IMAGES_PROCESSED",
            "HACBS_TEST_OUTPUT",
        ];
        self.result(|name| VERDICTS.contains(&name))
    }

    /// The result that is called after a test, in other words than those that are agreed on.
    pub(super) fn told_verdict(&self) -> Option<&Text> {
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
            && !self.effects.has_any(&judges)
            && self.result(|name| name == "SCAN_OUTPUT").is_none()
    }

    /// Is a verdict one of many results of a task that only rewrites data?
    pub(super) fn tells_by_the_way(&self) -> bool {
        const MANY: usize = 4;
        let mut kinds = self.effects.effects.iter().map(|effect| effect.kind);
        let computes = kinds.all(|kind| kind == EffectKind::Compute);
        self.task.results.len() > MANY
            && !self.effects.runs_unseen()
            && computes
            && !self.effects.can_fail
    }

    /// Does a param tell of a source or an artifact?
    pub(super) fn has_param_about_content(&self) -> bool {
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
        !given && !looks && self.task.workspaces.is_empty() && !self.effects.runs_unseen()
    }

    /// Is it given sources or artifacts, whose content it may look at?
    pub(super) fn is_given_content(&self) -> bool {
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
}

/// Does a result hold a trusted artifact that a build is given?
fn is_material(result: &str) -> bool {
    const MATERIAL: [&str; 6] = [
        "source",
        "cachi2",
        "script",
        "prefetch",
        "dependencies",
        "sdist",
    ];
    let lower = result.to_lowercase();
    let name = lower
        .strip_suffix("_artifact")
        .or_else(|| lower.strip_suffix("-artifact"));
    name.is_some_and(|name| MATERIAL.iter().any(|word| name.contains(word)))
}
