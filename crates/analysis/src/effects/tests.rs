use konflux_syntax::Tree;

use super::*;

/// A task with one step.
fn task(script: &str) -> Tree {
    let indented = script.lines().map(|line| format!("        {line}\n"));
    let task = format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: t}}\nspec:\n  params:\n    \
         - {{name: request, default: by-default}}\n    - {{name: open}}\n  steps:\n    \
         - name: s\n      image: i\n      script: |\n{}",
        indented.collect::<String>()
    );
    Tree::parse(&task)
}

fn lines(tree: &Tree, line: impl Fn(&Effect) -> String) -> String {
    let document = tree.documents().next().unwrap();
    let all = of_document(&document);
    let lines: Vec<_> = all[0].effects.iter().map(line).collect();
    lines.join("\n")
}

/// The effects of a task with one step, a line each: `kind subject`.
fn effects(script: &str) -> String {
    lines(&task(script), |effect| {
        let subject = effect.subject.as_deref().unwrap_or("-");
        format!("{:?} {subject}", effect.kind)
    })
}

/// What is said of them, a line each.
fn messages(script: &str) -> String {
    lines(&task(script), |effect| effect.message.clone())
}

/// The pipelines that a task with one step starts, each with the text that names it.
fn started(script: &str) -> Vec<String> {
    let tree = task(script);
    let document = tree.documents().next().unwrap();
    let all = of_document(&document);
    let delegates = all[0].delegates.iter().map(|(started, span)| {
        let name = started.by_default();
        let name = name.as_deref().unwrap_or("?");
        format!("{name} «{}»", document.text(*span))
    });
    delegates.collect()
}

#[test]
fn an_effect_is_told_by_the_words_that_make_it() {
    let script = "codesign --sign me --force /app\n\
        retry 3 cosign copy -f a:1 b:1\n\
        gpg --homedir /k --detach-sign file\n\
        run() { \"$@\"; }\nrun oras attach --artifact-type x img f\n\
        tool=skopeo\n$tool copy docker://a/b:1 docker://c/d:1\n\
        kubectl -n ns patch x --type merge --subresource status\n";
    assert_eq!(
        messages(script),
        "`codesign --sign` writes a signature into executables\n\
         `cosign copy` copies an image to another repository\n\
         `gpg --detach-sign` makes a signature beside a file\n\
         `oras attach` attaches files to an artifact through the referrers API\n\
         `skopeo copy` copies an image to another repository\n\
         `kubectl patch` writes to the status of an object"
    );
}

#[test]
fn pipelines_are_started_by_name() {
    assert_eq!(
        started("internal-request --pipeline a -p x=y\ninternal-pipelinerun --pipeline=b -t 9\n"),
        ["a «a»", "b «--pipeline=b»"]
    );
    assert_eq!(started("internal-request -r a -p x=y\n"), ["a «a»"]);
    assert_eq!(
        started("tkn pipeline start -n ns a -p x=y --showlog\n"),
        ["a «a»"]
    );
    assert_eq!(
        started("own-tool --pipeline a --request-timeout 9\n"),
        ["a «a»"]
    );
    let variable = "NAME=a\ninternal-request --pipeline \"$NAME\"\n";
    assert_eq!(started(variable), ["a «\"$NAME\"»"]);
    let param = "internal-request --pipeline \"$(params.request)\"\n";
    assert_eq!(started(param), ["by-default «\"$(params.request)\"»"]);
    let open = "internal-request --pipeline \"$(params.open)\"\n";
    assert_eq!(started(open), ["? «\"$(params.open)\"»"]);
    let unknown = "internal-request --pipeline \"$(cat name)\"\n";
    assert!(started(unknown).is_empty(), "what runs is not known");
}

