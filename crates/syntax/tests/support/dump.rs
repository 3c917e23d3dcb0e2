//! Everything that a tree says, as text, so that two trees can be compared and their difference read;
//! and what must hold for every tree.

use std::fmt::Write as _;

use konflux_syntax::{Document, Node, NodeKind, Span, Tree};

use super::{Visit, children, walk};

/// The whole public content of a tree.
pub(crate) fn dump(tree: &Tree) -> String {
    let mut out = String::new();
    for document in tree.documents() {
        let _ = writeln!(
            out,
            "document {}+{} line {}",
            document.start(),
            document.len(),
            document.start_line()
        );
        if let Some(root) = document.root() {
            walk(root, |visit| match visit {
                Visit::Enter(node, depth) => line(&mut out, node, *depth),
                Visit::Leave(..) => {}
            });
        }
        for error in document.errors() {
            let _ = writeln!(out, "error {}: {}", range(error.span), error.message);
        }
        for comment in document.comments() {
            let _ = writeln!(out, "comment {} {}", range(comment.span), comment.own_line);
        }
    }
    out
}

fn line(out: &mut String, node: &Node<'_>, depth: usize) {
    // Deep trees would make the dump quadratic: the number says what the indentation shows.
    for _ in 0..depth.min(20) {
        out.push(' ');
    }
    let _ = write!(out, "{depth} {:?} {}", node.kind(), range(node.span()));
    if node.is_flow() {
        out.push_str(" flow");
    }
    for (sign, property) in [('&', node.anchor()), ('!', node.tag())] {
        if let Some(property) = property {
            let _ = write!(out, " {sign}{}={:?}", range(property.span), property.text);
        }
    }
    if let Some(style) = node.style() {
        let _ = write!(out, " {style:?} {:?}", node.text());
    }
    if let Some(scalar) = node.scalar() {
        let len = scalar.text().len();
        let _ = write!(
            out,
            " {} {}",
            range(scalar.source(0..len)),
            range(scalar.source(len..len))
        );
    }
    out.push('\n');
}

fn range(span: Span) -> String {
    format!("{}..{}", span.start, span.end)
}

/// The first line in which two dumps differ, with some lines around it.
pub(crate) fn difference(expected: &str, got: &str) -> String {
    let (left, right): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let at = left
        .iter()
        .zip(&right)
        .position(|(a, b)| a != b)
        .unwrap_or(left.len().min(right.len()));
    let part = |lines: &[&str]| {
        let (from, to) = (at.saturating_sub(4), (at + 4).min(lines.len()));
        lines
            .get(from..to)
            .unwrap_or(&[])
            .iter()
            .fold(String::new(), |all, line| all + "    " + line + "\n")
    };
    format!(
        "  expected (line {at}):\n{}  got:\n{}",
        part(&left),
        part(&right)
    )
}

/// What holds for every tree whatever its text; the first thing that does not is the error.
pub(crate) fn invariants(tree: &Tree) -> Result<(), String> {
    let text = tree.to_string();
    let mut end = 0;
    for (index, document) in tree.documents().enumerate() {
        if document.start() != end {
            return Err(format!(
                "document {index} starts at {}, not at {end}",
                document.start()
            ));
        }
        let lines = tree.rope().byte_to_line(end);
        if document.start_line() != lines {
            return Err(format!(
                "document {index} starts in line {}, not {lines}",
                document.start_line()
            ));
        }
        end += document.len();
        let part = text
            .get(document.start()..end)
            .ok_or("a document ends beyond the text or inside a character")?;
        within(&document, part)?;
    }
    if end != text.len() || tree.len_bytes() != text.len() {
        return Err(format!(
            "documents end at {end}, len_bytes {}, text {}",
            tree.len_bytes(),
            text.len()
        ));
    }
    (tree.documents().count() == tree.document_count())
        .then_some(())
        .ok_or("document_count is wrong".into())
}

