//! Every action on every finding in documents with known faults: the finding is gone afterwards,
//! and nothing new is wrong. Half a document, as it is while somebody types, breaks nothing.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use konflux_analysis::{Action, ActionKind, Severity, Workspace};
use support::{corpus, folders, load, oracle};

/// How often each error is found, and how often the rule of the action.
fn count(
    workspace: &Workspace,
    paths: &[Arc<str>],
    rule: &str,
) -> (BTreeMap<String, usize>, usize) {
    let (mut errors, mut own) = (BTreeMap::new(), 0);
    for path in paths {
        for finding in workspace.findings(path).iter() {
            own += usize::from(finding.rule == rule);
            if finding.severity == Severity::Error {
                let what = format!("{}: {}", finding.rule, finding.message);
                *errors.entry(what).or_default() += 1;
            }
        }
    }
    (errors, own)
}

/// What is wrong with an action: nothing, when the result is empty.
fn judge(before: &Workspace, path: &Arc<str>, action: &Action, paths: &[Arc<str>]) -> String {
    let Some(change) = action.source_change(before) else {
        return "it changes nothing".into();
    };
    let mut after = before.clone();
    for path in change.edits.keys() {
        let text = before.tree(path).unwrap().to_string();
        after.load(path, &change.apply_to(path, &text));
    }
    let ((old, own_before), (new, own_after)) = (
        count(before, paths, action.rule),
        count(&after, paths, action.rule),
    );
    let mut wrong = String::new();
    for (what, number) in &new {
        if old.get(what).is_none_or(|old| old < number) && !what.starts_with(action.rule) {
            let _ = write!(wrong, "new: {what}; ");
        }
    }
    if own_after >= own_before {
        let _ = write!(wrong, "the finding is still there; ");
    }
    if !wrong.is_empty() {
        let text = after.tree(path).unwrap().to_string();
        let from = action.range.start.saturating_sub(120);
        let around: String = text.chars().skip(from).take(400).collect();
        let _ = write!(wrong, "\n{around}\n");
    }
    wrong
}

fn check(case: &Path, wrong: &mut String) -> usize {
    let workspace = load(case);
    let paths = workspace.paths();
    let mut judged = 0;
    for path in &paths {
        for finding in workspace.findings(path).iter() {
            let actions = workspace.actions(path, finding.range.clone());
            let mends = actions.iter().any(|action| {
                action.kind == ActionKind::QuickFix
                    && action.rule == finding.rule
                    && action.range == finding.range
            });
            if mends != finding.fixable {
                let place = format!("{}: {path}", case.display());
                let _ = writeln!(wrong, "{place}: fixable or not? {}", finding.message);
            }
            for action in actions {
                if action.range != finding.range || action.rule != finding.rule {
                    continue;
                }
                judged += 1;
                let verdict = judge(&workspace, path, &action, &paths);
                if !verdict.is_empty() {
                    let kind = match action.kind {
                        ActionKind::QuickFix => "fix",
                        ActionKind::Suppress => "ignore",
                    };
                    let _ = writeln!(
                        wrong,
                        "{}: {kind} `{}` of {}: {verdict}",
                        case.display(),
                        action.title,
                        action.rule
                    );
                }
            }
        }
    }
    judged
}

#[test]
fn actions_mend_what_they_answer() {
    let Some(oracle) = oracle() else { return };
    let (mut wrong, mut judged) = (String::new(), 0);
    for group in ["invalid", "runtime", "valid", "valid_alpha"] {
        for case in folders(&oracle.join(group)) {
            judged += check(&case, &mut wrong);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{judged} actions");
}

#[test]
fn actions_mend_real_catalogs() {
    let Some(corpus) = corpus() else { return };
    let (mut wrong, mut judged) = (String::new(), 0);
    for catalog in folders(&corpus.join("konflux")) {
        judged += check(&catalog, &mut wrong);
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{judged} actions");
}

/// Everything that can be asked about a file.
fn ask(workspace: &Workspace, path: &str) {
    for finding in workspace.findings(path).iter() {
        for action in workspace.actions(path, finding.range.clone()) {
            action.source_change(workspace);
        }
    }
}

#[test]
fn half_a_document_breaks_nothing() {
    let Some(oracle) = oracle() else { return };
    for case in folders(&oracle.join("invalid")) {
        let workspace = load(&case);
        let path = &workspace.paths()[0];
        let text = workspace.tree(path).unwrap().to_string();
        let mut half = Workspace::new();
        half.open(path, &text);
        // The end goes piece by piece, then a hole wanders through what is left out.
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).step_by(97).collect();
        for &at in places.iter().rev() {
            let length = half.tree(path).unwrap().len_bytes();
            half.edit(path, at..length, "");
            ask(&half, path);
        }
        for pair in places.windows(2) {
            let hole = format!("{}{}", &text[..pair[0]], &text[pair[1]..]);
            half.open(path, &hole);
            ask(&half, path);
        }
    }
}
