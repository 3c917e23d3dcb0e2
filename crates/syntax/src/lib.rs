//! Stub on granit.
#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::panic,
    unused,
    dead_code
)]
use granit_parser::{Event, ScalarStyle as G, StructureStyle as S};
use std::{
    any::{Any, TypeId},
    borrow::Cow,
    collections::HashMap,
    ops::Range,
    sync::Arc,
    sync::Mutex,
};
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}
impl Span {
    pub fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
    pub fn contains(&self, _o: u32) -> bool {
        true
    }
}
#[derive(Clone)]
struct N {
    kind: NodeKind,
    span: Span,
    parent: Option<usize>,
    anchor: Option<Property>,
    tag: Option<Property>,
    flow: bool,
    kids: Vec<usize>,
    style: Option<ScalarStyle>,
    text: String,
}
struct D {
    start: usize,
    len: usize,
    text: String,
    nodes: Vec<N>,
    errors: Vec<SyntaxError>,
    comments: Vec<Comment>,
    memo: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}
#[derive(Clone)]
pub struct Tree {
    rope: ropey::Rope,
    docs: Arc<Vec<D>>,
}
impl Tree {
    pub fn parse(text: &str) -> Tree {
        let o = granit_parser::options! {emit_anchor_events:true, max_buffered_comment_events: 1<<20, flow_nesting_limit:1<<20, block_nesting_limit:1<<20};
        let (mut evs, mut err) = (vec![], None);
        for r in granit_parser::Parser::new_from_str_with_options(text, o) {
            match r {
                Ok(x) => evs.push(x),
                Err(e) => {
                    err = Some(e.to_string());
                }
            }
        }
        let mk = |start: usize, len: usize| D {
            start,
            len,
            text: text[start..start + len].into(),
            nodes: vec![],
            errors: vec![],
            comments: vec![],
            memo: Default::default(),
        };
        let mut docs: Vec<D> = vec![];
        if let Some(e) = err {
            let mut d = mk(0, text.len());
            d.errors.push(SyntaxError {
                span: Span { start: 0, end: 0 },
                message: e,
            });
            docs.push(d);
        } else {
            let mut starts = vec![0];
            let mut n = 0;
            for (e, s) in &evs {
                if let Event::DocumentStart(..) = e {
                    if n > 0 {
                        starts.push(s.start.byte_offset().unwrap());
                    }
                    n += 1;
                }
            }
            starts.push(text.len());
            for w in starts.windows(2) {
                docs.push(mk(w[0], w[1] - w[0]));
            }
            let mut di = 0;
            let mut seen = 0;
            let mut stack: Vec<usize> = vec![];
            for (i, (e, s)) in evs.iter().enumerate() {
                let r = s.start.byte_offset().unwrap()..s.end.byte_offset().unwrap();
                if let Event::DocumentStart(..) = e {
                    seen += 1;
                    di = seen - 1;
                    continue;
                }
                let base = docs[di].start;
                let sp = |a: usize, b: usize| Span {
                    start: (a - base) as u32,
                    end: (b - base) as u32,
                };
                let mut anchor = None;
                for (e2, s2) in &evs[i + 1..] {
                    match e2 {
                        Event::Comment(..) => continue,
                        Event::Anchor(_, t) => {
                            let (a, b) = (
                                s2.start.byte_offset().unwrap(),
                                s2.end.byte_offset().unwrap(),
                            );
                            anchor = Some(Property {
                                span: sp(a, b),
                                text: t.to_string(),
                            });
                        }
                        _ => {}
                    }
                    break;
                }
                let tag = s.tag_span().map(|t| {
                    let (a, b) = (t.start.byte_offset().unwrap(), t.end.byte_offset().unwrap());
                    Property {
                        span: sp(a, b),
                        text: text[a..b].into(),
                    }
                });
                let mut node = N {
                    kind: NodeKind::Empty,
                    span: Span { start: 0, end: 0 },
                    parent: stack.last().copied(),
                    anchor,
                    tag,
                    flow: false,
                    kids: vec![],
                    style: None,
                    text: String::new(),
                };
                match e {
                    Event::Comment(..) => {
                        let di2 = docs.iter().rposition(|d| d.start <= r.start).unwrap();
                        let b = docs[di2].start;
                        let before = &text[b..r.start];
                        let own = before
                            .rsplit(['\n', '\r'])
                            .next()
                            .unwrap()
                            .trim_matches([' ', '\t', '\u{feff}'])
                            .is_empty();
                        docs[di2].comments.push(Comment {
                            span: Span {
                                start: (r.start - b) as u32,
                                end: (r.end - b) as u32,
                            },
                            own_line: own,
                        });
                        docs[di2].comments.sort_by_key(|c| c.span.start);
                        continue;
                    }
                    Event::SequenceEnd | Event::MappingEnd => {
                        let me = stack.pop().unwrap();
                        if !r.is_empty() {
                            docs[di].nodes[me].span.end = (r.end - base) as u32;
                        }
                        let (end, p) = (docs[di].nodes[me].span.end, docs[di].nodes[me].parent);
                        if let Some(p) = p {
                            let m = docs[di].nodes[p].span.end.max(end);
                            docs[di].nodes[p].span.end = m;
                        }
                        continue;
                    }
                    Event::Scalar(v, st, ..) => {
                        let src = &text[r.clone()];
                        if matches!(st, G::Plain) && (v.is_empty() || &**v == "~" && src != "~") {
                            node.span = sp(r.start, r.start);
                        } else {
                            node.kind = NodeKind::Scalar;
                            node.text = v.to_string();
                            node.span = sp(r.start, r.end);
                            node.style = Some(match st {
                                G::Plain => ScalarStyle::Plain,
                                G::SingleQuoted => ScalarStyle::SingleQuoted,
                                G::DoubleQuoted => ScalarStyle::DoubleQuoted,
                                G::Literal => ScalarStyle::Literal,
                                G::Folded => ScalarStyle::Folded,
                            });
                            if matches!(st, G::Literal | G::Folded) {
                                let h = text[..r.start].rfind(['|', '>']).unwrap_or(r.start);
                                if !src.starts_with(['|', '>']) {
                                    node.span = sp(h, r.end);
                                }
                            }
                        }
                    }
                    Event::Alias(_) => {
                        node.kind = NodeKind::Alias;
                        node.span = sp(r.start, r.end);
                    }
                    Event::SequenceStart(st, ..) => {
                        node.kind = NodeKind::Sequence;
                        node.flow = *st == S::Flow;
                        let mut a = r.start;
                        if *st == S::Block && !text[a..].starts_with("- ") {
                            let t = text[..a].trim_end_matches([' ', '\t']);
                            if t.ends_with('-') {
                                a = t.len() - 1;
                            }
                        }
                        node.span = sp(a, a);
                    }
                    Event::MappingStart(st, ..) => {
                        node.kind = NodeKind::Mapping;
                        node.flow = *st == S::Flow;
                        node.span = sp(r.start, r.start);
                    }
                    _ => continue,
                }
                let me = docs[di].nodes.len();
                if let Some(&p) = stack.last() {
                    docs[di].nodes[p].kids.push(me);
                    let m = docs[di].nodes[p].span.end.max(node.span.end);
                    docs[di].nodes[p].span.end = m;
                }
                if matches!(node.kind, NodeKind::Mapping | NodeKind::Sequence) {
                    stack.push(me);
                }
                docs[di].nodes.push(node);
            }
            for d in &mut docs {
                if d.nodes.len() == 1
                    && d.nodes[0].kind == NodeKind::Empty
                    && d.nodes[0].anchor.is_none()
                    && d.nodes[0].tag.is_none()
                {
                    d.nodes.clear();
                }
            }
        }
        Tree {
            rope: ropey::Rope::from_str(text),
            docs: Arc::new(docs),
        }
    }
    pub fn edit(&mut self, range: Range<usize>, new_text: &str) {
        let mut t = self.rope.to_string();
        let fl = |mut x: usize| {
            x = x.min(t.len());
            while !t.is_char_boundary(x) {
                x -= 1
            }
            x
        };
        let (a, b) = (fl(range.start), fl(range.end.max(range.start)));
        t.replace_range(a..b, new_text);
        *self = Tree::parse(&t)
    }
    pub fn rope(&self) -> &ropey::Rope {
        &self.rope
    }
    pub fn len_bytes(&self) -> usize {
        self.rope.len_bytes()
    }
    pub fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        (0..self.docs.len()).map(|i| Document(self, i))
    }
    pub fn document_count(&self) -> usize {
        self.docs.len()
    }
    pub fn document_at(&self, offset: usize) -> Document<'_> {
        Document(
            self,
            self.docs.iter().rposition(|d| d.start <= offset).unwrap(),
        )
    }
}
impl std::fmt::Display for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.rope)
    }
}
#[derive(Clone)]
pub struct Document<'t>(&'t Tree, usize);
#[derive(Debug, Clone)]
pub struct SyntaxError {
    pub span: Span,
    pub message: String,
}
#[derive(Debug, Clone)]
pub struct Comment {
    pub span: Span,
    pub own_line: bool,
}
#[derive(Debug, Clone)]
pub struct Property {
    pub span: Span,
    pub text: String,
}
impl<'t> Document<'t> {
    fn d(&self) -> &'t D {
        &self.0.docs[self.1]
    }
    pub fn start(&self) -> usize {
        self.d().start
    }
    pub fn start_line(&self) -> usize {
        self.0.rope.byte_to_line(self.d().start)
    }
    pub fn len(&self) -> usize {
        self.d().len
    }
    pub fn root(&self) -> Option<Node<'t>> {
        (!self.d().nodes.is_empty()).then(|| Node(self.clone(), 0))
    }
    pub fn errors(&self) -> Vec<SyntaxError> {
        self.d().errors.clone()
    }
    pub fn comments(&self) -> Vec<Comment> {
        self.d().comments.clone()
    }
    pub fn node_at(&self, o: u32) -> Option<Node<'t>> {
        let i = self
            .d()
            .nodes
            .iter()
            .rposition(|n| n.span.start <= o && o < n.span.end)?;
        Some(Node(self.clone(), i))
    }
    pub fn text(&self, span: Span) -> Cow<'t, str> {
        Cow::Borrowed(&self.d().text[span.range()])
    }
    pub fn memo<T: Send + Sync + 'static>(&self, compute: impl FnOnce() -> T) -> Arc<T> {
        let mut m = self.d().memo.lock().unwrap();
        m.entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(compute()))
            .clone()
            .downcast()
            .unwrap()
    }
    pub fn same(&self, other: &Document) -> bool {
        std::ptr::eq(self.d(), other.d())
    }
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    Mapping,
    Sequence,
    Scalar,
    Alias,
    Empty,
}
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}
#[derive(Clone)]
pub struct Node<'t>(Document<'t>, usize);
pub struct Pair<'t> {
    pub key: Node<'t>,
    pub value: Node<'t>,
}
impl<'t> Node<'t> {
    fn n(&self) -> &'t N {
        &self.0.d().nodes[self.1]
    }
    pub fn kind(&self) -> NodeKind {
        self.n().kind
    }
    pub fn span(&self) -> Span {
        self.n().span
    }
    pub fn document(&self) -> Document<'t> {
        self.0.clone()
    }
    pub fn parent(&self) -> Option<Node<'t>> {
        self.n().parent.map(|p| Node(self.0.clone(), p))
    }
    pub fn anchor(&self) -> Option<Property> {
        self.n().anchor.clone()
    }
    pub fn tag(&self) -> Option<Property> {
        self.n().tag.clone()
    }
    pub fn is_flow(&self) -> bool {
        self.n().flow
    }
    pub fn pairs(&self) -> impl Iterator<Item = Pair<'t>> + 't {
        let d = self.0.clone();
        let k: Vec<_> = if self.kind() == NodeKind::Mapping {
            self.n().kids.clone()
        } else {
            vec![]
        };
        (0..k.len() / 2).map(move |i| Pair {
            key: Node(d.clone(), k[2 * i]),
            value: Node(d.clone(), k[2 * i + 1]),
        })
    }
    pub fn items(&self) -> impl Iterator<Item = Node<'t>> + 't {
        let d = self.0.clone();
        let k = if self.kind() == NodeKind::Sequence {
            self.n().kids.clone()
        } else {
            vec![]
        };
        k.into_iter().map(move |i| Node(d.clone(), i))
    }
    pub fn get(&self, key: &str) -> Option<Node<'t>> {
        self.pairs().find(|p| p.key.text() == key).map(|p| p.value)
    }
    pub fn style(&self) -> Option<ScalarStyle> {
        self.n().style
    }
    pub fn text(&self) -> Cow<'t, str> {
        Cow::Borrowed(&self.n().text)
    }
    pub fn scalar(&self) -> Option<Scalar> {
        self.n()
            .style
            .map(|_| Scalar(self.n().text.clone(), self.span()))
    }
    pub fn resolve(&self) -> Node<'t> {
        self.clone()
    }
}
pub struct Scalar(String, Span);
impl Scalar {
    pub fn text(&self) -> &str {
        &self.0
    }
    pub fn source(&self, range: Range<usize>) -> Span {
        self.1
    }
    pub fn offset_of(&self, source: u32) -> Option<usize> {
        None
    }
}
