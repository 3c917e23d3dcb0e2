//! After edits the tree is the one that a fresh parse of the new text gives.
//!
//! The input is a text, then edits: everything is separated by U+0001; an edit is two characters that say where it
//! starts and how much it removes (in 64ths of the text, and in characters), and what it puts there.
#![no_main]

#[path = "../../crates/syntax/tests/support/mod.rs"]
mod support;

use konflux_syntax::Tree;
use libfuzzer_sys::fuzz_target;
use support::edits::{Edit, compare};

fuzz_target!(|input: &str| {
    let mut parts = input.split('\u{1}');
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut tree = Tree::parse(&text);
    for part in parts.take(16) {
        let mut chars = part.chars();
        let mut number = || chars.next().map_or(0, |c| c as usize);
        let (start, len) = (number() % 128 * text.len() / 127, number() % 64);
        let edit = Edit { range: start..start + len, text: chars.as_str().to_owned() };
        let range = edit.apply(&mut text);
        tree.edit(range, &edit.text);
        if let Err(problem) = compare(&tree, &text) {
            panic!("{edit:?}: {problem}");
        }
    }
});
