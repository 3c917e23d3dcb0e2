//! From paths on the command line to a workspace of texts.
//!
//! Two sets of files: those that were asked for, which are reported on, and those around them in
//! the same repository, which only give references something to resolve to.

use std::collections::HashSet;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use konflux_analysis::Workspace;
use konflux_lsp::uri;
use ropey::Rope;

use crate::catalogs;
use crate::cli::Paths;
use crate::walk::{CONFIGURATION, engine_path, explain, read_text, walk};

/// Everything that was read.
pub(crate) struct Inputs {
    pub(crate) workspace: Workspace,
    /// What was asked for and could matter, in the order of the command line, then by name.
    pub(crate) files: Vec<InputFile>,
    /// How many YAML files were asked for, those that could not matter included.
    pub(crate) seen: usize,
    /// What could not be read. Any one asked for makes the exit code 2.
    pub(crate) problems: Vec<Problem>,
}

impl Inputs {
    /// How a file of the workspace is shown, asked for or not: opens from the current directory.
    pub(crate) fn shown(&self, path: &str) -> String {
        let asked = self.asked(path);
        asked.map_or_else(|| from_here(Path::new(path)), |file| file.shown.clone())
    }

    /// The text of a file of the workspace, asked for or not.
    pub(crate) fn text(&self, path: &str) -> Rope {
        match self.asked(path) {
            Some(file) => Rope::from_str(&file.text),
            None => self
                .workspace
                .tree(path)
                .map(|tree| tree.rope().clone())
                .unwrap_or_default(),
        }
    }

    fn asked(&self, path: &str) -> Option<&InputFile> {
        self.files.iter().find(|file| &*file.path == path)
    }
}

/// One file that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct InputFile {
    /// The engine's name for it: absolute, with `/`.
    pub(crate) path: Arc<str>,
    /// How it is shown: opens from the current directory.
    pub(crate) shown: String,
    /// Where it really is, symbolic links followed.
    pub(crate) real: PathBuf,
    /// What it says.
    pub(crate) text: String,
}

/// What is said when a panic of ours cost the answer for a file.
pub(crate) const CRASHED: &str = "konflux-ls crashed on it: please report this as a bug";

/// A file that cannot be checked, and why.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) shown: String,
    pub(crate) reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.shown, self.reason)
    }
}

/// Reads what the paths name, and the repositories around them.
pub(crate) fn read(asked: &Paths) -> Inputs {
    let mut reader = Reader::default();
    if asked.without_catalog {
        reader.workspace = Workspace::without_catalogs();
    }
    let mut roots: Vec<Root> = Vec::new();
    for path in &asked.paths {
        match reader.read_asked(path) {
            Ok(root) if roots.contains(&root) => {}
            Ok(root) => roots.push(root),
            Err(problem) => reader.problems.push(problem),
        }
    }
    // Only now is it known what was not asked for.
    for root in &roots {
        reader.read_configuration(root);
    }
    for root in &roots {
        reader.read_around(root);
    }
    for path in reader.workspace.catalogs() {
        let catalog = catalogs::read(Path::new(&*path));
        reader.workspace.load_catalog(&path, catalog);
    }
    let roots = roots
        .iter()
        .filter_map(|root| engine_path(&root.folder))
        .collect();
    reader.workspace.set_roots(roots);
    Inputs {
        workspace: reader.workspace,
        files: reader.files,
        seen: reader.seen,
        problems: reader.problems,
    }
}

/// Where references of a path resolve.
#[derive(PartialEq, Eq)]
struct Root {
    folder: PathBuf,
    /// Whether the folders in it belong to it: not where only a single file was named and no
    /// repository is around it, or `konflux-ls check ~/task.yaml` would read the home directory.
    deep: bool,
}

#[derive(Default)]
struct Reader {
    workspace: Workspace,
    files: Vec<InputFile>,
    seen: usize,
    problems: Vec<Problem>,
    /// Real paths read so far: a file is read once, however often it is named.
    read: HashSet<PathBuf>,
}

impl Reader {
    fn read_asked(&mut self, path: &Path) -> Result<Root, Problem> {
        let problem = |error: io::Error| Problem {
            shown: shown(path),
            reason: explain(&error),
        };
        let real = path.canonicalize().map_err(problem)?;
        let is_directory = real.metadata().map_err(problem)?.is_dir();
        if !is_directory {
            self.read_one(path, &real);
            return Ok(root_of(real.parent().unwrap_or(&real), false));
        }
        for entry in walk(&real, usize::MAX) {
            match entry {
                Ok(found) => {
                    let relative = found.strip_prefix(&real).unwrap_or(&found);
                    self.read_one(&tidy(path, relative), &found);
                }
                Err(error) => self.problems.push(walk_problem(path, &real, &error)),
            }
        }
        Ok(root_of(&real, true))
    }

