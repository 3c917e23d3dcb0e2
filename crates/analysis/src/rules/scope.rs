//! Which names a place may use, and whether Tekton looks.
//!
//! A Task or Pipeline of its own must declare all it uses. What is embedded sees more: a
//! `taskSpec` sees the params of its pipeline, and everything in a run sees the params of the run.
//! Tekton checks scripts, commands, environments, images and the params and guards of pipeline
//! tasks when the document is submitted. It never looks at other places: there the text stays as
//! it is, which is a fault too, but one that only a person notices.

use std::rc::Rc;

use konflux_syntax::{Document, NodeKind};

use crate::check::Check;
use crate::model::{
    Argument, Kind, Model, Owner, Param, ParamType, Part, Pipeline, Reference, Run, Site, Task,
    ValueType,
};

/// A param that a place can use.
pub(crate) struct Visible<'m> {
    /// Its name.
    pub(crate) name: &'m str,
    /// Its type, where it is declared.
    pub(crate) ty: Option<ParamType>,
    /// The keys, when it is an object.
    pub(crate) keys: Vec<&'m str>,
    /// Is it only handed to another task of the same run? Tekton takes that for declared.
    pub(crate) stray: bool,
}

/// The params that a place can use.
pub(crate) struct Params<'m> {
    visible: Vec<Visible<'m>>,
}

impl<'m> Params<'m> {
    /// The params in scope at a site.
    pub(crate) fn at(model: &'m Model, site: Site) -> Params<'m> {
        let mut params = Params {
            visible: Vec::new(),
        };
        if let Some(task) = site.task.and_then(|at| model.tasks.get(at as usize)) {
            params.declared(&task.params, false);
            match task.owner {
                Owner::Document => {}
                Owner::Run => params.of_run(model),
                Owner::PipelineTask(id) => params.of_pipeline(model, id.pipeline, Some(id.task)),
            }
        } else if let Some(pipeline) = site.pipeline {
            params.of_pipeline(model, pipeline, site.pipeline_task);
        }
        params
    }

    fn of_run(&mut self, model: &'m Model) {
        let run = model.run.iter();
        self.passed(run.flat_map(|run| &run.params), false);
    }

    fn of_pipeline(&mut self, model: &'m Model, pipeline: u32, own: Option<u32>) {
        let Some(pipeline) = model.pipelines.get(pipeline as usize) else {
            return;
        };
        self.declared(&pipeline.params, false);
        match pipeline.owner {
            Owner::Document => {}
            Owner::Run => {
                self.of_run(model);
                for task in &pipeline.tasks {
                    let stray = own != Some(task.id.task);
                    self.passed(task.params.iter(), stray);
                }
                for task in &model.tasks {
                    if let Owner::PipelineTask(id) = task.owner {
                        self.declared(&task.params, own != Some(id.task));
                    }
                }
            }
            Owner::PipelineTask(id) => {
                let outer = model.pipelines.get(id.pipeline as usize);
                if let Some(task) = outer.and_then(|outer| outer.tasks.get(id.task as usize)) {
                    self.passed(task.params.iter(), false);
                }
                // Pipelines can only nest in pipelines that come before them in the list.
                self.of_pipeline(model, id.pipeline, Some(id.task));
            }
        }
    }

    fn declared(&mut self, params: &'m [Param], stray: bool) {
        self.visible.extend(params.iter().map(|param| {
            // Keys count when they are declared; what the default adds to them is ignored.
            let keys = match (&*param.properties, &param.default) {
                ([], Some(default)) => &default.keys,
                _ => &param.properties,
            };
            Visible {
                name: param.name.as_str(),
                ty: Some(param.ty),
                keys: keys.iter().map(|key| key.as_str()).collect(),
                stray,
            }
        }));
    }

    fn passed(&mut self, arguments: impl Iterator<Item = &'m Argument>, stray: bool) {
        self.visible.extend(arguments.map(|argument| Visible {
            name: argument.name.as_str(),
            ty: (argument.value.ty == ValueType::Object).then_some(ParamType::Object),
            keys: argument.value.keys.iter().map(|key| key.as_str()).collect(),
            stray,
        }));
    }

    /// All params of this name, nearest first.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Visible<'m>> {
        self.visible.iter().filter(move |param| param.name == name)
    }

    /// Is there a param of this name, stray ones aside?
    pub(crate) fn has(&self, name: &str) -> bool {
        self.named(name).any(|param| !param.stray)
    }

    /// The names that can be used.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'m str> {
        let near = self.visible.iter().filter(|param| !param.stray);
        near.map(|param| param.name)
    }
}

