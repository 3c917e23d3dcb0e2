//! Shell scripts as a flat list of commands, in the order in which they stand.
//!
//! What a task does to artifacts is decided by which programs it runs on what, hardly ever by the
//! control flow around them. So a script is parsed (by `brush-parser`), and then flattened:
//! commands inside of conditions, loops, functions, pipelines and substitutions all land in one
//! list, each with its words, redirections and place.
//!
//! The parser has no limit of its own: unclosed brackets cost it exponential time, and deep nesting
//! the stack. [`limits`] looks first, and what it refuses, or what is no valid shell, is read word
//! by word ([`words_only`]), which knows less and says so ([`Script::parsed`]).
//!
//! Long scripts are parsed in pieces ([`pieces`]), which survive edits of other pieces.
//!
//! All places are bytes of the script.

mod limits;
mod lower;
mod pieces;
mod word;
mod words_only;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use brush_parser::ParserOptions;

pub(crate) use word::{Part, Word};

/// A script, flattened.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Script {
    /// In source order; what a substitution runs stands before the command that uses it.
    pub(crate) commands: Vec<Command>,
    /// The values that variables are given, in source order.
    pub(crate) assignments: HashMap<String, Vec<Word>>,
    /// The items of variables that are given lists; of several lists the first.
    pub(crate) arrays: HashMap<String, Vec<Word>>,
    /// What is appended to lists.
    pub(crate) appended: HashMap<String, Vec<Word>>,
    /// The names of the functions that are defined.
    pub(crate) functions: Vec<String>,
    /// Does a loop sleep between its rounds, until something is as it should be?
    pub(crate) polls: bool,
    /// Was it understood as shell? Otherwise commands are a guess from words.
    pub(crate) parsed: bool,
}

/// A simple command.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Command {
    /// The program and its arguments, expansions unexpanded. Not empty.
    pub(crate) words: Vec<Word>,
    pub(crate) redirects: Vec<Redirect>,
    /// Commands with the same number are connected by pipes.
    pub(crate) pipeline: u32,
    /// The function whose body it stands in: an index into [`Script::functions`].
    pub(crate) function: Option<u32>,
    pub(crate) span: Range<usize>,
}

/// A redirection of a command.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Redirect {
    /// `< file`
    Read(Word),
    /// `> file`, `>> file`
    Write(Word),
    /// `<< END`: the text, and where it begins.
    Heredoc(String, usize),
    /// `<<< word`
    HereString(Word),
}

impl Script {
    /// Reads a script, however broken. Takes time in proportion to its length.
    pub(crate) fn parse(text: &str) -> Script {
        Script::shell(text).unwrap_or_else(|| words_only::scan(text))
    }

    /// The same, where `known` gives what is known of a piece, or reads it.
    pub(crate) fn parse_again(text: &str, known: impl Fn(&str) -> Option<Arc<Script>>) -> Script {
        let is_short = text.len() <= limits::SIZE;
        let joined = is_short.then(|| Script::in_pieces(text, known)).flatten();
        joined.unwrap_or_else(|| Script::parse(text))
    }

    fn in_pieces(text: &str, known: impl Fn(&str) -> Option<Arc<Script>>) -> Option<Script> {
        let mut script = Script {
            parsed: true,
            ..Script::default()
        };
        for place in pieces::split(text)? {
            let start = place.start;
            let piece = text.get(place)?;
            match known(piece) {
                Some(piece) => script.append(&piece, start),
                // Who tears a valid script apart breaks both sides. One broken piece among others is
                // what somebody types just now, and the whole cannot be valid either.
                None if script.parsed => {
                    script.append(&words_only::scan(piece), start);
                    script.parsed = false;
                }
                None => return None,
            }
        }
        Some(script)
    }

    /// Reads a script that is valid and does no harm.
    pub(crate) fn shell(text: &str) -> Option<Script> {
        let program = limits::permits(text).then(|| program(text))??;
        Some(lower::lower(text, &program))
    }

    /// Adds what stands behind it in a longer text.
    fn append(&mut self, piece: &Script, start: usize) {
        let pipelines = self.commands.iter().map(|command| command.pipeline);
        let pipelines = pipelines.max().map_or(0, |last| last + 1);
        let functions = self.functions.len() as u32;
        self.commands.extend(piece.commands.iter().map(|command| {
            Command {
                words: command.words.iter().map(|word| word.moved(start)).collect(),
                redirects: command
                    .redirects
                    .iter()
                    .map(|one| one.moved(start))
                    .collect(),
                pipeline: pipelines + command.pipeline,
                function: command.function.map(|function| functions + function),
                span: command.span.start + start..command.span.end + start,
            }
        }));
        for (name, values) in &piece.assignments {
            let known = self.assignments.entry(name.clone()).or_default();
            known.extend(values.iter().map(|value| value.moved(start)));
        }
        let moved = |items: &[Word]| items.iter().map(|item| item.moved(start)).collect();
        for (name, items) in &piece.arrays {
            let known = self.arrays.entry(name.clone());
            known.or_insert_with(|| moved(items));
        }
        for (name, items) in &piece.appended {
            let known = self.appended.entry(name.clone()).or_default();
            known.extend(items.iter().map(|item| item.moved(start)));
        }
        self.functions.extend(piece.functions.iter().cloned());
        self.polls |= piece.polls;
    }

    /// The items of a list, with all that is appended to it.
    pub(crate) fn items<'s>(
        &'s self,
        name: &str,
    ) -> Option<impl Iterator<Item = &'s Word> + use<'s>> {
        let (first, more) = (self.arrays.get(name), self.appended.get(name));
        first.or(more)?;
        Some(first.into_iter().chain(more).flatten())
    }

    /// The only value that a variable is ever given.
    pub(crate) fn value(&self, variable: &str) -> Option<&Word> {
        match self.assignments.get(variable)?.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }
}

fn program(text: &str) -> Option<brush_parser::ast::Program> {
    let options = ParserOptions::default();
    // Behind a here-document in a substitution that nobody closes, the tokenizer of brush-parser 0.4
    // takes for granted that there is more.
    let text = match text.contains("<<") {
        true => Cow::Owned(format!("{text}\n\n")),
        false => Cow::Borrowed(text),
    };
    let tokens = brush_parser::uncached_tokenize_str(&text, &options.tokenizer_options()).ok()?;
    brush_parser::parse_tokens(&tokens, &options).ok()
}

impl Redirect {
    fn moved(&self, by: usize) -> Redirect {
        match self {
            Redirect::Read(word) => Redirect::Read(word.moved(by)),
            Redirect::Write(word) => Redirect::Write(word.moved(by)),
            Redirect::Heredoc(text, at) => Redirect::Heredoc(text.clone(), at + by),
            Redirect::HereString(word) => Redirect::HereString(word.moved(by)),
        }
    }
}

impl Command {
    /// The name of the program without its folder; empty when a variable holds it.
    pub(crate) fn program(&self) -> &str {
        let word = self
            .words
            .first()
            .and_then(Word::literal)
            .unwrap_or_default();
        word.rsplit('/').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
