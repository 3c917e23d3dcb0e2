//! Places and names as other programs and people want them.

use std::borrow::Cow;
use std::ops::Range;

use ropey::Rope;
use serde::Serialize;

/// A place as the language server protocol counts: lines from 0, UTF-16 code units from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    pub(crate) line: usize,
    pub(crate) character: usize,
}

/// Two places, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Places {
    pub(crate) start: Place,
    pub(crate) end: Place,
}

impl Places {
    /// Where these bytes of the text are; bytes past its end count as its end.
    pub(crate) fn of(rope: &Rope, range: &Range<usize>) -> Places {
        Places {
            start: Place::of(rope, range.start),
            end: Place::of(rope, range.end),
        }
    }
}

impl Place {
    fn of(rope: &Rope, byte: usize) -> Place {
        let character = rope.byte_to_char(byte.min(rope.len_bytes()));
        let line = rope.char_to_line(character);
        let start = rope.line_to_char(line);
        Place {
            line,
            character: rope.char_to_utf16_cu(character) - rope.char_to_utf16_cu(start),
        }
    }
}

/// A text that cannot steer a terminal: control characters are shown as their pictures.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .all(|character| !character.is_control() || character == '\n')
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(annotate_snippets::normalize_untrusted_str(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_outside_the_basic_plane_count_twice() {
        let rope = Rope::from_str("a: 😀x\r\nb: é\r\n");
        let of = |text: &str| {
            let start = rope.to_string().find(text).expect("in the text");
            Places::of(&rope, &(start..start + text.len()))
        };
        assert_eq!(
            of("x").start,
            Place {
                line: 0,
                character: 5
            }
        );
        assert_eq!(
            of("é").end,
            Place {
                line: 1,
                character: 4
            }
        );
        assert_eq!(
            Place::of(&rope, 1000),
            Place {
                line: 2,
                character: 0
            }
        );
    }

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert!(!printable("\u{1b}[31mred\u{7}").contains(['\u{1b}', '\u{7}']));
        assert_eq!(printable("plain\nlines"), "plain\nlines");
    }
}
