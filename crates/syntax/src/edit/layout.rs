//! Which lines belong to what: the places that an entry of a collection takes in its text.

use std::borrow::Cow;

use crate::document::Document;
use crate::line::EntryKind;
use crate::node::{Node, NodeKind};
use crate::scalar::ScalarStyle;
use crate::span::Span;

use super::Refusal;

/// The text of a document, line by line.
pub(super) struct Source<'t> {
    pub(super) document: Document<'t>,
    pub(super) text: Cow<'t, str>,
    /// How its lines end.
    pub(super) newline: &'static str,
}

const BREAKS: [char; 2] = ['\n', '\r'];

impl<'t> Source<'t> {
    pub(super) fn new(document: Document<'t>) -> Source<'t> {
        document.lay_out();
        let text = document.text(Span::new(0, document.len() as u32));
        let newline = document.line_break();
        Source {
            document,
            text,
            newline,
        }
    }

    /// Where the line of a place starts; a byte order mark is no part of it.
    pub(super) fn line_start(&self, at: usize) -> usize {
        let start = self.text[..at].rfind(BREAKS).map_or(0, |found| found + 1);
        match self.text[start..at].starts_with('\u{feff}') {
            true => start + 3,
            false => start,
        }
    }

    /// Where the line of a place ends; its break is no part of it.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let len = self.text[at..].find(BREAKS);
        len.map_or(self.text.len(), |len| at + len)
    }

    /// Where the line after the one of a place starts.
    pub(super) fn next_line(&self, at: usize) -> usize {
        let end = self.line_end(at);
        let rest = &self.text[end..];
        end + match rest.starts_with("\r\n") {
            true => 2,
            false => usize::from(!rest.is_empty()),
        }
    }

    /// The start of the line before the one that starts at `start`.
    pub(super) fn line_before(&self, start: usize) -> Option<usize> {
        let end = self.text[..start].strip_suffix(BREAKS)?.len();
        let crlf = self.text[end..start] == *"\n" && self.text[..end].ends_with('\r');
        Some(self.line_start(end - usize::from(crlf)))
    }

    /// The line that starts at a place, from there.
    pub(super) fn rest_of_line(&self, at: usize) -> &str {
        &self.text[at..self.line_end(at)]
    }

    pub(super) fn is_blank_line(&self, start: usize) -> bool {
        start < self.text.len() && self.rest_of_line(start).trim().is_empty()
    }

    pub(super) fn column(&self, at: usize) -> usize {
        at - self.line_start(at)
    }

    /// Nothing but spaces stands before a place in its line.
    pub(super) fn is_first_in_line(&self, at: usize) -> bool {
        let before = &self.text[self.line_start(at)..at];
        before.bytes().all(|b| b == b' ')
    }

    pub(super) fn comments_in(&self, start: usize, end: usize) -> usize {
        let inside = |at: u32| (start..end).contains(&(at as usize));
        let comments = self.document.comments();
        comments.iter().filter(|c| inside(c.span.start)).count()
    }

    /// The start of the comment lines directly above the line of `start`, at the same column and
    /// behind `bound`; else the start of the line.
    fn lead(&self, start: usize, bound: usize) -> usize {
        let column = self.column(start);
        let mut lead = self.line_start(start);
        while let Some(before) = self.line_before(lead) {
            let line = self.rest_of_line(before);
            let comment = line.trim_start_matches(' ');
            if before <= bound || !comment.starts_with('#') || line.len() - comment.len() != column
            {
                break;
            }
            lead = before;
        }
        lead
    }

    /// The end of the last comment line after the line of `end` that is indented more than
    /// `column` (more than not at all without one), with no other text between; else the end of
    /// the line.
    pub(super) fn tail(&self, end: usize, column: Option<usize>) -> usize {
        let mut tail = self.line_end(end);
        let mut at = self.next_line(tail);
        while at < self.text.len() {
            let line = self.rest_of_line(at);
            let comment = line.trim_start_matches(' ');
            let deeper = column.is_none_or(|column| line.len() - comment.len() > column);
            if comment.starts_with('#') && deeper {
                tail = self.line_end(at);
            } else if !comment.trim().is_empty() {
                break;
            }
            at = self.next_line(at);
        }
        tail
    }
}

/// The lines of a text, without their breaks.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let line = |line: &'_ str| line.len() - usize::from(line.ends_with('\r'));
    let cut = text.split('\n').map(|l| &l[..line(l)]);
    cut.flat_map(|l| l.split('\r')).collect()
}

