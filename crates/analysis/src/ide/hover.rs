//! What a place is about.

use std::fmt::Write;

use konflux_syntax::{Document, Span, Tree};

use super::{Hover, file_address, lookup, role};
use crate::classify::Classification;
use crate::model::{Kind, Model, Text};
use crate::workspace::{Workspace, in_file};

pub(crate) fn hover(workspace: &Workspace, path: &str, offset: usize) -> Option<Hover> {
    let file = workspace.file(path)?;
    let tree = file.tree();
    let document = tree.document_at(offset);
    let place = offset.checked_sub(document.start())? as u32;
    if let Some(found) = lookup::find(workspace, &file.path, &document, place) {
        let parts = found.declarations.iter().map(|declaration| {
            let description = declaration.description.as_deref();
            match description {
                Some(description) => format!("{}\n\n{description}", declaration.heading),
                None => declaration.heading.clone(),
            }
        });
        let markdown = parts.collect::<Vec<_>>().join("\n\n---\n\n");
        return (!markdown.is_empty()).then(|| Hover {
            range: in_file(&document, found.span),
            markdown,
        });
    }
    document_hover(workspace, path, &tree, &document, place)
}

/// On the head of a document: what it is, and why.
fn document_hover(
    workspace: &Workspace,
    path: &str,
    tree: &Tree,
    document: &Document<'_>,
    place: u32,
) -> Option<Hover> {
    let model = Model::of(document);
    if !model.kind.is_tekton() {
        return None;
    }
    let head = [
        &model.api_version,
        &model.api_kind,
        &model.name,
        &model.generate_name,
    ];
    let mut head = head.into_iter().flatten();
    let on = head.find(|text| on_line(document, text, place))?;
    let (classification, _) = workspace.classification(path, document);
    Some(Hover {
        range: in_file(document, on.span),
        markdown: match model.main_task() {
            Some(_) => {
                let role = role::of_document(workspace, path, tree, document);
                format!("{}\n\n{role}", title(&model))
            }
            None => describe(path, tree, document, &model, &classification),
        },
    })
}

/// Is the place on the text, or on its key before it?
fn on_line(document: &Document<'_>, text: &Text, place: u32) -> bool {
    if place > text.span.end {
        return false;
    }
    let between = Span {
        start: place,
        end: text.span.start,
    };
    place >= text.span.start || !document.text(between).contains('\n')
}

/// ``**Pipeline** `name` ``
fn title(model: &Model) -> String {
    let kind = model.api_kind.as_ref().map_or("", Text::as_str);
    let name = model.name.as_ref().or(model.generate_name.as_ref());
    match name {
        Some(name) => format!("**{kind}** `{}`", name.as_str()),
        None => format!("**{kind}**"),
    }
}

fn describe(
    path: &str,
    tree: &Tree,
    document: &Document<'_>,
    model: &Model,
    classification: &Classification,
) -> String {
    let mut text = title(model);
    let Some(class) = classification.class else {
        if matches!(model.kind, Kind::Pipeline | Kind::PipelineRun) {
            text.push_str("\n\nUnclassified: nothing says clearly what it is for.");
        }
        return text;
    };
    let percent = (classification.confidence * 100.0).floor();
    let _ = write!(
        text,
        "\n\nClass **{}** ({percent} %), because\n",
        class.as_str()
    );
    for signal in &classification.signals {
        let range = in_file(document, signal.span);
        let line = tree.rope().byte_to_line(range.start.min(tree.len_bytes())) + 1;
        let address = file_address(path);
        let _ = write!(
            text,
            "\n- {} [line {line}]({address}#L{line})",
            signal.message
        );
    }
    text
}
