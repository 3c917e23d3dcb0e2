//! Nodes: mappings, sequences, scalars and aliases, wherever they stand.

mod properties;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::document::Document;
use crate::flow::{self, FlowIndex, FlowTree};
use crate::line::EntryKind;
use crate::nesting::{Owner, Place};
use crate::scalar::{self, Scalar, ScalarStyle};
use crate::span::Span;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NodeKind {
    /// Pairs of keys and values.
    Mapping,
    /// Items.
    Sequence,
    /// Text.
    Scalar,
    /// `*name`
    Alias,
    /// A place where a value could stand: after `key:`, after `-`.
    Empty,
}

/// An anchor or a tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// Where it stands, `&` or `!` included.
    pub span: Span,
    /// An anchor's name; a tag as written.
    pub text: String,
}

/// A key and its value. Either may be [`NodeKind::Empty`].
#[derive(Clone, Debug)]
pub struct Pair<'t> {
    /// The key.
    pub key: Node<'t>,
    /// The value.
    pub value: Node<'t>,
}

/// A node of a document's tree: a cheap handle.
///
/// ```
/// let tree = konflux_syntax::Tree::parse("tasks:\n  - name: build # first\n    runAfter: [init]\n");
/// let root = tree.document_at(0).root().unwrap();
/// let task = root.get("tasks").unwrap().items().next().unwrap();
/// assert_eq!(task.get("name").unwrap().text(), "build");
/// let init = task.get("runAfter").unwrap().items().next().unwrap();
/// assert_eq!(tree.document_at(0).text(init.span()), "init");
/// assert_eq!(init.parent().unwrap().parent().unwrap().span(), task.span());
/// ```
#[derive(Clone)]
pub struct Node<'t> {
    document: Document<'t>,
    repr: Repr,
}

#[derive(Clone)]
enum Repr {
    /// A block collection: what `owner` holds, from `first` on.
    Block { owner: Owner, first: Place },
    /// The content of a key.
    Key { place: Place },
    /// The content of a value. `owner` is what holds it, or the mapping in which a half-typed key
    /// stands.
    Value { owner: Owner, place: Place },
    /// A node inside a flow collection (or its root), which stands at `place`.
    Flow {
        host: Host,
        place: Place,
        base: u32,
        flow: Arc<FlowTree>,
        index: FlowIndex,
    },
    /// Nothing, where `owner` could hold something.
    Empty { owner: Owner },
    /// Nothing, as the value of a half-typed key or of an explicit pair at `place`.
    Missing { place: Place },
}

/// Where a flow collection stands.
#[derive(Clone, Copy)]
enum Host {
    Key,
    Value(Owner),
}

