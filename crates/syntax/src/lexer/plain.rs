//! Plain scalars: no quotes, and many rules of where they end.

use super::*;

/// Where a plain scalar stops in a line.
pub(super) enum PlainStop {
    End,
    Comment(usize),
    /// At a `:` that ends a key.
    Colon(usize),
}

impl Lexer<'_> {
    pub(super) fn plain_node(
        &mut self,
        start: usize,
        content: usize,
        allowed: Allowed,
        parent: i32,
    ) -> Result<State, usize> {
        // An empty key may have an anchor or tag: `&a : value`.
        let empty_key = content > start && self.text[content] == b':';
        if !can_start_plain(self.text, content, false) && !empty_key {
            let message = "A plain scalar cannot start with this character: quote it";
            self.error(content..content + 1, message);
        }
        let (mut end, mut stop) = self.plain(content);
        if let PlainStop::Colon(colon) = stop {
            if allowed != Allowed::AfterKey {
                if allowed == Allowed::AfterMarker {
                    self.not_a_key(colon, allowed);
                }
                return self.key(start, content, end, colon);
            }
            self.not_a_key(colon, allowed);
            (end, stop) = self.plain_to_comment(content);
        }
        self.push(EntryKind::Value, start, content, end);
        Ok(match stop {
            PlainStop::Comment(at) => {
                self.comment = to_u32(at);
                State::closed()
            }
            _ => State::inside(Mode::Plain, parent),
        })
    }

    /// Where a plain scalar from `from` on ends in this line, and why.
    pub(super) fn plain(&self, from: usize) -> (usize, PlainStop) {
        let mut end = from;
        let mut at = from;
        while let Some(&byte) = self.text.get(at) {
            match byte {
                b':' if is_blank_at(self.text, at + 1) => return (end, PlainStop::Colon(at)),
                b'#' if at > from && is_white(self.text[at - 1]) => {
                    return (end, PlainStop::Comment(at));
                }
                b' ' | b'\t' => {}
                _ => end = at + 1,
            }
            at += 1;
        }
        (end, PlainStop::End)
    }

    pub(super) fn plain_to_comment(&self, from: usize) -> (usize, PlainStop) {
        let comment = (from + 1..self.text.len())
            .find(|i| self.text[*i] == b'#' && is_white(self.text[*i - 1]));
        match comment {
            Some(at) => (self.trimmed_end(at), PlainStop::Comment(at)),
            None => (self.trimmed_end(self.text.len()), PlainStop::End),
        }
    }

    pub(super) fn plain_line(&mut self, state: State) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        if start == self.text.len() {
            self.continued = true;
            return state;
        }
        if column(spaces) <= state.parent || self.text[start] == b'#' {
            return self.block_line(State::closed());
        }
        let (end, stop) = self.plain(start);
        if matches!(stop, PlainStop::Colon(_)) || self.is_junk(start, State::closed()) {
            return self.block_line(State::closed());
        }
        self.continued = true;
        self.value_end = to_u32(end);
        match stop {
            PlainStop::Comment(at) => {
                self.comment = to_u32(at);
                State::closed()
            }
            _ => state,
        }
    }
}

/// May a plain scalar start at `at`?
pub(crate) fn can_start_plain(text: &[u8], at: usize, in_flow: bool) -> bool {
    match text[at] {
        b'-' | b'?' | b':' => {
            let ends = match in_flow {
                true => ends_flow_token(text, at + 1),
                false => is_blank_at(text, at + 1),
            };
            !ends
        }
        b',' | b'[' | b']' | b'{' | b'}' | b'#' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => false,
        _ => true,
    }
}
