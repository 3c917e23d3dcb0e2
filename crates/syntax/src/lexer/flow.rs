//! Flow collections: only how deep the line is inside of them. What they hold is parsed later.

use super::*;

impl Lexer<'_> {
    /// Scans a flow collection from `at` on. Gives the place after its end, or what it is inside
    /// of at the end of the line.
    pub(super) fn flow(
        &mut self,
        mut at: usize,
        mut depth: u32,
        mut inner: FlowInner,
    ) -> Result<usize, (u32, FlowInner)> {
        loop {
            match inner {
                FlowInner::SingleQuoted | FlowInner::DoubleQuoted => {
                    let quote = match inner {
                        FlowInner::SingleQuoted => b'\'',
                        _ => b'"',
                    };
                    at = self.close_quote(at, quote).ok_or((depth, inner))?;
                    inner = FlowInner::AfterJson;
                }
                FlowInner::Plain => {
                    let (end, comment) = flow_plain_end(self.text, at);
                    if end == self.text.len() {
                        return Err((depth, inner));
                    }
                    inner = FlowInner::Between;
                    at = end;
                    if comment {
                        self.comment = to_u32(at);
                        return Err((depth, inner));
                    }
                }
                FlowInner::Between | FlowInner::AfterJson => {
                    at = self.skip_white(at);
                    let Some(byte) = self.at(at) else {
                        return Err((depth, inner));
                    };
                    if byte == b'#' && (at == 0 || is_white(self.text[at - 1])) {
                        self.comment = to_u32(at);
                        return Err((depth, inner));
                    }
                    if matches!(byte, b']' | b'}') && depth <= 1 {
                        return Ok(at + 1);
                    }
                    (at, inner) = flow_step(self.text, at, byte, inner);
                    match byte {
                        b'[' | b'{' => depth += 1,
                        b']' | b'}' => depth -= 1,
                        _ => {}
                    }
                }
            }
        }
    }

    pub(super) fn value_end_before_comment(&self) -> usize {
        self.trimmed_end(self.text.len().min(self.comment as usize))
    }

    pub(super) fn flow_line(&mut self, state: State, depth: u32, inner: FlowInner) -> State {
        let spaces = self.spaces();
        let start = self.skip_white(spaces);
        let quoted = matches!(inner, FlowInner::SingleQuoted | FlowInner::DoubleQuoted);
        if start == self.text.len() {
            self.continued = true;
            return state;
        }
        let comment = self.text[start] == b'#' && !quoted;
        if column(spaces) <= state.parent && !comment {
            if start > spaces {
                self.error(spaces..start, "Tabs cannot indent: use spaces");
            } else if !matches!(self.text[start], b']' | b'}' | b',')
                && (spaces == 0 || looks_like_structure(&self.text[start..]))
            {
                return self.block_line(State::closed());
            }
        }
        self.continued = true;
        let inner = match inner {
            FlowInner::Plain if comment => FlowInner::Between,
            _ => inner,
        };
        match self.flow(start, depth, inner) {
            Ok(end) => {
                self.value_end = to_u32(end);
                self.finish_continued(end);
                State::closed()
            }
            Err((depth, inner)) => {
                self.value_end = to_u32(self.value_end_before_comment());
                State::inside(Mode::Flow { depth, inner }, state.parent)
            }
        }
    }
}

/// One step between the nodes of a flow collection.
fn flow_step(text: &[u8], at: usize, byte: u8, inner: FlowInner) -> (usize, FlowInner) {
    match byte {
        b'[' | b'{' | b',' => (at + 1, FlowInner::Between),
        b']' | b'}' => (at + 1, FlowInner::AfterJson),
        b'"' => (at + 1, FlowInner::DoubleQuoted),
        b'\'' => (at + 1, FlowInner::SingleQuoted),
        b':' if inner == FlowInner::AfterJson => (at + 1, FlowInner::Between),
        b':' | b'?' if ends_flow_token(text, at + 1) => (at + 1, FlowInner::Between),
        b'&' | b'!' | b'*' => (property_end(text, at).max(at + 1), FlowInner::Between),
        _ => (at, FlowInner::Plain),
    }
}

/// White space, a flow indicator or the end at `at`.
pub(crate) fn ends_flow_token(text: &[u8], at: usize) -> bool {
    is_blank_at(text, at) || is_flow_indicator(text[at])
}

/// Where a plain scalar in a flow collection ends in its line, and whether at a comment.
pub(crate) fn flow_plain_end(text: &[u8], from: usize) -> (usize, bool) {
    let mut at = from;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\n' | b'\r' => return (at, false),
            b':' if ends_flow_token(text, at + 1) => return (at, false),
            b'#' if at > from && is_white(text[at - 1]) => return (at, true),
            _ if is_flow_indicator(byte) => return (at, false),
            _ => at += 1,
        }
    }
    (at, false)
}
