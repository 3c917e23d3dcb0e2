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

#[test]
fn programs_in_other_languages_are_read_like_them() {
    let request = "#!/usr/bin/env node
// fetch is built in
await fetch(process.env.SLACK_WEBHOOK, { method: \"POST\", body })";
    assert_eq!(script("x", request), ["notify"]);
    let inside = "cd /tmp\nnode -e 'const { execSync } = require(\"child_process\");
execSync(\"cosign sign --key k img\")'";
    assert_eq!(script("x", inside), ["sign-metadata"]);
    let windows = "#!/usr/bin/env pwsh
$tool = 'C:\\bin\\signtool.exe'
& $tool sign /a app.exe";
    assert_eq!(script("x", windows), ["sign-content"]);
}

/// Tools of own images are told by what they are given, less surely than those that are known.
#[test]
fn unknown_tools_are_told_by_what_they_get() {
    let address = "image-index --iib-url \"$URL\" --bundle x";
    assert_eq!(script("x", address), ["modify"]);
    assert_eq!(
        script("x", "link-run --pyxis-url \"$URL\" --id 1"),
        ["metadata"]
    );
    assert_eq!(
        script("x", "get-run --pyxis-url \"$URL\" > $(results.answer.path)")[0],
        "collect",
        "a verb that reads"
    );
    assert_eq!(script("x", "disk-virt-sysprep --disk a"), ["modify"]);
    assert_eq!(script("x", "install-codesign a"), [""; 0], "it is not run");
    // A word alone is too little; the name of the task is a second witness.
    assert_eq!(script("x", "build-fragments --to y"), [""; 0]);
    assert_eq!(
        script("build-fragments", "build-fragments --to y"),
        ["build"]
    );
    assert_eq!(
        script("x", "watch_build_state() { :; }\nbash -c watch_build_state")[0],
        "init"
    );
}

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
fn an_image_with_several_tools_is_told_which_one_to_run() {
    let spec = |command: &str, more: &str| {
        format!(
            "params: [{{name: script, default: ''}}]\nsteps:\n  - image: i\n    command: [entrypoint]\n    \
             args: ['--', x]\n    env:\n      - {{name: COMMAND, value: {command}}}\n{more}"
        )
    };
    assert_eq!(roles("x", &spec("virt-sysprep", "")), ["modify"]);
    let script = "      - {name: RUN, value: $(params.script)}\n";
    assert_eq!(roles("x", &spec("run-in-vm", script)), ["generic"]);
}

#[test]
fn a_failure_about_an_image_is_a_test_of_it() {
    let check = |read: &str| {
        format!(
            "steps:\n  - image: i\n    script: |\n      if {read} | grep -q root; then exit 1; fi\n"
        )
    };
    let image = check("skopeo inspect --config docker://$IMAGE");
    assert_eq!(roles("check-user", &image), ["scan-test"]);
    let cluster = check("oc get secret x");
    assert_eq!(roles("validate-user", &cluster), ["validate"]);
}

#[test]
fn commands_on_windows_count() {
    let sign = "sshpass -e ssh -p 22 \"$WHO@$HOST\" <<E\n@echo off\nset T=\"C:\\\\bin\\\\signtool.exe\"\n\
                %SIGNTOOL% sign /v app.exe\nE";
    assert_eq!(script("x", sign)[0], "sign-content");
}

#[test]
fn a_release_that_is_made_starts_its_pipeline() {
    let made = "REQUEST=$(jq -n '{apiVersion: \"appstudio.redhat.com/v1alpha1\", kind: \"Release\"}')\n\
                kubectl create -f - <<< \"$REQUEST\"";
    assert_eq!(script("x", made)[0], "delegate");
    let piped = "jq -n '{kind: \"Release\"}' | kubectl create -f -";
    assert_eq!(script("x", piped)[0], "delegate");
    let other = "kubectl create -f - <<< '{\"kind\": \"ReleasePlan\"}'";
    assert_eq!(script("x", other)[0], "metadata");
}

/// Who writes to an address that nothing is known of may do anything.
#[test]
fn an_unknown_address_makes_quieter() {
    let read = "curl -s https://example.com/a > a\njq .a a > $(results.answer.path)";
    assert_eq!(script("x", read), ["collect"]);
    let write = format!("{read}\ncurl -X POST -d @a \"$PLACE\"");
    assert_eq!(script("x", &write), [""; 0]);
}

#[test]
fn an_image_is_told_by_its_own_name_and_what_it_is_asked_for() {
    let spec = |image: &str, argument: &str| {
        format!("steps:\n  - image: {image}\n    args: [--verbose, {argument}]\n")
    };
    let bundle = spec("quay.io/operator-framework/operator-sdk:v1", "run, bundle");
    assert_eq!(roles("x", &bundle), ["provision"]);
    let in_house = spec("quay.io/acme/ship@sha256:0", "publish");
    let described = format!("description: Publishes the files.\n{in_house}");
    assert_eq!(roles("ship-publish", &described), ["publish"]);
    assert_eq!(roles("x", &in_house), [""; 0], "one word is not enough");
}

#[test]
fn a_step_that_runs_unseen_may_do_anything() {
    let fetch = "  - image: quay.io/konflux-ci/build-trusted-artifacts:latest
    args: [use, $(params.data)=/var/workdir]
";
    let spec = |more: &str| format!("results: [{{name: answer}}]\nsteps:\n{fetch}{more}");
    let unseen = "  - image: quay.io/acme/ship:latest\n";
    assert_eq!(roles("x", &spec(unseen)), [""; 0]);
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
fn getting_in_and_trying_out_are_no_deeds() {
    assert_eq!(
        script("x", "$(params.ocp-login-command)\noc get cm x"),
        ["collect"]
    );
    assert_eq!(script("x", "$(params.command)\noc get cm x"), ["generic"]);
    let delete = "curl -X DELETE \"$SERVER_URL/hooks/1\"";
    assert_eq!(script("unregister-server", delete), ["cleanup"]);
    assert_eq!(
        script("x", "oc create --dry-run=client -f a.yaml")[0],
        "init"
    );
    assert_eq!(script("x", "oc create -f a.yaml")[0], "provision");
}

#[test]
fn unpacking_the_sources_of_a_package_builds_none() {
    assert_eq!(
        script("x", "rpmbuild -bp --nodeps a.spec"),
        ["prepare-source"]
    );
    assert_eq!(script("x", "rpmbuild -bb a.spec"), ["build"]);
}

#[test]
fn one_script_of_several_is_not_all_that_a_tool_does() {
    let generic = script("x", "in-house --script \"$(params.script)\"");
    assert_eq!(generic, ["generic"]);
    let tool = script(
        "x",
        "in-house --windows-signing-script $(params.windowsSigningScript)",
    );
    assert_eq!(tool, [""; 0]);
}

#[test]
fn files_that_are_changed_in_their_place_are_not_only_read() {
    let read = "oc get cm x -o json > $(results.answer.path)";
    assert_eq!(script("x", read), ["collect"]);
    let edits = format!("{read}\nsed -i 's/a/b/' \"$(workspaces.w.path)/Makefile\"");
    assert_eq!(script("x", &edits), [""; 0]);
    let own = format!("{read}\necho a > out.txt\nsed -i 's/a/b/' out.txt");
    assert_eq!(script("x", &own), ["collect"]);
}

#[test]
fn what_only_clones_is_a_source() {
    let spec = "steps:\n  - image: i\n    script: git clone $(params.url) .\n";
    assert_eq!(roles("git-clone", spec), ["source"]);
}

#[test]
fn a_list_of_parts_is_no_scan() {
    assert_eq!(
        script("x", "trivy image --format cyclonedx -o a.json $I"),
        ["sbom"]
    );
    assert_eq!(script("x", "trivy image $I"), ["scan-test"]);
    assert_eq!(
        script("cleanup", "git push origin --delete $TAG"),
        ["cleanup"]
    );
}

#[test]
fn a_param_stands_for_its_default_where_words_are_looked_for() {
    let spec = "params:
  - name: FORMAT
    default: cyclonedx
steps:
  - image: i
    script: trivy image --format $(params.FORMAT) -o a.json $I
";
    assert_eq!(roles("x", spec), ["sbom"]);
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
fn what_only_prints_is_a_sample() {
    let spec = |script: &str| format!("steps:\n  - image: i\n    script: {script}\n");
    assert_eq!(roles("x", &spec("echo hello")), ["sample"]);
    assert_eq!(roles("x", &spec("in-house; echo hello")), [""; 0]);
}

#[test]
fn whoever_only_carries_files_collects() {
    let action = |more: &str| {
        format!("steps:\n  - image: a/build-trusted-artifacts:1\n    args: [use, x]\n{more}")
    };
    assert_eq!(roles("x", &action("")), ["collect"]);
    assert_eq!(
        roles("x", &action("  - image: a/in-house\n    args: [y]\n")),
        [""; 0]
    );
}

#[test]
fn an_answer_that_is_kept_was_wanted() {
    let kept = "d=$(skopeo inspect docker://$I)\necho $d > $(results.answer.path)";
    assert_eq!(script("x", kept), ["collect"]);
    let condition = "if skopeo inspect docker://$I; then a=1; fi\necho $a > $(results.answer.path)";
    assert_eq!(script("x", condition), ["init"]);
}

#[test]
fn what_was_fetched_and_is_pushed_is_handed_on() {
    let moves = "podman pull $A\nbuildah tag $A $B\nbuildah push $B";
    assert_eq!(script("x", moves), ["publish"]);
    let builds = "podman pull $A\nbuildah build -t $B .\nbuildah push $B";
    assert_eq!(script("x", builds), ["build"]);
}

#[test]
fn files_that_are_changed_in_their_place_wait_for_a_build() {
    let spec = |more: &str| {
        format!(
            "workspaces:\n  - name: source\nsteps:\n  - image: i\n    script: |\n      yq -i .a=1 values.yaml\n{more}"
        )
    };
    assert_eq!(roles("x", &spec("")), ["prepare-source"]);
    assert_eq!(roles("x", &spec("      git push\n")), [""; 0]);
}

#[test]
fn a_push_may_delete_or_name() {
    assert_eq!(script("cleanup-tags", "git push origin :$OLD"), ["cleanup"]);
    let tag = "TAG=v$(params.version)\ngit push origin \"${TAG_NAME}\"";
    assert_eq!(script("tag-release", tag), ["metadata"]);
}

#[test]
fn many_a_task_is_called_after_its_program() {
    let unseen = "steps:\n  - image: i\n    args: [$(params.args)]\n";
    assert_eq!(roles("x", unseen), [""; 0]);
    let runs = "steps:\n  - image: i\n    command: [syft]\n    args: [$(params.args)]\n";
    assert_eq!(roles("syft", runs), ["sbom"]);
}

#[test]
fn a_shell_may_stand_behind_another_program() {
    let spec = "steps:
  - image: i
    command: [/usr/bin/tini, -s, --, bash]
    args: [-ce, cosign sign $I]
";
    assert_eq!(roles("x", spec), ["sign-metadata"]);
}

#[test]
fn a_verdict_about_nothing_is_of_the_run() {
    let spec = |params: &str| {
        format!(
            "params:\n{params}results: [{{name: TEST_OUTPUT}}]\nsteps:\n  - image: i\n    script: |\n      [ -f /etc/secret/token ] || r=FAILURE\n      echo $r > $(results.TEST_OUTPUT.path)\n"
        )
    };
    assert_eq!(roles("x", &spec("  - name: secret\n")), ["validate"]);
    assert_eq!(roles("x", &spec("  - name: image-url\n")), ["scan-test"]);
}

#[test]
fn a_script_counts_more_than_what_it_is_called() {
    let read = "oc get cm x -o json > $(results.answer.path)";
    assert_eq!(script("push-images", read), ["collect"]);
    let unseen = format!("{read}\n/opt/in-house x");
    assert_eq!(script("push-images", &unseen), [""; 0]);
}

#[test]
fn a_likely_role_is_said_where_none_holds_but_no_warning() {
    let unseen = |name: &str, description: &str| {
        let spec =
            format!("description: {description}\nsteps:\n  - image: a/in-house\n    args: [x]\n");
        roles(name, &spec)
    };
    assert_eq!(unseen("x-wait", "It does a thing."), ["orchestrate"]);
    assert_eq!(unseen("x-build", "It does a thing."), [""; 0]);
}

#[test]
fn whoever_runs_what_a_param_fetches_may_do_anything() {
    let run = "curl -sSL \"https://example.com/$(params.path)\" -o /tmp/a.sh\n/tmp/a.sh";
    assert_eq!(script("x", run), ["generic"]);
    let tool =
        "curl -sSL \"https://example.com/$(params.version)\" -o /bin/cosign\n/bin/cosign sign $I";
    assert_eq!(script("x", tool), ["sign-metadata"]);
    assert_eq!(script("x", "echo \"$(params.SCRIPT)\" | bash"), ["generic"]);
}

#[test]
fn to_push_manifests_is_to_deploy() {
    let manifests = "kustomize edit set image a=b\ngit commit -m x\ngit push";
    assert_eq!(script("manifests-push", manifests), ["deploy"]);
    let image = "oc patch deployment x -p '{\"spec\": {\"image\": \"a\"}}'";
    assert_eq!(script("x", image), ["deploy"]);
    let cancel = "oc patch pipelinerun x -p '{\"spec\": {\"status\": \"CancelledRunFinally\"}}'";
    assert_eq!(script("x", cancel), ["cleanup"]);
}

#[test]
fn whoever_pushes_back_is_no_source() {
    let back = "results: [{name: commit}]\nsteps:\n  - image: i\n    script: |\n      git clone $U .\n      kustomize edit set image a=b\n      git push\n";
    assert_eq!(roles("update", back)[0], "deploy");
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
fn a_digest_that_is_only_read_was_built_by_another() {
    let spec = |program: &str| {
        format!(
            "results: [{{name: IMAGE_URL}}, {{name: IMAGE_DIGEST}}]\nsteps:\n  - image: i\n    script: |\n      echo $SNAPSHOT | jq -r .components[0].containerImage > $(results.IMAGE_DIGEST.path)\n      {program}\n"
        )
    };
    assert_eq!(roles("extract-data", &spec("oc get cm x")), ["collect"]);
    assert_eq!(roles("x", &spec("buildah build .")), ["build"]);
    assert_eq!(roles("x", &spec("/opt/in-house")), ["build"]);
}

#[test]
fn a_function_is_told_a_program_without_running_it() {
    let told = "image() { jq -r .a <<< \"$1\"; }\nimage bats > $(results.answer.path)";
    assert_eq!(script("x", told), ["init"]);
    let runs = "again() { for i in 1 2 3; do \"$@\" && break; done; }\nagain bats tests";
    assert_eq!(script("x", runs), ["scan-test"]);
}

#[test]
fn a_verdict_among_many_results_is_told_by_the_way() {
    let many = |script: &str| {
        format!(
            "results: [{{name: a}}, {{name: b}}, {{name: c}}, {{name: d}}, {{name: TEST_OUTPUT}}]\nsteps:\n  - image: i\n    script: |\n      jq -jn '{{result: \"SUCCESS\"}}' > $(results.TEST_OUTPUT.path)\n      {script}\n"
        )
    };
    assert_eq!(roles("x", &many("echo 1 > $(results.a.path)")), ["init"]);
    assert_eq!(roles("x", &many("trivy image $I")), ["scan-test"]);
}

#[test]
fn scripts_of_windows_are_read_behind_ssh() {
    let windows = "RUN=\"ssh $OPTIONS $USER@$HOST\"
$RUN \"
  \\$signtool = 'C:\\\\Kits\\\\signtool.exe'
  if (-not (Test-Path '$FILE')) {
    exit 1
  }
  & \\$signtool sign /fd SHA256 '$FILE'
\"";
    assert_eq!(script("x", windows)[0], "sign-content");
}

#[test]
fn a_command_may_be_put_together() {
    let adds = "c=\"cosign sign\"\nc=\"$c --yes\"\nc=\"$c $IMAGE\"\neval $c";
    assert_eq!(script("x", adds), ["sign-metadata"]);
    let fetches = "npx --yes electron-builder --mac dmg";
    assert_eq!(script("x", fetches), ["build"]);
    let spec = "params:
  - name: signer
    default: /opt/tools/codesign
steps:
  - image: i
    script: $(params.signer) --sign me app
";
    assert_eq!(roles("sign-app", spec)[0], "sign-content");
}

#[test]
fn what_is_written_back_is_modified() {
    let spec = |to: &str| {
        format!(
            "results: [{{name: IMAGE_URL}}, {{name: IMAGE_DIGEST}}]
steps:
  - image: i
    script: |
      skopeo copy docker://$(params.image) oci:/work/layout
      /opt/in-house /work/layout
      skopeo copy oci:/work/layout docker://{to}
"
        )
    };
    assert_eq!(roles("x", &spec("$(params.image)"))[0], "modify");
    assert_eq!(roles("x", &spec("$(params.other)"))[0], "build");
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
fn what_is_pushed_to_the_branch_of_the_source_waits_for_a_build() {
    let spec = |param: &str| {
        format!(
            "params: [{{name: {param}}}]\nsteps:\n  - image: i\n    script: |\n      git clone $U .\n      git commit -am x\n      git push origin main\n"
        )
    };
    assert_eq!(roles("x", &spec("source-branch"))[0], "prepare-source");
    assert_eq!(roles("x", &spec("config-repository")), [""; 0]);
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
