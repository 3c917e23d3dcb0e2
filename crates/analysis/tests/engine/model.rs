use expect_test::{Expect, expect};
use konflux_analysis::model::{Accessor, Model, PipelineTaskTarget, RefKind, Text};
use konflux_analysis::{Span, Tree};

use crate::fixture::{corpus, yaml_files};

/// Every task of every pipeline and every `$(…)`, with where it stands.
fn check(text: &str, expect: Expect) {
    let tree = Tree::parse(text);
    let mut out = String::new();
    for document in tree.documents() {
        let model = Model::of(&document);
        for (pipeline, task) in model.pipeline_tasks() {
            let name = task.name.as_ref().map_or("?", Text::as_str);
            let target = match &task.target {
                PipelineTaskTarget::Task(_) => "taskRef",
                PipelineTaskTarget::Embedded(_) => "taskSpec",
                PipelineTaskTarget::Pipeline(_) => "pipelineRef",
                PipelineTaskTarget::EmbeddedPipeline(_) => "pipelineSpec",
                PipelineTaskTarget::Missing => "nothing",
            };
            let finally = if task.finally { " finally" } else { "" };
            out += &format!("task {name}{finally} in {:?}: {target}\n", pipeline.owner);
        }
        for reference in &model.references {
            let source = &text[document.start()..][reference.span.range()];
            let site = reference.site;
            let mut place = String::new();
            for (word, index) in [
                ("pipeline", site.pipeline),
                ("item", site.pipeline_task),
                ("task", site.task),
                ("step", site.step),
            ] {
                if let Some(index) = index {
                    place += &format!("{word} {index}, ");
                }
            }
            let isolated = if reference.isolated { ", isolated" } else { "" };
            out += &format!(
                "{source} = {} in {place}{:?}{isolated}\n",
                show(&reference.kind),
                site.part
            );
        }
    }
    expect.assert_eq(&out);
}

fn show(kind: &RefKind) -> String {
    let after = |accessor: &Accessor| match accessor {
        Accessor::None => String::new(),
        Accessor::Star => " [*]".to_owned(),
        Accessor::Index(index) => format!(" [{index}]"),
    };
    let key = |key: &Option<Text>| {
        key.as_ref()
            .map(|key| format!(" key {}", key.as_str()))
            .unwrap_or_default()
    };
    match kind {
        RefKind::Param { name, accessor, .. } => {
            format!("param {}{}", name.as_str(), after(accessor))
        }
        RefKind::TaskResult {
            task,
            result,
            key: k,
            accessor,
            finally,
        } => format!(
            "{} {} result {}{}{}",
            if *finally { "finally" } else { "task" },
            task.as_str(),
            result.as_str(),
            key(k),
            after(accessor)
        ),
        RefKind::TaskStatus { task, field } => format!("{} of {}", field.as_str(), task.as_str()),
        RefKind::AggregateStatus => "status of all".to_owned(),
        RefKind::MatrixLength { task, result } => {
            format!("matrix length of {}{}", task.as_str(), key(result))
        }
        RefKind::ResultPath { result } => format!("path of result {}", result.as_str()),
        RefKind::StepResultPath { result } => format!("path of step result {}", result.as_str()),
        RefKind::StepResult {
            step,
            result,
            key: k,
            accessor,
        } => {
            format!(
                "step {} result {}{}{}",
                step.as_str(),
                result.as_str(),
                key(k),
                after(accessor)
            )
        }
        RefKind::StepField { step } => format!("field of step {}", step.as_str()),
        RefKind::Workspace { workspace, field } => {
            format!("workspace {}{}", workspace.as_str(), key(field))
        }
        RefKind::Context { object, field } => format!("context {}{}", object.as_str(), key(field)),
        RefKind::Unknown { path } => format!("unknown {}", path.as_str()),
    }
}