impl<'t> Node<'t> {
    fn new(document: &Document<'t>, repr: Repr) -> Node<'t> {
        Node {
            document: document.clone(),
            repr,
        }
    }

    /// The node that `owner` holds.
    pub(crate) fn of_owner(document: &Document<'t>, owner: Owner) -> Node<'t> {
        let Some(first) = document.first_child(owner) else {
            return Node::new(document, Repr::Empty { owner });
        };
        // A key's value on its own line is nothing else.
        let of_key = matches!(owner, Owner::Entry(key) if key.entry.kind == EntryKind::Key
            && key.line == first.line);
        if first.entry.kind == EntryKind::Value && (of_key || !is_half_key(document, owner, first))
        {
            return Node::value(document, owner, first);
        }
        Node::new(document, Repr::Block { owner, first })
    }

    fn value(document: &Document<'t>, owner: Owner, place: Place) -> Node<'t> {
        Node::flow_or(
            document,
            Host::Value(owner),
            place,
            Repr::Value { owner, place },
        )
    }

    fn key(document: &Document<'t>, place: Place) -> Node<'t> {
        Node::flow_or(document, Host::Key, place, Repr::Key { place })
    }

    /// The content of the key or value at `place`, for looking inside only: a value may not know
    /// what holds it.
    pub(crate) fn content_of(document: &Document<'t>, place: Place) -> Node<'t> {
        match place.entry.kind {
            EntryKind::Key => Node::key(document, place),
            _ => Node::value(document, Owner::Document, place),
        }
    }

    /// The flow collection at `place`, or else `repr`.
    fn flow_or(document: &Document<'t>, host: Host, place: Place, repr: Repr) -> Node<'t> {
        if !matches!(place.entry.first, b'[' | b'{') {
            return Node::new(document, repr);
        }
        let span = document.content_span(place);
        let flow = Arc::new(flow::parse(document.text(span).as_bytes()));
        let repr = Repr::Flow {
            host,
            place,
            base: span.start,
            flow,
            index: 0,
        };
        Node::new(document, repr)
    }

    /// The innermost node that touches `offset`, of which `place` is the last entry before.
    pub(crate) fn at(document: &Document<'t>, place: Place, offset: u32) -> Option<Node<'t>> {
        let span = document.content_span(place);
        let near = match place.entry.kind {
            EntryKind::Value => Node::value(document, document.owner_of(place), place),
            EntryKind::Key if span.touches(offset) => Node::key(document, place),
            _ => Node::of_owner(document, Owner::Entry(place)),
        };
        let touching = std::iter::successors(Some(near), Node::parent)
            .find(|node| node.span().touches(offset))?;
        Some(touching.innermost(offset))
    }

    /// The innermost node inside this one that touches `offset`.
    fn innermost(self, offset: u32) -> Node<'t> {
        let Repr::Flow { flow, base, .. } = &self.repr else {
            return self;
        };
        let at = offset.saturating_sub(*base);
        let mut index = 0;
        'inner: loop {
            for child in &flow.nodes[index as usize].children {
                let node = &flow.nodes[*child as usize];
                if node.kind != NodeKind::Empty && node.span.start <= at && at <= node.span.end {
                    index = *child;
                    continue 'inner;
                }
            }
            return self.in_flow(index);
        }
    }

    /// Another node of the same flow collection.
    fn in_flow(&self, to: FlowIndex) -> Node<'t> {
        let mut node = self.clone();
        if let Repr::Flow { index, .. } = &mut node.repr {
            *index = to;
        }
        node
    }

    /// The document that it stands in.
    pub fn document(&self) -> Document<'t> {
        self.document.clone()
    }

    /// What it is.
    pub fn kind(&self) -> NodeKind {
        match &self.repr {
            Repr::Block { first, .. } if first.entry.kind == EntryKind::Dash => NodeKind::Sequence,
            Repr::Block { .. } => NodeKind::Mapping,
            Repr::Key { place } | Repr::Value { place, .. } => match place.entry.first {
                // Only an anchor or tag.
                _ if place.entry.content == place.entry.end => NodeKind::Empty,
                b'*' => NodeKind::Alias,
                _ => NodeKind::Scalar,
            },
            Repr::Flow { flow, index, .. } => flow.nodes[*index as usize].kind,
            Repr::Empty { .. } | Repr::Missing { .. } => NodeKind::Empty,
        }
    }

    /// Whether it is written in flow style (`[…]`, `{…}`), or inside of that.
    pub fn is_flow(&self) -> bool {
        matches!(self.repr, Repr::Flow { .. })
    }

    /// Where its content stands, without anchor and tag. A collection reaches from its first
    /// entry to the end of its last; a block scalar to the end of its last line with text; what is
    /// empty has no width.
    pub fn span(&self) -> Span {
        match &self.repr {
            Repr::Block { owner, first } => {
                let start = self.document.line_start(first.line) + first.entry.start;
                Span::new(start, self.end_inside(*owner, *first).max(start))
            }
            Repr::Key { place } => self.document.content_span(*place),
            Repr::Value { place, .. } => self.trimmed(self.document.content_span(*place), *place),
            Repr::Flow {
                base, flow, index, ..
            } => {
                let span = &flow.nodes[*index as usize].span;
                Span::new(base + span.start, base + span.end)
            }
            Repr::Empty { owner } => {
                let at = match owner {
                    Owner::Document => 0,
                    Owner::Entry(place) => self.end_of(*place),
                };
                let after = self.document.lone_properties(*owner, None);
                let at = after.last().map_or(at, |span| span.end.max(at));
                Span::new(at, at)
            }
            Repr::Missing { place } => {
                let at = match place.entry.kind {
                    EntryKind::Colon => self.end_of(*place).saturating_sub(1),
                    EntryKind::Question => self.end_inside(Owner::Entry(*place), *place),
                    _ => self.end_of(*place),
                };
                Span::new(at, at)
            }
        }
    }

    /// Where the last of what `owner` holds ends.
    fn end_inside(&self, owner: Owner, first: Place) -> u32 {
        let last = self.document.last_inside(owner).unwrap_or(first);
        match last.entry.kind {
            EntryKind::Value => self.end_of(last),
            _ => {
                Node::of_owner(&self.document, Owner::Entry(last))
                    .span()
                    .end
            }
        }
    }

    fn trimmed(&self, span: Span, place: Place) -> Span {
        if !self.document.is_block_scalar(place) {
            return span;
        }
        let text = self.document.text(span);
        let len = text.trim_end_matches(['\n', '\r', ' ']).len() as u32;
        Span::new(span.start, span.start + len)
    }

    /// Where what an entry says ends: with the `:` of a key, or all lines of a value.
    fn end_of(&self, place: Place) -> u32 {
        let span = self.document.content_span(place);
        match place.entry.kind {
            EntryKind::Key => {
                let line = self.document.line_start(place.line);
                let len = self.document.line(place.line).map_or(0, |l| l.len);
                let rest = self.document.text(Span::new(span.end, line + len));
                span.end + rest.find(':').map_or(0, |at| at as u32 + 1)
            }
            EntryKind::Value => self.trimmed(span, place).end,
            _ => span.end,
        }
    }

    /// The collection that it stands in.
    pub fn parent(&self) -> Option<Node<'t>> {
        let document = &self.document;
        let around = |owner: Owner| match owner {
            Owner::Document => None,
            Owner::Entry(place) => Some(Node::of_owner(document, document.owner_of(place))),
        };
        let of_value = |owner: Owner, place: Place| {
            let held = Node::of_owner(document, owner);
            match held.repr {
                Repr::Value { place: other, .. } | Repr::Flow { place: other, .. }
                    if other == place =>
                {
                    around(owner)
                }
                _ => Some(held),
            }
        };
        match &self.repr {
            Repr::Block { owner, .. } | Repr::Empty { owner } => around(*owner),
            Repr::Value { owner, place } => of_value(*owner, *place),
            Repr::Key { place } | Repr::Missing { place } => {
                Some(Node::of_owner(document, document.owner_of(*place)))
            }
            Repr::Flow {
                host,
                place,
                flow,
                index,
                ..
            } => match (flow.nodes[*index as usize].parent, host) {
                (Some(parent), _) => Some(self.in_flow(parent)),
                (None, Host::Value(owner)) => of_value(*owner, *place),
                (None, Host::Key) => Some(Node::of_owner(document, document.owner_of(*place))),
            },
        }
    }

    /// The entry that it is the value of.
    pub(crate) fn holder(&self) -> Option<Place> {
        match &self.repr {
            Repr::Block { owner, .. }
            | Repr::Value { owner, .. }
            | Repr::Empty { owner }
            | Repr::Flow {
                host: Host::Value(owner),
                index: 0,
                ..
            } => match owner {
                Owner::Entry(place) => Some(*place),
                Owner::Document => None,
            },
            _ => None,
        }
    }

    /// What a collection of this kind holds: nodes, in flow style, or else entries, from where on.
    fn parts(&self, kind: NodeKind) -> (Vec<Node<'t>>, Option<(Owner, Place)>) {
        match &self.repr {
            _ if self.kind() != kind => (Vec::new(), None),
            Repr::Block { owner, first } => (Vec::new(), Some((*owner, *first))),
            Repr::Flow { flow, index, .. } => {
                let children = &flow.nodes[*index as usize].children;
                (children.iter().map(|i| self.in_flow(*i)).collect(), None)
            }
            _ => (Vec::new(), None),
        }
    }

    /// Its pairs in source order, duplicates included; none unless it is a mapping.
    pub fn pairs(&self) -> impl Iterator<Item = Pair<'t>> + use<'t> {
        let (flow, block) = self.parts(NodeKind::Mapping);
        let mut flow = flow.into_iter();
        let document = self.document.clone();
        let mut next = block.map(|(_, first)| first);
        std::iter::from_fn(move || {
            if let Some(key) = flow.next() {
                return flow.next().map(|value| Pair { key, value });
            }
            let (owner, _) = block?;
            loop {
                let place = next?;
                next = document.next_sibling(owner, place);
                if let Some(pair) = block_pair(&document, owner, place, &mut next) {
                    return Some(pair);
                }
            }
        })
    }

    /// Its items in order; none unless it is a sequence.
    pub fn items(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        let (flow, block) = self.parts(NodeKind::Sequence);
        let document = self.document.clone();
        let mut next = block.map(|(_, first)| first);
        let block = std::iter::from_fn(move || {
            let (owner, _) = block?;
            loop {
                let place = next?;
                next = document.next_sibling(owner, place);
                if place.entry.kind == EntryKind::Dash {
                    return Some(Node::of_owner(&document, Owner::Entry(place)));
                }
            }
        });
        flow.into_iter().chain(block)
    }

    /// The value of the first pair with this key; an alias is followed.
    pub fn get(&self, key: &str) -> Option<Node<'t>> {
        self.pairs()
            .find(|pair| pair.key.kind() == NodeKind::Scalar && pair.key.text() == key)
            .map(|pair| pair.value.resolve())
    }

    /// How a scalar is written.
    pub fn style(&self) -> Option<ScalarStyle> {
        if self.kind() != NodeKind::Scalar {
            return None;
        }
        let first = match &self.repr {
            Repr::Key { place } | Repr::Value { place, .. } => Some(place.entry.first),
            _ => {
                let start = self.span().start;
                let first = self.document.text(Span::new(start, start + 1));
                first.bytes().next()
            }
        };
        // An indicator of a block scalar is a plain character inside a flow collection.
        Some(match ScalarStyle::of(first) {
            ScalarStyle::Literal | ScalarStyle::Folded if self.is_flow() => ScalarStyle::Plain,
            style => style,
        })
    }

    /// The decoded text of a scalar; empty for everything else.
    pub fn text(&self) -> Cow<'t, str> {
        match self.source() {
            Some((span, indent)) => scalar::decode_text(self.document.text(span), indent),
            None => Cow::Borrowed(""),
        }
    }

