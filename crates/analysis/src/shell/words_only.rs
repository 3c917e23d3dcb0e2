//! Commands guessed from words, where a script cannot be parsed.
//!
//! A command begins at the start of a line or after an operator, and ends there. Quotes join words
//! within a line. Variables and functions stay unknown.

use super::{Command, Script, Word};

/// Words before a command.
const KEYWORDS: [&str; 11] = [
    "if", "then", "else", "elif", "while", "until", "do", "!", "{", "(", "time",
];

pub(super) fn scan(text: &str) -> Script {
    let mut script = Script::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches(['\n', '\r']);
        if !content.trim_start().starts_with('#') {
            scan_line(content, start, &mut script.commands);
        }
        start += line.len();
    }
    script
}

/// Is a text nothing but words, so that reading it word by word loses nothing?
pub(super) fn is_plain(text: &str) -> bool {
    !text
        .bytes()
        .any(|byte| b"|&;<>(){}`\n\r#=!".contains(&byte))
}

/// The commands of one line that begins at `base` in the script.
pub(super) fn line(text: &str, base: usize) -> Vec<Command> {
    let mut commands = Vec::new();
    scan_line(text, base, &mut commands);
    commands
}

fn scan_line(line: &str, base: usize, commands: &mut Vec<Command>) {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let rest = &line[at..];
        let Some(c) = rest.chars().next() else { break };
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if matches!(c, ';' | '|' | '&' | '(' | ')') {
            finish(&mut words, commands);
            at += 1;
        } else {
            let length = word_length(rest);
            let word = Word::read(&rest[..length], base + at);
            let keyword = words.is_empty() && KEYWORDS.contains(&&rest[..length]);
            if !keyword {
                words.push(word);
            }
            at += length;
        }
    }
    finish(&mut words, commands);
}

fn word_length(text: &str) -> usize {
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, c) if c.is_whitespace() || matches!(c, ';' | '|' | '&') => return at.max(1),
            _ => {}
        }
    }
    text.len()
}

fn finish(words: &mut Vec<Word>, commands: &mut Vec<Command>) {
    let words = std::mem::take(words);
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return;
    };
    commands.push(Command {
        span: first.span.start..last.span.end,
        redirects: Vec::new(),
        pipeline: commands.len() as u32,
        function: None,
        words,
    });
}
