//! Pieces of YAML on their way to another place.

use crate::node::{Node, NodeKind};
use crate::scalar::ScalarStyle;
use crate::tree::Tree;

use super::layout::{
    Source, Style, content_end, dedent, indent, lines, slot_of, text_indentation, with_properties,
};
use super::proof::{Event, Outline, flow_text};
use super::{Refusal, quote};

/// A node with its comments, cut free of the place where it stood (or would stand), to be inserted
/// at any indentation. The text of block scalars, quotes and comments stay as they are.
#[derive(Clone, Debug)]
pub struct Fragment {
    /// The comment lines above.
    lead: Vec<String>,
    /// The key that it was the value of, and how that was written.
    key: Option<(String, Event, String)>,
    shape: Shape,
    /// What stands behind the dash or `key:`, in its line.
    head: String,
    /// The lines below. Of a collection from its own column on, of a block scalar from the column
    /// of its text, else from the column of what holds it.
    body: Vec<String>,
    pub(super) events: Vec<Event>,
    pub(super) comments: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Shape {
    Mapping,
    Sequence,
    /// What stands behind its header, a comment, is kept apart.
    BlockScalar {
        behind: String,
    },
    /// Everything that can start in the line of what holds it.
    Inline,
}

/// Where a fragment goes: behind `key:`, or behind a dash and so many spaces.
#[derive(Clone, Copy)]
pub(super) enum Indicator<'a> {
    Key(&'a str),
    Dash(usize),
}

impl Fragment {
    /// The one node that a YAML text holds, with its comments.
    ///
    /// ```
    /// use konflux_syntax::edit::Fragment;
    /// assert!(Fragment::parse("name: url # the address\ntype: string\n").is_ok());
    /// assert!(Fragment::parse("name: [").is_err());
    /// ```
    pub fn parse(yaml: &str) -> Result<Fragment, Refusal> {
        let tree = Tree::parse(yaml);
        let document = tree.document_at(0);
        if tree.document_count() > 1 || !document.errors().is_empty() {
            return Err(Refusal::NotYaml);
        }
        extract(&document.root().ok_or(Refusal::NotYaml)?)
    }

    /// A string: plain where that reads as the same string, quoted where not, and as a block
    /// scalar where it has several lines.
    ///
    /// ```
    /// use konflux_syntax::{Tree, edit::*};
    /// let tree = Tree::parse("a: b\n");
    /// let root = tree.document_at(0).root().unwrap();
    /// let edits = insert_pair(&root, Position::Last, "version", &Fragment::scalar("1.0"))?;
    /// assert_eq!(apply("a: b\n", &edits), "a: b\nversion: \"1.0\"\n");
    /// # Ok::<(), Refusal>(())
    /// ```
    pub fn scalar(text: &str) -> Fragment {
        let literal = quote::literal(text).filter(|_| text.contains('\n'));
        let (shape, head, body) = match literal {
            Some((header, body)) => {
                let behind = String::new();
                (Shape::BlockScalar { behind }, header.to_owned(), body)
            }
            None => {
                let written = quote::write(text, ScalarStyle::Plain, false, false);
                (Shape::Inline, written, Vec::new())
            }
        };
        Fragment {
            lead: Vec::new(),
            key: None,
            shape,
            head,
            body,
            events: vec![Event::scalar(text, false, ScalarStyle::Plain)],
            comments: 0,
        }
    }

    /// The key that it was the value of.
    pub fn key(&self) -> Option<&str> {
        self.key.as_ref().map(|(text, ..)| text.as_str())
    }

    /// How a key is to be written in front of it, and how it will read.
    pub(super) fn written_key(&self, key: &str, flow: bool) -> (String, Event) {
        match &self.key {
            Some((text, event, written)) if text == key => (written.clone(), event.clone()),
            _ => (
                quote::write(key, ScalarStyle::Plain, false, flow),
                Event::scalar(key, false, ScalarStyle::Plain),
            ),
        }
    }

    /// It takes one line and has no comment.
    pub(super) fn is_one_line(&self) -> bool {
        self.shape == Shape::Inline && self.body.is_empty() && self.comments == 0
    }

    pub(super) fn has_lead(&self) -> bool {
        !self.lead.is_empty()
    }

