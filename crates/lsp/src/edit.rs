//! Changes computed by the analysis, as edits that the client carries out.
//!
//! Where the client can check them, edits name the version that they were computed for, so that a
//! buffer that has moved on is never changed at the wrong place.

use std::collections::HashMap;

use konflux_analysis::{FileOp, Safety, SourceChange};
use lsp_types::{
    AnnotatedTextEdit, ChangeAnnotation, CreateFile, DeleteFile, DocumentChangeOperation,
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, Position, Range, RenameFile,
    ResourceOp, TextDocumentEdit, TextEdit, Url, WorkspaceEdit,
};

use crate::snapshot::Snapshot;

/// What the client asks the user about before it applies an unsafe change.
const CONFIRM: &str = "konflux-ls.unsafe";

/// `None` where the client cannot do all of it: half a change is worse than none.
pub(crate) fn workspace_edit(
    snapshot: &Snapshot,
    change: &SourceChange,
    safety: Safety,
) -> Option<WorkspaceEdit> {
    let client = &snapshot.client;
    // What happens in one file is seen at once and undone with one key: no need to ask.
    let is_seen = change.file_ops.is_empty() && change.edits.len() <= 1;
    let asks = client.change_annotations && client.document_changes;
    let confirm = safety == Safety::Unsafe && !is_seen && asks;
    let mut operations = Vec::new();
    for file_op in &change.file_ops {
        operations.extend(file_operation(snapshot, file_op)?);
    }
    let mut edits = Vec::new();
    for (path, changes) in &change.edits {
        let rope = snapshot.text(path)?;
        let places = snapshot.places(&rope);
        let text_edits = changes.iter().map(|edit| TextEdit {
            range: places.range(edit.range.clone()),
            new_text: edit.new_text.clone(),
        });
        edits.push((
            path.clone(),
            snapshot.uri(path)?,
            text_edits.collect::<Vec<_>>(),
        ));
    }
    if !client.document_changes {
        let changes: HashMap<Url, Vec<TextEdit>> = edits
            .into_iter()
            .map(|(_, uri, edits)| (uri, edits))
            .collect();
        let possible = operations.is_empty();
        return possible.then(|| WorkspaceEdit {
            changes: Some(changes),
            ..WorkspaceEdit::default()
        });
    }
    operations.extend(edits.into_iter().map(|(path, uri, edits)| {
        let version = snapshot.document(&path).map(|document| document.version);
        DocumentChangeOperation::Edit(document_edit(uri, version, edits, confirm))
    }));
    Some(WorkspaceEdit {
        changes: None,
        document_changes: Some(DocumentChanges::Operations(operations)),
        change_annotations: confirm.then(|| HashMap::from([(CONFIRM.to_owned(), annotation())])),
    })
}

fn document_edit(
    uri: Url,
    version: Option<i32>,
    edits: Vec<TextEdit>,
    confirm: bool,
) -> TextDocumentEdit {
    let edits = edits.into_iter().map(|text_edit| {
        if confirm {
            OneOf::Right(AnnotatedTextEdit {
                text_edit,
                annotation_id: CONFIRM.to_owned(),
            })
        } else {
            OneOf::Left(text_edit)
        }
    });
    TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier { uri, version },
        edits: edits.collect(),
    }
}

fn annotation() -> ChangeAnnotation {
    ChangeAnnotation {
        label: "Please review".to_owned(),
        needs_confirmation: Some(true),
        description: Some("This change may alter what the pipeline does.".to_owned()),
    }
}

fn file_operation(snapshot: &Snapshot, file_op: &FileOp) -> Option<Vec<DocumentChangeOperation>> {
    let client = &snapshot.client;
    let op = DocumentChangeOperation::Op;
    if !client.document_changes {
        return None;
    }
    match file_op {
        FileOp::Create { path, text } => {
            let uri = snapshot.uri(path).filter(|_| client.creates)?;
            let create = CreateFile {
                uri: uri.clone(),
                options: None,
                annotation_id: None,
            };
            let start = Range::new(Position::new(0, 0), Position::new(0, 0));
            let content = vec![TextEdit::new(start, text.clone())];
            let content = document_edit(uri, None, content, false);
            Some(vec![
                op(ResourceOp::Create(create)),
                DocumentChangeOperation::Edit(content),
            ])
        }
        FileOp::Rename { from, to } => {
            let old_uri = snapshot.uri(from).filter(|_| client.renames)?;
            let new_uri = snapshot.uri(to)?;
            let rename = RenameFile {
                old_uri,
                new_uri,
                options: None,
                annotation_id: None,
            };
            Some(vec![op(ResourceOp::Rename(rename))])
        }
        FileOp::Delete { path } => {
            let uri = snapshot.uri(path).filter(|_| client.deletes)?;
            Some(vec![op(ResourceOp::Delete(DeleteFile {
                uri,
                options: None,
            }))])
        }
    }
}
