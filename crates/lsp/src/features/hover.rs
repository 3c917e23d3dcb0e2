//! Hover: what a document is and why, in a few lines.

use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position};

use crate::snapshot::Snapshot;

/// Markdown where the client shows it, else the same without its marks.
pub(crate) fn hover(snapshot: &Snapshot, path: &str, position: Position) -> Option<Hover> {
    let rope = snapshot.text(path)?;
    let places = snapshot.places(&rope);
    let hover = snapshot.workspace.hover(path, places.offset(position))?;
    let (kind, value) = if snapshot.client.markdown_hover {
        (MarkupKind::Markdown, hover.markdown)
    } else {
        (MarkupKind::PlainText, plain(&hover.markdown))
    };
    Some(Hover {
        contents: HoverContents::Markup(MarkupContent { kind, value }),
        range: Some(places.range(hover.range)),
    })
}

/// Takes the marks out of the Markdown that hovers use: emphasis, code, links, headings.
fn plain(markdown: &str) -> String {
    let mut text = String::with_capacity(markdown.len());
    for line in markdown.split_inclusive('\n') {
        let mut rest = line.trim_start_matches('#');
        if rest.len() < line.len() {
            rest = rest.trim_start_matches(' ');
        }
        while let Some(found) = rest.find(['*', '`', '[', ']']) {
            text.push_str(&rest[..found]);
            let (mark, after) = rest[found..].split_at(1);
            rest = match (mark, after.strip_prefix('(').and_then(|link| link.split_once(')'))) {
                ("]", Some((_, behind))) => behind,
                _ => after,
            };
            // A star or a bracket that marks nothing stays.
            let literal = mark == "*" && rest.starts_with(' ') || mark == "[" && !rest.contains("](");
            let closing = mark == "]" && rest.len() == after.len();
            if literal || closing {
                text.push_str(mark);
            }
        }
        text.push_str(rest);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_reads_without_marks() {
        assert_eq!(plain("## A **build** pipeline\n"), "A build pipeline\n");
        assert_eq!(plain("because [line 3](file:///a.yaml#L3) says `x`"), "because line 3 says x");
        assert_eq!(plain("* item $(params.x[0])"), "* item $(params.x[0])");
    }
}
