//! What a task does to artifacts, read from its steps.
//!
//! An effect is one thing that a step does which somebody outside of it can notice: it pulls,
//! builds, signs, pushes, tells. Effects are read from the programs that scripts run
//! ([`crate::shell`]) by a table of what each program does ([`knowledge`]), and from the subjects
//! that they act on: `gzip` of a parameter converts no artifact, a copy to the same repository is a
//! tag. Each effect has its place as evidence and a confidence.
//!
//! Effects are kept with the document; typing in one script reads that script again, not the
//! others ([`step`]).

mod http;
pub(crate) mod knowledge;
mod operands;
mod program;
mod script;
pub(crate) mod scripts;
mod started;
mod step;

use std::sync::Arc;

use konflux_syntax::{Document, Span};
use serde::Deserialize;

pub use started::Started;

use crate::model::{Model, Task};

/// What kind of effect.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EffectKind {
    /// Fetches a tree from version control.
    FetchSource,
    /// Fetches or makes files that a later build consumes.
    PrepareSource,
    /// Fetches payload of an artifact from a registry.
    Pull,
    /// Takes the payload of an artifact out of its packing.
    Unpack,
    /// Makes an artifact that did not exist.
    Build,
    /// Makes other bytes under the name of an artifact that exists.
    Modify,
    /// Packs the payload of an artifact in another way.
    Convert,
    /// Adds something that is found through an artifact's digest.
    Attach,
    /// The same by a tag that names the digest, not through the referrers API.
    AttachByTag,
    /// Writes files to a registry.
    Push,
    /// Copies an artifact unchanged to another repository.
    Copy,
    /// Gives an artifact another name in its repository.
    Tag,
    /// Signs, and stores the signature outside of the bytes.
    SignDetached,
    /// Signs inside of the bytes.
    SignInPlace,
    /// Stores an attestation.
    Attest,
    /// Judges the content of a source or artifact.
    Scan,
    /// Judges against a policy.
    EvaluatePolicy,
    /// Judges the run's own configuration.
    Validate,
    /// Reads what a registry tells of an artifact.
    Inspect,
    /// Asks a service.
    Query,
    /// Asks the cluster.
    ReadCluster,
    /// Writes a durable record about an artifact or a release.
    Record,
    /// Hands payload to a store, a network of caches, or customers.
    Publish,
    /// Makes or stores a bill of materials.
    Sbom,
    /// Changes files in a repository of version control.
    ChangeRepository,
    /// Proposes a change to a repository of version control.
    ProposeChange,
    /// Makes a cluster run another version.
    Deploy,
    /// Tells people.
    Notify,
    /// Shows or stores how a run or a test went.
    Report,
    /// Starts another pipeline.
    Delegate,
    /// Waits for another run.
    Wait,
    /// Makes infrastructure or puts something on it.
    Provision,
    /// Takes away what a run left behind.
    Delete,
    /// Rewrites data of the pipeline.
    Compute,
    /// Runs what a param says.
    RunParam,
    /// Carries files from task to task.
    Transport,
}

impl EffectKind {
    /// The words for all kinds, as configuration and the built-in table spell them.
    pub(crate) const NAMES: [&str; 36] = [
        "fetch-source",
        "prepare-source",
        "pull",
        "unpack",
        "build",
        "modify",
        "convert",
        "attach",
        "attach-by-tag",
        "push",
        "copy",
        "tag",
        "sign-detached",
        "sign-in-place",
        "attest",
        "scan",
        "evaluate-policy",
        "validate",
        "inspect",
        "query",
        "read-cluster",
        "record",
        "publish",
        "sbom",
        "change-repository",
        "propose-change",
        "deploy",
        "notify",
        "report",
        "delegate",
        "wait",
        "provision",
        "delete",
        "compute",
        "run-param",
        "transport",
    ];
}

/// One thing that a step does.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// What kind.
    pub kind: EffectKind,
    /// What happens, as the rest of a sentence: "`cosign copy` copies an image".
    pub message: String,
    /// What it acts on, expansions expanded where they have one value.
    pub subject: Option<String>,
    /// The command.
    pub span: Span,
    /// Index into [`Task::steps`].
    pub step: u32,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
}

/// The effects of a task, in the order of its steps.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct TaskEffects {
    pub(crate) effects: Vec<Effect>,
    /// The pipelines that it starts, with the place that names each.
    pub(crate) delegates: Vec<(Started, Span)>,
    /// The steps that could not be read: an image or a step action that nothing is known of.
    pub(crate) opaque_steps: u32,
    /// How many commands were run of which nothing is known.
    pub(crate) opaque_commands: u32,
    /// Does a script end with a failure because of what it found?
    pub(crate) can_fail: bool,
    /// Does it write data that other tasks read?
    pub(crate) writes_data: bool,
    /// Does it wait in a loop until something is as it should be?
    pub(crate) polls: bool,
    /// Does it read files that it did not get through a program of its own?
    pub(crate) reads_files: bool,
    /// Does it run what the project's own sources say, such as a build?
    pub(crate) runs_project: bool,
    /// Does it change files in their place that were there before?
    pub(crate) edits_files: bool,
    /// Does it print words of its own, and run nothing else that acts?
    pub(crate) only_prints: bool,
    /// The words that scripts use, for weak hints.
    pub(crate) vocabulary: Vec<&'static str>,
}

impl TaskEffects {
    /// The effects of a kind.
    pub(crate) fn of(&self, kind: EffectKind) -> impl Iterator<Item = &Effect> {
        self.effects
            .iter()
            .filter(move |effect| effect.kind == kind)
    }

    /// Does it publish what tells how an artifact was made, or copy an artifact together with it?
    pub(crate) fn keeps_provenance(&self) -> bool {
        let makes = [
            EffectKind::Attest,
            EffectKind::Attach,
            EffectKind::AttachByTag,
            EffectKind::Sbom,
        ];
        let copies = self.of(EffectKind::Copy);
        self.has_any(&makes)
            || copies.into_iter().any(|copy| {
                let tool = ["`cosign ", "`oras "];
                tool.iter().any(|tool| copy.message.starts_with(tool))
            })
    }

    pub(crate) fn has(&self, kind: EffectKind) -> bool {
        self.of(kind).next().is_some()
    }

    pub(crate) fn has_any(&self, kinds: &[EffectKind]) -> bool {
        kinds.iter().any(|kind| self.has(*kind))
    }

    /// Does something run of which nothing is known?
    pub(crate) fn runs_unseen(&self) -> bool {
        self.opaque_steps + self.opaque_commands > 0
    }
}

/// The effects of every task of a document, in the order of [`Model::tasks`]; computed once.
pub(crate) fn of_document(document: &Document<'_>) -> Arc<Vec<TaskEffects>> {
    document.memo(|| {
        let model = Model::of(document);
        let tasks = model.tasks.iter();
        tasks
            .map(|task| of_task(document, task))
            .collect::<Vec<_>>()
    })
}

fn of_task(document: &Document<'_>, task: &Task) -> TaskEffects {
    let mut reader = step::Reader::new(document, task);
    for at in 0..task.steps.len() {
        reader.step(at);
    }
    reader.finish()
}

#[cfg(test)]
mod tests;
