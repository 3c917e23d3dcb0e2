//! One YAML document of a file.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::errors::SyntaxError;
use crate::layout::Layout;
use crate::line::{EntryKind, Has, Line, LineSummary, Mode};
use crate::nesting::{Owner, Place};
use crate::node::{Node, NodeKind};
use crate::span::Span;
use crate::sum_tree::SumTree;
use crate::tree::{DocumentData, Tree};

/// A YAML document: from its directives or `---` up to the next one.
///
/// ```
/// let tree = konflux_syntax::Tree::parse("a: 1\n---\nb: 2 # two\n");
/// let second = tree.documents().nth(1).unwrap();
/// assert_eq!(second.start(), 5);
/// assert_eq!(second.root().unwrap().get("b").unwrap().text(), "2");
/// assert!(second.errors().is_empty());
/// assert_eq!(second.comments().len(), 1);
/// ```
#[derive(Clone)]
pub struct Document<'t> {
    tree: &'t Tree,
    data: &'t Arc<DocumentData>,
    start: usize,
    start_line: usize,
}

/// Nodes from the outside in: see [`Document::nodes`].
pub struct Nodes<'t> {
    stack: Vec<Node<'t>>,
}

impl<'t> Iterator for Nodes<'t> {
    type Item = Node<'t>;

    fn next(&mut self) -> Option<Node<'t>> {
        let node = self.stack.pop()?;
        let from = self.stack.len();
        match node.kind() {
            NodeKind::Mapping => node.pairs().for_each(|pair| {
                self.stack.push(pair.key);
                self.stack.push(pair.value);
            }),
            NodeKind::Sequence => self.stack.extend(node.items()),
            _ => {}
        }
        self.stack[from..].reverse();
        Some(node)
    }
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Where it stands.
    pub span: Span,
    /// Nothing else stands on its line.
    pub own_line: bool,
}

impl<'t> Document<'t> {
    pub(crate) fn new(
        tree: &'t Tree,
        data: &'t Arc<DocumentData>,
        start: usize,
        start_line: usize,
    ) -> Self {
        Document {
            tree,
            data,
            start,
            start_line,
        }
    }

    /// Where it starts in its file, in bytes.
    pub fn start(&self) -> usize {
        self.start
    }

    /// The line of the file, from 0, that it starts on.
    pub fn start_line(&self) -> usize {
        self.start_line
    }

    /// Bytes.
    pub fn len(&self) -> usize {
        self.lines().summary().bytes
    }

    /// It has no text at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// It starts with `---`, and so is there even without content.
    pub fn is_explicit(&self) -> bool {
        self.lines()
            .next_where(0, &|sum: &LineSummary| sum.has(Has::Entry))
            .is_some_and(|(line, _)| self.marker_from(line))
    }

    fn marker_from(&self, line: usize) -> bool {
        let kinds = self
            .lines()
            .iter_from(line)
            .flat_map(|line| &line.entries)
            .map(|entry| entry.kind);
        kinds
            .take_while(|kind| matches!(kind, EntryKind::Directive | EntryKind::DocumentStart))
            .any(|kind| kind == EntryKind::DocumentStart)
    }

