use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use konflux_analysis::Workspace;

use crate::fixture::{Fixture, corpus, yaml_files};

fn check(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(fixture);
    let mut out = String::new();
    for (path, _) in &fixture.files {
        for document in fixture.workspace.classify(path) {
            let class = document
                .class
                .map_or("unclassified", |class| class.as_str());
            out += &format!(
                "{} {}: {class} {:.2}\n",
                document.api_kind,
                document.name.unwrap_or_default(),
                document.confidence,
            );
            for evidence in document.evidence {
                out += &format!(
                    "  {}\n    {}\n",
                    evidence.message,
                    fixture.show(path, evidence.range)
                );
            }
        }
    }
    expect.assert_eq(&out);
}

#[test]
fn the_interface_of_a_build_tells() {
    check(
        r#"
#- /repo/.tekton/push.yaml
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: app-on-push-
  labels:
    pipelines.appstudio.openshift.io/type: build
spec:
  params:
    - name: output-image
      value: quay.io/acme/app
  pipelineRef:
    name: build
"#,
        expect![[r#"
            PipelineRun app-on-push-: build 0.97
              It takes the param `output-image`: where to push what it builds.
                /repo/.tekton/push.yaml:9: «output-image»
              The label `pipelines.appstudio.openshift.io/type` is `build`.
                /repo/.tekton/push.yaml:6: «build»
              It runs the pipeline `build`.
                /repo/.tekton/push.yaml:12: «build»
        "#]],
    );
}

#[test]
fn a_weak_signal_alone_says_nothing() {
    check(
        r#"
#- /repo/.tekton/provision.yaml
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  name: provision
  labels:
    pipelines.appstudio.openshift.io/type: build
spec:
  pipelineSpec:
    tasks: []
"#,
        expect![[r#"
            PipelineRun provision: unclassified 0.00
        "#]],
    );
}

#[test]
fn an_annotation_wins() {
    check(
        r#"
#- /repo/a.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: a
  annotations:
    konflux.guidelines/class: integration-test
spec:
  params:
    - name: output-image
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: b
  annotations:
    konflux.guidelines/class: none
spec:
  params:
    - name: output-image
"#,
        expect![[r#"
            Pipeline a: integration-test 1.00
              The annotation `konflux.guidelines/class` says so.
                /repo/a.yaml:6: «integration-test»
            Pipeline b: unclassified 1.00
        "#]],
    );
}

#[test]
fn the_unit_test_of_a_release_task_is_no_release() {
    check(
        r#"
#- /repo/tasks/managed/sign/tests/test-sign.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: test-sign
spec:
  params:
    - name: release
    - name: releasePlan
  workspaces:
    - name: release-workspace
"#,
        expect![[r#"
            Pipeline test-sign: task-unit-test 0.97
              The file stands in the `tests` folder of a task.
                /repo/tasks/managed/sign/tests/test-sign.yaml:4: «test-sign»
              The name begins with `test-`, as unit tests of tasks do.
                /repo/tasks/managed/sign/tests/test-sign.yaml:4: «test-sign»
        "#]],
    );
}

#[test]
fn case_matters() {
    check(
        r#"
#- /repo/a.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: upper}
spec: {params: [{name: SNAPSHOT}]}
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: lower}
spec: {params: [{name: snapshot}]}
"#,
        expect![[r#"
            Pipeline upper: integration-test 0.92
              It takes the param `SNAPSHOT`, which integration tests are given.
                /repo/a.yaml:4: «SNAPSHOT»
            Pipeline lower: unclassified 0.00
        "#]],
    );
}

/// Every judged pipeline of the real catalogs, and every unit test beside them.
#[test]
fn catalogs_are_classified_as_judged() {
    let Some(corpus) = corpus() else { return };
    let truth = corpus.join("../truth/pipelines.tsv");
    let Ok(truth) = std::fs::read_to_string(&truth) else {
        eprintln!("SKIPPED: no truth at {}", truth.display());
        return;
    };
    let catalogs = corpus.join("konflux");
    let mut workspace = Workspace::new();
    let files = yaml_files(&catalogs);
    for (path, text) in &files {
        workspace.load(path, text);
    }
    let mut judged = BTreeMap::new();
    for line in truth.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let path = catalogs.join(fields[0]).join(fields[1]);
        judged.insert(path.to_string_lossy().into_owned(), class_of(fields[3]));
    }
    let mut wrong = String::new();
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (path, _) in &files {
        for document in workspace.classify(path) {
            let class = document.class.map_or("-", |class| class.as_str());
            let pipeline = matches!(&*document.api_kind, "Pipeline" | "PipelineRun");
            let expected = match judged.get(path) {
                Some(judged) => judged,
                None if path.contains("/tests/") => "task-unit-test",
                None => continue,
            };
            if !pipeline {
                assert_eq!(class, "-", "{path}");
                continue;
            }
            *counts.entry((expected, class)).or_default() += 1;
            if class != expected {
                wrong += &format!("{path}: {class}, judged {expected}\n");
            }
        }
    }
    let mut table = String::new();
    for ((expected, class), count) in counts {
        table += &format!("{expected:17} {class:17} {count}\n");
    }
    expect![[r#"
        -                 -                 2
        build             build             20
        integration-test  integration-test  8
        release           release           44
        task-unit-test    task-unit-test    642

    "#]]
    .assert_eq(&format!("{table}\n{wrong}"));
}

fn class_of(judged: &str) -> &'static str {
    match judged {
        _ if judged.starts_with("build") => "build",
        _ if judged.starts_with("release") => "release",
        _ if judged.starts_with("integration-test") => "integration-test",
        _ => "-",
    }
}

#[test]
fn a_run_is_what_it_runs() {
    check(
        r#"
#- /repo/pipelines/image.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: image
spec:
  params:
    - name: output-image
#- /repo/pipelines/run.yaml
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: image-
spec:
  pipelineRef:
    name: image
"#,
        expect![[r#"
            Pipeline image: build 0.90
              It takes the param `output-image`: where to push what it builds.
                /repo/pipelines/image.yaml:7: «output-image»
            PipelineRun image-: build 0.90
              It runs `image`, which is a pipeline of that kind.
                /repo/pipelines/run.yaml:7: «name: image»
        "#]],
    );
}

#[test]
fn tasks_tell_where_nothing_else_does() {
    check(
        r#"
#- /repo/.tekton/push.yaml
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: app-
spec:
  pipelineSpec:
    tasks:
      - name: clone
        taskRef: {name: git-clone-oci-ta}
      - name: image
        taskRef: {name: buildah-oci-ta}
        runAfter: [clone]
"#,
        expect![[r#"
            PipelineRun app-: build 0.62
              It builds from what `clone` fetches.
                /repo/.tekton/push.yaml:10: «image»
        "#]],
    );
}

#[test]
fn the_name_of_a_remote_pipeline_is_a_hint() {
    check(
        r#"
#- /repo/.tekton/push.yaml
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata:
  generateName: app-
  labels:
    pipelines.appstudio.openshift.io/type: build
spec:
  pipelineRef:
    resolver: bundles
    params:
      - {name: name, value: docker-build-oci-ta}
      - {name: bundle, value: quay.io/konflux-ci/tekton-catalog/pipeline-docker-build-oci-ta:devel}
"#,
        expect![[r#"
            PipelineRun app-: build 0.70
              The label `pipelines.appstudio.openshift.io/type` is `build`.
                /repo/.tekton/push.yaml:6: «build»
              It runs the pipeline `docker-build-oci-ta`.
                /repo/.tekton/push.yaml:11: «docker-build-oci-ta»
        "#]],
    );
}

/// The class of a pipeline in a user's repository whose tasks refer to definitions of these names, or
/// are defined in place under such a name.
fn class_by_tasks(tasks: &[(&str, Option<&str>)]) -> &'static str {
    let task = |(name, reference): &(&str, Option<&str>)| match reference {
        Some(reference) => {
            format!("    - name: {name}\n      taskRef: {{name: {reference}}}\n")
        }
        None => {
            format!("    - name: {name}\n      taskSpec: {{steps: [{{image: i, script: echo}}]}}\n")
        }
    };
    let tasks: String = tasks.iter().map(task).collect();
    let text = format!(
        "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec:\n  tasks:\n{tasks}"
    );
    let mut workspace = Workspace::without_catalogs();
    workspace.load("/w/p.yaml", &text);
    let class = workspace.classify("/w/p.yaml")[0].class;
    class.map_or("unclassified", |class| class.as_str())
}

#[test]
fn what_hands_on_behind_a_policy_releases() {
    let (gate, promote) = (
        ("gate", Some("conforma-vsa")),
        ("go", Some("image-promotion")),
    );
    assert_eq!(class_by_tasks(&[gate, promote]), "release");
    assert_eq!(class_by_tasks(&[gate]), "unclassified");
    assert_eq!(class_by_tasks(&[promote]), "unclassified");
}

#[test]
fn tests_in_an_environment_of_the_run_are_integration_tests() {
    let make = ("make", Some("provision-cluster"));
    let take = ("take", Some("deprovision-cluster"));
    let test = ("run-tests", None);
    assert_eq!(class_by_tasks(&[make, test, take]), "integration-test");
    assert_eq!(class_by_tasks(&[make, test]), "unclassified");
    assert_eq!(class_by_tasks(&[make, take]), "unclassified");
}
