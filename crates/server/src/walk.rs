//! Which files there are, and their texts: the only place where files are found and read.
//!
//! The command line and the language server see the same files: hidden folders (`.tekton`) are
//! walked, what `.gitignore` names is not, nor are `.git` and `node_modules`. Symbolic links in a
//! folder are not followed, so nothing is read twice and no loop is walked.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file larger than this is named and left alone: no pipeline is, and trees need memory.
pub(crate) const MAX_FILE_BYTES: u64 = 32 << 20;

/// The name of our configuration file.
pub(crate) const CONFIGURATION: &str = ".konflux-ls.yaml";

/// The YAML files in a folder, by name.
pub(crate) fn walk(
    folder: &Path,
    depth: usize,
) -> impl Iterator<Item = Result<PathBuf, ignore::Error>> + use<> {
    builder(folder)
        .max_depth(Some(depth))
        .filter_entry(|entry| entry.depth() == 0 || !is_machinery(entry.file_name()))
        .build()
        .filter_map(|entry| match entry {
            Ok(entry) => {
                let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
                (is_file && is_yaml(entry.path())).then(|| Ok(entry.into_path()))
            }
            Err(error) => Some(Err(error)),
        })
}

/// Those of `paths` that a walk of the folder would find: it looks only into the folders between.
pub(crate) fn would_find(folder: &Path, paths: &HashSet<PathBuf>) -> HashSet<PathBuf> {
    let between: HashSet<PathBuf> = paths
        .iter()
        .flat_map(|path| path.ancestors().take_while(|parent| *parent != folder))
        .map(Path::to_owned)
        .collect();
    let found = builder(folder)
        .filter_entry(move |entry| {
            entry.depth() == 0
                || (between.contains(entry.path()) && !is_machinery(entry.file_name()))
        })
        .build();
    found
        .flatten()
        .filter(|entry| {
            entry.file_type().is_some_and(|kind| kind.is_file()) && is_yaml(entry.path())
        })
        .map(ignore::DirEntry::into_path)
        .filter(|path| paths.contains(path))
        .collect()
}

fn builder(folder: &Path) -> ignore::WalkBuilder {
    let mut builder = ignore::WalkBuilder::new(folder);
    builder
        .hidden(false)
        // What a folder means must not depend on whether, or on whose machine, it was cloned.
        .require_git(false)
        .git_global(false)
        .follow_links(false)
        .sort_by_file_name(OsStr::cmp);
    builder
}

fn is_machinery(name: &OsStr) -> bool {
    name == ".git" || name == "node_modules"
}

pub(crate) fn is_yaml(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
        || path
            .file_name()
            .is_some_and(|name| name == "kustomization" || name == "Kustomization")
}

/// The text of a regular file of bearable size.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    // Asked before opening: opening a pipe waits for somebody to write into it.
    let metadata = path.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let too_large = || {
        let limit = MAX_FILE_BYTES >> 20;
        io::Error::other(format!("it is larger than the limit of {limit} MiB"))
    };
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large());
    }
    let expected = usize::try_from(metadata.len()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(expected + 1);
    // It may have grown since.
    File::open(path)?
        .take(MAX_FILE_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large());
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let hint = match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "; it looks like UTF-16",
            bytes if bytes.contains(&0) => "; it looks like a binary file",
            _ => "",
        };
        let reason = format!("it is not valid UTF-8 (byte {valid}{hint})");
        io::Error::new(io::ErrorKind::InvalidData, reason)
    })
}

/// Why a file could not be read, in words.
pub(crate) fn explain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

/// The engine's name for a path; nothing where it is not valid UTF-8.
pub(crate) fn engine_path(path: &Path) -> Option<Arc<str>> {
    path.to_str().map(konflux_lsp::uri::from_native)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        folder
    }

    fn names(folder: &Path, paths: impl IntoIterator<Item = PathBuf>) -> Vec<String> {
        let mut names: Vec<String> = paths
            .into_iter()
            .map(|path| {
                path.strip_prefix(folder)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/")
            })
            .collect();
        names.sort();
        names
    }

    const FILES: &[(&str, &str)] = &[
        (".tekton/a.yaml", ""),
        (".git/b.yaml", ""),
        ("node_modules/c.yaml", ""),
        ("out/d.yaml", ""),
        (".gitignore", "out/\n"),
        ("e.yml", ""),
        ("f.json", ""),
        ("deep/er/kustomization", ""),
    ];

    #[test]
    fn hidden_folders_are_walked_and_ignored_ones_are_not() {
        let folder = folder_with(FILES);
        let found = walk(folder.path(), usize::MAX).map(Result::unwrap);
        assert_eq!(
            names(folder.path(), found),
            [".tekton/a.yaml", "deep/er/kustomization", "e.yml"]
        );
    }

    #[test]
    fn asking_about_some_files_agrees_with_the_walk() {
        let folder = folder_with(FILES);
        let all = FILES
            .iter()
            .map(|(name, _)| folder.path().join(name))
            .collect();
        let found = would_find(folder.path(), &all);
        assert_eq!(
            names(folder.path(), found),
            [".tekton/a.yaml", "deep/er/kustomization", "e.yml"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_ends() {
        let folder = folder_with(&[("a/b.yaml", "")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("a/loop")).unwrap();
        let found = walk(folder.path(), usize::MAX).map(Result::unwrap);
        assert_eq!(names(folder.path(), found), ["a/b.yaml"]);
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        let folder = folder_with(&[("nul.yaml", "a: \0")]);
        let why = |name: &str| explain(&read_text(&folder.path().join(name)).unwrap_err());
        assert_eq!(why("gone.yaml"), "there is no such file or directory");
        assert_eq!(why(""), "it is not a regular file");
        std::fs::write(folder.path().join("binary.yaml"), b"\x7fELF\0\xff").unwrap();
        assert_eq!(
            why("binary.yaml"),
            "it is not valid UTF-8 (byte 5; it looks like a binary file)"
        );
        let huge = File::create(folder.path().join("huge.yaml")).unwrap();
        huge.set_len(MAX_FILE_BYTES + 1).unwrap();
        assert_eq!(why("huge.yaml"), "it is larger than the limit of 32 MiB");
    }
}