/// The line without its first `width` spaces, or as many as it has.
pub(super) fn dedent(line: &str, width: usize) -> &str {
    let spaces = line.bytes().take_while(|b| *b == b' ').count();
    &line[spaces.min(width)..]
}

/// The line `width` spaces to the right; an empty line stays empty.
pub(super) fn indent(line: &str, width: usize) -> String {
    match line {
        "" => String::new(),
        _ => " ".repeat(width) + line,
    }
}

/// An entry of a collection, and what belongs to it.
pub(super) struct Slot<'t> {
    pub(super) key: Option<Node<'t>>,
    pub(super) value: Node<'t>,
    /// Where its own comment lines start; the start of its line without them. The same as `start`
    /// where it does not start its line.
    pub(super) lead: usize,
    /// Where its dash or key starts, or in flow style the item.
    pub(super) start: usize,
    /// Behind the dash or the `:`.
    pub(super) after: usize,
    /// Where its content ends.
    pub(super) end: usize,
    /// Where the last line that belongs to it ends, without the break.
    pub(super) tail: usize,
    pub(super) own_line: bool,
}

impl<'t> Slot<'t> {
    /// The first of its nodes.
    pub(super) fn first(&self) -> &Node<'t> {
        self.key.as_ref().unwrap_or(&self.value)
    }

    pub(super) fn is_of(&self, node: &Node<'_>) -> bool {
        self.value.span() == node.span() && self.value.kind() == node.kind()
    }
}

/// The entries of a collection.
pub(super) fn slots<'t>(source: &Source<'t>, of: &Node<'t>) -> Result<Vec<Slot<'t>>, Refusal> {
    let mut bound = match of.holder() {
        Some(place) => (source.document.line_start(place.line) + place.entry.end) as usize,
        // The comments at the top of a document are about all of it.
        None => usize::MAX,
    };
    let pairs = of.pairs().map(|pair| (Some(pair.key), pair.value));
    let items = of.items().map(|item| (None, item));
    let mut slots = Vec::new();
    for (key, value) in pairs.chain(items) {
        let slot = match of.is_flow() {
            true => flow_slot(source, key, value),
            false => block_slot(source, key, value, bound)?,
        };
        bound = slot.end;
        slots.push(slot);
    }
    Ok(slots)
}

/// The slot that holds a node, and the collection that it is in.
pub(super) fn slot_of<'t>(
    source: &Source<'t>,
    node: &Node<'t>,
) -> Result<(Node<'t>, Vec<Slot<'t>>, usize), Refusal> {
    let parent = node.parent().ok_or(Refusal::NotHeld)?;
    let slots = slots(source, &parent)?;
    let index = slots.iter().position(|slot| slot.is_of(node));
    Ok((parent, slots, index.ok_or(Refusal::NotHeld)?))
}

fn block_slot<'t>(
    source: &Source<'t>,
    key: Option<Node<'t>>,
    value: Node<'t>,
    bound: usize,
) -> Result<Slot<'t>, Refusal> {
    let place = value.holder().ok_or(Refusal::Unsupported)?;
    let start = (source.document.line_start(place.line) + place.entry.start) as usize;
    let after = match (&key, place.entry.kind) {
        (None, EntryKind::Dash) => start + 1,
        (Some(key), EntryKind::Key) => {
            let end = key.span().range().end;
            let colon = source.rest_of_line(end).find(':');
            end + colon.ok_or(Refusal::Unsupported)? + 1
        }
        _ => return Err(Refusal::Unsupported),
    };
    let end = content_end(&value).max(after);
    let behind = source.rest_of_line(end).trim_start();
    if !behind.is_empty() && !behind.starts_with('#') {
        return Err(Refusal::Unsupported);
    }
    let own_line = source.is_first_in_line(start);
    let is_text = matches!(
        value.style(),
        Some(ScalarStyle::Literal | ScalarStyle::Folded)
    );
    Ok(Slot {
        lead: match own_line {
            true => source.lead(start, bound),
            false => start,
        },
        // After the text of a block scalar, indentation says too little.
        tail: match is_text {
            true => source.line_end(end),
            false => source.tail(end, Some(source.column(start))),
        },
        key,
        value,
        start,
        after,
        end,
        own_line,
    })
}

