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

/// What two reviewers called violations in the release catalogs: catalog, pipeline, task and rule.
const VIOLATIONS: [(&str, &str, &str, &str); 16] = [
    (
        "2024-10",
        "push-binaries-to-dev-portal",
        "sign-binaries",
        "modified-in-release",
    ),
    (
        "2025-07",
        "push-artifacts-to-cdn",
        "push-artifacts-to-cdn",
        "modified-in-release",
    ),
    (
        "2025-07",
        "push-artifacts-to-cdn",
        "push-artifacts-to-cdn",
        "converted-in-release",
    ),
    (
        "2025-07",
        "push-artifacts-to-cdn",
        "push-artifacts-to-cdn-task",
        "modified-in-release",
    ),
    (
        "2025-07",
        "push-artifacts-to-cdn",
        "push-artifacts-to-cdn-task",
        "converted-in-release",
    ),
    (
        "2025-07",
        "push-oot-kmods",
        "sign-oot-kmods",
        "modified-in-release",
    ),
    (
        "2025-07",
        "push-oot-kmods",
        "sign-oot-kmods",
        "ungated-release",
    ),
    (
        "2025-07",
        "push-oot-kmods",
        "push-oot-kmods",
        "ungated-release",
    ),
    (
        "2025-07",
        "fbc-release",
        "add-fbc-contribution-to-index-image",
        "modified-in-release",
    ),
    (
        "2025-07",
        "update-fbc-catalog",
        "update-fbc-catalog-task",
        "modified-in-release",
    ),
    (
        "2025-07",
        "push-disk-images-to-cdn",
        "push-disk-images",
        "converted-in-release",
    ),
    (
        "2025-07",
        "push-disk-images-to-cdn",
        "push-disk-images",
        "ungated-release",
    ),
    (
        "2025-07",
        "push-disk-images",
        "pulp-push-disk-images",
        "converted-in-release",
    ),
    (
        "2025-07",
        "push-disk-images-to-marketplaces",
        "marketplacesvm-push-disk-images",
        "converted-in-release",
    ),
    (
        "2024-10",
        "sign-binaries",
        "sign-binaries",
        "mixed-release-task",
    ),
    (
        "2025-07",
        "push-artifacts-to-cdn-task",
        "push-artifacts-to-cdn-task",
        "mixed-release-task",
    ),
];

/// What looks like a violation, and what they called allowed.
const ALLOWED: [&str; 44] = [
    "push-snapshot",
    "push-rpm-to-koji",
    "push-oot-kmods",
    "publish-index-image",
    "publish-index-image-task",
    "create-github-release",
    "push-to-cdn",
    "publish-to-mrrc",
    "extract-binaries-from-image",
    "extract-oot-kmods",
    "rh-sign-image",
    "rh-sign-image-cosign",
    "sign-index-image",
    "sign-base64-blob",
    "request-and-upload-signature",
    "update-component-sbom",
    "create-product-sbom",
    "upload-sbom-to-atlas",
    "create-pyxis-image",
    "push-rpm-data-to-pyxis",
    "publish-pyxis-repository",
    "create-advisory",
    "create-advisory-task",
    "create-advisory-oci-artifact-task",
    "make-repo-public",
    "update-cr-status",
    "update-trusted-tasks",
    "base64-encode-checksum",
    "embargo-check",
    "check-fbc-packages",
    "verify-conforma",
    "verify-enterprise-contract",
    "apply-tags",
    "populate-release-notes",
    "populate-release-notes-images",
    "apply-mapping",
    "reduce-snapshot",
    "filter-already-released-advisory-images",
    "filter-already-released-advisory-images-task",
    "collect-data",
    "prepare-fbc-release",
    "check-data-keys",
    "run-file-updates",
    "process-file-updates-task",
];

#[test]
fn violations_are_found_and_what_is_allowed_is_not() {
    let Some(found) = all_findings() else { return };
    let is_found = |catalog: &str, file: &str, task: &str, rule: &str| {
        found.iter().any(|(_, finding)| {
            finding.starts_with(&format!("release-service-catalog-{catalog}/"))
                && finding.contains(&format!("/{file}.yaml:"))
                && finding.contains(&format!(": `{task}` "))
                && finding.ends_with(&format!("[{rule}]"))
        })
    };
    for (catalog, file, task, rule) in VIOLATIONS {
        let place = format!("{catalog} {file} {task}");
        assert!(is_found(catalog, file, task, rule), "{place}: no {rule}");
    }
    let about_bytes = [
        "modified-in-release",
        "built-in-release",
        "converted-in-release",
        "mixed-release-task",
    ];
    for (_, finding) in found {
        let Some((_, rule)) = finding.rsplit_once('[') else {
            continue;
        };
        if about_bytes.contains(&rule.trim_end_matches(']')) {
            let named = |task: &&str| finding.contains(&format!(": `{task}` "));
            assert!(!ALLOWED.iter().any(named), "{finding}");
        }
    }
}

#[test]
fn the_first_line_of_a_message_is_short() {
    let Some(found) = all_findings() else { return };
    for (_, finding) in found {
        let Some((_, message)) = finding.split_once(": ") else {
            continue;
        };
        let Some((_, message)) = message.split_once(": ") else {
            continue;
        };
        let message = message
            .rsplit_once(" [")
            .map_or(message, |(message, _)| message);
        let line = message.lines().next().unwrap_or_default();
        let guideline = finding
            .rsplit_once('[')
            .and_then(|(_, rule)| rules::find(rule.trim_end_matches(']')));
        if guideline.is_some_and(|rule| matches!(rule.group, Group::Guideline | Group::Gate)) {
            assert!(line.chars().count() <= 120, "{line}");
        }
    }
}
