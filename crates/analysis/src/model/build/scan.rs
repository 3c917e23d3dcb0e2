//! The search for `$(…)`.

use std::ops::Range;

use konflux_syntax::{Node, NodeKind, Span};
use memchr::{memchr, memmem};

use super::Builder;
use crate::model::reference::{self, Reference};
use crate::model::{Part, Site};

impl<'t> Builder<'_, 't> {
    /// Takes up every reference inside a node. What an alias stands for is searched where it is
    /// anchored.
    pub(super) fn scan(&mut self, node: &Node<'t>, part: Part) {
        if !self.dollars.is_empty() {
            self.scan_at(node, node.span(), part);
        }
    }

    /// The same for a node whose place is known.
    pub(super) fn scan_at(&mut self, node: &Node<'t>, span: Span, part: Part) {
        if !self.has_dollar(span) {
            return;
        }
        if node.kind() == NodeKind::Scalar {
            return self.scan_scalar(node, span, part);
        }
        let mut stack = vec![(node.clone(), span)];
        while let Some((node, span)) = stack.pop() {
            let mut push = |child: Node<'t>| {
                let span = child.span();
                if self.has_dollar(span) {
                    stack.push((child, span));
                }
            };
            match node.kind() {
                NodeKind::Mapping => node.pairs().for_each(|pair| push(pair.value)),
                NodeKind::Sequence => node.items().for_each(push),
                NodeKind::Scalar => self.scan_scalar(&node, span, part),
                NodeKind::Alias | NodeKind::Empty => {}
            }
        }
    }

    fn has_dollar(&self, span: Span) -> bool {
        !self.dollars_in(span).is_empty()
    }

    /// Which of the dollars stand in a span.
    fn dollars_in(&self, span: Span) -> Range<usize> {
        let first = self.dollars.partition_point(|at| *at < span.start);
        let inside = self.dollars[first..].iter();
        first..first + inside.take_while(|at| **at < span.end).count()
    }

    fn scan_scalar(&mut self, node: &Node<'t>, span: Span, part: Part) {
        let site = Site { part, ..self.site };
        let raw = self.raw(span).as_bytes();
        let (quotes, escaped) = match raw.first() {
            Some(b'"') => (1, memchr(b'\\', raw).is_some()),
            Some(b'\'') => (
                1,
                memmem::find(raw.get(1..).unwrap_or_default(), b"''").is_some(),
            ),
            _ => (0, false),
        };
        if escaped {
            return scan_decoded(node, site, &mut self.model.references);
        }
        let place = |range: Range<usize>| Span {
            start: range.start as u32,
            end: range.end as u32,
        };
        let text = self.source.get(..span.end as usize).unwrap_or_default();
        for at in &self.dollars[self.dollars_in(span)] {
            let Some((end, kind)) = reference::parse(text, *at as usize, &place) else {
                continue;
            };
            let end = end as u32;
            self.model.references.push(Reference {
                span: Span { start: *at, end },
                kind,
                site,
                isolated: *at == span.start + quotes && end + quotes == span.end,
            });
        }
    }
}

/// The slow path: a quoted scalar with escapes.
fn scan_decoded(node: &Node<'_>, site: Site, found: &mut Vec<Reference>) {
    let Some(scalar) = node.scalar() else { return };
    let text = scalar.text();
    let place = |range| scalar.source(range);
    for (at, _) in text.match_indices("$(") {
        if let Some((end, kind)) = reference::parse(text, at, &place) {
            found.push(Reference {
                span: scalar.source(at..end),
                kind,
                site,
                isolated: at == 0 && end == text.len(),
            });
        }
    }
}