fn flow_slot<'t>(source: &Source<'t>, key: Option<Node<'t>>, value: Node<'t>) -> Slot<'t> {
    let start = with_properties(key.as_ref().unwrap_or(&value));
    let mut after = start;
    if let Some(key) = &key {
        after = key.span().range().end;
        let between = &source.text[after..with_properties(&value).max(after)];
        after += between.find(':').map_or(0, |at| at + 1);
    }
    let end = match value.kind() {
        NodeKind::Empty => after,
        _ => value.span().range().end,
    };
    let own_line = source.is_first_in_line(start);
    Slot {
        lead: match own_line {
            true => source.lead(start, 0),
            false => start,
        },
        key,
        value,
        start,
        after,
        end,
        tail: end,
        own_line,
    }
}

/// Where a node starts, anchor and tag included.
pub(super) fn with_properties(node: &Node<'_>) -> usize {
    let first = node.properties().first().map(|first| first.span.start);
    first.unwrap_or(node.span().start) as usize
}

/// Where the content of a node ends, with the empty lines that are text of a block scalar.
pub(super) fn content_end(node: &Node<'_>) -> usize {
    let mut last = node.clone();
    while !last.is_flow() {
        let inner = match last.kind() {
            NodeKind::Mapping => last.pairs().last().map(|pair| pair.value),
            NodeKind::Sequence => last.items().last(),
            _ => None,
        };
        match inner {
            Some(inner) => last = inner,
            None => break,
        }
    }
    let end = node.span().range().end;
    let (Some(ScalarStyle::Literal | ScalarStyle::Folded), Some((span, _))) =
        (last.style(), last.source())
    else {
        return end;
    };
    let source = last.document().text(span);
    let text = source.strip_suffix('\n').unwrap_or(&source);
    let mut text = text.strip_suffix('\r').unwrap_or(text);
    let all = lines(text);
    if !super::quote::header(all[0]).0.contains('+') {
        // An empty line may be text, too, if it has more spaces than the others are indented.
        let width = text_indentation(&last, &all[1..]);
        let is_layout = |line: &&&str| line.len() <= width && line.trim().is_empty();
        for line in all[1..].iter().rev().take_while(is_layout) {
            text = &text[..text.len() - line.len()];
            text = text.strip_suffix('\n').unwrap_or(text);
            text = text.strip_suffix('\r').unwrap_or(text);
        }
    }
    end.max(span.range().start + text.len())
}

/// The column of a block scalar's text.
pub(super) fn text_indentation(node: &Node<'_>, lines: &[&str]) -> usize {
    let stated = node.source().and_then(|(_, stated)| stated);
    let spaces = |line: &&str| line.bytes().take_while(|b| *b == b' ').count();
    stated.map_or_else(
        || {
            let first = lines.iter().find(|line| spaces(line) < line.len());
            first.map_or_else(|| lines.iter().map(spaces).max().unwrap_or(0), spaces)
        },
        |stated| stated as usize,
    )
}

/// The spaces between a dash and its item.
pub(super) fn gap(source: &Source<'_>, slot: &Slot<'_>) -> usize {
    let behind = source.rest_of_line(slot.after);
    let spaces = behind.len() - behind.trim_start_matches(' ').len();
    match spaces < behind.len() && slot.key.is_none() {
        true => spaces.clamp(1, 7),
        false => 1,
    }
}

/// How a document is indented.
pub(super) struct Style {
    /// A mapping under its key.
    pub(super) step: usize,
    /// A list under its key.
    pub(super) list: usize,
}

impl Style {
    pub(super) fn of(source: &Source<'_>) -> Style {
        let mut mappings = None;
        let mut lists = [0, 0];
        let mut list = None;
        for node in source.document.nodes() {
            for pair in node.pairs().filter(|pair| !pair.value.is_flow()) {
                let start = |node: &Node<'_>| source.column(node.span().range().start);
                let width = start(&pair.value).saturating_sub(start(&pair.key));
                match pair.value.kind() {
                    NodeKind::Mapping if width > 0 => {
                        mappings.get_or_insert(width);
                    }
                    NodeKind::Sequence => {
                        lists[usize::from(width > 0)] += 1;
                        if width > 0 {
                            list.get_or_insert(width);
                        }
                    }
                    _ => {}
                }
            }
        }
        let step = mappings.unwrap_or(2);
        let list = match lists[0] > lists[1] {
            true => 0,
            false => list.unwrap_or(step),
        };
        Style { step, list }
    }
}
