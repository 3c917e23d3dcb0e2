//! What is wrong with a document as YAML.
//!
//! The lexer finds what is wrong in a line; this module gathers that and finds what is wrong
//! between lines: indentation, what stands beside what, and inside values.

use std::collections::HashSet;

use crate::document::Document;
use crate::layout::{Laid, Layout};
use crate::lexer;
use crate::line::{EntryKind, Has, LineSummary, State};
use crate::nesting::{Owner, Place};
use crate::node::{Node, NodeKind, Property, is_half_key};
use crate::scalar;
use crate::span::Span;

/// Something that is wrong as YAML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What, as a sentence without a full stop.
    pub message: String,
}

/// All errors of a document, in order of place; at most one at each place.
pub(crate) fn of(document: &Document<'_>) -> Vec<SyntaxError> {
    let layout = document.laid_out();
    let mut check = Check {
        document,
        layout,
        errors: Vec::new(),
        anchors: HashSet::new(),
        handles: HashSet::new(),
    };
    check.lines();
    check.directives();
    if !is_regular(layout) {
        check.nesting();
    }
    if check.has_properties_or_aliases() {
        check.nodes();
    } else {
        check.values();
    }
    let mut errors = check.errors;
    errors.sort_by_key(|error| (error.span.start, error.span.end));
    errors.dedup_by_key(|error| error.span.start);
    errors
}

struct Check<'d, 't> {
    document: &'d Document<'t>,
    layout: &'t Layout,
    errors: Vec<SyntaxError>,
    /// Anchors defined so far.
    anchors: HashSet<String>,
    /// Tag handles that `%TAG` directives define.
    handles: HashSet<String>,
}

