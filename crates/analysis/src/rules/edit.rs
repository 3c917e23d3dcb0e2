//! Edits that several fixes need. All keep the style of what stands around them, and answer
//! `None` rather than produce something doubtful.

use konflux_syntax::{Document, Node, NodeKind, Span};

use crate::action::{Fix, Safety};

/// Edits of one document: places, and what stands there afterwards.
pub(crate) type Edits = Vec<(Span, String)>;

/// A fix that the user should look at.
pub(crate) fn unsafe_fix(title: impl Into<String>, edits: Edits) -> Fix {
    Fix {
        title: title.into(),
        safety: Safety::Unsafe,
        preferred: true,
        edits,
    }
}

/// A fix that can be applied unseen.
pub(crate) fn safe_fix(title: impl Into<String>, edits: Edits) -> Fix {
    Fix {
        safety: Safety::Safe,
        ..unsafe_fix(title, edits)
    }
}

/// Puts another word in the place of one; quotes stay.
pub(crate) fn replace_word(document: &Document<'_>, span: Span, word: &str) -> Edits {
    let old = document.text(span);
    let quote = old.chars().next().filter(|c| matches!(c, '"' | '\''));
    let new = match quote {
        Some(quote) if old.len() > 1 && old.ends_with(quote) => format!("{quote}{word}{quote}"),
        _ => word.to_owned(),
    };
    vec![(span, new)]
}

/// The fix that changes the word at a place to the nearest of the right ones.
pub(crate) fn rename(document: &Document<'_>, span: Span, nearest: Option<&str>) -> Vec<Fix> {
    let fix = nearest.map(|name| {
        let edits = replace_word(document, span, name);
        unsafe_fix(format!("Change to `{name}`"), edits)
    });
    fix.into_iter().collect()
}

fn whole<'t>(document: &Document<'t>) -> std::borrow::Cow<'t, str> {
    document.text(Span {
        start: 0,
        end: document.len() as u32,
    })
}

/// The start of the line of a place.
fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind(['\n', '\r']).map_or(0, |found| found + 1)
}

/// The start of the line after the one of a place.
fn next_line(text: &str, at: usize) -> usize {
    // A block scalar may end behind its last line break already.
    if at > 0 && text[..at].ends_with('\n') {
        return at;
    }
    text[at..]
        .find('\n')
        .map_or(text.len(), |found| at + found + 1)
}

/// Removes the list item that a place belongs to; with the last item goes the whole list.
pub(crate) fn remove_item(document: &Document<'_>, place: Span) -> Option<Edits> {
    let mut node = document.node_at(place.start)?;
    loop {
        let parent = node.parent()?;
        if parent.kind() == NodeKind::Sequence {
            return remove_from(document, &node, &parent);
        }
        node = parent;
    }
}

fn remove_from(document: &Document<'_>, item: &Node<'_>, list: &Node<'_>) -> Option<Edits> {
    let siblings: Vec<Span> = list.items().map(|node| node.span()).collect();
    let at = siblings.iter().position(|span| *span == item.span())?;
    if siblings.len() == 1 {
        return remove_pair(document, list);
    }
    if list.is_flow() {
        let span = match siblings.get(at + 1) {
            Some(next) => Span {
                start: siblings[at].start,
                end: next.start,
            },
            None => Span {
                start: siblings[at - 1].end,
                end: siblings[at].end,
            },
        };
        return Some(vec![(span, String::new())]);
    }
    let text = whole(document);
    let start = line_start(&text, item.span().start as usize);
    let before = text[start..item.span().start as usize].trim();
    (before == "-").then(|| vec![(lines(&text, start, item.span()), String::new())])
}

