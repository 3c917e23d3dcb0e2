//! The plugin for Neovim, installed as its users install it, in the newest and the oldest version
//! that it is made for.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use konflux_tests::{repository, skipped};
use serde_json::json;
use tempfile::TempDir;

use crate::{documented, drive, home, said, write};

/// An editor, and where the documentation tells how to set it up.
struct Neovim {
    program: PathBuf,
    section: &'static str,
}

fn newest() -> Option<Neovim> {
    let own = repository().join("target/editors/bin/nvim");
    let section = "Neovim 0.11 and newer";
    find(|version| version >= (0, 11), section, &[own, "nvim".into()])
}

fn oldest() -> Option<Neovim> {
    let candidates = ["/usr/bin/nvim", "nvim"].map(PathBuf::from);
    let is_old = |version| ((0, 7)..(0, 11)).contains(&version);
    find(is_old, "Neovim 0.7 to 0.10", &candidates)
}

/// The first of the candidates whose version is right.
fn find(
    is_right: impl Fn((u32, u32)) -> bool,
    section: &'static str,
    candidates: &[PathBuf],
) -> Option<Neovim> {
    let found = candidates
        .iter()
        .find(|program| version(program).is_some_and(&is_right));
    if found.is_none() {
        skipped(section, &format!("none of {candidates:?} is one"));
    }
    let program = found?.clone();
    Some(Neovim { program, section })
}

/// `NVIM v0.11.4` is (0, 11).
fn version(program: &Path) -> Option<(u32, u32)> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut parts = text.lines().next()?.strip_prefix("NVIM v")?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

impl Neovim {
    /// Starts with the lines of the documentation and the plugin as a package, and runs the script
    /// once the editor is ready.
    fn command(&self, home: &Path) -> Command {
        let [lines] = documented(self.section);
        write(home, "nvim/init.lua", &lines);
        let packages = home.join("nvim/site/pack/konflux/start");
        fs::create_dir_all(&packages).expect("made");
        let copy = Command::new("cp")
            .arg("-R")
            .arg(repository().join("editors/neovim"))
            .arg(packages.join("konflux-ls"))
            .status();
        assert!(copy.expect("cp").success());
        let script = repository().join("tests/editors/neovim.lua");
        let mut command = Command::new(&self.program);
        command.args(["--headless", "-i", "NONE", "-n", "-c"]);
        command.arg(format!(
            "autocmd VimEnter * ++nested luafile {}",
            script.display()
        ));
        command
    }

    /// Tells a story in a folder of its own, and gives what the script said.
    fn tell(&self, story: &str, folder: &TempDir) -> String {
        let home = home();
        let mut command = self.command(home.path());
        let page = folder.path().join("page");
        command.current_dir(folder.path());
        command.env("STORY", story).env("PAGE", page);
        said(command, home.path())
    }
}

/// Files that concern the server, files that do not, and a page in place of the playground.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |name: &str, text: &str| write(folder.path(), name, text);
    put("task.yaml", "apiVersion: tekton.dev/v1\nkind: Task\n");
    let comments = "# a comment\n".repeat(2500);
    let far_down = format!("{comments}apiVersion: tekton.dev/v1\n");
    put("far-down.yaml", &far_down);
    put("kustomization.yaml", "resources: []\n");
    put("Kustomization", "resources: []\n");
    put(
        "patch.yaml",
        "- op: remove\n  path: /spec/tasks/1 # naïve >>>???\n",
    );
    put(".konflux-ls.yaml", "rules: {}\n");
    put(".tekton/empty.yaml", "");
    put("deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n");
    put("empty.yaml", "");
    put("mentions-op.yaml", "op: none\n");
    put("notes.txt", "apiVersion: tekton.dev/v1\n");
    put("page/index.html", "the page");
    put("page/assets/engine.wasm", "\0asm");
    std::os::unix::fs::symlink(
        folder.path().join("task.yaml"),
        folder.path().join("page/link.yaml"),
    )
    .expect("linked");
    folder
}

fn mends(editor: &Neovim) {
    let said = drive(editor.section, &|home| editor.command(home));
    assert!(said.contains("hover **Pipeline** `café`"), "{said}");
}

fn shows_pipelines(editor: &Neovim) {
    let folder = folder();
    let said = editor.tell("playground", &folder);
    let sent = |mark: &str, page: &str| {
        let answer = said.split_once(mark).expect(mark).1;
        let fragment = answer
            .split_once(&format!("{page}#json="))
            .expect("a link")
            .1;
        let (data, _) = fragment.split_once('"').expect("its end");
        assert!(data.contains('-') && data.contains('_'), "{data}");
        serde_json::from_slice::<serde_json::Value>(&base64url(data)).expect("JSON")
    };
    let task = json!({"path": "task.yaml", "text": "apiVersion: tekton.dev/v1\nkind: Task\n"});
    let patch = json!({"path": "patch.yaml", "text": "- op: remove\n  path: /spec/tasks/1 # naïve >>>???\n"});
    let both = json!({"active": "patch.yaml", "files": [patch, task]});
    assert_eq!(sent("errand", "\"/playground/"), both);
    let one = json!({"active": "patch.yaml", "files": [patch]});
    assert_eq!(sent("elsewhere", "https://elsewhere.example/page/"), one);
}

/// The bytes of base64 with the alphabet of addresses.
fn base64url(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let digit = ALPHABET
            .iter()
            .position(|it| *it == letter)
            .expect("of the alphabet");
        bits = (bits << 6 | digit as u32) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

macro_rules! with_both {
    ($($test:ident: $what:expr;)*) => {
        mod of_today { $(#[test] fn $test() { super::newest().iter().for_each($what); })* }
        mod of_old { $(#[test] fn $test() { super::oldest().iter().for_each($what); })* }
    };
}

with_both! {
    mends: super::mends;
    attaches_where_tekton_is: |editor| { editor.tell("attach", &super::folder()); };
    has_help: |editor| { editor.tell("help", &super::folder()); };
    reports_health: |editor| { editor.tell("health", &super::folder()); };
    shows_pipelines: super::shows_pipelines;
}
