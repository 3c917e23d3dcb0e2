//! Edits of YAML, case by case: before and after.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test reports")]

use konflux_syntax::Tree;
use konflux_syntax::edit::*;

/// The steps of a path such as `spec.tasks.0.name`.
fn steps(path: &str) -> Vec<Step<'_>> {
    let step = |part| str::parse(part).map_or(Step::Key(part), Step::Index);
    path.split('.')
        .filter(|part| !part.is_empty())
        .map(step)
        .collect()
}

/// The text after an edit of the node at `path`, or the reason why there is none.
fn edited(text: &str, path: &str, edit: impl Fn(&konflux_syntax::Node<'_>) -> Edits) -> String {
    let tree = Tree::parse(text);
    let node = tree.document_at(0).find(&steps(path)).unwrap();
    match edit(&node) {
        Ok(edits) => apply(text, &edits),
        Err(refusal) => format!("refused: {refusal:?}"),
    }
}

#[track_caller]
fn check(got: String, expected: &str) {
    assert!(got == expected, "expected:\n{expected}\ngot:\n{got}");
}

#[track_caller]
fn set(text: &str, path: &str, new: &str, expected: &str) {
    check(edited(text, path, |node| set_scalar(node, new)), expected);
}

#[track_caller]
fn item(text: &str, path: &str, position: Position<'_>, new: &str, expected: &str) {
    let new = Fragment::parse(new).unwrap();
    check(
        edited(text, path, |node| insert_item(node, position, &new)),
        expected,
    );
}

#[track_caller]
fn pair(text: &str, path: &str, position: Position<'_>, key: &str, new: &str, expected: &str) {
    let new = Fragment::parse(new).unwrap();
    check(
        edited(text, path, |node| insert_pair(node, position, key, &new)),
        expected,
    );
}

#[track_caller]
fn gone(text: &str, path: &str, expected: &str) {
    check(
        edited(text, path, |node| remove(node, Emptied::Remove)),
        expected,
    );
}

#[track_caller]
fn emptied(text: &str, path: &str, expected: &str) {
    check(
        edited(text, path, |node| remove(node, Emptied::Keep)),
        expected,
    );
}

/// Moves the node at `from` of the first text to the end of what is at `to` of the second.
#[track_caller]
fn moved(text: &str, from: &str, other: &str, to: &str, expected: &str) {
    let tree = Tree::parse(text);
    let node = tree.document_at(0).find(&steps(from)).unwrap();
    let got = match extract(&node) {
        Err(refusal) => format!("refused: {refusal:?}"),
        Ok(fragment) => edited(other, to, |place| match fragment.key() {
            Some(key) => insert_pair(place, Position::Last, key, &fragment),
            None => insert_item(place, Position::Last, &fragment),
        }),
    };
    check(got, expected);
}

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
