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
    /// Those of the document before the last edit.
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
            || (Arc::from(text), Arc::new(Script::parse(text))),
            |(text, script)| (text.clone(), script.clone()),
        );
        used.insert(text, script.clone());
        script
    }

    /// Those that are worth keeping: what was read last, be it before several edits.
    fn kept(&self) -> Known {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        match used.is_empty() {
            true => self.before.clone(),
            false => used.clone(),
        }
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
        used: Mutex::default(),
        before: known,
    });
}

#[cfg(test)]
mod tests {
    use konflux_syntax::Tree;

    use super::*;

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
