//! One connection: documents, client, workspace, and what a message does to them.
//!
//! Nothing here takes long: an edit is applied in the time of the edit, and everything that looks
//! at more than a few nodes is handed out as an [`Answer`] or as [`Work`](crate::Work).

mod files;
mod texts;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use konflux_analysis::Workspace;
use lsp_types::{
    CodeAction, CodeActionParams, CodeActionResponse, DidChangeTextDocumentParams,
    DidChangeWorkspaceFoldersParams, DidOpenTextDocumentParams, DocumentDiagnosticParams,
    DocumentDiagnosticReportResult, DocumentSymbolParams, DocumentSymbolResponse,
    GotoDefinitionParams, GotoDefinitionResponse, Hover, HoverParams, InitializeResult,
    MessageType, PublishDiagnosticsParams, Registration, Url, WorkspaceDiagnosticParams,
    WorkspaceDiagnosticReportResult,
};
use serde_json::json;

use crate::answer::Answer;
use crate::client::Client;
use crate::documents::Documents;
use crate::features::{actions, definition, graph, hover, symbols};
use crate::initialize::{self, Initialize};
use crate::pull::{self, Pulled};
use crate::requests::{PipelineGraphParams, PipelineGraphResult};
use crate::snapshot::{Disk, Snapshot};
use crate::uri;
use crate::work::Published;

/// What a host is asked to do. None of it answers a message; all of it can be done at leisure,
/// except that `Publish` must go out in the order it was given.
#[derive(Debug)]
pub enum Effect {
    /// Tell the client what there is to say about a document.
    Publish(PublishDiagnosticsParams),
    /// Ask the client to pull diagnostics again.
    Refresh,
    /// Ask the client to tell about changes of files.
    Register(Vec<Registration>),
    /// Find and read the files under these folders (and the configuration above them), give them
    /// to [`Session::load`], then say [`Session::scanned`], once per effect.
    Scan(Vec<Arc<str>>),
    /// Read these files and give them to [`Session::load`], vanished ones included.
    Read(Vec<Arc<str>>),
    /// Read these catalogs (checkouts or index files), and give each, or why it cannot be read, to
    /// [`Session::load_catalog`].
    ReadCatalogs(Vec<Arc<str>>),
    /// Write to the client's log.
    Log(MessageType, String),
}

/// A file as the host found it.
#[derive(Clone, Debug)]
pub struct File {
    /// Its engine path.
    pub path: Arc<str>,
    /// Its text; `None` when it is gone, unreadable, or nothing for us.
    pub text: Option<String>,
}

/// A document as it was in a session that failed where no panic can be caught (WebAssembly).
#[derive(Clone, Debug)]
pub struct Restored {
    /// How it was opened.
    pub document: DidOpenTextDocumentParams,
    /// What was changed since, oldest first.
    pub changes: Vec<DidChangeTextDocumentParams>,
    /// How often it was to blame. If at all, it is not read until it is changed; if too often, not
    /// until it is opened again.
    pub failures: u32,
}

/// After so many failures, further changes are not worth the risk of another.
const MAX_FAILURES: u32 = 3;

/// One connection to one client.
pub struct Session {
    pub(crate) client: Arc<Client>,
    pub(crate) workspace: Workspace,
    pub(crate) documents: Documents,
    pub(crate) disk: Arc<Disk>,
    roots: Vec<Arc<str>>,
    /// Folders being read: until it is done, what is missing may still come.
    pub(crate) scans: usize,
    /// Counts the changes of texts.
    changes: u64,
    /// What push clients were told, by document.
    pub(crate) published: HashMap<Arc<str>, Published>,
    /// What pull clients were told, by document.
    pub(crate) pulled: HashMap<Arc<str>, Pulled>,
    /// Counts the changes of files on disk.
    pub(crate) loads: u64,
    /// Which of these the client was told about as a whole, once it has asked.
    pub(crate) workspace_pulled: Option<u64>,
    /// What is on disk of documents that are open: not parsed as long as nobody sees it.
    shadowed: HashMap<Arc<str>, String>,
    /// Documents whose diagnostics must vanish from the client.
    pub(crate) closed: Vec<Url>,
    #[cfg(debug_assertions)]
    fail_next_edit: bool,
}

impl Default for Session {
    fn default() -> Session {
        Session::new()
    }
}

