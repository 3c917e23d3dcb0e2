//! What a rule gets to see.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use konflux_syntax::Document;

use crate::catalog::Found;
use crate::classify::Classification;
use crate::config;
use crate::duties::{self, Duties, Inherited};
use crate::facts::{Facts, Use};
use crate::finding::Target;
use crate::model::{Kind, Model, PipelineTask, PipelineTaskId, PipelineTaskTarget, Step, TaskRef};
use crate::roles::{self, TaskRoles};
use crate::workspace::Workspace;

/// One document under examination.
///
/// Rules about one document use its fields alone; what they report is kept with the document until
/// it is edited. Rules that look across documents may call the `resolve` functions and
/// [`Check::duties`]: every question and its answer is recorded, and they run again only when an
/// answer changes.
pub struct Check<'a> {
    /// The file.
    pub path: &'a Arc<str>,
    /// The document.
    pub document: Document<'a>,
    /// Its model.
    pub model: &'a Model,
    /// What it is.
    pub class: &'a Classification,
    workspace: &'a Workspace,
    asked: &'a RefCell<Vec<Asked>>,
    /// What was already said about tasks of this document.
    duties: RefCell<HashMap<PipelineTaskId, Arc<Duties>>>,
}

/// A question of a rule, and the answer it got.
#[derive(Clone)]
pub(crate) enum Asked {
    /// Where is it defined?
    Definition(Use, Option<Definition>),
    /// What does this definition do?
    Duties(Target, Arc<Duties>),
    /// What do the pipelines of these names do?
    Behind(Vec<Arc<str>>, Vec<Inherited>),
}

impl Asked {
    /// Would the answer be the same now? `moved` says whether any definition came, went or moved
    /// since: while none did, every reference leads where it led.
    pub(crate) fn holds(&self, workspace: &Workspace, path: &str, moved: bool) -> bool {
        match self {
            Asked::Definition(_, None) if !moved => true,
            Asked::Definition(_, Some(known)) if !moved => match &known.origin {
                Origin::File(target) => workspace.facts(target).is_some_and(|facts| {
                    Arc::ptr_eq(facts, &known.facts) || **facts == *known.facts
                }),
                Origin::Catalog(_) => true,
            },
            Asked::Definition(question, answer) => workspace.resolve(path, question) == *answer,
            Asked::Duties(target, answer) => duties::of_target(workspace, target) == *answer,
            Asked::Behind(names, answer) => duties::behind(workspace, path, names) == *answer,
        }
    }
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
        self.remembered()
            .is_none_or(|found| found.version.is_some())
    }
}

impl PartialEq for Definition {
    fn eq(&self, other: &Definition) -> bool {
        self.origin == other.origin
            && (Arc::ptr_eq(&self.facts, &other.facts) || self.facts == other.facts)
    }
}

impl<'a> Check<'a> {
    pub(crate) fn new(
        workspace: &'a Workspace,
        path: &'a Arc<str>,
        document: &Document<'a>,
        (model, class): (&'a Model, &'a Classification),
        asked: &'a RefCell<Vec<Asked>>,
    ) -> Check<'a> {
        Check {
            path,
            document: document.clone(),
            model,
            class,
            workspace,
            asked,
            duties: RefCell::default(),
        }
    }

    /// The file, from the folder of the workspace that it is in.
    pub(crate) fn relative_path(&self) -> &'a str {
        self.workspace.relative_path(self.path)
    }

    /// The repository to which reusable tests are contributed.
    pub(crate) fn test_catalog(&self) -> &'a str {
        let config = self.workspace.config(self.path);
        let named = config.and_then(|(_, config)| config.test_catalog());
        named.unwrap_or(config::TEST_CATALOG)
    }

    /// Has a rule asked about another document?
    pub(crate) fn has_asked(&self) -> bool {
        !self.asked.borrow().is_empty()
    }

    /// The definition of a reference: in a file, where exactly one can be meant, else in a catalog
    /// index. `None` means *unknown*, never *missing*.
    pub fn resolve(&self, kind: Kind, reference: &TaskRef) -> Option<Definition> {
        let question = Use::of(kind, reference);
        let answer = self.workspace.resolve(self.path, &question);
        let asked = Asked::Definition(question, answer.clone());
        self.asked.borrow_mut().push(asked);
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

    /// What a pipeline task does, delegation followed; nothing is known of a task that cannot be
    /// seen and of one that stays unclassified ([`Duties::roles`] is empty then).
    pub fn duties(&self, task: &PipelineTask) -> Arc<Duties> {
        if let Some(known) = self.duties.borrow().get(&task.id) {
            return known.clone();
        }
        let (duties, asked) = duties::of_task(self.workspace, self.path, &self.document, task);
        self.asked.borrow_mut().extend(asked);
        self.duties.borrow_mut().insert(task.id, duties.clone());
        duties
    }

    /// What the tasks that this document embeds do, and why, in places of the document.
    pub(crate) fn own_roles(&self) -> Arc<Vec<TaskRoles>> {
        roles::of_document(&self.document)
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
