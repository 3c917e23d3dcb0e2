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
             `codesign /app` writes a signature into executables",
        ]
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
