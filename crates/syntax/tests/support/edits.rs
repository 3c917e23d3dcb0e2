//! Random edits that hurt, what is compared after each, and the way from a failure to a small example.

use std::cell::Cell;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use konflux_syntax::Tree;

use super::Random;
use super::dump::{difference, dump, invariants, node_at_is_innermost};

/// Inserted as they are.
const TOKENS: &[&str] = &[
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ",",
    "|",
    ">",
    "|-",
    ">+2",
    "|1",
    "?",
    "? ",
    ":",
    ": ",
    "#",
    " # c",
    "&a",
    "&a ",
    "*a",
    "*a ",
    "!t ",
    "!!str ",
    "!<x> ",
    "\t",
    "---",
    "---\n",
    "\n---\n",
    "--- ",
    "...",
    "\n...\n",
    "\r",
    "\r\n",
    "\u{feff}",
    "😀",
    "é",
    "\u{85}",
    "\u{2028}",
    "\0",
    "\n",
    "\n\n",
    "- ",
    "-",
    "\n- ",
    "\n  - ",
    "  ",
    "    ",
    " ",
    "\\",
    "\\\n",
    "''",
    "\"\"",
    "%",
    "%YAML 1.2\n",
    "@",
    "`",
    "a",
    "key: ",
    "k: v\n",
    "\n  k: v",
    "{{ x }}",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> b\n",
    "[a, b]",
    "{a: b, c}",
    "\"x\\n\\u00e9\"",
    "'it''s'",
    "a: |\n  b\n  c\n",
    "- - - a\n",
    "<<: *a\n",
];

/// Typed one character at a time.
const TYPED: &[&str] = &[
    "\n  - name: \"x y\"",
    "\nkey: [a, {b: 'c'}]\n",
    "\n? a\n: - b\n  - c\n",
    "\nscript: |\n  #!/bin/sh\n  echo \"a: b\"\n\nnext: 1\n",
    "--- # two\n&x a: *x\n...\n",
    "- &a !t \"b\\\n  c\" : d # e\n",
    "\r\nx: >-\r\n  folded\r\n\r\n  more\r\n",
    "{a: [b, c: d], ? e : f}",
];

/// One edit of a text; the range is moved down to character boundaries when it is applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Edit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

impl Edit {
    pub(crate) fn apply(&self, text: &mut String) -> Range<usize> {
        let range =
            floor(text, self.range.start)..floor(text, self.range.end.max(self.range.start));
        text.replace_range(range.clone(), &self.text);
        range
    }
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len()))
        .rev()
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0)
}

/// What is tested: the tree, or something that is wrong on purpose.
pub(crate) trait Subject {
    fn open(text: &str) -> Self;
    fn edit(&mut self, range: Range<usize>, text: &str);
    fn tree(&self) -> &Tree;
    /// What the structure is taken from; the tree unless the subject is wrong on purpose.
    fn shown(&self) -> &Tree {
        self.tree()
    }
}

impl Subject for Tree {
    fn open(text: &str) -> Tree {
        Tree::parse(text)
    }
    fn edit(&mut self, range: Range<usize>, text: &str) {
        Tree::edit(self, range, text);
    }
    fn tree(&self) -> &Tree {
        self
    }
}

/// The edited subject is as if it had been parsed from its text.
pub(crate) fn compare<S: Subject>(subject: &S, text: &str) -> Result<(), String> {
    let kept = subject.tree().to_string();
    if kept != text {
        return Err(format!("the text is wrong\n{}", difference(text, &kept)));
    }
    let fresh = Tree::parse(text);
    let (expected, got) = (dump(&fresh), dump(subject.shown()));
    if expected != got {
        return Err(format!(
            "edited is not fresh\n{}",
            difference(&expected, &got)
        ));
    }
    // The first dump was made of searches, after it the documents are laid out.
    if text.len().is_multiple_of(4) && dump(subject.shown()) != expected {
        let got = dump(subject.shown());
        return Err(format!(
            "laid out is not the same\n{}",
            difference(&expected, &got)
        ));
    }
    invariants(subject.shown())?;
    places(&fresh, subject.shown(), text)
}

