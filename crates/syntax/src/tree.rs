//! A YAML file: its text, its documents, and the edits that keep the two together.
//!
//! Invariants: the documents tile the text; the tree is a total function of the text, and after
//! any edit equals a fresh parse of the new text.

use std::any::Any;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ropey::Rope;

use crate::document::Document;
use crate::layout::Layout;
use crate::lexer;
use crate::line::{Line, State};
use crate::sum_tree::{Builder, Item, SumTree, Summary};

/// A YAML file as a tree over a rope. Cloning takes a snapshot and is cheap.
///
/// ```
/// let mut tree = konflux_syntax::Tree::parse("kind: Task\n");
/// tree.edit(6..10, "Pipeline");
/// assert_eq!(tree.to_string(), "kind: Pipeline\n");
/// let document = tree.document_at(0);
/// let root = document.root().unwrap();
/// assert_eq!(root.get("kind").unwrap().text(), "Pipeline");
/// ```
#[derive(Clone)]
pub struct Tree {
    pub(crate) rope: Rope,
    pub(crate) documents: SumTree<Arc<DocumentData>>,
}

/// One document, wherever it stands in its file.
pub(crate) struct DocumentData {
    pub(crate) lines: SumTree<Line>,
    memo: Mutex<Vec<Arc<dyn Any + Send + Sync>>>,
    pub(crate) layout: OnceLock<Layout>,
}

impl Clone for DocumentData {
    /// A copy is made in order to be changed: what was derived from the original is left behind.
    fn clone(&self) -> Self {
        DocumentData::new(self.lines.clone())
    }
}

impl DocumentData {
    fn new(lines: SumTree<Line>) -> Self {
        DocumentData {
            lines,
            memo: Mutex::default(),
            layout: OnceLock::new(),
        }
    }

    pub(crate) fn layout(&self, rope: &Rope, start: usize) -> &Layout {
        self.layout.get_or_init(|| {
            let end = (start + self.lines.summary().bytes).min(rope.len_bytes());
            let text = rope.byte_slice(start..end).to_string();
            Layout::new(&self.lines, text.into_boxed_str())
        })
    }

    /// The value derived from this document that has type `T`, computed on first use.
    pub(crate) fn memo<T: Send + Sync + 'static>(&self, compute: impl FnOnce() -> T) -> Arc<T> {
        let known = |slots: &Vec<Arc<dyn Any + Send + Sync>>| {
            slots
                .iter()
                .find_map(|slot| Arc::clone(slot).downcast::<T>().ok())
        };
        let lock = || self.memo.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = known(&lock()) {
            return value;
        }
        // Computed without the lock: computing may ask for other derived values.
        let value = Arc::new(compute());
        let mut slots = lock();
        if let Some(earlier) = known(&slots) {
            return earlier;
        }
        slots.push(Arc::clone(&value) as Arc<dyn Any + Send + Sync>);
        value
    }

    fn end_state(&self) -> State {
        let last = self.lines.len().checked_sub(1);
        last.and_then(|last| self.lines.get(last))
            .map_or_else(State::default, |line| line.state)
    }

    fn state_before(&self, line: usize) -> State {
        let before = line
            .checked_sub(1)
            .and_then(|before| self.lines.get(before));
        before.map_or_else(State::default, |line| line.state)
    }
}

#[derive(Clone, Default)]
pub(crate) struct DocumentSummary {
    pub(crate) lines: usize,
    pub(crate) bytes: usize,
}

impl Summary for DocumentSummary {
    fn add(&mut self, right: &Self) {
        self.lines += right.lines;
        self.bytes += right.bytes;
    }
}

impl Item for Arc<DocumentData> {
    type Summary = DocumentSummary;

    fn summary(&self) -> DocumentSummary {
        DocumentSummary {
            lines: self.lines.len(),
            bytes: self.lines.summary().bytes,
        }
    }
}

/// A line of the file by the document that holds it.
#[derive(Clone, Copy)]
struct LinePlace {
    document: usize,
    /// The line in the document.
    line: usize,
    /// Where the line starts in the file, in bytes.
    start: usize,
    /// Bytes of the line, its break included.
    len: usize,
}

