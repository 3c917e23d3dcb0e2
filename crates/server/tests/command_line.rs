//! What people and programs rely on: arguments, exit codes, formats, and where things are printed.

mod support;

use std::process::Stdio;
use std::{fs, io::Read};

use expect_test::expect;
use serde_json::json;
use support::{Project, command};

/// One error (a param declared twice), outside the basic plane of Unicode.
const DUPLICATE: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: hello
spec:
  params:
    - name: who
    - {description: 😀, name: who}
  steps:
    - name: greet
      image: quay.io/example/runner:1
      script: echo $(params.who)
";

/// One warning with a safe fix: Tekton ignores the earlier of two declarations.
const TWICE: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: twice
spec:
  results:
    - name: digest   # ignored
      description: Of the image
    # A comment
    - {name: url}
    - name: digest
      description: Of the image, for real
  steps:
    - name: greet
      image: quay.io/example/runner:1
      script: |
        echo > $(results.digest.path)
";

const CLEAN: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: clean
spec:
  steps:
    - name: greet
      image: quay.io/example/runner:1
      script: echo
";

#[test]
fn a_person_sees_where_what_and_why() {
    let project = Project::new(&format!("#- .tekton/hello.yaml\n{DUPLICATE}"));
    let run = project.run(&["check", "."]);
    expect![[r#"
        error[duplicate-param]: The param `who` appears more than once
         --> .tekton/hello.yaml:8:30
          |
        8 |     - {description: 😀, name: who}
          |                               ^^^
          |
        note: first here
         --> .tekton/hello.yaml:7:13
          |
        7 |     - name: who
          |             ^^^

        1 error in 1 of 1 file.
    "#]]
    .assert_eq(&run.stdout);
    assert_eq!((run.code, run.stderr.as_str()), (Some(1), ""));
}

#[test]
fn json_has_exactly_the_promised_shape() {
    let project = Project::new(&format!("#- dir/hello.yaml\n{DUPLICATE}"));
    let findings = project.json(&["check", "--format", "json", "./dir"]);
    let [finding] = findings.as_array().expect("an array").as_slice() else {
        panic!("one finding: {findings}");
    };
    let mut finding = finding.clone();
    assert!(finding["message"].take().is_string());
    assert_eq!(
        finding,
        json!({
            "path": "./dir/hello.yaml",
            "rule": "duplicate-param",
            "severity": "error",
            "message": null,
            "range": {
                "start": {"line": 7, "character": 30},
                "end": {"line": 7, "character": 33},
            },
        })
    );
}

#[test]
fn paths_open_from_the_current_directory() {
    let project = Project::new(&format!("#- a/x.yaml\n{DUPLICATE}\n#- b/here/keep\n"));
    let absolute = project.path("a/x.yaml");
    let absolute = absolute.to_str().expect("UTF-8");
    let here = project.path("b/here");
    for (named, shown) in [
        ("../../a", "../../a/x.yaml"),
        ("../../a/x.yaml", "../../a/x.yaml"),
        (absolute, absolute),
    ] {
        let run = support::run_in(&here, &["check", "--format", "json", named]);
        let findings: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        assert_eq!(findings[0]["path"], shown);
        assert!(here.join(shown).exists());
    }
    let findings = project.json(&["check", "--format", "json", "."]);
    assert_eq!(findings[0]["path"], "a/x.yaml");
}

#[test]
fn exit_codes_follow_fail_on() {
    let project = Project::new(&format!("#- bad.yaml\n{DUPLICATE}\n#- clean.yaml\n{CLEAN}"));
    let code = |arguments: &[&str]| project.run(arguments).code;
    assert_eq!(code(&["check", "clean.yaml"]), Some(0));
    assert_eq!(code(&["check", "bad.yaml"]), Some(1));
    assert_eq!(code(&["check", "--fail-on", "hint", "clean.yaml"]), Some(0));
    assert_eq!(code(&["check", "--fail-on", "never", "bad.yaml"]), Some(0));
    assert_eq!(code(&["check"]), Some(2));
    assert_eq!(code(&["check", "--format", "xml", "bad.yaml"]), Some(2));
    assert_eq!(code(&["frobnicate"]), Some(2));
    assert_eq!(code(&["rule", "no-such-rule"]), Some(2));
    assert_eq!(code(&[]), Some(2));
    assert_eq!(code(&["--version"]), Some(0));
}

#[test]
fn hidden_folders_are_walked_and_ignored_ones_are_not() {
    let project = Project::new("#- .gitignore\nbuild/\n");
    for path in [
        "a.yaml",
        ".tekton/b.yml",
        ".git/c.yaml",
        "build/d.yaml",
        "node_modules/e.yaml",
        "f.txt",
    ] {
        project.write(path, DUPLICATE);
    }
    let paths = |arguments: &[&str]| {
        let findings = project.json(arguments);
        let findings = findings.as_array().expect("an array").clone();
        findings
            .iter()
            .map(|it| it["path"].as_str().expect("a path").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        paths(&["check", "--format", "json", "."]),
        [".tekton/b.yml", "a.yaml"]
    );
    // What is named outright is checked all the same, and once.
    let named = [
        "check",
        "--format",
        "json",
        "build",
        "f.txt",
        "build/d.yaml",
        "./build",
    ];
    assert_eq!(paths(&named), ["build/d.yaml"]);
}

#[test]
fn references_resolve_in_the_repository_but_only_the_given_paths_are_reported() {
    let caller = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: caller
spec:
  tasks:
    - name: call
      taskRef:
        resolver: git
        params:
          - {name: url, value: https://example.com/here.git}
          - {name: revision, value: main}
          - {name: pathInRepo, value: tasks/hello.yaml}
";
    let task = DUPLICATE.replace("    - {description: 😀, name: who}\n", "");
    let project = Project::new(&format!(
        "#- pipelines/call.yaml\n{caller}\n#- tasks/hello.yaml\n{task}"
    ));
    fs::create_dir(project.path(".git")).expect("created");
    for named in ["pipelines", "pipelines/call.yaml", "."] {
        let findings = project.json(&["check", "--format", "json", named]);
        assert_eq!(
            findings.as_array().map(Vec::len),
            Some(1),
            "{named}: {findings}"
        );
        assert_eq!(findings[0]["path"], "pipelines/call.yaml");
        assert_eq!(findings[0]["rule"], "missing-param");
    }
    let findings = project.json(&["check", "--format", "json", "tasks"]);
    assert_eq!(findings, json!([]));
}

#[test]
fn every_given_path_is_reported_whatever_the_others_need() {
    let project = Project::new(&format!(
        "#- a/x.yaml\n{DUPLICATE}\n#- b/y.yaml\n{DUPLICATE}"
    ));
    fs::create_dir(project.path(".git")).expect("created");
    let findings = project.json(&["check", "--format", "json", "a", "b/y.yaml"]);
    assert_eq!(findings.as_array().map(Vec::len), Some(2), "{findings}");
    assert_eq!(findings[1]["path"], "b/y.yaml");
}

#[test]
fn sarif_names_rules_and_places() {
    let project = Project::new(&format!("#- a b.yaml\n{DUPLICATE}"));
    let log = project.json(&["check", "--format", "sarif", "."]);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(rule["id"], result["ruleId"]);
    assert!(
        rule["helpUri"]
            .as_str()
            .is_some_and(|uri| uri.ends_with("/duplicate-param.md"))
    );
    assert!(
        rule["help"]["markdown"]
            .as_str()
            .is_some_and(|text| text.len() > 40)
    );
    assert!(
        rule["shortDescription"]["text"]
            .as_str()
            .is_some_and(|text| !text.is_empty())
    );
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "a%20b.yaml");
    assert_eq!(
        place["region"],
        json!({"startLine": 8, "startColumn": 31, "endLine": 8, "endColumn": 34})
    );
    assert_eq!(result["level"], "error");
}

#[test]
fn github_gets_one_line_for_each_finding() {
    let project = Project::new(&format!("#- a.yaml\n{DUPLICATE}"));
    let run = project.run(&["check", "--format", "github", "a.yaml"]);
    let [line] = run.stdout.lines().collect::<Vec<_>>()[..] else {
        panic!("{run:?}")
    };
    assert!(
        line.starts_with("::error file=a.yaml,line=8,col=31,endColumn=33,title=duplicate-param::"),
        "{line}"
    );
}

#[test]
fn colours_only_where_they_are_wanted() {
    let project = Project::new(&format!("#- a.yaml\n{DUPLICATE}"));
    let coloured = |arguments: &[&str], variable: Option<(&str, &str)>| {
        let mut command = command(&project.path(""), arguments);
        command.envs(variable);
        let output = command.output().expect("the binary starts");
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&["check", "a.yaml"], None), "not a terminal");
    assert!(coloured(
        &["check", "a.yaml"],
        Some(("CLICOLOR_FORCE", "1"))
    ));
    assert!(coloured(&["check", "--color", "always", "a.yaml"], None));
    assert!(!coloured(&["check", "a.yaml"], Some(("NO_COLOR", "1"))));
}

#[test]
fn a_broken_pipe_is_not_an_error() {
    let project = Project::new("");
    for number in 0..400 {
        project.write(&format!("{number}.yaml"), DUPLICATE);
    }
    for format in ["human", "json", "github", "sarif"] {
        let mut child = command(&project.path(""), &["check", "--format", format, "."])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let mut first = [0; 1];
        let mut stdout = child.stdout.take().expect("piped");
        stdout.read_exact(&mut first).expect("a byte");
        drop(stdout);
        let output = child.wait_with_output().expect("it ends");
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{format}: {output:?}"
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{format}");
    }
}

#[test]
fn safe_fixes_are_applied_and_what_remains_is_reported() {
    let project = Project::new(&format!("#- twice.yaml\n{TWICE}\n#- bad.yaml\n{DUPLICATE}"));
    let run = project.run(&["check", "--fix", "--format", "json", "."]);
    let ignored = "    - name: digest   # ignored\n      description: Of the image\n";
    let expected = format!("{}\n", TWICE.replace(ignored, ""));
    assert_eq!(project.read("twice.yaml"), expected, "nothing else");
    assert!(run.stderr.contains("fixed 1 place in 1 file"), "{run:?}");
    let again = project.run(&["check", "--fix", "--format", "json", "."]);
    assert_eq!(again.stdout, run.stdout);
    assert_eq!(again.stderr, "", "twice changes nothing");
    let left = fs::read_dir(project.path("")).expect("listed").count();
    assert_eq!(left, 2, "no temporary file stays");
}

#[cfg(unix)]
#[test]
fn fixing_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let project = Project::new(&format!("#- real/twice.yaml\n{TWICE}"));
    let mode = |path: &str| {
        project
            .path(path)
            .metadata()
            .expect("there")
            .permissions()
            .mode()
            & 0o777
    };
    fs::set_permissions(
        project.path("real/twice.yaml"),
        fs::Permissions::from_mode(0o640),
    )
    .expect("set");
    symlink("real/twice.yaml", project.path("link.yaml")).expect("linked");
    let run = project.run(&["check", "--fix", "link.yaml"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(!project.read("real/twice.yaml").contains("# ignored"));
    assert!(project.path("link.yaml").is_symlink());
    assert_eq!(mode("real/twice.yaml"), 0o640);

    project.write("read-only.yaml", TWICE);
    fs::set_permissions(
        project.path("read-only.yaml"),
        fs::Permissions::from_mode(0o444),
    )
    .expect("set");
    let run = project.run(&["check", "--fix", "--format", "json", "read-only.yaml"]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(
        run.stderr
            .contains("read-only.yaml: cannot be fixed: the file is read-only"),
        "{run:?}"
    );
    assert_eq!(project.read("read-only.yaml"), TWICE);
    assert!(
        run.stdout.contains("\"warning\""),
        "what is on disk is what is reported"
    );
}

#[test]
fn classify_has_exactly_the_promised_shape() {
    let pipeline = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: publish
  annotations:
    tekton.dev/tags: release
spec:
  params:
    - {name: release, type: string}
    - {name: releasePlan, type: string}
  tasks: []
---
# not of Tekton
kind: ConfigMap
";
    let project = Project::new(&format!("#- p.yaml\n{pipeline}\n#- t.yaml\n{CLEAN}"));
    let mut entries = project.json(&["classify", "--format", "json", "--without-catalog", "."]);
    assert_eq!(entries.as_array().map(Vec::len), Some(2), "{entries}");
    let evidence = entries[0]["evidence"].take();
    let first = &evidence.as_array().expect("an array")[0];
    assert!(
        first["message"].is_string() && first["range"]["start"]["line"].is_u64(),
        "{evidence}"
    );
    assert!(
        entries[0]["confidence"]
            .take()
            .as_f64()
            .is_some_and(|it| it > 0.5 && it <= 1.0)
    );
    assert!(entries[1]["confidence"].take().is_number());
    assert!(entries[1]["evidence"].take().is_array());
    assert_eq!(
        entries,
        json!([
            {"path": "p.yaml", "apiKind": "Pipeline", "name": "publish", "class": "release",
             "roles": [], "confidence": null, "evidence": null},
            {"path": "t.yaml", "apiKind": "Task", "name": "clean", "class": null,
             "roles": ["sample"], "confidence": null, "evidence": null},
        ])
    );
    let run = project.run(&["classify", "."]);
    assert!(
        run.stdout
            .starts_with("p.yaml: Pipeline publish: release\n    line "),
        "{run:?}"
    );
}

#[test]
fn rules_are_listed_and_explained() {
    let project = Project::new("");
    let list = project.run(&["rule"]);
    assert!(list.stdout.lines().count() >= 6, "{list:?}");
    for line in list.stdout.lines() {
        let name = line.split_whitespace().next().expect("a name");
        let run = project.run(&["rule", name]);
        assert!(
            run.stdout.contains(name) && run.stdout.lines().count() > 5,
            "{run:?}"
        );
    }
}

#[test]
fn completions_and_the_schema_are_usable() {
    let project = Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = project.run(&["completions", shell]);
        assert!(run.stdout.contains("fail-on"), "{shell}");
    }
    assert!(project.json(&["schema"]).is_object());
}

#[test]
fn the_repository_configuration_counts_and_is_checked_itself() {
    let project = Project::new(&format!(
        "#- .konflux-ls.yaml\nrules:\n  duplicate-param: off\nrulez: {{}}\n#- tasks/a.yaml\n{DUPLICATE}"
    ));
    let findings = project.json(&["check", "--format", "json", "tasks/a.yaml"]);
    assert_eq!(findings.as_array().map(Vec::len), Some(1), "{findings}");
    assert_eq!(findings[0]["path"], ".konflux-ls.yaml", "the unknown key");
}
