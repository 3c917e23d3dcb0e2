//! From keystroke to squiggle, seen from outside: the table in `docs/performance.md`.
//!
//! `cargo bench -p konflux-ls --bench latency` builds the binary with optimisation, talks to it
//! over stdio like an editor, and prints milliseconds between an edit leaving the client and the
//! diagnostics for it arriving. There is no debounce, and the client's own reading is included.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use konflux_tests::client::{Builder, Client};
use lsp_types::Url;
use serde_json::{Value, json};

const EDITS: i64 = 200;

/// Line, and column in bytes.
type Place = (usize, usize);

/// What is typed: there, and back again.
struct Edit {
    name: &'static str,
    /// Finds the place, from the middle of the file on.
    place: fn(&[&str], usize) -> Option<Place>,
    text: &'static str,
}

const KINDS: &[Edit] = &[
    Edit {
        name: "a letter in a description",
        place: in_description,
        text: "x",
    },
    Edit {
        name: "a new line with a comment",
        place: at_line_start,
        text: "# new\n",
    },
    Edit {
        name: "a letter in a script",
        place: in_script,
        text: "x",
    },
    Edit {
        name: "a finding comes and goes",
        place: in_reference,
        text: "x",
    },
];

fn main() {
    if !std::env::args().any(|argument| argument == "--bench") {
        // `cargo test --all-targets` only wants to know that it compiles.
        return;
    }
    let Some(corpus) = konflux_tests::corpus() else {
        println!("skipped: no corpus (set KONFLUX_CORPUS)");
        return;
    };
    println!("| file | edit | findings | push p50 | push p99 | pull p50 | pull p99 |");
    println!("|---|---|---:|---:|---:|---:|---:|");
    let pipeline = "release-service-catalog-2024-10/pipelines/rh-advisories/rh-advisories.yaml";
    let pipeline = std::fs::read_to_string(corpus.join("konflux").join(pipeline)).unwrap();
    for (name, text) in [
        ("`rh-advisories`, 588 lines", pipeline),
        ("catalog documents, 1 MB", concatenated(&corpus, 1_000_000)),
        (
            "catalog documents, 10 MB",
            concatenated(&corpus, 10_000_000),
        ),
    ] {
        let lines: Vec<&str> = text.split('\n').collect();
        for edit in KINDS {
            let Some(place) = (edit.place)(&lines, lines.len() / 2) else {
                println!("| {name} | {} | no such place |", edit.name);
                continue;
            };
            let (findings, push) = measure(&text, place, edit.text, false);
            let (_, pull) = measure(&text, place, edit.text, true);
            println!("| {name} | {} | {findings} | {push} | {pull} |", edit.name);
        }
    }
}

fn measure(text: &str, place: Place, typed: &str, pull: bool) -> (usize, String) {
    let builder = Builder::new(env!("CARGO_BIN_EXE_konflux-ls"))
        .can("/general/positionEncodings", json!(["utf-8"]))
        .can(
            "/textDocument/publishDiagnostics/relatedInformation",
            json!(true),
        )
        .can(
            "/textDocument/publishDiagnostics/codeDescriptionSupport",
            json!(true),
        );
    let mut client = if pull { builder.pulls() } else { builder }.start();
    let uri = client.uri("bench.yaml");
    client.open(&uri, text);
    let mut findings = diagnostics(&mut client, &uri, 1, pull);
    let (line, column) = (
        u32::try_from(place.0).unwrap(),
        u32::try_from(place.1).unwrap(),
    );
    let behind = match typed.ends_with('\n') {
        true => [line, column, line + 1, 0],
        false => [
            line,
            column,
            line,
            column + u32::try_from(typed.len()).unwrap(),
        ],
    };
    let mut times = Vec::new();
    for version in 2..EDITS + 2 {
        let start = Instant::now();
        match version % 2 {
            0 => client.change(&uri, version, [line, column, line, column], typed),
            _ => client.change(&uri, version, behind, ""),
        }
        findings = findings.max(diagnostics(&mut client, &uri, version, pull));
        times.push(start.elapsed());
    }
    client.forget();
    times.sort();
    let at = |share: usize| milliseconds(times[(times.len() - 1) * share / 100]);
    (findings, format!("{} | {}", at(50), at(99)))
}

/// Waits for the diagnostics of a version, and counts them.
fn diagnostics(client: &mut Client, uri: &Url, version: i64, pull: bool) -> usize {
    if pull {
        let report: Value = client.pull(uri, None);
        return report["items"].as_array().unwrap().len();
    }
    client.published(uri, i32::try_from(version).unwrap()).len()
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2}", time.as_secs_f64() * 1e3)
}

/// The end of a description, before its last letters.
fn in_description(lines: &[&str], from: usize) -> Option<Place> {
    let describes = |line: &str| line.trim_start().starts_with("description: ") && line.len() > 40;
    find(lines, from, |line| {
        describes(line).then_some(line.len() - 3)
    })
}

fn at_line_start(lines: &[&str], from: usize) -> Option<Place> {
    find(lines, from, |line| {
        line.trim_start().starts_with("- name: ").then_some(0)
    })
}

fn in_script(lines: &[&str], from: usize) -> Option<Place> {
    let script = find(lines, from, |line| {
        line.trim_end().ends_with("script: |").then_some(0)
    })?;
    find(lines, script.0 + 3, |line| {
        (line.trim().len() > 8).then_some(line.len())
    })
}

/// Before the name in `$(params.name)`: it then names nothing that is declared.
fn in_reference(lines: &[&str], from: usize) -> Option<Place> {
    let reference = "$(params.";
    find(lines, from, |line| {
        line.find(reference).map(|at| at + reference.len())
    })
}

fn find(lines: &[&str], from: usize, column: impl Fn(&str) -> Option<usize>) -> Option<Place> {
    let around = (from..lines.len()).chain(0..from);
    around
        .into_iter()
        .find_map(|line| Some((line, column(lines[line])?)))
}

/// Documents of the catalogs, one after the other, until there are `size` bytes.
fn concatenated(corpus: &Path, size: usize) -> String {
    let mut texts = Vec::new();
    for catalog in [
        "release-service-catalog-2024-10",
        "pipeline-samples-2024-11",
        "build-definitions-2026-08",
    ] {
        let mut folders = vec![corpus.join("konflux").join(catalog)];
        while let Some(folder) = folders.pop() {
            let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .collect();
            entries.sort();
            for path in entries {
                let yaml = path
                    .extension()
                    .is_some_and(|extension| extension == "yaml");
                if path.is_dir() && !path.is_symlink() {
                    folders.push(path);
                } else if yaml && !path.is_symlink() {
                    texts.extend(std::fs::read_to_string(path));
                }
            }
        }
    }
    texts.retain(|text| text.contains("tekton.dev/"));
    let mut whole = String::with_capacity(size + 100_000);
    for text in texts.iter().cycle() {
        if whole.len() >= size {
            break;
        }
        if !text.starts_with("---") {
            whole.push_str("---\n");
        }
        whole.push_str(text.trim_end());
        whole.push('\n');
    }
    whole
}
