//! `konflux/pipelineGraph`: the picture of a pipeline, also of one that is half typed.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::HashSet;
use std::fmt::Write;

use expect_test::{Expect, expect};
use konflux_lsp::requests::{
    GraphEdgeKind, GraphGroupKind, PipelineGraph, PipelineGraphParams, PipelineGraphResult,
};
use konflux_lsp::{File, Initialize, Session};
use serde_json::{Value, json};

const PIPELINE: &str = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: build-it
spec:
  params:
    - name: output-image
      type: string
  results:
    - name: IMAGE_URL
      value: $(tasks.build.results.IMAGE_URL)
  tasks:
    - name: init
      taskSpec:
        results:
          - name: build
        steps:
          - name: say
            image: quay.io/acme/tools:1
            script: echo -n true > $(results.build.path)
    - name: clone
      when:
        - input: $(tasks.init.results.build)
          operator: in
          values: [\"true\"]
      taskRef:
        resolver: bundles
        params:
          - name: name
            value: git-clone
          - name: bundle
            value: quay.io/acme/task-git-clone:0.1@sha256:00
    - name: build
      runAfter: [clone, nobody]
      matrix:
        params:
          - name: PLATFORM
            value: [linux/amd64, linux/arm64]
      params:
        - name: SOURCE_ARTIFACT
          value: $(tasks.clone.results.SOURCE_ARTIFACT)
        - name: AGAIN
          value: $(tasks.clone.results.SOURCE_ARTIFACT)
      taskRef:
        name: buildah
        version: \"0.2\"
    - taskRef:
        name: unnamed
    - name: inner
      pipelineSpec:
        tasks:
          - name: build
            taskRef:
              name: buildah
          - name: test
            runAfter: [build]
  finally:
    - name: tell
      when:
        - input: $(tasks.build.status)
          operator: in
          values: [Failed]
      params:
        - name: how
          value: $(tasks.build.status)
      taskRef:
        name: tell
";

const BUILDAH: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: buildah
spec:
  steps:
    - name: build
      image: quay.io/acme/tools:1
";

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// Asks about a document that is open beside the task `buildah`.
fn ask(text: &str, position: Value) -> PipelineGraphResult {
    let mut session = Session::new();
    session.initialize(Initialize::read(&json!({ "rootUri": "file:///w" })));
    session.load(vec![File {
        path: "/w/buildah.yaml".into(),
        text: Some(BUILDAH.to_owned()),
    }]);
    let uri = "file:///w/build.yaml";
    let document = json!({ "uri": uri, "languageId": "yaml", "version": 3, "text": text });
    session.did_open(of(json!({ "textDocument": document })));
    let params: PipelineGraphParams =
        of(json!({ "textDocument": { "uri": uri }, "position": position }));
    session.pipeline_graph(params).get().unwrap()
}

/// What a person would see, in a few words for each thing.
fn show(graph: &PipelineGraph) -> String {
    let mut text = format!("{} {}: {:?}\n", graph.kind, graph.name, graph.class);
    for group in &graph.groups {
        let kind = match group.kind {
            GraphGroupKind::Tasks => "tasks",
            GraphGroupKind::Finally => "finally",
        };
        let parent = group.parent.as_deref().unwrap_or("the pipeline");
        let _ = writeln!(text, "{kind} of {parent}: {}", group.nodes.join(", "));
    }
    for node in &graph.nodes {
        let target = &node.target;
        let mut marks = Vec::new();
        marks.extend(node.finally.then_some("finally"));
        marks.extend(node.guarded.then_some("guarded"));
        marks.extend(node.matrix.then_some("matrix"));
        marks.extend(target.definition.as_ref().map(|_| "defined"));
        let line = node.selection_range.start.line + 1;
        let _ = writeln!(
            text,
            "{} on line {line}: {:?} «{}» {marks:?}, given {:?}, gives {:?}, findings {:?}",
            node.id, target.kind, target.description, node.params, node.results, node.findings
        );
    }
    for edge in &graph.edges {
        let kind = match edge.kind {
            GraphEdgeKind::RunAfter => "runAfter",
            GraphEdgeKind::Result => "result",
            GraphEdgeKind::When => "when",
        };
        let result = edge.result.as_deref().unwrap_or("-");
        let artifact = if edge.artifact { " artifact" } else { "" };
        let lines: Vec<u32> = edge
            .ranges
            .iter()
            .map(|range| range.start.line + 1)
            .collect();
        let (from, to) = (&edge.from, &edge.to);
        let _ = writeln!(
            text,
            "{from} → {to}: {kind} {result}{artifact} by lines {lines:?}"
        );
    }
    for finding in &graph.findings {
        let _ = writeln!(text, "{} ({})", finding.rule, finding.severity);
    }
    text
}

fn check(text: &str, expected: &Expect) {
    let result = ask(text, Value::Null);
    let shown: String = result.pipelines.iter().map(show).collect();
    expected.assert_eq(&shown);
}

#[test]
fn a_pipeline_is_its_tasks_and_what_makes_them_wait() {
    check(
        PIPELINE,
        &expect![[r#"
        Pipeline build-it: Some(Build)
        tasks of the pipeline: init, clone, build, #2, inner
        finally of the pipeline: tell
        tasks of inner: inner/build, inner/test
        init on line 13: TaskSpec «1 step» [], given [], gives ["build"], findings []
        clone on line 21: TaskRef «git-clone 0.1» ["guarded"], given [], gives ["SOURCE_ARTIFACT"], findings []
        build on line 33: TaskRef «buildah 0.2» ["matrix", "defined"], given ["SOURCE_ARTIFACT", "AGAIN", "PLATFORM"], gives ["IMAGE_URL"], findings [1, 2, 3, 4]
        #2 on line 47: TaskRef «unnamed» [], given [], gives [], findings []
        inner on line 49: PipelineSpec «2 tasks» [], given [], gives [], findings []
        tell on line 58: TaskRef «tell» ["finally", "guarded"], given ["how"], gives [], findings []
        inner/build on line 52: TaskRef «buildah» ["defined"], given [], gives [], findings []
        inner/test on line 55: Missing «» [], given [], gives [], findings []
        init → clone: when build by lines [23]
        clone → build: runAfter - by lines [34]
        clone → build: result SOURCE_ARTIFACT artifact by lines [41, 43]
        build → tell: when - by lines [60]
        inner/build → inner/test: runAfter - by lines [56]
        unknown-result (1)
        unknown-run-after (1)
        unknown-param (2)
        unknown-param (2)
        unknown-param (2)
    "#]],
    );
}

#[test]
fn a_run_points_at_the_pipeline_that_it_names() {
    let run = "\
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: run-
spec:
  pipelineRef:
    name: build-it
---
";
    let result = ask(&format!("{run}{PIPELINE}"), Value::Null);
    assert_eq!(result.version, Some(3));
    let [run, pipeline] = &result.pipelines[..] else {
        panic!("{result:?}");
    };
    assert_eq!((&*run.name, run.nodes.len()), ("run-", 0));
    let definition = run.definition.as_ref().unwrap();
    assert_eq!(definition.range, pipeline.selection_range);
}

#[test]
fn the_cursor_is_in_the_innermost_task() {
    let at = |line: u32| {
        let current = ask(PIPELINE, json!({ "line": line - 1, "character": 0 })).current;
        current.and_then(|current| current.node)
    };
    let line = |words: &str| {
        let before = PIPELINE.split(words).next().unwrap();
        u32::try_from(before.lines().count()).unwrap() + 1
    };
    assert_eq!(at(line("metadata")), None);
    assert_eq!(at(line("          operator: in")).as_deref(), Some("clone"));
    assert_eq!(
        at(line("            runAfter: [build]")).as_deref(),
        Some("inner/test")
    );
    assert_eq!(at(line("      pipelineSpec")).as_deref(), Some("inner"));
    assert_eq!(at(line("        name: tell")).as_deref(), Some("tell"));
}

#[test]
fn what_is_no_pipeline_has_no_graph() {
    assert_eq!(ask(BUILDAH, Value::Null).pipelines, []);
    assert_eq!(ask("", Value::Null).pipelines, []);
    let mut session = Session::new();
    session.initialize(Initialize::read(&json!({})));
    let nobody = json!({ "textDocument": { "uri": "file:///nobody.yaml" } });
    let result = session.pipeline_graph(of(nobody)).get().unwrap();
    assert_eq!(result, PipelineGraphResult::default());
}

/// While it is being typed, and with every line missing once, a graph hangs together.
#[test]
fn half_typed_pipelines_have_sound_graphs() {
    let lines: Vec<&str> = PIPELINE.split_inclusive('\n').collect();
    for at in 0..lines.len() {
        let typed = lines[..at].concat() + &lines[at][..lines[at].len() / 2];
        let missing = lines[..at].concat() + &lines[at + 1..].concat();
        for text in [typed, missing] {
            for graph in ask(&text, json!({ "line": at, "character": 3 })).pipelines {
                assert_sound(&graph, &text);
            }
        }
    }
}

fn assert_sound(graph: &PipelineGraph, text: &str) {
    let ids: HashSet<&str> = graph.nodes.iter().map(|node| &*node.id).collect();
    assert_eq!(ids.len(), graph.nodes.len(), "ids are unique in\n{text}");
    assert!(!ids.contains(""), "ids are not empty in\n{text}");
    for edge in &graph.edges {
        assert!(
            ids.contains(&*edge.from) && ids.contains(&*edge.to),
            "{edge:?} in\n{text}"
        );
        assert!(!edge.ranges.is_empty(), "{edge:?} in\n{text}");
    }
    let grouped: Vec<&String> = graph.groups.iter().flat_map(|group| &group.nodes).collect();
    assert_eq!(
        grouped.len(),
        ids.len(),
        "every node is in one group in\n{text}"
    );
    for node in &graph.nodes {
        let all_known = node
            .findings
            .iter()
            .all(|index| *index < graph.findings.len());
        assert!(all_known, "{node:?} in\n{text}");
        let (outer, inner) = (node.range, node.selection_range);
        assert!(
            outer.start <= inner.start && inner.end <= outer.end,
            "{node:?} in\n{text}"
        );
    }
}
