//! After any edit the tree is the one that a fresh parse of the new text gives.
//!
//! `KONFLUX_EDITS` says how many edits are made (120,000 without it), `KONFLUX_SEED` where the seeds begin.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test reports"
)]
#![allow(
    clippy::disallowed_methods,
    reason = "a test reads files, the clock and starts threads"
)]

mod support;

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use konflux_syntax::Tree;
use support::edits::{Edit, Session, Subject, compare, run, shrunk};
use support::{File, Random};

const PER_SESSION: usize = 40;

fn number(name: &str, default: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

/// Texts to edit: wide and deep ones of our own, the suite, broken documents, catalogs (parts of the larger files).
fn bases() -> Vec<File> {
    let file = |name: &str, text: String| File {
        name: name.into(),
        text,
    };
    let repeated =
        |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let mut all = vec![
        file("empty", String::new()),
        file(
            "small",
            "a: 1\nb:\n  - x # c\n  - \"y\"\nc: [d, {e: f}]\n".into(),
        ),
        file("wide mapping", repeated(400, &|i| format!("k{i}: {i}\n"))),
        file(
            "wide mapping below",
            "a:\n".to_owned() + &repeated(300, &|i| format!("  k{i}:\n    - {i}\n")),
        ),
        file("wide sequence", repeated(400, &|i| format!("- {i}\n"))),
        file(
            "many documents",
            repeated(300, &|i| format!("---\na: {i}\n")),
        ),
        file(
            "long script",
            "a: |\n".to_owned() + &repeated(300, &|i| format!("  echo {i}\n")) + "b: 1\n",
        ),
        file(
            "long flow",
            "a: [\n".to_owned() + &repeated(300, &|i| format!("  x{i},\n")) + "]\nb: 1\n",
        ),
        file(
            "long quoted",
            "a: \"\n".to_owned() + &repeated(200, &|i| format!("  x{i}\n")) + "  \"\nb: 1\n",
        ),
        file(
            "deep mapping",
            repeated(60, &|i| format!("{}k:\n", " ".repeat(i))),
        ),
        file(
            "deep sequence",
            "- ".repeat(60) + "a\nb: [" + &"[".repeat(60),
        ),
        file(
            "comments",
            repeated(200, &|i| format!("# {i}\n\n")) + "a: 1\n",
        ),
        file(
            "crlf",
            "a: 1\r\nb:\r\n  - |\r\n    x\r\n\r\n    y\r\nc: \"d\r\n  e\"\r\n".into(),
        ),
    ];
    if let Some(corpus) = support::corpus() {
        let suite = support::suite(&corpus);
        let joined = suite.chunks(3).map(|some| {
            let parts: Vec<_> = some.iter().map(|case| case.text.as_str()).collect();
            file(&some[0].id, parts.join("\n---\n"))
        });
        all.extend(joined);
        all.extend(suite.into_iter().map(|case| File {
            name: case.id,
            text: case.text,
        }));
        for _ in 0..6 {
            all.extend(support::broken_files(&corpus));
        }
        all.extend(
            support::catalog_files(&corpus)
                .into_iter()
                .step_by(4)
                .enumerate()
                .map(excerpt),
        );
    }
    all
}

/// Some lines out of a larger file.
fn excerpt((number, file): (usize, File)) -> File {
    if file.text.len() < 1500 {
        return file;
    }
    let lines: Vec<_> = file.text.split_inclusive('\n').collect();
    let from = Random::new(number as u64).below(lines.len());
    let text = lines[from..].iter().scan(0, |size, line| {
        *size += line.len();
        (*size < 1200).then_some(*line)
    });
    File {
        name: format!("{} from line {from}", file.name),
        text: text.collect(),
    }
}

/// Sessions over all bases until `count` edits are made; the failures found.
fn sessions<S: Subject + Clone + Send>(
    bases: &[File],
    count: usize,
    seed: u64,
) -> (usize, Vec<(Session, String)>) {
    let (next, made) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut failures = Vec::new();
        while made.load(Ordering::Relaxed) < count && failures.len() < 3 {
            let number = next.fetch_add(1, Ordering::Relaxed);
            // 7919 is a prime: all bases get their turn, neighbours in the list do not follow each other.
            let base = &bases[number * 7919 % bases.len()];
            let result = run::<S>(&base.name, &base.text, seed + number as u64, PER_SESSION);
            made.fetch_add(PER_SESSION, Ordering::Relaxed);
            failures.extend(result.err());
        }
        failures
    };
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(8);
    let failures = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap())
            .collect()
    });
    (made.into_inner(), failures)
}

#[test]
fn edited_is_fresh() {
    let started = Instant::now();
    let (bases, seed) = (bases(), number("KONFLUX_SEED", 1) as u64);
    let (made, failures) =
        sessions::<Tree>(&bases, number("KONFLUX_EDITS", 120_000), seed * 1_000_003);
    println!(
        "{made} edits over {} texts in {:?}, {} failures",
        bases.len(),
        started.elapsed(),
        failures.len()
    );
    for (session, why) in &failures {
        println!("--- {}", shrunk::<Tree>(session, why));
    }
    assert!(
        failures.is_empty(),
        "{} failures, shortest examples above",
        failures.len()
    );
}