fn within(document: &Document<'_>, part: &str) -> Result<(), String> {
    let all = Span {
        start: 0,
        end: u32::try_from(part.len()).unwrap_or(u32::MAX),
    };
    if document.text(all) != part {
        return Err("document.text is not its text".into());
    }
    let mut wrong = None;
    if let Some(root) = document.root() {
        if root.parent().is_some() {
            return Err("the root has a parent".into());
        }
        walk(root, |visit| {
            if let (Visit::Enter(node, _), None) = (visit, &wrong) {
                wrong = checked(node, part).err();
            }
        });
    }
    let mut last = 0;
    for comment in document.comments() {
        let source = slice(part, comment.span).unwrap_or_default();
        // A byte order mark is white only where a document may begin.
        let before = before_on_line(part, comment.span.start);
        let own = before.trim_matches([' ', '\t']).is_empty()
            || comment.own_line && before.starts_with('\u{feff}');
        if !source.starts_with('#')
            || source.contains(['\n', '\r'])
            || comment.span.start < last
            || own != comment.own_line
        {
            wrong = Some(format!("comment {comment:?}: {source:?}"));
        }
        last = comment.span.end;
    }
    let mut last = 0;
    for error in document.errors() {
        if slice(part, error.span).is_none() || error.message.is_empty() || error.span.start < last
        {
            wrong = Some(format!(
                "error {error:?} is out of order, out of the text or empty"
            ));
        }
        last = error.span.start;
    }
    wrong.map_or(Ok(()), Err)
}

fn before_on_line(part: &str, offset: u32) -> &str {
    let before = part.get(..offset as usize).unwrap_or_default();
    before.rsplit(['\n', '\r']).next().unwrap_or_default()
}

fn slice(part: &str, span: Span) -> Option<&str> {
    part.get(span.start as usize..span.end as usize)
}

fn checked(node: &Node<'_>, part: &str) -> Result<(), String> {
    let span = node.span();
    let here = || format!("{:?} {}", node.kind(), range(span));
    let source =
        slice(part, span).ok_or_else(|| format!("{} is not a range of the text", here()))?;
    if node.kind() == NodeKind::Empty && !source.is_empty() {
        return Err(format!("{} is not empty", here()));
    }
    let mut last = span.start;
    for child in children(node) {
        let parent = child
            .parent()
            .ok_or_else(|| format!("a child of {} has no parent", here()))?;
        if (parent.kind(), parent.span()) != (node.kind(), span) {
            return Err(format!(
                "{} has a child whose parent is {:?} {}",
                here(),
                parent.kind(),
                range(parent.span())
            ));
        }
        let inner = child.span();
        if inner.start < last || inner.end > span.end {
            return Err(format!(
                "{} has {:?} {} (last end {last})",
                here(),
                child.kind(),
                range(inner)
            ));
        }
        last = inner.end;
    }
    for property in [node.anchor(), node.tag()].into_iter().flatten() {
        let text = slice(part, property.span).unwrap_or_default();
        if !text.starts_with(['&', '!']) || property.span.end > span.start {
            return Err(format!("{} has property {property:?} = {text:?}", here()));
        }
    }
    Ok(())
}

/// Inside a scalar `node_at` gives that scalar (or one that ends there); elsewhere a node near by, of which no part
/// would be nearer.
pub(crate) fn node_at_is_innermost(document: &Document<'_>, offset: u32) -> Result<(), String> {
    let strictly = |node: &Node<'_>| node.span().start <= offset && offset < node.span().end;
    let mut innermost = document.root().filter(strictly);
    while let Some(child) = innermost
        .as_ref()
        .and_then(|node| children(node).into_iter().find(strictly))
    {
        innermost = Some(child);
    }
    let Some(found) = document.node_at(offset) else {
        let fine = innermost.is_none();
        return fine
            .then_some(())
            .ok_or(format!("node_at({offset}) is None"));
    };
    let span = found.span();
    let wrong = |other: &Node<'_>| {
        Err(format!(
            "node_at({offset}) is {}, not {}",
            range(span),
            range(other.span())
        ))
    };
    match innermost.filter(|node| matches!(node.kind(), NodeKind::Scalar | NodeKind::Alias)) {
        Some(leaf) if offset < span.start || span.end < offset => return wrong(&leaf),
        _ => {}
    }
    children(&found)
        .iter()
        .find(|child| strictly(child))
        .map_or(Ok(()), wrong)
}
