//! The outline of a file.

use std::sync::Arc;

use konflux_syntax::{Document, Span};

use super::{Symbol, SymbolKind};
use crate::duties;
use crate::model::{
    Argument, Model, Param, Pipeline, PipelineTask, PipelineTaskTarget, ResultDecl, Step, Task,
    Text, WorkspaceDecl,
};
use crate::roles::{self, Role, TaskRoles};
use crate::workspace::{Workspace, in_file};

pub(crate) fn symbols(workspace: &Workspace, path: &str) -> Vec<Symbol> {
    let Some(file) = workspace.file(path) else {
        return Vec::new();
    };
    let tree = file.tree();
    let documents = tree.documents();
    documents
        .filter_map(|document| of_document(workspace, &file.path, &document))
        .collect()
}

fn of_document(workspace: &Workspace, path: &Arc<str>, document: &Document<'_>) -> Option<Symbol> {
    let model = Model::of(document);
    let outline = Outline {
        workspace,
        path,
        document,
        model: &model,
        roles: &roles::of_document(document),
    };
    let kind = model.api_kind.as_ref()?;
    let title = model.name.as_ref().or(model.generate_name.as_ref());
    let name = title.unwrap_or(kind);
    let range = document.root()?.span();
    let mut symbol = outline.symbol(SymbolKind::Document, name, range);
    let role = outline.roles.first().and_then(TaskRoles::primary);
    let role = role.filter(|_| model.main_task().is_some());
    symbol.detail = Some(detail([Some(kind.as_str()), role.map(Role::as_str)]));
    symbol.children = outline.children();
    Some(symbol)
}

/// Words beside a name.
fn detail<'w>(words: impl IntoIterator<Item = Option<&'w str>>) -> String {
    let words: Vec<&str> = words.into_iter().flatten().collect();
    words.join(" · ")
}

struct Outline<'a> {
    workspace: &'a Workspace,
    path: &'a Arc<str>,
    document: &'a Document<'a>,
    model: &'a Model,
    roles: &'a [TaskRoles],
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
            self.task(0, task, &mut children);
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

    /// `index` says which one of [`Model::tasks`] it is.
    fn task(&self, index: usize, task: &Task, children: &mut Vec<Symbol>) {
        self.interface(&task.params, &task.workspaces, &task.results, children);
        let roles = self.roles.get(index).map(|roles| roles.steps.as_slice());
        let roles = roles.unwrap_or_default();
        for (at, step) in task.steps.iter().enumerate() {
            let role = roles.get(at).copied().flatten();
            children.extend(self.step(step, role));
        }
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
        let (duties, _) = duties::of_task(self.workspace, self.path, self.document, task);
        let finally = task.finally.then_some("finally");
        let words = detail([finally, duties.effective().map(Role::as_str)]);
        symbol.detail = Some(words).filter(|words| !words.is_empty());
        match task.target {
            PipelineTaskTarget::Embedded(index) => {
                let spec = self.model.tasks.get(index as usize)?;
                self.task(index as usize, spec, &mut symbol.children);
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

    fn step(&self, step: &Step, role: Option<Role>) -> Option<Symbol> {
        let mut symbol = self.symbol(SymbolKind::Step, step.name.as_ref()?, step.span);
        symbol.detail = role.map(|role| role.as_str().to_owned());
        Some(symbol)
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
