//! Edits give the tree that was asked for, and keep everything else.
//!
//! `KONFLUX_EDITS` says how many random edits are made, `KONFLUX_SEED` where the seeds begin.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test reads files and reports"
)]

mod support;

use std::collections::BTreeMap;

use konflux_syntax::edit::*;
use konflux_syntax::{Document, Node, NodeKind, Span, Tree};
use support::events::granit;
use support::{File, Random, errors};

/// A node decoded, with nothing of how it is written.
#[derive(Clone, PartialEq, Debug)]
enum Value {
    Mapping(Vec<(Value, Value)>),
    Sequence(Vec<Value>),
    Scalar(String),
    Alias(String),
    Empty,
    With(Vec<String>, Box<Value>),
}

impl Value {
    fn of(node: &Node<'_>) -> Value {
        let value = match node.kind() {
            NodeKind::Mapping => {
                let pairs = node.pairs();
                Value::Mapping(
                    pairs
                        .map(|p| (Value::of(&p.key), Value::of(&p.value)))
                        .collect(),
                )
            }
            NodeKind::Sequence => Value::Sequence(node.items().map(|i| Value::of(&i)).collect()),
            NodeKind::Scalar => Value::Scalar(node.text().into_owned()),
            NodeKind::Alias => Value::Alias(node.document().text(node.span()).into_owned()),
            NodeKind::Empty => Value::Empty,
        };
        let properties: Vec<_> = [node.anchor(), node.tag()].into_iter().flatten().collect();
        match properties.is_empty() {
            true => value,
            false => Value::With(
                properties.into_iter().map(|p| p.text).collect(),
                Box::new(value),
            ),
        }
    }

    fn all(tree: &Tree) -> Vec<Value> {
        let of = |document: Document<'_>| document.root().map_or(Value::Empty, |r| Value::of(&r));
        tree.documents().map(of).collect()
    }

    fn bare(&mut self) -> &mut Value {
        match self {
            Value::With(_, value) => value,
            value => value,
        }
    }

    fn child(&mut self, index: usize) -> &mut Value {
        match self.bare() {
            Value::Mapping(pairs) => &mut pairs[index].1,
            Value::Sequence(items) => &mut items[index],
            other => panic!("no child in {other:?}"),
        }
    }

    fn at(&mut self, path: &[usize]) -> &mut Value {
        path.iter().fold(self, |value, index| value.child(*index))
    }

    fn len(&mut self) -> usize {
        match self.bare() {
            Value::Mapping(pairs) => pairs.len(),
            Value::Sequence(items) => items.len(),
            _ => 0,
        }
    }

    fn take(&mut self, index: usize) {
        match self.bare() {
            Value::Mapping(pairs) => drop(pairs.remove(index)),
            Value::Sequence(items) => drop(items.remove(index)),
            other => panic!("no child in {other:?}"),
        }
    }

    fn put(&mut self, index: usize, key: Option<&str>, new: Value) {
        let value = self.bare();
        match (value, key) {
            (Value::Mapping(pairs), Some(key)) => {
                pairs.insert(index, (Value::Scalar(key.into()), new));
            }
            (Value::Sequence(items), None) => items.insert(index, new),
            (value @ Value::Empty, Some(key)) => {
                *value = Value::Mapping(vec![(Value::Scalar(key.into()), new)]);
            }
            (value @ Value::Empty, None) => *value = Value::Sequence(vec![new]),
            (value, _) => panic!("nothing goes into {value:?}"),
        }
    }
}

/// Every node with the way to it, but for keys.
fn places<'t>(document: &Document<'t>) -> Vec<(Vec<usize>, Node<'t>)> {
    let mut all = Vec::new();
    let mut waiting: Vec<_> = document
        .root()
        .into_iter()
        .map(|r| (Vec::new(), r))
        .collect();
    while let Some((path, node)) = waiting.pop() {
        let values = node.pairs().map(|p| p.value).chain(node.items());
        for (index, child) in values.enumerate() {
            waiting.push(([&path[..], &[index]].concat(), child));
        }
        all.push((path, node));
    }
    all
}