impl Check<'_, '_> {
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.errors.push(SyntaxError {
            span,
            message: message.into(),
        });
    }

    fn entry_span(&self, place: Place) -> Span {
        let entry = place.entry;
        self.document
            .span_in_line(place.line, entry.start, entry.end.max(entry.start + 1))
    }

    /// The errors that the lexer saw: it is asked again, with the state it had.
    fn lines(&mut self) {
        for (index, line) in self.document.lines_where(|sum| sum.has(Has::Error)) {
            let before = index.checked_sub(1).and_then(|i| self.document.line(i));
            let state = before.map_or_else(State::default, |line| line.state);
            let start = self.document.line_start(index);
            let first = start - line.text_start();
            let text = self.document.text(Span::new(first, first + line.len));
            let content = text.trim_end_matches(['\n', '\r']).as_bytes();
            let (_, errors) = lexer::lex(content, line.len as usize, state);
            for error in errors {
                let span = Span::new(start + error.range.start, start + error.range.end);
                self.error(span, error.message);
            }
        }
    }

    fn directives(&mut self) {
        let (mut yaml, mut last, mut marker) = (false, None, false);
        for index in 0..self.document.lines().len() {
            let Some(line) = self.document.line(index) else {
                break;
            };
            let Some(entry) = line.entries.first() else {
                continue;
            };
            if entry.kind != EntryKind::Directive {
                marker = entry.kind == EntryKind::DocumentStart;
                break;
            }
            let span = self.document.span_in_line(index, entry.start, entry.end);
            let text = self.document.text(span);
            let words: Vec<&str> = text.split_ascii_whitespace().collect();
            match words.as_slice() {
                ["%YAML", version] if is_version(version) => {
                    if yaml {
                        self.error(span, "There is a %YAML directive already");
                    }
                    yaml = true;
                }
                ["%YAML", ..] => self.error(span, "A %YAML directive takes one version, as 1.2"),
                ["%TAG", handle, _] => {
                    self.handles.insert((*handle).to_string());
                }
                ["%TAG", ..] => self.error(span, "A %TAG directive takes a handle and a prefix"),
                _ => {}
            }
            last = Some(span);
        }
        if let Some(span) = last
            && !marker
        {
            self.error(span, "A directive needs a `---` after it");
        }
    }

    /// What stands beside what.
    fn nesting(&mut self) {
        let mut owner = Some(Owner::Document);
        let mut at = self.document.first_child(Owner::Document);
        while let Some(current) = owner {
            self.held_by(current);
            // Every entry that may hold something, in order.
            owner = None;
            while let Some(place) = at {
                at = self.document.after_entry(place);
                if place.entry.kind != EntryKind::Value {
                    owner = Some(Owner::Entry(place));
                    break;
                }
            }
        }
    }

    fn held_by(&mut self, owner: Owner) {
        let document = self.document;
        let Some(first) = document.first_child(owner) else {
            self.lone_properties(owner, None);
            return;
        };
        self.lone_properties(owner, Some(first));
        let half_key = first.entry.kind == EntryKind::Value && is_half_key(document, owner, first);
        if half_key {
            self.error(self.entry_span(first), "A `:` is missing after this key");
        }
        let mut previous = first;
        let mut sibling = document.next_sibling(owner, first);
        while let Some(place) = sibling {
            self.beside(first, half_key, place);
            self.properties_between(previous, place);
            previous = place;
            sibling = document.next_sibling(owner, place);
        }
    }

    /// Checks `place`, which stands beside `first`.
    fn beside(&mut self, first: Place, half_key: bool, place: Place) {
        let mapping = first.entry.is_pair() || half_key;
        let span = self.entry_span(place);
        if place.entry.kind == EntryKind::Value && mapping {
            let message = match place.entry.start == first.entry.start {
                true => "A `:` is missing after this key",
                false => "This is neither a key nor part of a value: check its indentation",
            };
            self.error(span, message);
        } else if first.entry.kind == EntryKind::Value && !half_key {
            self.error(
                span,
                "A value is complete above this: check the indentation",
            );
        } else if place.entry.is_pair() != mapping || (place.entry.kind == EntryKind::Value) {
            let message = match mapping {
                true => "A sequence item stands among the keys of a mapping",
                false => "A sequence goes on here: this needs a `-`, or another indentation",
            };
            self.error(span, message);
        } else if place.entry.start != first.entry.start {
            let message = format!(
                "Wrong indentation: what stands beside this starts in column {}",
                first.entry.start + 1
            );
            self.error(span, message);
        }
    }

    /// An anchor or tag alone on its line must be indented as its node must.
    fn lone_properties(&mut self, owner: Owner, first: Option<Place>) {
        let Owner::Entry(place) = owner else {
            return;
        };
        for span in self.document.lone_properties(owner, first) {
            let Some((line, before, _)) = self
                .document
                .lines()
                .seek(|sum| sum.bytes > span.start as usize)
            else {
                continue;
            };
            let column = span.start.saturating_sub(before.bytes as u32);
            if line > place.line && column <= place.entry.start {
                self.error(span, "This belongs to no node: check its indentation");
            }
        }
    }

    /// Anchors and tags between the end of one entry and its sibling belong to nothing.
    fn properties_between(&mut self, previous: Place, place: Place) {
        let with_entries = |sum: &LineSummary| sum.has(Has::Entry);
        let mut line = place.line;
        while let Some((index, found)) = self.document.lines().prev_where(line, &with_entries) {
            let lone = found.entries.len() == 1 && found.entries[0].kind == EntryKind::Properties;
            if index <= previous.line || !lone || found.entries[0].start > place.entry.start {
                break;
            }
            let entry = found.entries[0];
            let span = self.document.span_in_line(index, entry.start, entry.end);
            self.error(span, "This belongs to no node: check its indentation");
            line = index;
        }
    }

    /// Whether some node may have an anchor or tag, or be an alias. Nearly no document has.
    fn has_properties_or_aliases(&self) -> bool {
        let marked = |text: &str| text.contains(['&', '*', '!']);
        let has = |laid: &Laid| match laid.entry.first {
            b'[' | b'{' => marked(self.layout.text(laid.content)),
            first => first == b'*' || laid.entry.content > laid.entry.start,
        };
        self.layout.lone_properties || self.layout.entries.iter().any(has)
    }

    /// Inside of values, where none has an anchor or a tag: then their place does not matter.
    fn values(&mut self) {
        for (index, laid) in self.layout.entries.iter().enumerate() {
            let valued = matches!(laid.entry.kind, EntryKind::Key | EntryKind::Value);
            if valued
                && matches!(laid.entry.first, b'[' | b'{' | b'"' | b'\'')
                && let Some(place) = self.layout.place(index as u32)
            {
                let node = Node::content_of(self.document, place);
                for node in self.document.nodes_of([node]) {
                    self.content(&node);
                }
            }
        }
    }

    fn content(&mut self, node: &Node<'_>) {
        match node.kind() {
            NodeKind::Scalar => self.scalar(node),
            NodeKind::Alias => self.alias(node),
            _ => {
                let errors: Vec<_> = node.flow_errors().collect();
                for (span, message) in errors {
                    self.error(span, message);
                }
            }
        }
    }

    /// Inside of values.
    fn nodes(&mut self) {
        for node in self.document.nodes() {
            self.node_properties(&node);
            self.content(&node);
        }
    }

    fn scalar(&mut self, node: &Node<'_>) {
        let Some((span, indent)) = node.source() else {
            return;
        };
        let raw = self.document.text(span);
        let quoted = matches!(raw.as_bytes().first(), Some(b'"' | b'\''));
        if !quoted || scalar::verbatim(raw.as_bytes()).is_some() {
            return;
        }
        for error in scalar::decode(&raw, 0, indent).1 {
            let at = |offset: usize| span.start + offset as u32;
            let place = Span::new(at(error.range.start), at(error.range.end));
            self.error(place, error.message);
        }
    }

    fn alias(&mut self, node: &Node<'_>) {
        let span = node.span();
        let text = self.document.text(span);
        if !self.anchors.contains(text.trim_start_matches('*')) {
            self.error(
                span,
                format!("Nothing before this is anchored as `&{}`", &text[1..]),
            );
        }
    }

    fn node_properties(&mut self, node: &Node<'_>) {
        let (mut anchors, mut tags) = (0, 0);
        for property in node.properties() {
            let anchor = property.text.starts_with('&');
            let count = if anchor { &mut anchors } else { &mut tags };
            *count += 1;
            if *count > 1 {
                let what = if anchor { "an anchor" } else { "a tag" };
                self.error(property.span, format!("This node has {what} already"));
            } else if node.kind() == NodeKind::Alias {
                self.error(property.span, "An alias can have neither anchor nor tag");
            }
            match anchor {
                true => {
                    self.anchors.insert(property.text[1..].to_string());
                }
                false => self.tag(&property),
            }
        }
    }

    fn tag(&mut self, tag: &Property) {
        let text = &tag.text;
        if text.starts_with("!<") {
            if !text.ends_with('>') {
                self.error(tag.span, "This tag is never closed: `>` is missing");
            }
            return;
        }
        let Some(end) = text[1..].find('!') else {
            return;
        };
        let handle = &text[..end + 2];
        if handle != "!!" && !self.handles.contains(handle) {
            let message = format!("No %TAG directive of this document defines `{handle}`");
            self.error(tag.span, message);
        }
    }
}

/// Whether every entry stands where one expects it, seen in one pass without any search. Says no
/// when in doubt; then [`Check::nesting`] looks closely.
fn is_regular(layout: &Layout) -> bool {
    // The order of the entries of each open collection.
    let mut open: Vec<u32> = Vec::new();
    // The order of the entry that waits for what it holds.
    let mut waiting = Some(-1);
    let mut line = u32::MAX;
    for Laid {
        line: own, entry, ..
    } in &layout.entries
    {
        let order = entry.order();
        let inline = std::mem::replace(&mut line, *own) == *own;
        if entry.kind == EntryKind::Value {
            if waiting.take().is_none_or(|above| above >= i64::from(order)) {
                return false;
            }
            continue;
        }
        while open.last().is_some_and(|last| *last > order) {
            open.pop();
        }
        if open.last() != Some(&order) {
            if waiting.is_none_or(|above| above >= i64::from(order)) {
                return false;
            }
            open.push(order);
        } else if inline {
            return false;
        }
        waiting = Some(i64::from(order));
    }
    !layout.lone_properties
}

fn is_version(text: &str) -> bool {
    text.split_once('.').is_some_and(|(major, minor)| {
        [major, minor]
            .iter()
            .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    })
}
