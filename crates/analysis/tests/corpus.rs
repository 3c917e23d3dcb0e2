//! Real catalogs. Tekton takes nearly all of their documents, so nearly every error would be ours.
//!
//! Each error that is left is listed in `corpus-errors.txt`, with the reason why it is true. A
//! group of lines shares the reason above it (`# …`). `UPDATE=1 cargo test -p konflux-analysis
//! --test corpus` keeps the reasons and adds what is new below `# REVIEW`, which fails the test
//! until somebody has judged it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use konflux_analysis::Severity;
use support::{corpus, folders, line, load};

const UNREVIEWED: &str = "# REVIEW";

/// All findings, as `catalog/path:line: severity: message [rule]`.
fn findings(catalogs: &Path) -> Vec<(Severity, String)> {
    let mut found = Vec::new();
    for catalog in folders(catalogs) {
        let workspace = load(&catalog);
        let name = catalog.file_name().unwrap().to_string_lossy().into_owned();
        for path in workspace.paths() {
            let findings = workspace.findings(&path);
            if findings.is_empty() {
                continue;
            }
            let text = workspace.tree(&path).unwrap().to_string();
            for finding in findings.iter() {
                let path = path.trim_start_matches("/w/");
                let line = line(&text, finding.range.start);
                let severity = finding.severity.as_str();
                found.push((
                    finding.severity,
                    format!(
                        "{name}/{path}:{line}: {severity}: {} [{}]",
                        finding.message, finding.rule
                    ),
                ));
            }
        }
    }
    found
}

#[test]
fn every_error_is_reviewed() {
    let Some(corpus) = corpus() else { return };
    let found = findings(&corpus.join("konflux"));
    if env::var_os("PRINT").is_some() {
        found.iter().for_each(|(_, finding)| println!("{finding}"));
    }
    let errors: BTreeSet<&str> = found
        .iter()
        .filter(|(severity, _)| *severity == Severity::Error)
        .map(|(_, finding)| finding.as_str())
        .collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus-errors.txt");
    let reviewed = fs::read_to_string(&file).unwrap_or_default();
    let is_finding = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let known: BTreeSet<&str> = reviewed.lines().filter(is_finding).collect();
    let gone: Vec<&&str> = known.difference(&errors).collect();
    let new: Vec<&&str> = errors.difference(&known).collect();
    if env::var_os("UPDATE").is_some() {
        let kept = reviewed.lines().filter(|line| !gone.contains(&line));
        let mut text: String = kept.map(|line| format!("{line}\n")).collect();
        if !new.is_empty() {
            let _ = write!(text, "\n{UNREVIEWED}\n");
            new.iter().for_each(|line| text += &format!("{line}\n"));
        }
        fs::write(&file, text).unwrap();
        return;
    }
    assert!(!reviewed.contains(UNREVIEWED), "errors wait for a review");
    assert!(gone.is_empty(), "no longer found: {gone:#?}");
    assert!(new.is_empty(), "not reviewed: {new:#?}");
}
