//! Trees and the oracles' answers as lists of events, one line each.
//!
//! Places are bytes of the file. What is compared, and how granit-parser's spans differ from ours:
//!
//! - Scalars (except block scalars), aliases, anchors and tags: start and end, exactly.
//! - Block scalars: ours begin at the indicator (`|`, `>`), granit's at the first line with content; both end somewhere
//!   in the blank lines after the last one. Compared: from our start to granit's there is only the header and blanks,
//!   and both ends are equal without trailing blanks.
//! - Collections: the start, exactly. granit gives the starts of a sequence that is not indented deeper than its mapping
//!   *after* the first dash: it is moved back to that dash.
//! - Ends of block collections: granit says where the next token starts, ours are the ends of the last content: not
//!   compared. Ends of flow collections: exactly, except for the single pair (`[a: b]`), whose end granit also puts at
//!   the next token.
//! - Places of values that are not there: not compared (granit: somewhere between the key and the next token).

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{
    Event, Parser, ScalarStyle as GranitStyle, Span as GranitSpan, StructureStyle,
};
use konflux_syntax::{Document, Node, NodeKind, Property, ScalarStyle, Tree};

use super::{Visit, walk};

/// Events as lines, and what does not fit into lines: the spans of block scalars and of comments.
#[derive(Default)]
pub(crate) struct Events {
    pub(crate) lines: Vec<String>,
    pub(crate) blocks: Vec<Range<usize>>,
    pub(crate) comments: Vec<Range<usize>>,
}

fn at(range: &Range<usize>) -> String {
    format!("@{}..{}", range.start, range.end)
}

/// Our tree, with spans.
pub(crate) fn ours(tree: &Tree) -> Events {
    let text = tree.to_string();
    let mut events = Events::default();
    for document in tree.documents() {
        let start = document.start();
        events
            .comments
            .extend(document.comments().iter().map(|c| place(start, c.span)));
        let Some(root) = document.root() else {
            if has_marker(&text[start..start + document.len()]) {
                events
                    .lines
                    .extend(["+DOC", "=VAL empty", "-DOC"].map(String::from));
            }
            continue;
        };
        events.lines.push("+DOC".into());
        walk(root, |visit| one_of_ours(&mut events, &text, start, visit));
        events.lines.push("-DOC".into());
    }
    events
}

fn place(start: usize, span: konflux_syntax::Span) -> Range<usize> {
    start + span.start as usize..start + span.end as usize
}

fn has_marker(text: &str) -> bool {
    text.trim_start_matches('\u{feff}')
        .split(['\n', '\r'])
        .any(|line| line.starts_with("---"))
}

fn one_of_ours(events: &mut Events, text: &str, start: usize, visit: &Visit<'_>) {
    let (Visit::Enter(node, _) | Visit::Leave(node, _)) = visit;
    let range = place(start, node.span());
    let properties = || {
        let source = |p: Property| {
            format!(
                " {}{}",
                &text[place(start, p.span)],
                at(&place(start, p.span))
            )
        };
        node.anchor().map(source).unwrap_or_default() + &node.tag().map(source).unwrap_or_default()
    };
    let flow = if node.is_flow() { " flow" } else { "" };
    let line = match (visit, node.kind()) {
        (Visit::Leave(..), kind) => {
            let end = if has_brackets(node, &text[range.clone()]) {
                format!(" @{}", range.end)
            } else {
                String::new()
            };
            format!(
                "-{}{end}",
                if kind == NodeKind::Mapping {
                    "MAP"
                } else {
                    "SEQ"
                }
            )
        }
        (_, NodeKind::Mapping) => format!("+MAP{flow}{} @{}", properties(), range.start),
        (_, NodeKind::Sequence) => format!("+SEQ{flow}{} @{}", properties(), range.start),
        (_, NodeKind::Alias) => format!("=ALI {}{}", &text[range.clone()], at(&range)),
        (_, NodeKind::Empty) => format!("=VAL empty{}", properties()),
        (_, NodeKind::Scalar) => {
            let style = node.style().unwrap_or(ScalarStyle::Plain);
            let block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
            let span = if block { String::new() } else { at(&range) };
            if block {
                events.blocks.push(range);
            }
            format!(
                "=VAL {}{:?}{span}{}",
                indicator(style),
                node.text(),
                properties()
            )
        }
    };
    events.lines.push(line);
}

/// Not a single pair, whose first key may itself begin with a bracket.
fn has_brackets(node: &Node<'_>, source: &str) -> bool {
    let first = super::children(node)
        .first()
        .map(|child| child.span().start);
    node.is_flow() && source.starts_with(['[', '{']) && first != Some(node.span().start)
}

fn indicator(style: ScalarStyle) -> char {
    match style {
        ScalarStyle::Plain => ':',
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        ScalarStyle::Literal => '|',
        ScalarStyle::Folded => '>',
    }
}