    /// Without the comments above it.
    pub(super) fn without_lead(&self) -> Fragment {
        let mut without = self.clone();
        without.comments -= without.lead.len();
        without.lead.clear();
        without
    }

    /// All of it, where it takes one line.
    pub(super) fn one_line(&self) -> &str {
        &self.head
    }

    /// Its lines behind an indicator at `column`. `None` where a block scalar cannot be written.
    pub(super) fn lines(
        &self,
        column: usize,
        indicator: Indicator<'_>,
        style: &Style,
    ) -> Option<Vec<String>> {
        let (mark, width) = match indicator {
            Indicator::Key(key) => (format!("{key}:"), style.step),
            Indicator::Dash(gap) => ("-".to_owned(), 1 + gap),
        };
        let mut head = self.head.clone();
        let mut body = self.body.as_slice();
        let width = match (&self.shape, indicator) {
            (Shape::Sequence, Indicator::Key(_)) => style.list,
            (Shape::BlockScalar { behind }, _) => {
                let at = head.find(['|', '>'])?;
                head = head[..at].to_owned() + &quote::stated(&head[at..], width, body)? + behind;
                width
            }
            (Shape::Inline, Indicator::Key(_)) => match body.iter().any(|line| is_at_edge(line)) {
                true => style.step,
                false => 0,
            },
            _ => width,
        };
        let mut lines: Vec<String> = self.lead.iter().map(|line| indent(line, column)).collect();
        let mut first = indent(&mark, column);
        if let (Indicator::Dash(gap), Some((compact, rest))) = (indicator, self.compact()) {
            first.push_str(&indent(compact, gap));
            body = rest;
        } else if !head.is_empty() {
            first.push(' ');
            first.push_str(&head);
        }
        lines.push(first);
        lines.extend(body.iter().map(|line| indent(line, column + width)));
        Some(lines)
    }

