use expect_test::{Expect, expect};

use crate::fixture::Fixture;

/// Where the reference at the cursor leads.
fn check(fixture: &str, expect: Expect) {
    let fixture = Fixture::new(fixture);
    let (path, at) = fixture.cursor();
    let targets = fixture.workspace.definition(path, at);
    let targets = targets
        .into_iter()
        .map(|target| fixture.show(&target.path, target.range));
    expect.assert_eq(&targets.collect::<Vec<_>>().join("\n"));
}

fn pipeline(path: &str, reference: &str) -> String {
    format!(
        "#- {path}\napiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec:\n  tasks:\n    - name: t\n      taskRef: {reference}\n"
    )
}

fn task(path: &str, name: &str, version: &str) -> String {
    format!(
        "#- {path}\napiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: {name}\n  labels: {{app.kubernetes.io/version: \"{version}\"}}\nspec: {{steps: []}}\n"
    )
}

const GIT: &str = r#"{resolver: $0git, params: [{name: url, value: $(params.taskGitUrl)}, {name: revision, value: $(params.taskGitRevision)}, {name: pathInRepo, value: tasks/managed/init/init.yaml}]}"#;

#[test]
fn a_path_of_the_git_resolver() {
    let at = "/cat/pipelines/managed/p/p.yaml";
    let defined = task("/cat/tasks/managed/init/init.yaml", "init", "1");
    check(
        &(pipeline(at, GIT) + &defined),
        expect!["/cat/tasks/managed/init/init.yaml:4: «init»"],
    );
    // The same path twice above the reference: which one is meant?
    let other = task("/cat/pipelines/tasks/managed/init/init.yaml", "init", "1");
    check(&(pipeline(at, GIT) + &defined + &other), expect![""]);
    // Another commit may have another interface.
    let pinned = GIT.replace(
        "$(params.taskGitRevision)",
        "5394c347b0f67c516bc7ebad3144cfe38ce6b0b4",
    );
    check(&(pipeline(at, &pinned) + &defined), expect![""]);
}

#[test]
fn a_version_in_a_catalog() {
    let at = "/cat/pipelines/build/build.yaml";
    let old = task("/cat/task/init/0.1/init.yaml", "init", "0.1.9");
    let new = task("/cat/task/init/0.2/init.yaml", "init", "0.2");
    let both = old + &new;
    check(
        &(pipeline(at, "{name: $0init, version: \"0.2\"}") + &both),
        expect!["/cat/task/init/0.2/init.yaml:4: «init»"],
    );
    check(
        &(pipeline(at, "{name: $0init, version: \"0.3\"}") + &both),
        expect![""],
    );
    check(&(pipeline(at, "{name: $0init}") + &both), expect![""]);
}

#[test]
fn a_flat_catalog_says_the_version_in_a_label() {
    let at = "/cat/pipelines/build/build.yaml";
    let flat = task("/cat/task/init/init.yaml", "init", "0.2.1");
    check(
        &(pipeline(at, "{name: $0init, version: \"0.2\"}") + &flat),
        expect!["/cat/task/init/init.yaml:4: «init»"],
    );
    check(
        &(pipeline(at, "{name: $0init, version: \"0.3\"}") + &flat),
        expect![""],
    );
    check(
        &(pipeline(at, "{name: $0init}") + &flat),
        expect!["/cat/task/init/init.yaml:4: «init»"],
    );
}

#[test]
fn the_nearest_definition_counts() {
    let test = "/cat/tasks/managed/init/tests/test-init.yaml";
    let managed = task("/cat/tasks/managed/init/init.yaml", "init", "1");
    let internal = task("/cat/tasks/internal/init/init.yaml", "init", "1");
    let both = managed + &internal;
    check(
        &(pipeline(test, "{name: $0init}") + &both),
        expect!["/cat/tasks/managed/init/init.yaml:4: «init»"],
    );
    check(
        &(pipeline("/cat/pipelines/p.yaml", "{name: $0init}") + &both),
        expect![""],
    );
    let same_file = "---\napiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: init}\n";
    check(
        &(pipeline("/cat/pipelines/p.yaml", "{name: $0init}") + same_file + &both),
        expect!["/cat/pipelines/p.yaml:11: «init»"],
    );
}

#[test]
fn definitions_out_of_reach_stay_unknown() {
    let at = "/cat/pipelines/build/build.yaml";
    for elsewhere in [
        "/cat/task-generator/trusted-artifacts/golden/init/base.yaml",
        "/cat/archived-tasks/init/0.1/init.yaml",
        "/cat/.tekton/tasks/init.yaml",
        "/cat/spec/init.yaml",
        "/other/task/init/0.1/init.yaml",
    ] {
        check(
            &(pipeline(at, "{name: $0init}") + &task(elsewhere, "init", "0.1")),
            expect![""],
        );
    }
    let tekton = pipeline("/cat/.tekton/push.yaml", "{name: $0lint}");
    check(
        &(tekton + &task("/cat/.tekton/tasks/lint.yaml", "lint", "1")),
        expect!["/cat/.tekton/tasks/lint.yaml:4: «lint»"],
    );
}

#[test]
fn other_resolvers_and_kinds_stay_unknown() {
    let at = "/cat/build.yaml";
    let defined = task("/cat/init.yaml", "init", "0.1");
    for reference in [
        "{resolver: $0bundles, params: [{name: name, value: init}]}",
        "{name: $0init, kind: ClusterTask}",
        "{name: $0init, apiVersion: example.com/v1, kind: Custom}",
        "{name: $0init, bundle: example.com/init:1}",
        "{name: $0$(params.task)}",
    ] {
        check(&(pipeline(at, reference) + &defined), expect![""]);
    }
    check(
        &(pipeline(at, "{name: $0init, kind: Task}") + &defined),
        expect!["/cat/init.yaml:4: «init»"],
    );
}
