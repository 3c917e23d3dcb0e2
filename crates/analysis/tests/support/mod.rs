//! Where the real catalogs and Tekton's verdicts are.

use std::path::{Path, PathBuf};
use std::{env, fs};

use konflux_analysis::Workspace;

/// The folder with the catalogs; says loudly when it is not there.
pub(crate) fn corpus() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = env::var_os("KONFLUX_CORPUS").map_or_else(
        || root.join("../shared/corpus"),
        |path| root.join(PathBuf::from(path)),
    );
    if path.is_dir() {
        return path.canonicalize().ok();
    }
    println!(
        "SKIPPED: there is no corpus at {}; set KONFLUX_CORPUS to the folder of the catalogs",
        path.display()
    );
    None
}

/// What Tekton says about documents with known faults; stands beside the corpus.
#[allow(dead_code)]
pub(crate) fn oracle() -> Option<PathBuf> {
    let path = corpus()?.parent()?.join("truth/tekton-oracle");
    if !path.is_dir() {
        println!("SKIPPED: there is no oracle at {}", path.display());
        return None;
    }
    Some(path)
}

/// The folders in a folder, by name.
#[allow(dead_code)]
pub(crate) fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders
}

/// The texts of a folder by their paths in it, in the order of their paths.
#[allow(dead_code)]
pub(crate) fn texts(folder: &Path) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                if path.file_name().is_none_or(|name| name != ".git") {
                    open.push(path);
                }
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let relative = path.strip_prefix(folder).unwrap();
            texts.push((relative.to_string_lossy().replace('\\', "/"), text));
        }
    }
    texts.sort();
    texts
}

/// Loads a folder as a workspace, as the host would. Paths begin with `/`.
#[allow(dead_code)]
pub(crate) fn load(folder: &Path) -> Workspace {
    load_into(Workspace::new(), folder)
}

/// The same into an empty workspace.
#[allow(dead_code)]
pub(crate) fn load_into(mut workspace: Workspace, folder: &Path) -> Workspace {
    workspace.set_roots(vec!["/w".into()]);
    for (relative, text) in texts(folder) {
        let name = format!("/w/{relative}");
        if Workspace::wants(&name, text.as_bytes()) {
            workspace.load(&name, &text);
        }
    }
    workspace
}

#[allow(dead_code)]
/// The line of a place, from 1.
pub(crate) fn line(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}
