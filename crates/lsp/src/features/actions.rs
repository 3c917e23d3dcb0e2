//! Code actions: fixes of findings, and ignoring them here.
//!
//! Where the client can wait, the edit is computed only for the action that the user chose. The
//! action then carries what is needed to find it again: document, version, range and title. If the
//! document has changed in between, the client is told so instead of getting an edit for a text
//! that is no more.

use konflux_analysis::{Action, Finding};
use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Range, Url};
use serde::{Deserialize, Serialize};

use crate::answer::{Error, ErrorCode};
use crate::diagnostics;
use crate::edit;
use crate::position::Places;
use crate::snapshot::Snapshot;
use crate::uri;

/// What finds an action again.
#[derive(Serialize, Deserialize)]
struct Ticket {
    uri: Url,
    /// Missing for a document that is not open: then there is no version that could differ.
    version: Option<i32>,
    range: Range,
    /// The finding's own range: several findings of one rule can touch the range asked about.
    target: Range,
    rule: String,
    title: String,
}

/// The actions for a range of a document.
pub(crate) fn actions(snapshot: &Snapshot, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let path = uri::to_path(&params.text_document.uri);
    let wanted = params.context.only.as_ref();
    let wanted =
        wanted.is_none_or(|kinds| kinds.is_empty() || kinds.iter().any(includes_quick_fixes));
    let text = snapshot
        .text(&path)
        .filter(|_| wanted && snapshot.client.action_literals);
    let Some(rope) = text else {
        return Vec::new();
    };
    let places = snapshot.places(&rope);
    let findings = snapshot.workspace.findings(&path);
    let actions = snapshot
        .workspace
        .actions(&path, places.bytes(params.range));
    let actions = actions.into_iter().filter_map(|action| {
        let mends =
            |finding: &&Finding| finding.rule == action.rule && finding.range == action.range;
        let mended = findings.iter().find(mends);
        let mended = mended.map(|finding| vec![diagnostics::diagnostic(snapshot, places, finding)]);
        let mut answer = CodeAction {
            title: action.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: mended,
            is_preferred: action.preferred.then_some(true),
            ..CodeAction::default()
        };
        if snapshot.client.resolves_edits {
            answer.data = Some(ticket(snapshot, places, params, &action)?);
        } else {
            answer.edit = Some(workspace_edit(snapshot, &action)?);
        }
        Some(CodeActionOrCommand::CodeAction(answer))
    });
    actions.collect()
}

/// The action that the user chose, with its edit.
pub(crate) fn resolve(snapshot: &Snapshot, mut chosen: CodeAction) -> Result<CodeAction, Error> {
    let data = chosen.data.clone().filter(|_| chosen.edit.is_none());
    let Some(data) = data else {
        return Ok(chosen);
    };
    let ticket: Ticket = serde_json::from_value(data).map_err(|error| {
        Error::new(
            ErrorCode::InvalidParams,
            &format!("not an action of ours: {error}"),
        )
    })?;
    let modified = |why: &str| Error::new(ErrorCode::ContentModified, why);
    let path = uri::to_path(&ticket.uri);
    let version = snapshot.document(&path).map(|document| document.version);
    if version != ticket.version {
        return Err(modified(
            "the document has changed since this action was offered",
        ));
    }
    let rope = snapshot
        .text(&path)
        .ok_or_else(|| modified("the document is gone"))?;
    let places = snapshot.places(&rope);
    let actions = snapshot
        .workspace
        .actions(&path, places.bytes(ticket.range));
    let same = |action: &&Action| {
        action.rule == ticket.rule
            && action.title == ticket.title
            && places.range(action.range.clone()) == ticket.target
    };
    let edit = actions
        .iter()
        .find(same)
        .and_then(|action| workspace_edit(snapshot, action));
    chosen.edit = Some(edit.ok_or_else(|| modified("this action does not apply any more"))?);
    Ok(chosen)
}

fn includes_quick_fixes(kind: &CodeActionKind) -> bool {
    kind.as_str().is_empty() || *kind == CodeActionKind::QUICKFIX
}

fn ticket(
    snapshot: &Snapshot,
    places: Places<'_>,
    params: &CodeActionParams,
    action: &Action,
) -> Option<serde_json::Value> {
    let uri = params.text_document.uri.clone();
    let ticket = Ticket {
        version: snapshot
            .document(&uri::to_path(&uri))
            .map(|document| document.version),
        uri,
        range: params.range,
        target: places.range(action.range.clone()),
        rule: action.rule.to_owned(),
        title: action.title.clone(),
    };
    serde_json::to_value(ticket).ok()
}

fn workspace_edit(snapshot: &Snapshot, action: &Action) -> Option<lsp_types::WorkspaceEdit> {
    let change = action.source_change(&snapshot.workspace)?;
    edit::workspace_edit(snapshot, &change, action.safety)
}
