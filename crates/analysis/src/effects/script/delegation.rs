//! Which pipelines a script starts: by an option, by an operand, or as an object of the cluster.

use std::ops::Range;

use konflux_syntax::{Node, NodeKind, Tree};

use super::{Reader, Said};
use crate::effects::knowledge::Deed;
use crate::effects::operands::Operands;
use crate::effects::{EffectKind, operands};
use crate::shell::{Command, Part, Redirect, Word};

/// Options that name the pipeline.
const PIPELINE: [&str; 4] = ["--pipeline", "--pipeline-name", "--request", "-r"];

/// How many commands away one of the same pipeline may stand.
const NEAR: usize = 32;

/// Bytes of a written text that are looked at: objects are short.
const LENGTH: usize = 16 * 1024;

/// Documents of a written text that are looked at.
const DOCUMENTS: usize = 8;

/// What is known of a text that a script writes, if that is an object of the cluster.
#[derive(Default)]
pub(super) struct Objects {
    /// The text in small letters, without whom the objects belong to.
    about: String,
    /// The pipelines that runs and requests in it start.
    starts: Vec<(String, Range<usize>)>,
}

impl Objects {
    /// Adds what is written behind it.
    pub(super) fn append(&mut self, more: Objects) {
        if self.about.len() < LENGTH {
            self.about.push_str(&more.about);
            self.starts.extend(more.starts);
        }
    }
}

/// How much less is known of objects that come from a file.
const UNSEEN_OBJECTS: f32 = 0.95;