/// Our tree as the suite writes events: resolved tags, no places, no `---` and `...`.
pub(crate) fn ours_for_suite(tree: &Tree) -> Vec<String> {
    let text = tree.to_string();
    let mut lines = Vec::new();
    for document in tree.documents() {
        let part = &text[document.start()..document.start() + document.len()];
        let handles = handles(part);
        match document.root() {
            None if !has_marker(part) => {}
            None => lines.extend(["+DOC", "=VAL :", "-DOC"].map(String::from)),
            Some(root) => {
                lines.push("+DOC".into());
                walk(root, |visit| lines.push(suite_line(visit, &handles)));
                lines.push("-DOC".into());
            }
        }
    }
    lines
}

fn suite_line(visit: &Visit<'_>, handles: &HashMap<String, String>) -> String {
    let (Visit::Enter(node, _) | Visit::Leave(node, _)) = visit;
    let anchor = node.anchor().map_or(String::new(), |p| {
        format!(" &{}", p.text.trim_start_matches('&'))
    });
    let tag = node.tag().map_or(String::new(), |p| {
        format!(" <{}>", resolved(&source(node, &p), handles))
    });
    let properties = anchor + &tag;
    let brackets = |open: &'static str| if node.is_flow() { open } else { "" };
    match (visit, node.kind()) {
        (Visit::Leave(..), NodeKind::Mapping) => "-MAP".into(),
        (Visit::Leave(..), _) => "-SEQ".into(),
        (_, NodeKind::Mapping) => format!("+MAP{}{properties}", brackets(" {}")),
        (_, NodeKind::Sequence) => format!("+SEQ{}{properties}", brackets(" []")),
        (_, NodeKind::Alias) => format!("=ALI {}", node.document().text(node.span())),
        (_, NodeKind::Empty) => format!("=VAL{properties} :"),
        (_, NodeKind::Scalar) => {
            let style = node.style().unwrap_or(ScalarStyle::Plain);
            format!(
                "=VAL{properties} {}{}",
                indicator(style),
                escaped(&node.text())
            )
        }
    }
}

fn source(node: &Node<'_>, property: &Property) -> String {
    let document: Document<'_> = node.document();
    document.text(property.span).into_owned()
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{8}' => out.push_str("\\b"),
            c => out.push(c),
        }
    }
    out
}

/// The `%TAG` directives before the document's marker.
fn handles(part: &str) -> HashMap<String, String> {
    let mut handles = HashMap::from([("!!".to_owned(), "tag:yaml.org,2002:".to_owned())]);
    for line in part.lines().take_while(|line| !line.starts_with("---")) {
        let mut words = line.split_whitespace();
        if words.next() == Some("%TAG")
            && let (Some(handle), Some(prefix)) = (words.next(), words.next())
        {
            handles.insert(handle.to_owned(), prefix.to_owned());
        }
    }
    handles
}

