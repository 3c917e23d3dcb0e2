//! Tasks, step actions and their steps.

use konflux_syntax::Node;

use super::Builder;
use crate::model::*;

impl<'t> Builder<'_, 't> {
    pub(super) fn task(&mut self, spec: &Node<'t>, owner: Owner, step_action: bool) -> u32 {
        let outer = self.site;
        let index = self.model.tasks.len() as u32;
        self.site.task = Some(index);
        let mut task = Task {
            owner,
            step_action,
            span: spec.span(),
            description: None,
            custom: false,
            params: Vec::new(),
            workspaces: Vec::new(),
            results: Vec::new(),
            steps: Vec::new(),
            sidecars: Vec::new(),
            volumes: Vec::new(),
        };
        if step_action {
            self.site.step = Some(0);
        }
        for pair in self.fields(spec) {
            let value = &pair.value;
            match &*self.word(&pair.key) {
                "description" => task.description = self.prose(value),
                "params" => task.params = self.params(value),
                "workspaces" => task.workspaces = self.workspaces(value),
                "results" => task.results = self.results(value),
                "steps" => self.steps(&mut task.steps, value),
                "sidecars" => task.sidecars = self.named(value, Part::Sidecar),
                "volumes" => task.volumes = self.named(value, Part::Volume),
                "stepTemplate" => self.scan(value, Part::StepTemplate),
                "apiVersion" | "kind" => task.custom = true,
                key => self.scan(value, step_part(key)),
            }
        }
        if step_action {
            task.steps.push(self.own_step(spec));
        }
        self.site = outer;
        self.model.tasks.push(task);
        index
    }

    /// The spec of a StepAction is the step itself.
    fn own_step(&mut self, spec: &Node<'t>) -> Step {
        Step {
            name: None,
            span: spec.span(),
            image: self.field(spec, "image").and_then(|node| self.text(&node)),
            script: self.field(spec, "script").map(|node| node.span()),
            action: None,
            params: Vec::new(),
            results: Vec::new(),
            workspaces: Vec::new(),
        }
    }

    fn steps(&mut self, steps: &mut Vec<Step>, list: &Node<'t>) {
        for item in self.items(list) {
            self.site.step = Some(steps.len() as u32);
            steps.push(self.step(&item));
            self.site.step = None;
        }
    }

    fn step(&mut self, item: &Node<'t>) -> Step {
        let mut step = Step {
            name: None,
            span: item.span(),
            image: None,
            script: None,
            action: None,
            params: Vec::new(),
            results: Vec::new(),
            workspaces: Vec::new(),
        };
        for pair in self.fields(item) {
            let value = &pair.value;
            match &*self.word(&pair.key) {
                "name" => step.name = self.text(value),
                "image" => {
                    step.image = self.text(value);
                    self.scan(value, Part::Image);
                }
                "script" => {
                    step.script = Some(value.span());
                    self.scan(value, Part::Script);
                }
                "ref" => step.action = self.task_ref(value),
                "params" => step.params = self.arguments(value),
                "results" => step.results = self.results(value),
                "workspaces" => step.workspaces = self.named(value, Part::Workspace),
                "when" => self.scan(value, Part::When),
                key => self.scan(value, step_part(key)),
            }
        }
        step
    }
}

/// The field of a step (or of a StepAction's spec).
fn step_part(key: &str) -> Part {
    match key {
        "image" => Part::Image,
        "script" => Part::Script,
        "command" | "args" => Part::Command,
        "env" | "envFrom" => Part::Env,
        "workingDir" => Part::WorkingDir,
        "volumeMounts" => Part::VolumeMount,
        "displayName" => Part::Prose,
        _ => Part::Other,
    }
}
