//! The scripts of a document, parsed once each.
//!
//! Parsing is most of the work of reading a script, and whoever types changes one script of many.
//! So parsed scripts are kept by their text, and handed from a document to the one that an edit
//! makes of it. What an edit left unused is forgotten at the next one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use konflux_syntax::Document;

use crate::shell::Script;

/// Parsed scripts by their text.
type Known = HashMap<Arc<str>, Arc<Script>>;

/// The scripts of one document.
#[derive(Default)]
pub(crate) struct Scripts {
    used: Mutex<Known>,
    /// The pieces of long ones.
    pieces: Mutex<Known>,
    /// Those of the document before the last edit, pieces included.
    before: Known,
}

impl Scripts {
    /// Those of a document.
    pub(crate) fn of(document: &Document<'_>) -> Arc<Scripts> {
        document.memo(Scripts::default)
    }

    /// A script, parsed unless it is known.
    pub(super) fn parse(&self, text: &str) -> Arc<Script> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(script) = used.get(text) {
            return script.clone();
        }
        let known = self.before.get_key_value(text);
        let (text, script) = known.map_or_else(
            || {
                // Only who types has pieces that are worth keeping.
                let script = match self.before.is_empty() {
                    true => Script::parse(text),
                    false => Script::parse_again(text, |piece| self.piece(piece)),
                };
                (Arc::from(text), Arc::new(script))
            },
            |(text, script)| (text.clone(), script.clone()),
        );
        used.insert(text, script.clone());
        script
    }

    /// A piece of a script, parsed unless it is known; nothing when it is no valid shell.
    fn piece(&self, text: &str) -> Option<Arc<Script>> {
        let mut pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(script) = pieces.get(text) {
            return Some(script.clone());
        }
        let (text, script) = match self.before.get_key_value(text) {
            Some((text, script)) => (text.clone(), script.clone()),
            None => (Arc::from(text), Arc::new(Script::shell(text)?)),
        };
        pieces.insert(text, script.clone());
        Some(script)
    }

    /// Bytes of all scripts that were asked for.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.keys().map(|text| text.len()).sum()
    }

    /// Those that are worth keeping: what was read last, be it before several edits.
    fn kept(&self) -> Known {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.is_empty() {
            return self.before.clone();
        }
        let pieces = self.pieces.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = used.clone();
        kept.extend(
            pieces
                .iter()
                .map(|(text, script)| (text.clone(), script.clone())),
        );
        kept
    }
}

/// Hands the scripts of a document on to what an edit made of it. They change no answer, only the
/// time it takes, so they may stand among the things that are derived from the new text.
pub(crate) fn hand_on(before: &Arc<Scripts>, document: &Document<'_>) {
    let known = before.kept();
    if known.is_empty() {
        return;
    }
    document.memo(|| Scripts {
        before: known,
        ..Scripts::default()
    });
}

#[cfg(test)]
mod tests {
    use konflux_syntax::Tree;

    use super::*;
    use crate::workspace::Workspace;

    /// The scripts of the first document of an open file.
    fn of_file(workspace: &Workspace, path: &str) -> Arc<Scripts> {
        let tree = workspace.tree(path).unwrap();
        Scripts::of(&tree.documents().next().unwrap())
    }

    /// Those that had to be read since the last edit, of scripts or of pieces.
    fn read_anew(scripts: &Scripts, known: &Mutex<Known>) -> Vec<Arc<str>> {
        let known = known.lock().unwrap();
        let anew = known
            .keys()
            .filter(|text| !scripts.before.contains_key(*text));
        anew.cloned().collect()
    }

    #[test]
    fn typing_in_a_long_script_parses_that_script_alone() {
        let script = |line: &str, count: usize| -> String {
            (0..count)
                .map(|at| format!("        {line} {at}\n"))
                .collect()
        };
        let task = |name: &str, scripts: &[String]| {
            let steps = scripts.iter().enumerate().map(|(at, script)| {
                format!("    - name: s{at}\n      image: i\n      script: |\n{script}")
            });
            format!(
                "apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {{name: {name}}}\nspec:\n  steps:\n{}",
                steps.collect::<String>()
            )
        };
        let long = task(
            "long",
            &[
                script("oras attach img", 3),
                script("echo", 1000),
                script("cosign sign", 3),
            ],
        );
        let other = task("other", &[script("oras attach other", 3)]);
        let mut workspace = Workspace::without_catalogs();
        workspace.open("/w/long.yaml", &long);
        workspace.open("/w/other.yaml", &other);
        let found = workspace.findings("/w/long.yaml");
        assert!(!found.is_empty(), "a rule reads the scripts");
        let others = workspace.findings("/w/other.yaml");
        let kept = of_file(&workspace, "/w/other.yaml");
        let at = long.find("echo 500").unwrap();
        let revision = workspace.revision();
        for (count, typed) in ["x", "y", "z"].into_iter().enumerate() {
            workspace.edit("/w/long.yaml", at..at, typed);
            workspace.findings("/w/long.yaml");
            let scripts = of_file(&workspace, "/w/long.yaml");
            let anew = read_anew(&scripts, &scripts.used);
            assert_eq!(anew.len(), 1);
            assert_eq!(anew[0].lines().count(), 1000);
            // Of that, little is parsed: what is around the place. Only before the first keystroke
            // nobody knew of any pieces.
            let pieces = read_anew(&scripts, &scripts.pieces);
            let parsed: usize = pieces.iter().map(|piece| piece.len()).sum();
            let little = parsed > 0 && parsed < anew[0].len() / 4;
            assert!(little || count == 0, "{parsed} bytes");
        }
        // Nobody else is looked at, let alone parsed.
        assert_eq!(workspace.revision(), revision);
        assert!(Arc::ptr_eq(&workspace.findings("/w/other.yaml"), &others));
        let now = of_file(&workspace, "/w/other.yaml");
        assert!(Arc::ptr_eq(&now, &kept));
    }

    #[test]
    fn an_edit_leaves_other_scripts_parsed() {
        let mut tree = Tree::parse("a: 1\n");
        let before = Scripts::of(&tree.document_at(0));
        let (kept, dropped) = (before.parse("echo kept"), before.parse("echo dropped"));
        tree.edit(3..4, "2");
        hand_on(&before, &tree.document_at(0));
        let scripts = Scripts::of(&tree.document_at(0));
        assert!(Arc::ptr_eq(&scripts.parse("echo kept"), &kept));
        tree.edit(3..4, "3");
        hand_on(&scripts, &tree.document_at(0));
        let scripts = Scripts::of(&tree.document_at(0));
        assert!(Arc::ptr_eq(&scripts.parse("echo kept"), &kept));
        assert!(!Arc::ptr_eq(&scripts.parse("echo dropped"), &dropped));
    }

    #[test]
    fn edits_that_nobody_looks_between_lose_nothing() {
        let mut tree = Tree::parse("a: 1\n");
        let kept = Scripts::of(&tree.document_at(0)).parse("echo kept");
        for digit in ["2", "3", "4"] {
            let before = Scripts::of(&tree.document_at(0));
            tree.edit(3..4, digit);
            hand_on(&before, &tree.document_at(0));
        }
        let scripts = Scripts::of(&tree.document_at(0));
        assert!(Arc::ptr_eq(&scripts.parse("echo kept"), &kept));
    }
}