    /// A scalar's text with the map back to the source.
    pub fn scalar(&self) -> Option<Scalar> {
        let (span, indent) = self.source()?;
        Some(scalar::decode(&self.document.text(span), span.start, indent).0)
    }

    /// The source of a scalar, and the indentation that its header states.
    pub(crate) fn source(&self) -> Option<(Span, Option<u32>)> {
        if self.kind() != NodeKind::Scalar {
            return None;
        }
        match &self.repr {
            Repr::Value { place, .. } => Some((
                self.document.content_span(*place),
                self.document.stated_indent(*place),
            )),
            _ => Some((self.span(), None)),
        }
    }

    /// The errors of a flow collection, of which this is the root.
    pub(crate) fn flow_errors(&self) -> impl Iterator<Item = (Span, &'static str)> + '_ {
        let (base, errors) = match &self.repr {
            Repr::Flow {
                base,
                flow,
                index: 0,
                ..
            } => (*base, flow.errors.as_slice()),
            _ => (0, &[][..]),
        };
        errors.iter().map(move |(range, message)| {
            (Span::new(base + range.start, base + range.end), *message)
        })
    }
}

/// A scalar that stands where a key should, beside the keys of the mapping that `owner` holds.
pub(crate) fn is_half_key(document: &Document<'_>, owner: Owner, first: Place) -> bool {
    document
        .next_sibling(owner, first)
        .is_some_and(|next| next.entry.is_pair() && next.entry.start == first.entry.start)
}

/// The pair that starts at `place`. An explicit key takes the `:` after it from `next`.
fn block_pair<'t>(
    document: &Document<'t>,
    owner: Owner,
    place: Place,
    next: &mut Option<Place>,
) -> Option<Pair<'t>> {
    let held = || Node::of_owner(document, Owner::Entry(place));
    let missing = || Node::new(document, Repr::Missing { place });
    match place.entry.kind {
        EntryKind::Key => Some(Pair {
            key: Node::key(document, place),
            value: held(),
        }),
        EntryKind::Colon => Some(Pair {
            key: missing(),
            value: held(),
        }),
        EntryKind::Value => Some(Pair {
            key: Node::value(document, owner, place),
            value: missing(),
        }),
        EntryKind::Question => {
            let colon = next.filter(|next| next.entry.kind == EntryKind::Colon);
            if let Some(colon) = colon {
                *next = document.next_sibling(owner, colon);
            }
            Some(Pair {
                key: held(),
                value: match colon {
                    Some(colon) => Node::of_owner(document, Owner::Entry(colon)),
                    None => missing(),
                },
            })
        }
        _ => None,
    }
}

impl fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = self.span();
        write!(f, "{:?} {}..{}", self.kind(), span.start, span.end)?;
        match self.kind() {
            NodeKind::Scalar => write!(f, " {:?}", self.text()),
            _ => Ok(()),
        }
    }
}