#[test]
fn one_traversal_sees_every_task() {
    check(
        r#"
apiVersion: tekton.dev/v1
kind: PipelineRun
spec:
  pipelineSpec:
    tasks:
      - name: a
        taskRef: {name: x}
      - name: b
        taskSpec:
          steps:
            - name: s
              script: echo $(params.b)
      - name: c
        pipelineSpec:
          tasks:
            - name: inner
              taskSpec:
                steps:
                  - script: echo $(params.c)
    finally:
      - name: d
        pipelineRef: {name: y}
      - taskRef:
"#,
        expect![[r#"
            task a in Run: taskRef
            task b in Run: taskSpec
            task c in Run: pipelineSpec
            task d finally in Run: pipelineRef
            task ? finally in Run: nothing
            task inner in PipelineTask(PipelineTaskId { pipeline: 0, task: 2 }): taskSpec
            $(params.b) = param b in pipeline 0, item 1, task 0, step 0, Script
            $(params.c) = param c in pipeline 1, item 0, task 1, step 0, Script
        "#]],
    );
}

#[test]
fn references_have_kinds() {
    check(
        r#"
apiVersion: tekton.dev/v1
kind: Task
spec:
  steps:
    - args:
        - $(params.a)
        - $(params.a.b.c)
        - $(params.a[*])
        - $(params.a[12])
        - '$(params["a.b"])'
        - "$(params['a.b'][*])"
        - $(inputs.params.a)
        - $(tasks.t.results.r)
        - $(tasks.t.results.r.key)
        - $(tasks.t.results.r[*])
        - $(tasks.t.status)
        - $(tasks.t.reason)
        - $(tasks.status)
        - $(tasks.t.matrix.length)
        - $(tasks.t.matrix.r.length)
        - $(finally.t.results.r)
        - $(results.r.path)
        - $(results.a.b.path)
        - $(step.results.r.path)
        - $(steps.s.results.r)
        - $(steps.step-s.exitCode.path)
        - $(workspaces.w.path)
        - $(workspaces.w.bound)
        - $(context.taskRun.name)
        - $(params.)
        - $(tasks.t.results)
        - $(tasks.$(params.inner).results.r)
        - $(cat params.x) $(params) $(paramsx.y) $((1 + 2)) $(params.x y)
"#,
        expect![[r#"
            $(params.a) = param a in task 0, step 0, Command, isolated
            $(params.a.b.c) = param a.b.c in task 0, step 0, Command, isolated
            $(params.a[*]) = param a [*] in task 0, step 0, Command, isolated
            $(params.a[12]) = param a [12] in task 0, step 0, Command, isolated
            $(params["a.b"]) = param a.b in task 0, step 0, Command, isolated
            $(params['a.b'][*]) = param a.b [*] in task 0, step 0, Command, isolated
            $(inputs.params.a) = param a in task 0, step 0, Command, isolated
            $(tasks.t.results.r) = task t result r in task 0, step 0, Command, isolated
            $(tasks.t.results.r.key) = task t result r key key in task 0, step 0, Command, isolated
            $(tasks.t.results.r[*]) = task t result r [*] in task 0, step 0, Command, isolated
            $(tasks.t.status) = status of t in task 0, step 0, Command, isolated
            $(tasks.t.reason) = reason of t in task 0, step 0, Command, isolated
            $(tasks.status) = status of all in task 0, step 0, Command, isolated
            $(tasks.t.matrix.length) = matrix length of t in task 0, step 0, Command, isolated
            $(tasks.t.matrix.r.length) = matrix length of t key r in task 0, step 0, Command, isolated
            $(finally.t.results.r) = finally t result r in task 0, step 0, Command, isolated
            $(results.r.path) = path of result r in task 0, step 0, Command, isolated
            $(results.a.b.path) = path of result a.b in task 0, step 0, Command, isolated
            $(step.results.r.path) = path of step result r in task 0, step 0, Command, isolated
            $(steps.s.results.r) = step s result r in task 0, step 0, Command, isolated
            $(steps.step-s.exitCode.path) = field of step step-s in task 0, step 0, Command, isolated
            $(workspaces.w.path) = workspace w key path in task 0, step 0, Command, isolated
            $(workspaces.w.bound) = workspace w key bound in task 0, step 0, Command, isolated
            $(context.taskRun.name) = context taskRun key name in task 0, step 0, Command, isolated
            $(params.) = unknown params. in task 0, step 0, Command, isolated
            $(tasks.t.results) = unknown tasks.t.results in task 0, step 0, Command, isolated
            $(params.inner) = param inner in task 0, step 0, Command
        "#]],
    );
}

#[test]
fn places_inside_scalars_are_exact() {
    check(
        r#"
apiVersion: tekton.dev/v1
kind: Task
spec:
  steps:
    - image: "a\"$(params.one)\x41$(params[\"two\"])"
      workingDir: 'it''s $(params[''three''])'
      command: [ "$(params.four)", x$(params.five)y ]
      args:
        - >-
          folded $(params.six)
          $(params.seven)
        - plain
          over lines $(params.eight)
      script: |
        # $$(params.nine) \$(params.ten) # comment
        $(params.eleven[*])
      # $(params.twelve) is in a comment
  sidecars:
    - name: $(params.thirteen)
  volumes:
    - name: v
      configMap: {name: $(params.fourteen)}
"#,
        expect![[r#"
            $(params.one) = param one in task 0, step 0, Image
            $(params[\"two\"]) = param two in task 0, step 0, Image
            $(params[''three'']) = param three in task 0, step 0, WorkingDir
            $(params.four) = param four in task 0, step 0, Command, isolated
            $(params.five) = param five in task 0, step 0, Command
            $(params.six) = param six in task 0, step 0, Command
            $(params.seven) = param seven in task 0, step 0, Command
            $(params.eight) = param eight in task 0, step 0, Command
            $(params.nine) = param nine in task 0, step 0, Script
            $(params.ten) = param ten in task 0, step 0, Script
            $(params.eleven[*]) = param eleven [*] in task 0, step 0, Script
            $(params.thirteen) = param thirteen in task 0, Sidecar, isolated
            $(params.fourteen) = param fourteen in task 0, Volume, isolated
        "#]],
    );
}

#[test]
fn aliases_and_merge_keys_are_followed() {
    let tree = Tree::parse(
        r#"
apiVersion: tekton.dev/v1
kind: Task
spec:
  params:
    - &p {name: a, default: &d x}
    - name: b
      default: *d
  steps:
    - &base
      name: one
      image: &img example.com/x:1
      script: echo "$(params.a)"
    - <<: *base
      name: two
    - {name: three, image: *img}
"#,
    );
    let model = Model::of(&tree.document_at(0));
    let task = model.main_task().expect("it is a task");
    let params = task
        .params
        .iter()
        .map(|param| (param.name.as_str(), param.default.is_some()));
    assert_eq!(params.collect::<Vec<_>>(), [("a", true), ("b", true)]);
    let steps = task.steps.iter().map(|step| {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.to_string());
        (
            text(&step.name).unwrap_or_default(),
            text(&step.image).unwrap_or_default(),
        )
    });
    let steps: Vec<_> = steps.collect();
    let image = "example.com/x:1".to_owned();
    assert_eq!(
        steps,
        [
            ("one".to_owned(), image.clone()),
            ("two".to_owned(), image.clone()),
            ("three".to_owned(), image)
        ]
    );
    assert_eq!(model.references.len(), 1);
}

#[test]
fn an_alias_bomb_is_cheap() {
    let mut text = String::from("apiVersion: tekton.dev/v1\nkind: Task\na0: &a0 [x, x]\n");
    for i in 1..40 {
        text += &format!("a{i}: &a{i} [*a{}, *a{}, *a{}]\n", i - 1, i - 1, i - 1);
    }
    text += "spec:\n  params: *a39\n  steps: *a39\n  results: &r [*r]\n";
    let tree = Tree::parse(&text);
    Model::of(&tree.document_at(0));
}

/// On everything we have, broken files included: nothing panics, and every place holds its text.
#[test]
fn places_hold_their_text() {
    let Some(corpus) = corpus() else { return };
    let mut references = 0;
    for (path, text) in yaml_files(&corpus) {
        let tree = Tree::parse(&text);
        for document in tree.documents() {
            let model = Model::of(&document);
            let source = |span: Span| {
                let text = text[document.start()..].get(span.range());
                text.unwrap_or_else(|| panic!("{path}: {span:?} is no place"))
            };
            for reference in &model.references {
                let text = source(reference.span);
                assert!(
                    text.starts_with("$(") && text.ends_with(')'),
                    "{path}: {text}"
                );
                references += 1;
            }
            for (_, task) in model.pipeline_tasks() {
                let names = task.arguments().map(|argument| &argument.name);
                for name in names.chain(&task.name).chain(&task.run_after) {
                    assert_eq!(
                        source(name.span).trim_matches(['"', '\'']),
                        name.as_str(),
                        "{path}"
                    );
                }
                source(task.span);
            }
            for task in &model.tasks {
                source(task.span);
                task.steps.iter().for_each(|step| _ = source(step.span));
            }
        }
    }
    assert!(references > 20_000, "only {references} references");
}