impl Tree {
    /// Parses `text`. Never fails: what is not YAML becomes errors of its document.
    pub fn parse(text: &str) -> Tree {
        Tree::build(Rope::from_str(text), text)
    }

    fn build(rope: Rope, text: &str) -> Tree {
        let mut documents = Assembly::default();
        for_each_line(text.as_bytes(), |content, len| {
            documents.lex_and_push(content, len);
        });
        Tree {
            rope,
            documents: documents.finish_all(),
        }
    }

    /// The text.
    pub fn rope(&self) -> &Rope {
        &self.rope
    }

    /// Bytes of the text.
    pub fn len_bytes(&self) -> usize {
        self.rope.len_bytes()
    }

    /// The documents, in order. There is at least one, and every byte is in exactly one.
    pub fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        let mut before = DocumentSummary::default();
        self.documents.iter_from(0).map(move |data| {
            let document = Document::new(self, data, before.bytes, before.lines);
            before.add(&data.summary());
            document
        })
    }

    /// How many documents there are; at least one.
    pub fn document_count(&self) -> usize {
        self.documents.len()
    }

    /// The document that holds the byte at `offset` (the last one at or after the end).
    pub fn document_at(&self, offset: usize) -> Document<'_> {
        let last = self.documents.len() - 1;
        let (before, data) = match self.documents.seek(|sum| sum.bytes > offset) {
            Some((_, before, data)) => (before, data),
            None => (
                self.documents.sum_before(last),
                // Invariant: there is always a document.
                self.documents.get(last).unwrap_or_else(|| unreachable!()),
            ),
        };
        Document::new(self, data, before.bytes, before.lines)
    }

    /// Replaces the bytes of `range` by `new_text`.
    ///
    /// Places past the end, or inside a character, are moved back to the nearest place that is
    /// valid; a range that ends before it starts is empty.
    pub fn edit(&mut self, range: Range<usize>, new_text: &str) {
        let (start, start_char) = self.floor(range.start);
        let (end, end_char) = match range.end > range.start {
            true => self.floor(range.end),
            false => (start, start_char),
        };
        let (first, last) = self.touched_lines(start, end);
        if end_char > start_char {
            self.rope.remove(start_char..end_char);
        }
        if !new_text.is_empty() {
            self.rope.insert(start_char, new_text);
        }
        let old = first.start..last.start + last.len;
        let new_end = old.end - (end - start) + new_text.len();
        let changed = self.text(old.start..new_end);
        if !self.relex_within_document(&first, &last, &changed, new_end) {
            self.relex_across_documents(&first, &last, &changed, new_end);
        }
    }

    /// The start of the character that holds a byte, in bytes and in characters.
    fn floor(&self, byte: usize) -> (usize, usize) {
        let byte = byte.min(self.rope.len_bytes());
        let (chunk, start, chars, _) = self.rope.chunk_at_byte(byte);
        let mut inside = byte - start;
        while !chunk.is_char_boundary(inside) {
            inside -= 1;
        }
        let chars = chars + chunk[..inside].chars().count();
        (start + inside, chars)
    }

    fn text(&self, range: Range<usize>) -> String {
        let (chunk, start, _, _) = self.rope.chunk_at_byte(range.start);
        match chunk.get(range.start - start..range.end - start) {
            Some(text) => text.to_owned(),
            None => self.rope.byte_slice(range).to_string(),
        }
    }

    /// The first and the last line whose text an edit of `start..end` may change. A carriage
    /// return at the end of a line belongs to the next edit, too: a line feed may join it.
    fn touched_lines(&self, start: usize, end: usize) -> (LinePlace, LinePlace) {
        let mut first = self.line_at(start);
        let last = match end < first.start + first.len {
            true => first,
            false => self.line_at(end),
        };
        if first.start == start && start > 0 && self.rope.byte(start - 1) == b'\r' {
            first = self.line_at(start - 1);
        }
        (first, last)
    }

    /// The line that holds the byte at `offset`; the last one at the end of the text.
    fn line_at(&self, offset: usize) -> LinePlace {
        let found = self.documents.seek(|sum| sum.bytes > offset);
        let (document, before, data) = match found {
            Some(found) => found,
            None => {
                let last = self.documents.len() - 1;
                let data = self.documents.get(last).unwrap_or_else(|| unreachable!());
                (last, self.documents.sum_before(last), data)
            }
        };
        let inside = offset - before.bytes;
        let (line, start, len) = match data.lines.seek(|sum| sum.bytes > inside) {
            Some((line, sum, item)) => (line, sum.bytes, item.len as usize),
            None => {
                let last = data.lines.len() - 1;
                let len = data.lines.get(last).map_or(0, |line| line.len as usize);
                (last, data.lines.summary().bytes - len, len)
            }
        };
        LinePlace {
            document,
            line,
            start: before.bytes + start,
            len,
        }
    }

    /// The common case: what changed stays within one document. Gives false, with nothing done,
    /// where it does not.
    fn relex_within_document(
        &mut self,
        first: &LinePlace,
        last: &LinePlace,
        changed: &str,
        mut end: usize,
    ) -> bool {
        if first.document != last.document {
            return false;
        }
        let Some(data) = self.documents.get(first.document) else {
            return false;
        };
        let mut state = data.state_before(first.line);
        let mut lines = Vec::new();
        let mut crosses = changed.is_empty();
        for_each_line(changed.as_bytes(), |content, len| {
            let begins = first.line + lines.len() > 0 && lexer::begins_document(content, state);
            // The first line of a document must go on beginning it.
            let joins = first.line + lines.len() == 0
                && first.document > 0
                && !lexer::begins_document(content, self.state_before_document(first.document));
            crosses |= begins || joins;
            if !crosses {
                let (line, _) = lexer::lex(content, len, state);
                state = line.state;
                lines.push(line);
            }
        });
        if crosses {
            return false;
        }
        let mut next = last.line + 1;
        let mut rest = data.lines.iter_from(next);
        let mut old_state = data.state_before(next);
        while state != old_state {
            let Some(old) = rest.next() else {
                // The document ends in another state: the next one may not begin any more.
                if first.document + 1 < self.documents.len() {
                    return false;
                }
                break;
            };
            let text = self.text(end..end + old.len as usize);
            let content = without_break(text.as_bytes());
            if lexer::begins_document(content, state) {
                return false;
            }
            let (line, _) = lexer::lex(content, text.len(), state);
            (state, old_state) = (line.state, old.state);
            lines.push(line);
            next += 1;
            end += text.len();
        }
        let document = first.document;
        self.documents.update(document, |data| {
            let data = Arc::make_mut(data);
            data.memo = Mutex::default();
            data.layout = OnceLock::new();
            data.lines.splice(first.line..next, lines);
        });
        true
    }

    fn state_before_document(&self, document: usize) -> State {
        let before = document
            .checked_sub(1)
            .and_then(|before| self.documents.get(before));
        before.map_or_else(State::default, |data| data.end_state())
    }

    /// The general case: documents split, join or move their boundaries.
    fn relex_across_documents(
        &mut self,
        first: &LinePlace,
        last: &LinePlace,
        changed: &str,
        mut end: usize,
    ) {
        // Where the boundary itself may be what went away, the document before is taken in.
        let from = match first.line {
            0 => first.document.saturating_sub(1),
            _ => first.document,
        };
        let mut assembly = Assembly::default();
        for data in self.documents.iter_from(from).take(first.document - from) {
            assembly.push_document(data);
        }
        if let Some(data) = self.documents.get(first.document)
            && first.line > 0
        {
            assembly.push_lines(data.lines.split(first.line).0);
        }
        for_each_line(changed.as_bytes(), |content, len| {
            assembly.lex_and_push(content, len);
        });
        let (mut document, mut line) = (last.document, last.line + 1);
        let mut stale = last.document + 1;
        while let Some(data) = self.documents.get(document) {
            let Some(old) = data.lines.get(line) else {
                (document, line) = (document + 1, 0);
                stale = stale.max(document);
                continue;
            };
            let text = self.text(end..end + old.len as usize);
            let content = without_break(text.as_bytes());
            if line == 0 && assembly.would_begin(content) {
                stale = document;
                break;
            }
            if line > 0 && assembly.state() == data.state_before(line) && !assembly.line_is_empty()
            {
                assembly.push_lines(data.lines.split(line).1);
                stale = document + 1;
                // What follows begins as before: the state at this document's end is the same.
                break;
            }
            assembly.lex_and_push(content, text.len());
            end += text.len();
            line += 1;
            stale = stale.max(document + 1);
        }
        let whole = from == 0 && stale >= self.documents.len();
        let new = assembly.finish(whole);
        self.documents.splice(from..stale, new);
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rope.chunks().try_for_each(|chunk| f.write_str(chunk))
    }
}

