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

/// A task that only runs a tool of its image.
const TOOL: &str = "apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: handle
spec:
  steps:
    - name: run
      image: quay.io/acme/tools:1
      script: acme-pack --to out --mode fast repack \"$IMAGE\"
";

fn roles(workspace: &Workspace, path: &str) -> Vec<&'static str> {
    let classes = workspace.classify(path);
    let roles = classes.iter().flat_map(|class| &class.roles);
    roles.map(|role| role.as_str()).collect()
}

#[test]
fn programs_can_be_taught_below_a_configuration() {
    const TAUGHT: &str = "effects:
  - program: [acme-pack, acme_pack]
    values: [--to, --mode]
    does:
      - { args: repack, effect: modify, subject: 0, says: \"rewrites an image\" }
";
    let mut workspace = open(&[("/w/a/t.yaml", TOOL), ("/w/b/t.yaml", TOOL)]);
    assert_eq!(roles(&workspace, "/w/a/t.yaml"), [""; 0]);

    // The file is there before its configuration, and open or not.
    workspace.open("/w/a/t.yaml", TOOL);
    workspace.load("/w/a/.konflux-ls.yaml", TAUGHT);
    assert_eq!(roles(&workspace, "/w/a/t.yaml"), ["modify"]);
    assert_eq!(roles(&workspace, "/w/b/t.yaml"), [""; 0]);
    workspace.close("/w/a/t.yaml");
    assert_eq!(roles(&workspace, "/w/a/t.yaml"), ["modify"]);

    // An edit keeps it, and so does a file that comes later.
    workspace.open("/w/a/t.yaml", TOOL);
    let end = TOOL.len() - 1;
    workspace.edit("/w/a/t.yaml", end..end, " --more");
    assert_eq!(roles(&workspace, "/w/a/t.yaml"), ["modify"]);
    workspace.load("/w/a/late.yaml", TOOL);
    assert_eq!(roles(&workspace, "/w/a/late.yaml"), ["modify"]);

    let other = TAUGHT.replace("modify", "publish");
    workspace.load("/w/a/.konflux-ls.yaml", &other);
    assert_eq!(roles(&workspace, "/w/a/late.yaml"), ["publish"]);
    workspace.unload("/w/a/.konflux-ls.yaml");
    assert_eq!(roles(&workspace, "/w/a/late.yaml"), [""; 0]);
}

#[test]
fn what_is_taught_counts_before_what_is_known() {
    let task = TOOL.replace("acme-pack --to out --mode fast repack", "oras attach");
    let workspace = open(&[
        ("/w/t.yaml", &task),
        (
            "/w/sub/.konflux-ls.yaml",
            "effects:\n  - program: oras\n    does:\n      - { args: attach, effect: record, says: notes }\n",
        ),
        ("/w/sub/t.yaml", &task),
        (
            "/w/sub/push.yaml",
            &task.replace("attach", "cp a.io/x b.io/x #"),
        ),
    ]);
    assert_eq!(roles(&workspace, "/w/t.yaml"), ["attach"]);
    assert_eq!(roles(&workspace, "/w/sub/t.yaml"), ["metadata"]);
    // What the entry does not speak of stays known.
    assert_eq!(roles(&workspace, "/w/sub/push.yaml"), ["publish"]);
}

#[test]
fn mistakes_in_effects_have_places() {
    let text = "effects:
  - programm: x
  - program: y
    values: --z
    wraps: -1
    does:
      - { efect: build, confidence: 2, subject: first }
      - { effect: bild, shape: round }
  - plain
";
    let workspace = open(&[("/w/.konflux-ls.yaml", text)]);
    let shown: Vec<String> = workspace
        .findings("/w/.konflux-ls.yaml")
        .iter()
        .map(|finding| {
            let place = &text[finding.range.clone()];
            let message = finding.message.split(" `fetch-source`").next().unwrap();
            let message = message.split(" `plain`").next().unwrap();
            format!("{}: {message}", place.lines().next().unwrap())
        })
        .collect();
    assert_eq!(
        shown,
        [
            "programm: There is no key of an effect `programm`",
            "programm: x: An entry needs a `program`",
            "--z: `values` is a list of texts",
            "-1: `wraps` is a whole number from 0",
            "efect: There is no key of an effect `efect`",
            "2: `confidence` is a number from 0 to 1",
            "first: `subject` is a whole number",
            "bild: `effect` is one of",
            "round: `shape` is one of",
            "plain: An entry is about a `program`",
        ]
    );
}
