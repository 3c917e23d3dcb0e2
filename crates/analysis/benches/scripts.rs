//! How fast scripts are read: from the text of every task of the corpus to its roles, and what a
//! keystroke in a long one costs.
//!
//! `cargo bench -p konflux-analysis --bench scripts` prints both. Documents are parsed before the clock
//! starts; nothing is known of their scripts.
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

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const RUNS: usize = 9;

/// Lines of the long script.
const LINES: usize = 1000;

/// Keystrokes in it.
const EDITS: usize = 1000;

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
    let text = long_task(&files);
    let mut times = type_in(&text, if is_bench { EDITS } else { 2 });
    times.sort();
    let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1e3;
    println!(
        "a letter in a script of {LINES} lines, {} bytes: p50 {:.2} ms, p99 {:.2} ms",
        script_bytes(&text),
        at(50),
        at(99),
    );
}

/// A task with a script of 1,000 lines, joined of scripts of the corpus, between two short ones.
fn long_task(files: &[(String, String)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (_, text) in files {
        let tree = Tree::parse(text);
        for document in tree.documents() {
            let Some(root) = document.root() else {
                continue;
            };
            if !matches!(root.get("kind"), Some(kind) if kind.text() == "Task") {
                continue;
            }
            let mut scripts = Vec::new();
            texts_of(&root, &mut scripts);
            for script in scripts
                .iter()
                .filter(|text| text.starts_with("#!/bin/bash"))
            {
                if lines.len() + script.lines().count() <= LINES {
                    lines.extend(script.lines().map(str::to_owned));
                }
            }
        }
    }
    lines.resize(LINES, "echo done".to_owned());
    let step = |name: &str, lines: &[String]| {
        let script: String = lines
            .iter()
            .map(|line| format!("        {line}\n"))
            .collect();
        format!("    - name: {name}\n      image: quay.io/example/tools\n      script: |\n{script}")
    };
    let short = ["oras attach --artifact-type text/x \"$IMAGE\" report.txt".to_owned()];
    format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: long\nspec:\n  steps:\n{}{}{}",
        step("first", &short),
        step("long", &lines),
        step("last", &short),
    )
}

/// The times from a keystroke in the middle to the findings.
fn type_in(text: &str, edits: usize) -> Vec<Duration> {
    let mut workspace = Workspace::without_catalogs();
    workspace.open("/w/task.yaml", text);
    black_box(workspace.findings("/w/task.yaml"));
    let middle = text.len() / 2;
    let at = middle + text[middle..].find('\n').unwrap();
    let edit = |count: usize| {
        let start = Instant::now();
        match count % 2 {
            0 => workspace.edit("/w/task.yaml", at..at, "x"),
            _ => workspace.edit("/w/task.yaml", at..at + 1, ""),
        }
        black_box(workspace.findings("/w/task.yaml"));
        start.elapsed()
    };
    (0..edits).map(edit).collect()
}

fn texts_of(node: &Node<'_>, scripts: &mut Vec<String>) {
    match node.kind() {
        NodeKind::Sequence => node.items().for_each(|item| texts_of(&item, scripts)),
        NodeKind::Mapping => {
            for pair in node.pairs() {
                match &*pair.key.text() {
                    "script" => scripts.push(pair.value.text().into_owned()),
                    _ => texts_of(&pair.value, scripts),
                }
            }
        }
        _ => {}
    }
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
