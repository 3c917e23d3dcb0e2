//! How much of a document is still there while it is being typed.
//!
//! A *leaf* is a scalar or alias that is the value of a key or an item of a sequence. A leaf of the whole document
//! survives when the broken one has, at the same place, a leaf with the same text. The same place means: under the same
//! keys (where a key stands twice, under any of the two), and in the same items of the sequences. Items belong together
//! when they have the same `name`, as they do for Kubernetes and for people; those without one, and those whose name is
//! found nowhere on the other side, belong together in their order. Nothing else is forgiven: a value that was itself
//! broken counts as lost.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test reports"
)]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

mod support;

use konflux_syntax::{Node, NodeKind, Tree};
use support::{File, errors};

/// Best libraries keep 59 to 83 %.
const WANTED: f64 = 95.0;

fn root(tree: &Tree) -> Option<Node<'_>> {
    tree.documents().find_map(|document| document.root())
}

fn is_leaf(node: &Node<'_>) -> bool {
    matches!(node.kind(), NodeKind::Scalar | NodeKind::Alias)
}

fn name(node: &Node<'_>) -> Option<String> {
    let value = node
        .pairs()
        .into_iter()
        .find(|pair| pair.key.text() == "name")?
        .value;
    is_leaf(&value).then(|| value.text().into_owned())
}

/// `(leaves, of which survive)` of a node of the whole document; the paths of the lost ones go to `lost`.
fn survive(
    whole: &Node<'_>,
    broken: &[Node<'_>],
    path: &str,
    lost: &mut Vec<String>,
) -> (usize, usize) {
    let mut sum = (0, 0);
    let mut add = |(all, kept)| sum = (sum.0 + all, sum.1 + kept);
    match whole.kind() {
        NodeKind::Mapping => {
            for pair in whole.pairs() {
                let key = pair.key.text();
                let pairs = broken
                    .iter()
                    .flat_map(Node::pairs)
                    .filter(|other| other.key.text() == key);
                let values: Vec<_> = pairs.map(|other| other.value).collect();
                add(survive(
                    &pair.value,
                    &values,
                    &format!("{path}/{key}"),
                    lost,
                ));
            }
        }
        NodeKind::Sequence => {
            let items: Vec<_> = whole.items().collect();
            let others: Vec<_> = broken.iter().flat_map(Node::items).collect();
            for (index, (item, other)) in items.iter().zip(matched(&items, &others)).enumerate() {
                let path = format!("{path}/{}", name(item).unwrap_or_else(|| index.to_string()));
                add(survive(item, other.as_slice(), &path, lost));
            }
        }
        NodeKind::Empty => {}
        NodeKind::Scalar | NodeKind::Alias => {
            let kept = broken
                .iter()
                .any(|other| is_leaf(other) && other.text() == whole.text());
            if !kept {
                lost.push(path.to_owned());
            }
            add((1, usize::from(kept)));
        }
    }
    sum
}

/// The partner of each item: by name, the rest in order.
fn matched<'t>(items: &[Node<'_>], others: &[Node<'t>]) -> Vec<Option<Node<'t>>> {
    let names: Vec<_> = items.iter().map(name).collect();
    let mut free: Vec<_> = others.iter().map(Some).collect();
    let mut partners = vec![None; items.len()];
    for (partner, wanted) in partners
        .iter_mut()
        .zip(&names)
        .filter(|(_, wanted)| wanted.is_some())
    {
        if let Some(found) = free
            .iter_mut()
            .find(|other| other.is_some_and(|other| name(other) == *wanted))
        {
            *partner = found.take().cloned();
        }
    }
    let mut rest = free
        .into_iter()
        .flatten()
        .filter(|other| name(other).is_none_or(|own| !names.contains(&Some(own))));
    for partner in partners.iter_mut().filter(|partner| partner.is_none()) {
        *partner = rest.next().cloned();
    }
    partners
}

#[test]
fn leaves_survive() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let files = support::broken_files(&corpus);
    let (whole, broken) = files.split_first().unwrap();
    assert!(
        whole.name.ends_with("00-base.yaml") && broken.len() == 17,
        "{} broken files",
        broken.len()
    );
    let base = Tree::parse(&whole.text);
    let base_root = root(&base).unwrap();
    let (all, kept) = survive(
        &base_root,
        std::slice::from_ref(&base_root),
        "",
        &mut Vec::new(),
    );
    assert_eq!((all, kept), (38, 38), "the measure itself");
    println!("| document | leaves | kept | errors | lost |\n|---|---|---|---|---|");
    let shares: Vec<_> = broken.iter().map(|file| share(file, &base_root)).collect();
    let average = shares.iter().sum::<f64>() / shares.len() as f64;
    println!("| average | | {average:.1} % | | |");
    assert!(average >= WANTED, "{average:.1} %");
}

fn share(file: &File, base: &Node<'_>) -> f64 {
    let tree = Tree::parse(&file.text);
    let mut lost = Vec::new();
    let broken: Vec<_> = root(&tree).into_iter().collect();
    let (all, kept) = survive(base, &broken, "", &mut lost);
    let share = 100.0 * kept as f64 / all as f64;
    let name = file.name.trim_start_matches("broken/");
    lost.truncate(6);
    println!(
        "| {name} | {all} | {share:.1} % | {} | {} |",
        errors(&tree).len(),
        lost.join(", ")
    );
    share
}

/// A broken document says so; typing states that are valid YAML do not.
#[test]
fn broken_documents_have_errors() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    for file in support::broken_files(&corpus) {
        let valid = support::events::granit(&file.text, false).is_ok();
        let found = errors(&Tree::parse(&file.text));
        // A duplicate key is well-formed for YAML parsers that do not build maps: either is fine.
        if !file.name.contains("duplicate") {
            assert_eq!(found.is_empty(), valid, "{}: {found:?}", file.name);
        }
    }
}
