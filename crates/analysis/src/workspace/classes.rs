//! What the documents of a file are.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::Document;

use super::{Workspace, in_file};
use crate::check::Asked;
use crate::classify::{self, Classification, PipelineClass};
use crate::facts::Use;
use crate::model::{Kind, Model, TaskRef};
use crate::roles;
use crate::roles::Role;

/// What a document is, and why, in places of the file.
#[derive(Clone, PartialEq, Debug)]
pub struct DocumentClass {
    /// The document, in bytes of the file.
    pub range: Range<usize>,
    /// The value of `kind`.
    pub api_kind: String,
    /// `metadata.name`, or `metadata.generateName`.
    pub name: Option<String>,
    /// What the pipeline is for; `None` for tasks and when it cannot be said.
    pub class: Option<PipelineClass>,
    /// What the task does, the primary role first.
    pub roles: Vec<Role>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// Why, strongest first.
    pub evidence: Vec<Evidence>,
}

/// A reason for a classification.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// A sentence.
    pub message: String,
    /// What it rests on, in bytes of the file.
    pub range: Range<usize>,
}

impl Workspace {
    /// What the Tekton documents of a file are.
    pub fn classify(&self, path: &str) -> Vec<DocumentClass> {
        let Some(file) = self.file(path) else {
            return Vec::new();
        };
        let tree = file.tree();
        let documents = tree.documents();
        documents
            .filter_map(|document| self.document_class(path, &document))
            .collect()
    }

    /// What a document is: what itself says, else the configuration, else what it looks like, else
    /// what the pipeline is that it runs. In that last case the second value is the question for
    /// that pipeline, and its answer.
    pub(crate) fn classification(
        &self,
        path: &str,
        document: &Document<'_>,
    ) -> (Arc<Classification>, Option<Asked>) {
        let found = classify::of(path, document);
        let model = Model::of(document);
        if let Some((folder, config)) = self.config(path) {
            let relative = path.strip_prefix(&**folder).unwrap_or(path);
            let said = config.class(relative.trim_start_matches('/'));
            let configured = said.and_then(|class| classify::configured(&model, class));
            if let Some(configured) = configured {
                return (Arc::new(configured), None);
            }
        }
        let run = model
            .run
            .as_ref()
            .filter(|_| model.kind == Kind::PipelineRun);
        let target = run.and_then(|run| run.target.as_ref());
        match target.filter(|_| found.class.is_none() && found.confidence == 0.0) {
            Some(target) => self.inherited(path, &model, target, found),
            None => (found, None),
        }
    }

    fn inherited(
        &self,
        path: &str,
        model: &Model,
        target: &TaskRef,
        found: Arc<Classification>,
    ) -> (Arc<Classification>, Option<Asked>) {
        let question = Use::of(Kind::Pipeline, target);
        let answer = self.resolve(path, &question);
        let facts = answer.as_ref().map(|answer| &answer.facts);
        let inherited = facts.and_then(|facts| {
            let name = facts.name.as_deref().unwrap_or_default();
            classify::inherited(model, facts.class?, name)
        });
        let class = inherited.map_or(found, Arc::new);
        (class, Some(Asked::Definition(question, answer)))
    }

    fn document_class(&self, path: &str, document: &Document<'_>) -> Option<DocumentClass> {
        let model = Model::of(document);
        if !model.kind.is_tekton() {
            return None;
        }
        let name = model.name.as_ref().or(model.generate_name.as_ref());
        let evidence = |message: &str, span| Evidence {
            message: message.to_owned(),
            range: in_file(document, span),
        };
        let (class, roles, confidence, evidence) = if model.main_task().is_some() {
            let roles = roles::of_document(document);
            let roles = roles.first().cloned().unwrap_or_default();
            let signals = roles.signals.iter();
            let reasons = signals.map(|signal| evidence(&signal.message, signal.span));
            (
                None,
                roles.roles.clone(),
                roles.confidence,
                reasons.collect(),
            )
        } else {
            let (found, _) = self.classification(path, document);
            let signals = found.signals.iter();
            let reasons = signals.map(|signal| evidence(&signal.message, signal.span));
            (found.class, Vec::new(), found.confidence, reasons.collect())
        };
        Some(DocumentClass {
            range: document.start()..document.start() + document.len(),
            api_kind: model
                .api_kind
                .as_ref()
                .map(|kind| kind.value.to_string())
                .unwrap_or_default(),
            name: name.map(|name| name.value.to_string()),
            class,
            roles,
            confidence,
            evidence,
        })
    }
}