impl fmt::Debug for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.documents()).finish()
    }
}

/// Documents being put together from left to right.
#[derive(Default)]
struct Assembly {
    done: Vec<Arc<DocumentData>>,
    /// Lines of the current document, in two parts.
    head: SumTree<Line>,
    tail: Builder<Line>,
    state: State,
    /// The current document where it is an old one, unchanged.
    untouched: Option<Arc<DocumentData>>,
}

impl Assembly {
    fn state(&self) -> State {
        self.state
    }

    fn line_is_empty(&self) -> bool {
        self.head.is_empty() && self.tail.is_empty()
    }

    fn would_begin(&self, content: &[u8]) -> bool {
        self.line_is_empty() || lexer::begins_document(content, self.state)
    }

    fn lex_and_push(&mut self, content: &[u8], len: usize) {
        if !self.line_is_empty() && lexer::begins_document(content, self.state) {
            self.close();
        }
        let (line, _) = lexer::lex(content, len, self.state);
        self.state = line.state;
        self.untouched = None;
        self.tail.push(line);
    }

    fn push_document(&mut self, data: &Arc<DocumentData>) {
        self.push_lines(data.lines.clone());
        self.untouched = Some(Arc::clone(data));
    }

    fn push_lines(&mut self, lines: SumTree<Line>) {
        let Some(last) = lines.len().checked_sub(1).and_then(|last| lines.get(last)) else {
            return;
        };
        self.state = last.state;
        self.untouched = None;
        let tail = self.tail.finish();
        self.head = std::mem::take(&mut self.head).concat(tail).concat(lines);
    }