impl Session {
    /// A session that knows nothing yet.
    pub fn new() -> Session {
        Session {
            client: Arc::default(),
            workspace: Workspace::new(),
            documents: Arc::default(),
            disk: Arc::default(),
            roots: Vec::new(),
            scans: 0,
            changes: 0,
            published: HashMap::new(),
            pulled: HashMap::new(),
            loads: 0,
            workspace_pulled: None,
            shadowed: HashMap::new(),
            closed: Vec::new(),
            #[cfg(debug_assertions)]
            fail_next_edit: false,
        }
    }

    /// What the client can do.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The text of an open document as this session has it.
    pub fn text(&self, uri: &Url) -> Option<String> {
        self.documents
            .get(&uri::to_path(uri))
            .map(|document| document.rope.to_string())
    }

    /// Makes the next edit fail inside the analysis, for tests of what happens then.
    #[cfg(debug_assertions)]
    pub fn fail_next_edit(&mut self) {
        self.fail_next_edit = true;
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            client: self.client.clone(),
            workspace: self.workspace.clone(),
            documents: self.documents.clone(),
            disk: self.disk.clone(),
        }
    }
}

/// The life of the connection.
impl Session {
    /// The first message.
    pub fn initialize(&mut self, initialize: Initialize) -> InitializeResult {
        self.client = Arc::new(initialize.client);
        self.roots = initialize.roots;
        self.workspace.set_roots(self.roots.clone());
        initialize::result(&self.client)
    }

    /// The client is ready to be asked things.
    pub fn initialized(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.client.watches_files {
            effects.push(Effect::Register(vec![watchers()]));
        }
        effects.extend(self.scan(self.roots.clone()));
        effects
    }

    /// Settings are files beside the code here, so an editor's own mean nothing.
    pub fn did_change_configuration(&mut self) -> Vec<Effect> {
        Vec::new()
    }

    /// Folders were added to the workspace or taken out of it.
    pub fn did_change_workspace_folders(
        &mut self,
        params: DidChangeWorkspaceFoldersParams,
    ) -> Vec<Effect> {
        let paths = |folders: Vec<lsp_types::WorkspaceFolder>| {
            folders
                .into_iter()
                .map(|folder| uri::to_path(&folder.uri))
                .collect::<Vec<_>>()
        };
        let removed = paths(params.event.removed);
        let mut added = paths(params.event.added);
        self.roots.retain(|root| !removed.contains(root));
        added.retain(|root| !self.roots.contains(root));
        self.roots.extend(added.iter().cloned());
        self.workspace.set_roots(self.roots.clone());
        let left: Vec<_> = self
            .workspace
            .paths()
            .into_iter()
            .filter(|path| !self.is_in_workspace(path))
            .collect();
        self.unload(&left);
        self.scan(added).into_iter().collect()
    }

    fn scan(&mut self, folders: Vec<Arc<str>>) -> Option<Effect> {
        if folders.is_empty() {
            return None;
        }
        self.scans += 1;
        Some(Effect::Scan(folders))
    }
}

/// What a panic of the analysis costs.
impl Session {
    /// Lets the analysis read a document, and shuns the document if it fails on it.
    fn analyse(&mut self, path: &Arc<str>, read: impl FnOnce(&mut Workspace)) -> Vec<Effect> {
        if guarded(&mut self.workspace, read).is_some() {
            self.adopt(path);
            return Vec::new();
        }
        self.shun(path);
        self.rebuild()
    }

    fn shun(&mut self, path: &str) {
        if let Some(document) = Arc::make_mut(&mut self.documents).get_mut(path) {
            document.shunned = true;
        }
    }

    /// The text has changed: perhaps the analysis can read this one.
    fn revive(&mut self, path: &Arc<str>) -> Vec<Effect> {
        let Some(document) = Arc::make_mut(&mut self.documents).get_mut(path) else {
            return Vec::new();
        };
        document.shunned = false;
        let (path, text) = (path.clone(), document.rope.to_string());
        self.analyse(&path.clone(), move |workspace| workspace.open(&path, &text))
    }

