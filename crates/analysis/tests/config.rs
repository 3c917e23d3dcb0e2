//! `.konflux-ls.yaml`: the nearest one upwards counts, and says what is wrong with itself.

#![allow(clippy::unwrap_used)]

use konflux_analysis::{Severity, Workspace};

const TASK: &str = "apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: build
spec:
  results:
    - name: a
    - name: a
  steps:
    - name: build
      image: quay.io/acme/buildah:1
";

fn open(files: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_roots(vec!["/w".into()]);
    for (path, text) in files {
        workspace.load(path, text);
    }
    workspace
}

fn severities(workspace: &Workspace, path: &str) -> Vec<Severity> {
    let findings = workspace.findings(path);
    findings.iter().map(|finding| finding.severity).collect()
}

#[test]
fn the_nearest_counts_alone() {
    let mut workspace = open(&[
        (
            "/w/.konflux-ls.yaml",
            "rules:\n  duplicate-result: error\nignore: ['old/**']\n",
        ),
        ("/w/sub/.konflux-ls.yaml", "rules: {}\n"),
        ("/w/a.yaml", TASK),
        ("/w/old/a.yaml", TASK),
        ("/w/sub/a.yaml", TASK),
        ("/w/sub/old/a.yaml", TASK),
    ]);
    assert_eq!(severities(&workspace, "/w/a.yaml"), [Severity::Error]);
    assert_eq!(severities(&workspace, "/w/old/a.yaml"), []);
    assert_eq!(severities(&workspace, "/w/sub/a.yaml"), [Severity::Warning]);
    assert_eq!(
        severities(&workspace, "/w/sub/old/a.yaml"),
        [Severity::Warning]
    );

    workspace.load(
        "/w/sub/.konflux-ls.yaml",
        "rules:\n  duplicate-result: off\n",
    );
    assert_eq!(severities(&workspace, "/w/sub/a.yaml"), []);
    workspace.unload("/w/sub/.konflux-ls.yaml");
    assert_eq!(severities(&workspace, "/w/sub/a.yaml"), [Severity::Error]);
}

#[test]
fn mistakes_are_findings_in_the_file_itself() {
    let text = "rule:\n  x: y\nrules:\n  duplicate-results: warning\n  duplicate-step: of\nignore: x\n\
                classes:\n  'a/**': building\n";
    let workspace = open(&[("/w/.konflux-ls.yaml", text)]);
    let findings = workspace.findings("/w/.konflux-ls.yaml");
    let found: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding.rule, &text[finding.range.clone()]))
        .collect();
    assert_eq!(
        found,
        [
            ("unknown-setting", "rule"),
            ("unknown-setting", "duplicate-results"),
            ("invalid-setting", "of"),
            ("invalid-setting", "x"),
            ("invalid-setting", "building"),
        ]
    );
    let help = findings[0].help.as_deref();
    assert_eq!(help, Some("Did you mean `rules`?"));
}

#[test]
fn a_file_that_is_no_yaml_says_so() {
    let workspace = open(&[("/w/.konflux-ls.yaml", "rules: {\n"), ("/w/a.yaml", TASK)]);
    let findings = workspace.findings("/w/.konflux-ls.yaml");
    assert_eq!(findings[0].rule, "syntax-error");
    assert_eq!(severities(&workspace, "/w/a.yaml"), [Severity::Warning]);
}

#[test]
fn classes_can_be_told() {
    let pipeline = "apiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata:\n  name: x\nspec:\n  \
                    tasks:\n    - name: a\n      taskRef:\n        name: a\n";
    let mut workspace = open(&[("/w/ci/a.yaml", pipeline)]);
    assert_eq!(workspace.classify("/w/ci/a.yaml")[0].class, None);
    workspace.load("/w/.konflux-ls.yaml", "classes:\n  'ci/**': release\n");
    let class = &workspace.classify("/w/ci/a.yaml")[0];
    assert_eq!(class.class.map(|class| class.as_str()), Some("release"));
    assert_eq!(class.evidence.len(), 1);
}