/// Removes the mapping entry that a node is the value of.
pub(crate) fn remove_pair(document: &Document<'_>, value: &Node<'_>) -> Option<Edits> {
    let mapping = value
        .parent()
        .filter(|node| node.kind() == NodeKind::Mapping)?;
    let pairs: Vec<(Span, Span)> = mapping
        .pairs()
        .map(|pair| (pair.key.span(), pair.value.span()))
        .collect();
    let at = pairs.iter().position(|(_, span)| *span == value.span())?;
    if pairs.len() == 1 {
        // An empty mapping says nothing: it goes too.
        let outer = mapping.parent()?;
        return match outer.kind() {
            NodeKind::Sequence => remove_from(document, &mapping, &outer),
            _ => remove_pair(document, &mapping),
        };
    }
    if mapping.is_flow() {
        return None;
    }
    let text = whole(document);
    let key = pairs[at].0.start as usize;
    let start = line_start(&text, key);
    if text[start..key].trim().is_empty() {
        return Some(vec![(lines(&text, start, value.span()), String::new())]);
    }
    // The first entry of a list item: the next one moves up to the dash.
    let next = pairs.get(at + 1)?.0.start;
    let span = Span {
        start: key as u32,
        end: next,
    };
    Some(vec![(span, String::new())])
}

fn lines(text: &str, start: usize, last: Span) -> Span {
    Span {
        start: start as u32,
        end: next_line(text, last.end as usize) as u32,
    }
}

/// The mapping that begins and ends at a place.
pub(crate) fn mapping_at<'t>(document: &Document<'t>, span: Span) -> Option<Node<'t>> {
    let mut node = document.node_at(span.start)?;
    while node.kind() != NodeKind::Mapping || node.span() != span {
        node = node.parent()?;
    }
    Some(node)
}

/// Adds an item, given as the lines of a mapping (`name: x`), to the list under a key of a
/// block mapping; makes the list if there is none.
pub(crate) fn add_to_list(
    document: &Document<'_>,
    mapping: &Node<'_>,
    key: &str,
    item: &[String],
) -> Option<Edits> {
    if mapping.is_flow() {
        return None;
    }
    let text = whole(document);
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(list) = mapping.get(key) else {
        return new_list(&text, mapping, key, item, line_break);
    };
    if list.is_flow() {
        let empty = list.kind() == NodeKind::Sequence && list.items().next().is_none();
        let flow = format!("[{{{}}}]", item.join(", "));
        return empty.then(|| vec![(list.span(), flow)]);
    }
    let last = list.items().last()?;
    let first = list.items().next()?.span().start as usize;
    let start = line_start(&text, first);
    let indent = text[start..first].strip_suffix("- ")?;
    if !indent.trim().is_empty() {
        return None;
    }
    let at = next_line(&text, last.span().end as usize);
    let mut new = String::new();
    if at > 0 && !text[..at].ends_with('\n') {
        new.push_str(line_break);
    }
    push_item(&mut new, indent, item, line_break);
    Some(vec![(place(at), new)])
}

/// The list goes in front of the first key that starts a line of its own, or behind the last.
fn new_list(
    text: &str,
    mapping: &Node<'_>,
    key: &str,
    item: &[String],
    line_break: &str,
) -> Option<Edits> {
    for pair in mapping.pairs() {
        let at = pair.key.span().start as usize;
        let start = line_start(text, at);
        let indent = &text[start..at];
        if indent.trim().is_empty() && !matches!(&*pair.key.text(), "description" | "name") {
            let mut new = format!("{indent}{key}:{line_break}");
            push_item(&mut new, &format!("{indent}  "), item, line_break);
            return Some(vec![(place(start), new)]);
        }
    }
    None
}

fn push_item(new: &mut String, indent: &str, item: &[String], line_break: &str) {
    for (at, line) in item.iter().enumerate() {
        let lead = if at == 0 { "- " } else { "  " };
        new.push_str(indent);
        new.push_str(lead);
        new.push_str(line);
        new.push_str(line_break);
    }
}

fn place(at: usize) -> Span {
    Span {
        start: at as u32,
        end: at as u32,
    }
}