    /// A panic may have left the analysis in any state: a new one is built from the texts, which
    /// are ours, and the files, which are read again.
    fn rebuild(&mut self) -> Vec<Effect> {
        self.workspace = Workspace::new();
        self.workspace.set_roots(self.roots.clone());
        self.disk = Arc::default();
        let documents = self.documents.clone();
        for (path, document) in documents.iter().filter(|(_, document)| !document.shunned) {
            let text = document.rope.to_string();
            if guarded(&mut self.workspace, |workspace| workspace.open(path, &text)).is_none() {
                self.shun(path);
            }
        }
        let failure = "the analysis failed and was started again; this is a bug of konflux-ls";
        let mut effects = vec![Effect::Log(MessageType::ERROR, failure.to_owned())];
        effects.extend(self.scan(self.roots.clone()));
        effects
    }
}

/// Questions.
impl Session {
    /// `textDocument/diagnostic`
    pub fn document_diagnostic(
        &mut self,
        params: DocumentDiagnosticParams,
    ) -> Answer<DocumentDiagnosticReportResult> {
        let path = uri::to_path(&params.text_document.uri);
        let digest = Arc::new(OnceLock::new());
        if let Some(document) = self.documents.get(&path) {
            let (change, revision) = (document.change, self.workspace.revision());
            self.pulled.insert(
                path.clone(),
                Pulled {
                    change,
                    revision,
                    digest: digest.clone(),
                },
            );
        }
        let snapshot = self.snapshot();
        Answer::later(move |_| {
            let (report, told) = pull::document(&snapshot, &path, params.previous_result_id);
            digest.get_or_init(|| told);
            Ok(report)
        })
    }

    /// `workspace/diagnostic`
    pub fn workspace_diagnostic(
        &mut self,
        params: WorkspaceDiagnosticParams,
    ) -> Answer<WorkspaceDiagnosticReportResult> {
        self.workspace_pulled = Some(self.loads);
        let snapshot = self.snapshot();
        Answer::later(move |cancel| pull::workspace(&snapshot, params, cancel))
    }

    /// `textDocument/documentSymbol`
    pub fn document_symbol(
        &self,
        params: DocumentSymbolParams,
    ) -> Answer<Option<DocumentSymbolResponse>> {
        let (snapshot, path) = (self.snapshot(), uri::to_path(&params.text_document.uri));
        Answer::later(move |_| Ok(symbols::symbols(&snapshot, &path)))
    }

    /// `textDocument/codeAction`
    pub fn code_action(&self, params: CodeActionParams) -> Answer<Option<CodeActionResponse>> {
        let snapshot = self.snapshot();
        Answer::later(move |_| Ok(Some(actions::actions(&snapshot, &params))))
    }

    /// `codeAction/resolve`
    pub fn code_action_resolve(&self, action: CodeAction) -> Answer<CodeAction> {
        let snapshot = self.snapshot();
        Answer::later(move |_| actions::resolve(&snapshot, action))
    }

    /// `konflux/pipelineGraph`
    pub fn pipeline_graph(&self, params: PipelineGraphParams) -> Answer<PipelineGraphResult> {
        let snapshot = self.snapshot();
        Answer::later(move |_| Ok(graph::graphs(&snapshot, &params)))
    }

    /// `textDocument/hover`
    pub fn hover(&self, params: HoverParams) -> Answer<Option<Hover>> {
        let place = params.text_document_position_params;
        let (snapshot, path) = (self.snapshot(), uri::to_path(&place.text_document.uri));
        Answer::later(move |_| Ok(hover::hover(&snapshot, &path, place.position)))
    }

    /// `textDocument/definition`
    pub fn definition(
        &self,
        params: GotoDefinitionParams,
    ) -> Answer<Option<GotoDefinitionResponse>> {
        let place = params.text_document_position_params;
        let (snapshot, path) = (self.snapshot(), uri::to_path(&place.text_document.uri));
        Answer::later(move |_| Ok(definition::definition(&snapshot, &path, place.position)))
    }
}

/// Runs a change of the workspace; `None` after a panic, which may have left it in any state.
fn guarded<T>(workspace: &mut Workspace, change: impl FnOnce(&mut Workspace) -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(|| change(workspace))).ok()
}

fn watchers() -> Registration {
    let watch = |pattern: &str| json!({ "globPattern": pattern });
    Registration {
        id: "konflux-ls.files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(json!({ "watchers": [watch("**/*.yaml"), watch("**/*.yml")] })),
    }
}
