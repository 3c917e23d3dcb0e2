//! Access to nodes: aliases and merge keys followed, texts taken from the source.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use konflux_syntax::{Document, Node, NodeKind, Pair, Span};
use memchr::{memchr2, memchr3};

use super::Builder;
use crate::model::Text;

/// How many bytes aliases may stand for, beyond a multiple of the document: an alias bomb ends
/// here.
const EXPANSION: usize = 1 << 16;

/// What the aliases of a document stand for.
pub(super) struct Aliases<'t> {
    document: Document<'t>,
    /// By name, in source order; collected when the first alias is met.
    anchors: Option<HashMap<String, Vec<(u32, Node<'t>)>>>,
    /// How many bytes may still be visited once more.
    budget: usize,
}

impl<'t> Aliases<'t> {
    pub(super) fn new(document: &Document<'t>) -> Aliases<'t> {
        Aliases {
            document: document.clone(),
            anchors: None,
            budget: 4 * document.len() + EXPANSION,
        }
    }

    /// The nearest node before `at` with this anchor.
    fn find(&mut self, name: &str, at: u32) -> Option<Node<'t>> {
        let document = &self.document;
        let anchors = self.anchors.get_or_insert_with(|| {
            let mut anchors: HashMap<_, Vec<_>> = HashMap::new();
            for node in document.nodes() {
                if let Some(anchor) = node.anchor() {
                    let named = anchors.entry(anchor.text).or_default();
                    named.push((node.span().start, node));
                }
            }
            anchors
        });
        let named = anchors.get(name)?;
        let before = named.partition_point(|(start, _)| *start < at);
        let (_, node) = named.get(before.checked_sub(1)?)?;
        let span = node.span();
        let cost = (span.end - span.start) as usize + 1;
        self.budget = self.budget.checked_sub(cost)?;
        Some(node.clone())
    }
}

impl<'s, 't> Builder<'s, 't> {
    /// What an alias stands for; nothing for every other node, and for an alias of nothing.
    pub(super) fn target(&mut self, node: &Node<'t>) -> Option<Node<'t>> {
        if node.kind() != NodeKind::Alias {
            return None;
        }
        let span = node.span();
        let name = self.raw(span).trim_start_matches('*');
        self.aliases.find(name, span.start)
    }

    /// The entries of a mapping. Those of a merge key (`<<`) come first, because later ones win.
    pub(super) fn fields(&mut self, node: &Node<'t>) -> impl Iterator<Item = Pair<'t>> + use<'t> {
        let target = self.target(node);
        let node = target.as_ref().unwrap_or(node);
        let mut merged = None;
        if self.merges
            && let Some(merge) = node.pairs().find(|pair| self.word(&pair.key) == "<<")
        {
            merged = self.target(&merge.value);
        }
        let merged = merged.into_iter().flat_map(|merged| merged.pairs());
        merged.chain(node.pairs())
    }

    /// The value of a key; of several the last one, as for Kubernetes.
    pub(super) fn field(&mut self, node: &Node<'t>, key: &str) -> Option<Node<'t>> {
        self.fields(node)
            .filter(|pair| self.word(&pair.key) == key)
            .map(|pair| pair.value)
            .last()
    }

    /// The items of a list as they stand, aliases among them.
    pub(super) fn items(&mut self, node: &Node<'t>) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let target = self.target(node);
        target.as_ref().unwrap_or(node).items()
    }

    pub(super) fn keys(&mut self, node: &Node<'t>) -> Vec<Text> {
        let fields = self.fields(node);
        fields.filter_map(|pair| self.text(&pair.key)).collect()
    }

    pub(super) fn texts(&mut self, node: &Node<'t>) -> Vec<Text> {
        let items = self.items(node);
        items.filter_map(|item| self.text(&item)).collect()
    }

    /// The text of a scalar that says something.
    pub(super) fn text(&mut self, node: &Node<'t>) -> Option<Text> {
        self.scalar(node).filter(|text| !text.value.is_empty())
    }

    /// The text of a scalar, also an empty one; nothing for null.
    pub(super) fn scalar(&mut self, node: &Node<'t>) -> Option<Text> {
        let target = self.target(node);
        let node = target.as_ref().unwrap_or(node);
        if node.kind() != NodeKind::Scalar {
            return None;
        }
        let span = node.span();
        let text = self.decoded(node, span);
        (!self.is_null(span)).then(|| Text {
            value: Arc::from(&*text),
            span,
        })
    }

    /// The text of a key.
    pub(super) fn word(&self, node: &Node<'t>) -> Cow<'s, str> {
        match node.kind() {
            NodeKind::Scalar => self.decoded(node, node.span()),
            _ => Cow::Borrowed(""),
        }
    }

    /// The text of the scalar at `span`; most need no decoding.
    pub(super) fn decoded(&self, node: &Node<'t>, span: Span) -> Cow<'s, str> {
        let raw = self.raw(span);
        let quote = raw.as_bytes().first().copied().unwrap_or(b' ');
        let as_is = match quote {
            b'"' | b'\'' => {
                let inside = raw.get(1..raw.len().max(2) - 1);
                inside.filter(|inside| memchr3(quote, b'\\', b'\n', inside.as_bytes()).is_none())
            }
            b'|' | b'>' => None,
            _ => Some(raw).filter(|raw| memchr2(b'\n', b'\r', raw.as_bytes()).is_none()),
        };
        match as_is {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(node.text().into_owned()),
        }
    }

    pub(super) fn raw(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// Is the scalar at `span` a plain null?
    pub(super) fn is_null(&self, span: Span) -> bool {
        matches!(self.raw(span), "" | "~" | "null" | "Null" | "NULL")
    }

    /// As Kubernetes reads YAML 1.1.
    pub(super) fn is_true(&mut self, node: &Node<'t>) -> bool {
        let target = self.target(node);
        let node = target.as_ref().unwrap_or(node);
        node.kind() == NodeKind::Scalar
            && matches!(
                self.raw(node.span()),
                "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "y" | "Y"
            )
    }
}