    fn read_one(&mut self, named: &Path, real: &Path) {
        if !self.read.insert(real.to_owned()) {
            return;
        }
        self.seen += 1;
        let shown = shown(named);
        let (Some(path), Some(_)) = (engine_path(real), named.to_str()) else {
            let reason = "its name is not valid UTF-8".to_owned();
            return self.problems.push(Problem { shown, reason });
        };
        let text = match read_text(real) {
            Ok(text) => text,
            Err(error) => {
                let reason = explain(&error);
                return self.problems.push(Problem { shown, reason });
            }
        };
        if !Workspace::wants(&path, text.as_bytes()) {
            return;
        }
        if !self.load(&path, &text) {
            let reason = CRASHED.to_owned();
            return self.problems.push(Problem { shown, reason });
        }
        let real = real.to_owned();
        self.files.push(InputFile {
            path,
            shown,
            real,
            text,
        });
    }

    /// Whether the engine survived it.
    fn load(&mut self, path: &str, text: &str) -> bool {
        catch_unwind(AssertUnwindSafe(|| self.workspace.load(path, text))).is_ok()
    }

    /// The configuration of the repository decides what is reported, so it is reported on too.
    fn read_configuration(&mut self, root: &Root) {
        let real = root.folder.join(CONFIGURATION);
        if real.is_file() {
            self.read_one(Path::new(&from_here(&real)), &real);
        }
    }

    /// What cannot be read here was not asked for: references to it stay unknown.
    fn read_around(&mut self, root: &Root) {
        let depth = if root.deep { usize::MAX } else { 1 };
        for real in walk(&root.folder, depth).flatten() {
            if !self.read.insert(real.clone()) {
                continue;
            }
            let (Some(path), Ok(text)) = (engine_path(&real), read_text(&real)) else {
                continue;
            };
            if Workspace::wants(&path, text.as_bytes()) {
                self.load(&path, &text);
            }
        }
    }
}

/// The nearest folder upward with a repository in it, else with our configuration, else itself.
fn root_of(folder: &Path, is_directory: bool) -> Root {
    let has = |name: &str| folder.ancestors().find(|folder| folder.join(name).exists());
    match has(".git").or_else(|| has(CONFIGURATION)) {
        Some(root) => Root {
            folder: root.to_owned(),
            deep: true,
        },
        None => Root {
            folder: folder.to_owned(),
            deep: is_directory,
        },
    }
}

fn walk_problem(named: &Path, real: &Path, error: &ignore::Error) -> Problem {
    let mut cause = error;
    let mut place = None;
    loop {
        match cause {
            ignore::Error::WithPath { path, err } => {
                place = Some(path.clone());
                cause = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                cause = err;
            }
            _ => break,
        }
    }
    let place = place.unwrap_or_else(|| real.to_owned());
    let relative = place.strip_prefix(real).unwrap_or(&place);
    let reason = match cause {
        ignore::Error::Io(error) => explain(error),
        other => other.to_string(),
    };
    Problem {
        shown: shown(&tidy(named, relative)),
        reason,
    }
}

/// `dir` and `a.yaml` give `dir/a.yaml`; `.` and `a.yaml` give `a.yaml`.
fn tidy(named: &Path, relative: &Path) -> PathBuf {
    if relative.as_os_str().is_empty() {
        return named.to_owned();
    }
    let only_dots = named.components().all(|part| part == Component::CurDir);
    if only_dots {
        relative.to_owned()
    } else {
        named.join(relative)
    }
}

/// Relative where it is below the current directory, else as it is.
fn from_here(real: &Path) -> String {
    let here = std::env::current_dir().and_then(|here| here.canonicalize());
    let below = here
        .as_deref()
        .ok()
        .and_then(|here| real.strip_prefix(here).ok());
    shown(below.unwrap_or(real))
}

fn shown(path: &Path) -> String {
    uri::from_native(&path.to_string_lossy()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_vanished_after_it_was_found_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("gone.yaml");
        std::fs::write(&file, "kind: Task\n").expect("written");
        let found: Vec<_> = walk(folder.path(), usize::MAX).flatten().collect();
        std::fs::remove_file(&file).expect("removed");
        let mut reader = Reader::default();
        for path in &found {
            reader.read_one(path, path);
        }
        let [problem] = &reader.problems[..] else {
            panic!("one problem: {:?}", reader.problems)
        };
        assert!(
            problem
                .to_string()
                .ends_with("gone.yaml: there is no such file or directory")
        );
    }

    #[test]
    fn the_repository_around_a_path_is_the_root() {
        let folder = tempfile::tempdir().expect("a folder");
        let deep = folder.path().join("a/b");
        std::fs::create_dir_all(&deep).expect("created");
        assert_eq!(root_of(&deep, true).folder, deep, "nothing around it");
        std::fs::write(folder.path().join("a").join(CONFIGURATION), "").expect("written");
        assert_eq!(
            root_of(&deep, true).folder,
            folder.path().join("a"),
            "a configuration"
        );
        std::fs::create_dir(folder.path().join(".git")).expect("created");
        assert_eq!(
            root_of(&deep, false).folder,
            folder.path(),
            "a repository wins"
        );
    }

    #[test]
    fn shown_paths_open_from_here() {
        let tidied = |named: &str, relative: &str| shown(&tidy(named.as_ref(), relative.as_ref()));
        assert_eq!(tidied(".", "a/b.yaml"), "a/b.yaml");
        assert_eq!(tidied("./dir/", "b.yaml"), "./dir/b.yaml");
        assert_eq!(tidied("..", "b.yaml"), "../b.yaml");
        assert_eq!(tidied("a.yaml", ""), "a.yaml");
    }
}
