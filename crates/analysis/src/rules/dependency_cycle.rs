//! See [`RULE`].

use super::order::{Edge, edges};
use super::{On, edit};
use crate::action::Fix;
use crate::check::Check;
use crate::finding::Problem;
use crate::model::{Model, Pipeline};

declare_rule! {
    /// Tasks of a pipeline wait for each other.
    ///
    /// Tekton rejects the pipeline ("cycle detected"). A task waits for those in its `runAfter`, and for
    /// those whose results it uses, in params, matrix, guards or the scripts of its own `taskSpec`.
    ///
    /// ## Bad
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: clone
    ///       runAfter: [build]
    ///       taskRef:
    ///         name: git-clone
    ///     - name: build
    ///       params:
    ///         - name: COMMIT
    ///           value: $(tasks.clone.results.commit)
    ///       taskRef:
    ///         name: buildah
    /// ```
    ///
    /// ## Good
    ///
    /// ```yaml
    /// apiVersion: tekton.dev/v1
    /// kind: Pipeline
    /// metadata:
    ///   name: build
    /// spec:
    ///   tasks:
    ///     - name: clone
    ///       taskRef:
    ///         name: git-clone
    ///     - name: build
    ///       params:
    ///         - name: COMMIT
    ///           value: $(tasks.clone.results.commit)
    ///       taskRef:
    ///         name: buildah
    /// ```
    pub(crate) static RULE {
        name: "dependency-cycle",
        group: Dependencies,
        since: "0.1.0",
        severity: Error,
        check: On::Document(check),
        fix: Some(fix),
    }
}

fn check(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for pipeline in &check.model.pipelines {
        check_pipeline(check.model, pipeline, problems);
    }
}

fn check_pipeline(model: &Model, pipeline: &Pipeline, problems: &mut Vec<Problem>) {
    let mut edges = edges(model, pipeline);
    keep_cycles(&mut edges, pipeline.tasks.len());
    // Of two reasons to wait, `runAfter` is the one that can be dropped.
    edges.sort_by_key(|edge| (edge.from, !edge.run_after, edge.to));
    let mut reported = vec![false; pipeline.tasks.len()];
    for edge in edges.iter().filter(|edge| edge.from <= edge.to) {
        // Every cycle has an edge to a task further down: that is the one out of order.
        if reported[edge.from] && reported[edge.to] {
            continue;
        }
        let Some(path) = path(&edges, edge.to, edge.from, pipeline.tasks.len()) else {
            continue;
        };
        let name = |at: usize| {
            pipeline.tasks[at]
                .name
                .as_ref()
                .map_or("", |name| name.as_str())
        };
        let message = if edge.from == edge.to {
            format!("`{}` waits for itself", name(edge.from))
        } else {
            format!(
                "`{}` waits for `{}`, which waits for `{}`",
                name(edge.from),
                name(edge.to),
                name(edge.from),
            )
        };
        let mut problem = RULE.problem(edge.span, message);
        reported[edge.from] = true;
        for step in path {
            reported[step.from] = true;
            let what = format!("`{}` waits for `{}` here", name(step.from), name(step.to));
            problem = problem.related(step.span, what);
        }
        if edge.run_after {
            problem = problem.fixable();
        }
        problems.push(problem);
    }
}

/// Drops every edge that cannot be part of a cycle: linear for pipelines without one.
fn keep_cycles(edges: &mut Vec<Edge>, tasks: usize) {
    loop {
        let before = edges.len();
        let mut waits = vec![false; tasks];
        let mut awaited = vec![false; tasks];
        for edge in &*edges {
            waits[edge.from] = true;
            awaited[edge.to] = true;
        }
        edges.retain(|edge| waits[edge.to] && awaited[edge.from]);
        if edges.len() == before {
            return;
        }
    }
}

/// The shortest way from one task to another along edges; empty when they are the same.
fn path(edges: &[Edge], from: usize, to: usize, tasks: usize) -> Option<Vec<&Edge>> {
    let mut came: Vec<Option<&Edge>> = vec![None; tasks];
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if at == to {
            let mut path = Vec::new();
            let mut back = to;
            while back != from {
                let edge = came[back]?;
                path.push(edge);
                back = edge.from;
            }
            path.reverse();
            return Some(path);
        }
        for edge in edges.iter().filter(|edge| edge.from == at) {
            if came[edge.to].is_none() && edge.to != from {
                came[edge.to] = Some(edge);
                queue.push_back(edge.to);
            }
        }
    }
    None
}

fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let edits = edit::remove_item(&check.document, problem.span);
    let fix = edits.map(|edits| edit::unsafe_fix("Do not wait for it", edits));
    fix.into_iter().collect()
}
