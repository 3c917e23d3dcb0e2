//! A word of the shell, taken apart.
//!
//! The parser gives words as they are written. Its own word parser goes through a lock and a cache
//! for each word and expands nothing of Tekton, so the few rules of quoting are spelled out here.

use std::ops::Range;

/// A word: quotes removed, expansions named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) parts: Vec<Part>,
    /// Where it stands in the script, quotes included.
    pub(crate) span: Range<usize>,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Itself.
    Text(String),
    /// `$name`, `${name…}`: the value of a variable, perhaps changed.
    Variable(String),
    /// `$(params.x)`: what Tekton puts here, without the parentheses.
    Tekton(String),
    /// `$(command)`: what a command writes; the command, and where it begins in the script.
    Substitution(String, usize),
}

/// The first words of Tekton's references.
const TEKTON: [&str; 9] = [
    "params.",
    "params[",
    "inputs.",
    "results.",
    "workspaces.",
    "context.",
    "steps.",
    "step.",
    "tasks.",
];

impl Word {
    /// Takes a word apart that stands at `at` in the script.
    pub(crate) fn read(text: &str, at: usize) -> Word {
        let span = at..at + text.len();
        if !text.bytes().any(is_special) {
            let parts = vec![Part::Text(text.to_owned())];
            return Word { parts, span };
        }
        let mut reader = Reader {
            text,
            base: at,
            at: 0,
            parts: Vec::new(),
        };
        reader.read();
        let parts = reader.parts;
        Word { parts, span }
    }

    /// The same word further behind.
    pub(super) fn moved(&self, by: usize) -> Word {
        let part = |part: &Part| match part {
            Part::Substitution(text, at) => Part::Substitution(text.clone(), at + by),
            other => other.clone(),
        };
        Word {
            parts: self.parts.iter().map(part).collect(),
            span: self.span.start + by..self.span.end + by,
        }
    }

    /// The text, when nothing in it is expanded.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The text that comes before the first expansion.
    pub(crate) fn prefix(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    /// The variable, when the word is nothing else.
    pub(crate) fn variable(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Variable(name)] => Some(name),
            _ => None,
        }
    }
}

/// Does a character mean something else than itself in some words?
fn is_special(byte: u8) -> bool {
    matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`')
}

struct Reader<'t> {
    text: &'t str,
    /// Where the text begins in the script.
    base: usize,
    at: usize,
    parts: Vec<Part>,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut quoted = false;
        while let Some(c) = self.rest().chars().next() {
            match c {
                '\'' if !quoted => self.single_quoted(),
                '"' => {
                    quoted = !quoted;
                    self.at += 1;
                }
                '\\' => self.escape(quoted),
                '$' => self.dollar(),
                '`' => self.backquoted(),
                _ => self.plain(),
            }
        }
        if self.parts.is_empty() {
            self.parts.push(Part::Text(String::new()));
        }
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What stands up to the next character that may mean something.
    fn plain(&mut self) {
        let text = self.text;
        let rest = text.get(self.at..).unwrap_or_default();
        let first = rest.chars().next().map_or(1, char::len_utf8);
        let more = rest.bytes().skip(first).position(is_special);
        let length = more.map_or(rest.len(), |more| first + more);
        self.push_text(&rest[..length]);
        self.at += length;
    }

    fn push(&mut self, c: char) {
        self.push_text(c.encode_utf8(&mut [0; 4]));
    }

    fn push_text(&mut self, more: &str) {
        match self.parts.last_mut() {
            _ if more.is_empty() => {}
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.parts.push(Part::Text(more.to_owned())),
        }
    }

    fn single_quoted(&mut self) {
        let inside = &self.text[self.at + 1..];
        let length = inside.find('\'').unwrap_or(inside.len());
        self.push_text(&inside[..length]);
        self.at = (self.at + length + 2).min(self.text.len());
    }

    /// Inside of double quotes a backslash stays where it escapes nothing.
    fn escape(&mut self, quoted: bool) {
        let escaped = self.rest()[1..].chars().next();
        match escaped {
            Some('\n') => {}
            Some(c) if !quoted || matches!(c, '"' | '\\' | '$' | '`') => self.push(c),
            Some(c) => {
                self.push('\\');
                self.push(c);
            }
            None => self.push('\\'),
        }
        self.at += 1 + escaped.map_or(0, char::len_utf8);
    }

    fn dollar(&mut self) {
        let rest = &self.text[self.at + 1..];
        match rest.bytes().next() {
            Some(b'{') => {
                let length = closing(rest, b'{', b'}');
                let inside = rest[1..length].trim_end_matches('}');
                let name: String = inside
                    .trim_start_matches(['#', '!'])
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                    .collect();
                self.parts.push(Part::Variable(name));
                self.at += 1 + length;
            }
            Some(b'(') => {
                let length = closing(rest, b'(', b')');
                let inside = rest[1..length]
                    .strip_suffix(')')
                    .unwrap_or(&rest[1..length]);
                let part = substitution(inside, self.base + self.at + 2);
                self.parts.push(part);
                self.at += 1 + length;
            }
            Some(byte) if byte.is_ascii_alphanumeric() || b"_@*#?!-$".contains(&byte) => {
                let named = byte.is_ascii_alphabetic() || byte == b'_';
                let length = rest
                    .bytes()
                    .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                    .count();
                let length = if named { length } else { 1 };
                self.parts.push(Part::Variable(rest[..length].to_owned()));
                self.at += 1 + length;
            }
            _ => {
                // `$'…'` and `$"…"` are quotes; a lone dollar is itself.
                if !rest.starts_with(['\'', '"']) {
                    self.push('$');
                }
                self.at += 1;
            }
        }
    }

    fn backquoted(&mut self) {
        let inside = &self.text[self.at + 1..];
        let length = inside.find('`').unwrap_or(inside.len());
        let part = substitution(&inside[..length], self.base + self.at + 1);
        self.parts.push(part);
        self.at = (self.at + length + 2).min(self.text.len());
    }
}

fn substitution(inside: &str, at: usize) -> Part {
    let tekton = TEKTON.iter().any(|word| inside.starts_with(word));
    if tekton && !inside.contains([' ', '\n']) {
        Part::Tekton(inside.to_owned())
    } else {
        Part::Substitution(inside.to_owned(), at)
    }
}

/// The length of a bracketed text that begins with `open`, up to and with its `close`. Brackets in
/// quotes and behind backslashes do not count. Without an end it is the whole text.
fn closing(text: &str, open: u8, close: u8) -> usize {
    let mut depth = 0usize;
    let mut quote = None;
    let mut bytes = text.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match (quote, byte) {
            (Some(b'\''), b'\'') => quote = None,
            (Some(b'\''), _) => {}
            (_, b'\\') => {
                bytes.next();
            }
            (Some(_), b'"') => quote = None,
            (None, b'\'' | b'"') => quote = Some(byte),
            // Inside of double quotes, brackets of a substitution still come in pairs.
            (_, byte) if byte == open => depth += 1,
            (_, byte) if byte == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
    }
    text.len()
}