impl Reader<'_> {
    /// An option or an operand names the pipeline.
    pub(super) fn delegate(
        &mut self,
        command: &Command,
        first: usize,
        called: &str,
        deed: &Deed,
        operands: &Operands,
    ) {
        let name = match deed.subject {
            Some(at) => operands.after(deed, at),
            None => operands.option(&PIPELINE),
        };
        let effect = Said {
            kind: EffectKind::Delegate,
            subject: name.clone(),
            confidence: deed.confidence,
        };
        self.push(command, format!("{called} {}", deed.says), effect);
        if let Some(name) = name {
            self.starts(command, first, name);
        }
    }

    /// Does a tool of the image take the name of a pipeline together with what only a request for a
    /// run needs?
    pub(super) fn starts_pipeline(&self, command: &Command, first: usize) -> bool {
        const RUN: [&str; 5] = [
            "--service-account",
            "--request-timeout",
            "--pipeline-timeout",
            "--pipelinerun-uid",
            "--request-type",
        ];
        let words = command.words.iter().skip(first + 1);
        let has = |option: &str| {
            let mut words = words.clone();
            words.any(|word| {
                let rest = word.prefix().strip_prefix(option);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        (has("--pipeline") || has("--pipeline-name")) && RUN.iter().any(|option| has(option))
    }

    /// A tool of the image that starts a pipeline.
    pub(super) fn request(&mut self, command: &Command, first: usize, name: &str) {
        let arguments = command.words.iter().skip(first + 1);
        let arguments = arguments.map(|word| self.expand(word)).collect();
        let pipeline = Operands::new(arguments, &[]).option(&PIPELINE);
        let effect = Said {
            kind: EffectKind::Delegate,
            subject: pipeline.clone(),
            confidence: 0.9,
        };
        self.push(command, format!("`{name}` starts another pipeline"), effect);
        if let Some(pipeline) = pipeline {
            self.starts(command, first, pipeline);
        }
    }

    fn starts(&mut self, command: &Command, first: usize, name: String) {
        let mut words = command.words.iter().skip(first);
        let word = words.rfind(|word| self.expand(word).ends_with(&name));
        let place = word.map_or(command.span.clone(), |word| word.span.clone());
        let names = self.names(name, word);
        let names = names.into_iter().map(|name| (name, place.clone()));
        self.found.delegates.extend(names);
    }

    /// The pipelines that a word may name: each of several may be meant.
    fn names(&self, name: String, word: Option<&Word>) -> Vec<String> {
        let mut names = Vec::new();
        if !name.contains("${") && !name.contains("$(…)") {
            names.push(name);
        } else if let Some(variable) = word.and_then(Word::variable) {
            self.values(variable, &mut names, 0);
        }
        names
    }

    /// Objects are created in the cluster: what that means is told by what they are.
    pub(super) fn apply(
        &mut self,
        command: &Command,
        called: &str,
        deed: &Deed,
        operands: &Operands,
    ) {
        let mut text = operands.words.join(" ").to_lowercase();
        let mut starts = Vec::new();
        let named = |word: &str| word.rsplit('=').next().map(str::to_owned);
        for word in &operands.words {
            let written = named(word).and_then(|path| self.facts.texts.get(&path));
            let Some(written) = written else { continue };
            text.push_str(&written.about);
            // It may have been written by another script.
            let names = written.starts.iter().map(|(name, _)| name.clone());
            starts.extend(names.map(|name| (name, command.span.clone())));
        }
        // `cat <<END | kubectl apply -f -`
        let end = (self.at + NEAR).min(self.script.commands.len());
        let around = self.at.saturating_sub(NEAR)..end;
        let piped = self.script.commands.get(around).unwrap_or_default().iter();
        let piped = piped.filter(|other| other.pipeline == command.pipeline);
        let mut renders = false;
        for other in piped {
            renders |= matches!(other.program(), "helm" | "kustomize");
            for redirect in &other.redirects {
                let objects = match redirect {
                    Redirect::Heredoc(body, at) => self.objects(body, *at),
                    Redirect::HereString(word) => self.objects(&self.text(word), word.span.start),
                    _ => continue,
                };
                text.push_str(&objects.about);
                starts.extend(objects.starts);
            }
            // `jq -n '{…}' | kubectl apply -f -`
            if other.span != command.span {
                for word in other.words.iter().skip(1) {
                    let objects = self.objects(&self.text(word), word.span.start);
                    text.push_str(&objects.about);
                    starts.extend(objects.starts);
                }
            }
        }
        let (kind, says) = match operands::apply(&text, deed) {
            // `helm template chart | kubectl apply -f -`: a version of something that runs.
            (EffectKind::Provision, _) if renders => (EffectKind::Deploy, "has a version deployed"),
            known => known,
        };
        // What is in a file that nobody wrote here may be anything.
        let from_file = ["-f", "-k", "--filename", "--kustomize"];
        let from_file = from_file.into_iter().any(|option| operands.has(option));
        let unseen = from_file && !text.contains("kind");
        let share = if unseen { UNSEEN_OBJECTS } else { 1.0 };
        let mut effect = Said::of(kind, deed.confidence * share);
        if kind == EffectKind::Delegate {
            effect.subject = starts.first().map(|(name, _)| name.clone());
            self.found.delegates.extend(starts);
        }
        self.push(command, format!("{called} {says}"), effect);
    }

    /// What a word holds: of a variable with one value, what it comes from.
    fn text(&self, word: &Word) -> String {
        let value = word.variable().and_then(|name| self.script.value(name));
        match value.map(|value| value.parts.as_slice()) {
            Some([Part::Substitution(text, _)]) => text.clone(),
            _ => self.expand(word).into_owned(),
        }
    }

    /// What a text says that begins at `at` in the script.
    pub(super) fn objects(&self, text: &str, at: usize) -> Objects {
        let text = &text[..text.floor_char_boundary(LENGTH)];
        let about = operands::without_owners(&text.to_lowercase());
        let mut starts = Vec::new();
        if about.contains("pipelinerun") || about.contains("internalrequest") {
            let tree = Tree::parse(text);
            for document in tree.documents().take(DOCUMENTS) {
                let Some(name) = document.root().and_then(|root| pipeline_of(&root)) else {
                    continue;
                };
                let place = name.span();
                let place =
                    place.start as usize + document.start()..place.end as usize + document.start();
                let word = Word::read(&name.text(), at + place.start);
                let verbatim = self.text.get(at..at + text.len()) == Some(text);
                let place = match verbatim {
                    true => at + place.start..at + place.end,
                    false => at..at,
                };
                let names = self.names(self.expand(&word).into_owned(), Some(&word));
                starts.extend(names.into_iter().map(|name| (name, place.clone())));
            }
        }
        Objects { about, starts }
    }
}

/// The value that names the pipeline of a run or a request: a name, or the path of a file.
fn pipeline_of<'t>(object: &Node<'t>) -> Option<Node<'t>> {
    let kind = object.get("kind")?;
    if !matches!(&*kind.text(), "PipelineRun" | "InternalRequest") {
        return None;
    }
    let spec = object.get("spec")?;
    let scalar = |node: Node<'t>| (node.kind() == NodeKind::Scalar).then_some(node);
    if let Some(request) = spec.get("request").and_then(scalar) {
        return Some(request);
    }
    let pipeline = spec.get("pipeline");
    if let Some(name) = pipeline.clone().and_then(scalar) {
        return Some(name);
    }
    let reference = pipeline.unwrap_or(spec).get("pipelineRef")?;
    if let Some(name) = reference.get("name") {
        return scalar(name);
    }
    let params = reference.get("params")?;
    ["pathInRepo", "name"].into_iter().find_map(|wanted| {
        let mut params = params.items();
        let param =
            params.find(|param| param.get("name").is_some_and(|name| name.text() == wanted));
        scalar(param?.get("value")?)
    })
}
