//! The proof of an edit: the tree it must give, against the tree that it gives.

use std::ops::Range;

use crate::document::Document;
use crate::node::{Node, NodeKind};
use crate::scalar::ScalarStyle;
use crate::span::Span;
use crate::tree::Tree;

use super::quote::{is_typed, write};
use super::{Edit, Edits, Refusal, apply};

/// A tree, laid flat.
#[derive(Clone, Debug)]
pub(super) enum Event {
    Mapping,
    Sequence,
    End,
    Empty,
    Alias(String),
    Anchor(String),
    Tag(String),
    Scalar {
        text: String,
        /// Written plain, and a number, a boolean or null.
        typed: bool,
        /// Says nothing: two styles of the same text are equal.
        style: ScalarStyle,
    },
}

impl PartialEq for Event {
    fn eq(&self, other: &Self) -> bool {
        use Event::{Alias, Anchor, Scalar, Tag};
        match (self, other) {
            (Alias(a), Alias(b)) | (Anchor(a), Anchor(b)) | (Tag(a), Tag(b)) => a == b,
            (
                Scalar {
                    text: a, typed: b, ..
                },
                Scalar {
                    text: c, typed: d, ..
                },
            ) => a == c && b == d,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Event {
    pub(super) fn scalar(text: &str, typed: bool, style: ScalarStyle) -> Event {
        Event::Scalar {
            text: text.to_owned(),
            typed,
            style,
        }
    }

    fn property(text: &str) -> Event {
        match text.strip_prefix('&') {
            Some(name) => Event::Anchor(name.to_owned()),
            None => Event::Tag(text.to_owned()),
        }
    }

    fn of(node: &Node<'_>) -> Event {
        match node.kind() {
            NodeKind::Mapping => Event::Mapping,
            NodeKind::Sequence => Event::Sequence,
            NodeKind::Empty => Event::Empty,
            NodeKind::Alias => {
                let source = node.document().text(node.span());
                Event::Alias(source.trim_start_matches('*').to_owned())
            }
            NodeKind::Scalar => {
                let style = node.style().unwrap_or(ScalarStyle::Plain);
                let text = node.text();
                let typed = style == ScalarStyle::Plain && is_typed(&text);
                Event::scalar(&text, typed, style)
            }
        }
    }
}

/// The events of a tree, and which of them are of which node.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) events: Vec<Event>,
    nodes: Vec<(Span, NodeKind, Range<usize>)>,
}

enum Stop<'t> {
    Enter(Node<'t>),
    Leave(usize),
}

impl Outline {
    pub(super) fn of(root: Option<Node<'_>>) -> Outline {
        let mut outline = Outline::default();
        let mut waiting: Vec<Stop<'_>> = root.into_iter().map(Stop::Enter).collect();
        while let Some(stop) = waiting.pop() {
            match stop {
                Stop::Leave(number) => {
                    outline.events.push(Event::End);
                    outline.nodes[number].2.end = outline.events.len();
                }
                Stop::Enter(node) => outline.enter(&node, &mut waiting),
            }
        }
        outline
    }

    fn enter<'t>(&mut self, node: &Node<'t>, waiting: &mut Vec<Stop<'t>>) {
        let start = self.events.len();
        let properties = node.properties();
        self.events.extend(
            properties
                .iter()
                .map(|property| Event::property(&property.text)),
        );
        self.events.push(Event::of(node));
        let kind = node.kind();
        self.nodes
            .push((node.span(), kind, start..self.events.len()));
        if matches!(kind, NodeKind::Mapping | NodeKind::Sequence) {
            waiting.push(Stop::Leave(self.nodes.len() - 1));
            let from = waiting.len();
            for pair in node.pairs() {
                waiting.push(Stop::Enter(pair.key));
                waiting.push(Stop::Enter(pair.value));
            }
            waiting.extend(node.items().map(Stop::Enter));
            waiting[from..].reverse();
        }
    }

    /// The events of a node, its properties first.
    pub(super) fn range(&self, node: &Node<'_>) -> Result<Range<usize>, Refusal> {
        let (span, kind) = (node.span(), node.kind());
        let mut found = self.nodes.iter().filter(|n| n.0 == span && n.1 == kind);
        // Of two empty places at the same offset, nobody can say which is meant.
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(only.2.clone()),
            _ => Err(Refusal::Unsupported),
        }
    }

