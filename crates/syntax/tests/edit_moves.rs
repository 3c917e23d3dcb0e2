//! Removing, moving and replacing, case by case: before and after.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reports"
)]

mod support;

use konflux_syntax::Tree;
use konflux_syntax::edit::*;
use support::cases::{check, edited, emptied, gone, moved};

#[test]
fn removal_takes_its_own_comments_and_no_others() {
    let text = "# top\na: 1\n\n# about b\n#  and more\nb: # in\n  # b\n  - x\n  # end of b\n# about c\nc: 1\n";
    gone(text, "b", "# top\na: 1\n\n# about c\nc: 1\n");
    gone(
        text,
        "c",
        "# top\na: 1\n\n# about b\n#  and more\nb: # in\n  # b\n  - x\n  # end of b\n",
    );
    gone(
        "a:\n  # other\n\n  # own\n  - x\n  - y\n",
        "a.0",
        "a:\n  # other\n\n  - y\n",
    );
    gone(
        "a:\n  - x\n\n  - y\n\n  - z\n",
        "a.1",
        "a:\n  - x\n\n  - z\n",
    );
    gone("a:\n  - x\n  - y", "a.1", "a:\n  - x\n");
    gone("a: 1\nb: |\n  # text\n  x\n\nc: 1\n", "b", "a: 1\n\nc: 1\n");
    gone("a: |+\n  x\nb: 1\n\nc: 2\n", "b", "a: |+\n  x\nc: 2\n");
}

#[test]
fn the_next_pair_moves_up_to_the_dash() {
    gone("- a: 1 # one\n  b: 2\n", "0.a", "- b: 2\n");
    gone(
        "- a: 1 # one\n  # two\n  b: 2\n",
        "0.a",
        "-\n  # two\n  b: 2\n",
    );
    gone("- a: 1\n  b: 2\n", "0.b", "- a: 1\n");
    gone("- - x\n  - y\n", "0.0", "- - y\n");
}

#[test]
fn an_emptied_collection_goes_or_stays() {
    gone("a:\n  b:\n    - x\nc: 1\n", "a.b.0", "c: 1\n");
    emptied(
        "a:\n  b: # why\n    # x\n    - x\nc: 1\n",
        "a.b.0",
        "a:\n  b: [] # why\nc: 1\n",
    );
    emptied("- a: 1\n- b\n", "0.a", "- {}\n- b\n");
    gone("- a: 1\n- b\n", "0.a", "- b\n");
    gone("a: 1\n", "a", "{}\n");
    gone("a: {b: [c]}\nd: 1\n", "a.b.0", "d: 1\n");
    emptied("a: {b: [ c ]}\n", "a.b.0", "a: {b: []}\n");
    emptied("a: &x\n  b: 1\n", "a.b", "a: &x {}\n");
}

#[test]
fn removal_from_flow_minds_the_commas() {
    gone("a: [x, y, z]\n", "a.0", "a: [y, z]\n");
    gone("a: [x, y, z]\n", "a.1", "a: [x, z]\n");
    gone("a: [x, y, z]\n", "a.2", "a: [x, y]\n");
    gone("a: { x: 1, y: 2 } # c\n", "a.x", "a: { y: 2 } # c\n");
    gone("a: { x: 1, y: 2 } # c\n", "a.y", "a: { x: 1 } # c\n");
    gone(
        "a: [\n  x, # x\n  # about y\n  y, # y\n  z # z\n]\n",
        "a.1",
        "a: [\n  x, # x\n  z # z\n]\n",
    );
    gone("a: [\n  x, # x\n  y # y\n]\n", "a.1", "a: [\n  x # x\n]\n");
    gone("a: [x, # x\n  y]\n", "a.1", "a: [x # x\n  ]\n");
}

