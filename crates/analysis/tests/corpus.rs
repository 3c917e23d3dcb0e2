//! Real catalogs. Tekton takes nearly all of their documents, so nearly every error would be ours.
//!
//! Each error that is left is listed in `corpus-errors.txt`, with the reason why it is true. A
//! group of lines shares the reason above it (`# …`). `UPDATE=1 cargo test -p konflux-analysis
//! --test corpus` keeps the reasons and adds what is new below `# REVIEW`, which fails the test
//! until somebody has judged it. Likewise `corpus-guidelines.txt` holds every finding of a guideline,
//! below `# true: …` or `# false: …` and the reason for that verdict.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::{env, fs};

use konflux_analysis::Severity;
use konflux_analysis::rules::{self, Group};
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

/// The findings of the whole corpus; computed once for all tests.
fn all_findings() -> Option<&'static [(Severity, String)]> {
    static FOUND: OnceLock<Option<Vec<(Severity, String)>>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let found = findings(&corpus()?.join("konflux"));
        if env::var_os("PRINT").is_some() {
            found.iter().for_each(|(_, finding)| println!("{finding}"));
        }
        Some(found)
    });
    found.as_deref()
}

/// Compares findings with those that are listed in a file. Returns the file, when it is right.
fn review(found: &BTreeSet<&str>, name: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(name);
    let reviewed = fs::read_to_string(&file).unwrap_or_default();
    let known: BTreeSet<&str> = reviewed.lines().filter(is_finding).collect();
    let gone: Vec<&&str> = known.difference(found).collect();
    let new: Vec<&&str> = found.difference(&known).collect();
    if env::var_os("UPDATE").is_some() {
        let kept = reviewed.lines().filter(|line| !gone.contains(&line));
        let mut text: String = kept.map(|line| format!("{line}\n")).collect();
        if !new.is_empty() {
            let _ = write!(text, "\n{UNREVIEWED}\n");
            new.iter().for_each(|line| text += &format!("{line}\n"));
        }
        fs::write(&file, text).unwrap();
        return reviewed;
    }
    assert!(
        !reviewed.contains(UNREVIEWED),
        "{name}: findings wait for a review"
    );
    assert!(gone.is_empty(), "{name}: no longer found: {gone:#?}");
    assert!(new.is_empty(), "{name}: not reviewed: {new:#?}");
    reviewed
}

fn is_finding(line: &&str) -> bool {
    !line.is_empty() && !line.starts_with('#')
}

#[test]
fn every_error_is_reviewed() {
    let Some(found) = all_findings() else { return };
    let errors = found.iter();
    let errors = errors.filter(|(severity, _)| *severity == Severity::Error);
    let errors = errors.map(|(_, finding)| finding.as_str()).collect();
    review(&errors, "corpus-errors.txt");
}

/// Of the guidelines, not every finding can be proved; but hardly one may be wrong.
#[test]
fn guideline_findings_are_reviewed_and_right() {
    let Some(found) = all_findings() else { return };
    let of_guideline = |finding: &&str| {
        let rule = finding
            .rsplit_once('[')
            .map(|(_, rule)| rule.trim_end_matches(']'));
        let rule = rule.and_then(rules::find);
        rule.is_some_and(|rule| rule.group == Group::Guideline)
    };
    let found = found.iter().map(|(_, finding)| finding.as_str());
    let found = found.filter(of_guideline).collect();
    let reviewed = review(&found, "corpus-guidelines.txt");
    let (mut right, mut wrong, mut verdict) = (0, 0, None);
    for line in reviewed.lines() {
        match line.strip_prefix("# ") {
            Some(reason) if reason.starts_with("true: ") => verdict = Some(true),
            Some(reason) if reason.starts_with("false: ") => verdict = Some(false),
            _ if line.is_empty() => verdict = None,
            _ if is_finding(&line) => match verdict {
                Some(true) => right += 1,
                Some(false) => wrong += 1,
                None => panic!("without a verdict: {line}"),
            },
            _ => {}
        }
    }
    println!("{right} right, {wrong} wrong");
    assert!(
        wrong * 100 <= (right + wrong) * 3,
        "{wrong} of {} are wrong",
        right + wrong
    );
}