#[test]
fn pipelines_are_started_by_objects() {
    let run = |reference: &str| {
        format!("cat <<E | kubectl create -f -\nkind: PipelineRun\nspec:\n{reference}E\n")
    };
    assert_eq!(started(&run("  pipelineRef:\n    name: a\n")), ["a «a»"]);
    let resolver = "  pipelineRef:\n    resolver: git\n    params:\n      - name: url\n        \
        value: x\n      - {name: pathInRepo, value: pipelines/a/a.yaml}\n";
    assert_eq!(
        started(&run(resolver)),
        ["pipelines/a/a.yaml «pipelines/a/a.yaml»"]
    );
    let path = "  pipelineRef:\n    params:\n      - name: pathInRepo\n        \
        value: pipelines/internal/$(params.request)/$(params.request).yaml\n";
    assert_eq!(
        started(&run(path))[0].split(' ').next(),
        Some("pipelines/internal/by-default/by-default.yaml")
    );
    let request = "name=a\ncat > $DIR/ir.yaml <<E\nkind: InternalRequest\nspec:\n  request: \"$name\"\n  \
        params:\nE\nkubectl create -f $DIR/ir.yaml\n";
    assert_eq!(started(request), ["a «kubectl create -f $DIR/ir.yaml»"]);
    let nested = "kubectl create -f - <<< '{\"kind\": \"InternalRequest\", \"spec\": {\"pipeline\": \
        {\"pipelineRef\": {\"name\": \"a\"}}}}'\n";
    assert_eq!(started(nested).len(), 1);
    // Objects of other kinds, and runs that define their pipeline themselves, name none.
    assert!(
        started("kubectl create -f - <<E\nkind: Pod\nspec: {pipelineRef: {name: a}}\nE\n")
            .is_empty()
    );
    assert!(started(&run("  pipelineSpec: {}\n")).is_empty());
}

