//! Diagnostics for clients that ask.
//!
//! A pull is answered from what is known at that moment, even while the workspace is still being
//! read: what arrives later makes the session ask for a new pull (see [`work`](crate::work)).

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::OnceLock;

use lsp_types::{
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::answer::{Cancel, Error};
use crate::diagnostics::{self, Report};
use crate::snapshot::Snapshot;
use crate::uri;

/// What a client was told about a document when it last asked.
#[derive(Clone)]
pub(crate) struct Pulled {
    /// The state of the document's own text.
    pub(crate) change: u64,
    /// The state of everything else.
    pub(crate) revision: u64,
    /// What it was told; not yet known while the answer is being computed.
    pub(crate) digest: Arc<OnceLock<u64>>,
}

/// The answer about one document.
pub(crate) fn document(
    snapshot: &Snapshot,
    path: &str,
    previous: Option<String>,
) -> (DocumentDiagnosticReportResult, u64) {
    let report = diagnostics::report(snapshot, path);
    let (digest, result_id) = (report.digest, report.result_id());
    let answer = if previous.as_ref() == Some(&result_id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents: None,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full(report),
        })
    };
    (DocumentDiagnosticReportResult::Report(answer), digest)
}

/// The answer about every file of the workspace, open or not.
pub(crate) fn workspace(
    snapshot: &Snapshot,
    params: WorkspaceDiagnosticParams,
    cancel: &Cancel,
) -> Result<WorkspaceDiagnosticReportResult, Error> {
    let mut previous: HashMap<Arc<str>, (Url, String)> = params
        .previous_result_ids
        .into_iter()
        .map(|known| (uri::to_path(&known.uri), (known.uri, known.value)))
        .collect();
    let mut paths = snapshot.workspace.paths();
    paths.sort();
    let mut items = Vec::with_capacity(paths.len());
    for path in paths {
        cancel.check()?;
        let known = previous.remove(&path);
        let Some(uri) = snapshot.uri(&path) else {
            continue;
        };
        let version = snapshot
            .document(&path)
            .map(|document| i64::from(document.version));
        let report = diagnostics::report(snapshot, &path);
        // A file that nothing is, or was, said about needs no entry.
        if known.is_some() || !report.items.is_empty() {
            items.push(entry(uri, version, report, known.map(|(_, id)| id)));
        }
    }
    // Files that are gone: what the client still shows about them has to go, too.
    let gone = previous
        .into_values()
        .map(|(uri, id)| entry(uri, None, Report::new(Vec::new()), Some(id)));
    items.extend(gone);
    Ok(WorkspaceDiagnosticReportResult::Report(
        WorkspaceDiagnosticReport { items },
    ))
}

fn entry(
    uri: Url,
    version: Option<i64>,
    report: Report,
    previous: Option<String>,
) -> WorkspaceDocumentDiagnosticReport {
    let result_id = report.result_id();
    if previous.as_ref() == Some(&result_id) {
        return WorkspaceDocumentDiagnosticReport::Unchanged(
            WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport {
                    result_id,
                },
            },
        );
    }
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri,
        version,
        full_document_diagnostic_report: full(report),
    })
}

fn full(report: Report) -> FullDocumentDiagnosticReport {
    FullDocumentDiagnosticReport {
        result_id: Some(report.result_id()),
        items: report.items,
    }
}
