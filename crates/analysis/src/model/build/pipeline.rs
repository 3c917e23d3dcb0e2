//! Pipelines and their tasks.

use konflux_syntax::{Node, NodeKind};

use super::Builder;
use crate::model::*;

/// How deep pipelines may nest in pipelines.
const NESTING: u32 = 8;

impl<'t> Builder<'_, 't> {
    pub(super) fn pipeline(&mut self, spec: &Node<'t>, owner: Owner) -> Option<u32> {
        if self.nesting == NESTING {
            return None;
        }
        let outer = self.site;
        self.nesting += 1;
        let index = self.model.pipelines.len() as u32;
        // The place is taken first: an embedded pipeline comes after the one that embeds it.
        let mut pipeline = Pipeline::new(owner, spec.span());
        let placeholder = Pipeline::new(owner, pipeline.span);
        self.model.pipelines.push(placeholder);
        self.site = Site {
            pipeline: Some(index),
            ..Site::default()
        };
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*self.word(&pair.key) {
                "description" => pipeline.description = self.prose(value),
                "params" => pipeline.params = self.params(value),
                "workspaces" => pipeline.workspaces = self.workspaces(value),
                "results" => pipeline.results = self.results(value),
                "tasks" => self.pipeline_tasks_into(&mut pipeline.tasks, value, index, false),
                "finally" => self.pipeline_tasks_into(&mut pipeline.tasks, value, index, true),
                _ => self.scan(value, Part::Other),
            }
        }
        let (params, tasks) = (&pipeline.params, &mut pipeline.tasks);
        tasks
            .iter_mut()
            .for_each(|task| assume_default(params, task));
        self.model.pipelines[index as usize] = pipeline;
        self.nesting -= 1;
        self.site = outer;
        Some(index)
    }

    fn pipeline_tasks_into(
        &mut self,
        tasks: &mut Vec<PipelineTask>,
        list: &Node<'t>,
        pipeline: u32,
        finally: bool,
    ) {
        for item in self.items(list) {
            let id = PipelineTaskId {
                pipeline,
                task: tasks.len() as u32,
            };
            self.site.pipeline_task = Some(id.task);
            tasks.push(self.pipeline_task(&item, id, finally));
            self.site.pipeline_task = None;
        }
    }

    fn pipeline_task(
        &mut self,
        item: &Node<'t>,
        id: PipelineTaskId,
        finally: bool,
    ) -> PipelineTask {
        let mut task = PipelineTask {
            id,
            name: None,
            span: item.span(),
            finally,
            target: PipelineTaskTarget::Missing,
            params: Vec::new(),
            matrix: None,
            workspaces: Vec::new(),
            when: Vec::new(),
            run_after: Vec::new(),
            keys: Vec::new(),
        };
        for pair in self.fields(item) {
            let value = &pair.value;
            let key = self.word(&pair.key);
            match &*key {
                "name" => task.name = self.text(value),
                "taskRef" => {
                    if let Some(reference) = self.task_ref(value) {
                        task.target = PipelineTaskTarget::Task(reference);
                    }
                }
                "pipelineRef" => {
                    if let Some(reference) = self.task_ref(value) {
                        task.target = PipelineTaskTarget::Pipeline(reference);
                    }
                }
                "taskSpec" => {
                    let spec = self.task(value, Owner::PipelineTask(id), false);
                    task.target = PipelineTaskTarget::Embedded(spec);
                }
                "pipelineSpec" => {
                    if let Some(spec) = self.pipeline(value, Owner::PipelineTask(id)) {
                        task.target = PipelineTaskTarget::EmbeddedPipeline(spec);
                    }
                }
                "params" => task.params = self.arguments(value),
                "matrix" => task.matrix = Some(self.matrix(value)),
                "workspaces" => task.workspaces = self.bindings(value),
                "when" => task.when = self.when(value),
                "runAfter" => task.run_after = self.texts(value),
                "displayName" | "description" => self.scan(value, Part::Prose),
                _ => self.scan(value, Part::Other),
            }
            if matches!(&*key, "params" | "workspaces" | "when" | "runAfter") {
                task.keys.extend(self.text(&pair.key));
            }
        }
        task
    }

    fn matrix(&mut self, node: &Node<'t>) -> Matrix {
        let mut matrix = Matrix {
            span: node.span(),
            params: Vec::new(),
            include: Vec::new(),
        };
        for pair in self.fields(node) {
            match &*self.word(&pair.key) {
                "params" => matrix.params = self.arguments_in(&pair.value, Part::Matrix),
                "include" => {
                    for item in self.items(&pair.value) {
                        let params = self.field(&item, "params");
                        let params = params.map(|params| self.arguments_in(&params, Part::Matrix));
                        matrix.include.push(params.unwrap_or_default());
                    }
                }
                _ => self.scan(&pair.value, Part::Matrix),
            }
        }
        matrix
    }

    fn when(&mut self, list: &Node<'t>) -> Vec<When> {
        let mut guards = Vec::new();
        for item in self.items(list) {
            let mut guard = When {
                span: item.span(),
                input: None,
                operator: None,
                values: None,
                cel: None,
            };
            for pair in self.fields(&item) {
                match &*self.word(&pair.key) {
                    "input" => guard.input = Some(self.value(&pair.value, Part::When)),
                    "operator" => guard.operator = self.text(&pair.value),
                    "values" => guard.values = Some(self.value(&pair.value, Part::When)),
                    "cel" => guard.cel = Some(self.value(&pair.value, Part::When)),
                    _ => self.scan(&pair.value, Part::When),
                }
            }
            guards.push(guard);
        }
        guards
    }

    pub(super) fn task_ref(&mut self, node: &Node<'t>) -> Option<TaskRef> {
        let target = self.target(node);
        let node = target.as_ref().unwrap_or(node);
        if node.kind() != NodeKind::Mapping {
            return None;
        }
        let mut reference = TaskRef {
            span: node.span(),
            name: None,
            version: None,
            kind: None,
            api_version: None,
            resolver: None,
            bundle: None,
            params: Vec::new(),
            default_url: None,
        };
        for pair in self.fields(node) {
            let value = &pair.value;
            match &*self.word(&pair.key) {
                "name" => reference.name = self.scanned_text(value),
                "version" => reference.version = self.scanned_text(value),
                "kind" => reference.kind = self.text(value),
                "apiVersion" => reference.api_version = self.text(value),
                "resolver" => reference.resolver = self.scanned_text(value),
                "bundle" => reference.bundle = self.scanned_text(value),
                "params" => reference.params = self.arguments_in(value, Part::TaskRef),
                _ => self.scan(value, Part::TaskRef),
            }
        }
        Some(reference)
    }

    fn scanned_text(&mut self, node: &Node<'t>) -> Option<Text> {
        self.scan(node, Part::TaskRef);
        self.text(node)
    }
}

/// A catalog is often named by a param of the pipeline: `$(params.taskGitUrl)`.
fn assume_default(params: &[Param], task: &mut PipelineTask) {
    let (PipelineTaskTarget::Task(reference) | PipelineTaskTarget::Pipeline(reference)) =
        &mut task.target
    else {
        return;
    };
    let url = reference.param("url").map(Text::as_str);
    let Some(name) = url.and_then(sole_param) else {
        return;
    };
    let param = params.iter().rfind(|param| param.name.as_str() == name);
    let default = param.and_then(|param| param.default.as_ref()?.text.clone());
    reference.default_url = default;
}