#[test]
fn a_copy_is_judged_by_both_ends() {
    let script = "REPO=quay.io/org/repo\n\
        skopeo copy docker://$REPO:1 dir:/tmp/x\n\
        skopeo copy docker://${REPO}@sha256:1 docker://$REPO:latest\n\
        cosign copy -f $REPO:1 quay.io/other/repo:1\n";
    assert_eq!(
        effects(script),
        "Pull docker://quay.io/org/repo:1\nTag docker://quay.io/org/repo:latest\nCopy quay.io/other/repo:1"
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

#[test]
fn commands_in_lists_and_variables_count() {
    let script = "command=(acme-run --x\n)\nbuild=(buildah bud -t \"$IMAGE\" .)\nbuild+=(--squash)\n\
        retry \"${build[@]}\"\n\
        options=(--recursive)\ncosign sign \"${options[@]}\" img\n\
        line=\"trivy image $X\"\neval \"$line\"\n\
        tool='skopeo copy'\n$tool docker://a/b:1 docker://c/d:1\n";
    assert_eq!(
        effects(script),
        "Build .\nSignDetached img\nScan -\nCopy docker://c/d:1"
    );
}

#[test]
fn containers_do_what_their_command_does() {
    let script = "podman run --rm -v /x:/x -u mock \"$IMG\" mock -r cfg --rebuild p.src.rpm\n\
        docker run -e A=b img bash -c 'oras push r f.bin'\n\
        remote() { ssh \"$HOST\" \"$@\"; }\n\
        remote podman run img mock --calculate-build-dependencies --spec p.spec\n";
    assert_eq!(effects(script), "Build -\nPush r\nPrepareSource -");
}

#[test]
fn tools_in_python_are_programs() {
    let script = "python3 /opt/cosign sign img\n\
        python3 -m wait_for_run\n\
        python3 -c 'import smtplib; s.sendmail(a, b, c)'\n\
        python3 <<E\nsubprocess.run([\"oras\", \"attach\", \"img\", \"f\"])\nE\n";
    assert_eq!(
        effects(script),
        "SignDetached img\nWait -\nNotify -\nAttach img"
    );
}

#[test]
fn only_scripts_of_params_run_what_params_say() {
    let script = "if $(params.hermetic); then true; fi\n\
        url=$(xargs <<< \"$(params.url)\")\n\
        eval \"$(params.script)\"\n\
        remote-tool -s \"$(params.SSH_SCRIPT)\"\n";
    assert_eq!(effects(script), "RunParam -\nRunParam -");
}

#[test]
fn what_is_kept_of_a_run_is_a_report() {
    let script = "oras push \"$REF\" all-logs.txt:text/plain\noras push \"$REF\" app.bin\n";
    assert_eq!(effects(script), "Report ${REF}\nPush ${REF}");
}

#[test]
fn objects_are_told_by_their_own_kind() {
    let owned = "cat > c.yaml <<E\nkind: Cluster\nmetadata:\n  ownerReferences:\n  - x: y\n    \
        kind: PipelineRun\nE\noc create -f c.yaml\n";
    assert_eq!(effects(owned), "Provision -");
    let run = "cat > r.yaml <<E\napiVersion: tekton.dev/v1\nkind: PipelineRun\nE\n\
        kubectl create --filename=r.yaml\n";
    assert_eq!(effects(run), "Delegate -");
    let down = "cat > p.json <<E\n[{\"path\": \"/spec/tearDown\"}]\nE\n\
        oc patch c x --patch-file=p.json\n";
    assert_eq!(effects(down), "Delete -");
}

#[test]
fn headers_are_no_address() {
    let script = "curl -X POST -H \"Authorization: $TOKEN\" https://x/sealights/sessions\n\
        rh-sign --pipeline p --request-timeout 9\n\
        unknown-wrapper --pipeline p --request-timeout 9\n";
    assert_eq!(
        effects(script),
        "Report https://x/sealights/sessions\nSignDetached -\nDelegate p"
    );
}

/// None of these may take time that grows faster than they do, or stack; half a megabyte each. What
/// is given to the parser is counted.
#[test]
fn scripts_that_mean_harm_are_read_in_bounded_time() {
    let many = |line: &str| line.repeat((1 << 19) / line.len());
    let many_lines = many("kind: PipelineRun\n");
    let scripts = [
        format!("{}f() {{ oras \"$@\"; }}\n", many("f push a b\n")),
        (0..20_000).fold(String::new(), |all, at| {
            format!("f{at}() {{ :; }}\n") + &all
        }),
        many("kubectl apply -f x\n"),
        format!(
            "x='{}'\n{}",
            many("echo y; ").get(..4000).unwrap(),
            many("eval \"$x\"\n")
        ),
        format!("a=($(b) {})\n{}", many("x "), many("\"${a[@]}\"\n")),
        format!(
            "a=$b$b\nb=$c$c\nc=$d$d\nd=$a$a\n{}",
            many("oras push $a $b\n")
        ),
        many("bash -c \"bash -c 'bash -c \\\"oras push a b\\\"'\"\n"),
        many("cat <<E | kubectl apply -f -\nkind: X\nE\n"),
        format!(
            "#!/usr/bin/env python3\n{}",
            many("subprocess.run([\"oras\", [[(\n")
        ),
        format!("#!/usr/bin/env python3\n{}", many("(\"oras\" \"push\"")),
        format!("#!/usr/bin/env python3\n{}", many("x.post(u)\n")),
        format!("#!/usr/bin/env ruby\n{}", many("puts %x(oras push)\n")),
        format!(
            "cat > x <<E\n{many_lines}E\n{}",
            many("kubectl apply -f x\n")
        ),
        format!(
            "cat > x <<E\nkind: X\nE\n{}",
            many("cat >> x <<E\nkind: PipelineRun\nE\n")
        ),
        format!("bash -c '{}'\n", many("oras push \\$a b; ")),
        format!("cat <<NEVER\n{}", many("it's open \" (\n")),
        many("\u{1b}[0m\u{7}\u{0} é💥\n"),
    ];
    let run = move || {
        for script in &scripts {
            let tree = task(script);
            let document = tree.documents().next().unwrap();
            of_document(&document);
            let parsed = scripts::Scripts::of(&document).bytes();
            assert!(parsed <= 2 << 20, "{parsed} bytes for {}", &script[..40]);
        }
    };
    let thread = std::thread::Builder::new().stack_size(2 << 20);
    thread.spawn(run).unwrap().join().unwrap();
}
