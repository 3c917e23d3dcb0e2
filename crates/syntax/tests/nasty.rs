//! No input panics, recurses without bound, or takes more than linear time: to parse, to edit, to read and to drop.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test reports"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test needs the clock and a small stack"
)]

mod support;

use std::time::Duration;

use konflux_syntax::Tree;
use support::{Visit, walk, worked};

/// Texts of a size that can be chosen.
type Make = fn(usize) -> String;

const NASTY: &[(&str, Make)] = &[
    ("flow sequences in each other", |n| "[".repeat(n)),
    ("closed flow sequences", |n| {
        "[".repeat(n / 2) + &"]".repeat(n / 2)
    }),
    ("flow mappings in each other", |n| "{a: ".repeat(n)),
    ("closing brackets", |n| "]".repeat(n)),
    ("open brackets in lines", |n| "a: [\n".repeat(n)),
    ("dashes in one line", |n| "- ".repeat(n)),
    ("dashes in lines", |n| "-\n".repeat(n)),
    ("explicit keys in one line", |n| "? ".repeat(n)),
    ("values without keys", |n| ": ".repeat(n)),
    ("keys in one line", |n| "a: ".repeat(n)),
    ("falling indentation", |n| {
        (0..isqrt(n))
            .rev()
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect()
    }),
    ("a long plain scalar", |n| format!("a: {}", "x".repeat(n))),
    ("a plain scalar of many lines", |n| {
        format!("a:\n{}", " x\n".repeat(n))
    }),
    ("a quoted scalar of many lines", |n| {
        format!("a: \"{}\"", " x\n".repeat(n))
    }),
    ("an open quoted scalar", |n| {
        format!("a: \"{}", " x\n".repeat(n))
    }),
    ("open quotes in lines", |n| "a: \"\n".repeat(n)),
    ("single quotes", |n| "'".repeat(n)),
    ("a block scalar of many lines", |n| {
        format!("a: |\n{}", " x\n".repeat(n))
    }),
    ("a folded scalar of many lines", |n| {
        format!("a: >\n{}", " x\n\n".repeat(n))
    }),
    ("a block scalar of blank lines", |n| {
        format!("a: |\n{}", "\n".repeat(n))
    }),
    ("block scalars without content", |n| "a: |\n".repeat(n)),
    ("aliases", |n| {
        format!("a: &a [{}]\n", "x,".repeat(9)) + &"b: *a\n".repeat(n)
    }),
    ("anchors", |n| {
        (0..n).map(|i| format!("- &a{i} x\n")).collect()
    }),
    ("anchors in one line", |n| "&a ".repeat(n)),
    ("tags in one line", |n| "!a ".repeat(n)),
    ("properties in lines", |n| "&a\n".repeat(n)),
    ("alias bomb", |n| {
        let level = |i: usize| {
            format!(
                "a{i}: &a{i} [{}]\n",
                vec![format!("*a{}", i.saturating_sub(1)); 9].join(", ")
            )
        };
        (0..n / 50).map(level).collect()
    }),
    ("NULs", |n| "\0".repeat(n)),
    ("NULs in lines", |n| "a: \0\n".repeat(n)),
    ("lone CRs", |n| "a: 1\r".repeat(n)),
    ("CRs only", |n| "\r".repeat(n)),
    ("tabs only", |n| "\t".repeat(n)),
    ("tab indentation", |n| "\ta: 1\n".repeat(n)),
    ("spaces only", |n| " ".repeat(n)),
    ("line breaks only", |n| "\n".repeat(n)),
    ("comments", |n| "# x\n".repeat(n)),
    ("a comment", |n| "#".repeat(n)),
    ("markers", |n| "---\n".repeat(n)),
    ("ends of documents", |n| "...\n".repeat(n)),
    ("directives", |n| "%YAML 1.2\n".repeat(n)),
    ("byte order marks", |n| "\u{feff}".repeat(n)),
    ("emoji", |n| "😀".repeat(n)),
    ("colons", |n| ":".repeat(n)),
    ("commas", |n| ",".repeat(n)),
    ("templates", |n| "{{ x }}\n".repeat(n)),
    ("merge markers", |n| {
        "<<<<<<< a\n=======\n>>>>>>> b\n".repeat(n)
    }),
    ("escapes", |n| format!("\"{}\"", "\\u00e9".repeat(n))),
    ("wide mapping", |n| {
        (0..n).map(|i| format!("k{i}: v\n")).collect()
    }),
    ("one key many times", |n| "k: v\n".repeat(n)),
    ("wide flow mapping", |n| {
        format!("{{{}}}", "a: b, ".repeat(n))
    }),
    ("open flow of many lines", |n| {
        format!("a: [\n{}", "  b,\n".repeat(n))
    }),
];

