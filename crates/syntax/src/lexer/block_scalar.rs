//! Block scalars: header, indentation and end.

use super::*;

impl Lexer<'_> {
    pub(super) fn block_scalar_header(
        &mut self,
        start: usize,
        content: usize,
        parent: i32,
    ) -> State {
        let mut at = content + 1;
        let mut indent = None;
        let mut chomping = false;
        while let Some(byte) = self.at(at) {
            match byte {
                b'1'..=b'9' if indent.is_none() => indent = Some(u32::from(byte - b'0')),
                b'+' | b'-' if !chomping => chomping = true,
                _ => break,
            }
            at += 1;
        }
        self.push(EntryKind::Value, start, content, at);
        if !is_blank_at(self.text, at) {
            let message = "Only an indentation (1 to 9) and `+` or `-` may follow `|` or `>`";
            self.rest_error(at, message);
        } else {
            self.finish(at, "The text of a block scalar starts on the next line");
        }
        let indent = indent.map(|n| n + u32::try_from(parent).unwrap_or(0));
        State::inside(Mode::BlockScalar { indent, blank: 0 }, parent)
    }

    pub(super) fn block_scalar_line(
        &mut self,
        state: State,
        indent: Option<u32>,
        blank: u32,
    ) -> State {
        let spaces = self.spaces();
        let columns = to_u32(spaces);
        if spaces == self.text.len() {
            self.continued = true;
            let blank = match indent {
                None => blank.max(columns),
                Some(_) => 0,
            };
            return State::inside(Mode::BlockScalar { indent, blank }, state.parent);
        }
        let inside = match indent {
            Some(indent) => columns >= indent,
            None => column(spaces) > state.parent,
        };
        if inside {
            self.continued = true;
            self.value_end = to_u32(self.text.len());
            if indent.is_none() && blank > columns {
                let message = "An empty line above has more spaces than this first line of text";
                self.error(0..spaces, message);
            }
            let mode = Mode::BlockScalar {
                indent: indent.or(Some(columns)),
                blank: 0,
            };
            return State::inside(mode, state.parent);
        }
        if indent.is_none()
            && self.text[spaces] == b'\t'
            && self.skip_white(spaces) == self.text.len()
        {
            self.error(spaces..self.text.len(), "Tabs cannot indent: use spaces");
        }
        self.block_line(State::closed())
    }
}
