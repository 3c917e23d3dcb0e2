//! The tree says what independent parsers say: granit-parser with places, the YAML test suite's events without.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test reports"
)]
#![allow(clippy::disallowed_methods, reason = "a test reads files")]

mod support;

use std::fmt::Write as _;

use konflux_syntax::{NodeKind, ScalarStyle, Tree};
use support::{Case, Visit, errors, events, walk};

/// Valid cases whose tree differs on purpose, with the reason.
const DIFFERENT: &[(&str, &str)] = &[];
/// Invalid cases that are accepted on purpose, with the reason.
const ACCEPTED: &[(&str, &str)] = &[];
/// Valid cases where granit-parser and the suite disagree, so that only the suite is asked.
const ORACLE_IS_WRONG: &[(&str, &str)] = &[];

fn excepted(table: &[(&str, &str)], id: &str) -> bool {
    table.iter().any(|(case, _)| *case == id)
}

/// Where our tree and granit's events differ; `None` where granit refuses the text.
fn against_granit(tree: &Tree, text: &str) -> Option<Result<(), String>> {
    let (ours, granit) = (events::ours(tree), events::granit(text, false).ok()?);
    if ours.lines != granit.lines {
        return Some(Err(both("granit", &granit.lines, &ours.lines)));
    }
    let blocks = ours.blocks.iter().zip(&granit.blocks);
    let blocks: Vec<_> = blocks
        .filter_map(|(a, b)| events::block_difference(text, a, b))
        .collect();
    if !blocks.is_empty() {
        return Some(Err(blocks.join("\n")));
    }
    if ours.comments != granit.comments {
        return Some(Err(format!(
            "comments {:?}\n  granit {:?}",
            ours.comments, granit.comments
        )));
    }
    Some(Ok(()))
}

/// Two lists side by side, from shortly before the first difference.
fn both(name: &str, expected: &[String], got: &[String]) -> String {
    let first = expected
        .iter()
        .zip(got)
        .position(|(a, b)| a != b)
        .unwrap_or(expected.len().min(got.len()));
    let (from, to) = (
        first.saturating_sub(6),
        (first + 12).min(expected.len().max(got.len())),
    );
    let mut out = format!("    {name:<60} | ours\n");
    for index in from..to {
        let (left, right) = (expected.get(index), got.get(index));
        let mark = if left == right { ' ' } else { '!' };
        let text = |line: Option<&String>| line.cloned().unwrap_or_default();
        let _ = writeln!(out, "  {mark} {:<60} | {}", text(left), text(right));
    }
    out
}

fn show(case: &Case, why: &str) {
    println!("--- {} {:?}\n{why}", case.id, case.text);
}

#[test]
fn yaml_test_suite() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let cases = support::suite(&corpus);
    let (mut equal, mut reported, mut unexpected) = (0, 0, Vec::new());
    for case in &cases {
        let tree = Tree::parse(&case.text);
        let found = errors(&tree);
        for (_, message) in &found {
            let is_begun = !message.starts_with(|first: char| first.is_lowercase());
            assert!(is_begun && !message.ends_with('.'), "{message}");
        }
        if !case.valid {
            let fine = !found.is_empty();
            reported += usize::from(fine);
            if fine == excepted(ACCEPTED, &case.id) {
                show(case, "invalid: error expected iff it is not in the table\n");
                unexpected.push(case.id.as_str());
            }
            continue;
        }
        let problem = valid_case(case, &tree);
        equal += usize::from(problem.is_ok());
        if problem.is_ok() == excepted(DIFFERENT, &case.id) {
            show(
                case,
                &problem
                    .err()
                    .unwrap_or_else(|| "equal, though listed as different".into()),
            );
            unexpected.push(case.id.as_str());
        }
    }
    println!("unexpected: {}", unexpected.join(" "));
    println!("suite: {equal} of 308 valid equal, {reported} of 94 invalid reported");
    assert_eq!(cases.len(), 402, "the suite is not complete");
    assert!(unexpected.is_empty(), "{} cases", unexpected.len());
}

fn valid_case(case: &Case, tree: &Tree) -> Result<(), String> {
    let (expected, got) = (events::of_suite(&case.events), events::ours_for_suite(tree));
    if expected != got {
        return Err(both("test.event", &expected, &got));
    }
    match against_granit(tree, &case.text) {
        Some(Err(problem)) if !excepted(ORACLE_IS_WRONG, &case.id) => return Err(problem),
        None if !excepted(ORACLE_IS_WRONG, &case.id) => {
            return Err("granit refuses a valid case".into());
        }
        _ => {}
    }
    let found = errors(tree);
    if found.is_empty() {
        Ok(())
    } else {
        Err(format!("false errors: {found:?}\n"))
    }
}