fn isqrt(n: usize) -> usize {
    n.isqrt() * 2
}

/// Parse, read everything, edit in the middle, at both ends, keep a snapshot, drop.
fn exercise(text: &str) -> Duration {
    let started = worked();
    let mut tree = Tree::parse(text);
    read(&tree);
    let kept = tree.clone();
    let middle = (text.len() / 2..text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    for (at, new) in [
        (middle, "x"),
        (middle, "\n"),
        (0, "a"),
        (text.len() + 3, "]"),
    ] {
        tree.edit(at..at, new);
        tree.documents()
            .next()
            .map(|d| (d.node_at(0).is_some(), d.root().is_some()));
    }
    read(&tree);
    assert_eq!(kept.to_string(), text);
    drop((tree, kept));
    worked().saturating_sub(started)
}

fn read(tree: &Tree) {
    let (mut nodes, mut found) = (0, 0);
    for document in tree.documents() {
        found += document.errors().len() + document.comments().len();
        let Some(root) = document.root() else {
            continue;
        };
        walk(root, |visit| {
            let Visit::Enter(node, _) = visit else { return };
            nodes += node.text().len() + node.span().end as usize;
            nodes += node.resolve().span().start as usize;
            found += usize::from(node.anchor().is_some()) + usize::from(node.tag().is_some());
        });
    }
    std::hint::black_box((nodes, found));
}

/// On a small stack, so that recursion shows; five times the size takes about five times as long.
#[test]
fn nasty_inputs_are_linear() {
    let all = || {
        let slow: Vec<_> = NASTY
            .iter()
            .filter_map(|(name, make)| not_linear(name, *make))
            .collect();
        assert!(slow.is_empty(), "not linear:\n{}", slow.join("\n"));
    };
    on_a_small_stack(all);
}

fn on_a_small_stack(body: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(512 << 10);
    if let Err(cause) = thread.spawn(body).unwrap().join() {
        std::panic::resume_unwind(cause);
    }
}

/// Grows the input step by step, so that what is not linear is found while it is still small.
fn not_linear(name: &str, make: Make) -> Option<String> {
    let text = make(1_000);
    let mut before = (0..3).map(|_| exercise(&text)).min().unwrap_or_default();
    let mut len = text.len();
    for size in [5_000, 25_000, 100_000] {
        let text = make(size);
        let allowed =
            before.max(Duration::from_micros(300)) * 3 * u32::try_from(text.len() / len).unwrap();
        // A busy machine may slow some measurements down, not all.
        let mut now = exercise(&text);
        for _ in 0..4 {
            now = if now > allowed {
                now.min(exercise(&text))
            } else {
                now
            };
        }
        if now > allowed {
            let times = text.len() / len;
            return Some(format!(
                "{name}: {before:?} for {len} bytes, {now:?} for {times} times as many"
            ));
        }
        (before, len) = (now, text.len());
    }
    None
}

/// Ten thousand levels, which make the text itself quadratic in their number: only that nothing overflows.
#[test]
fn ten_thousand_levels() {
    let deep = || {
        let indented: String = (0..10_000)
            .map(|i| format!("{}a:\n", " ".repeat(i)))
            .collect();
        for text in [
            indented,
            "- ".repeat(10_000),
            "[".repeat(10_000),
            "{".repeat(10_000),
            "{a: [".repeat(10_000),
        ] {
            let took = exercise(&text);
            assert!(
                took < Duration::from_secs(20),
                "{took:?} for {} bytes",
                text.len()
            );
        }
    };
    on_a_small_stack(deep);
}

/// A million lines in one scalar, and typing in the middle of them.
#[test]
fn a_million_lines() {
    for header in ["a: |\n", "a: >\n", "a:\n", "a: \"\n", "a: [\n"] {
        let text = header.to_owned() + &"  echo x\n".repeat(1_000_000);
        let mut tree = Tree::parse(&text);
        let started = worked();
        for step in 0..20 {
            let at = text.len() / 2 + step;
            tree.edit(at..at, "y");
        }
        let took = worked().saturating_sub(started);
        assert!(
            took < Duration::from_secs(2),
            "{header:?}: 20 characters took {took:?}"
        );
        assert_eq!(tree.len_bytes(), text.len() + 20);
    }
}
