//! Setting scalars and inserting, case by case: before and after.
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
use support::cases::{check, item, pair, set};

#[test]
fn a_scalar_keeps_its_quotes_where_the_text_allows() {
    set("a: b # c\n", "a", "d", "a: d # c\n");
    set("a: \"b\"\n", "a", "say \"d\"", "a: \"say \\\"d\\\"\"\n");
    set("a: 'b'\n", "a", "x\ty", "a: \"x\\ty\"\n");
    set("a: b\n", "a", "x\ny", "a: \"x\\ny\"\n");
    set("a:\n", "a", "x", "a: x\n");
    set("- b\n-\n", "1", "x", "- b\n- x\n");
    set("a: # c\n  b\n", "a", "x", "a: # c\n  x\n");
    set("a: &x b\n", "a", "c", "a: &x c\n");
}

#[test]
fn a_text_that_would_read_as_something_else_is_quoted() {
    for text in [
        "yes",
        "No",
        "on",
        "null",
        "~",
        "1.0",
        "1_000",
        "0x1F",
        "0o7",
        "1e3",
        ".5",
        "-1",
        "12:30:00",
        "2024-01-01",
        "a: b",
        "- x",
        "*a",
        "&a",
        "!a",
        "%a",
        "@a",
        "`a",
        "a #b",
        "a:",
        " a",
        "a ",
        "",
        "{a}",
        "[a",
        "? x",
        "---",
        "#a",
        ">",
        "|",
        "'a",
        ".inf",
        "<<",
    ] {
        let expected = format!("a: {text:?}\n");
        set("a: b\n", "a", text, &expected);
    }
    for text in [
        "-x",
        "a:b",
        "a#b",
        "$(params.x)",
        "v1.2.3",
        "1.2.3",
        "a, b",
        "é",
        "1x",
        "a[0]",
        ":x",
    ] {
        set("a: b\n", "a", text, &format!("a: {text}\n"));
    }
    set("a: 1\n", "a", "2", "a: 2\n");
    set("a: true\n", "a", "false", "a: false\n");
    set("a: 1\n", "a", "b", "a: b\n");
    set("a: [b]\n", "a.0", "c, d", "a: [\"c, d\"]\n");
    set("a: {b: c}\n", "a.b", "d]", "a: {b: \"d]\"}\n");
}

#[test]
fn a_block_scalar_stays_one() {
    set(
        "a: |\n    é\n    y\nb: 1\n",
        "a",
        "z\ny\n",
        "a: |\n    z\n    y\nb: 1\n",
    );
    set("a: |-  # why\n  x\n", "a", "y\n", "a: |  # why\n  y\n");
    set("a: |\n  x\n", "a", "  y\nz", "a: |2-\n    y\n  z\n");
    set("a: |\n  x\nb: 1\n", "a", "", "a: \"\"\nb: 1\n");
    set("a: |\r\n  x\r\n", "a", "y\nz\n", "a: |\r\n  y\r\n  z\r\n");
    set(
        "- a: |+\n    x\n\n\n- b\n",
        "0.a",
        "y\n",
        "- a: |\n    y\n- b\n",
    );
    set("a: |\n  x", "a", "y\n", "a: |\n  y");
}

#[test]
fn a_key_is_renamed() {
    let tree = Tree::parse("a: 1 # one\n");
    let key = tree
        .document_at(0)
        .root()
        .unwrap()
        .pairs()
        .next()
        .unwrap()
        .key;
    check(
        apply("a: 1 # one\n", &set_scalar(&key, "on").unwrap()),
        "\"on\": 1 # one\n",
    );
}

#[test]
fn an_item_takes_the_manner_of_its_siblings() {
    item(
        "a:\n- x\n",
        "a",
        Position::Last,
        "b: 1\nc: 2\n",
        "a:\n- x\n- b: 1\n  c: 2\n",
    );
    item(
        "a:\n  - x\n",
        "a",
        Position::First,
        "b",
        "a:\n  - b\n  - x\n",
    );
    item(
        "a:\n  -   x: 1\n      y: 2\n",
        "a",
        Position::Last,
        "z: 1\nu: 2\n",
        "a:\n  -   x: 1\n      y: 2\n  -   z: 1\n      u: 2\n",
    );
    item("a:\n  - x", "a", Position::Last, "b", "a:\n  - x\n  - b");
    item(
        "a:\r\n  - x\r\n",
        "a",
        Position::Last,
        "b: 1\nc: 2\n",
        "a:\r\n  - x\r\n  - b: 1\r\n    c: 2\r\n",
    );
    item(
        "a:\n  - x\n\n  - y\n\nb: 1\n",
        "a",
        Position::Last,
        "z",
        "a:\n  - x\n\n  - y\n\n  - z\n\nb: 1\n",
    );
    item("- - x\n", "0", Position::First, "y", "- - y\n  - x\n");
    item(
        "- - x\n",
        "0",
        Position::First,
        "# c\ny",
        "-\n  # c\n  - y\n  - x\n",
    );
}

#[test]
fn an_item_leaves_comments_with_what_they_are_about() {
    let text = "a:\n  # one\n  - x # x\n  # two\n  - y\n    # in y\n# about b\nb: 1\n";
    item(
        text,
        "a",
        Position::Last,
        "z",
        "a:\n  # one\n  - x # x\n  # two\n  - y\n    # in y\n  - z\n# about b\nb: 1\n",
    );
    item(
        text,
        "a",
        Position::At(1),
        "z",
        "a:\n  # one\n  - x # x\n  - z\n  # two\n  - y\n    # in y\n# about b\nb: 1\n",
    );
    item(
        text,
        "a",
        Position::First,
        "z",
        "a:\n  - z\n  # one\n  - x # x\n  # two\n  - y\n    # in y\n# about b\nb: 1\n",
    );
}

