//! Tasks that are in no file: what catalog indexes remember of them, and what follows from it.

use expect_test::{Expect, expect};
use konflux_analysis::catalog::{Builder, Catalog, Source};
use konflux_analysis::{Severity, Workspace};

use crate::fixture::Fixture;

/// A task of `acme/tasks` at two dates: since, it takes another param.
const OLD: &str = "apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: pack
  labels: {app.kubernetes.io/version: \"0.2\"}
spec:
  params:
    - name: IMAGE
    - name: LEVEL
      default: \"1\"
    - {name: TAGS, type: array}
  results:
    - name: DIGEST
  workspaces:
    - name: source
    - {name: cache, optional: true}
  steps:
    - {image: i, script: oc get cm x}
";

fn new() -> String {
    OLD.replace("    - name: LEVEL", "    - name: FORMAT\n      default: tar\n    - name: LEVEL")
        .replace("  name: pack\n", "  name: pack\n  annotations: {build.appstudio.redhat.com/expires-on: \"2027-01-31T00:00:00Z\"}\n")
}

fn source(date: &str) -> Source {
    Source {
        name: "acme/tasks".into(),
        as_of: Some(date.into()),
        bundles: vec!["registry.example.com/acme".into()],
    }
}

fn catalog() -> Catalog {
    let mut builder = Builder::new();
    let path = "task/pack/0.2/pack.yaml";
    let flat = OLD.replace(
        "name: pack\n  labels: {app.kubernetes.io/version: \"0.2\"}",
        "name: send",
    );
    let hidden = OLD.replace("name: pack", "name: hidden");
    builder.add(source("2026-01-01"), [(path, OLD)]);
    builder.add(
        source("2026-06-01"),
        [
            (path, &*new()),
            ("tasks/send/send.yaml", &flat),
            ("task/hidden/0.2/tests/hidden.yaml", &hidden),
            (
                "external-task/pack/0.3/pack.yaml",
                "task_bundle: registry.example.com/acme/task-pack:0.3.1@sha256:0\n",
            ),
        ],
    );
    builder.finish()
}

/// The workspace of a fixture, in which the catalog above is configured.
fn open(fixture: &str) -> Fixture {
    let config = "#- /w/.konflux-ls.yaml\ncatalogs: [../acme.catalog]\n";
    let mut fixture = Fixture::new(&format!("{config}{fixture}"));
    assert_eq!(&*fixture.workspace.catalogs()[0], "/acme.catalog");
    fixture
        .workspace
        .load_catalog("/acme.catalog", Ok(catalog()));
    fixture
}

fn pipeline(reference: &str, rest: &str) -> String {
    format!(
        "#- /w/p.yaml\napiVersion: tekton.dev/v1\nkind: Pipeline\nmetadata: {{name: p}}\nspec:\n  tasks:\n    - name: t\n      taskRef: {reference}\n{rest}"
    )
}

fn bundle(bundle: &str, name: &str) -> String {
    format!(
        "{{resolver: $0bundles, params: [{{name: name, value: {name}}}, {{name: bundle, value: \"{bundle}\"}}, {{name: kind, value: task}}]}}"
    )
}

fn git(url: &str, revision: &str, path: &str) -> String {
    format!(
        "{{resolver: $0git, params: [{{name: url, value: \"{url}\"}}, {{name: revision, value: {revision}}}, {{name: pathInRepo, value: {path}}}]}}"
    )
}

const PACK: &str = "registry.example.com/acme/task-pack:0.2@sha256:00";

fn hover(fixture: &Fixture) -> String {
    let (path, at) = fixture.cursor();
    let hover = fixture.workspace.hover(path, at);
    hover.map(|hover| hover.markdown).unwrap_or_default()
}

fn check_hover(reference: &str, expect: Expect) {
    expect.assert_eq(&hover(&open(&pipeline(reference, ""))));
}

/// Each finding of the pipeline: severity, rule, message; then note and help.
fn findings(workspace: &Workspace) -> String {
    let findings = workspace.findings("/w/p.yaml");
    let lines = findings.iter().map(|finding| {
        let more = [&finding.note, &finding.help];
        let more = more
            .into_iter()
            .flatten()
            .map(|text| format!("\n    {text}"));
        let (severity, rule) = (finding.severity.as_str(), finding.rule);
        format!(
            "{severity}: {} [{rule}]{}\n",
            finding.message,
            more.collect::<String>()
        )
    });
    lines.collect()
}

fn check_findings(reference: &str, rest: &str, expect: Expect) {
    expect.assert_eq(&findings(&open(&pipeline(reference, rest)).workspace));
}

#[test]
fn hover_shows_the_interface_and_says_whose_memory_it_is() {
    check_hover(
        &bundle(PACK, "pack"),
        expect![[r#"
            Task `pack` 0.2

            Role **collect**

            - Required params: `IMAGE`, `TAGS`
            - Optional params: `FORMAT`, `LEVEL`
            - Results: `DIGEST`
            - Workspaces: `source`, `cache` (optional)

            Not supported after 2027-01-31

            From the catalog `../acme.catalog`: acme/tasks as of 2026-06-01 ([task/pack/0.2/pack.yaml](https://github.com/acme/tasks/blob/HEAD/task/pack/0.2/pack.yaml))"#]],
    );
    let rest = "      params:\n        - {name: $0LEVEL, value: \"9\"}\n";
    let reference = bundle(PACK, "pack").replace("$0", "");
    let fixture = open(&pipeline(&reference, rest));
    expect![[r#"
        param `LEVEL`: string, optional

        Of Task `pack` 0.2.

        From the catalog `../acme.catalog`: acme/tasks as of 2026-06-01 ([task/pack/0.2/pack.yaml](https://github.com/acme/tasks/blob/HEAD/task/pack/0.2/pack.yaml))"#]]
    .assert_eq(&hover(&fixture));
}

#[test]
fn there_is_nothing_to_go_to() {
    let fixture = open(&pipeline(&bundle(PACK, "pack"), ""));
    let (path, at) = fixture.cursor();
    assert_eq!(fixture.workspace.definition(path, at), []);
}

#[test]
fn the_built_in_index_knows_published_tasks() {
    for at in [
        "quay.io/konflux-ci/tekton-catalog",
        "quay.io/redhat-appstudio-tekton-catalog",
    ] {
        let reference = bundle(&format!("{at}/task-init:0.2@sha256:0"), "init");
        let text = hover(&open(&pipeline(&reference, "")));
        assert!(text.starts_with("Task `init` 0.2"), "{text}");
        assert!(text.contains("Required params: `image-url`\n"), "{text}");
        let source =
            "From the built-in catalog index: konflux-ci/build-definitions as of 2025-09-30";
        assert!(text.contains(source), "{text}");
        // Later it was moved away: no link would lead to it.
        assert!(!text.contains("https://"), "{text}");
    }
}

#[test]
fn all_ways_to_name_a_version_lead_to_it() {
    let path = "task/pack/0.2/pack.yaml";
    let commit = "5394c347b0f67c516bc7ebad3144cfe38ce6b0b4";
    for reference in [
        bundle("registry.example.com/acme/task-pack:0.2", "pack"),
        bundle("registry.example.com/acme/pack:0.2", "pack"),
        format!("{{name: $0pack, bundle: {PACK}}}"),
        "{name: $0pack, version: \"0.2\"}".to_owned(),
        git("https://github.com/acme/tasks", "main", path),
        git("https://github.com/acme/tasks.git", commit, path),
        git("git@github.com:acme/tasks.git", "main", path),
    ] {
        let text = hover(&open(&pipeline(&reference, "")));
        assert!(text.starts_with("Task `pack` 0.2\n"), "{reference}: {text}");
    }
}

/// A pipeline that takes its tasks from where a param says, as those of the release service do.
fn release(url: &str) -> String {
    let task = |name: &str| {
        format!(
            "    - name: {name}
      taskRef:
        resolver: git
        params:
          - {{name: url, value: $(params.taskGitUrl)}}
          - {{name: revision, value: $(params.taskGitRevision)}}
          - {{name: pathInRepo, value: tasks/managed/{name}/{name}.yaml}}
"
        )
    };
    format!(
        "apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: p
  annotations: {{tekton.dev/tags: release}}
spec:
  params:
    - name: release
    - name: releasePlan
    - name: releasePlanAdmission
    - name: taskGitUrl
{url}    - name: taskGitRevision
  tasks:
{}{}",
        task("sign-oot-kmods"),
        task("push-oot-kmods")
    )
}

#[test]
fn a_param_that_names_a_catalog_by_default_leads_to_it() {
    let findings = |url: &str| {
        let mut workspace = Workspace::default();
        workspace.load("/w/p.yaml", &release(url));
        findings(&workspace)
    };
    let found =
        findings("      default: https://github.com/konflux-ci/release-service-catalog.git\n");
    assert!(found.contains("[modified-in-release]"), "{found}");
    assert!(found.contains("[missing-gate]"), "{found}");
    let memory = "Known from the built-in catalog index: konflux-ci/release-service-catalog as of";
    assert!(found.contains(memory), "{found}");
    assert_eq!(findings(""), "", "without a default nobody knows");
    assert_eq!(
        findings("      default: https://github.com/acme/tasks.git\n"),
        ""
    );
}

#[test]
fn everything_else_stays_unknown() {
    let path = "task/pack/0.2/pack.yaml";
    for reference in [
        // Another version is another task.
        bundle("registry.example.com/acme/task-pack:0.1", "pack"),
        bundle("registry.example.com/acme/task-pack:0.2.1", "pack"),
        bundle("registry.example.com/acme/task-pack:0", "pack"),
        // Its interface is nowhere to be seen.
        bundle("registry.example.com/acme/task-pack:0.3.1", "pack"),
        bundle("registry.example.com/acme/task-pack@sha256:00", "pack"),
        // Not where the catalog releases.
        bundle("registry.example.com/other/task-pack:0.2", "pack"),
        bundle("registry.example.com/acme/deeper/task-pack:0.2", "pack"),
        bundle(PACK, "unpack"),
        bundle("$(params.bundle)", "pack"),
        bundle("{{ bundle }}:0.2", "pack"),
        // Whose task would that be?
        "{name: $0pack}".to_owned(),
        "{name: $0pack, version: \"0.3\"}".to_owned(),
        git("https://github.com/other/tasks", "main", path),
        git("$(params.url)", "main", path),
        git(
            "https://github.com/acme/tasks",
            "main",
            "task/pack/pack.yaml",
        ),
        // Tests are not released.
        "{name: $0hidden, version: \"0.2\"}".to_owned(),
    ] {
        let fixture = open(&pipeline(&reference, ""));
        let hover = hover(&fixture);
        assert!(
            hover.is_empty() || hover.contains("unknown here"),
            "{hover}"
        );
        let findings = findings(&fixture.workspace);
        assert!(!findings.contains("Known from"), "{reference}: {findings}");
    }
}

#[test]
fn hover_says_that_a_version_is_unknown() {
    check_hover(
        &bundle("registry.example.com/acme/task-pack:0.3.1", "pack"),
        expect![[r#"
            Task `pack` 0.3.1

            What it takes and gives is unknown here: the catalog `../acme.catalog` knows `0.2`."#]],
    );
}

#[test]
fn files_win() {
    let reference = "{name: $0pack, version: \"0.2\"}";
    let local = OLD.replace("IMAGE", "OTHER");
    let near = format!("#- /w/task/pack/0.2/pack.yaml\n{local}");
    let fixture =
        open(&(pipeline(reference, "").replace("/w/p.yaml", "/w/pipelines/p.yaml") + &near));
    let (path, at) = fixture.cursor();
    let [found] = &fixture.workspace.definition(path, at)[..] else {
        panic!("one definition");
    };
    assert_eq!(&*found.path, "/w/task/pack/0.2/pack.yaml");
    assert!(!hover(&fixture).contains("catalog"));
    // Two files that may be meant: neither they nor the index.
    let twice = format!("{near}#- /w/tasks/pack/0.2/pack.yaml\n{local}");
    let fixture =
        open(&(pipeline(reference, "").replace("/w/p.yaml", "/w/pipelines/p.yaml") + &twice));
    assert_eq!(hover(&fixture), "");
}

#[test]
fn what_rests_on_a_memory_is_a_warning_and_names_it() {
    check_findings(
        &bundle(PACK, "pack"),
        "      params:
        - {name: IMAGE, value: a}
        - {name: LEVLE, value: a}
        - {name: COMPRESS, value: a}
      workspaces:
        - {name: sources, workspace: w}
    - name: u
      runAfter: [t]
      params: [{name: x, value: $(tasks.t.results.URL)}]
      taskRef: {name: u}
  workspaces: [{name: w}]
",
        expect![[r#"
            warning: The task `pack` 0.2 requires the param `TAGS` [missing-param]
                Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
            warning: The task `pack` 0.2 is not supported after 2027-01-31 [deprecated-task]
                Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
            warning: The task `pack` 0.2 has no param `LEVLE` [unknown-param]
                Tekton ignores it. Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
                Did you mean `LEVEL`?
            warning: The task `pack` 0.2 requires `source`, not `sources` [missing-workspace]
                Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
            warning: The task `t` has no result `URL` [unknown-result]
                Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
        "#]],
    );
}

#[test]
fn a_task_without_a_version_may_have_changed_in_any_way() {
    let reference = git(
        "https://github.com/acme/tasks",
        "main",
        "tasks/send/send.yaml",
    );
    let fixture = open(&pipeline(&reference, ""));
    assert!(hover(&fixture).starts_with("Task `send`\n"));
    assert_eq!(findings(&fixture.workspace), "");
}

#[test]
fn snapshots_of_one_version_count_as_far_as_they_agree() {
    let mut builder = Builder::new();
    let path = "task/pack/0.2/pack.yaml";
    let relaxed = OLD
        .replace("    - {name: TAGS, type: array}\n", "")
        .replace("    - name: source\n", "")
        .replace("- name: DIGEST", "- name: IMAGE_DIGEST");
    builder.add(source("2026-06-01"), [(path, &*relaxed)]);
    builder.add(source("2026-01-01"), [(path, OLD)]);
    let rest = "    - name: u
      params: [{name: x, value: $(tasks.t.results.DIGEST) $(tasks.t.results.IMAGE_DIGEST)}]
      taskRef: {name: u}
";
    let mut fixture = open(&pipeline(&bundle(PACK, "pack"), rest));
    fixture
        .workspace
        .load_catalog("/acme.catalog", Ok(builder.finish()));
    expect![[r#"
        warning: The task `pack` 0.2 requires the param `IMAGE` [missing-param]
            Known from the catalog `../acme.catalog`: acme/tasks as of 2026-06-01.
    "#]]
    .assert_eq(&findings(&fixture.workspace));
}

const STUB: &str = "#- /w/external-task/pack/0.2/pack.yaml
task_bundle: registry.example.com/acme/task-pack:0.2@sha256:00
";

#[test]
fn a_stub_stands_for_a_bundle() {
    let reference = "{name: $0pack, version: \"0.2\"}";
    let in_catalog = |text: String| text.replace("/w/p.yaml", "/w/pipelines/p.yaml");
    let mut fixture = open(&in_catalog(pipeline(reference, "") + STUB));
    assert!(hover(&fixture).contains("Results: `DIGEST`"));
    let (path, at) = fixture.cursor();
    let found = fixture.workspace.definition(path, at);
    let [found] = &found[..] else {
        panic!("one definition: {found:?}");
    };
    assert_eq!(
        fixture.show(&found.path, found.range.clone()),
        "/w/external-task/pack/0.2/pack.yaml:1: «registry.example.com/acme/task-pack:0.2@sha256:00»"
    );
    assert_eq!(fixture.workspace.findings("/w/pipelines/p.yaml").len(), 4);
    // It moves on to a version that nobody knows: what was known of the old one does not count.
    let stub = "/w/external-task/pack/0.2/pack.yaml";
    let text = fixture.text(stub).replace(":0.2@", ":0.2.7@");
    fixture.workspace.load(stub, &text);
    assert_eq!(fixture.workspace.findings("/w/pipelines/p.yaml").len(), 0);
    expect![[r#"
        Task `pack` 0.2, released as `registry.example.com/acme/task-pack:0.2.7@sha256:00`

        What it takes and gives is unknown here: no catalog knows this version."#]]
    .assert_eq(&hover(&fixture));
    assert_eq!(fixture.workspace.findings(stub).len(), 0);
}

#[test]
fn a_catalog_comes_goes_and_fails() {
    let reference = bundle(PACK, "pack");
    let mut fixture = open(&pipeline(&reference, ""));
    let config = "/w/.konflux-ls.yaml";
    let workspace = &mut fixture.workspace;
    assert_eq!(workspace.findings("/w/p.yaml").len(), 4);
    assert_eq!(workspace.findings(config).len(), 0);
    workspace.load_catalog("/acme.catalog", Err("there is no such file".to_owned()));
    assert_eq!(workspace.findings("/w/p.yaml").len(), 0);
    let findings = workspace.findings(config);
    let [finding] = &findings[..] else {
        panic!("one finding: {findings:?}");
    };
    assert_eq!(
        (finding.rule, finding.severity, &*finding.message),
        (
            "invalid-setting",
            Severity::Warning,
            "This catalog cannot be read: there is no such file"
        )
    );
    workspace.load_catalog("/acme.catalog", Ok(catalog()));
    assert_eq!(workspace.findings("/w/p.yaml").len(), 4);
    assert_eq!(workspace.findings(config).len(), 0);
    workspace.load(config, "rules: {}\n");
    assert_eq!(workspace.findings("/w/p.yaml").len(), 0);
}

#[test]
fn catalogs_can_be_left_out() {
    let mut workspace = Workspace::without_catalogs();
    let reference = bundle("quay.io/konflux-ci/tekton-catalog/task-init:0.2", "init");
    let text = pipeline(&reference.replace("$0", ""), "");
    let text = text.split_once('\n').map(|(_, text)| text);
    workspace.load("/w/p.yaml", text.unwrap_or_default());
    workspace.load("/w/.konflux-ls.yaml", "catalogs: [../acme.catalog]\n");
    assert_eq!(findings(&workspace), "");
    assert_eq!(workspace.catalogs().len(), 0);
}

#[test]
fn an_index_is_the_same_whatever_the_order_and_survives_the_disk() {
    let bytes = catalog().to_bytes();
    assert_eq!(Catalog::from_bytes(&bytes), Ok(catalog()));
    let mut builder = Builder::new();
    let path = "task/pack/0.2/pack.yaml";
    builder.add(source("2026-06-01"), [(path, OLD)]);
    builder.add(source("2026-01-01"), [(path, OLD)]);
    let one = builder.finish();
    let mut builder = Builder::new();
    builder.add(source("2026-01-01"), [(path, OLD)]);
    builder.add(source("2026-06-01"), [(path, OLD)]);
    assert_eq!(one.to_bytes(), builder.finish().to_bytes());
    // What did not change between two dates is kept once.
    assert_eq!((one.entries().len(), one.sources().len()), (1, 2));
}
