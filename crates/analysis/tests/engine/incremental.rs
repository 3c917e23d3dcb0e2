use std::sync::Arc;

use konflux_analysis::Workspace;

use crate::fixture::Fixture;

const TASK: &str = r#"
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: build
spec:
  params:
    - name: IMAGE
  steps:
    - name: bud
      script: |
        buildah bud
"#;

const PIPELINE: &str = r#"
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: p
spec:
  tasks:
    - name: build
      taskRef: {name: build}
"#;

fn workspace() -> Workspace {
    let mut workspace = Workspace::new();
    workspace.open("/cat/build.yaml", TASK);
    workspace.load("/cat/p.yaml", PIPELINE);
    workspace
}

fn insert(workspace: &mut Workspace, path: &str, text: &str, before: &str, new: &str) {
    let at = text.find(before).expect("the text is there");
    workspace.edit(path, at..at, new);
}

#[test]
fn typing_in_a_script_disturbs_nobody() {
    let mut workspace = workspace();
    let (revision, findings) = (workspace.revision(), workspace.findings("/cat/p.yaml"));
    insert(&mut workspace, "/cat/build.yaml", TASK, "buildah", "echo; ");
    assert_eq!(workspace.revision(), revision);
    assert!(Arc::ptr_eq(&workspace.findings("/cat/p.yaml"), &findings));
}

#[test]
fn a_new_param_is_a_fact() {
    let mut workspace = workspace();
    let revision = workspace.revision();
    insert(
        &mut workspace,
        "/cat/build.yaml",
        TASK,
        "    - name: IMAGE",
        "    - name: NEW\n",
    );
    assert_ne!(workspace.revision(), revision);
}

#[test]
fn a_fact_of_no_interest_recomputes_nothing() {
    let mut workspace = workspace();
    workspace.open(
        "/cat/other.yaml",
        &TASK.replace("name: build", "name: other"),
    );
    let findings = workspace.findings("/cat/p.yaml");
    insert(
        &mut workspace,
        "/cat/other.yaml",
        TASK,
        "    - name: IMAGE",
        "    - name: NEW\n",
    );
    assert!(Arc::ptr_eq(&workspace.findings("/cat/p.yaml"), &findings));
}

#[test]
fn the_buffer_counts_until_it_is_closed() {
    let mut workspace = Workspace::new();
    let text = |workspace: &Workspace| workspace.tree("/a.yaml").map(|tree| tree.to_string());
    workspace.load("/a.yaml", "disk: 1\n");
    workspace.open("/a.yaml", "buffer: 1\n");
    workspace.load("/a.yaml", "disk: 2\n");
    assert!(workspace.is_open("/a.yaml"));
    assert_eq!(text(&workspace).as_deref(), Some("buffer: 1\n"));
    workspace.close("/a.yaml");
    assert_eq!(text(&workspace).as_deref(), Some("disk: 2\n"));
    workspace.unload("/a.yaml");
    assert_eq!(text(&workspace), None);
    assert!(workspace.paths().is_empty());
}

#[test]
fn a_clone_is_a_snapshot() {
    let mut workspace = workspace();
    let snapshot = workspace.clone();
    insert(
        &mut workspace,
        "/cat/build.yaml",
        TASK,
        "name: build",
        "name: x\n  ",
    );
    let text = |workspace: &Workspace| {
        workspace
            .tree("/cat/build.yaml")
            .map(|tree| tree.to_string())
    };
    assert_eq!(text(&snapshot).as_deref(), Some(TASK));
    assert_ne!(text(&workspace).as_deref(), Some(TASK));
}

#[test]
fn definitions_follow_what_is_edited() {
    let fixture = Fixture::new(
        "#- /cat/p.yaml\napiVersion: tekton.dev/v1\nkind: Pipeline\nspec: {tasks: [{name: t, taskRef: {name: b$0uild}}]}\n",
    );
    let (path, at) = fixture.cursor();
    let mut workspace = fixture.workspace.clone();
    let targets = |workspace: &Workspace| workspace.definition(path, at).len();
    assert_eq!(targets(&workspace), 0);
    workspace.open("/cat/build.yaml", TASK);
    assert_eq!(targets(&workspace), 1);
    let name = TASK.find("name: build").expect("it has a name") + "name: build".len();
    workspace.edit("/cat/build.yaml", name..name, "2");
    assert_eq!(targets(&workspace), 0);
    workspace.edit("/cat/build.yaml", name..name + 1, "");
    assert_eq!(targets(&workspace), 1);
    workspace.close("/cat/build.yaml");
    assert_eq!(targets(&workspace), 0);
}

