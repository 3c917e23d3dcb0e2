//! Which kustomize files are inputs of Tekton documents.
//!
//! A kustomization or patch matters to us when what it generates is Tekton's: a Tekton document
//! stands beside it (catalogs commit what they generate), or its resources lead to one. All other
//! kustomizations are none of our business, however broken they are.

use konflux_syntax::Node;

use crate::workspace::{File, Workspace};

/// How many kustomizations may lead from one to the next.
const DEPTH: usize = 4;

/// Is it the name of a kustomization file?
pub(crate) fn is_kustomization(path: &str) -> bool {
    matches!(
        path.rsplit('/').next(),
        Some("kustomization.yaml" | "kustomization.yml" | "Kustomization")
    )
}

/// Do the kustomize files of a folder lead to Tekton documents?
pub(crate) fn leads_to_tekton(workspace: &Workspace, folder: &str) -> bool {
    leads(workspace, folder, DEPTH)
}

fn leads(workspace: &Workspace, folder: &str, depth: usize) -> bool {
    let files: Vec<&File> = workspace.files_in(folder).collect();
    if files.iter().any(|file| holds_tekton(file)) {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let mut kustomizations = files.iter().filter(|file| is_kustomization(&file.path));
    kustomizations.any(|file| {
        resources(file).iter().any(|resource| {
            join(folder, resource).is_some_and(|path| match workspace.file(&path) {
                Some(file) => holds_tekton(file),
                None => leads(workspace, &path, depth),
            })
        })
    })
}

fn holds_tekton(file: &File) -> bool {
    file.facts.iter().any(|facts| facts.kind.is_tekton())
}

/// The paths that a kustomization builds on.
fn resources(file: &File) -> Vec<String> {
    let tree = file.tree();
    let mut paths = Vec::new();
    for document in tree.documents() {
        let Some(root) = document.root() else {
            continue;
        };
        for key in ["resources", "bases", "components"] {
            let items = root.get(key).into_iter();
            let items = items.flat_map(|list| list.items().collect::<Vec<Node<'_>>>());
            paths.extend(items.map(|item| item.text().into_owned()));
        }
    }
    paths
}

/// A relative path seen from a folder; `None` for what is none (URLs) or leaves the root.
fn join(folder: &str, path: &str) -> Option<String> {
    if path.is_empty() || path.contains("://") || path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = parts.pop()?,
            _ => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
