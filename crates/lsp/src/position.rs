//! The only place where bytes become positions and positions become bytes.
//!
//! The client chose how columns are counted when the connection was set up; everything inside
//! counts bytes. Lines are LSP's: LF, CRLF and CR. Each lookup walks down the rope, so it costs
//! the logarithm of the file, not the file.
//!
//! Invariant: whatever a client claims (columns past the line, lines past the file, halves of
//! characters, an end before its start), the result is a valid range on character boundaries.

use std::ops::Range;

use lsp_types::{Position, PositionEncodingKind};
use ropey::Rope;

/// How the client counts columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16: what every client understands.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of what a client offers. Nothing offered means UTF-16.
    pub(crate) fn negotiate<'a>(offered: impl Iterator<Item = &'a str> + Clone) -> Encoding {
        let offers = |name| offered.clone().any(|offer| offer == name);
        if offers("utf-8") {
            Encoding::Utf8
        } else if offers("utf-32") && !offers("utf-16") {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        }
    }

    /// The protocol's name.
    pub(crate) fn kind(self) -> PositionEncodingKind {
        match self {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
            Encoding::Utf32 => PositionEncodingKind::UTF32,
        }
    }
}

/// The places of one text.
#[derive(Clone, Copy)]
pub struct Places<'r> {
    rope: &'r Rope,
    encoding: Encoding,
}

impl<'r> Places<'r> {
    /// The places of `rope`, columns counted in `encoding`.
    pub fn new(rope: &'r Rope, encoding: Encoding) -> Places<'r> {
        Places { rope, encoding }
    }

    /// The byte at a position.
    pub fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        if line >= self.rope.len_lines() {
            return self.rope.len_bytes();
        }
        let (start, end) = (self.rope.line_to_byte(line), self.line_end(line));
        let column = position.character as usize;
        match self.encoding {
            Encoding::Utf8 => self.floor(start.saturating_add(column).min(end)),
            Encoding::Utf16 => {
                let limit = self.rope.char_to_utf16_cu(self.rope.byte_to_char(end));
                let first = self.rope.char_to_utf16_cu(self.rope.byte_to_char(start));
                let unit = first.saturating_add(column).min(limit);
                self.rope.char_to_byte(self.rope.utf16_cu_to_char(unit))
            }
            Encoding::Utf32 => {
                let limit = self.rope.byte_to_char(end);
                let char = self
                    .rope
                    .byte_to_char(start)
                    .saturating_add(column)
                    .min(limit);
                self.rope.char_to_byte(char)
            }
        }
    }

    /// The bytes of a range.
    pub fn bytes(&self, range: lsp_types::Range) -> Range<usize> {
        let (start, end) = (self.offset(range.start), self.offset(range.end));
        start.min(end)..start.max(end)
    }

    /// The position of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset.min(self.rope.len_bytes()));
        let line = self.rope.byte_to_line(offset);
        let start = self.rope.line_to_byte(line);
        let column = match self.encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => {
                self.rope.char_to_utf16_cu(self.rope.byte_to_char(offset))
                    - self.rope.char_to_utf16_cu(self.rope.byte_to_char(start))
            }
            Encoding::Utf32 => self.rope.byte_to_char(offset) - self.rope.byte_to_char(start),
        };
        Position::new(saturate(line), saturate(column))
    }

    /// The range of some bytes.
    pub fn range(&self, bytes: Range<usize>) -> lsp_types::Range {
        let start = self.position(bytes.start);
        let end = if bytes.end > bytes.start {
            self.position(bytes.end)
        } else {
            start
        };
        lsp_types::Range::new(start, end)
    }

    /// Where the content of a line ends, before its line break.
    fn line_end(&self, line: usize) -> usize {
        let start = self.rope.line_to_byte(line);
        let mut end = self.rope.line_to_byte(line + 1);
        if end > start && self.rope.byte(end - 1) == b'\n' {
            end -= 1;
        }
        if end > start && line + 1 < self.rope.len_lines() && self.rope.byte(end - 1) == b'\r' {
            end -= 1;
        }
        end
    }

    /// The start of the character that a byte belongs to.
    fn floor(&self, offset: usize) -> usize {
        self.rope.char_to_byte(self.rope.byte_to_char(offset))
    }
}