#[test]
fn only_files_of_ours_are_wanted() {
    let wants = |path: &str, text: &str| Workspace::wants(path, text.as_bytes());
    assert!(wants("/a/b.yaml", "apiVersion: tekton.dev/v1\n"));
    assert!(wants("/a/b.yml", "apiVersion: tekton.dev/v1\n"));
    assert!(wants("/a/kustomization.yaml", "resources: []\n"));
    assert!(wants("/a/patch.yaml", "- op: add\n  path: /spec/tasks/-\n"));
    assert!(wants("/a/.konflux-ls.yaml", ""));
    assert!(!wants(
        "/a/b.yaml",
        "apiVersion: apps/v1\nkind: Deployment\n"
    ));
    assert!(!wants("/a/README.md", "apiVersion: tekton.dev/v1\n"));
}

/// A broken kustomization is ours only where it generates Tekton documents.
#[test]
fn kustomizations_matter_where_they_lead_to_tekton() {
    let findings = |files: &[(&str, &str)]| {
        let mut workspace = Workspace::new();
        for (path, text) in files {
            workspace.load(path, text);
        }
        workspace.findings("/cat/p/kustomization.yaml").len()
    };
    let kustomization = |resource: &str| format!("resources:\n  - {resource}\nopen: [\n");
    let (beside, above) = (kustomization("x.yaml"), kustomization("../base"));
    let at = "/cat/p/kustomization.yaml";
    assert_eq!(findings(&[(at, &beside)]), 0);
    assert_eq!(
        findings(&[(at, &beside), ("/cat/p/x.yaml", "kind: Deployment\n")]),
        0
    );
    assert_eq!(
        findings(&[(at, &beside), ("/cat/p/generated.yaml", PIPELINE)]),
        1
    );
    assert_eq!(
        findings(&[(at, &beside), ("/cat/p/below/p.yaml", PIPELINE)]),
        0
    );
    assert_eq!(findings(&[(at, &above), ("/cat/base/p.yaml", PIPELINE)]), 1);
    let base = kustomization("../p.yaml");
    let chain = [
        (at, &*above),
        ("/cat/base/kustomization.yaml", &*base),
        ("/cat/p.yaml", PIPELINE),
    ];
    assert_eq!(findings(&chain), 1);
}

/// Rules about what tasks do read scripts of other files; so far they see nothing but roles.
#[test]
fn only_a_script_that_changes_what_its_task_does_disturbs() {
    let pipeline = PIPELINE.replace(
        "name: p\n",
        "name: p\n  annotations: {konflux.guidelines/class: release}\n",
    );
    let mut workspace = Workspace::new();
    workspace.open("/cat/build.yaml", TASK);
    workspace.load("/cat/p.yaml", &pipeline);
    assert!(
        workspace
            .hover("/cat/p.yaml", pipeline.find("name: build}").unwrap())
            .is_some()
    );
    let revision = workspace.revision();
    insert(&mut workspace, "/cat/build.yaml", TASK, "buildah", "echo; ");
    assert_eq!(workspace.revision(), revision, "it builds still");
    let text = workspace.tree("/cat/build.yaml").unwrap().to_string();
    let at = text.find("buildah").unwrap();
    workspace.edit(
        "/cat/build.yaml",
        at..at + "buildah bud".len(),
        "cosign sign x",
    );
    assert_ne!(workspace.revision(), revision, "it signs now");
}

#[test]
fn what_a_long_script_waits_for_is_known_while_somebody_types() {
    let lines: String = (0..600)
        .map(|at| format!("        echo line {at}\n"))
        .collect();
    let text = format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: x}}\nspec:\n  steps:\n    - image: i\n      \
         script: |\n        while [ ! -f /done ]; do\n          sleep 5\n        done\n{lines}"
    );
    let mut workspace = Workspace::without_catalogs();
    workspace.open("/w/x.yaml", &text);
    let before = workspace.classify("/w/x.yaml")[0].roles.clone();
    assert_eq!(before.len(), 1, "{before:?}");
    let at = text.find("line 500").expect("it is there");
    for typed in ["a", "b"] {
        workspace.edit("/w/x.yaml", at..at, typed);
        assert_eq!(workspace.classify("/w/x.yaml")[0].roles, before);
    }
}
