//! Any text gives a tree that holds all of its bytes and keeps the invariants.
#![no_main]

#[path = "../../crates/syntax/tests/support/mod.rs"]
mod support;

use konflux_syntax::Tree;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let tree = Tree::parse(text);
    assert_eq!(tree.to_string(), text);
    support::dump::dump(&tree);
    if let Err(problem) = support::dump::invariants(&tree) {
        panic!("{problem}");
    }
});
