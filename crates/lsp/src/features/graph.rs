//! The pipelines of a document as graphs, in the protocol's places.

use konflux_analysis::ide::graph::{Edge, EdgeKind, Graph, Node, Target};
use konflux_analysis::{Finding, Location, PipelineClass, Severity};

use crate::position::Places;
use crate::requests::{
    CurrentNode, GraphEdge, GraphEdgeKind, GraphFinding, GraphGroup, GraphGroupKind, GraphNode,
    GraphTarget, GraphTargetKind, PipelineClassName, PipelineGraph, PipelineGraphParams,
    PipelineGraphResult,
};
use crate::snapshot::Snapshot;
use crate::uri;

/// The graphs of a document; none for one that nobody knows.
pub(crate) fn graphs(snapshot: &Snapshot, params: &PipelineGraphParams) -> PipelineGraphResult {
    let path = uri::to_path(&params.text_document.uri);
    let Some(rope) = snapshot.text(&path) else {
        return PipelineGraphResult::default();
    };
    let places = snapshot.places(&rope);
    let graphs = snapshot.workspace.graphs(&path);
    let findings = snapshot.workspace.findings(&path);
    let version = snapshot.document(&path).map(|document| document.version);
    let offset = params.position.map(|position| places.offset(position));
    let current = offset.and_then(|offset| current(&graphs, offset));
    let pipelines = graphs.iter().map(|graph| {
        let inside = findings
            .iter()
            .filter(|finding| contains(&graph.range, finding));
        let picture = Picture {
            snapshot,
            places,
            graph,
            ids: ids(graph),
            findings: inside.collect(),
        };
        picture.draw()
    });
    PipelineGraphResult {
        version,
        pipelines: pipelines.collect(),
        current,
    }
}

fn contains(range: &std::ops::Range<usize>, finding: &Finding) -> bool {
    range.start <= finding.range.start && finding.range.start <= range.end
}

fn current(graphs: &[Graph], offset: usize) -> Option<CurrentNode> {
    let around = |graph: &Graph| graph.range.start <= offset && offset <= graph.range.end;
    let pipeline = graphs.iter().rposition(around)?;
    let graph = graphs.get(pipeline)?;
    let node = innermost(graph, offset).and_then(|node| ids(graph).into_iter().nth(node));
    Some(CurrentNode { pipeline, node })
}

/// The smallest node around a place.
fn innermost(graph: &Graph, offset: usize) -> Option<usize> {
    let nodes = graph.nodes.iter().enumerate();
    nodes
        .filter(|(_, node)| node.range.start <= offset && offset <= node.range.end)
        .min_by_key(|(_, node)| node.range.len())
        .map(|(index, _)| index)
}

/// Names that are unique: the task's own where it has one, below that of the task around it.
fn ids(graph: &Graph) -> Vec<String> {
    let mut ids: Vec<String> = Vec::with_capacity(graph.nodes.len());
    for node in &graph.nodes {
        let around = node.parent.and_then(|parent| ids.get(parent));
        let around = around.map_or_else(String::new, |parent| format!("{parent}/"));
        let plain = format!("{around}{}", node.name);
        let numbered = (2..).map(|number| format!("{plain}#{number}"));
        let mut names = std::iter::once(plain.clone()).chain(numbered);
        let free = names.find(|name| !name.is_empty() && !ids.contains(name));
        ids.push(free.unwrap_or(plain));
    }
    ids
}

struct Picture<'s> {
    snapshot: &'s Snapshot,
    places: Places<'s>,
    graph: &'s Graph,
    ids: Vec<String>,
    /// Those of the document, by place.
    findings: Vec<&'s Finding>,
}