/// Larger files, where the balanced sequences have several levels.
#[test]
fn edited_is_fresh_in_large_files() {
    let mut texts = vec![
        (
            "10,000 keys",
            (0..10_000)
                .map(|i| format!("k{i}: {i}\n"))
                .collect::<String>(),
        ),
        (
            "1,500 documents",
            (0..1_500)
                .map(|i| format!("---\na: {i}\nb: [1]\n"))
                .collect(),
        ),
    ];
    if let Some(corpus) = support::corpus() {
        let whole: String = support::catalog_files(&corpus)
            .iter()
            .map(|f| format!("---\n{}\n", f.text))
            .take(30)
            .collect();
        texts.push(("catalogs", whole));
    }
    for (name, text) in texts {
        for seed in 0..2 {
            if let Err((session, why)) = run::<Tree>(name, &text, seed, 8) {
                let edits = &session.edits[session.edits.len().saturating_sub(3)..];
                panic!("{name} seed {seed}: {why}\nlast edits {edits:?}");
            }
        }
    }
}

/// Ranges beyond the end or inside a character are clamped, and never a panic.
#[test]
fn ranges_are_clamped() {
    let base = "a: é😀\n---\nb: \"é\"\n";
    for start in 0..base.len() + 3 {
        for end in (0..base.len() + 3).chain([usize::MAX]) {
            let mut tree = Tree::parse(base);
            #[allow(clippy::reversed_empty_ranges, reason = "that is the point")]
            tree.edit(start..end, "x");
            let text = tree.to_string();
            compare(&tree, &text).unwrap_or_else(|e| panic!("{start}..{end}: {e}"));
            if base.is_char_boundary(start)
                && end <= base.len()
                && base.is_char_boundary(end)
                && start <= end
            {
                let mut expected = base.to_owned();
                Edit {
                    range: start..end,
                    text: "x".into(),
                }
                .apply(&mut expected);
                assert_eq!(text, expected, "{start}..{end}");
            }
        }
    }
}

/// What a document remembers survives edits of other documents, and only those.
#[test]
fn memos_live_as_long_as_their_document() {
    let mut tree = Tree::parse("a: 1\n---\nb: 2\n---\nc: 3\n");
    let before = tree.clone();
    let of = |tree: &Tree, index: usize| {
        let document = tree.documents().nth(index).unwrap();
        document
            .memo(|| document.text(document.root().unwrap().span()).into_owned())
            .as_str()
            .to_owned()
    };
    let all = |tree: &Tree| (0..3).map(|index| of(tree, index)).collect::<Vec<_>>();
    assert_eq!(all(&tree), ["a: 1", "b: 2", "c: 3"]);
    tree.edit(12..13, "22\n  \nd: 4");
    let documents = || tree.documents().zip(before.documents());
    assert_eq!(
        documents()
            .map(|(new, old)| new.same(&old))
            .collect::<Vec<_>>(),
        [true, false, true]
    );
    let kept: Vec<_> = tree
        .documents()
        .map(|document| *document.memo(|| 0_usize))
        .collect();
    assert_eq!(
        (kept, all(&before)),
        (
            vec![0; 3],
            vec!["a: 1".into(), "b: 2".to_owned(), "c: 3".into()]
        )
    );
    assert_eq!(all(&tree), ["a: 1", "b: 22\n  \nd: 4", "c: 3"]);
    let calls = AtomicUsize::new(0);
    let count = |tree: &Tree| {
        tree.documents().for_each(|d| {
            drop(d.memo(|| {
                calls
                    .fetch_add(1, Ordering::Relaxed)
                    .to_string()
                    .into_bytes()
            }))
        });
        calls.load(Ordering::Relaxed)
    };
    assert_eq!((count(&tree), count(&tree)), (3, 3));
    tree.edit(0..1, "aa");
    assert_eq!((count(&tree), count(&tree)), (4, 4));
}

/// Makes every edit one character too late.
#[derive(Clone)]
struct Misplaced(Tree);

impl Subject for Misplaced {
    fn open(text: &str) -> Misplaced {
        Misplaced(Tree::parse(text))
    }
    fn edit(&mut self, range: Range<usize>, text: &str) {
        self.0.edit(range.start + 1..range.end + 1, text);
    }
    fn tree(&self) -> &Tree {
        &self.0
    }
}

/// Keeps the text, but believes that a text without a line break changes no structure.
#[derive(Clone)]
struct NotLexedAgain {
    text: Tree,
    structure: Tree,
}

impl Subject for NotLexedAgain {
    fn open(text: &str) -> NotLexedAgain {
        NotLexedAgain {
            text: Tree::parse(text),
            structure: Tree::parse(text),
        }
    }
    fn edit(&mut self, range: Range<usize>, text: &str) {
        let structural = text.contains('\n') || !range.is_empty();
        self.text.edit(range, text);
        if structural {
            self.structure = self.text.clone();
        }
    }
    fn tree(&self) -> &Tree {
        &self.text
    }
    fn shown(&self) -> &Tree {
        &self.structure
    }
}

/// The comparison sees what is wrong, and finds a small example for it.
#[test]
fn negative_control() {
    fn fails<S: Subject + Clone + Send>(why: &str) -> String {
        let bases = bases();
        let (made, failures) = sessions::<S>(&bases[1..], 400, 5);
        let (session, problem) = failures
            .first()
            .unwrap_or_else(|| panic!("{made} edits, and nothing seen"));
        assert!(problem.contains(why), "{problem}");
        shrunk::<S>(session, problem)
    }
    println!("{}", fails::<Misplaced>("the text is wrong"));
    println!("{}", fails::<NotLexedAgain>("edited is not fresh"));
}