fn resolved(tag: &str, handles: &HashMap<String, String>) -> String {
    if let Some(verbatim) = tag.strip_prefix("!<") {
        return verbatim.trim_end_matches('>').to_owned();
    }
    let end = tag
        .get(1..)
        .and_then(|rest| rest.find('!'))
        .map_or(1, |at| at + 2);
    let (handle, suffix) = tag.split_at(end.min(tag.len()));
    let prefix = handles.get(handle).map_or(handle, String::as_str);
    prefix.to_owned() + &percent_decoded(suffix)
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let code = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .map(|hex| u8::from_str_radix(hex, 16));
        rest = match (first, code) {
            (b'%', Some(Ok(byte))) => {
                bytes.push(byte);
                &tail[2..]
            }
            _ => {
                bytes.push(first);
                tail
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The suite's `test.event` without what our tree does not say (the stream, `---`, `...`).
pub(crate) fn of_suite(events: &str) -> Vec<String> {
    let keep = |line: &str| match line {
        "+STR" | "-STR" | "" => None,
        line if line.starts_with("+DOC") => Some("+DOC".to_owned()),
        line if line.starts_with("-DOC") => Some("-DOC".to_owned()),
        line => Some(line.to_owned()),
    };
    events.lines().filter_map(keep).collect()
}

/// What granit-parser says about a text; `strict` as the specification is about indentation in flow and quotes.
pub(crate) fn granit(text: &str, strict: bool) -> Result<Events, String> {
    let options = granit_parser::options! {
        emit_anchor_events: true,
        strict_indentation: strict,
        simple_key_max_lookahead: 1 << 20,
        max_buffered_comment_events: 1 << 20,
        flow_nesting_limit: 1 << 20,
        block_nesting_limit: 1 << 20,
    };
    let all: Result<Vec<_>, _> = Parser::new_from_str_with_options(text, options).collect();
    let all = all.map_err(|e| e.to_string())?;
    let mut reading = Reading {
        text,
        events: Events::default(),
        anchors: HashMap::new(),
        around: Vec::new(),
    };
    for (index, (event, span)) in all.iter().enumerate() {
        let anchor = all[index + 1..]
            .iter()
            .find(|(e, _)| !matches!(e, Event::Comment(..)));
        let anchor = anchor.and_then(|(e, s)| {
            if let Event::Anchor(id, _) = e {
                Some((*id, *s))
            } else {
                None
            }
        });
        reading.one(event, span, anchor);
    }
    reading.events.comments.sort_by_key(|range| range.start);
    Ok(reading.events)
}

struct Reading<'t> {
    text: &'t str,
    events: Events,
    anchors: HashMap<usize, String>,
    /// The columns of the block mappings around; `None` for every other collection.
    around: Vec<Option<usize>>,
}

fn bytes(span: &GranitSpan) -> Range<usize> {
    span.start.byte_offset().unwrap_or(0)..span.end.byte_offset().unwrap_or(0)
}

impl Reading<'_> {
    fn one(&mut self, event: &Event<'_>, span: &GranitSpan, anchor: Option<(usize, GranitSpan)>) {
        let range = bytes(span);
        let mut properties = String::new();
        if let Some((id, span)) = anchor {
            let (source, place) = (&self.text[bytes(&span)], at(&bytes(&span)));
            self.anchors.insert(id, source.to_owned());
            properties += &format!(" {source}{place}");
        }
        if let Some(tag) = span.tag_span() {
            properties += &format!(" {}{}", &self.text[bytes(&tag)], at(&bytes(&tag)));
        }
        let line = match event {
            Event::DocumentStart(..) => "+DOC".into(),
            Event::DocumentEnd => "-DOC".into(),
            Event::Alias(_) => format!("=ALI {}{}", &self.text[range.clone()], at(&range)),
            Event::Scalar(value, style, ..) => self.scalar(value, *style, range, &properties),
            Event::SequenceStart(style, ..) => {
                let start = self.sequence_start(*style, span);
                self.around.push(None);
                format!("+SEQ{}{properties} @{start}", flow(*style))
            }
            Event::MappingStart(style, ..) => {
                self.around
                    .push((*style == StructureStyle::Block).then_some(span.start.col()));
                format!("+MAP{}{properties} @{}", flow(*style), range.start)
            }
            Event::SequenceEnd => self.end("-SEQ", range),
            Event::MappingEnd => self.end("-MAP", range),
            Event::Comment(..) => return self.events.comments.push(range),
            _ => return,
        };
        self.events.lines.push(line);
    }

    fn end(&mut self, name: &str, range: Range<usize>) -> String {
        self.around.pop();
        if range.is_empty() {
            name.to_owned()
        } else {
            format!("{name} @{}", range.end)
        }
    }

    fn scalar(
        &mut self,
        value: &str,
        style: GranitStyle,
        range: Range<usize>,
        properties: &str,
    ) -> String {
        let source = &self.text[range.clone()];
        let (style, span) = match style {
            GranitStyle::Plain
                if matches!(value, "" | "~") && source != value
                    || value.is_empty() && source.is_empty() =>
            {
                return format!("=VAL empty{properties}");
            }
            GranitStyle::Plain => (':', at(&range)),
            GranitStyle::SingleQuoted => ('\'', at(&range)),
            GranitStyle::DoubleQuoted => ('"', at(&range)),
            GranitStyle::Literal => ('|', String::new()),
            GranitStyle::Folded => ('>', String::new()),
        };
        if span.is_empty() {
            self.events.blocks.push(range);
        }
        format!("=VAL {style}{value:?}{span}{properties}")
    }

    /// granit gives the place after the dash for a sequence as little indented as its mapping.
    fn sequence_start(&self, style: StructureStyle, span: &GranitSpan) -> usize {
        let start = span.start.byte_offset().unwrap_or(0);
        if let (StructureStyle::Block, Some(Some(column))) = (style, self.around.last()) {
            let line = self.text[..start]
                .rfind(['\n', '\r'])
                .map_or(0, |at| at + 1);
            let bom = if self.text[line..].starts_with('\u{feff}') {
                3
            } else {
                0
            };
            let dash = line + bom + column;
            if dash < start && self.text.as_bytes().get(dash) == Some(&b'-') {
                return dash;
            }
        }
        start
    }
}

fn flow(style: StructureStyle) -> &'static str {
    if style == StructureStyle::Flow {
        " flow"
    } else {
        ""
    }
}

/// How the spans of block scalars differ, by the rule at the top.
pub(crate) fn block_difference(
    text: &str,
    ours: &Range<usize>,
    granit: &Range<usize>,
) -> Option<String> {
    let blank = [' ', '\t', '\n', '\r'];
    let header = text
        .get(ours.start..granit.start.max(ours.start))
        .unwrap_or_default();
    let start_fits = text[ours.start..].starts_with(['|', '>']) && {
        let after = header
            .split_once(['\n', '\r'])
            .map_or("", |(_, after)| after);
        after.trim_matches(blank).is_empty()
    };
    let trimmed = |end: usize| text[..end].trim_end_matches(blank).len();
    let body = &text[granit.clone()];
    let empty = body.trim_matches(blank).is_empty()
        || body.starts_with(['|', '>']) && granit.start == ours.start;
    let end_fits = empty || trimmed(ours.end) == trimmed(granit.end);
    (!start_fits || !end_fits).then(|| format!("block scalar {} (granit {})", at(ours), at(granit)))
}
