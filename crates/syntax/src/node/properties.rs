//! Anchors and tags, and what aliases stand for.

use std::collections::HashMap;

use super::{Host, Node, NodeKind, Property, Repr};
use crate::document::Document;
use crate::lexer::property_end;
use crate::nesting::{Owner, Place};
use crate::span::Span;

/// The anchored nodes of a document by name, in order of place. Looked up, never expanded.
struct Anchors(HashMap<String, Vec<(u32, Repr)>>);

impl Anchors {
    fn of(document: &Document<'_>) -> Anchors {
        let mut anchors: HashMap<String, Vec<(u32, Repr)>> = HashMap::new();
        for node in document.nodes() {
            if let Some(anchor) = node.anchor() {
                let named = anchors.entry(anchor.text).or_default();
                named.push((anchor.span.start, node.repr));
            }
        }
        Anchors(anchors)
    }

    /// The nearest before `place` with this name.
    fn before(&self, place: u32, name: &str) -> Option<&Repr> {
        let named = self.0.get(name)?;
        let after = named.partition_point(|(start, _)| *start < place);
        Some(&named.get(after.checked_sub(1)?)?.1)
    }
}

impl<'t> Node<'t> {
    /// The node that an alias stands for: the nearest one before it with that anchor. Everything
    /// else stands for itself, as does an alias of nothing.
    pub fn resolve(&self) -> Node<'t> {
        if self.kind() != NodeKind::Alias {
            return self.clone();
        }
        let start = self.span().start;
        let text = self.document.text(self.span());
        let anchors = self.document.memo(|| Anchors::of(&self.document));
        match anchors.before(start, text.trim_start_matches('*')) {
            Some(repr) => Node::new(&self.document, repr.clone()),
            None => self.clone(),
        }
    }

    /// Its anchor, `&` left out of the text.
    pub fn anchor(&self) -> Option<Property> {
        self.property('&').map(|mut property| {
            property.text.remove(0);
            property
        })
    }

    /// Its tag, as written.
    pub fn tag(&self) -> Option<Property> {
        self.property('!')
    }

    fn property(&self, sigil: char) -> Option<Property> {
        self.properties()
            .into_iter()
            .find(|property| property.text.starts_with(sigil))
    }

    pub(crate) fn has_properties(&self) -> bool {
        !self.property_spans().is_empty()
    }

    /// Where anchors and tags of this node stand, each span one or several of them.
    fn property_spans(&self) -> Vec<Span> {
        let own = |place: &Place| {
            let span =
                self.document
                    .span_in_line(place.line, place.entry.start, place.entry.content);
            (!span.is_empty()).then_some(span)
        };
        let of_value = |owner: &Owner, place: &Place| {
            let mut spans = match self.document.first_child(*owner) == Some(*place) {
                true => self.document.lone_properties(*owner, Some(*place)),
                false => Vec::new(),
            };
            spans.extend(own(place));
            spans
        };
        match &self.repr {
            Repr::Block { owner, first } => self.document.lone_properties(*owner, Some(*first)),
            Repr::Empty { owner } => self.document.lone_properties(*owner, None),
            Repr::Key { place } => own(place).into_iter().collect(),
            Repr::Value { owner, place } => of_value(owner, place),
            Repr::Missing { .. } => Vec::new(),
            Repr::Flow {
                host,
                place,
                base,
                flow,
                index,
            } => match (index, host) {
                (0, Host::Key) => own(place).into_iter().collect(),
                (0, Host::Value(owner)) => of_value(owner, place),
                _ => {
                    let range = &flow.nodes[*index as usize].properties;
                    let span = Span::new(base + range.start, base + range.end);
                    (!span.is_empty()).then_some(span).into_iter().collect()
                }
            },
        }
    }

    /// All anchors and tags of this node, in order, sigils included.
    pub(crate) fn properties(&self) -> Vec<Property> {
        let mut properties = Vec::new();
        for span in self.property_spans() {
            let text = self.document.text(span);
            let bytes = text.as_bytes();
            let mut at = 0;
            while at < bytes.len() {
                match bytes[at] {
                    b'&' | b'!' => {
                        let end = property_end(bytes, at).max(at + 1);
                        properties.push(Property {
                            span: Span::new(span.start + at as u32, span.start + end as u32),
                            text: text[at..end].to_string(),
                        });
                        at = end;
                    }
                    // Comments and line breaks may stand between them in flow collections.
                    b'#' => {
                        let rest = memchr::memchr2(b'\n', b'\r', &bytes[at..]);
                        at = rest.map_or(bytes.len(), |len| at + len);
                    }
                    _ => at += 1,
                }
            }
        }
        properties
    }
}
