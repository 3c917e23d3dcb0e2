//! Guidelines across files: what is reported when, what it points at, and what typing costs.

use std::sync::Arc;

use konflux_analysis::{Finding, Workspace};

use crate::fixture::Fixture;

const RELEASE: &str = "#- /w/pipelines/release.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: release
  annotations:
    tekton.dev/tags: release
spec:
  tasks:
    - name: ship
      taskRef:
        name: ship
";

const TASK: &str = "#- /w/tasks/ship.yaml
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: ship
spec:
  steps:
    - name: ship
      image: quay.io/example/tools
      script: |
        cosign copy \"$A\" \"$B\"
";

fn rules(workspace: &Workspace, path: &str) -> Vec<&'static str> {
    let findings = workspace.findings(path);
    findings.iter().map(|finding| finding.rule).collect()
}

fn shown(fixture: &Fixture, finding: &Finding) -> Vec<String> {
    let related = finding.related.iter();
    let show = |place: &konflux_analysis::Related| {
        let at = fixture.show(&place.path, place.range.clone());
        format!("{at} {}", place.message)
    };
    related.map(show).collect()
}

#[test]
fn typing_in_a_script_makes_a_finding_come_and_go() {
    let fixture = Fixture::new(&format!("{RELEASE}{TASK}"));
    let mut workspace = fixture.workspace;
    let (pipeline, task) = ("/w/pipelines/release.yaml", "/w/tasks/ship.yaml");
    let text = TASK.split_once('\n').map_or("", |(_, text)| text);
    workspace.open(task, text);
    let silent = workspace.findings(pipeline);
    assert!(silent.is_empty(), "{silent:?}");

    let at = text.find("cosign").expect("it copies");
    workspace.edit(task, at..at, "codesign --sign me /app\n        ");
    let found = workspace.findings(pipeline);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule, "modified-in-release");
    assert_eq!(found[0].related.len(), 1, "{found:?}");

    // Other words, the same role: nobody is disturbed.
    let revision = workspace.revision();
    workspace.edit(task, at..at, "echo ready\n        ");
    assert_eq!(workspace.revision(), revision);
    assert!(Arc::ptr_eq(&workspace.findings(pipeline), &found));

    let now = workspace.tree(task).expect("it is open").to_string();
    let from = now.find("codesign").expect("it signs");
    let end = from + now[from..].find("cosign").expect("it copies");
    workspace.edit(task, from..end, "");
    assert!(workspace.findings(pipeline).is_empty());
    let empty = workspace.findings(pipeline);
    workspace.edit(task, at..at, "echo set\n        ");
    assert!(Arc::ptr_eq(&workspace.findings(pipeline), &empty));
}

#[test]
fn delegation_points_at_both_ends() {
    let fixture = Fixture::new(&format!(
        "{RELEASE}{}{}{}",
        TASK.replace(
            "cosign copy \"$A\" \"$B\"",
            "internal-request --pipeline sign-files"
        ),
        RELEASE
            .replace("name: release", "name: sign-files")
            .replace("release.yaml", "sign-files.yaml")
            .replace("ship", "sign"),
        TASK.replace("cosign copy \"$A\" \"$B\"", "codesign /app")
            .replace("ship", "sign"),
    ));
    let findings = fixture.workspace.findings("/w/pipelines/release.yaml");
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        shown(&fixture, &findings[0]),
        [
            "/w/tasks/ship.yaml:10: «internal-request --pipeline sign-files» \
             it starts the pipeline `sign-files` here",
            "/w/pipelines/sign-files.yaml:9: «sign» which runs `sign`",
            "/w/tasks/sign.yaml:10: «codesign /app» \
             `codesign` writes a signature into executables",
        ]
    );
}

/// A task that is defined in the pipeline that is started.
const SIGN_IN_PLACE: &str = "#- /w/pipelines/internal/sign-files/sign-files.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: sign-files
spec:
  tasks:
    - name: sign
      taskSpec:
        steps:
          - name: sign
            image: quay.io/example/tools
            script: codesign --sign me /app
