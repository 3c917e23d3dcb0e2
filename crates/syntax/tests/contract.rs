//! What users of the crate rely on beyond structure: aliases, threads, documents by place.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use konflux_syntax::{Node, NodeKind, Span, Tree};

fn root(tree: &Tree) -> Node<'_> {
    tree.document_at(0).root().unwrap()
}

#[test]
fn an_alias_is_the_nearest_anchor_before_it() {
    let tree = Tree::parse(
        "a: &x 1\nb: *x\nc: &x {k: v}\nd: *x\ne: *later\nf: &later 2\ng: &self [*self]\n",
    );
    let root = root(&tree);
    let text = |key: &str| root.get(key).unwrap().text().into_owned();
    assert_eq!((text("b"), text("f")), ("1".into(), "2".into()));
    assert_eq!(root.get("d").unwrap().get("k").unwrap().text(), "v");
    assert_eq!(root.get("e").unwrap().kind(), NodeKind::Alias);
    let whole = root.get("g").unwrap();
    assert_eq!(whole.items().next().unwrap().resolve().span(), whole.span());
    assert_eq!(tree.document_at(0).errors().len(), 1);
}

#[test]
fn an_anchor_does_not_reach_another_document() {
    let tree = Tree::parse("a: &x 1\n---\nb: *x\n");
    let second = tree.documents().nth(1).unwrap();
    assert_eq!(
        second.root().unwrap().get("b").unwrap().kind(),
        NodeKind::Alias
    );
    assert_eq!(second.errors().len(), 1);
}

#[test]
fn the_first_of_two_equal_keys_is_found() {
    let tree = Tree::parse("a: 1\na: 2\n");
    assert_eq!(root(&tree).get("a").unwrap().text(), "1");
    assert_eq!(root(&tree).pairs().count(), 2);
}

#[test]
fn places_count_from_the_start_of_the_document() {
    let tree = Tree::parse("# one\na: 1\n--- # two\nb: é\n...\n---\n- x\n");
    let starts: Vec<_> = tree
        .documents()
        .map(|d| (d.start(), d.start_line(), d.len()))
        .collect();
    assert_eq!(starts, [(0, 0, 11), (11, 2, 20), (31, 5, 8)]);
    for offset in 0..tree.len_bytes() {
        let document = tree.document_at(offset);
        assert!((document.start()..document.start() + document.len()).contains(&offset));
    }
    let second = tree.document_at(12);
    assert_eq!(
        second.root().unwrap().get("b").unwrap().span(),
        Span { start: 13, end: 15 }
    );
    assert_eq!(second.comments()[0].span, Span { start: 4, end: 9 });
}

/// A half-typed document is read as what it will be.
#[test]
fn half_typed_keys_are_pairs() {
    let tree = Tree::parse("metadata:\n  name: x\n  lab\n  annotations:\nspec:\n");
    let metadata = root(&tree).get("metadata").unwrap();
    let keys: Vec<_> = metadata
        .pairs()
        .map(|pair| pair.key.text().into_owned())
        .collect();
    assert_eq!(keys, ["name", "lab", "annotations"]);
    assert_eq!(root(&tree).get("spec").unwrap().kind(), NodeKind::Empty);
}

#[test]
fn snapshots_go_to_other_threads() {
    fn both<T: Send + Sync>(value: T) -> T {
        value
    }
    let mut tree = both(Tree::parse("a: 1\nb: [x, y]\n"));
    let snapshot = tree.clone();
    let reader = std::thread::spawn(move || {
        let nodes = snapshot
            .documents()
            .map(|document| document.nodes().count());
        (nodes.sum::<usize>(), snapshot.to_string())
    });
    tree.edit(3..4, "2");
    assert_eq!(reader.join().unwrap(), (7, "a: 1\nb: [x, y]\n".to_owned()));
    assert_eq!(root(&tree).get("a").unwrap().text(), "2");
}
