//! The outline of a file.

use konflux_syntax::{Document, Span};

use super::{Symbol, SymbolKind};
use crate::model::{
    Argument, Model, Param, Pipeline, PipelineTask, PipelineTaskTarget, ResultDecl, Step, Task,
    Text, WorkspaceDecl,
};
use crate::workspace::{Workspace, in_file};

pub(crate) fn symbols(workspace: &Workspace, path: &str) -> Vec<Symbol> {
    let Some(file) = workspace.file(path) else {
        return Vec::new();
    };
    let tree = file.tree();
    let documents = tree.documents();
    documents
        .filter_map(|document| of_document(&document))
        .collect()
}

fn of_document(document: &Document<'_>) -> Option<Symbol> {
    let model = Model::of(document);
    let outline = Outline {
        document,
        model: &model,
    };
    let kind = model.api_kind.as_ref()?;
    let title = model.name.as_ref().or(model.generate_name.as_ref());
    let name = title.unwrap_or(kind);
    let range = document.root()?.span();
    let mut symbol = outline.symbol(SymbolKind::Document, name, range);
    symbol.detail = Some(kind.value.to_string());
    symbol.children = outline.children();
    Some(symbol)
}

struct Outline<'a> {
    document: &'a Document<'a>,
    model: &'a Model,
}

impl Outline<'_> {
    fn children(&self) -> Vec<Symbol> {
        let mut children = Vec::new();
        if let Some(run) = &self.model.run {
            children.extend(run.params.iter().map(|argument| self.argument(argument)));
        }
        if let Some(pipeline) = self.model.main_pipeline() {
            self.pipeline(pipeline, &mut children);
        }
        if let Some(task) = self.model.main_task() {
            self.task(task, &mut children);
        }
        children.sort_by_key(|child| child.range.start);
        children
    }

    fn pipeline(&self, pipeline: &Pipeline, children: &mut Vec<Symbol>) {
        self.interface(
            &pipeline.params,
            &pipeline.workspaces,
            &pipeline.results,
            children,
        );
        let tasks = pipeline.tasks.iter();
        children.extend(tasks.filter_map(|task| self.pipeline_task(task)));
    }

    fn task(&self, task: &Task, children: &mut Vec<Symbol>) {
        self.interface(&task.params, &task.workspaces, &task.results, children);
        let steps = task.steps.iter();
        children.extend(steps.filter_map(|step| self.step(step)));
    }

    fn interface(
        &self,
        params: &[Param],
        workspaces: &[WorkspaceDecl],
        results: &[ResultDecl],
        children: &mut Vec<Symbol>,
    ) {
        for param in params {
            let mut symbol = self.symbol(SymbolKind::Param, &param.name, param.span);
            symbol.detail = Some(param.ty.as_str().to_owned());
            children.push(symbol);
        }
        for workspace in workspaces {
            let mut symbol = self.symbol(SymbolKind::Workspace, &workspace.name, workspace.span);
            symbol.detail = workspace.optional.then(|| "optional".to_owned());
            children.push(symbol);
        }
        for result in results {
            children.push(self.symbol(SymbolKind::Result, &result.name, result.span));
        }
    }

    fn pipeline_task(&self, task: &PipelineTask) -> Option<Symbol> {
        let mut symbol = self.symbol(SymbolKind::Task, task.name.as_ref()?, task.span);
        symbol.detail = task.finally.then(|| "finally".to_owned());
        match task.target {
            PipelineTaskTarget::Embedded(index) => {
                let spec = self.model.tasks.get(index as usize)?;
                self.task(spec, &mut symbol.children);
            }
            PipelineTaskTarget::EmbeddedPipeline(index) => {
                let spec = self.model.pipelines.get(index as usize)?;
                self.pipeline(spec, &mut symbol.children);
            }
            _ => {}
        }
        symbol.children.sort_by_key(|child| child.range.start);
        Some(symbol)
    }

    fn argument(&self, argument: &Argument) -> Symbol {
        self.symbol(SymbolKind::Param, &argument.name, argument.span)
    }

    fn step(&self, step: &Step) -> Option<Symbol> {
        Some(self.symbol(SymbolKind::Step, step.name.as_ref()?, step.span))
    }

    /// What an alias stands for may lie outside of its item: then the name is all there is.
    fn symbol(&self, kind: SymbolKind, name: &Text, span: Span) -> Symbol {
        let inside = span.start <= name.span.start && name.span.end <= span.end;
        let selection = in_file(self.document, name.span);
        Symbol {
            name: name.value.to_string(),
            detail: None,
            kind,
            range: if inside {
                in_file(self.document, span)
            } else {
                selection.clone()
            },
            selection,
            children: Vec::new(),
        }
    }
}