";

fn delegating(command: &str) -> String {
    let indented = command.replace('\n', "\n        ");
    TASK.replace("cosign copy \"$A\" \"$B\"", &indented)
}

#[test]
fn tasks_in_place_behind_a_delegation_count() {
    let fixture = Fixture::new(&format!(
        "{RELEASE}{}{SIGN_IN_PLACE}",
        delegating("internal-request --pipeline sign-files")
    ));
    let mut workspace = fixture.workspace.clone();
    let (path, pipeline) = (
        "/w/pipelines/release.yaml",
        "/w/pipelines/internal/sign-files/sign-files.yaml",
    );
    let findings = workspace.findings(path);
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(
        shown(&fixture, &findings[0]),
        [
            "/w/tasks/ship.yaml:10: «internal-request --pipeline sign-files» \
             it starts the pipeline `sign-files` here",
            "/w/pipelines/internal/sign-files/sign-files.yaml:7: «sign» which runs `sign`",
            "/w/pipelines/internal/sign-files/sign-files.yaml:12: «codesign --sign me /app» \
             `codesign --sign` writes a signature into executables",
        ]
    );
    let task = workspace.tree("/w/tasks/ship.yaml").unwrap().to_string();
    let hover = workspace.hover("/w/tasks/ship.yaml", task.find("ship").unwrap());
    let hover = hover.unwrap().markdown;
    assert!(
        hover.contains(
            "Through the pipeline [`sign-files`](file:///w/pipelines/internal/sign-files/sign-files.yaml#L4): \
             task [`sign`](file:///w/pipelines/internal/sign-files/sign-files.yaml#L12), **sign-content**"
        ),
        "{hover}"
    );

    // What is defined in the pipeline is followed while it is typed.
    let text = SIGN_IN_PLACE.split_once('\n').map_or("", |(_, text)| text);
    workspace.open(pipeline, text);
    assert_eq!(workspace.findings(path).len(), 1);
    let at = text.find("codesign --sign me").unwrap();
    workspace.edit(pipeline, at..at + "codesign --sign me".len(), "ls");
    assert!(workspace.findings(path).is_empty());
}

#[test]
fn a_pipeline_is_started_in_many_ways() {
    let check = |command: &str, expected: &[&str]| {
        let files = format!("{RELEASE}{}{SIGN_IN_PLACE}", delegating(command));
        let fixture = Fixture::new(&files);
        let found = rules(&fixture.workspace, "/w/pipelines/release.yaml");
        assert_eq!(found, expected, "{command}");
    };
    let found = ["modified-in-release"];
    check("internal-pipelinerun --pipeline sign-files -p a=b", &found);
    check("tkn pipeline start sign-files --showlog", &found);
    check(
        "WHAT=sign-files\ninternal-request --pipeline \"${WHAT}\"",
        &found,
    );
    let run = |reference: &str| {
        format!(
            "cat <<E | kubectl create -f -\napiVersion: tekton.dev/v1\nkind: PipelineRun\nspec:\n  \
             pipelineRef:\n    {reference}\nE"
        )
    };
    check(&run("name: sign-files"), &found);
    let path = "pipelines/internal/sign-files/sign-files.yaml";
    let by_path = format!(
        "resolver: git\n    params:\n      - {{name: url, value: $URL}}\n      \
         - {{name: pathInRepo, value: {path}}}"
    );
    check(&run(&by_path), &found);
    check(&run("name: \"$NOBODY_KNOWS\""), &[]);
    check("internal-request --pipeline \"$(params.what)\"", &[]);
    check("internal-request --pipeline \"$(jq -r .x data.json)\"", &[]);
    check("internal-request --pipeline elsewhere", &[]);
}

