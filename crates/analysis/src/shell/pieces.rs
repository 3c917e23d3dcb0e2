//! A long script in pieces, so that a keystroke costs the parsing of one.
//!
//! A piece ends where a line ends on the outermost level. That is guessed by quotes, brackets and a
//! few words alone. A wrong guess tears something apart, so that two pieces are no valid shell; then
//! the script is parsed as a whole. Where pieces end depends on the text around alone: behind an edit
//! they are soon the same as before.

use std::ops::Range;

/// Bytes of a script below which it is no use.
const WORTHWHILE: usize = 4 * 1024;

/// The least bytes of a piece.
const LEAST: usize = 512;

/// One line of so many ends a piece, where it may.
const ONE_OF: u32 = 8;

/// The pieces of a long script, which leave nothing out.
pub(super) fn split(text: &str) -> Option<Vec<Range<usize>>> {
    if text.len() < WORTHWHILE {
        return None;
    }
    let mut pieces = Vec::new();
    let mut state = State::default();
    let (mut start, mut at) = (0, 0);
    let mut lines = text.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        state.line(line);
        at += line.len();
        let long_enough = at - start >= LEAST;
        if long_enough && state.is_outermost() && is_end(line) {
            let goes_on = lines.peek().is_some_and(|next| {
                let next = next.trim_start();
                next.starts_with(['{', '|', '&', ')', '}'])
            });
            if !goes_on {
                pieces.push(start..at);
                start = at;
            }
        }
    }
    if start < text.len() {
        pieces.push(start..text.len());
    }
    (pieces.len() > 1).then_some(pieces)
}

/// Is this one of the lines that end pieces, by nothing but its own text?
fn is_end(line: &str) -> bool {
    let trimmed = line.trim_end();
    let goes_on = trimmed.ends_with(['\\', '|', '&']);
    let hash = line.bytes().fold(2_166_136_261_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(16_777_619)
    });
    !goes_on && (hash >> 8) % ONE_OF == 0
}

/// What is open at the end of a line.
#[derive(Default)]
struct State {
    quote: Option<u8>,
    /// Brackets, and blocks of words.
    depth: usize,
    /// The depth around each `case`, whose patterns have brackets without a partner.
    cases: Vec<usize>,
    /// The ends of here documents that are still to come, and whether tabs stand before them.
    heredocs: Vec<(String, bool)>,
}

impl State {
    fn is_outermost(&self) -> bool {
        let is_open = self.quote.is_some() || self.depth > 0;
        !is_open && self.cases.is_empty() && self.heredocs.is_empty()
    }

    fn line(&mut self, line: &str) {
        if let Some((end, tabs)) = self.heredocs.first() {
            let line = line.trim_end_matches(['\n', '\r']);
            let line = if *tabs {
                line.trim_start_matches('\t')
            } else {
                line
            };
            if line == end {
                self.heredocs.remove(0);
            }
            return;
        }
        let bytes = line.as_bytes();
        let (mut at, mut starts_command) = (0, self.quote.is_none());
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match (self.quote, byte) {
                (Some(b'\''), b'\'') => self.quote = None,
                (Some(b'\''), _) => {}
                (_, b'\\') => at += 1,
                (Some(_), b'"') => self.quote = None,
                (Some(_), _) => {}
                (None, b'\'' | b'"') => {
                    self.quote = Some(*byte);
                    starts_command = false;
                }
                (None, b'#') if is_word_start(bytes, at - 1) => return,
                (None, b'<') if bytes.get(at) == Some(&b'<') => at = self.heredoc(line, at + 1),
                (None, b'(' | b'{') => {
                    self.depth += 1;
                    starts_command = true;
                }
                (None, b')' | b'}') => {
                    self.depth = self.depth.saturating_sub(1);
                    starts_command = true;
                }
                (None, b';' | b'|' | b'&' | b'!') => starts_command = true,
                (None, byte) if byte.is_ascii_alphabetic() => {
                    let rest = &bytes[at - 1..];
                    let end = rest.iter().position(|byte| !is_word(*byte));
                    let word = &rest[..end.unwrap_or(rest.len())];
                    at += word.len() - 1;
                    starts_command = starts_command && self.word(word);
                }
                (None, byte) if byte.is_ascii_whitespace() => {}
                (None, _) => starts_command = false,
            }
        }
    }

    /// A word where a command may begin. May one begin behind it?
    fn word(&mut self, word: &[u8]) -> bool {
        match word {
            b"if" | b"while" | b"until" => self.depth += 1,
            b"for" | b"select" => {
                self.depth += 1;
                return false;
            }
            b"case" => {
                self.cases.push(self.depth);
                self.depth += 1;
                return false;
            }
            b"esac" => self.depth = self.cases.pop().unwrap_or_default(),
            b"fi" | b"done" => self.depth = self.depth.saturating_sub(1),
            b"then" | b"else" | b"elif" | b"do" | b"time" => {}
            _ => return false,
        }
        true
    }

    /// Reads the end of a here document behind `<<`; gives the place behind it.
    fn heredoc(&mut self, line: &str, at: usize) -> usize {
        let rest = line.get(at..).unwrap_or_default();
        // `<<< word`
        if rest.starts_with('<') {
            return at + 1;
        }
        let (tabs, rest) = match rest.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let word = rest.trim_start_matches([' ', '\t']);
        let length = word.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c));
        let written = &word[..length.unwrap_or(word.len())];
        let end: String = written.chars().filter(|c| !"'\"\\".contains(*c)).collect();
        self.heredocs.push((end, tabs));
        line.len() - word.len() + written.len()
    }
}

/// Does a word begin at a place?
fn is_word_start(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    before.is_none_or(|byte| byte.is_ascii_whitespace() || b";|&()".contains(byte))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-./=".contains(&byte)
}
