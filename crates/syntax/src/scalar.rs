//! Scalars decoded from their text, with a map back to the source for every piece.

use std::borrow::Cow;
use std::ops::Range;

use crate::span::Span;

/// How a scalar is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScalarStyle {
    /// `text`
    Plain,
    /// `'text'`
    SingleQuoted,
    /// `"text"`
    DoubleQuoted,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

impl ScalarStyle {
    /// The style of the scalar whose source starts with `first`.
    pub(crate) fn of(first: Option<u8>) -> ScalarStyle {
        match first {
            Some(b'\'') => ScalarStyle::SingleQuoted,
            Some(b'"') => ScalarStyle::DoubleQuoted,
            Some(b'|') => ScalarStyle::Literal,
            Some(b'>') => ScalarStyle::Folded,
            _ => ScalarStyle::Plain,
        }
    }
}

/// A run of decoded text and the source it comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Piece {
    text: (u32, u32),
    source: (u32, u32),
}

/// A decoded scalar: its text, and where each byte of the text stands in the document.
///
/// ```
/// let tree = konflux_syntax::Tree::parse("script: |\n  echo hi\n  exit 0\n");
/// let root = tree.document_at(0).root().unwrap();
/// let script = root.get("script").unwrap().scalar().unwrap();
/// assert_eq!(script.text(), "echo hi\nexit 0\n");
/// let exit = script.text().find("exit").unwrap();
/// assert_eq!(script.source(exit..exit + 4).start, 22);
/// assert_eq!(script.offset_of(22), Some(exit));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar {
    text: String,
    pieces: Vec<Piece>,
    style: ScalarStyle,
}

impl Scalar {
    /// The decoded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it is written.
    pub fn style(&self) -> ScalarStyle {
        self.style
    }

    /// The decoded text, without the map.
    pub fn into_text(self) -> String {
        self.text
    }

    /// Where the bytes `range` of the text stand in the document. A range that touches an escape
    /// or a folded line break covers it whole.
    pub fn source(&self, range: Range<usize>) -> Span {
        let start = self.source_of(range.start, false);
        let end = match range.is_empty() {
            true => start,
            false => self.source_of(range.end, true),
        };
        Span {
            start,
            end: end.max(start),
        }
    }

    fn source_of(&self, offset: usize, as_end: bool) -> u32 {
        let offset = u32::try_from(offset).unwrap_or(u32::MAX);
        let at = match as_end {
            true => self.pieces.partition_point(|p| p.text.1 < offset),
            false => self.pieces.partition_point(|p| p.text.1 <= offset),
        };
        let Some(piece) = self.pieces.get(at).or(self.pieces.last()) else {
            return 0;
        };
        let inside = offset.saturating_sub(piece.text.0);
        if piece.text.1 - piece.text.0 == piece.source.1 - piece.source.0 {
            (piece.source.0 + inside).min(piece.source.1)
        } else if inside == 0 {
            piece.source.0
        } else if as_end || offset >= piece.text.1 {
            piece.source.1
        } else {
            piece.source.0
        }
    }

    /// Where the document's byte `source` went in the text; `None` outside the content (quotes,
    /// indentation, line breaks folded away).
    pub fn offset_of(&self, source: u32) -> Option<usize> {
        let at = self.pieces.partition_point(|p| p.source.1 <= source);
        let piece = self.pieces.get(at)?;
        let inside = source.checked_sub(piece.source.0)?;
        let len = piece.text.1 - piece.text.0;
        let verbatim = len == piece.source.1 - piece.source.0;
        Some((piece.text.0 + if verbatim { inside } else { 0 }) as usize)
    }
}

/// Something wrong inside a scalar, in bytes of its source.
pub(crate) struct ScalarError {
    pub(crate) range: Range<usize>,
    pub(crate) message: &'static str,
}

