//! Tekton's own verdicts on documents with one fault each.
//!
//! What Tekton accepts never gets an error. How many of the faults are found is counted in
//! `docs/tekton-oracle.md`; `UPDATE=1 cargo test -p konflux-analysis --test oracle` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use konflux_analysis::Severity;
use support::{folders, line, load, oracle};

/// A finding: file, line, severity, rule.
type Found = (String, usize, Severity, &'static str, String);

fn findings(case: &Path) -> Vec<Found> {
    let workspace = load(case);
    let mut found = Vec::new();
    for path in workspace.paths() {
        let text = workspace.tree(&path).unwrap().to_string();
        for finding in workspace.findings(&path).iter() {
            found.push((
                path.trim_start_matches("/w/").to_owned(),
                line(&text, finding.range.start),
                finding.severity,
                finding.rule,
                finding.message.clone(),
            ));
        }
    }
    found
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

#[test]
fn what_tekton_accepts_gets_no_error() {
    let Some(oracle) = oracle() else { return };
    let mut wrong = String::new();
    for group in ["valid", "valid_alpha", "runtime_ok"] {
        for case in folders(&oracle.join(group)) {
            for (file, line, severity, rule, message) in findings(&case) {
                let note = fs::read_to_string(case.join("note.json")).unwrap();
                // A warning is only right where a person would be suspicious too.
                let suspicious = note.contains("\"suspicious\": true");
                if severity == Severity::Error || !suspicious {
                    let severity = severity.as_str();
                    let _ = writeln!(
                        wrong,
                        "{group}/{}/{file}:{line}: {severity}: {message} [{rule}]",
                        name(&case)
                    );
                }
            }
        }
    }
    assert_eq!(wrong, "");
}

/// What is expected of a case: the class of its fault, its file and the lines that are right.
fn expected(case: &Path) -> (String, Option<String>, Vec<usize>) {
    let text = fs::read_to_string(case.join("expected.json")).unwrap();
    // JSON is YAML.
    let value: serde_yaml::Value = serde_yaml::from_str(&text).unwrap();
    let mut lines = vec![value["line"].as_u64().unwrap() as usize];
    let others = value["other_lines"].as_sequence().into_iter().flatten();
    lines.extend(
        others
            .filter_map(|line| line.as_u64())
            .map(|line| line as usize),
    );
    let file = value["file"].as_str().map(str::to_owned);
    (value["rule_hint"].as_str().unwrap().to_owned(), file, lines)
}

#[derive(Default)]
struct Row {
    cases: usize,
    found: usize,
    elsewhere: usize,
    rules: BTreeMap<&'static str, usize>,
    missed: Vec<String>,
}

fn count(group: &Path) -> BTreeMap<String, Row> {
    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    for case in folders(group) {
        let (hint, file, lines) = expected(&case);
        let row = rows.entry(hint).or_default();
        let found = findings(&case);
        let at_place = |found: &&Found| {
            lines.contains(&found.1) && file.as_ref().is_none_or(|file| *file == found.0)
        };
        row.cases += 1;
        if let Some((_, _, _, rule, _)) = found.iter().find(at_place) {
            row.found += 1;
            *row.rules.entry(rule).or_default() += 1;
        } else {
            row.elsewhere += usize::from(!found.is_empty());
            row.missed.push(name(&case));
        }
    }
    rows
}

/// The faults that the rules so far are about. The others wait for their rules.
const COVERED: [&str; 30] = [
    "cycle",
    "duplicate-param",
    "duplicate-step",
    "duplicate-task",
    "duplicate-volume",
    "duplicate-workspace",
    "extra-stepaction-param",
    "finally-result-ref",
    "matrix-param-conflict",
    "missing-param",
    "missing-workspace",
    "object-missing-key",
    "optional-workspace-required-by-task",
    "param-in-stepaction-script",
    "pipeline-result-unknown-task",
    "result-ref-unknown-task",
    "status-outside-finally",
    "status-unknown-task",
    "step-result-in-script",
    "unknown-object-key",
    "unknown-param",
    "unknown-result",
    "unknown-run-after",
    "unknown-task-workspace",
    "unknown-workspace",
    "workspace-mount-conflict",
    "yaml-syntax",
    "duplicate-result",
    "duplicate-sidecar",
    "run-after-in-finally",
];

fn table(title: &str, text: &str, rows: &BTreeMap<String, Row>) -> String {
    let sum = |value: fn(&Row) -> usize| rows.values().map(value).sum::<usize>();
    let covered = |value: fn(&Row) -> usize| {
        let rows = rows.iter();
        let rows = rows.filter(|(hint, _)| COVERED.contains(&hint.as_str()));
        rows.map(|(_, row)| value(row)).sum::<usize>()
    };
    let mut table = format!(
        "## {title}\n\n{text}\n\n| fault | cases | found at the line | found elsewhere | by |\n\
         |---|---:|---:|---:|---|\n"
    );
    for (hint, row) in rows {
        let rules: Vec<String> = row.rules.keys().map(|rule| format!("`{rule}`")).collect();
        let elsewhere = match row.elsewhere {
            0 => String::new(),
            elsewhere => elsewhere.to_string(),
        };
        let _ = writeln!(
            table,
            "| {hint} | {} | {} | {elsewhere} | {} |",
            row.cases,
            row.found,
            rules.join(", ")
        );
    }
    let _ = writeln!(
        table,
        "| **the faults that the rules are about** | **{}** | **{}** | **{}** | |",
        covered(|row| row.cases),
        covered(|row| row.found),
        covered(|row| row.elsewhere)
    );
    let _ = writeln!(
        table,
        "| **all** | **{}** | **{}** | **{}** | |",
        sum(|row| row.cases),
        sum(|row| row.found),
        sum(|row| row.elsewhere)
    );
    table
}

#[test]
fn the_table_is_fresh() {
    let Some(oracle) = oracle() else { return };
    let (invalid, runtime) = (
        count(&oracle.join("invalid")),
        count(&oracle.join("runtime")),
    );
    let page = format!(
        "# What Tekton rejects, and how much of it is found\n\n\
         Every case is a document, or a few, with one fault. Tekton rejects the first kind when it \
         is submitted and the second when it runs. None of the documents that Tekton accepts gets \
         an error. Written by `UPDATE=1 cargo test -p konflux-analysis --test oracle`.\n\n{}\n{}",
        table(
            "Rejected when submitted",
            "Faults outside of the families of rules that exist so far are listed too.",
            &invalid
        ),
        table(
            "Rejected when run",
            "Tasks and pipelines that do not fit together.",
            &runtime
        ),
    );
    for (hint, row) in invalid
        .iter()
        .chain(&runtime)
        .filter(|(_, row)| row.found < row.cases)
    {
        println!("missed {hint}: {}", row.missed.join(" "));
    }
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/tekton-oracle.md");
    if env::var_os("UPDATE").is_some() {
        fs::write(file, page).unwrap();
        return;
    }
    let old = fs::read_to_string(file).unwrap_or_default();
    assert!(
        old == page,
        "stale; run `UPDATE=1 cargo test -p konflux-analysis --test oracle`"
    );
}
