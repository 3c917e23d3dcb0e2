//! A glance at the lines of a document, to see what is not worth a closer look.
//!
//! Repeated keys and keys that are collections are rare, and looking at every mapping after every
//! keystroke is not cheap. The glance reads lines, knows nothing of quotes that span them, and errs
//! on the side of *maybe*: whoever asks looks closely then.

use std::iter::once;
use std::sync::Arc;

use konflux_syntax::{Document, Span};
use memchr::{memchr_iter, memchr2, memchr2_iter};

/// What may be in a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Glance {
    /// Perhaps a mapping has the same key twice.
    pub(crate) repeated_key: bool,
    /// Perhaps a key is a collection, like the `{ x }` in `{{ x }}`.
    pub(crate) collection_key: bool,
}

/// The glance at a document; computed once.
pub(crate) fn glance(document: &Document<'_>) -> Arc<Glance> {
    document.memo(|| {
        document.lay_out();
        let end = document.len() as u32;
        glance_at(&document.text(Span { start: 0, end }))
    })
}

fn glance_at(text: &str) -> Glance {
    let mut glance = Glance::default();
    let mut keys = Keys::default();
    // The content of a block scalar is indented deeper than the line that opens it.
    let mut scalar: Option<usize> = None;
    let mut start = 0;
    let breaks = memchr2_iter(b'\n', b'\r', text.as_bytes());
    for end in breaks.chain(once(text.len())) {
        let line = &text[start..end];
        start = end + 1;
        let rest = line.trim_start_matches(' ');
        if rest.is_empty() || rest.starts_with('#') {
            continue;
        }
        let indent = line.len() - rest.len();
        match scalar {
            Some(owner) if indent > owner => continue,
            _ => scalar = None,
        }
        let (column, rest) = keys.dashes(indent, rest);
        if rest.starts_with("? ") {
            return Glance {
                repeated_key: true,
                collection_key: true,
            };
        }
        let key = key(rest);
        if let Some(key) = key {
            glance.repeated_key |= keys.repeats(column, key);
        }
        if memchr2(b'{', b'[', rest.as_bytes()).is_some() {
            glance.repeated_key |= flow_repeats(rest);
            glance.collection_key |= opens_twice(rest);
        }
        if opens_scalar(rest) {
            scalar = Some(column.saturating_sub(usize::from(key.is_none())));
        }
    }
    glance
}

/// The keys of the mappings that are open, by column.
#[derive(Default)]
struct Keys<'a> {
    open: Vec<(usize, Vec<&'a str>)>,
}

impl<'a> Keys<'a> {
    /// Steps over the dashes of a line; each begins a new item.
    fn dashes<'l>(&mut self, mut column: usize, mut rest: &'l str) -> (usize, &'l str) {
        while let Some(behind) = rest
            .strip_prefix('-')
            .filter(|behind| behind.is_empty() || behind.starts_with([' ', '\t']))
        {
            self.close(column);
            let content = behind.trim_start_matches([' ', '\t']);
            column += rest.len() - content.len();
            rest = content;
        }
        (column, rest)
    }

    /// Closes what stands deeper than a column.
    fn close(&mut self, column: usize) {
        while self.open.last().is_some_and(|(open, _)| *open > column) {
            self.open.pop();
        }
    }

    fn repeats(&mut self, column: usize, key: &'a str) -> bool {
        self.close(column);
        match self.open.last_mut() {
            Some((open, keys)) if *open == column => {
                let repeats = keys.contains(&key);
                keys.push(key);
                // A long mapping is looked at closely instead of compared key by key here.
                repeats || keys.len() > 64
            }
            _ => {
                self.open.push((column, vec![key]));
                false
            }
        }
    }
}

/// What stands before the colon, without quotes, anchor and tag.
fn key(line: &str) -> Option<&str> {
    let bytes = line.as_bytes();
    let at = memchr_iter(b':', bytes)
        .find(|at| matches!(bytes.get(at + 1), None | Some(b' ' | b'\t')))?;
    let mut key = line[..at].trim_end();
    while key.starts_with(['&', '!']) {
        key = key.split_once(' ')?.1.trim_start();
    }
    Some(key.trim_matches(['"', '\'']))
}

/// Does a word before a colon appear twice on a line?
fn flow_repeats(line: &str) -> bool {
    let words: Vec<&str> = line
        .split(['{', ','])
        .filter_map(|piece| Some(piece.split_once(':')?.0.trim()))
        .collect();
    words
        .iter()
        .enumerate()
        .any(|(at, word)| !word.is_empty() && words[..at].contains(word))
}

/// Two opening brackets side by side that do not stand in quotes.
fn opens_twice(line: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    for c in line.chars() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{' | '[') if matches!(before, '{' | '[') => return true,
            (None, _) => {}
        }
        if c != ' ' {
            before = c;
        }
    }
    false
}

fn opens_scalar(line: &str) -> bool {
    if memchr2(b'|', b'>', line.as_bytes()).is_none() {
        return false;
    }
    let line = match line.find(" #") {
        Some(at) => &line[..at],
        None => line,
    };
    let line = line.trim_end();
    let Some(last) = line.rsplit([' ', '\t']).next() else {
        return false;
    };
    last.starts_with(['|', '>'])
        && last[1..]
            .chars()
            .all(|c| matches!(c, '+' | '-' | '0'..='9'))
}

#[cfg(test)]
mod tests {
    use super::glance_at;

    #[track_caller]
    fn check(text: &str, repeated_key: bool, collection_key: bool) {
        let glance = glance_at(text);
        assert_eq!(glance.repeated_key, repeated_key, "repeated key in {text}");
        assert_eq!(
            glance.collection_key, collection_key,
            "collection key in {text}"
        );
    }

    #[test]
    fn glances() {
        check("a: 1\nb: 2\n", false, false);
        check("a: 1\n\"a\": 2\n", true, false);
        check("a:\n  x: 1\nb:\n  x: 1\n", false, false);
        check("a:\n- x: 1\n- x: 1\n", false, false);
        check("a:\n- x: 1\n  y: 1\n  x: 1\n", true, false);
        check("a:\n  - b:\n    - c: 1\n    d: 1\n  - b:\n", false, false);
        check("a:\n- x: 1\na: 1\n", true, false);
        check("a: |\n  b: 1\n  b: 1\nc: 1\n", false, false);
        check("- a: |-\n    b: 1\n    b: 1\n  c: 1\n  a: 1\n", true, false);
        check("- |\n  b: 1\n  b: 1\n- c: 1\n", false, false);
        check("a: {x: 1, y: 2}\n", false, false);
        check("a: {x: 1, x: 2}\n", true, false);
        check("a: {{ x }}\n", false, true);
        check("a: '{{ x }}'\n", false, false);
        check("? a\n: 1\n", true, true);
        check("&x a: 1\na: 2\n", true, false);
    }
}
