//! What a pipeline is for: build, release, integration test or the unit test of a task.

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use crate::model::Model;

/// What a pipeline is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PipelineClass {
    /// Builds a component from source.
    Build,
    /// Releases what was built.
    Release,
    /// Tests what was built.
    IntegrationTest,
    /// Tests one task of a catalog.
    TaskUnitTest,
}

impl PipelineClass {
    /// The word for it in output and annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            PipelineClass::Build => "build",
            PipelineClass::Release => "release",
            PipelineClass::IntegrationTest => "integration-test",
            PipelineClass::TaskUnitTest => "task-unit-test",
        }
    }
}

/// What a task does to artifacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Role {
    /// Mints an artifact.
    Build,
}

impl Role {
    /// The word for it in output and annotations.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Build => "build",
        }
    }
}

/// A reason for a classification, in places of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signal {
    /// A sentence.
    pub message: String,
    /// What it rests on.
    pub span: Span,
    /// For what it speaks.
    pub class: PipelineClass,
}

/// What a document is, and why.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Classification {
    /// What the pipeline is for; `None` when that cannot be said.
    pub class: Option<PipelineClass>,
    /// How sure that is, from 0 to 1.
    pub confidence: f32,
    /// The reasons, strongest first.
    pub signals: Vec<Signal>,
}

/// What a document is; computed once.
pub fn of(path: &str, document: &Document<'_>) -> Arc<Classification> {
    document.memo(|| classify(path, &Model::of(document)))
}

fn classify(_path: &str, _model: &Model) -> Classification {
    Classification::default()
}
