//! `konflux-ls check --fix`: the one place where this program writes into files of the user.
//!
//! Only fixes that are safe, only in files that were asked for, and only while they add no error.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use konflux_analysis::{ActionKind, Safety, Severity, TextEdit, Workspace};

use crate::atomic;
use crate::inputs::{InputFile, Inputs, Problem};

/// One fix can make room for the next; more rounds than this are a quarrel between two rules.
const MAX_ROUNDS: usize = 10;

/// What was done.
#[derive(Default)]
pub(crate) struct Fixed {
    pub(crate) edits: usize,
    pub(crate) files: usize,
}

/// The edits of some fixes, by file, in no order.
type Edits = BTreeMap<Arc<str>, Vec<TextEdit>>;

/// Fixes what can be fixed, writes the files, and leaves the workspace as they are then.
pub(crate) fn fix(inputs: &mut Inputs) -> Fixed {
    let before: BTreeMap<Arc<str>, String> = inputs
        .files
        .iter()
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect();
    let mut after = before.clone();
    let mut applied: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for _ in 0..MAX_ROUNDS {
        let edits = round(inputs, &before);
        let mut progress = false;
        for (path, edits) in edits {
            let Some(text) = after.get_mut(&path) else {
                continue;
            };
            let Some(new) = try_edits(&mut inputs.workspace, &path, text, &edits) else {
                continue;
            };
            *text = new;
            *applied.entry(path).or_default() += edits.len();
            progress = true;
        }
        if !progress {
            break;
        }
    }
    write(inputs, &before, &after, &applied)
}

/// All edits that can be made at once: of safe fixes, in files asked for, none touching another.
fn round(inputs: &Inputs, asked: &BTreeMap<Arc<str>, String>) -> Edits {
    let mut chosen = Edits::new();
    for file in &inputs.files {
        let mut settled: BTreeSet<(&'static str, usize, usize)> = BTreeSet::new();
        for action in inputs.workspace.actions(&file.path, 0..usize::MAX) {
            let fault = (action.rule, action.range.start, action.range.end);
            let wanted = action.kind == ActionKind::QuickFix && action.safety == Safety::Safe;
            // Of several fixes of one fault, the first that can be applied.
            if !wanted || settled.contains(&fault) {
                continue;
            }
            let Some(change) = action.source_change(&inputs.workspace) else {
                continue;
            };
            let reaches_out = change.edits.keys().any(|path| !asked.contains_key(path));
            if reaches_out || !change.file_ops.is_empty() || collides(&chosen, &change.edits) {
                continue;
            }
            settled.insert(fault);
            for (path, edits) in change.edits {
                chosen.entry(path).or_default().extend(edits);
            }
        }
    }
    chosen
}

fn collides(chosen: &Edits, edits: &Edits) -> bool {
    edits.iter().any(|(path, edits)| {
        let taken = chosen.get(path).map(Vec::as_slice).unwrap_or_default();
        edits
            .iter()
            .any(|edit| taken.iter().any(|other| touch(&edit.range, &other.range)))
    })
}

/// Edits that share a border wait for the next round too: their order would matter.
fn touch(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start <= other.end && other.start <= one.end
}

/// The new text, loaded; nothing, and the old text in place, where the edits would add an error.
fn try_edits(
    workspace: &mut Workspace,
    path: &str,
    text: &str,
    edits: &[TextEdit],
) -> Option<String> {
    let new = apply(text, edits)?;
    if new == text {
        return None;
    }
    let errors = |workspace: &Workspace| {
        workspace
            .findings(path)
            .iter()
            .filter(|it| it.severity == Severity::Error)
            .count()
    };
    let errors_before = errors(workspace);
    workspace.load(path, &new);
    if errors(workspace) > errors_before {
        workspace.load(path, text);
        return None;
    }
    Some(new)
}

/// The text with the edits made; nothing where one of them does not fit it.
fn apply(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut edits: Vec<&TextEdit> = edits.iter().collect();
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut new = String::with_capacity(text.len());
    let mut position = 0;
    for edit in edits {
        new.push_str(text.get(position..edit.range.start)?);
        new.push_str(&edit.new_text);
        position = edit.range.end;
    }
    new.push_str(text.get(position..)?);
    Some(new)
}

fn write(
    inputs: &mut Inputs,
    before: &BTreeMap<Arc<str>, String>,
    after: &BTreeMap<Arc<str>, String>,
    applied: &BTreeMap<Arc<str>, usize>,
) -> Fixed {
    let mut fixed = Fixed::default();
    for InputFile {
        path,
        shown,
        real,
        text,
    } in &mut inputs.files
    {
        let (Some(old), Some(new), Some(edits)) =
            (before.get(path), after.get(path), applied.get(path))
        else {
            continue;
        };
        match atomic::replace(real, old, new) {
            Ok(()) => {
                text.clone_from(new);
                fixed.edits += edits;
                fixed.files += 1;
            }
            Err(error) => {
                // What is reported must be what is on disk.
                inputs.workspace.load(path, old);
                let reason = format!("cannot be fixed: {error}");
                inputs.problems.push(Problem {
                    shown: shown.clone(),
                    reason,
                });
            }
        }
    }
    fixed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(range: Range<usize>, new_text: &str) -> TextEdit {
        TextEdit {
            range,
            new_text: new_text.to_owned(),
        }
    }

    #[test]
    fn edits_apply_in_any_order_and_only_where_they_fit() {
        let edits = [edit(4..5, "E"), edit(0..1, "")];
        assert_eq!(apply("abcde", &edits).as_deref(), Some("bcdE"));
        assert_eq!(apply("ab", &edits), None);
        assert_eq!(apply("é", &[edit(1..2, "")]), None, "inside a character");
        assert_eq!(
            apply("abcde", &[edit(0..3, ""), edit(2..4, "")]),
            None,
            "overlapping"
        );
    }

    #[test]
    fn neighbours_wait() {
        assert!(touch(&(0..2), &(2..3)));
        assert!(!touch(&(0..2), &(3..3)));
    }
}