const TEXTS: &[&str] = &[
    "new",
    "yes",
    "1.0",
    "a: b",
    "- x",
    "*a",
    "&a",
    "!a",
    "%a",
    "@a",
    "`a`",
    "# a",
    "a #b",
    "",
    " ",
    "null",
    "~",
    "0x1f",
    "2024-01-01",
    "it's",
    "say \"hi\"",
    "{a}",
    "[a]",
    "a, b",
    "a:",
    ":a",
    "é→",
    "$(params.x)",
    "a\nb",
    "a\nb\n",
    "  a\nb\n\n",
    "\ta",
    "a\\b",
    "---",
    "on",
    "-",
    "?",
    "12:30",
    "a]",
    "echo é\n# no comment\nexit 1\n",
];

const FRAGMENTS: &[&str] = &[
    "value",
    "'quoted' # why",
    "name: x\nvalue: y\n",
    "# above\nname: x # beside\nlist:\n- a\n- b\n",
    "- a\n- b: c\n  d: |\n    text\n\n    more\n",
    "|\n  one\n    two\n",
    "|2\n    one\n  two\n",
    "|+\n  kept\n\n",
    ">-\n  folded é\n  text\n",
    "[a, {b: c}]",
    "{a: b,\n  c: d}\n",
    "\"two\n  lines\"",
    "plain\n  goes on\n",
    "- - nested\n  - - deep\n",
    "{}",
];

struct Outcome {
    edits: Edits,
    /// Which node, and what for.
    what: String,
    expected: Vec<Value>,
    /// Comments may go.
    removes: bool,
}

/// One random edit of a document of `tree`.
fn attempt(
    random: &mut Random,
    tree: &Tree,
    others: &[Tree],
) -> Option<(&'static str, usize, Outcome)> {
    let number = random.below(tree.document_count());
    let document = tree.documents().nth(number)?;
    let all = places(&document);
    let (path, node) = all.get(random.below(all.len()))?;
    let of = |wanted: fn(NodeKind) -> bool| -> Vec<_> {
        all.iter().filter(|place| wanted(place.1.kind())).collect()
    };
    let mut expected = Value::all(tree);
    let root = &mut expected[number];
    let mut what = format!("{path:?} {node:?}");
    let (name, edits, removes) = match random.below(10) {
        0..=2 => {
            let emptied = *random.pick(&[Emptied::Keep, Emptied::Remove]);
            let mut path = path.as_slice();
            while let Some((last, above)) = path.split_last() {
                if emptied == Emptied::Keep || above.is_empty() || root.at(above).len() > 1 {
                    root.at(above).take(*last);
                    break;
                }
                path = above;
            }
            ("remove", remove(node, emptied), true)
        }
        3 | 4 => {
            let scalars = of(|kind| matches!(kind, NodeKind::Scalar | NodeKind::Empty));
            let (path, node) = scalars.get(random.below(scalars.len()))?;
            let text = *random.pick(TEXTS);
            what = format!("{path:?} {node:?} = {text:?}");
            *root.at(path).bare() = Value::Scalar(text.into());
            ("set_scalar", set_scalar(node, text), false)
        }
        5 if !path.is_empty() => {
            let (_, fragment, value) = fragment(random, others)?;
            what = format!("{path:?} {node:?} = {fragment:?}");
            *root.at(path) = value;
            ("replace", replace(node, &fragment), true)
        }
        kind => {
            let holders = of(|kind| !matches!(kind, NodeKind::Scalar | NodeKind::Alias));
            let (path, node) = holders.get(random.below(holders.len()))?;
            let (name, fragment, value) = match kind {
                6 => {
                    let text = *random.pick(TEXTS);
                    let value = Value::Scalar(text.into());
                    ("insert text", Fragment::scalar(text), value)
                }
                _ => fragment(random, others)?,
            };
            what = format!("{path:?} {node:?} {fragment:?}");
            let edits = insertion(random, node, root.at(path), &fragment, value);
            (name, edits, false)
        }
    };
    Some((
        name,
        number,
        Outcome {
            edits,
            what,
            expected,
            removes,
        },
    ))
}

