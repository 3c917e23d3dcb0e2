//! `effects:` of a configuration: what programs do that the built-in table does not know, or knows
//! otherwise. Entries have the form of `knowledge/effects.yaml`.

use std::sync::Arc;

use konflux_syntax::{Node, NodeKind};

use super::{expect, invalid, list, quoted, unknown};
use crate::effects::EffectKind;
use crate::effects::knowledge::{Program, Programs, Shape};
use crate::finding::Problem;

/// What a key of an entry holds.
#[derive(Clone, Copy)]
enum Holds {
    /// A text.
    Text,
    /// A text or a list of texts.
    Texts,
    /// A list of texts.
    List,
    /// A whole number from 0.
    Count,
    /// A whole number.
    Number,
    /// A number from 0 to 1.
    Share,
    /// `true` or `false`.
    Flag,
    /// One of some words.
    Word(&'static [&'static str]),
    /// A list of what the program does.
    Deeds,
}

/// A key of an entry, what it holds, and what it says.
type Key = (&'static str, Holds, &'static str);

const PROGRAM: [Key; 6] = [
    (
        "program",
        Holds::Texts,
        "The program, under all names that it goes by.",
    ),
    (
        "values",
        Holds::List,
        "Options that take the next word as their value.",
    ),
    (
        "wraps",
        Holds::Count,
        "How many words stand before the command that this one runs.",
    ),
    (
        "input_is_data",
        Holds::Flag,
        "What a wrapper reads from the standard input is no script.",
    ),
    (
        "opaque",
        Holds::Flag,
        "When no entry of `does` fits, the project decides what it does.",
    ),
    (
        "does",
        Holds::Deeds,
        "What it does; the first entry that fits counts. Without one it does nothing that matters.",
    ),
];

const DEED: [Key; 9] = [
    (
        "args",
        Holds::Text,
        "The first words after the options; `a|b` means either.",
    ),
    ("with", Holds::List, "One of these options must be there."),
    (
        "without",
        Holds::List,
        "None of these options may be there.",
    ),
    (
        "about",
        Holds::List,
        "One of these texts must stand in some argument.",
    ),
    (
        "effect",
        Holds::Word(&EffectKind::NAMES),
        "What kind of effect it is.",
    ),
    (
        "subject",
        Holds::Number,
        "Which word after `args` names what is acted on; from the end when negative.",
    ),
    (
        "shape",
        Holds::Word(&Shape::NAMES),
        "What has to be looked at besides the words themselves.",
    ),
    (
        "says",
        Holds::Text,
        "The rest of a sentence that begins with the command.",
    ),
    ("confidence", Holds::Share, "How sure that is."),
];

/// What the section says. Entries that cannot be read count as absent, one by one.
pub(super) fn programs(section: &serde_yaml::Value) -> Option<Arc<Programs>> {
    let items = section.as_sequence()?.iter();
    let read = items.filter_map(|item| serde_yaml::from_value::<Program>(item.clone()).ok());
    let programs = Programs::from(read.collect::<Vec<_>>());
    (!programs.is_empty()).then(|| Arc::new(programs))
}

/// What is wrong with the section.
pub(super) fn check(node: &Node<'_>, problems: &mut Vec<Problem>) {
    let message = "`effects` is a list of programs";
    if !expect(node, NodeKind::Sequence, message, problems) {
        return;
    }
    for item in node.items() {
        let item = item.resolve();
        entry(&item, &PROGRAM, "An entry is about a `program`", problems);
        let named = item.get("program").is_some();
        if item.kind() == NodeKind::Mapping && !named {
            problems.push(invalid(item.span(), "An entry needs a `program`"));
        }
    }
}

fn entry(node: &Node<'_>, keys: &'static [Key], message: &str, problems: &mut Vec<Problem>) {
    if node.kind() != NodeKind::Mapping {
        problems.push(invalid(node.span(), message));
        return;
    }
    for pair in node.pairs() {
        let key = pair.key.text();
        match keys.iter().find(|(name, ..)| *name == key) {
            Some((_, holds, _)) => value(&pair.value.resolve(), *holds, &key, problems),
            None => {
                let names = keys.iter().map(|(name, ..)| *name);
                problems.push(unknown(&pair.key, "key of an effect", names));
            }
        }
    }
}

