//! Whatever is thrown at it: a clear message that names the file, or a stated limit; never a
//! crash, a hang, or silence.

mod support;

use std::fs;

use support::{Project, Run};

/// A document that is of interest, so that what follows it is read with care.
const TASK: &str = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: t\n";

/// The run ended with 2, said why about this file, and printed its results all the same.
#[track_caller]
fn assert_named(run: &Run, file: &str, reason: &str) {
    assert_eq!(run.code, Some(2), "{run:?}");
    let named = run
        .stderr
        .lines()
        .any(|line| line.contains(file) && line.contains(reason));
    assert!(named, "no line with {file:?} and {reason:?}: {run:?}");
    serde_json::from_str::<Vec<serde_json::Value>>(&run.stdout).expect("an array");
}

/// The run ended by itself, with 0 or 1, and said nothing on standard error.
#[track_caller]
fn assert_calm(run: &Run) {
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    assert_eq!(run.stderr, "", "{:?}", run.code);
    serde_json::from_str::<Vec<serde_json::Value>>(&run.stdout).expect("an array");
}

#[test]
fn binary_files() {
    let project = Project::new("#- good.yaml\nkind: Task\n");
    project.write(
        "image.yaml",
        [0x7f, b'E', b'L', b'F', 0, 1, 0xff, 0xfe, 0, 0x80],
    );
    project.write("nul.yaml", format!("{TASK}spec: \0\u{1}\u{7f}\n"));
    let run = project.run(&["check", "--format", "json", "."]);
    assert_named(&run, "image.yaml", "binary file");
    assert!(!run.stderr.contains("good.yaml"), "{run:?}");
    let run = project.run(&["check", "--format", "json", "image.yaml"]);
    assert_named(&run, "image.yaml", "not valid UTF-8");
    assert_calm(&project.run(&["check", "--format", "json", "nul.yaml"]));
}

#[test]
fn invalid_utf8() {
    let project = Project::new("");
    project.write("latin-1.yaml", [TASK.as_bytes(), b"# caf\xe9\n"].concat());
    let utf16: Vec<u8> = TASK.encode_utf16().flat_map(u16::to_le_bytes).collect();
    project.write("utf-16.yaml", [&[0xff, 0xfe], &utf16[..]].concat());
    let run = project.run(&["check", "--format", "json", "."]);
    assert_named(&run, "latin-1.yaml", "not valid UTF-8 (byte 62");
    assert_named(&run, "utf-16.yaml", "looks like UTF-16");
}

#[test]
fn a_file_of_100_mb() {
    let project = Project::new("");
    let mut text = TASK.repeat(3);
    text.push_str(&"# filling the file up to more than anybody writes by hand\n".repeat(1_800_000));
    assert!(text.len() > 100_000_000);
    project.write("huge.yaml", &text);
    let run = project.run(&["check", "--format", "json", "."]);
    assert_named(&run, "huge.yaml", "limit of 32 MiB");
}

#[test]
fn levels_of_nesting() {
    let project = Project::new("");
    let levels = 10_000;
    let flow = "[".repeat(levels) + &"]".repeat(levels);
    project.write("flow.yaml", format!("{TASK}spec: {flow}\n"));
    project.write(
        "open.yaml",
        format!("{TASK}spec: {}\n", "{a: [".repeat(levels)),
    );
    let block: String = (1..levels)
        .map(|level| format!("{:level$}k:\n", ""))
        .collect();
    project.write("block.yaml", format!("{TASK}spec:\n{block}"));
    project.write(
        "dashes.yaml",
        format!("{TASK}spec:\n  {}x\n", "- ".repeat(levels)),
    );
    assert_calm(&project.run(&["check", "--format", "json", "flow.yaml"]));
    assert_calm(&project.run(&["check", "--format", "json", "open.yaml"]));
    assert_calm(&project.run(&["check", "--format", "json", "dashes.yaml"]));
    // 50 MB of indentation: above the limit, and said so.
    let run = project.run(&["check", "--format", "json", "block.yaml"]);
    assert_named(&run, "block.yaml", "limit");
    let block: String = (1..5_000)
        .map(|level| format!("{:level$}k:\n", ""))
        .collect();
    project.write("block.yaml", format!("{TASK}spec:\n{block}"));
    assert_calm(&project.run(&["check", "--format", "json", "block.yaml"]));
}

#[test]
fn a_scalar_of_a_million_lines() {
    let project = Project::new("");
    let lines = "echo something\n        ".repeat(1_000_000) + "echo $(params.nowhere)";
    let step = "  steps:\n    - name: s\n      script: |\n        ";
    project.write("script.yaml", format!("{TASK}spec:\n{step}{lines}\n"));
    assert_calm(&project.run(&["check", "--format", "json", "script.yaml"]));
    let words = "word ".repeat(1_000_000);
    project.write(
        "line.yaml",
        format!("{TASK}spec:\n  description: \"{words}\n"),
    );
    let run = project.run(&["check", "line.yaml"]);
    assert!(
        run.stdout.len() < 100_000,
        "{} bytes for one finding",
        run.stdout.len()
    );
}