/// Decodes `raw`, which stands at `base` in its document. `indent` is the indentation of a block
/// scalar's text where its header states it.
pub(crate) fn decode(raw: &str, base: u32, indent: Option<u32>) -> (Scalar, Vec<ScalarError>) {
    let style = ScalarStyle::of(raw.bytes().next());
    let mut decoder = Decoder {
        raw,
        base,
        text: String::with_capacity(raw.len()),
        pieces: Vec::new(),
        errors: Vec::new(),
    };
    match style {
        ScalarStyle::Plain => decoder.plain(),
        ScalarStyle::SingleQuoted => decoder.single_quoted(),
        ScalarStyle::DoubleQuoted => decoder.double_quoted(),
        ScalarStyle::Literal => decoder.block(true, indent),
        ScalarStyle::Folded => decoder.block(false, indent),
    }
    if decoder.pieces.is_empty() {
        let at = base + u32::from(style != ScalarStyle::Plain);
        decoder.pieces.push(Piece {
            text: (0, 0),
            source: (at, at),
        });
    }
    let scalar = Scalar {
        text: decoder.text,
        pieces: decoder.pieces,
        style,
    };
    (scalar, decoder.errors)
}

/// The part of a scalar's source that is its text as it stands, where there is one: decoding it
/// changes nothing and finds nothing wrong.
pub(crate) fn verbatim(raw: &[u8]) -> Option<Range<usize>> {
    match raw {
        [b'|' | b'>', ..] => None,
        [quote @ (b'"' | b'\''), inside @ .., last] if quote == last => {
            let special = |byte: &u8| matches!(byte, b'\\' | b'\n' | b'\r') || byte == quote;
            (!inside.iter().any(special)).then_some(1..raw.len() - 1)
        }
        [b'"' | b'\'', ..] => None,
        _ => memchr::memchr2(b'\n', b'\r', raw)
            .is_none()
            .then_some(0..raw.len()),
    }
}

/// The decoded text alone, borrowed where decoding changes nothing.
pub(crate) fn decode_text(raw: Cow<'_, str>, indent: Option<u32>) -> Cow<'_, str> {
    match (verbatim(raw.as_bytes()), raw) {
        (Some(range), Cow::Borrowed(raw)) => Cow::Borrowed(&raw[range]),
        (Some(range), Cow::Owned(raw)) => Cow::Owned(raw[range].to_string()),
        (None, raw) => Cow::Owned(decode(&raw, 0, indent).0.into_text()),
    }
}

struct Decoder<'a> {
    raw: &'a str,
    base: u32,
    text: String,
    pieces: Vec<Piece>,
    errors: Vec<ScalarError>,
}