    /// How its lines end, or those of its file where it has only one.
    pub(crate) fn line_break(&self) -> &'static str {
        let lines = &self.tree.rope;
        let own = lines.get_line(self.start_line);
        let first =
            own.filter(|line| line.len_chars() > 0 && line.char(line.len_chars() - 1) == '\n');
        let line = first
            .or_else(|| lines.get_line(0))
            .map(|line| line.to_string());
        match line.is_some_and(|line| line.ends_with("\r\n")) {
            true => "\r\n",
            false => "\n",
        }
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> Cow<'t, str> {
        if let Some(layout) = self.data.layout.get() {
            let end = span.end.min(layout.text.len() as u32);
            return Cow::Borrowed(layout.text(Span::new(span.start.min(end), end)));
        }
        let len = self.tree.rope.len_bytes();
        let end = (self.start + span.end as usize).min(len);
        let start = (self.start + span.start as usize).min(end);
        match self.tree.rope.get_byte_slice(start..end) {
            Some(slice) => slice.into(),
            None => Cow::Borrowed(""),
        }
    }

    /// Lays the document out for reading most of it: from now on, until an edit, its text is in one
    /// piece and [`Self::text`] borrows. Without, every read is a search, which suits a look at a
    /// few nodes of a large document.
    pub fn lay_out(&self) {
        self.laid_out();
    }

    pub(crate) fn laid_out(&self) -> &'t Layout {
        self.data.layout(&self.tree.rope, self.start)
    }

    /// The node at the top; `None` where the document has no content.
    pub fn root(&self) -> Option<Node<'t>> {
        let root = Node::of_owner(self, Owner::Document);
        (root.kind() != NodeKind::Empty || root.has_properties()).then_some(root)
    }

    /// All nodes, keys before values, outer before inner.
    pub fn nodes(&self) -> Nodes<'t> {
        self.lay_out();
        self.nodes_of(self.root())
    }

    /// The given nodes and all inside them, outer before inner.
    pub(crate) fn nodes_of(&self, from: impl IntoIterator<Item = Node<'t>>) -> Nodes<'t> {
        Nodes {
            stack: from.into_iter().collect(),
        }
    }

    /// The comments, in order.
    pub fn comments(&self) -> Vec<Comment> {
        self.lay_out();
        let mut comments = Vec::new();
        for (index, line) in self.lines_where(|sum| sum.has(Has::Comment)) {
            let start = self.line_start(index);
            let first = start - line.text_start();
            let text = self.text(Span::new(first, first + line.len));
            let bom = line.text_start() as usize;
            let len = text.trim_end_matches(['\n', '\r']).len() as u32;
            comments.push(Comment {
                span: Span::new(start + line.comment, start + len - line.text_start()),
                own_line: text[bom..bom + line.comment as usize]
                    .trim_matches([' ', '\t'])
                    .is_empty(),
            });
        }
        comments
    }

    /// The innermost node whose span touches `offset`: a key, a scalar, the place for a value, or
    /// the collection around.
    pub fn node_at(&self, offset: u32) -> Option<Node<'t>> {
        let (index, before, line) = self
            .lines()
            .seek(|sum| sum.bytes > offset as usize)
            .or_else(|| {
                let last = self.lines().len().checked_sub(1)?;
                let line = self.lines().get(last)?;
                Some((last, self.lines().sum_before(last), line))
            })?;
        let (head, column) = match line.continued {
            true => {
                let head = |sum: &LineSummary| sum.has(Has::Head);
                (self.lines().prev_where(index, &head)?.0, u32::MAX)
            }
            false => (
                index,
                (offset - before.bytes as u32).saturating_sub(line.text_start()),
            ),
        };
        let place = self.entry_at(head, column)?;
        Node::at(self, place, offset)
    }

    /// The last structural entry that starts at or before `column` of a line, or before the line.
    fn entry_at(&self, line: usize, column: u32) -> Option<Place> {
        let last = |line: usize, column: u32| {
            let entries = &self.line(line)?.entries;
            let before = |i: &usize| {
                entries[*i].order() < crate::line::TRANSPARENT && entries[*i].start <= column
            };
            let index = (0..entries.len()).rev().find(before)?;
            Some(Place::searched(line, index, entries[index]))
        };
        last(line, column).or_else(|| {
            let structural = |sum: &LineSummary| sum.min_order < crate::line::TRANSPARENT;
            let (line, _) = self.lines().prev_where(line, &structural)?;
            last(line, u32::MAX)
        })
    }

    /// The value of type `T` that `compute` derives from this document, kept as long as the
    /// document does not change. There is one for each type. `compute` must depend on nothing but
    /// the document's text.
    pub fn memo<T: Any + Send + Sync>(&self, compute: impl FnOnce() -> T) -> Arc<T> {
        self.data.memo(compute)
    }

    /// The same document, unchanged: not only equal text, but nothing was edited in it.
    pub fn same(&self, other: &Document<'_>) -> bool {
        Arc::ptr_eq(self.data, other.data) || self.lines().ptr_eq(other.lines())
    }

    pub(crate) fn layout(&self) -> Option<&'t Layout> {
        self.data.layout.get()
    }

    pub(crate) fn lines(&self) -> &'t SumTree<Line> {
        &self.data.lines
    }

    /// The lines of which `found` is true, with their index; the others cost nothing.
    pub(crate) fn lines_where(
        &self,
        found: impl Fn(&LineSummary) -> bool,
    ) -> impl Iterator<Item = (usize, &'t Line)> {
        let lines = self.lines();
        let mut from = 0;
        std::iter::from_fn(move || {
            let (index, line) = lines.next_where(from, &found)?;
            from = index + 1;
            Some((index, line))
        })
    }

    pub(crate) fn line(&self, index: usize) -> Option<&'t Line> {
        self.lines().get(index)
    }

    /// Where the places in a line count from.
    pub(crate) fn line_start(&self, index: usize) -> u32 {
        if let Some(layout) = self.data.layout.get() {
            let start = layout.line_starts.get(index).copied();
            return start.unwrap_or(layout.text.len() as u32);
        }
        let bom = self.line(index).map_or(0, Line::text_start);
        self.lines().sum_before(index).bytes as u32 + bom
    }

    pub(crate) fn span_in_line(&self, line: usize, start: u32, end: u32) -> Span {
        let from = self.line_start(line);
        Span::new(from + start, from + end)
    }

    /// The source of a key's or value's content, over all its lines. For a block scalar, the line
    /// break after its last line is inside.
    pub(crate) fn content_span(&self, place: Place) -> Span {
        if let Some(content) = self.layout().and_then(|layout| layout.content(place)) {
            return content;
        }
        let start = self.line_start(place.line);
        let first = Span::new(start + place.entry.content, start + place.entry.end);
        let next = place.line + 1;
        let goes_on = place.entry.kind == EntryKind::Value
            && self.line(next).is_some_and(|line| line.continued);
        if !goes_on
            || self
                .line(place.line)
                .is_none_or(|line| line.entries.len() != place.index as usize + 1)
        {
            return first;
        }
        let head = |sum: &LineSummary| sum.has(Has::Head);
        let end = self
            .lines()
            .next_where(next, &head)
            .map_or(self.lines().len(), |(end, _)| end);
        if self.is_block_scalar(place) {
            return Span::new(first.start, self.line_start(end));
        }
        let with_value = |sum: &LineSummary| sum.has(Has::ValueLine);
        match self.lines().prev_where(end, &with_value) {
            Some((last, line)) if last >= next => {
                Span::new(first.start, self.line_start(last) + line.value_end)
            }
            _ => first,
        }
    }

    pub(crate) fn is_block_scalar(&self, place: Place) -> bool {
        if !matches!(place.entry.first, b'|' | b'>') {
            return false;
        }
        let mode = self.line(place.line).map(|line| line.state.mode);
        matches!(mode, Some(Mode::BlockScalar { .. }))
            && place.entry.kind == EntryKind::Value
            && self
                .line(place.line)
                .is_some_and(|line| line.entries.len() == place.index as usize + 1)
    }

    /// The indentation of a block scalar's text where its header states it.
    pub(crate) fn stated_indent(&self, place: Place) -> Option<u32> {
        if !matches!(place.entry.first, b'|' | b'>') {
            return None;
        }
        match self.line(place.line)?.state.mode {
            Mode::BlockScalar { indent, .. } => indent,
            _ => None,
        }
    }

    /// The lines that are no YAML and have no part in the tree: merge markers, lines of templates,
    /// structure indented by tabs. In order, without their line breaks.
    pub fn left_out(&self) -> impl Iterator<Item = Span> + use<'_, 't> {
        self.lines_where(|sum| sum.has(Has::Error))
            .filter(|(_, line)| line.entries.is_empty() && !line.continued)
            .map(|(index, line)| {
                let start = self.line_start(index);
                let span = Span::new(start, start - line.text_start() + line.len);
                let text = self.text(span);
                let len = text.trim_end_matches(['\n', '\r']).len() as u32;
                Span::new(start, start + len)
            })
    }

    /// What is wrong with the document as YAML, in order of place.
    pub fn errors(&self) -> Vec<SyntaxError> {
        crate::errors::of(self)
    }
}

impl fmt::Debug for Document<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.nodes()).finish()
    }
}
