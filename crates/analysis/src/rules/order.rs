//! Which task of a pipeline waits for which.

use std::collections::HashMap;

use konflux_syntax::Span;

use crate::model::{Model, Part, Pipeline, RefKind};

/// One task waits for another. Both are indexes into [`Pipeline::tasks`].
pub(crate) struct Edge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Where that is said.
    pub(crate) span: Span,
    /// Is it said in `runAfter`, and not by the use of a result?
    pub(crate) run_after: bool,
}

/// What the tasks of a pipeline wait for. Those of `finally` wait for no task in particular.
pub(crate) fn edges(model: &Model, pipeline: &Pipeline) -> Vec<Edge> {
    let mut index = HashMap::new();
    for (at, task) in pipeline
        .tasks
        .iter()
        .enumerate()
        .filter(|(_, task)| !task.finally)
    {
        if let Some(name) = &task.name {
            index.entry(name.as_str()).or_insert(at);
        }
    }
    let mut edges = Vec::new();
    for (from, task) in pipeline
        .tasks
        .iter()
        .enumerate()
        .filter(|(_, task)| !task.finally)
    {
        let mut add = |name: &str, span, run_after| {
            edges.extend(index.get(name).map(|to| Edge {
                from,
                to: *to,
                span,
                run_after,
            }));
        };
        for name in &task.run_after {
            add(name.as_str(), name.span, true);
        }
        let references = model.references_in(task.span).iter();
        let own = references.filter(|reference| reference.site.pipeline == Some(task.id.pipeline));
        for reference in own {
            let counts = match reference.site.part {
                Part::Argument | Part::Matrix | Part::When => reference.site.step.is_none(),
                Part::Script | Part::Command => true,
                _ => false,
            };
            match &reference.kind {
                RefKind::TaskResult { task, .. } if counts => {
                    add(task.as_str(), reference.span, false);
                }
                _ => {}
            }
        }
    }
    edges
}

/// The tasks at which one arrives from some tasks along edges, these included, by index. Backwards,
/// these are the tasks that wait for them.
pub(crate) fn reached(edges: &[Edge], from: &[usize], tasks: usize, backwards: bool) -> Vec<bool> {
    let mut reached = vec![false; tasks];
    let mut open = from.to_vec();
    while let Some(at) = open.pop() {
        if std::mem::replace(&mut reached[at], true) {
            continue;
        }
        let ends = edges.iter().map(|edge| match backwards {
            true => (edge.to, edge.from),
            false => (edge.from, edge.to),
        });
        open.extend(ends.filter(|(start, _)| *start == at).map(|(_, end)| end));
    }
    reached
}
