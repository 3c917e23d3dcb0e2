//! How fast scripts are read: from the text of every task of the corpus to its roles.
//!
//! `cargo bench -p konflux-analysis --bench scripts` prints the rate. Documents are parsed before the
//! clock starts; nothing is known of their scripts.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for developers"
)]
#![allow(clippy::disallowed_methods, reason = "reads files and the clock")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::time::{Duration, Instant};

use konflux_analysis::Workspace;
use konflux_syntax::{Node, NodeKind, Tree};

const RUNS: usize = 9;

fn main() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let folders = support::folders(&corpus.join("konflux"));
    let files: Vec<_> = folders
        .iter()
        .flat_map(|folder| support::texts(folder))
        .collect();
    let bytes: usize = files.iter().map(|(_, text)| script_bytes(text)).sum();
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    // `cargo test --all-targets` only wants to know whether it runs.
    let runs = if is_bench { RUNS } else { 1 };
    let mut times: Vec<Duration> = (0..runs).map(|_| read(&files)).collect();
    times.sort();
    let median = times[runs / 2];
    println!(
        "{bytes} bytes of scripts in {:.1} ms: {:.1} MB/s (best {:.1} MB/s)",
        median.as_secs_f64() * 1e3,
        bytes as f64 / median.as_secs_f64() / 1e6,
        bytes as f64 / times[0].as_secs_f64() / 1e6,
    );
}

/// The time to classify all documents.
fn read(files: &[(String, String)]) -> Duration {
    let mut workspace = Workspace::without_catalogs();
    let names: Vec<String> = (0..files.len()).map(|at| format!("/{at}.yaml")).collect();
    for (name, (_, text)) in names.iter().zip(files) {
        workspace.load(name, text);
    }
    let start = Instant::now();
    for name in &names {
        black_box(workspace.classify(name));
    }
    start.elapsed()
}

/// The bytes of the scripts of tasks and step actions.
fn script_bytes(text: &str) -> usize {
    let tree = Tree::parse(text);
    let roots = tree.documents().filter_map(|document| {
        let root = document.root()?;
        let kind = root.get("kind").map(|kind| kind.text().into_owned());
        let is_task = matches!(kind.as_deref(), Some("Task" | "StepAction"));
        is_task.then(|| scripts(&root))
    });
    roots.sum()
}

fn scripts(node: &Node<'_>) -> usize {
    match node.kind() {
        NodeKind::Sequence => node.items().map(|item| scripts(&item)).sum(),
        NodeKind::Mapping => {
            let pairs = node.pairs();
            let sizes = pairs.map(|pair| match &*pair.key.text() {
                "script" => pair.value.text().len(),
                _ => scripts(&pair.value),
            });
            sizes.sum()
        }
        _ => 0,
    }
}