/// The fragment somewhere among the entries of a collection.
fn insertion(
    random: &mut Random,
    node: &Node<'_>,
    target: &mut Value,
    fragment: &Fragment,
    value: Value,
) -> Edits {
    let index = random.below(target.len() + 1);
    let position = match index {
        0 => Position::First,
        _ if index == target.len() => Position::Last,
        _ => Position::At(index),
    };
    let list =
        node.kind() == NodeKind::Sequence || node.kind() == NodeKind::Empty && random.once_in(2);
    if list {
        target.put(index, None, value);
        return insert_item(node, position, fragment);
    }
    let key = fragment.key().unwrap_or("no").to_owned();
    target.put(index, Some(&key), value);
    insert_pair(node, position, &key, fragment)
}

/// A fragment of our own, or one from another file.
fn fragment(random: &mut Random, others: &[Tree]) -> Option<(&'static str, Fragment, Value)> {
    if random.once_in(3) {
        let text = *random.pick(FRAGMENTS);
        let tree = Tree::parse(text);
        let value = Value::of(&tree.document_at(0).root()?);
        return Some(("insert", Fragment::parse(text).unwrap(), value));
    }
    let tree = random.pick(others);
    let document = tree.document_at(random.below(tree.len_bytes() + 1));
    let all = places(&document);
    let (_, node) = all.get(random.below(all.len()))?;
    Some(("move", extract(node).ok()?, Value::of(node)))
}

fn check_edits(old: &Tree, start: usize, edits: &[Edit], outcome: &Outcome) -> Result<(), String> {
    let text = old.to_string();
    let ordered = edits
        .windows(2)
        .all(|two| two[0].span.end <= two[1].span.start);
    if !ordered {
        return Err(format!("out of order: {edits:?}"));
    }
    let mut tree = old.clone();
    for edit in edits.iter().rev() {
        let range = edit.span.range();
        tree.edit(start + range.start..start + range.end, &edit.text);
    }
    let new = tree.to_string();
    if errors(&tree).len() > errors(old).len() {
        return Err(format!("new errors {:?}", errors(&tree)));
    }
    // Another parser must accept what it accepted before. (As everybody does, it allows a closing
    // bracket at the column of its key.)
    if let (Ok(_), Err(reason)) = (granit(&text, false), granit(&new, false)) {
        return Err(format!("not YAML any more: {reason}\n{new}"));
    }
    let got = Value::all(&tree);
    if got != outcome.expected {
        return Err(format!(
            "another tree: {got:?}, expected {:?}",
            outcome.expected
        ));
    }
    if text.contains("\r\n") && new.replace("\r\n", "").contains('\n') {
        return Err("line breaks are mixed".into());
    }
    let comments = |tree: &Tree| -> Vec<String> {
        let of = |d: Document<'_>| {
            d.comments()
                .iter()
                .map(|c| d.text(c.span).into_owned())
                .collect::<Vec<_>>()
        };
        tree.documents().flat_map(of).collect()
    };
    let (before, after) = (comments(old), comments(&tree));
    let mut rest = after.iter();
    if !outcome.removes && !before.iter().all(|c| rest.any(|other| other == c)) {
        return Err("comments are lost".into());
    }
    Ok(())
}

fn bases() -> Vec<File> {
    let Some(corpus) = support::corpus() else {
        return Vec::new();
    };
    let mut files = support::catalog_files(&corpus);
    files.retain(|file| file.text.len() < 12_000);
    files
}

/// Every notation that YAML has: the valid cases of the test suite, and some of our own.
fn small_bases() -> Vec<File> {
    let own = [
        "a: {x: 1, # one\n  # two\n  y: [1, 2,\n    3], z: }\nb:\n- - - x\n  - y # y\n\n- {a: b}\n# end\n",
        "# top\na: # in a\n  # about b\n  b: |2\n      x\n    y\n  # about c\n  c: |+\n    z\n\n\n  d: \"q\n    r\"\n    # deep\ne:\n",
        "- &a {b: &c d}\n- *a\n- e: *c\n  f: !!str 1\n- &g\n  - h\n-\n  # why\n  i: >-\n    j\n     k\n\n    l\n",
        "[\n  # one\n  a, # a\n\n  b: c,\n  {d: e}, # f\n]\n",
        "a: [x, y, ] # c\nb: { }\nc: []   # none\nd:    # d\ne: 'it''s\n  # no comment'\nf: plain\n  goes on # c\n",
        "---\n- a:\n    b:\n      - c\n      -\n      - \n  d:\n  - |\n    x\n   # c\n  - y\n...\n---\nx: 1\n",
    ];
    let own = own.map(|text| File {
        name: "own".into(),
        text: text.into(),
    });
    let mut files: Vec<_> = (0..30)
        .flat_map(|_| {
            own.iter().map(|f| File {
                name: f.name.clone(),
                text: f.text.clone(),
            })
        })
        .collect();
    if let Some(corpus) = support::corpus() {
        let cases = support::suite(&corpus)
            .into_iter()
            .filter(|case| case.valid);
        files.extend(cases.map(|case| File {
            name: case.id,
            text: case.text,
        }));
    }
    files.retain(|file| errors(&Tree::parse(&file.text)).is_empty());
    files
}

