//! Real editors, headless, with the real binary: open a file, see the diagnostic, mend it, see it
//! go. `tests/editors/setup.sh` gets the editors; each is driven by a script of its own kind.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use konflux_tests::{corpus, repository, skipped};

/// A pipeline with a typo that has a quick fix.
const TYPO: &str = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: café
spec:
  tasks:
    - name: build
      taskRef: {name: elsewhere}
    - name: scan
      runAfter: [biuld]   # 🚧
      taskRef: {name: elsewhere}
";

/// What to do in the editor.
struct Story<'a> {
    file: &'a Path,
    rule: &'a str,
    /// From 1: where the diagnostic must be.
    line: usize,
    change: Change,
}

enum Change {
    QuickFix,
    Lines { old: usize, new: &'static str },
}

#[test]
fn neovim_of_today() {
    let own = repository().join("target/editors/bin/nvim");
    match neovim(|version| version >= (0, 11), &[own, PathBuf::from("nvim")]) {
        Ok(editor) => drive("Neovim of today", "Neovim 0.11 and newer", &|| {
            neovim_command(&editor)
        }),
        Err(why) => skipped("Neovim from 0.11", &why),
    }
}

#[test]
fn neovim_of_old() {
    let candidates = ["/usr/bin/nvim", "nvim"].map(PathBuf::from);
    match neovim(|version| ((0, 7)..(0, 11)).contains(&version), &candidates) {
        Ok(editor) => drive("Neovim of old", "Neovim 0.7 to 0.10", &|| {
            neovim_command(&editor)
        }),
        Err(why) => skipped("Neovim from 0.7 to 0.10", &why),
    }
}

#[test]
fn emacs_eglot() {
    let script = repository().join("tests/editors/eglot.el");
    let loads = "(progn (package-initialize) (require 'eglot) (require 'yaml-mode))";
    let probe = Command::new("emacs")
        .args(["--batch", "-q", "--eval", loads])
        .output();
    if !probe.is_ok_and(|output| output.status.success()) {
        return skipped("Emacs", "there is no emacs with eglot and yaml-mode");
    }
    drive("Emacs", "Emacs", &|| {
        let mut command = Command::new("emacs");
        command.args(["--batch", "-q", "-l"]).arg(&script);
        command
    });
}

/// Both ways to mend: by a quick fix in our own file, by hand in one of a real catalog.
fn drive(editor: &str, section: &str, command: &dyn Fn() -> Command) {
    let folder = tempfile::tempdir().expect("a folder");
    let setup = folder.path().join("setup");
    fs::write(&setup, documented(section)).expect("written");
    let command = || {
        let mut command = command();
        command.env("SETUP", &setup);
        command
    };
    let file = folder.path().join("typo.yaml");
    fs::write(&file, TYPO).expect("written");
    let story = Story {
        file: &file,
        rule: "unknown-run-after",
        line: 10,
        change: Change::QuickFix,
    };
    let said = tell(command(), &story);
    assert!(said.contains("cleared"), "{editor}: {said}");

    let file = folder.path().join("sign-binaries.yaml");
    match corpus() {
        Some(corpus) => {
            let task =
                "konflux/release-service-catalog-2024-10/tasks/sign-binaries/sign-binaries.yaml";
            let text = fs::read(corpus.join(task)).expect("in the corpus");
            fs::write(&file, text).expect("written");
        }
        None => {
            return skipped(
                &format!("{editor} with a real catalog"),
                "the corpus is not here",
            );
        }
    }
    let change = Change::Lines { old: 4, new: "" };
    let story = Story {
        file: &file,
        rule: "duplicate-result",
        line: 97,
        change,
    };
    let said = tell(command(), &story);
    assert!(said.contains("cleared"), "{editor}: {said}");
}

/// Runs the editor and gives what its script said; fails when a wish did not come true.
fn tell(mut command: Command, story: &Story) -> String {
    let home = tempfile::tempdir().expect("a folder");
    let (how, old, new) = match story.change {
        Change::QuickFix => ("quickfix", 0, ""),
        Change::Lines { old, new } => ("hand", old, new),
    };
    command
        .env("PATH", path_with_server())
        .env("FILE", story.file)
        .env("RULE", story.rule)
        .env("LINE", story.line.to_string())
        .env("HOW", how)
        .env("OLD_LINES", old.to_string())
        .env("NEW_LINES", new)
        // Nothing of the user's own configuration, and nothing left in it.
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path())
        .env("XDG_STATE_HOME", home.path())
        .env("XDG_DATA_HOME", home.path())
        .env("XDG_CACHE_HOME", home.path());
    let output = command.output().expect("the editor starts");
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {said}", story.file.display());
    said
}

/// The lines that the documentation gives for an editor.
fn documented(section: &str) -> String {
    let page = fs::read_to_string(repository().join("docs/editors.md")).expect("the page");
    let (_, after) = page
        .split_once(&format!("\n## {section}\n"))
        .expect("the section");
    let (_, block) = after.split_once("\n```").expect("a block of code");
    let (_, code) = block.split_once('\n').expect("its first line");
    code.split("\n```").next().expect("its end").to_owned()
}

/// The user's, with `konflux-ls` on it.
fn path_with_server() -> OsString {
    let server = Path::new(env!("CARGO_BIN_EXE_konflux-ls"));
    let own = server.parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&path))).expect("a path")
}

fn neovim_command(editor: &Path) -> Command {
    let mut command = Command::new(editor);
    let script = repository().join("tests/editors/neovim.lua");
    command.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c"]);
    command.arg(format!("luafile {}", script.display()));
    command
}

/// The first of the candidates whose version is right.
fn neovim(right: fn((u32, u32)) -> bool, candidates: &[PathBuf]) -> Result<PathBuf, String> {
    let found = candidates
        .iter()
        .find(|editor| version(editor).is_some_and(right));
    found
        .cloned()
        .ok_or_else(|| format!("none of {candidates:?} is one"))
}

/// `NVIM v0.11.4` is (0, 11).
fn version(editor: &Path) -> Option<(u32, u32)> {
    let output = Command::new(editor).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut parts = text.lines().next()?.strip_prefix("NVIM v")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}
