//! What tasks are taken for, where one signal alone would mislead.

use konflux_analysis::Workspace;

/// The roles of a task whose spec is given, the primary one first.
fn roles(name: &str, spec: &str) -> Vec<&'static str> {
    let lines = spec.lines().map(|line| format!("  {line}\n"));
    let task = format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: {name}\nspec:\n{}",
        lines.collect::<String>()
    );
    let mut workspace = Workspace::without_catalogs();
    workspace.load("/w/task.yaml", &task);
    let classes = workspace.classify("/w/task.yaml");
    let roles = classes.iter().flat_map(|class| &class.roles);
    roles.map(|role| role.as_str()).collect()
}

fn script(name: &str, lines: &str) -> Vec<&'static str> {
    let script = lines.lines().map(|line| format!("      {line}\n"));
    let script: String = script.collect();
    roles(
        name,
        &format!("results:\n  - name: answer\nsteps:\n  - image: i\n    script: |\n{script}"),
    )
}

#[test]
fn a_verdict_may_only_tell_how_it_went() {
    let spec = |program: &str| {
        format!(
            "results: [{{name: TEST_OUTPUT}}]\nsteps:\n  - image: i\n    script: |\n      {program}\n"
        )
    };
    let inject = "operator-foundry fbc inject-lifecycle --dir configs";
    assert_eq!(roles("x", &spec(inject)), ["prepare-source"]);
    let upload = "codeql github upload-results --sarif=a.sarif";
    assert_eq!(roles("x", &spec(upload)), ["report"]);
    let both = format!("{upload}\n      trivy image $IMAGE");
    assert_eq!(roles("x", &spec(&both))[0], "scan-test");
    assert_eq!(roles("x", &spec("in-house-tool")), ["scan-test"]);
}

#[test]
fn what_runs_unseen_makes_quieter() {
    let read = "oc get cm x -o json > x\njq .a x > $(results.answer.path)";
    assert_eq!(script("x", read), ["collect"]);
    assert_eq!(
        script("x", &format!("{read}\n/opt/in-house x")),
        [""; 0],
        "a tool of the image may do anything"
    );
    assert_eq!(script("x", "go run ./cmd/x\noc get cm x"), [""; 0]);
    assert_eq!(script("x", "date > $(results.answer.path)"), ["init"]);
}

#[test]
fn defaults_of_params_stand_for_them() {
    let kaniko = "params:
  - name: BUILDER
    default: gcr.io/kaniko-project/executor:v1
steps:
  - image: $(params.BUILDER)
    args: [--destination=x]
";
    assert_eq!(roles("build", kaniko), ["build"]);
    let maven = "description: Runs a build.
params:
  - name: GOALS
    type: array
    default: [package]
steps:
  - image: mvn
    command: [/usr/bin/mvn]
    args: [-s, settings.xml, $(params.GOALS)]
";
    assert_eq!(roles("maven", maven), ["build"]);
}

#[test]
fn checks_of_a_run_are_no_scans() {
    let check = "if ! check_certificate /mnt/cert; then\n  exit 1\nfi";
    let spec = format!(
        "steps:\n  - image: i\n    script: |\n{}",
        check
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect::<String>()
    );
    assert_eq!(roles("check-certificates", &spec), ["validate"]);
}

#[test]
fn materials_of_a_build_are_told_by_the_result() {
    let spec = "results:
  - name: dependencies-artifact
steps:
  - image: i
    script: fetch-everything
  - image: quay.io/konflux-ci/build-trusted-artifacts
    args: [create, --store, x]
";
    assert_eq!(roles("x", spec), ["prepare-source"]);
}

#[test]
fn a_tool_may_start_a_pipeline() {
    let spec = "steps:
  - image: i
    command: [sign_everything.py]
    args: [--pipeline, $(params.pipeline), --request-timeout, '60']
";
    assert_eq!(roles("x", spec), ["delegate"]);
}

#[test]
fn programs_in_python_are_read_by_their_calls() {
    let mail = "#!/usr/bin/env python3\nimport smtplib\nserver.sendmail(a, b, text)";
    assert_eq!(script("x", mail), ["notify"]);
    let status = "#!/usr/libexec/platform-python
url = \"/repos/\" + name + \"/statuses/\" + sha
connection.request(
    \"POST\",
    url)";
    assert_eq!(script("x", status), ["report"]);
}
