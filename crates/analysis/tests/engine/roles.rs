//! What tasks are taken for, where one signal alone would mislead.

mod programs;
mod words;

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
fn a_loop_that_sleeps_waits() {
    let spec = "steps:
  - image: i
    script: |
      while [ ! -f /artifacts/finished ]; do
        sleep 5
      done
";
    assert_eq!(roles("x", spec), ["orchestrate"]);
}

#[test]
fn a_digest_beside_an_sbom_is_of_what_was_there() {
    let spec = "results: [{name: IMAGE_URL}, {name: IMAGE_DIGEST}]
steps:
  - image: i
    script: syft scan registry:$IMAGE -o spdx-json=sbom.json
";
    assert!(!roles("x", spec).contains(&"build"));
}

#[test]
fn what_is_pushed_where_a_cluster_follows_is_rolled_out() {
    let spec = "params: [{name: overlay-path}]
steps:
  - image: i
    script: |
      sed -i s/a/b/ $(params.overlay-path)
      git push origin main
";
    assert_eq!(roles("x", spec)[0], "deploy");
}

#[test]
fn a_digest_in_other_words_may_be_of_what_was_made() {
    let spec = |script: &str| {
        format!(
            "description: Packages an application into an image.
results: [{{name: image-digest}}]
steps:
  - image: i
    script: {script}
"
        )
    };
    assert_eq!(roles("package-image", &spec("in-house"))[0], "build");
    let read = spec("jq -r .digest $(params.file) > $(results.image-digest.path)");
    assert!(!roles("package-image", &read).contains(&"build"));
}

#[test]
fn who_names_url_and_commit_fetched_a_source() {
    let spec = "description: Starts the run.
results: [{name: url}, {name: commit}]
steps: [{image: quay.io/example/start}]
";
    assert_eq!(roles("run-start", spec)[0], "source");
}