/// A few places give the same node in both trees, and the innermost one.
fn places(fresh: &Tree, edited: &Tree, text: &str) -> Result<(), String> {
    let mut random = Random::new(text.len() as u64);
    for _ in 0..4 {
        let offset = floor(text, random.below(text.len() + 1));
        let (left, right) = (fresh.document_at(offset), edited.document_at(offset));
        let inside =
            |d: &konflux_syntax::Document<'_>| d.start() <= offset && offset <= d.start() + d.len();
        if left.start() != right.start() || !inside(&right) {
            return Err(format!(
                "document_at({offset}) starts at {} / {}",
                left.start(),
                right.start()
            ));
        }
        let relative = u32::try_from(offset - right.start()).unwrap_or(u32::MAX);
        let what =
            |d: &konflux_syntax::Document<'_>| d.node_at(relative).map(|n| (n.kind(), n.span()));
        if what(&left) != what(&right) {
            return Err(format!(
                "node_at({relative}) is {:?} / {:?}",
                what(&left),
                what(&right)
            ));
        }
        node_at_is_innermost(&right, relative)?;
    }
    Ok(())
}

/// A run of edits over one text.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) base: String,
    pub(crate) edits: Vec<Edit>,
}

/// Random edits on `base`, each followed by a comparison (in some runs only every few edits, so that caches stay cold).
pub(crate) fn run<S: Subject + Clone>(
    name: &str,
    base: &str,
    seed: u64,
    count: usize,
) -> Result<usize, (Session, String)> {
    let mut random = Random::new(seed);
    let mut session = Session {
        name: name.into(),
        seed,
        base: base.into(),
        edits: Vec::new(),
    };
    let mut text = base.to_owned();
    let every = if random.once_in(4) { 4 } else { 1 };
    let result = guarded(|| {
        let mut subject = S::open(base);
        let mut kept: Option<(S, String)> = None;
        let mut history: Vec<Edit> = Vec::new();
        let mut waiting: Vec<Edit> = Vec::new();
        for number in 1..=count {
            let edit = waiting.pop().unwrap_or_else(|| {
                next(&mut random, &text, base.len(), &mut history, &mut waiting)
            });
            session.edits.push(edit.clone());
            let before = text.clone();
            let range = edit.apply(&mut text);
            history.push(Edit {
                range: range.start..range.start + edit.text.len(),
                text: before[range.clone()].into(),
            });
            subject.edit(range, &edit.text);
            if number % every == 0 || number == count {
                compare(&subject, &text)?;
            }
            if random.once_in(16) {
                if let Some((old, old_text)) = kept.take() {
                    compare(&old, &old_text).map_err(|e| format!("a snapshot has changed: {e}"))?;
                }
                kept = Some((subject.clone(), text.clone()));
            }
        }
        Ok(())
    });
    result.map(|()| count).map_err(|problem| (session, problem))
}

/// One random edit, biased to the place of the last one (as typing is) and to the ends of lines.
fn next(
    random: &mut Random,
    text: &str,
    base: usize,
    history: &mut Vec<Edit>,
    waiting: &mut Vec<Edit>,
) -> Edit {
    if random.once_in(8)
        && let Some(undo) = history.pop()
    {
        return undo;
    }
    let at = place(random, text, history);
    if text.len() > 2 * base + 400 {
        return Edit {
            range: at..at + random.below(base + 100),
            text: String::new(),
        };
    }
    let token = |random: &mut Random| (*random.pick(TOKENS)).to_owned();
    match random.below(20) {
        0..=8 => Edit {
            range: at..at,
            text: token(random),
        },
        9 | 10 => Edit {
            range: at..at + 1 + random.below(4),
            text: String::new(),
        },
        11 => Edit {
            range: at..at + random.below(120),
            text: String::new(),
        },
        12 => Edit {
            range: at..at + random.below(60),
            text: token(random),
        },
        13 | 14 => {
            let start = line_start(text, at);
            let spaces = text[start..].bytes().take_while(|b| *b == b' ').count();
            if random.once_in(2) {
                Edit {
                    range: start..start + random.below(spaces + 1),
                    text: String::new(),
                }
            } else {
                Edit {
                    range: start..start,
                    text: " ".repeat(1 + random.below(3)),
                }
            }
        }
        15 => Edit {
            range: at..at,
            text: format!("\n{}{}", " ".repeat(random.below(8)), token(random)),
        },
        16 => {
            let (from, to) = (
                line_start(text, at),
                line_start(text, at + 1 + random.below(60)),
            );
            Edit {
                range: from..to.max(from),
                text: String::new(),
            }
        }
        17 => {
            let start = line_start(text, place(random, text, &[]));
            let end = text[start..]
                .find('\n')
                .map_or(text.len(), |n| start + n + 1);
            Edit {
                range: line_start(text, at)..line_start(text, at),
                text: text[start..end].into(),
            }
        }
        18 => {
            let mut end = at;
            for c in random.pick(TYPED).chars() {
                waiting.push(Edit {
                    range: end..end,
                    text: c.into(),
                });
                end += c.len_utf8();
            }
            waiting.reverse();
            waiting.pop().unwrap_or(Edit {
                range: at..at,
                text: String::new(),
            })
        }
        _ => Edit {
            range: at..at,
            text: (*random.pick(&["a", "x", "1", " ", ".", "-", "\n"])).into(),
        },
    }
}