impl Decoder<'_> {
    fn add(&mut self, text: &str, source: Range<usize>) {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        let piece = Piece {
            text: (from, self.text.len() as u32),
            source: (
                self.base + source.start as u32,
                self.base + source.end as u32,
            ),
        };
        if piece.text.0 < piece.text.1 {
            self.pieces.push(piece);
        }
    }

    fn copy(&mut self, source: Range<usize>) {
        let raw = self.raw;
        self.add(&raw[source.clone()], source);
    }

    fn error(&mut self, range: Range<usize>, message: &'static str) {
        self.errors.push(ScalarError { range, message });
    }

    /// The lines of `raw` in `range`, without their breaks.
    fn lines(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let bytes = self.raw.as_bytes();
        let mut lines = Vec::new();
        let mut start = range.start;
        while let Some(at) = memchr::memchr2(b'\n', b'\r', &bytes[start..range.end]) {
            let at = start + at;
            lines.push(start..at);
            let crlf = bytes[at] == b'\r' && at + 1 < range.end && bytes[at + 1] == b'\n';
            start = at + 1 + usize::from(crlf);
        }
        lines.push(start..range.end);
        lines
    }

    fn trim(&self, line: Range<usize>, start: bool, end: bool) -> Range<usize> {
        let white = [' ', '\t'];
        let text = &self.raw[line.clone()];
        let from = match start {
            true => text.len() - text.trim_start_matches(white).len(),
            false => 0,
        };
        let to = match end {
            true => text.trim_end_matches(white).len(),
            false => text.len(),
        };
        line.start + from.min(to)..line.start + to
    }

    /// Line folding of flow scalars: one break becomes a space, more become one fewer.
    fn fold(&mut self, breaks: usize, source: Range<usize>) {
        match breaks {
            0 => {}
            1 => self.add(" ", source),
            n => self.add(&"\n".repeat(n - 1), source),
        }
    }

    fn plain(&mut self) {
        let (mut breaks, mut end) = (0, 0);
        for (i, line) in self.lines(0..self.raw.len()).into_iter().enumerate() {
            let line = self.trim(line, i > 0, true);
            breaks += usize::from(i > 0);
            if !line.is_empty() {
                self.fold(breaks, end..line.start);
                end = line.end;
                self.copy(line);
                breaks = 0;
            }
        }
    }

    /// The content of a quoted scalar; notes where its closing quote is missing.
    fn quoted_range(&mut self, quote: char) -> Range<usize> {
        let body = &self.raw[1..];
        match body.strip_suffix(quote) {
            Some(inner) if !self.ends_escaped(quote) => 1..1 + inner.len(),
            _ => {
                self.error(0..1, "This quote is never closed");
                1..self.raw.len()
            }
        }
    }

    /// Whether the last quote of `raw` is escaped, so that it does not close the scalar.
    fn ends_escaped(&self, quote: char) -> bool {
        let inner = &self.raw.as_bytes()[1..self.raw.len() - 1];
        let escape = if quote == '"' { b'\\' } else { b'\'' };
        if quote == '"' {
            return inner.iter().rev().take_while(|b| **b == escape).count() % 2 == 1;
        }
        inner.iter().rev().take_while(|b| **b == escape).count() % 2 == 1
    }

    fn single_quoted(&mut self) {
        let range = self.quoted_range('\'');
        let lines = self.lines(range);
        let (count, mut breaks, mut end) = (lines.len(), 0, 1);
        for (i, line) in lines.into_iter().enumerate() {
            let line = self.trim(line, i > 0, i + 1 < count);
            breaks += usize::from(i > 0);
            if line.is_empty() && i + 1 < count {
                continue;
            }
            self.fold(breaks, end..line.start);
            breaks = 0;
            end = line.end;
            let mut start = line.start;
            while let Some(at) = self.raw[start..line.end].find("''") {
                self.copy(start..start + at);
                self.add("'", start + at..start + at + 2);
                start += at + 2;
            }
            self.copy(start..line.end);
        }
    }

    fn double_quoted(&mut self) {
        let range = self.quoted_range('"');
        let lines = self.lines(range);
        let (count, mut breaks, mut end) = (lines.len(), 0, 1);
        let mut joined = false;
        for (i, line) in lines.into_iter().enumerate() {
            let last = i + 1 == count;
            let escaped_break = !last && self.ends_with_escape(&line);
            let line = self.trim_double(line, i > 0, !last && !escaped_break);
            breaks += usize::from(i > 0 && !joined);
            if line.is_empty() && !last {
                if joined {
                    // An empty line after an escaped break counts as a break of its own.
                    breaks += 1;
                    joined = false;
                }
                continue;
            }
            if !joined || breaks > 0 {
                self.fold(breaks, end..line.start);
            }
            breaks = 0;
            end = line.end;
            let content = match escaped_break {
                true => line.start..line.end - 1,
                false => line,
            };
            self.unescape(content);
            joined = escaped_break;
        }
    }

    fn ends_with_escape(&self, line: &Range<usize>) -> bool {
        let bytes = &self.raw.as_bytes()[line.clone()];
        bytes.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
    }

    /// Trims white space, but not a space or tab that is escaped.
    fn trim_double(&self, line: Range<usize>, start: bool, end: bool) -> Range<usize> {
        let trimmed = self.trim(line.clone(), start, end);
        let escaped = trimmed.end < line.end && self.ends_with_escape(&trimmed);
        trimmed.start..trimmed.end + usize::from(escaped)
    }

    fn unescape(&mut self, range: Range<usize>) {
        let mut start = range.start;
        while let Some(at) = memchr::memchr(b'\\', &self.raw.as_bytes()[start..range.end]) {
            let at = start + at;
            self.copy(start..at);
            let rest = &self.raw[at + 1..range.end];
            let (text, len) = match escape(rest) {
                Some(found) => found,
                None => {
                    let len = rest.chars().next().map_or(0, char::len_utf8);
                    self.error(at..at + 1 + len, "No such escape in a double-quoted scalar");
                    (None, len)
                }
            };
            let source = at..at + 1 + len;
            match text {
                Some(char) => self.add(char.encode_utf8(&mut [0; 4]), source),
                None => self.copy(source),
            }
            start = at + 1 + len;
        }
        self.copy(start..range.end);
    }

    fn block(&mut self, literal: bool, stated: Option<u32>) {
        let header = memchr::memchr2(b'\n', b'\r', self.raw.as_bytes()).unwrap_or(self.raw.len());
        let options = self.raw[1..header]
            .split([' ', '\t', '#'])
            .next()
            .unwrap_or("");
        let (strip, keep) = (options.contains('-'), options.contains('+'));
        let all = self.lines(0..self.raw.len());
        let spaces = |line: &Range<usize>| {
            let text = &self.raw[line.clone()];
            text.len() - text.trim_start_matches(' ').len()
        };
        let detected = || {
            let has_text = |line: &&Range<usize>| spaces(line) < line.len();
            let widest = || all[1..].iter().map(spaces).max().unwrap_or(0);
            all[1..].iter().find(has_text).map_or_else(widest, spaces)
        };
        let indent = stated.map_or_else(detected, |n| n as usize);
        // What follows the last break is not a line.
        let ended = all.last().is_some_and(Range::is_empty);
        let count = all.len() - usize::from(ended && all.len() > 1);
        let lines: Vec<_> = all[1..count].to_vec();
        let mut text = BlockText::new(literal);
        for (i, line) in lines.iter().enumerate() {
            let skip = spaces(line).min(indent);
            let content = line.start + skip..line.end;
            let next = lines.get(i + 1).map_or(self.raw.len(), |next| next.start);
            let line_break = content.end..next;
            if content.is_empty() {
                text.breaks.push(line_break);
            } else {
                text.line(self, content, line_break);
            }
        }
        // The end of the file counts as the break of its last line.
        if !strip && let Some(line_break) = text.last.take() {
            self.add("\n", line_break);
        }
        if keep {
            text.breaks
                .into_iter()
                .for_each(|line_break| self.add("\n", line_break));
        }
    }
}