/// A param names the pipeline: the caller's value counts, then the default.
#[test]
fn a_call_says_which_pipeline_is_started() {
    let default = |default: &str| {
        let task = delegating("internal-request --pipeline \"$(params.what)\"");
        task.replace(
            "spec:\n",
            &format!("spec:\n  params:\n    - name: what\n      default: {default}\n"),
        )
    };
    let check = |task: &str, argument: Option<&str>, expected: &[&str]| {
        let argument = argument.map(|value| {
            format!("      params:\n        - name: what\n          value: {value}\n")
        });
        let argument = argument.unwrap_or_default();
        let fixture = Fixture::new(&format!("{RELEASE}{argument}{task}{SIGN_IN_PLACE}"));
        let found = rules(&fixture.workspace, "/w/pipelines/release.yaml");
        assert_eq!(found, expected, "{argument}{task}");
    };
    let found = ["modified-in-release"];
    check(&default("sign-files"), None, &found);
    check(&default("elsewhere"), None, &[]);
    check(&default("elsewhere"), Some("sign-files"), &found);
    check(&default("sign-files"), Some("elsewhere"), &[]);
    check(
        &default("sign-files"),
        Some("$(context.pipeline.name)"),
        &[],
    );
}

#[test]
fn what_is_kept_aside_or_unclassified_is_left_alone() {
    let signs = TASK.replace("cosign copy \"$A\" \"$B\"", "codesign --sign me /app");
    let check = |from: &str, to: &str, expected: &[&str]| {
        let text = format!("{RELEASE}{signs}").replace(from, to);
        let fixture = Fixture::new(&text);
        let (path, _) = &fixture.files[0];
        assert_eq!(rules(&fixture.workspace, path), expected, "{from} -> {to}");
    };
    check("", "", &["modified-in-release"]);
    check("/w/", "/w/archived-tasks/", &[]);
    check("/w/", "/w/generator/testdata/", &[]);
    check("tags: release", "tags: konflux", &[]);
    let none = "name: ship\n  annotations: {konflux.guidelines/role: none}\nspec:\n  steps";
    check("name: ship\nspec:\n  steps", none, &[]);
}

/// A task in `finally` runs when the gate has failed, unless it looks at how that ended.
#[test]
fn finally_does_not_wait_for_the_gate() {
    let gate = "    - name: gate\n      taskRef:\n        name: verify-conforma\n";
    let release = RELEASE.replace("  tasks:\n", &format!("  tasks:\n{gate}  finally:\n"));
    let check = |more: &str, expected: &[&str]| {
        let fixture = Fixture::new(&format!("{release}{more}{TASK}"));
        let path = "/w/pipelines/release.yaml";
        assert_eq!(rules(&fixture.workspace, path), expected, "{more}");
    };
    check("", &["ungated-release"]);
    let guard = |input: &str| {
        format!("      when:\n        - {{input: {input}, operator: in, values: [Succeeded]}}\n")
    };
    check(&guard("$(tasks.status)"), &[]);
    check(&guard("$(tasks.gate.results.TEST_OUTPUT)"), &[]);
    check(&guard("$(context.pipeline.name)"), &["ungated-release"]);
}

#[test]
fn who_attaches_by_tag_is_told_what_prints_a_digest() {
    let task = |command: &str| {
        let task = TASK.replace("cosign copy \"$A\" \"$B\"", command);
        Fixture::new(&task).workspace
    };
    let help = |command: &str| {
        let findings = task(command).findings("/w/tasks/ship.yaml");
        let attached = findings.iter();
        let mut attached = attached.filter(|finding| finding.rule == "unreported-attachment");
        let found = attached.next().expect("it attaches");
        found.help.clone().expect("it can be helped")
    };
    let by_tag = help("cosign attach sbom --sbom s.json \"$A\"");
    assert!(
        by_tag.starts_with("Attach it with `oras attach` instead"),
        "{by_tag}"
    );
    let by_referrer = help("oras attach --artifact-type x \"$A\" s.json");
    assert!(by_referrer.starts_with("Declare a result"), "{by_referrer}");
}