/// Does Tekton look for undeclared params at this place when the document is submitted?
pub(crate) fn is_checked(document: &Document<'_>, model: &Model, reference: &Reference) -> bool {
    let site = reference.site;
    if site
        .pipeline
        .is_some_and(|at| is_unchecked_pipeline(model, at, site.pipeline_task))
    {
        return false;
    }
    let key = || key_at(document, reference);
    match site.part {
        Part::Script | Part::Command | Part::Image | Part::WorkingDir => true,
        Part::Env => key().as_deref() == Some("value"),
        Part::StepTemplate => key().is_some_and(|key| {
            let merged = [
                "value",
                "image",
                "workingDir",
                "command",
                "args",
                "mountPath",
                "subPath",
            ];
            merged.contains(&&*key)
        }),
        Part::VolumeMount => {
            // Those of a StepAction are not looked at.
            let task = site.task.and_then(|at| model.tasks.get(at as usize));
            task.is_some_and(|task| !task.step_action)
                && key().is_some_and(|key| matches!(&*key, "name" | "mountPath" | "subPath"))
        }
        Part::Other => {
            site.step.is_some() && key().is_some_and(|key| matches!(&*key, "onError" | "name"))
        }
        Part::Argument | Part::Matrix | Part::When => {
            site.task.is_none() && site.pipeline_task.is_some()
        }
        Part::Default
        | Part::Workspace
        | Part::TaskRef
        | Part::Result
        | Part::Sidecar
        | Part::Volume
        | Part::Prose => false,
    }
}

/// `finally` of a run's own pipeline is never checked, nor are pipelines inside of pipelines.
fn is_unchecked_pipeline(model: &Model, pipeline: u32, task: Option<u32>) -> bool {
    let Some(pipeline) = model.pipelines.get(pipeline as usize) else {
        return true;
    };
    match pipeline.owner {
        Owner::Document => false,
        Owner::PipelineTask(_) => true,
        Owner::Run => task
            .and_then(|at| pipeline.tasks.get(at as usize))
            .is_some_and(|task| task.finally),
    }
}

/// The mapping key under which a reference stands, lists between them passed over.
pub(crate) fn key_at(document: &Document<'_>, reference: &Reference) -> Option<String> {
    let mut node = document.node_at(reference.span.start)?;
    loop {
        let parent = node.parent()?;
        if parent.kind() == NodeKind::Mapping {
            let span = node.span();
            let pair = parent
                .pairs()
                .into_iter()
                .find(|pair| pair.value.span() == span)?;
            return Some(pair.key.text().into_owned());
        }
        node = parent;
    }
}

/// Is it inside a task about which nothing is known?
pub(crate) fn is_custom(model: &Model, site: Site) -> bool {
    site.task
        .and_then(|at| model.tasks.get(at as usize))
        .is_some_and(|task| task.custom)
}

/// References come in source order, so neighbours mostly share their scope.
#[derive(Default)]
pub(crate) struct Cache<'m> {
    last: Option<(Place, Rc<Params<'m>>)>,
}

type Place = (Option<u32>, Option<u32>, Option<u32>);

impl<'m> Cache<'m> {
    /// The params in scope at a site.
    pub(crate) fn params(&mut self, model: &'m Model, site: Site) -> Rc<Params<'m>> {
        let place = (site.pipeline, site.pipeline_task, site.task);
        if let Some((known, params)) = &self.last
            && *known == place
        {
            return params.clone();
        }
        let params = Rc::new(Params::at(model, site));
        self.last = Some((place, params.clone()));
        params
    }
}

/// A run, and what the pipeline or task embedded in it declares.
pub(crate) fn declared_in_run<'m, T>(
    model: &'m Model,
    of_task: impl Fn(&'m Task) -> &'m [T],
    of_pipeline: impl Fn(&'m Pipeline) -> &'m [T],
) -> Option<(&'m Run, &'m [T])> {
    let run = model.run.as_ref().filter(|run| run.embedded)?;
    let (owner, declared) = match model.kind {
        Kind::TaskRun => model.main_task().map(|task| (task.owner, of_task(task))),
        _ => model
            .main_pipeline()
            .map(|pipeline| (pipeline.owner, of_pipeline(pipeline))),
    }?;
    matches!(owner, Owner::Run).then_some((run, declared))
}

/// Is the document for Pipelines as Code? It puts the tasks and the pipeline that a run refers to by
/// name into the run, where they see the params and workspaces of the run.
pub(crate) fn is_inlined(check: &Check<'_>) -> bool {
    let mut annotations = check.model.annotations.iter();
    check.path.contains("/.tekton/")
        || annotations.any(|entry| {
            entry
                .key
                .as_str()
                .starts_with("pipelinesascode.tekton.dev/")
        })
}

/// Is it a Task or Pipeline that becomes part of a run, and may use what only the run declares?
pub(crate) fn sees_run(check: &Check<'_>) -> bool {
    check.model.run.is_none() && is_inlined(check)
}
