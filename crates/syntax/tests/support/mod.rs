//! What the tests of this crate share: the corpus, a walk over the tree, and the event lists of the oracles.
#![allow(dead_code, reason = "every test binary uses its own part")]

pub(crate) mod cases;
pub(crate) mod dump;
pub(crate) mod edits;
pub(crate) mod events;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use konflux_syntax::{Node, NodeKind, Tree};

/// The corpus, or `None`, said loudly, where there is none.
pub(crate) fn corpus() -> Option<PathBuf> {
    let given = std::env::var_os("KONFLUX_CORPUS").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = match given {
        Some(path) if path.is_relative() => root.join(path),
        Some(path) => path,
        None => root.join("../shared/corpus"),
    };
    if path.is_dir() {
        return Some(path);
    }
    eprintln!(
        "\n!!! SKIPPED: no corpus at {} (set KONFLUX_CORPUS) !!!\n",
        path.display()
    );
    None
}

/// A named text.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

/// A case of the YAML test suite.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) text: String,
    pub(crate) events: String,
    pub(crate) valid: bool,
}

/// Every `*.yaml` and `*.yml` of the catalogs that is UTF-8, without following symbolic links.
pub(crate) fn catalog_files(corpus: &Path) -> Vec<File> {
    let mut found = Vec::new();
    let mut folders = vec![corpus.join("konflux")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let entry = entry.unwrap();
            let (kind, path) = (entry.file_type().unwrap(), entry.path());
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() && path.extension().is_some_and(|e| e == "yaml" || e == "yml")
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found
        .into_iter()
        .filter_map(|path| read(&path, corpus))
        .collect()
}

/// The documents broken in the ways that typing produces, the whole one first.
pub(crate) fn broken_files(corpus: &Path) -> Vec<File> {
    let mut paths: Vec<_> = fs::read_dir(corpus.join("broken"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| read(path, corpus)).collect()
}

/// The YAML test suite.
pub(crate) fn suite(corpus: &Path) -> Vec<Case> {
    let mut folders: Vec<_> = fs::read_dir(corpus.join("yaml-test-suite"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    folders.sort();
    let case = |folder: &PathBuf| {
        Some(Case {
            id: folder.file_name()?.to_string_lossy().into_owned(),
            text: fs::read_to_string(folder.join("in.yaml")).ok()?,
            events: fs::read_to_string(folder.join("test.event")).ok()?,
            valid: !folder.join("error").exists(),
        })
    };
    folders.iter().filter_map(case).collect()
}

fn read(path: &Path, corpus: &Path) -> Option<File> {
    let name = path
        .strip_prefix(corpus)
        .unwrap_or(path)
        .display()
        .to_string();
    Some(File {
        name,
        text: fs::read_to_string(path).ok()?,
    })
}

/// One stop of the walk over a document.
pub(crate) enum Visit<'t> {
    /// A node, and how many collections are around it.
    Enter(Node<'t>, usize),
    /// The end of a collection.
    Leave(Node<'t>, usize),
}

/// Visits a node and all below it in the order of the source, without recursion.
pub(crate) fn walk<'t>(root: Node<'t>, mut visit: impl FnMut(&Visit<'t>)) {
    let mut waiting = vec![Visit::Enter(root, 0)];
    while let Some(next) = waiting.pop() {
        visit(&next);
        let Visit::Enter(node, depth) = next else {
            continue;
        };
        if !matches!(node.kind(), NodeKind::Mapping | NodeKind::Sequence) {
            continue;
        }
        let children = children(&node);
        waiting.push(Visit::Leave(node, depth));
        waiting.extend(
            children
                .into_iter()
                .rev()
                .map(|child| Visit::Enter(child, depth + 1)),
        );
    }
}

/// Keys, values and items in the order of the source.
pub(crate) fn children<'t>(node: &Node<'t>) -> Vec<Node<'t>> {
    let mut all = Vec::new();
    for pair in node.pairs() {
        all.push(pair.key);
        all.push(pair.value);
    }
    all.extend(node.items());
    all
}

/// `(file offset, message)` of every error.
pub(crate) fn errors(tree: &Tree) -> Vec<(usize, String)> {
    let of = |document: konflux_syntax::Document<'_>| {
        let start = document.start();
        document
            .errors()
            .into_iter()
            .map(move |e| (start + e.span.start as usize, e.message))
            .collect::<Vec<_>>()
    };
    tree.documents().flat_map(of).collect()
}

/// What this thread has worked so far; where the system does not say, the time of day does, which a busy machine
/// makes longer.
pub(crate) fn worked() -> Duration {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let began = *BEGAN.get_or_init(Instant::now);
    // The system counts when it changes what runs.
    std::thread::yield_now();
    let known = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = known.and_then(|text| text.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| began.elapsed(), Duration::from_nanos)
}

/// Deterministic random numbers (xorshift64*): a seed is all that is needed to see a failure again.
#[derive(Clone)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end` (0 where `end` is 0).
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33)
            .unwrap_or(0)
            .checked_rem(end)
            .unwrap_or(0)
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// True once in `n`.
    pub(crate) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}
