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
        let title = line.trim_start_matches('#');
        let line = if title.len() < line.len() {
            title.trim_start()
        } else {
            line
        };
        text.push_str(&without_links(&line.replace("**", "").replace('`', "")));
    }
    text
}

/// `[what](where)` becomes `what`; other brackets stay.
fn without_links(line: &str) -> String {
    let mut text = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, link)) = rest.split_once('[') {
        text.push_str(before);
        let link = link
            .split_once("](")
            .and_then(|(what, after)| Some((what, after.split_once(')')?.1)));
        match link {
            Some((what, after)) if !what.contains(['[', ']']) => {
                text.push_str(what);
                rest = after;
            }
            _ => {
                text.push('[');
                rest = &rest[before.len() + 1..];
            }
        }
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_reads_without_marks() {
        assert_eq!(plain("## A **build** pipeline\n"), "A build pipeline\n");
        assert_eq!(
            plain("because [line 3](file:///a.yaml#L3) says `x`"),
            "because line 3 says x"
        );
        assert_eq!(plain("* item $(params.x[0])"), "* item $(params.x[0])");
    }
}