fn value(node: &Node<'_>, holds: Holds, key: &str, problems: &mut Vec<Problem>) {
    let text = node.text();
    let is_text = node.kind() == NodeKind::Scalar;
    let is_list = node.kind() == NodeKind::Sequence;
    let texts = || is_list && node.items().all(|item| item.kind() == NodeKind::Scalar);
    let share = || {
        text.parse()
            .is_ok_and(|share: f32| (0.0..=1.0).contains(&share))
    };
    let wanted = match holds {
        Holds::Text if is_text => return,
        Holds::Texts if is_text || texts() => return,
        Holds::List if texts() => return,
        Holds::Count if is_text && text.parse::<usize>().is_ok() => return,
        Holds::Number if is_text && text.parse::<isize>().is_ok() => return,
        Holds::Share if is_text && share() => return,
        Holds::Flag if matches!(&*text, "true" | "false") => return,
        Holds::Word(words) if words.contains(&&*text) => return,
        Holds::Deeds if is_list => {
            let message = "What a program does is a mapping";
            return node
                .items()
                .for_each(|item| entry(&item.resolve(), &DEED, message, problems));
        }
        Holds::Text => "a text".to_owned(),
        Holds::Texts => "a text or a list of texts".to_owned(),
        Holds::List => "a list of texts".to_owned(),
        Holds::Count => "a whole number from 0".to_owned(),
        Holds::Number => "a whole number".to_owned(),
        Holds::Share => "a number from 0 to 1".to_owned(),
        Holds::Flag => "`true` or `false`".to_owned(),
        Holds::Word(words) => format!("one of `{}`", words.join("`, `")),
        Holds::Deeds => "a list".to_owned(),
    };
    problems.push(invalid(node.span(), &format!("`{key}` is {wanted}")));
}

/// The keys that can stand where a key of an entry stands.
pub(super) fn keys_around(key: &Node<'_>) -> Option<Vec<&'static str>> {
    let mut depth = 0;
    let mut node = key.parent();
    let mut outermost = None;
    while let Some(around) = node {
        depth += usize::from(around.kind() == NodeKind::Sequence);
        node = around.parent();
        if node.is_none() {
            outermost = around.get("effects").map(|section| section.span());
        }
    }
    let inside = outermost
        .is_some_and(|section| section.start <= key.span().start && key.span().end <= section.end);
    let keys: &[Key] = match depth {
        1 if inside => &PROGRAM,
        2 if inside => &DEED,
        _ => return None,
    };
    Some(keys.iter().map(|(name, ..)| *name).collect())
}

/// The schema of the section, without its braces.
pub(super) fn schema() -> String {
    let programs = properties(&PROGRAM, 10);
    format!(
        "\"type\": \"array\",\n      \"items\": {{\n        \"type\": \"object\",\n        \
         \"additionalProperties\": false,\n        \"required\": [\"program\"],\n        \
         \"properties\": {programs}\n      }}"
    )
}

/// A key on each line, the lines `indent` columns to the right.
fn properties(keys: &[Key], indent: usize) -> String {
    let line = |(name, holds, says): &Key| {
        let (name, says) = (quoted(name), quoted(says));
        let shape = shape(*holds, indent);
        format!(
            "{:indent$}{name}: {{ \"description\": {says}, {shape} }}",
            ""
        )
    };
    let lines: Vec<String> = keys.iter().map(line).collect();
    let outer = indent - 2;
    format!("{{\n{}\n{:outer$}}}", lines.join(",\n"), "")
}

fn shape(holds: Holds, indent: usize) -> String {
    const TEXTS: &str = "\"type\": \"array\", \"items\": { \"type\": \"string\" }";
    match holds {
        Holds::Text => "\"type\": \"string\"".to_owned(),
        Holds::List => TEXTS.to_owned(),
        Holds::Texts => format!("\"anyOf\": [{{ \"type\": \"string\" }}, {{ {TEXTS} }}]"),
        Holds::Count => "\"type\": \"integer\", \"minimum\": 0".to_owned(),
        Holds::Number => "\"type\": \"integer\"".to_owned(),
        Holds::Share => "\"type\": \"number\", \"minimum\": 0, \"maximum\": 1".to_owned(),
        Holds::Flag => "\"type\": \"boolean\"".to_owned(),
        Holds::Word(words) => format!("\"enum\": {}", list(words)),
        Holds::Deeds => {
            let deeds = properties(&DEED, indent + 4);
            format!(
                "\"type\": \"array\", \"items\": {{ \"type\": \"object\", \
                 \"additionalProperties\": false, \"properties\": {deeds} }}"
            )
        }
    }
}
