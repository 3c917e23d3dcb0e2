//! Quoted scalars, and what an open quote must not swallow.

use super::*;

impl Lexer<'_> {
    /// The place after the closing quote.
    pub(super) fn close_quote(&self, mut at: usize, quote: u8) -> Option<usize> {
        loop {
            match self.at(at)? {
                b'\\' if quote == b'"' => at += 2,
                b'\'' if quote == b'\'' && self.at(at + 1) == Some(b'\'') => at += 2,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    pub(super) fn quoted_line(&mut self, state: State, quote: u8) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        if start < self.text.len() && column(spaces) <= state.parent {
            if start > spaces {
                self.error(spaces..start, "Tabs cannot indent: use spaces");
            } else if looks_like_structure(&self.text[start..]) {
                return self.block_line(State::closed());
            } else if spaces == 0 && self.text[start] != quote {
                self.rest_error(0, "This line of a quoted scalar must be indented");
            }
        }
        if state.parent == -1 && start == 0 && looks_like_key(self.text) {
            return self.block_line(State::closed());
        }
        self.continued = true;
        match self.close_quote(0, quote) {
            Some(end) => {
                self.value_end = to_u32(end);
                self.finish_continued(end);
                State::closed()
            }
            None => {
                self.value_end = to_u32(self.text.len());
                if start == self.text.len() {
                    self.value_end = 0;
                }
                state
            }
        }
    }

    /// The rest of a line after a value that began in an earlier one.
    pub(super) fn finish_continued(&mut self, end: usize) {
        let next = self.skip_white(end);
        if self.at(next) == Some(b':') && is_blank_at(self.text, next + 1) {
            self.error(next..next + 1, "A key must stand on one line");
        } else {
            self.finish(end, "Nothing may follow a complete value on its line");
        }
    }
}

/// What a quote or bracket left open must not swallow: an item, or a key.
///
/// Kubernetes' parser lets values go on at any indentation. So do we, but not over lines that in
/// all likelihood are structure below a value that is still being typed.
pub(super) fn looks_like_structure(text: &[u8]) -> bool {
    text[0] == b'-' && is_blank_at(text, 1) || looks_like_key(text)
}

/// `word: ` or `word:` at the start of a line.
fn looks_like_key(text: &[u8]) -> bool {
    let word = text
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'/'))
        .count();
    word > 0 && text.get(word) == Some(&b':') && is_blank_at(text, word + 1)
}
