//! Real editors, headless, with the real binary: open a file, see the diagnostic, mend it, see it
//! go. `tests/editors/setup.sh` gets the editors; each is driven by a script of its own kind, and
//! set up with the lines that `docs/editors.md` gives for it.

mod neovim;

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use konflux_tests::{corpus, repository, skipped};
use tempfile::TempDir;

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

impl Story<'_> {
    /// Says it to the script that drives the editor.
    fn give_to(&self, command: &mut Command) {
        let (how, old, new) = match self.change {
            Change::QuickFix => ("quickfix", 0, ""),
            Change::Lines { old, new } => ("hand", old, new),
        };
        command
            .env("STORY", "mend")
            .env("FILE", self.file)
            .env("RULE", self.rule)
            .env("LINE", self.line.to_string())
            .env("HOW", how)
            .env("OLD_LINES", old.to_string())
            .env("NEW_LINES", new);
    }
}

#[test]
fn emacs_eglot() {
    let script = repository().join("tests/editors/eglot.el");
    let loads = "(progn (package-initialize) (require 'eglot) (require 'yaml-mode))";
    if !runs("emacs", &["--batch", "-q", "--eval", loads]) {
        return skipped("Emacs", "there is no emacs with eglot and yaml-mode");
    }
    let said = drive("Emacs", &|home| {
        let [lines] = documented("Emacs");
        let mut command = Command::new("emacs");
        command.args(["--batch", "-q", "-l"]).arg(&script);
        command.env("SETUP", write(home, "setup.el", &lines));
        command
    });
    assert!(said.contains("hover Pipeline café"), "{said}");
}

#[test]
fn vim_ale() {
    let script = repository().join("tests/editors/ale.vim");
    let is_vim = "+if !has('job') || has('nvim') | cquit | endif";
    let loads = ["-es", "-N", "-u", "NONE", is_vim, "+packadd ale", "+qall"];
    // The first is Debian's name for it; there, `vim` may be Neovim.
    let candidates = ["vim.basic", "vim"];
    let Some(program) = candidates.iter().find(|program| runs(program, &loads)) else {
        return skipped("Vim", "there is no Vim with ALE");
    };
    drive("Vim", &|home| {
        let linter = ".vim/ale_linters/yaml/konflux_ls.vim";
        let [definition, vimrc] = documented("Vim with ALE");
        write(home, linter, &definition);
        write(home, ".vimrc", &vimrc);
        // The menu of fixes is answered with its first entry.
        let answer = File::open(write(home, "answer", "1\n")).expect("the answer");
        let mut command = Command::new(program);
        command
            .args(["-N", "-es", "--not-a-term", "-u"])
            .arg(&script);
        command.stdin(answer);
        command
    });
}

/// Both ways to mend: by a quick fix in our own file, by hand in one of a real catalog. Gives what
/// the script said of the first.
fn drive(editor: &str, command: &dyn Fn(&Path) -> Command) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let story = Story {
        file: &write(folder.path(), "typo.yaml", TYPO),
        rule: "unknown-run-after",
        line: 10,
        change: Change::QuickFix,
    };
    let said = mend(command, &story);
    assert!(said.contains("cleared"), "{editor}: {said}");
    match corpus() {
        Some(corpus) => mend_real_task(editor, command, &corpus, folder.path()),
        None => {
            let what = format!("{editor} with a real catalog");
            skipped(&what, "the corpus is not here");
        }
    }
    said
}

fn mend_real_task(editor: &str, command: &dyn Fn(&Path) -> Command, corpus: &Path, folder: &Path) {
    let task = "konflux/release-service-catalog-2024-10/tasks/sign-binaries/sign-binaries.yaml";
    let text = fs::read_to_string(corpus.join(task)).expect("in the corpus");
    let story = Story {
        file: &write(folder, "sign-binaries.yaml", &text),
        rule: "duplicate-result",
        line: 97,
        change: Change::Lines { old: 4, new: "" },
    };
    let said = mend(command, &story);
    assert!(said.contains("cleared"), "{editor}: {said}");
}

/// Tells the story to an editor, and gives what its script said.
fn mend(command: &dyn Fn(&Path) -> Command, story: &Story) -> String {
    let home = home();
    let mut command = command(home.path());
    story.give_to(&mut command);
    said(command, home.path())
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

/// Runs the editor and gives what its script said; fails when a wish did not come true.
fn said(mut command: Command, home: &Path) -> String {
    command
        .env("PATH", path_with_server())
        // Nothing of the user's own configuration, and nothing left in it.
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home)
        .env("XDG_STATE_HOME", home)
        .env("XDG_DATA_HOME", home)
        .env("XDG_CACHE_HOME", home);
    let output = command.output().expect("the editor starts");
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

/// Whether a program is here and can do what it is asked.
fn runs(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    // What a person has for itself is not there in the test.
    let output = command.args(arguments).env("HOME", "/nowhere").output();
    output.is_ok_and(|output| output.status.success())
}

/// Writes a file, with the folders it is in, and gives its path.
fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, text).expect("written");
    path
}

/// The first blocks of lines that the documentation gives for an editor.
fn documented<const N: usize>(section: &str) -> [String; N] {
    let page = fs::read_to_string(repository().join("docs/editors.md")).expect("the page");
    let heading = format!("# {section}\n");
    let (_, mut rest) = page.split_once(&heading).expect("the section");
    [(); N].map(|()| {
        let (_, block) = rest.split_once("\n```").expect("a block of code");
        let (_, code) = block.split_once('\n').expect("its first line");
        let (code, after) = code.split_once("\n```\n").expect("its end");
        rest = after;
        code.to_owned()
    })
}

/// The user's, with `konflux-ls` on it.
fn path_with_server() -> OsString {
    let server = Path::new(env!("CARGO_BIN_EXE_konflux-ls"));
    let own = server.parent().map(Path::to_owned);
    let path = env::var_os("PATH").unwrap_or_default();
    env::join_paths(own.into_iter().chain(env::split_paths(&path))).expect("a path")
}