impl Picture<'_> {
    fn draw(&self) -> PipelineGraph {
        let graph = self.graph;
        let nodes = graph.nodes.iter().enumerate();
        PipelineGraph {
            name: graph.name.clone().unwrap_or_default(),
            kind: graph.api_kind.clone(),
            class: graph.class.map(class),
            confidence: graph.confidence,
            range: self.places.range(graph.range.clone()),
            selection_range: self.places.range(graph.selection.clone()),
            definition: self.location(graph.definition.as_ref()),
            nodes: nodes.map(|(index, node)| self.node(index, node)).collect(),
            edges: graph.edges.iter().map(|edge| self.edge(edge)).collect(),
            groups: self.groups(),
            findings: self
                .findings
                .iter()
                .map(|finding| self.finding(finding))
                .collect(),
        }
    }

    fn id(&self, node: usize) -> String {
        self.ids.get(node).cloned().unwrap_or_default()
    }

    fn node(&self, index: usize, node: &Node) -> GraphNode {
        let findings = self.findings.iter().enumerate();
        let mine = findings
            .filter(|(_, finding)| innermost(self.graph, finding.range.start) == Some(index));
        GraphNode {
            id: self.id(index),
            name: node.name.clone(),
            finally: node.finally,
            guarded: node.guarded,
            matrix: node.matrix,
            target: GraphTarget {
                kind: target(node.target),
                description: node.description.clone(),
                definition: self.location(node.definition.as_ref()),
            },
            roles: node
                .roles
                .iter()
                .map(|role| role.as_str().to_owned())
                .collect(),
            params: node.params.clone(),
            results: node.results.clone(),
            range: self.places.range(node.range.clone()),
            selection_range: self.places.range(node.selection.clone()),
            findings: mine.map(|(index, _)| index).collect(),
        }
    }

    fn edge(&self, edge: &Edge) -> GraphEdge {
        let ranges = edge
            .ranges
            .iter()
            .map(|range| self.places.range(range.clone()));
        GraphEdge {
            from: self.id(edge.from),
            to: self.id(edge.to),
            kind: match edge.kind {
                EdgeKind::RunAfter => GraphEdgeKind::RunAfter,
                EdgeKind::Result => GraphEdgeKind::Result,
                EdgeKind::When => GraphEdgeKind::When,
            },
            result: edge.result.clone(),
            artifact: edge.carries_artifact(),
            ranges: ranges.collect(),
        }
    }

    /// One for the tasks and one for the `finally` of each pipeline, where they have any.
    fn groups(&self) -> Vec<GraphGroup> {
        let mut groups: Vec<GraphGroup> = Vec::new();
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let kind = match node.finally {
                true => GraphGroupKind::Finally,
                false => GraphGroupKind::Tasks,
            };
            let parent = node.parent.map(|parent| self.id(parent));
            let id = self.id(index);
            let known = groups
                .iter_mut()
                .find(|group| group.kind == kind && group.parent == parent);
            match known {
                Some(group) => group.nodes.push(id),
                None => groups.push(GraphGroup {
                    kind,
                    parent,
                    nodes: vec![id],
                }),
            }
        }
        groups
    }

    fn finding(&self, finding: &Finding) -> GraphFinding {
        GraphFinding {
            rule: finding.rule.to_owned(),
            severity: match finding.severity {
                Severity::Error => 1,
                Severity::Warning => 2,
                Severity::Info => 3,
                Severity::Hint => 4,
            },
            message: finding.message.clone(),
            range: self.places.range(finding.range.clone()),
        }
    }

    fn location(&self, location: Option<&Location>) -> Option<lsp_types::Location> {
        let location = location?;
        self.snapshot
            .location(&location.path, location.range.clone())
    }
}

fn class(class: PipelineClass) -> PipelineClassName {
    match class {
        PipelineClass::Build => PipelineClassName::Build,
        PipelineClass::Release => PipelineClassName::Release,
        PipelineClass::IntegrationTest => PipelineClassName::IntegrationTest,
        PipelineClass::TaskUnitTest => PipelineClassName::TaskUnitTest,
    }
}

fn target(target: Target) -> GraphTargetKind {
    match target {
        Target::TaskRef => GraphTargetKind::TaskRef,
        Target::TaskSpec => GraphTargetKind::TaskSpec,
        Target::PipelineRef => GraphTargetKind::PipelineRef,
        Target::PipelineSpec => GraphTargetKind::PipelineSpec,
        Target::Missing => GraphTargetKind::Missing,
    }
}