fn place(random: &mut Random, text: &str, history: &[Edit]) -> usize {
    let at = match history.last() {
        Some(edit) if random.once_in(2) => edit.range.end + random.below(9).saturating_sub(2),
        _ => random.below(text.len() + 1),
    };
    let at = floor(text, at);
    match random.below(6) {
        0 => line_start(text, at),
        1 => text[at..].find('\n').map_or(text.len(), |n| at + n),
        2 => text[at..]
            .find([':', '-', '"', '[', '|'])
            .map_or(at, |n| at + n + random.below(2)),
        _ => at,
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..floor(text, at)].rfind('\n').map_or(0, |n| n + 1)
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs it with panics turned into errors, and without their noise.
pub(crate) fn guarded<T>(body: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                usual(info);
            }
        }));
    });
    QUIET.set(true);
    let result = catch_unwind(AssertUnwindSafe(body));
    QUIET.set(false);
    result.unwrap_or_else(|cause| {
        let text = cause.downcast_ref::<String>().cloned();
        let text = text.or_else(|| cause.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(format!("panic: {}", text.unwrap_or_default()))
    })
}

/// What goes wrong when the edits are applied to the base, comparing at the end only.
fn problem<S: Subject>(base: &str, edits: &[Edit]) -> Option<String> {
    let replay = || {
        let (mut subject, mut text) = (S::open(base), base.to_owned());
        for edit in edits {
            let range = edit.apply(&mut text);
            subject.edit(range, &edit.text);
        }
        compare(&subject, &text)
    };
    guarded(replay).err()
}

/// The smallest base and edits found that still fail, as a report.
pub(crate) fn shrunk<S: Subject>(session: &Session, why: &str) -> String {
    let (mut base, mut edits) = (session.base.clone(), session.edits.clone());
    let origin = format!(
        "{} (seed {}, {} edits)",
        session.name,
        session.seed,
        edits.len()
    );
    let Some(mut reason) = problem::<S>(&base, &edits) else {
        return format!("{origin}: not seen again by a replay: {why}");
    };
    // Usually the last edit alone is enough.
    for keep in [1, 2, 4, 8] {
        let first = edits.len().saturating_sub(keep);
        let mut later = base.clone();
        for edit in &edits[..first] {
            edit.apply(&mut later);
        }
        if let Some(again) = problem::<S>(&later, &edits[first..]) {
            (base, edits, reason) = (later, edits.split_off(first), again);
            break;
        }
    }
    let mut size = base.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < base.len() {
            match without::<S>(&base, &edits, at, size) {
                Some((smaller, moved, again)) => (base, edits, reason) = (smaller, moved, again),
                None => at += size,
            }
        }
        size /= 2;
    }
    let mut index = 0;
    while index < edits.len() && edits.len() > 1 {
        let mut fewer = edits.clone();
        fewer.remove(index);
        match problem::<S>(&base, &fewer) {
            Some(again) => (edits, reason) = (fewer, again),
            None => index += 1,
        }
    }
    let mut after = base.clone();
    for edit in &edits {
        edit.apply(&mut after);
    }
    format!("{origin}\n  base  {base:?}\n  edits {edits:?}\n  gives {after:?}\n  {reason}")
}

/// The base without `size` bytes at `at`, the edits moved along, if that still fails.
fn without<S: Subject>(
    base: &str,
    edits: &[Edit],
    at: usize,
    size: usize,
) -> Option<(String, Vec<Edit>, String)> {
    let end = (at + size).min(base.len());
    if !base.is_char_boundary(at) || !base.is_char_boundary(end) {
        return None;
    }
    let smaller = [&base[..at], &base[end..]].concat();
    let moved = |p: usize| if p >= end { p - (end - at) } else { p.min(at) };
    let shift = |edit: &Edit| Edit {
        range: moved(edit.range.start)..moved(edit.range.end),
        text: edit.text.clone(),
    };
    let edits: Vec<_> = edits.iter().map(shift).collect();
    problem::<S>(&smaller, &edits).map(|reason| (smaller, edits, reason))
}