#[test]
fn an_alias_bomb() {
    let project = Project::new("");
    let mut text = format!("{TASK}spec:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        text.push_str(&format!("  a{level}: &a{level} [{aliases}]\n"));
    }
    text.push_str("  params: *a29\n  steps: *a29\n  self: &self\n    again: *self\n");
    project.write("bomb.yaml", text);
    assert_calm(&project.run(&["check", "--format", "json", "bomb.yaml"]));
    let run = project.run(&["classify", "--format", "json", "bomb.yaml"]);
    assert!(matches!(run.code, Some(0)), "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_directory_loop() {
    let project = Project::new(&format!("#- a/b/task.yaml\n{TASK}"));
    std::os::unix::fs::symlink(project.path("."), project.path("a/b/loop")).expect("linked");
    std::os::unix::fs::symlink("self", project.path("a/self")).expect("linked");
    assert_calm(&project.run(&["check", "--format", "json", "."]));
    // Named outright, it is followed as far as the system does, and each file is read once.
    let run = project.run(&["classify", "--format", "json", "a/b/loop", "."]);
    let entries: Vec<serde_json::Value> = serde_json::from_str(&run.stdout).expect("an array");
    assert_eq!(entries.len(), 1, "{run:?}");
    let run = project.run(&["check", "--format", "json", "a/self"]);
    assert_named(&run, "a/self", "symbolic links");
}

#[test]
fn what_is_not_there() {
    let project = Project::new(&format!("#- task.yaml\n{TASK}"));
    let run = project.run(&[
        "check",
        "--format",
        "json",
        "nowhere.yaml",
        "task.yaml",
        "no/such",
    ]);
    assert_named(&run, "nowhere.yaml", "no such file");
    assert_named(&run, "no/such", "no such file");
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing() {
    let project = Project::new(&format!("#- task.yaml\n{TASK}"));
    std::os::unix::fs::symlink("gone.yaml", project.path("link.yaml")).expect("linked");
    let run = project.run(&["check", "--format", "json", "link.yaml"]);
    assert_named(&run, "link.yaml", "no such file");
}

/// Files vanish and come back while they are being read: every run ends well or names the file.
#[test]
fn files_that_vanish_while_they_are_read() {
    let project = Project::new("");
    for number in 0..300 {
        project.write(&format!("{number}.yaml"), TASK);
    }
    let folder = project.path("");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                for number in (0..300).step_by(3) {
                    let file = folder.join(format!("{number}.yaml"));
                    let _ = fs::remove_file(&file);
                    let _ = fs::write(&file, TASK);
                }
            }
        });
        for _ in 0..10 {
            let run = project.run(&["check", "--format", "json", "."]);
            match run.code {
                Some(0 | 1) => assert_eq!(run.stderr, ""),
                _ => assert_named(&run, ".yaml", "no such file"),
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

/// The superuser may read everything: there, only the way to ask is tested.
#[cfg(unix)]
#[test]
fn permission_denied() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new(&format!(
        "#- task.yaml\n{TASK}\n#- secret/task.yaml\n{TASK}"
    ));
    let deny = |path: &str| {
        fs::set_permissions(project.path(path), fs::Permissions::from_mode(0o000)).expect("set");
    };
    deny("task.yaml");
    deny("secret");
    let superuser = fs::read(project.path("task.yaml")).is_ok();
    let run = if superuser {
        as_nobody(&project)
    } else {
        project.run(&["check", "--format", "json", "."])
    };
    assert_named(&run, "task.yaml", "permission denied");
    assert_named(&run, "secret", "permission denied");
    fs::set_permissions(project.path("secret"), fs::Permissions::from_mode(0o700)).expect("set");
}

#[cfg(unix)]
fn as_nobody(project: &Project) -> Run {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    fs::set_permissions(project.path(""), fs::Permissions::from_mode(0o755)).expect("set");
    // The binary may be where only the superuser can go.
    let binary = project.path("konflux-ls");
    fs::copy(env!("CARGO_BIN_EXE_konflux-ls"), &binary).expect("copied");
    fs::set_permissions(&binary, fs::Permissions::from_mode(0o755)).expect("set");
    let output = std::process::Command::new(&binary)
        .args(["check", "--format", "json", "."])
        .current_dir(project.path(""))
        .uid(65534)
        .gid(65534)
        .output()
        .expect("the binary starts");
    output.into()
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let project = Project::new(&format!("#- task.yaml\n{TASK}"));
    let made = std::process::Command::new("mkfifo")
        .arg(project.path("pipe.yaml"))
        .status();
    assert!(made.expect("mkfifo").success());
    assert_calm(&project.run(&["check", "--format", "json", "."]));
    let run = project.run(&["check", "--format", "json", "pipe.yaml"]);
    assert_named(&run, "pipe.yaml", "not a regular file");
}

#[test]
fn nothing_at_all() {
    let project = Project::new(&format!(
        "#- empty.yaml\n\n#- space.yaml\n \n\t\n#- bom.yaml\n\u{feff}{TASK}"
    ));
    project.write("zero.yaml", "");
    fs::create_dir(project.path("folder")).expect("created");
    let run = project.run(&["check", "--format", "json", "."]);
    assert_calm(&run);
    let run = project.run(&["check", "folder"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            Some(0),
            "Nothing to check: no Tekton document in 0 YAML files.\n"
        )
    );
}
