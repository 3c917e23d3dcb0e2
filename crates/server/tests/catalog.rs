//! Catalogs from the command line: built, shown, and named in a configuration.

mod support;

use expect_test::expect;
use support::Project;

/// A checkout of a catalog, and a pipeline elsewhere that calls a task of it.
const PROJECT: &str = "\
#- acme-tasks-2026-06/task/pack/0.2/pack.yaml
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: pack
  labels: {app.kubernetes.io/version: \"0.2\"}
  annotations:
    konflux.guidelines/role: convert
    build.appstudio.redhat.com/expires-on: \"2027-01-31T00:00:00Z\"
    build.appstudio.redhat.com/expiry-message: Use wrap.
spec:
  params:
    - name: IMAGE
    - {name: TAGS, type: array, default: []}
  results: [{name: DIGEST}]
  workspaces: [{name: source, optional: true}]
  steps: []
#- acme-tasks-2026-06/task/pack/0.2/tests/test-pack.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: test-pack}
spec: {tasks: []}
#- repo/.tekton/push.yaml
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: push
spec:
  tasks:
    - name: pack
      taskRef:
        resolver: bundles
        params:
          - name: name
            value: pack
          - name: bundle
            value: registry.example.com/acme/task-pack:0.2@sha256:00
          - name: kind
            value: task
";

const BUNDLES: [&str; 2] = ["--bundles", "registry.example.com/acme/"];

fn build(project: &Project, arguments: &[&str]) -> support::Run {
    let all = ["catalog", "build", "-o", "acme.catalog"];
    project.run(&[&all[..], &BUNDLES[..], arguments].concat())
}

#[test]
fn an_index_says_what_is_in_it() {
    let project = Project::new(PROJECT);
    let run = build(&project, &["acme/tasks@2026-06-01=acme-tasks-2026-06"]);
    assert_eq!((run.code, &*run.stdout), (Some(0), ""), "{run:?}");
    let said = "konflux-ls: acme.catalog: 1 definition of 1 catalog, ";
    assert!(run.stderr.starts_with(said), "{run:?}");
    let run = project.run(&["catalog", "show", "--index", "acme.catalog"]);
    assert_eq!(run.stdout, "Task pack 0.2: acme/tasks as of 2026-06-01\n");
    let run = project.run(&["catalog", "show", "pack", "--index", "acme.catalog"]);
    expect![[r#"
        Task pack 0.2
            task/pack/0.2/pack.yaml in acme/tasks as of 2026-06-01
            not supported after 2027-01-31
            Use wrap.
            role convert
            param IMAGE: string, required
            param TAGS: array
            result DIGEST: string
            workspace source, optional
    "#]]
    .assert_eq(&run.stdout);
    // The date and the name are told from the folder, where nothing else tells them.
    let bytes = std::fs::read(project.path("acme.catalog")).expect("read");
    let again = build(&project, &["acme/tasks@2026-06-01=acme-tasks-2026-06"]);
    assert_eq!(again.code, Some(0));
    assert_eq!(
        std::fs::read(project.path("acme.catalog")).expect("read"),
        bytes
    );
    assert_eq!(build(&project, &["acme-tasks-2026-06"]).code, Some(0));
    let run = project.run(&["catalog", "show", "--index", "acme.catalog"]);
    assert_eq!(run.stdout, "Task pack 0.2: acme-tasks as of 2026-06\n");
}

#[test]
fn the_built_in_index_can_be_looked_into() {
    let project = Project::new("");
    let run = project.run(&["catalog", "show", "init"]);
    assert!(
        run.stdout
            .contains("    param image-url: string, required\n"),
        "{run:?}"
    );
    let run = project.run(&["catalog", "show", "inti"]);
    assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{run:?}");
}

#[test]
fn wrong_use_is_told() {
    let project = Project::new(PROJECT);
    project.write("empty/README.md", "");
    project.write("text", "KLS");
    project.write("newer", b"KLSC\x63");
    for (arguments, said) in [
        (&["nowhere"][..], "nowhere: there is no such directory"),
        (
            &["repo"],
            "repo: of which date is it? Say it with --as-of 2026-08-20, or as NAME@2026-08-20=DIR",
        ),
        (
            &["--as-of", "soon", "repo"],
            "`soon` is not a date: it is written like 2026-08-20 or 2026-08",
        ),
        (
            &["--as-of", "2026-06", "empty"],
            "empty: no task, step action or pipeline is in it",
        ),
    ] {
        let run = build(&project, arguments);
        assert_eq!(
            (run.code, &*run.stderr),
            (Some(2), &*format!("konflux-ls: {said}\n"))
        );
        assert!(!project.path("acme.catalog").exists());
    }
    for (file, said) in [
        ("nowhere", "there is no such file or directory"),
        ("repo", "it is not a regular file"),
        ("text", "it is not a catalog index of konflux-ls"),
        (
            "newer",
            "it is a catalog index of format 99, and this konflux-ls reads format 1: \
             write it anew with `konflux-ls catalog build`",
        ),
    ] {
        let run = project.run(&["catalog", "show", "--index", file]);
        assert_eq!(run.code, Some(2));
        assert_eq!(run.stderr, format!("konflux-ls: {file}: {said}\n"));
    }
}

/// What is found in `repo` when its configuration names a catalog.
fn check(project: &Project, catalog: &str, more: &[&str]) -> String {
    project.write(
        "repo/.konflux-ls.yaml",
        format!("catalogs:\n  - {catalog}\n"),
    );
    let run = project.run(&[&["check", "--fail-on", "never", "repo"], more].concat());
    assert_eq!(run.code, Some(0), "{run:?}");
    run.stdout
}

#[test]
fn a_configuration_names_an_index_or_a_checkout() {
    let project = Project::new(PROJECT);
    assert_eq!(
        build(&project, &["acme/tasks@2026-06-01=acme-tasks-2026-06"]).code,
        Some(0)
    );
    let found = check(&project, "../acme.catalog", &[]);
    expect![[r#"
        warning[missing-param]: The task `pack` 0.2 requires the param `IMAGE`
         --> repo/.tekton/push.yaml:7:13
          |
        7 |     - name: pack
          |             ^^^^
          |
          = note: Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.

        warning[deprecated-task]: The task `pack` 0.2 is not supported after 2027-01-31
          --> repo/.tekton/push.yaml:14:20
           |
        14 |             value: registry.example.com/acme/task-pack:0.2@sha256:00
           |                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
           |
           = note: Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
           = help: Its author says: Use wrap.

        2 warnings in 1 of 2 files.
    "#]]
    .assert_eq(&found);
    assert!(check(&project, "../acme.catalog", &["--without-catalog"]).starts_with("No findings"));
    // A checkout says nothing of where it is released as bundles, so only git finds it.
    assert!(check(&project, "../acme-tasks-2026-06", &[]).starts_with("No findings"));
    project.write(
        "acme-tasks-2026-06/.git/config",
        "[remote \"origin\"]\nurl = https://github.com/acme/tasks.git\n",
    );
    project.write(
        "repo/.tekton/push.yaml",
        "apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: push
spec:
  tasks:
    - name: pack
      taskRef:
        resolver: git
        params:
          - {name: url, value: https://github.com/acme/tasks}
          - {name: revision, value: main}
          - {name: pathInRepo, value: task/pack/0.2/pack.yaml}
",
    );
    let found = check(&project, "../acme-tasks-2026-06", &[]);
    assert!(found.contains("requires the param `IMAGE`"), "{found}");
    assert!(
        found.contains("the catalog `../acme-tasks-2026-06`: acme/tasks as of 2026-06."),
        "{found}"
    );
}

#[test]
fn a_catalog_that_cannot_be_read_is_told_where_it_is_named() {
    let project = Project::new(PROJECT);
    project.write("empty/README.md", "");
    project.write("text", "KLS");
    for (catalog, said) in [
        ("../nowhere", "there is no such file or directory"),
        ("../empty", "no task, step action or pipeline is in it"),
        ("../text", "it is not a catalog index of konflux-ls"),
    ] {
        let found = check(&project, catalog, &[]);
        let message = format!("warning[invalid-setting]: This catalog cannot be read: {said}\n");
        assert!(found.starts_with(&message), "{found}");
        assert!(found.contains("repo/.konflux-ls.yaml:2:5"), "{found}");
    }
}
