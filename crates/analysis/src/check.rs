//! What a rule gets to see.

use std::cell::RefCell;
use std::sync::Arc;

use konflux_syntax::Document;

use crate::catalog::Found;
use crate::classify::Classification;
use crate::facts::{Facts, Use};
use crate::finding::Target;
use crate::model::{Kind, Model, PipelineTask, PipelineTaskTarget, Step, TaskRef};

/// One document under examination.
///
/// Rules about one document use everything but [`Check::resolve`]; what they report is kept with
/// the document until it is edited. Rules that look across documents may call the `resolve`
/// functions: every question and its answer is recorded, and they run again only when an answer
/// changes.
pub struct Check<'a> {
    /// The file.
    pub path: &'a Arc<str>,
    /// The document.
    pub document: Document<'a>,
    /// Its model.
    pub model: &'a Model,
    /// What it is.
    pub class: &'a Classification,
    pub(crate) resolve: &'a dyn Fn(&Use) -> Option<Definition>,
    pub(crate) asked: &'a RefCell<Vec<(Use, Option<Definition>)>>,
}

/// A definition that a reference resolves to.
#[derive(Clone, Debug)]
pub struct Definition {
    /// How it is known.
    pub origin: Origin,
    /// What it exports.
    pub facts: Arc<Facts>,
}

/// How a definition is known.
#[derive(Clone, PartialEq, Debug)]
pub enum Origin {
    /// It is a document of the workspace.
    File(Target),
    /// A catalog index remembers it. What rests on that is never certain.
    Catalog(Arc<Found>),
}

impl Definition {
    /// What a catalog index remembers of it, when it is in no file.
    pub fn remembered(&self) -> Option<&Found> {
        match &self.origin {
            Origin::File(_) => None,
            Origin::Catalog(found) => Some(found),
        }
    }

    /// May its interface be compared with a call? Not when it may have changed in any way since it
    /// was seen.
    pub(crate) fn is_comparable(&self) -> bool {
        self.remembered().is_none_or(|found| found.versioned)
    }
}

impl PartialEq for Definition {
    fn eq(&self, other: &Definition) -> bool {
        self.origin == other.origin
            && (Arc::ptr_eq(&self.facts, &other.facts) || self.facts == other.facts)
    }
}

impl Check<'_> {
    /// The definition of a reference: in a file, where exactly one can be meant, else in a catalog
    /// index. `None` means *unknown*, never *missing*.
    pub fn resolve(&self, kind: Kind, reference: &TaskRef) -> Option<Definition> {
        let question = Use::of(kind, reference);
        let answer = (self.resolve)(&question);
        self.asked.borrow_mut().push((question, answer.clone()));
        answer
    }

    /// The definition of the task (or pipeline) that a pipeline task runs.
    pub fn resolve_task(&self, task: &PipelineTask) -> Option<Definition> {
        match &task.target {
            PipelineTaskTarget::Task(reference) => self.resolve(Kind::Task, reference),
            PipelineTaskTarget::Pipeline(reference) => self.resolve(Kind::Pipeline, reference),
            _ => None,
        }
    }

    /// The definition of the pipeline or task that a run refers to.
    pub fn resolve_run(&self) -> Option<Definition> {
        let target = self.model.run.as_ref()?.target.as_ref()?;
        let kind = match self.model.kind {
            Kind::TaskRun => Kind::Task,
            _ => Kind::Pipeline,
        };
        self.resolve(kind, target)
    }

    /// The definition of the step action that a step runs.
    pub fn resolve_step(&self, step: &Step) -> Option<Definition> {
        self.resolve(Kind::StepAction, step.action.as_ref()?)
    }
}