#[test]
fn catalogs() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let files = support::catalog_files(&corpus);
    let (mut equal, mut refused, mut wrong) = (0, Vec::new(), 0);
    for file in &files {
        let tree = Tree::parse(&file.text);
        let found = errors(&tree);
        match against_granit(&tree, &file.text) {
            None => {
                refused.push(file.name.as_str());
                if found.is_empty() {
                    println!(
                        "--- {}: granit refuses it, no error of ours: {:?}",
                        file.name,
                        events::granit(&file.text, false).err()
                    );
                    wrong += 1;
                }
            }
            Some(Ok(())) if found.is_empty() => equal += 1,
            Some(result) => {
                println!(
                    "--- {}: errors {:?}\n{}",
                    file.name,
                    &found[..found.len().min(3)],
                    result.err().unwrap_or_default()
                );
                wrong += 1;
            }
        }
    }
    println!("refused by granit: {refused:#?}");
    println!(
        "catalogs: {equal} of {} files equal, {} refused by both",
        files.len(),
        refused.len()
    );
    assert!(
        files.len() > 1000 && wrong == 0,
        "{wrong} of {} files",
        files.len()
    );
}

/// Every character of a decoded scalar lies at its source, and the way back gives the same place.
#[test]
fn pieces_of_scalars() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let suite = support::suite(&corpus)
        .into_iter()
        .filter(|case| case.valid)
        .map(|case| (case.id, case.text));
    let files = support::catalog_files(&corpus)
        .into_iter()
        .step_by(7)
        .map(|file| (file.name, file.text));
    let (mut seen, mut wrong) = (0, 0);
    for (name, text) in suite.chain(files) {
        let tree = Tree::parse(&text);
        for root in tree.documents().filter_map(|document| document.root()) {
            walk(root, |visit| {
                let Visit::Enter(node, _) = visit else { return };
                if node.kind() == NodeKind::Scalar {
                    seen += 1;
                    if let Err(problem) = pieces(node) {
                        wrong += 1;
                        println!("--- {name}: {:?} {:?}: {problem}", node.span(), node.text());
                    }
                }
            });
        }
    }
    println!("{seen} scalars, {wrong} wrong");
    assert_eq!(wrong, 0);
}

fn pieces(node: &konflux_syntax::Node<'_>) -> Result<(), String> {
    let scalar = node.scalar().ok_or("no scalar()")?;
    let style = node.style().ok_or("no style()")?;
    let document = node.document();
    if scalar.text() != node.text() {
        return Err(format!("scalar().text() is {:?}", scalar.text()));
    }
    let mut last = node.span().start;
    for (at, c) in scalar.text().char_indices() {
        let span = scalar.source(at..at + c.len_utf8());
        let source = document.text(span);
        // A block scalar's span ends with its last text; breaks and blanks that it keeps stand behind.
        let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        let behind = block && matches!(c, '\n' | ' ' | '\t');
        if span.start < last || span.end > node.span().end && !behind {
            return Err(format!("{c:?} at {at} is at {span:?}"));
        }
        let exact = source.strip_prefix(c).is_some_and(str::is_empty);
        let folded = matches!(c, ' ' | '\n')
            && source
                .chars()
                .all(|s| matches!(s, ' ' | '\t' | '\n' | '\r' | '\\'));
        let escaped = match style {
            ScalarStyle::SingleQuoted => source == "''",
            ScalarStyle::DoubleQuoted => source.starts_with('\\'),
            _ => false,
        };
        if !(exact || escaped || folded) {
            return Err(format!("{c:?} at {at} is at {span:?} {source:?}"));
        }
        // Folded line breaks have one source for all of them.
        let back = scalar.offset_of(span.start);
        let same = back == Some(at) || folded && back.is_some_and(|back| back < at);
        if span.start < span.end && !same {
            return Err(format!("offset_of({}) is {back:?}, not {at}", span.start));
        }
        last = span.start;
    }
    Ok(())
}

/// The oracles see the same structure, so that what they say about us can be true of both.
#[test]
fn oracles_agree() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let shape = |lines: Vec<String>| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.get(..4).unwrap_or_default().to_owned())
            .collect()
    };
    let mut differ = Vec::new();
    for case in support::suite(&corpus) {
        let agree = match events::granit(&case.text, true) {
            Ok(granit) => {
                case.valid && shape(granit.lines) == shape(events::of_suite(&case.events))
            }
            Err(_) => !case.valid,
        };
        if !agree {
            differ.push(case.id);
        }
    }
    let listed: Vec<_> = ORACLE_IS_WRONG.iter().map(|(id, _)| *id).collect();
    assert_eq!(differ, listed);
}
