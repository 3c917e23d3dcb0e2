//! What names and descriptions tell.

use super::{roles, script};

/// What builds by the project's own sources is not called after that it also reads.
#[test]
fn builds_are_no_collectors() {
    for build in [
        "go build ./...",
        "go run ./cmd/images",
        "make images",
        "npm run build",
    ] {
        let lines =
            format!("oc get cm x -o json > x.json\n{build}\njq .a x.json > $(results.answer.path)");
        assert_eq!(script("get-images", &lines), [""; 0], "{build}");
    }
}

#[test]
fn a_description_counts_where_no_step_tells() {
    let spec =
        "description: Uploads files to the store.\nsteps:\n  - image: quay.io/acme/store:1\n";
    assert_eq!(roles("store-upload", spec), ["publish"]);
    let reads = format!(
        "{}    script: oc get cm x > $(results.answer.path)\nresults: [{{name: answer}}]\n",
        spec.replace("Uploads files to the store", "Extracts the storage")
    );
    assert_eq!(roles("extract-storage", &reads), ["collect"]);
}

#[test]
fn what_is_done_tells_more_than_the_verb() {
    let unseen = "steps:\n  - image: $(params.image)\n    args: [x]\n";
    let described = |text: &str| format!("description: {text}\n{unseen}");
    let reserves = described("Reserves a namespace for tests of this pipeline.");
    assert_eq!(roles("create-namespace", &reserves), ["provision"]);
    let comments = described("Adds a message to a ticket.");
    assert_eq!(roles("ticket-create", &comments), ["notify"]);
    let saves = described("Saves the logs of a run.");
    assert_eq!(roles("save-logs", &saves), ["report"]);
    let proposes = described("Opens a pull request.");
    assert_eq!(roles("create-pull-request", &proposes), ["deploy"]);
    let maven = described("Deploys jars to a Maven repository.");
    assert_eq!(roles("maven-deployment", &maven), ["publish"]);
    let both = described("Collects the files and publishes them.");
    assert_eq!(roles("push-files", &both), ["publish"]);
    assert_eq!(
        roles("show-build-logs", &described("Shows the build logs.")),
        ["report"],
        "a log of a build is no build"
    );
}

#[test]
fn many_a_task_is_called_after_its_program() {
    let unseen = "steps:\n  - image: i\n    args: [$(params.args)]\n";
    assert_eq!(roles("x", unseen), [""; 0]);
    let runs = "steps:\n  - image: i\n    command: [syft]\n    args: [$(params.args)]\n";
    assert_eq!(roles("syft", runs), ["sbom"]);
}

#[test]
fn a_script_counts_more_than_what_it_is_called() {
    let read = "oc get cm x -o json > $(results.answer.path)";
    assert_eq!(script("push-images", read), ["collect"]);
    let unseen = format!("{read}\n/opt/in-house x");
    assert_eq!(script("push-images", &unseen), [""; 0]);
}

#[test]
fn some_words_suffice_alone() {
    let unseen = |name: &str, description: &str| {
        let spec =
            format!("description: {description}\nsteps:\n  - image: a/in-house\n    args: [x]\n");
        roles(name, &spec)
    };
    assert_eq!(unseen("x-wait", "It does a thing."), ["orchestrate"]);
    assert_eq!(unseen("x-build", "It does a thing."), [""; 0]);
}

#[test]
fn a_check_that_answers_looks_something_up() {
    let spec = |param: &str| {
        format!(
            "params: [{{name: {param}}}]\nresults: [{{name: found}}]\nsteps:\n  - image: i\n    script: |\n      /opt/in-house > $(results.found.path)\n"
        )
    };
    let described = |param: &str| format!("description: Gets the state.\n{}", spec(param));
    assert_eq!(roles("check-image", &described("image")), ["collect"]);
}

#[test]
fn a_gate_is_decided_by_how_it_ends() {
    let fails = "n=$(jq .failures a.json)\n[ $n = 0 ] || exit 1";
    let spec = |script: &str| {
        let lines: String = script
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect();
        format!("steps:\n  - image: i\n    script: |\n{lines}")
    };
    assert_eq!(roles("result-gate", &spec(fails))[0], "gate");
    let tells = roles("result-gate", &spec("jq .failures a.json"));
    assert!(!tells.contains(&"gate"), "{tells:?}");
}

#[test]
fn a_module_of_python_is_told_by_its_own_name() {
    let spec = |module: &str| {
        format!(
            "description: It does a thing.\nsteps:\n  - image: i\n    command: [python3, -m, {module}]\n"
        )
    };
    assert_eq!(
        roles("task-publish", &spec("push_tools.tasks.push_image")),
        ["publish"]
    );
    assert_eq!(
        roles("x", &spec("clean_room.sbom.tasks.in_house")),
        [""; 0],
        "the package is not the module"
    );
}

#[test]
fn an_unknown_step_action_is_told_by_its_name() {
    let spec = "description: It tells people how it went.
steps:
  - name: tell
    ref:
      name: alert-team
";
    assert_eq!(roles("announce-end", spec), ["notify"]);
}

#[test]
fn what_is_leased_and_given_back_is_infrastructure() {
    let spec = |description: &str| format!("description: {description}\nsteps:\n  - image: i\n");
    let lease = spec("Lease a cluster from a pool.");
    assert_eq!(roles("pool-lease", &lease), ["provision"]);
    let release = spec("Release a leased cluster back to the pool.");
    assert_eq!(roles("pool-release", &release), ["cleanup"]);
}

#[test]
fn what_is_created_by_whom_names_call_a_trigger_is_a_run() {
    let lines = "yq .metadata.name=1 template.yaml | kubectl create -f -";
    assert_eq!(script("trigger-components", lines)[0], "delegate");
    assert_eq!(script("x", lines)[0], "provision");
}

#[test]
fn values_of_params_alone_are_no_collection() {
    let lines = "case \"$(params.version)\" in
  8.0) echo main > $(results.answer.path) ;;
  *) exit 1 ;;
esac";
    assert_eq!(script("map-version-to-branch", lines), ["init"]);
}

#[test]
fn the_results_of_a_benchmark_are_none() {
    let spec = |description: &str| format!("description: {description}\nsteps: [{{image: i}}]\n");
    let transforms = spec("Transforms benchmark results.");
    assert_eq!(roles("transform-benchmark-results", &transforms), [""; 0]);
    let runs = spec("Runs the benchmark of a model.");
    assert_eq!(roles("run-benchmark", &runs), ["scan-test"]);
}

#[test]
fn who_requests_a_signature_has_one_made() {
    let spec = "description: Requests a signature of a file.\nsteps: [{image: i}]\n";
    assert_eq!(roles("request-signature", spec), ["sign-metadata"]);
    let spec = "description: Requests a thing.\nsteps: [{image: i}]\n";
    assert_eq!(roles("request-it", spec), [""; 0]);
}
