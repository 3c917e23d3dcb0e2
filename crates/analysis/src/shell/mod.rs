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
//! All places are bytes of the script.

mod limits;
mod lower;
mod word;
mod words_only;

use std::collections::HashMap;
use std::ops::Range;

use brush_parser::ParserOptions;

pub(crate) use word::{Part, Word};

/// A script, flattened.
#[derive(Debug, Default)]
pub(crate) struct Script {
    /// In source order; what a substitution runs stands before the command that uses it.
    pub(crate) commands: Vec<Command>,
    /// The values that variables are given, in source order.
    pub(crate) assignments: HashMap<String, Vec<Word>>,
    /// The items of variables that are given lists, with what is appended later.
    pub(crate) arrays: HashMap<String, Vec<Word>>,
    /// The names of the functions that are defined.
    pub(crate) functions: Vec<String>,
    /// Was it understood as shell? Otherwise commands are a guess from words.
    pub(crate) parsed: bool,
}

/// A simple command.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
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
        if limits::permits(text)
            && let Some(program) = program(text)
        {
            return lower::lower(text, &program);
        }
        words_only::scan(text)
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
    let tokens = brush_parser::uncached_tokenize_str(text, &options.tokenizer_options()).ok()?;
    brush_parser::parse_tokens(&tokens, &options).ok()
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