#[test]
fn an_empty_place_takes_an_item() {
    item(
        "x:\n- 1\na:\n",
        "a",
        Position::Last,
        "b: 1",
        "x:\n- 1\na:\n- b: 1\n",
    );
    item(
        "x:\n    - 1\na: # none\nb: 1\n",
        "a",
        Position::Last,
        "b: 1",
        "x:\n    - 1\na: # none\n    - b: 1\nb: 1\n",
    );
    item("a: []\n", "a", Position::Last, "b", "a: [b]\n");
    item(
        "a: [] # none\n",
        "a",
        Position::Last,
        "b: 1\nc: 2",
        "a: # none\n  - b: 1\n    c: 2\n",
    );
    item(
        "a: [ ]",
        "a",
        Position::Last,
        "b: 1\nc: 2",
        "a:\n  - b: 1\n    c: 2",
    );
    item(
        "a:\n  b: []\n  c: 1\n",
        "a.b",
        Position::Last,
        "|\n  x\n",
        "a:\n  b:\n    - |\n      x\n  c: 1\n",
    );
    pair(
        "a:\nb: 1\n",
        "a",
        Position::Last,
        "c",
        "d",
        "a:\n  c: d\nb: 1\n",
    );
    pair(
        "a: {}\n",
        "a",
        Position::Last,
        "c",
        "- d\n",
        "a:\n  c:\n    - d\n",
    );
    pair(
        "- {}\n",
        "0",
        Position::Last,
        "c",
        "- d\n",
        "- c:\n    - d\n",
    );
    pair("-\n- b\n", "0", Position::Last, "c", "d", "- c: d\n- b\n");
    pair("a: &x\n", "a", Position::Last, "c", "d", "a: &x\n  c: d\n");
    pair("{}\n", "", Position::Last, "c", "- d\n", "c:\n  - d\n");
}

#[test]
fn a_pair_goes_where_it_is_told() {
    pair(
        "a: 1\nb: 2\n",
        "",
        Position::After("a"),
        "c",
        "3",
        "a: 1\nc: 3\nb: 2\n",
    );
    pair(
        "# top\na: 1\n",
        "",
        Position::First,
        "c",
        "3",
        "# top\nc: 3\na: 1\n",
    );
    pair(
        "- a: 1\n  b: 2\n",
        "0",
        Position::First,
        "c",
        "x: 1",
        "- c:\n    x: 1\n  a: 1\n  b: 2\n",
    );
    pair(
        "- a: 1\n",
        "0",
        Position::Last,
        "c",
        "|-\n  x\n   y",
        "- a: 1\n  c: |-\n    x\n     y\n",
    );
    pair(
        "a: |+\n  x\n\nb: 1\n",
        "",
        Position::After("a"),
        "c",
        "1",
        "a: |+\n  x\n\nc: 1\nb: 1\n",
    );
    pair(
        "a: 1\n",
        "",
        Position::Last,
        "yes",
        "1",
        "a: 1\n\"yes\": 1\n",
    );
    pair(
        "a: 1\n",
        "",
        Position::Last,
        "a",
        "1",
        "refused: KeyExists(\"a\")",
    );
    pair(
        "a: 1\n",
        "",
        Position::After("z"),
        "b",
        "1",
        "refused: NoSuchPlace",
    );
    pair(
        "a: 1\n",
        "a",
        Position::Last,
        "b",
        "1",
        "refused: NotACollection",
    );
    pair(
        "a: 1\n---\nb: 1\n",
        "",
        Position::Last,
        "c",
        "1",
        "a: 1\nc: 1\n---\nb: 1\n",
    );
}

#[test]
fn flow_collections_keep_their_form() {
    item("a: [x, y]\n", "a", Position::First, "z", "a: [z, x, y]\n");
    item("a: [x, y]\n", "a", Position::At(1), "z", "a: [x, z, y]\n");
    item("a: [x, y,]\n", "a", Position::Last, "z", "a: [x, y, z,]\n");
    item(
        "a: [ x ] # c\n",
        "a",
        Position::Last,
        "b: 1\nc: [yes]\n",
        "a: [ x, {b: 1, c: [yes]} ] # c\n",
    );
    item(
        "a: [x]\n",
        "a",
        Position::Last,
        "# why\nb",
        "refused: Comment",
    );
    item(
        "a: [\n  x, # x\n  y # y\n]\n",
        "a",
        Position::Last,
        "z",
        "a: [\n  x, # x\n  y, # y\n  z\n]\n",
    );
    item(
        "a: [\n  x,\n  y,\n]\n",
        "a",
        Position::Last,
        "z",
        "a: [\n  x,\n  y,\n  z,\n]\n",
    );
    item(
        "a: [\n  # x\n  x,\n  y\n]\n",
        "a",
        Position::First,
        "z",
        "a: [\n  z,\n  # x\n  x,\n  y\n]\n",
    );
    pair(
        "a: { x: 1 }\n",
        "a",
        Position::Last,
        "z",
        "2",
        "a: { x: 1, z: 2 }\n",
    );
    pair(
        "a: {x: 1}\n",
        "a",
        Position::After("x"),
        "z",
        "|\n  two\n  lines\n",
        "a: {x: 1, z: \"two\\nlines\\n\"}\n",
    );
    pair(
        "a: [{}]\n",
        "a.0",
        Position::Last,
        "z",
        "b: c",
        "a: [{z: {b: c}}]\n",
    );
}
