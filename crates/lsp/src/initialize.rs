//! The handshake: what the client tells about itself, and what it gets told.

use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, DiagnosticOptions,
    DiagnosticServerCapabilities, HoverProviderCapability, InitializeResult, OneOf, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Url, WorkspaceFoldersServerCapabilities,
    WorkspaceServerCapabilities,
};
use serde_json::Value;

use std::sync::Arc;

use crate::client::Client;
use crate::uri;

/// What is used of an `initialize` request.
#[derive(Clone, Debug, Default)]
pub struct Initialize {
    /// What the client can do.
    pub client: Client,
    /// The workspace folders, as engine paths.
    pub roots: Vec<Arc<str>>,
}

impl Initialize {
    /// Reads the raw parameters; what makes no sense in them counts as absent.
    pub fn read(params: &Value) -> Initialize {
        let folders = params.get("workspaceFolders").and_then(Value::as_array);
        let mut roots: Vec<Arc<str>> = folders
            .into_iter()
            .flatten()
            .filter_map(|folder| root(folder.get("uri")?.as_str()?))
            .collect();
        if roots.is_empty() {
            // Older clients have one root; the oldest have a path instead of a URI.
            let text = |key: &str| params.get(key).and_then(Value::as_str);
            let only = text("rootUri").and_then(root);
            roots.extend(only.or_else(|| text("rootPath").map(uri::from_native)));
        }
        let client = Client::read(params.get("capabilities").unwrap_or(&Value::Null));
        Initialize { client, roots }
    }
}

fn root(uri: &str) -> Option<Arc<str>> {
    Url::parse(uri).ok().map(|uri| uri::to_path(&uri))
}

/// What this server offers to such a client.
pub(crate) fn result(client: &Client) -> InitializeResult {
    InitializeResult {
        capabilities: capabilities(client),
        server_info: Some(ServerInfo {
            name: "konflux-ls".to_owned(),
            version: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }),
    }
}

fn capabilities(client: &Client) -> ServerCapabilities {
    let diagnostics = DiagnosticOptions {
        identifier: Some("konflux-ls".to_owned()),
        inter_file_dependencies: true,
        workspace_diagnostics: true,
        ..DiagnosticOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        resolve_provider: Some(client.resolves_edits),
        ..CodeActionOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::INCREMENTAL),
                save: Some(TextDocumentSyncSaveOptions::SaveOptions(
                    SaveOptions::default(),
                )),
                ..TextDocumentSyncOptions::default()
            },
        )),
        diagnostic_provider: client
            .pulls
            .then_some(DiagnosticServerCapabilities::Options(diagnostics)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(WorkspaceFoldersServerCapabilities {
                supported: Some(true),
                change_notifications: Some(OneOf::Left(true)),
            }),
            file_operations: None,
        }),
        ..ServerCapabilities::default()
    }
}