fn saturate(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "añ😀b\r\n漢字: x\rlast\n";

    /// LSP's definition, by hand and slowly.
    fn oracle(text: &str, offset: usize, encoding: Encoding) -> Position {
        let (mut line, mut start) = (0, 0);
        let bytes = text.as_bytes();
        for i in 0..offset {
            let crlf = bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n');
            if bytes[i] == b'\n' || bytes[i] == b'\r' && !crlf {
                (line, start) = (line + 1, i + 1);
            }
        }
        let column = match encoding {
            Encoding::Utf8 => offset - start,
            Encoding::Utf16 => text[start..offset].encode_utf16().count(),
            Encoding::Utf32 => text[start..offset].chars().count(),
        };
        Position::new(line, u32::try_from(column).unwrap())
    }

    #[test]
    fn every_place_in_every_encoding_goes_there_and_back() {
        let rope = Rope::from_str(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let places = Places::new(&rope, encoding);
            for (offset, _) in TEXT.char_indices().chain([(TEXT.len(), ' ')]) {
                let position = places.position(offset);
                assert_eq!(
                    position,
                    oracle(TEXT, offset, encoding),
                    "{offset} {encoding:?}"
                );
                let between_cr_and_lf =
                    TEXT[..offset].ends_with('\r') && TEXT[offset..].starts_with('\n');
                if !between_cr_and_lf {
                    assert_eq!(places.offset(position), offset, "{offset} {encoding:?}");
                }
            }
        }
    }

    #[test]
    fn lies_are_clamped() {
        let rope = Rope::from_str(TEXT);
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let places = Places::new(&rope, encoding);
            // Past the line: its end, before the line break.
            assert_eq!(places.offset(Position::new(0, 999)), 8);
            assert_eq!(
                places.offset(Position::new(1, u32::MAX)),
                10 + "漢字: x".len()
            );
            // Past the file: its end.
            assert_eq!(places.offset(Position::new(u32::MAX, u32::MAX)), TEXT.len());
            let backwards = lsp_types::Range::new(Position::new(9, 9), Position::new(0, 0));
            assert_eq!(places.bytes(backwards), 0..TEXT.len());
            assert_eq!(places.position(usize::MAX), Position::new(3, 0));
        }
        // Inside a character: its start.
        assert_eq!(
            Places::new(&rope, Encoding::Utf8).offset(Position::new(0, 5)),
            3
        );
        assert_eq!(
            Places::new(&rope, Encoding::Utf16).offset(Position::new(0, 3)),
            3
        );
    }

    #[test]
    fn an_empty_text_has_one_place() {
        let rope = Rope::new();
        let places = Places::new(&rope, Encoding::Utf16);
        assert_eq!(places.offset(Position::new(0, 0)), 0);
        assert_eq!(places.offset(Position::new(1, 5)), 0);
        assert_eq!(places.position(0), Position::new(0, 0));
    }

    #[test]
    fn utf8_is_preferred_and_utf16_is_the_fallback() {
        let negotiate = |offered: &[&str]| Encoding::negotiate(offered.iter().copied());
        assert_eq!(negotiate(&["utf-16", "utf-8"]), Encoding::Utf8);
        assert_eq!(negotiate(&["utf-32", "utf-16"]), Encoding::Utf16);
        assert_eq!(negotiate(&["utf-32"]), Encoding::Utf32);
        assert_eq!(negotiate(&["utf-7"]), Encoding::Utf16);
        assert_eq!(negotiate(&[]), Encoding::Utf16);
    }
}