    /// The first line of a collection that can stand behind a dash, and the others.
    fn compact(&self) -> Option<(&String, &[String])> {
        let collection = matches!(self.shape, Shape::Mapping | Shape::Sequence);
        let split = self.body.split_first().filter(|_| collection)?;
        (self.head.is_empty() && !split.0.starts_with('#')).then_some(split)
    }
}

/// A line of a value that may not stand at the column of its key.
fn is_at_edge(line: &str) -> bool {
    !line.is_empty() && !line.starts_with([' ', ']', '}'])
}

/// The node with its comments, to be inserted elsewhere: the value of a key (the comments above
/// the key go along), an item, or the root of a document. Nothing is removed.
///
/// ```
/// use konflux_syntax::{Tree, edit::*};
/// let tree = Tree::parse("a:\n    # why\n    - x: 1\n      y: 2 # two\n");
/// let document = tree.document_at(0);
/// let item = extract(&document.find(&["a".into(), 0.into()]).unwrap())?;
/// let other = Tree::parse("b:\n");
/// let place = other.document_at(0).find(&["b".into()]).unwrap();
/// let edits = insert_item(&place, Position::Last, &item)?;
/// assert_eq!(apply("b:\n", &edits), "b:\n  # why\n  - x: 1\n    y: 2 # two\n");
/// # Ok::<(), Refusal>(())
/// ```
pub fn extract(node: &Node<'_>) -> Result<Fragment, Refusal> {
    let source = Source::new(node.document());
    let outline = Outline::of(source.document.root());
    let range = outline.range(node)?;
    if let Some(name) = outline.parted(&range, true) {
        return Err(Refusal::Anchor(name));
    }
    let events = outline.events[range].to_vec();
    let (lead, key, start, end, base) = match node.parent() {
        None => root_range(&source, node),
        Some(_) => {
            let (parent, slots, index) = slot_of(&source, node)?;
            let slot = &slots[index];
            let key = slot
                .key
                .as_ref()
                .map(|key| written(&source, key))
                .transpose()?;
            let base = match (parent.is_flow(), &slot.key) {
                (true, _) => {
                    let line = source.line_start(slot.start);
                    source.rest_of_line(line).len() - source.rest_of_line(line).trim_start().len()
                }
                (false, Some(_)) => source.column(slot.start),
                (false, None) => source.column(slot.start) + 2,
            };
            let lead = match slot.own_line && !parent.is_flow() {
                true => slot.lead..source.line_start(slot.start),
                false => 0..0,
            };
            (lead, key, slot.after, slot.tail, base)
        }
    };
    let lead: Vec<String> = lines(&source.text[lead])
        .into_iter()
        .map(str::trim_start)
        .filter(|line| line.starts_with('#'))
        .map(str::to_owned)
        .collect();
    let (shape, head, body) = cut(&source, node, start, end, base)?;
    Ok(Fragment {
        comments: lead.len() + source.comments_in(start, end),
        lead,
        key,
        shape,
        head,
        body,
        events,
    })
}

type Key = (String, Event, String);
type Places = (std::ops::Range<usize>, Option<Key>, usize, usize, usize);

fn written(source: &Source<'_>, key: &Node<'_>) -> Result<Key, Refusal> {
    if key.kind() != NodeKind::Scalar || key.has_properties() {
        return Err(Refusal::Unsupported);
    }
    let mut text = source.document.text(key.span()).into_owned();
    if text.contains(['\n', '\r']) {
        text = quote::write(&key.text(), ScalarStyle::DoubleQuoted, false, true);
    }
    let event = Outline::of(Some(key.clone())).events.pop();
    Ok((
        key.text().into_owned(),
        event.ok_or(Refusal::Unsupported)?,
        text,
    ))
}

fn root_range(source: &Source<'_>, node: &Node<'_>) -> Places {
    let first = with_properties(node);
    let start = match node.kind() {
        NodeKind::Mapping | NodeKind::Sequence if !node.has_properties() => {
            source.line_start(first)
        }
        _ => first,
    };
    let end = content_end(node).max(start);
    let end = match node.style() {
        Some(ScalarStyle::Literal | ScalarStyle::Folded) => source.line_end(end),
        _ => source.tail(end, None),
    };
    (0..start, None, start, end, 0)
}

/// The text of a node, which stands in `start..end` with what belongs to it.
fn cut(
    source: &Source<'_>,
    node: &Node<'_>,
    start: usize,
    end: usize,
    base: usize,
) -> Result<(Shape, String, Vec<String>), Refusal> {
    let first = node.span().range().start;
    let own = |lines: &[&str], width: usize| -> Vec<String> {
        lines
            .iter()
            .map(|line| dedent(line, width).to_owned())
            .collect()
    };
    let text = lines(&source.text[start..end]);
    let head = text[0].trim();
    match (node.kind(), node.style()) {
        (kind @ (NodeKind::Mapping | NodeKind::Sequence), _) if !node.is_flow() => {
            let shape = match kind {
                NodeKind::Mapping => Shape::Mapping,
                _ => Shape::Sequence,
            };
            let width = source.column(first);
            if source.line_start(start) == source.line_start(first) {
                let mut body = own(&text, width);
                body[0] = body[0].trim_start().to_owned();
                return Ok((shape, String::new(), body));
            }
            Ok((shape, head.to_owned(), own(&text[1..], width)))
        }
        (_, Some(ScalarStyle::Literal | ScalarStyle::Folded)) => {
            let header = lines(&source.text[start..source.line_end(first)]);
            let said = header[..header.len() - 1]
                .iter()
                .any(|line| !line.trim().is_empty());
            if said {
                return Err(Refusal::Unsupported);
            }
            let at = source.line_start(first).max(start);
            let (options, behind) = quote::header(source.rest_of_line(first));
            let head = source.text[at..first].trim_start().to_owned() + &options;
            let behind = behind.trim_end().to_owned();
            let body = &text[header.len()..];
            let body = own(body, text_indentation(node, body));
            Ok((Shape::BlockScalar { behind }, head, body))
        }
        (NodeKind::Mapping, _) if !source.text[first..].starts_with('{') => {
            // A pair between the brackets of a list.
            let events = Outline::of(Some(node.clone())).events;
            match source.comments_in(start, end) {
                0 => Ok((Shape::Inline, flow_text(&events), Vec::new())),
                _ => Err(Refusal::Unsupported),
            }
        }
        _ if text.len() > 1 => {
            // White space at the end of the line may be escaped.
            let head = text[0].trim_start().to_owned();
            Ok((Shape::Inline, head, own(&text[1..], base)))
        }
        _ => Ok((Shape::Inline, head.to_owned(), Vec::new())),
    }
}
