//! How the programs that steps run are read.

use super::{roles, script};

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
fn a_push_may_delete_or_name() {
    assert_eq!(script("cleanup-tags", "git push origin :$OLD"), ["cleanup"]);
    let tag = "TAG=v$(params.version)\ngit push origin \"${TAG_NAME}\"";
    assert_eq!(script("tag-release", tag), ["metadata"]);
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
fn whoever_runs_what_a_param_fetches_may_do_anything() {
    let run = "curl -sSL \"https://example.com/$(params.path)\" -o /tmp/a.sh\n/tmp/a.sh";
    assert_eq!(script("x", run), ["generic"]);
    let tool =
        "curl -sSL \"https://example.com/$(params.version)\" -o /bin/cosign\n/bin/cosign sign $I";
    assert_eq!(script("x", tool), ["sign-metadata"]);
    assert_eq!(script("x", "echo \"$(params.SCRIPT)\" | bash"), ["generic"]);
}

#[test]
fn a_function_is_told_a_program_without_running_it() {
    let told = "image() { jq -r .a <<< \"$1\"; }\nimage bats > $(results.answer.path)";
    assert_eq!(script("x", told), ["init"]);
    let runs = "again() { for i in 1 2 3; do \"$@\" && break; done; }\nagain bats tests";
    assert_eq!(script("x", runs), ["scan-test"]);
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
fn a_download_that_is_run_is_told_by_its_file() {
    let checkton =
        "git clone \"$(params.url)\" .\ncurl -sSL https://example.com/main/checkton.sh | sh";
    assert_eq!(script("x", checkton), ["scan-test"]);
    let unknown = "date > $(results.answer.path)\ncurl -sSL https://example.com/main/in-house | sh";
    assert_eq!(script("x", unknown), [""; 0], "it may do anything");
}

#[test]
fn options_behind_a_program_are_its_own() {
    let lines = "oc get cm x\npython evaluation.py -c $(params.size)";
    assert_eq!(script("x", lines), [""; 0], "its option is no program");
    let lines = "python3 -u -c 'server.sendmail(a, b, text)'";
    assert_eq!(script("x", lines), ["notify"]);
}

#[test]
fn a_variable_that_holds_an_option_is_none_of_the_words() {
    let lines = "[[ -d /certs ]] && DIR=\"--cert-dir /certs\"
buildah ${DIR} --storage-driver=vfs bud -t $IMAGE .
[[ -d /certs ]] && DIR=\"--cert-dir /certs\"
buildah ${DIR} push $IMAGE";
    assert_eq!(script("x", lines)[0], "build");
    assert_eq!(
        script("x", "oc get cm x\nmake $(params.TARGET)"),
        [""; 0],
        "what it makes is not here"
    );
}

#[test]
fn a_program_that_is_fed_a_param_runs_it() {
    let lines = "in-house shell <<EOF\n$(params.commands)\nEOF";
    assert_eq!(script("x", lines), ["generic"]);
}

#[test]
fn an_index_into_a_document_is_no_command() {
    let lines = "#!/usr/bin/env python3\nif document[\"kind\"] == \"Job\": print(document)";
    assert!(!script("x", lines).contains(&"provision"));
}

#[test]
fn a_question_is_one_only_by_its_verb() {
    let read = "ibmcloud cr image-list > $(results.answer.path)";
    assert_eq!(script("x", read), ["collect"]);
    let unforeseen = format!("{read}\nibmcloud cos object-put --bucket b");
    assert_eq!(script("x", &unforeseen), [""; 0]);
}

#[test]
fn an_image_alone_runs_its_own_program() {
    let spec = "steps:\n  - image: docker.io/renovate/renovate:36.9\n";
    assert_eq!(roles("x", spec), ["deploy"]);
}

#[test]
fn what_runs_in_a_container_is_what_is_done() {
    let sign = "kubectl exec signer -- cosign sign --key k img";
    assert_eq!(script("x", sign), ["sign-metadata"]);
    let unknown = "date > $(results.answer.path)\npodman run --rm quay.io/example/in-house";
    assert_eq!(script("x", unknown), [""; 0]);
}

#[test]
fn what_is_made_of_an_answer_is_not_seen() {
    let lines = "check-name --pyxis-url \"$URL\" --name x";
    assert_eq!(script("x", lines), [""; 0]);
}

#[test]
fn goals_of_a_build_may_follow_others_or_come_from_a_param() {
    assert_eq!(script("app-build", "mvn -B clean package"), ["build"]);
    assert_eq!(script("app-test", "mvn clean verify"), ["scan-test"]);
    let asked = "mvn help:evaluate -Dexpression=project.version > $(results.answer.path)";
    assert_eq!(script("get-version", asked), ["collect"]);
    let spec = |goal: &str| {
        format!(
            "params: [{{name: OPTIONS, default: ''}}, {{name: GOAL, default: {goal}}}]
steps:
  - image: i
    command: [mvn, $(params.OPTIONS), $(params.GOAL)]
"
        )
    };
    assert_eq!(roles("app-build", &spec("package")), ["build"]);
    assert_eq!(roles("x", &spec("deploy")), ["publish"]);
}

#[test]
fn a_program_may_be_called_with_an_ending() {
    let lines = "/opt/jmeter/bin/jmeter.sh -n -t plan.jmx";
    assert_eq!(script("load-test", lines), ["scan-test"]);
    assert_eq!(
        script("x", lines),
        [""; 0],
        "less sure than by its own name"
    );
}

#[test]
fn a_context_of_a_build_is_prepared() {
    assert_eq!(
        script("x", "ansible-builder create -f ee.yml"),
        ["prepare-source"]
    );
    assert_eq!(script("x", "ansible-builder build -f ee.yml"), ["build"]);
}

#[test]
fn what_is_rendered_and_applied_is_deployed() {
    assert_eq!(
        script("x", "helm template chart | oc apply -f -")[0],
        "deploy"
    );
    assert_eq!(
        script("x", "kustomize build overlays/a | kubectl apply -f -")[0],
        "deploy"
    );
    assert_eq!(
        script("x", "cat secret.yaml | kubectl apply -f -")[0],
        "provision"
    );
}
