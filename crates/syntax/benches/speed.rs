//! How fast, and how large: one table, every number a median of this run.
//!
//! `cargo bench -p konflux-syntax --bench speed` prints it. Inputs are made of the Tekton documents of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for developers"
)]
#![allow(clippy::disallowed_methods, reason = "reads files and the clock")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::hint::black_box;
use std::ops::Range;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use konflux_syntax::Tree;
use konflux_syntax::ropey::Rope;
use support::{Random, worked};

const SIZES: [(&str, usize); 3] = [
    ("68 KB", 68_000),
    ("1 MB", 1_000_000),
    ("10 MB", 10_000_000),
];
const MEMORY: &str = "KONFLUX_MEASURE_MEMORY";

fn main() {
    if let Ok(path) = std::env::var(MEMORY) {
        return measure_memory(&path);
    }
    let Some(corpus) = support::corpus() else {
        return;
    };
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` only wants to know whether it runs.
        black_box(Tree::parse(&many_documents(&corpus, 10_000)));
        return;
    }
    let files: Vec<_> = SIZES
        .iter()
        .map(|(_, size)| many_documents(&corpus, *size))
        .collect();
    let lists: Vec<_> = files.iter().map(|text| one_document(text)).collect();
    println!(
        "| | {} |\n|---|---:|---:|---:|",
        SIZES.map(|(name, _)| name).join(" | ")
    );
    rates(&files);
    edits(&files);
    worst_edits(&lists);
    wide_mapping();
    memory(&files);
}

/// Documents of the catalogs, one after the other, until there are `size` bytes.
fn many_documents(corpus: &Path, size: usize) -> String {
    let wanted =
        |name: &str| name.contains("-2024-10/") || name.contains("build-definitions-2026-08/");
    let tekton = |text: &str| {
        text.contains("tekton.dev/") && (text.starts_with("kind:") || text.contains("\nkind:"))
    };
    let files = support::catalog_files(corpus);
    let files: Vec<_> = files
        .iter()
        .filter(|file| wanted(&file.name) && tekton(&file.text))
        .collect();
    let mut text = String::new();
    for file in files.iter().cycle() {
        if text.len() >= size {
            break;
        }
        if !file.text.starts_with("---") {
            text.push_str("---\n");
        }
        text.push_str(file.text.trim_end_matches('\n'));
        text.push('\n');
    }
    text
}

/// The same documents as the items of a list: one document, everything below one key.
fn one_document(text: &str) -> String {
    let mut list = "apiVersion: v1\nkind: List\nitems:\n".to_owned();
    let mut first = true;
    for line in text.lines() {
        if line.starts_with("---") {
            first = true;
        } else if line.is_empty() || line.starts_with('#') || line.starts_with('%') {
            list.push('\n');
        } else {
            list.push_str(if std::mem::take(&mut first) {
                "  - "
            } else {
                "    "
            });
            list.push_str(line);
            list.push('\n');
        }
    }
    list
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The median processor time of as many runs as fit into about two seconds, at least five.
fn timed<T>(mut body: impl FnMut() -> T) -> Duration {
    let (began, mut times) = (Instant::now(), Vec::new());
    while times.len() < 5 || began.elapsed() < Duration::from_secs(2) && times.len() < 301 {
        let start = worked();
        let result = body();
        times.push(worked().saturating_sub(start));
        drop(black_box(result));
    }
    median(times)
}

fn row(name: &str, cells: impl IntoIterator<Item = String>) {
    println!(
        "| {name} | {} |",
        cells.into_iter().collect::<Vec<_>>().join(" | ")
    );
}

fn shown(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    match micros {
        m if m < 10.0 => format!("{m:.2} µs"),
        m if m < 1_000.0 => format!("{m:.0} µs"),
        m => format!("{:.1} ms", m / 1e3),
    }
}

fn rates(files: &[String]) {
    let rate = |text: &String, time: Duration| {
        format!("{:.0} MB/s", text.len() as f64 / 1e6 / time.as_secs_f64())
    };
    let every = |body: &dyn Fn(&str)| -> Vec<_> {
        files
            .iter()
            .map(|text| rate(text, timed(|| body(text))))
            .collect()
    };
    row(
        "fresh parse: whole tree",
        every(&|text| drop(black_box(Tree::parse(text)))),
    );
    row(
        "fresh parse, then every node and scalar read",
        every(&|text| {
            black_box(traversed(&Tree::parse(text)));
        }),
    );
    row("saphyr-parser: events only", every(&saphyr));
    row("granit-parser: events only", every(&granit));
    let trees: Vec<_> = files.iter().map(|text| Tree::parse(text)).collect();
    let read = files
        .iter()
        .zip(&trees)
        .map(|(text, tree)| rate(text, timed(|| traversed(tree))));
    row("full traversal, every scalar decoded, warm", read);
}

fn saphyr(text: &str) {
    for event in saphyr_parser::Parser::new_from_str(text) {
        drop(black_box(event.unwrap()));
    }
}

fn granit(text: &str) {
    for event in granit_parser::Parser::new_from_str(text) {
        drop(black_box(event.unwrap()));
    }
}

fn traversed(tree: &Tree) -> usize {
    let nodes = tree.documents().flat_map(|document| document.nodes());
    nodes
        .map(|node| node.span().end as usize + node.text().len())
        .sum()
}

/// An edit of a text: where, and what instead.
type Edit = (Range<usize>, String);

/// The median time of edits, each made `times` times in a row and taken back after each.
fn edit_time(text: &str, edits: &[Edit], times: usize) -> Duration {
    let mut tree = Tree::parse(text);
    let mut all = Vec::new();
    for (range, new) in edits {
        let old = &text[range.clone()];
        for _ in 0..times {
            let start = Instant::now();
            tree.edit(range.clone(), new);
            all.push(start.elapsed());
            tree.edit(range.start..range.start + new.len(), old);
        }
    }
    assert_eq!(tree.len_bytes(), text.len());
    median(all)
}

/// Ends of lines `key: value` all over the file.
fn places(text: &str, count: usize) -> Vec<usize> {
    let mut random = Random::new(7);
    let mut found = Vec::new();
    while found.len() < count {
        let at = random.below(text.len());
        let Some(at) = text.as_bytes()[at..]
            .iter()
            .position(|b| *b == b'\n')
            .map(|n| at + n)
        else {
            continue;
        };
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        let simple = |c: char| c.is_ascii_alphanumeric() || " :-_/.".contains(c);
        if line.contains(": ")
            && line.ends_with(|c: char| c.is_ascii_alphanumeric())
            && line.chars().all(simple)
        {
            found.push(at);
        }
    }
    found
}

fn indentation(text: &str, at: usize) -> String {
    let line = text[..at].rsplit('\n').next().unwrap_or_default();
    " ".repeat(line.len() - line.trim_start_matches([' ', '-']).len())
}

/// As people type: some edits at one place, then some at another.
fn edits(files: &[String]) {
    let every = |count: usize, make: &dyn Fn(&str, usize) -> Edit| -> Vec<_> {
        let time = |text: &String| {
            let places = places(text, count);
            let edits: Vec<_> = places.into_iter().map(|at| make(text, at)).collect();
            shown(edit_time(text, &edits, 1000 / count))
        };
        files.iter().map(time).collect()
    };
    let character = |_: &str, at: usize| (at - 1..at - 1, "x".to_owned());
    let key = |text: &str, at: usize| (at..at, format!("\n{}new: key", indentation(text, at)));
    let line = |text: &str, at: usize| {
        let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
        (start..at + 1, String::new())
    };
    row("a character typed inside a scalar", every(50, &character));
    row(
        "a new, empty line",
        every(50, &|_, at| (at..at, "\n".into())),
    );
    row("a new line with a key", every(50, &key));
    row("a line deleted", every(50, &line));
    let cold = "a character typed far from every edit before (caches of the processor are cold)";
    row(cold, every(1000, &character));
    let rope = files.iter().map(|text| {
        let places = places(text, 1000);
        let edits: Vec<_> = places.into_iter().map(|at| character(text, at)).collect();
        shown(rope_time(text, &edits))
    });
    row("of which the rope alone, its text and no tree", rope);
}

/// The median time that edits take in a rope without a tree: no edit of a tree can take less.
fn rope_time(text: &str, edits: &[Edit]) -> Duration {
    let mut rope = Rope::from_str(text);
    let mut all = Vec::new();
    let mut replace = |range: &Range<usize>, new: &str| {
        let (start, end) = (rope.byte_to_char(range.start), rope.byte_to_char(range.end));
        rope.remove(start..end);
        rope.insert(start, new);
    };
    for (range, new) in edits {
        let start = Instant::now();
        replace(range, new);
        all.push(start.elapsed());
        replace(
            &(range.start..range.start + new.len()),
            &text[range.clone()],
        );
    }
    median(all)
}

/// Edits that move everything below them, on one document.
fn worst_edits(lists: &[String]) {
    let every = |edit: &dyn Fn(usize) -> Edit| -> Vec<_> {
        let time = |text: &String| {
            let edits = vec![edit(text.find("items:").unwrap()); 7];
            shown(edit_time(text, &edits, 1))
        };
        lists.iter().map(time).collect()
    };
    row(
        "one document: the key above everything deleted",
        every(&|at| (at..at + 7, String::new())),
    );
    row(
        "one document: a block scalar opened above everything",
        every(&|at| (at + 6..at + 6, " |".into())),
    );
    row(
        "one document: a quote opened above everything",
        every(&|at| (at + 6..at + 6, " \"".into())),
    );
    row(
        "one document: a key added above everything",
        every(&|at| (at..at, "new: key\n".into())),
    );
}

/// 300,000 keys, edited in the middle while the tree before is held.
fn wide_mapping() {
    let text: String = (0..300_000)
        .map(|i| format!("key-{i:06}: value\n"))
        .collect();
    let mut tree = Tree::parse(&text);
    let mut time = |new: &str, offset: usize| {
        let mut times = Vec::new();
        for step in 0..501 {
            let at = (150_000 + step) * 18 + offset;
            let held = tree.clone();
            let start = Instant::now();
            tree.edit(at..at, new);
            times.push(start.elapsed());
            tree.edit(at..at + new.len(), "");
            drop(held);
        }
        shown(median(times))
    };
    let cells = [time("x", 14), time("new: key\n", 0)];
    row(
        "300,000 keys in one mapping, snapshot held: a character typed in the middle",
        ["", &cells[0], ""].map(String::from),
    );
    row(
        "300,000 keys in one mapping, snapshot held: a key added in the middle",
        ["", &cells[1], ""].map(String::from),
    );
}

/// In processes of their own, so that nothing else is in their memory.
fn memory(files: &[String]) {
    let measured = |text: &String, traverse: &str| {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("memory.yaml");
        std::fs::write(&path, text).unwrap();
        let mut run = Command::new(std::env::current_exe().unwrap());
        let output = run.env(MEMORY, &path).arg(traverse).output().unwrap();
        std::fs::remove_file(&path).unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let cells = |traverse: &str| {
        files
            .iter()
            .map(|text| measured(text, traverse))
            .collect::<Vec<_>>()
    };
    row(
        "memory kept, in sizes of the text (its rope included)",
        cells("parse"),
    );
    row("the same after a full traversal", cells("traverse"));
}

/// Small texts are parsed often enough that pages do not matter.
fn measure_memory(path: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    let traverse = std::env::args().any(|argument| argument == "traverse");
    let count = (20_000_000 / text.len()).max(1);
    let mut trees = Vec::with_capacity(count);
    let before = resident();
    for _ in 0..count {
        let tree = Tree::parse(&text);
        if traverse {
            black_box(traversed(&tree));
        }
        trees.push(tree);
    }
    let grown = resident().saturating_sub(before);
    println!("{:.1}×", grown as f64 / (text.len() * count) as f64);
    drop(trees);
}

/// Bytes of this process in memory.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|kilobytes| kilobytes.parse::<usize>().ok())
        .unwrap_or(0)
        * 1024
}