#[test]
fn a_subtree_moves_with_its_comments() {
    moved(
        "spec:\n    tasks:\n        # builds\n        - name: b # b\n          # how\n          script: |\n            echo é\n\n              x\n        - name: c\n",
        "spec.tasks.0",
        "finally:\n- name: z\n",
        "finally",
        "finally:\n- name: z\n# builds\n- name: b # b\n  # how\n  script: |\n    echo é\n\n      x\n",
    );
    moved(
        "x:\n  # why\n  a: # in\n  # list\n  - b\n  - c # c\n",
        "x.a",
        "y:\n  z:\n    u: 1\n",
        "y.z",
        "y:\n  z:\n    u: 1\n    # why\n    a: # in\n      # list\n      - b\n      - c # c\n",
    );
    moved(
        "'a': |1\n  x\n y\n",
        "a",
        "- b: 1\n",
        "0",
        "- b: 1\n  'a': |2\n     x\n    y\n",
    );
    moved(
        "a: \"x\n  y\"\n",
        "a",
        "- b:\n    c: 1\n",
        "0.b",
        "- b:\n    c: 1\n    a: \"x\n      y\"\n",
    );
    moved(
        "- x\n  y\n",
        "0",
        "a:\n  - z\n",
        "a",
        "a:\n  - z\n  - x\n    y\n",
    );
    moved(
        "a: [x,\n  y\n]\n",
        "a",
        "b:\n  c: 1\n",
        "b",
        "b:\n  c: 1\n  a: [x,\n    y\n  ]\n",
    );
    moved("a: 1\n", "a", "b: {c: 1}\n", "b", "b: {c: 1, a: 1}\n");
    moved(
        "a: {x: {y: [1]}}\n",
        "a.x",
        "b:\n  c: 1\n",
        "b",
        "b:\n  c: 1\n  x: {y: [1]}\n",
    );
}

#[test]
fn anchors_are_not_parted_from_their_aliases() {
    moved(
        "- &x a\n- *x\n",
        "0",
        "b: []\n",
        "b",
        "refused: Anchor(\"x\")",
    );
    moved(
        "- &x a\n- *x\n",
        "1",
        "b: []\n",
        "b",
        "refused: Anchor(\"x\")",
    );
    moved(
        "- [&x a, *x]\n",
        "0",
        "b: &x []\n",
        "b",
        "refused: Anchor(\"x\")",
    );
    moved(
        "- [&x a, *x]\n",
        "0",
        "b:\n- c\n",
        "b",
        "b:\n- c\n- [&x a, *x]\n",
    );
    moved(
        "a: &x\n  b: c\n",
        "a",
        "d: 1\n",
        "",
        "d: 1\na: &x\n  b: c\n",
    );
    gone("- &x a\n- *x\n", "0", "refused: Anchor(\"x\")");
    gone("- &x a\n- *x\n", "1", "- &x a\n");
}

#[test]
fn a_value_is_replaced() {
    let put = |text: &str, path: &str, new: &str, expected: &str| {
        let new = Fragment::parse(new).unwrap();
        check(edited(text, path, |node| replace(node, &new)), expected);
    };
    put("a: b # c\n", "a", "d", "a: d # c\n");
    put("a:\n", "a", "d", "a: d\n");
    put(
        "- a: # c\n    b: 1\n  d: 1\n",
        "0.a",
        "- x\n- y\n",
        "- a:\n    - x\n    - y\n  d: 1\n",
    );
    put("- x\n- y\n", "0", "a: 1\nb: 2\n", "- a: 1\n  b: 2\n- y\n");
    put("a: {b: c}\n", "a.b", "- x\n", "a: {b: [x]}\n");
}

#[test]
fn an_item_moves_within_its_document() {
    let text = "tasks:\n  # one\n  - a: 1\n    b: |\n      x\n  - c: 2\nfinally:\n- d: 3 # three\n";
    let tree = Tree::parse(text);
    let document = tree.document_at(0);
    let item = document.find(&["tasks".into(), 0.into()]).unwrap();
    let finally = document.find(&["finally".into()]).unwrap();
    let insertion = insert_item(&finally, Position::Last, &extract(&item).unwrap()).unwrap();
    let edits = merge(insertion.clone(), remove(&item, Emptied::Keep).unwrap()).unwrap();
    check(
        apply(text, &edits),
        "tasks:\n  - c: 2\nfinally:\n- d: 3 # three\n# one\n- a: 1\n  b: |\n    x\n",
    );
    assert_eq!(merge(insertion.clone(), insertion), Err(Refusal::Overlap));
}
