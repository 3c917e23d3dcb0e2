//! From tower-lsp's methods to the session's.
//!
//! Notifications change the session before anything is awaited. Requests take their answer from
//! the session before anything is awaited, and compute it on the blocking pool. Nothing else.

use std::sync::Arc;

use konflux_lsp::lsp_types::*;
use konflux_lsp::requests::{PipelineGraphParams, PipelineGraphResult};
use konflux_lsp::{Answer, Cancel, Session};
use tower_lsp::LanguageServer;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use super::front::internal_error;
use super::shared::Shared;

/// The handlers.
pub(super) struct Backend {
    shared: Arc<Shared>,
}

impl Backend {
    pub(super) fn new(shared: Arc<Shared>) -> Backend {
        Backend { shared }
    }

    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// `konflux/pipelineGraph`
    pub(super) async fn pipeline_graph(
        &self,
        params: PipelineGraphParams,
    ) -> Result<PipelineGraphResult> {
        compute(self.ask(|session| session.pipeline_graph(params))).await
    }

    fn ask<T>(&self, question: impl FnOnce(&mut Session) -> Answer<T>) -> Answer<T> {
        question(&mut self.shared.session())
    }
}

#[tower_lsp::async_trait]
impl LanguageServer for Backend {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        // The parameters were read, in their raw form, when the message came in.
        let initialize = self.shared.recall();
        Ok(self.shared.session().initialize(initialize))
    }

    async fn initialized(&self, _: InitializedParams) {
        self.shared.update(Session::initialized);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_open(&self, params: DidOpenTextDocumentParams) {
        self.shared.update(|session| session.did_open(params));
    }

    async fn did_change(&self, params: DidChangeTextDocumentParams) {
        self.shared.update(|session| session.did_change(params));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        self.shared.update(|session| session.did_save(params));
    }

    async fn did_close(&self, params: DidCloseTextDocumentParams) {
        self.shared.update(|session| session.did_close(params));
    }

    async fn did_change_configuration(&self, _: DidChangeConfigurationParams) {
        self.shared.update(Session::did_change_configuration);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        self.shared
            .update(|session| session.did_change_workspace_folders(params));
    }

    async fn did_change_watched_files(&self, params: DidChangeWatchedFilesParams) {
        self.shared
            .update(|session| session.did_change_watched_files(params));
    }

    async fn diagnostic(
        &self,
        params: DocumentDiagnosticParams,
    ) -> Result<DocumentDiagnosticReportResult> {
        compute(self.ask(|session| session.document_diagnostic(params))).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        compute(self.ask(|session| session.workspace_diagnostic(params))).await
    }

    async fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Result<Option<DocumentSymbolResponse>> {
        compute(self.ask(|session| session.document_symbol(params))).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        compute(self.ask(|session| session.code_action(params))).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        compute(self.ask(|session| session.code_action_resolve(action))).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        compute(self.ask(|session| session.hover(params))).await
    }

    async fn goto_definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Result<Option<GotoDefinitionResponse>> {
        compute(self.ask(|session| session.definition(params))).await
    }
}

/// Runs the work for an answer where it holds up nobody. A panic of it becomes an error answer.
pub(super) async fn compute<T: Send + 'static>(answer: Answer<T>) -> Result<T> {
    let work = match answer {
        Answer::Ready(result) => return result.map_err(refused),
        Answer::Later(work) => work,
    };
    let cancel = CancelOnDrop(Cancel::default());
    let word = cancel.0.clone();
    match tokio::task::spawn_blocking(move || work(&word)).await {
        Ok(result) => result.map_err(refused),
        Err(failed) => match failed.try_into_panic() {
            Ok(panic) => Err(internal_error(&*panic)),
            Err(_) => Err(Error::request_cancelled()),
        },
    }
}

/// tower-lsp drops the future of a cancelled request: then the work can stop, too.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// An error of ours as tower-lsp sends it.
pub(super) fn refused(error: konflux_lsp::Error) -> Error {
    let code = ErrorCode::from(i64::from(error.code.number()));
    Error {
        code,
        message: error.message.into(),
        data: None,
    }
}