/// The line breaks that a block scalar's next line of text decides about.
struct BlockText {
    literal: bool,
    /// The break after the last line with text.
    last: Option<Range<usize>>,
    /// The breaks of the empty lines since.
    breaks: Vec<Range<usize>>,
    /// The last line with text started with white space.
    indented: bool,
}

impl BlockText {
    fn new(literal: bool) -> Self {
        BlockText {
            literal,
            last: None,
            breaks: Vec::new(),
            indented: false,
        }
    }

    fn line(&mut self, decoder: &mut Decoder<'_>, content: Range<usize>, line_break: Range<usize>) {
        let indented = matches!(decoder.raw.as_bytes()[content.start], b' ' | b'\t');
        if let Some(last) = self.last.take() {
            if self.literal || self.indented || indented {
                decoder.add("\n", last);
            } else if self.breaks.is_empty() {
                decoder.add(" ", last);
            }
        }
        for line_break in self.breaks.drain(..) {
            decoder.add("\n", line_break);
        }
        decoder.copy(content);
        self.last = Some(line_break);
        self.indented = indented;
    }
}

/// The character that an escape stands for and the bytes it takes after the backslash.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let first = rest.chars().next()?;
    let hex = |digits: usize| {
        let code = rest.get(1..1 + digits)?;
        let valid = code.bytes().all(|b| b.is_ascii_hexdigit());
        let code = u32::from_str_radix(code, 16).ok().filter(|_| valid)?;
        Some((Some(char::from_u32(code)?), 1 + digits))
    };
    let char = match first {
        '0' => '\0',
        'a' => '\x07',
        'b' => '\x08',
        't' | '\t' => '\t',
        'n' => '\n',
        'v' => '\x0b',
        'f' => '\x0c',
        'r' => '\r',
        'e' => '\x1b',
        ' ' => ' ',
        '"' => '"',
        '/' => '/',
        '\\' => '\\',
        'N' => '\u{85}',
        '_' => '\u{a0}',
        'L' => '\u{2028}',
        'P' => '\u{2029}',
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        _ => return None,
    };
    Some((Some(char), first.len_utf8()))
}
