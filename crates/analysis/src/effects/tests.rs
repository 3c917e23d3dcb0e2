use konflux_syntax::Tree;

use super::*;

/// The effects of a task with one step, a line each: `kind subject`.
fn effects(script: &str) -> String {
    let indented = script.lines().map(|line| format!("        {line}\n"));
    let task = format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: t}}\nspec:\n  steps:\n    \
         - name: s\n      image: i\n      script: |\n{}",
        indented.collect::<String>()
    );
    let tree = Tree::parse(&task);
    let document = tree.documents().next().unwrap();
    let all = of_document(&document);
    let lines = all[0].effects.iter().map(|effect| {
        let subject = effect.subject.as_deref().unwrap_or("-");
        format!("{:?} {subject}", effect.kind)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_copy_is_judged_by_both_ends() {
    let script = "REPO=quay.io/org/repo\n\
        skopeo copy docker://$REPO:1 dir:/tmp/x\n\
        skopeo copy docker://${REPO}@sha256:1 docker://$REPO:latest\n\
        cosign copy -f $REPO:1 quay.io/other/repo:1\n";
    assert_eq!(
        effects(script),
        "Pull dir:/tmp/x\nTag docker://quay.io/org/repo:latest\nCopy quay.io/other/repo:1"
    );
}

#[test]
fn packing_counts_for_files_of_artifacts_only() {
    let script = "oras pull \"$IMAGE\"\n\
        gzip -d \"${SOURCE}.gz\"\n\
        echo \"$PARAMS\" | gzip -c | base64\n\
        jq . in > report.json\n\
        gzip report.json\n\
        tar -czf advisory.tar.gz advisory.yaml\n";
    assert_eq!(
        effects(script),
        "Pull ${IMAGE}\nConvert ${SOURCE}.gz\nCompute -"
    );
}

#[test]
fn commands_behind_others_count() {
    let script = "push_retry() { \"$@\"; }\n\
        push_retry oras attach img file\n\
        retry 3 sudo -u x cosign sign img\n\
        ssh -i key user@host bash -s <<'E'\ncodesign --sign me app\nE\n\
        bash -c \"rpmsign --addsign a.rpm\"\n";
    assert_eq!(
        effects(script),
        "Attach img\nSignDetached img\nSignInPlace app\nSignInPlace a.rpm"
    );
}

#[test]
fn addresses_tell_what_requests_do() {
    let script = "curl -X POST -d @x \"$SLACK_WEBHOOK\"\ncurl -sL https://x/y -o /tmp/z\n\
        curl -XPUT -d '{}' \"${PYXIS_URL}/v1/x\"\n";
    assert_eq!(
        effects(script),
        "Notify -\nQuery https://x/y\nRecord ${PYXIS_URL}/v1/x"
    );
}