    /// An anchor among the events of `range` that an alias outside stands for; with `both`, also
    /// one outside that an alias inside stands for.
    pub(super) fn parted(&self, range: &Range<usize>, both: bool) -> Option<String> {
        let (inside, after) = (&self.events[range.clone()], &self.events[range.end..]);
        let has = |events: &[Event], wanted: &Event| events.contains(wanted);
        let leaving = inside.iter().find_map(|event| match event {
            Event::Anchor(name) => has(after, &Event::Alias(name.clone())).then_some(name),
            Event::Alias(name) if both => {
                (!has(inside, &Event::Anchor(name.clone()))).then_some(name)
            }
            _ => None,
        });
        leaving.cloned()
    }

    /// An anchor that the events to come have in common with the document.
    pub(super) fn common_anchor(&self, events: &[Event]) -> Option<String> {
        events.iter().find_map(|event| match event {
            Event::Anchor(name) => self.events.contains(event).then(|| name.clone()),
            _ => None,
        })
    }
}

/// What an edit of a document must come to.
pub(super) struct Goal<'t> {
    document: Document<'t>,
    events: Vec<Event>,
    comments: usize,
    errors: usize,
}

impl<'t> Goal<'t> {
    /// The document as it is, but for `range` of its events.
    pub(super) fn new(
        document: &Document<'t>,
        mut outline: Outline,
        range: Range<usize>,
        events: impl IntoIterator<Item = Event>,
    ) -> Goal<'t> {
        outline.events.splice(range, events);
        Goal {
            document: document.clone(),
            events: outline.events,
            comments: document.comments().len(),
            errors: document.errors().len(),
        }
    }

    /// With so many comments fewer and more.
    pub(super) fn comments(mut self, fewer: usize, more: usize) -> Self {
        self.comments = (self.comments + more).saturating_sub(fewer);
        self
    }

    /// The first of the ways that gives what is asked for.
    pub(super) fn first_of(&self, ways: impl IntoIterator<Item = Vec<Edit>>) -> Edits {
        let proved = |edits: &Vec<Edit>| self.is_met_by(edits);
        ways.into_iter().find(proved).ok_or(Refusal::Unproved)
    }

    fn is_met_by(&self, edits: &[Edit]) -> bool {
        let mut at = 0;
        for edit in edits {
            if edit.span.start < at || edit.span.end < edit.span.start {
                return false;
            }
            at = edit.span.end;
        }
        let all = Span::new(0, self.document.len() as u32);
        let tree = Tree::parse(&apply(&self.document.text(all), edits));
        let document = tree.document_at(0);
        tree.document_count() == 1
            && Outline::of(document.root()).events == self.events
            && document.comments().len() == self.comments
            && document.errors().len() <= self.errors
    }
}

/// The events as text in flow style, on one line.
pub(super) fn flow_text(events: &[Event]) -> String {
    let mut out = String::new();
    // For each open collection: is it a mapping, and how many nodes it has so far.
    let mut open: Vec<(bool, usize)> = Vec::new();
    let mut after_property = false;
    for event in events {
        if *event == Event::End {
            let (mapping, _) = open.pop().unwrap_or_default();
            out.push(if mapping { '}' } else { ']' });
            continue;
        }
        if let (Some((mapping, count)), false) = (open.last_mut(), after_property) {
            out.push_str(match *count {
                0 => "",
                n if *mapping && n % 2 == 1 => ": ",
                _ => ", ",
            });
            *count += 1;
        }
        after_property = matches!(event, Event::Anchor(_) | Event::Tag(_));
        match event {
            Event::Mapping => {
                out.push('{');
                open.push((true, 0));
            }
            Event::Sequence => {
                out.push('[');
                open.push((false, 0));
            }
            Event::End | Event::Empty => {}
            Event::Alias(name) => out.push_str(&format!("*{name} ")),
            Event::Anchor(name) => out.push_str(&format!("&{name} ")),
            Event::Tag(tag) => out.push_str(&format!("{tag} ")),
            Event::Scalar { text, typed, style } => {
                out.push_str(&write(text, *style, *typed, true))
            }
        }
    }
    out.trim_end().to_owned()
}
