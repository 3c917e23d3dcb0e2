//! The one traversal: syntax nodes in, [`Model`] out.
//!
//! Every mapping is read once, in source order, by a `match` on its keys. What no arm knows is
//! still searched for references. Scripts, which are most of the bytes, are never decoded: the
//! places of `$(` are found once in the source of the document, and a scalar without one costs
//! nothing.

mod lists;
mod pipeline;
mod read;
mod scan;
mod task;

use konflux_syntax::{Document, Node, NodeKind, Span};
use memchr::memmem;

use super::*;
use read::Aliases;

pub(super) fn build(document: &Document<'_>) -> Model {
    document.lay_out();
    let source = document.text(Span {
        start: 0,
        end: document.len() as u32,
    });
    let mut builder = Builder {
        source: &source,
        merges: memmem::find(source.as_bytes(), b"<<").is_some(),
        aliases: Aliases::new(document),
        dollars: Vec::new(),
        nesting: 0,
        site: Site::default(),
        model: Model::default(),
    };
    if let Some(root) = document.root() {
        builder.document(&root);
    }
    let mut model = builder.model;
    // What is reached through an alias too counts once, where it was met first.
    let references = &mut model.references;
    references.sort_by_key(|reference| reference.span.start);
    references.dedup_by_key(|reference| reference.span);
    model
}

/// What the traversal carries along.
struct Builder<'s, 't> {
    /// The text of the document: cheaper to read than the nodes' own.
    source: &'s str,
    /// Are there merge keys (`<<`), perhaps?
    merges: bool,
    aliases: Aliases<'t>,
    /// The places of `$(`, ascending.
    dollars: Vec<u32>,
    /// How many pipelines are around.
    nesting: u32,
    /// Where the traversal is.
    site: Site,
    model: Model,
}

impl<'t> Builder<'_, 't> {
    fn document(&mut self, root: &Node<'t>) {
        let mut specs = Vec::new();
        for pair in self.fields(root) {
            match &*self.word(&pair.key) {
                "apiVersion" => self.model.api_version = self.text(&pair.value),
                "kind" => self.model.api_kind = self.text(&pair.value),
                "metadata" => self.metadata(&pair.value),
                "task_bundle" => self.model.task_bundle = self.text(&pair.value),
                "spec" => specs.push(pair.value),
                _ => {}
            }
        }
        self.model.kind = match root.kind() {
            NodeKind::Sequence if self.is_patch(root) => Kind::Patch,
            NodeKind::Mapping if self.is_stub() => Kind::ExternalTask,
            _ => kind_of(
                self.model.api_version.as_ref(),
                self.model.api_kind.as_ref(),
            ),
        };
        if !self.model.kind.is_tekton() {
            return;
        }
        self.find_dollars();
        for spec in &specs {
            self.spec(spec);
        }
    }

    /// A list of operations: the first one tells.
    fn is_patch(&mut self, root: &Node<'t>) -> bool {
        root.items().next().is_some_and(|first| {
            self.field(&first, "op").is_some() && self.field(&first, "path").is_some()
        })
    }

    fn is_stub(&self) -> bool {
        self.model.task_bundle.is_some() && self.model.api_kind.is_none()
    }

    fn find_dollars(&mut self) {
        self.dollars = memmem::find_iter(self.source.as_bytes(), b"$(")
            .map(|at| at as u32)
            .collect();
    }

    fn metadata(&mut self, node: &Node<'t>) {
        for pair in self.fields(node) {
            match &*self.word(&pair.key) {
                "name" => self.model.name = self.text(&pair.value),
                "generateName" => self.model.generate_name = self.text(&pair.value),
                "labels" => self.model.labels = self.entries(&pair.value),
                "annotations" => self.model.annotations = self.entries(&pair.value),
                _ => {}
            }
        }
    }

    fn entries(&mut self, node: &Node<'t>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for pair in self.fields(node) {
            let (key, value) = (self.text(&pair.key), self.scalar(&pair.value));
            if let (Some(key), Some(value)) = (key, value) {
                entries.push(Entry { key, value });
            }
        }
        entries
    }

    fn spec(&mut self, spec: &Node<'t>) {
        match self.model.kind {
            Kind::Task => {
                self.task(spec, Owner::Document, false);
            }
            Kind::StepAction => {
                self.task(spec, Owner::Document, true);
            }
            Kind::Pipeline => {
                self.pipeline(spec, Owner::Document);
            }
            Kind::PipelineRun | Kind::TaskRun => self.run(spec),
            Kind::OtherTekton
            | Kind::ExternalTask
            | Kind::Kustomization
            | Kind::Patch
            | Kind::Other => {}
        }
    }

    fn run(&mut self, spec: &Node<'t>) {
        let mut run = Run {
            span: Some(spec.span()),
            ..Run::default()
        };
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*self.word(&pair.key) {
                "params" => run.params = self.arguments(value),
                "workspaces" => run.workspaces = self.bindings(value),
                "pipelineRef" | "taskRef" => run.target = self.task_ref(value),
                "pipelineSpec" => {
                    run.embedded = true;
                    self.pipeline(value, Owner::Run);
                }
                "taskSpec" => {
                    run.embedded = true;
                    self.task(value, Owner::Run, false);
                }
                _ => self.scan(value, Part::Other),
            }
        }
        self.model.run = Some(run);
    }
}

fn kind_of(api_version: Option<&Text>, kind: Option<&Text>) -> Kind {
    let group = api_version
        .and_then(|version| version.value.split_once('/'))
        .map_or("", |(group, _)| group);
    let kind = kind.map_or("", Text::as_str);
    match (group, kind) {
        ("tekton.dev", "Task" | "ClusterTask") => Kind::Task,
        ("tekton.dev", "StepAction") => Kind::StepAction,
        ("tekton.dev", "Pipeline") => Kind::Pipeline,
        ("tekton.dev", "PipelineRun") => Kind::PipelineRun,
        ("tekton.dev", "TaskRun") => Kind::TaskRun,
        ("tekton.dev", _) => Kind::OtherTekton,
        ("kustomize.config.k8s.io", _) => Kind::Kustomization,
        _ => Kind::Other,
    }
}