#[test]
fn random_edits_of_the_catalogs() {
    let files = bases();
    if !files.is_empty() {
        run(&files, 3000, 1000);
    }
}

#[test]
fn random_edits_of_every_notation() {
    run(&small_bases(), 9000, 100);
}

#[test]
fn a_draft_tells_all_its_edits() {
    let files = small_bases();
    for seed in 1..1500 {
        let mut random = Random::new(seed);
        let text = &random.pick(&files).text;
        let tree = Tree::parse(text);
        if tree.document_count() > 1 {
            continue;
        }
        let mut draft = Draft::new(&tree.document_at(0));
        let current = |draft: &Draft| {
            let document = draft.document();
            let all = Span::new(0, document.len() as u32);
            document.text(all).into_owned()
        };
        for _ in 0..4 {
            let now = Tree::parse(&current(&draft));
            let others = [Tree::parse(&random.pick(&files).text)];
            if let Some((_, 0, outcome)) = attempt(&mut random, &now, &others)
                && let Ok(edits) = outcome.edits
            {
                draft.apply(edits);
            }
            let (edits, now) = (draft.edits(), current(&draft));
            let disjoint = edits
                .windows(2)
                .all(|two| two[0].span.end < two[1].span.start);
            assert!(disjoint, "seed {seed}: {edits:?}");
            assert_eq!(apply(text, edits), now, "seed {seed}: {edits:?}");
        }
    }
}

/// Random edits; of so many, one may be refused because its proof failed.
fn run(files: &[File], count: usize, refused: usize) {
    let number = |name: &str, default: usize| {
        let given = std::env::var(name).ok();
        given
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let (count, seed) = (number("KONFLUX_EDITS", count), number("KONFLUX_SEED", 1));
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let mut failures = Vec::new();
    for seed in seed..seed + count {
        let mut random = Random::new(seed as u64);
        let mut text = random.pick(files).text.clone();
        if random.once_in(4) {
            text = text.replace("\r\n", "\n").replace('\n', "\r\n");
        }
        if random.once_in(6) {
            text.truncate(text.trim_end().len());
        }
        let tree = Tree::parse(&text);
        let others = [Tree::parse(&random.pick(files).text)];
        let Some((name, document, outcome)) = attempt(&mut random, &tree, &others) else {
            continue;
        };
        let start = tree.documents().nth(document).unwrap().start();
        let entry = match &outcome.edits {
            Err(refusal) => format!(
                "{name}: {}",
                format!("{refusal:?}").split('(').next().unwrap()
            ),
            Ok(edits) => {
                if let Err(problem) = check_edits(&tree, start, edits, &outcome) {
                    failures.push(format!("seed {seed} {name}: {problem}\n{text}\n{edits:?}"));
                }
                format!("{name}: done")
            }
        };
        if entry.ends_with("Unproved") && std::env::var_os("KONFLUX_SHOW").is_some() {
            println!("=== {name} seed {seed}\n{text}\n--- {}", outcome.what);
        }
        *outcomes.entry(entry).or_default() += 1;
    }
    println!("{outcomes:#?}");
    assert!(
        failures.is_empty(),
        "{} failures, first: {}",
        failures.len(),
        failures[0]
    );
    let unproved = outcomes.iter().filter(|o| o.0.ends_with("Unproved"));
    let unproved: usize = unproved.map(|o| o.1).sum();
    assert!(
        unproved * refused <= count,
        "{unproved} of {count} edits could not be proved"
    );
}
