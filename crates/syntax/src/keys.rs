//! A glance at the keys of a document, to see what is not worth a closer look.
//!
//! Repeated keys and keys that are collections are rare, and looking at every mapping after every
//! keystroke is not cheap. The glance reads the laid-out entries once, decodes nothing, and errs on
//! the side of *maybe*: whoever asks looks closely then.

use crate::document::Document;
use crate::layout::Layout;
use crate::line::EntryKind;

/// What may be among the keys of a document: see [`Document::glance_at_keys`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct KeyGlance {
    /// Perhaps a mapping has the same key twice.
    pub repeated: bool,
    /// Perhaps a key is a collection, like the `{ x }` in `{{ x }}`.
    pub collection: bool,
}

/// A mapping with more keys than this is looked at closely, instead of compared key by key here.
const MANY: usize = 64;

impl Document<'_> {
    /// What may be among its keys; computed once. Where it says no, there is none.
    ///
    /// ```
    /// let tree = konflux_syntax::Tree::parse("a: 1\nb: {x: 1, x: 2}\n");
    /// assert!(tree.document_at(0).glance_at_keys().repeated);
    /// ```
    pub fn glance_at_keys(&self) -> KeyGlance {
        *self.memo(|| glance(self.laid_out()))
    }
}

fn glance(layout: &Layout) -> KeyGlance {
    let mut found = KeyGlance::default();
    // The keys of all open mappings, with their order.
    let mut open: Vec<(u32, &str)> = Vec::new();
    for laid in &layout.entries {
        let (order, kind) = (laid.entry.order(), laid.entry.kind);
        while open.last().is_some_and(|(last, _)| *last > order) {
            open.pop();
        }
        if kind == EntryKind::Question {
            return KeyGlance {
                repeated: true,
                collection: true,
            };
        }
        if matches!(laid.entry.first, b'[' | b'{') {
            let flow = layout.text(laid.content);
            found.repeated |= flow_repeats(flow);
            found.collection |= kind == EntryKind::Key || opens_twice(flow);
        }
        if kind == EntryKind::Key {
            let key = layout.text(laid.content).trim_matches(['"', '\'']);
            let siblings = open.iter().rev().take_while(|(other, _)| *other == order);
            let mut compared = siblings.take(MANY + 1).enumerate();
            found.repeated |= compared.any(|(at, (_, other))| at == MANY || *other == key);
            open.push((order, key));
        }
    }
    found
}

/// Does a word before a colon appear twice?
fn flow_repeats(flow: &str) -> bool {
    let words: Vec<&str> = flow
        .split(['{', ','])
        .filter_map(|piece| Some(piece.split_once(':')?.0.trim()))
        .collect();
    words.len() > MANY
        || words
            .iter()
            .enumerate()
            .any(|(at, word)| !word.is_empty() && words[..at].contains(word))
}

/// Two opening brackets side by side that do not stand in quotes.
fn opens_twice(flow: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    for c in flow.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') if matches!(before, '{' | '[') => return true,
            (None, _) => {}
        }
        if !c.is_whitespace() {
            before = c;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::KeyGlance;
    use crate::Tree;

    #[track_caller]
    fn check(text: &str, repeated: bool, collection: bool) {
        let tree = Tree::parse(text);
        let expected = KeyGlance {
            repeated,
            collection,
        };
        assert_eq!(tree.document_at(0).glance_at_keys(), expected, "{text}");
    }

    #[test]
    fn glances() {
        check("a: 1\nb: 2\n", false, false);
        check("a: 1\n\"a\": 2\n", true, false);
        check("a:\n  x: 1\nb:\n  x: 1\n", false, false);
        check("a:\n- x: 1\n- x: 1\n", false, false);
        check("a:\n- x: 1\n  y: 1\n  x: 1\n", true, false);
        check("a:\n  - b:\n    - c: 1\n    d: 1\n  - b:\n", false, false);
        check("a:\n- x: 1\na: 1\n", true, false);
        check("a: |\n  b: 1\n  b: 1\nc: 1\n", false, false);
        check("- a: |-\n    b: 1\n    b: 1\n  c: 1\n  a: 1\n", true, false);
        check("- |\n  b: 1\n  b: 1\n- c: 1\n", false, false);
        check("a: \"x: 1\n  x: 1\"\n", false, false);
        check("a: {x: 1, y: 2}\n", false, false);
        check("a: {x: 1, x: 2}\n", true, false);
        check("a: {x: 1,\n  x: 2}\n", true, false);
        check("a: {{ x }}\n", false, true);
        check("a: '{{ x }}'\n", false, false);
        check("[a]: 1\n", false, true);
        check("? a\n: 1\n", true, true);
        check("&x a: 1\na: 2\n", true, false);
        let many: String = (0..70).map(|i| format!("k{i}: 1\n")).collect();
        check(&many, true, false);
    }
}