    fn close(&mut self) {
        let tail = self.tail.finish();
        let lines = std::mem::take(&mut self.head).concat(tail);
        let data = match self.untouched.take() {
            Some(data) => data,
            None => Arc::new(DocumentData::new(lines)),
        };
        self.done.push(data);
        self.state = State::default();
    }

    /// The documents. Where they are the whole file there is at least one, if only an empty line.
    fn finish(mut self, whole: bool) -> Vec<Arc<DocumentData>> {
        if self.line_is_empty() && whole && self.done.is_empty() {
            let (line, _) = lexer::lex(b"", 0, self.state);
            self.tail.push(line);
        }
        if !self.line_is_empty() {
            self.close();
        }
        self.done
    }

    fn finish_all(self) -> SumTree<Arc<DocumentData>> {
        self.finish(true).into_iter().collect()
    }
}

/// Calls `line` with the content and the length (break included) of each line; not for an empty
/// piece after the last break. Line breaks are LF, CRLF and CR.
fn for_each_line(text: &[u8], mut line: impl FnMut(&[u8], usize)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (content, len) = match memchr::memchr2(b'\n', b'\r', rest) {
            None => (rest.len(), rest.len()),
            Some(at) if rest[at] == b'\r' && rest.get(at + 1) == Some(&b'\n') => (at, at + 2),
            Some(at) => (at, at + 1),
        };
        line(&rest[..content], len);
        rest = &rest[len..];
    }
}

fn without_break(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}
