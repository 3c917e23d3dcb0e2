//! Messages in, messages out: a [`Session`] for hosts that have one thread and no files.
//!
//! [`Dispatcher::receive`] takes a message and gives those that go back at once. What takes longer
//! is left for [`Dispatcher::work`], one piece at a time, so that a host can take in what has
//! arrived meanwhile: then a burst of edits is analysed once, and a request that was cancelled is
//! not computed. As with the native server, a request sees the texts of its own moment.
//!
//! Files are asked of the client (see [`files`]), if it says that it serves them.

mod files;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use lsp_types::notification::{LogMessage, Notification, PublishDiagnostics};
use lsp_types::request::{RegisterCapability, Request, WorkspaceDiagnosticRefresh};
use lsp_types::{
    CodeAction, CodeActionKind, Diagnostic, LogMessageParams, MessageType, NumberOrString,
    RegistrationParams, Url,
};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Answer, Error, ErrorCode};
use crate::initialize::Initialize;
use crate::jsonrpc::{self, Id, Message};
use crate::lenient;
use crate::lifecycle::{Lifecycle, Verdict};
use crate::session::{Effect, File, Restored, Session};
use crate::uri;
use files::{Asked, Scan};

/// One connection to one client.
#[derive(Default)]
pub struct Dispatcher {
    session: Session,
    life: Lifecycle,
    /// Says `shutdown` was served.
    shut_down: bool,
    /// Says `exit` was served.
    exited: bool,
    /// Requests without an answer yet, oldest first.
    waiting: VecDeque<Waiting>,
    /// Requests of ours whose answers matter.
    asked: HashMap<i64, Asked>,
    next_id: i64,
    /// Files that the client has sent and that nobody has looked at yet.
    arrived: VecDeque<File>,
    scan: Option<Scan>,
    scans_to_come: VecDeque<Vec<Arc<str>>>,
    /// Files that are left alone.
    shunned: HashSet<Arc<str>>,
    out: Vec<String>,
}

struct Waiting {
    id: Id,
    compute: Box<dyn FnOnce() -> Result<String, Error>>,
}

impl Dispatcher {
    /// A connection on which nothing was said yet. Its own requests are numbered from `first_id`:
    /// where it takes over from one that failed, a late answer is then not mistaken for another.
    pub fn new(first_id: i64) -> Dispatcher {
        Dispatcher {
            next_id: first_id,
            ..Dispatcher::default()
        }
    }

    /// Takes a message; gives what goes back at once.
    pub fn receive(&mut self, message: &str) -> Vec<String> {
        match jsonrpc::read(message) {
            Ok(Message::Call { method, id, params }) => self.call(&method, id, params),
            Ok(Message::Answer { id, result }) => self.answered(&id, result),
            Err(error) => self.out.push(jsonrpc::answer(&Id::Null, Err(error))),
        }
        std::mem::take(&mut self.out)
    }

    /// Does the next piece of work, answers first; `None` when there is nothing to do.
    pub fn work(&mut self) -> Option<Vec<String>> {
        if self.exited {
            return None;
        }
        if let Some(waiting) = self.waiting.pop_front() {
            let answer = (waiting.compute)();
            self.out.push(jsonrpc::answer(&waiting.id, answer));
        } else if let Some(file) = self.arrived.pop_front() {
            self.load(file);
        } else {
            let work = self.session.work()?;
            let effects = self.session.done(work.run());
            self.carry_out(effects);
        }
        Some(std::mem::take(&mut self.out))
    }

    /// The document or file that [`Dispatcher::work`] is about to look into, if it is one.
    pub fn subject(&self) -> Option<Url> {
        if !self.waiting.is_empty() {
            return None;
        }
        match self.arrived.front() {
            Some(file) => uri::to_uri(&file.path),
            None => self.session.subject(),
        }
    }

    /// Whether the client has said goodbye, and if so, whether in the right way.
    pub fn ended(&self) -> Option<bool> {
        self.exited.then_some(self.shut_down)
    }

    /// The session, for looking at.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Opens a document in the state in which a dispatcher before this one had it: the params of
    /// its `didOpen`, those of each `didChange` since as a JSON array, and how often it was to
    /// blame for a failure; see [`Restored`].
    pub fn restore(&mut self, opened: &str, changes: &str, failures: u32) -> Vec<String> {
        let read_one = |params| read(lenient(Some(params)));
        let restored = serde_json::from_str(opened).ok().and_then(|opened| {
            let changes: Vec<Value> = serde_json::from_str(changes).ok()?;
            Some(Restored {
                document: read(lenient(Some(opened))).ok()?,
                // What made no sense then had no effect then.
                changes: changes.into_iter().flat_map(read_one).collect(),
                failures,
            })
        });
        if let Some(restored) = restored {
            let effects = self.session.restore(restored);
            self.carry_out(effects);
        }
        std::mem::take(&mut self.out)
    }

    /// Leaves a file alone from now on, because the analysis fails on it.
    pub fn shun(&mut self, file: &Url) {
        self.shunned.insert(uri::to_path(file));
    }
}

/// What the client says.
impl Dispatcher {
    fn call(&mut self, method: &str, id: Option<Id>, params: Option<Value>) {
        match (self.life.admit(method, id.is_some()), id) {
            (Verdict::Serve, Some(id)) => self.request(method, id, params),
            (Verdict::Serve, None) => self.notify(method, params),
            (Verdict::Refuse(error), Some(id)) => self.out.push(jsonrpc::answer(&id, Err(error))),
            _ => {}
        }
    }

    fn notify(&mut self, method: &str, params: Option<Value>) {
        let effects = match method {
            "initialized" => self.session.initialized(),
            "exit" => {
                self.exited = true;
                self.waiting.clear();
                Vec::new()
            }
            "$/cancelRequest" => {
                self.cancel(params);
                Vec::new()
            }
            "textDocument/didOpen" => self.tell(lenient(params), Session::did_open),
            "textDocument/didChange" => self.tell(lenient(params), Session::did_change),
            "textDocument/didSave" => self.tell(params, Session::did_save),
            "textDocument/didClose" => self.tell(params, Session::did_close),
            "workspace/didChangeConfiguration" => self.session.did_change_configuration(),
            "workspace/didChangeWorkspaceFolders" => {
                self.tell(params, Session::did_change_workspace_folders)
            }
            "workspace/didChangeWatchedFiles" => {
                self.tell(params, Session::did_change_watched_files)
            }
            _ => Vec::new(),
        };
        self.carry_out(effects);
    }

    /// A notification that makes no sense has nobody to be told so.
    fn tell<P: DeserializeOwned>(
        &mut self,
        params: Option<Value>,
        told: impl FnOnce(&mut Session, P) -> Vec<Effect>,
    ) -> Vec<Effect> {
        match read(params) {
            Ok(params) => told(&mut self.session, params),
            Err(_) => Vec::new(),
        }
    }

    fn request(&mut self, method: &str, id: Id, params: Option<Value>) {
        if self.waiting.iter().any(|waiting| waiting.id == id) {
            let error = Error::of(ErrorCode::InvalidRequest);
            return self.out.push(jsonrpc::answer(&id, Err(error)));
        }
        match method {
            "initialize" => {
                let initialize = Initialize::read(&params.unwrap_or_default());
                let result = self.session.initialize(initialize);
                self.out
                    .push(jsonrpc::answer(&id, Ok(jsonrpc::json(&result))));
            }
            "shutdown" => {
                self.shut_down = true;
                self.out.push(jsonrpc::answer(&id, Ok("null".to_owned())));
            }
            "textDocument/diagnostic" => self.ask(id, params, Session::document_diagnostic),
            "workspace/diagnostic" => self.ask(id, params, Session::workspace_diagnostic),
            "textDocument/documentSymbol" => self.ask(id, params, |session, params| {
                session.document_symbol(params)
            }),
            "textDocument/codeAction" => {
                self.ask(id, params, |session, params| session.code_action(params))
            }
            "codeAction/resolve" => self.resolve(id, params),
            "textDocument/hover" => self.ask(id, params, |session, params| session.hover(params)),
            "textDocument/definition" => {
                self.ask(id, params, |session, params| session.definition(params))
            }
            "konflux/pipelineGraph" => {
                self.ask(id, params, |session, params| session.pipeline_graph(params))
            }
            _ => {
                let error = Error::of(ErrorCode::MethodNotFound);
                self.out.push(jsonrpc::answer(&id, Err(error)));
            }
        }
    }

    /// Takes the snapshot now, and leaves the computing for later.
    fn ask<P: DeserializeOwned, T: Serialize + 'static>(
        &mut self,
        id: Id,
        params: Option<Value>,
        question: impl FnOnce(&mut Session, P) -> Answer<T>,
    ) {
        match read(params) {
            Ok(params) => {
                let answer = question(&mut self.session, params);
                let compute = Box::new(|| answer.get().map(|result| jsonrpc::json(&result)));
                self.waiting.push_back(Waiting { id, compute });
            }
            Err(error) => self.out.push(jsonrpc::answer(&id, Err(error))),
        }
    }

    /// What has its edit, or is none of ours, goes back as it came.
    fn resolve(&mut self, id: Id, params: Option<Value>) {
        let has = |key| {
            let value = params.as_ref().and_then(|action| action.get(key));
            value.is_some_and(|value| !value.is_null())
        };
        if has("data") && !has("edit") {
            return self.ask(id, params, |session, action: Unresolved| {
                session.code_action_resolve(action.into())
            });
        }
        let same = params.clone();
        self.ask(id, params, |_, _: Unresolved| Answer::Ready(Ok(same)));
    }

    fn cancel(&mut self, params: Option<Value>) {
        let Ok(params) = read::<lsp_types::CancelParams>(params) else {
            return;
        };
        let id = match params.id {
            NumberOrString::Number(number) => Id::Number(number.into()),
            NumberOrString::String(text) => Id::Text(text),
        };
        if let Some(at) = self.waiting.iter().position(|waiting| waiting.id == id) {
            self.waiting.remove(at);
            let error = Error::of(ErrorCode::RequestCancelled);
            self.out.push(jsonrpc::answer(&id, Err(error)));
        }
    }
}

/// What the client is told.
impl Dispatcher {
    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Publish(params) => self.say::<PublishDiagnostics>(&params),
                Effect::Log(typ, message) => self.log(typ, message),
                Effect::Refresh => {
                    self.demand::<WorkspaceDiagnosticRefresh>(&());
                }
                Effect::Register(registrations) => {
                    self.demand::<RegisterCapability>(&RegistrationParams { registrations });
                }
                Effect::Scan(folders) => self.start_scan(folders),
                Effect::Read(paths) => self.read_files(&paths),
                Effect::ReadCatalogs(paths) => self.no_catalogs(&paths),
            }
        }
    }

    /// Catalogs lie outside of the workspace, where this host cannot look. The configuration that
    /// names them is told so.
    fn no_catalogs(&mut self, paths: &[Arc<str>]) {
        for path in paths {
            let reason = "this editor reads no files outside of the workspace".to_owned();
            self.session.load_catalog(path, Err(reason));
        }
    }

    fn say<N: Notification>(&mut self, params: &N::Params)
    where
        N::Params: Serialize,
    {
        self.out.push(jsonrpc::notification(N::METHOD, params));
    }

    fn log(&mut self, typ: MessageType, message: String) {
        self.say::<LogMessage>(&LogMessageParams { typ, message });
    }

    /// Asks the client for something, and says under which number.
    fn demand<R: Request>(&mut self, params: &R::Params) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        self.out.push(jsonrpc::request(id, R::METHOD, params));
        id
    }
}

/// A code action whose edit is still to come. What else the protocol's type can hold, none of ours
/// has; reading it would be a good part of the WebAssembly module.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Unresolved {
    title: String,
    kind: Option<CodeActionKind>,
    diagnostics: Option<Vec<Diagnostic>>,
    is_preferred: Option<bool>,
    data: Option<Value>,
}

impl From<Unresolved> for CodeAction {
    fn from(action: Unresolved) -> CodeAction {
        CodeAction {
            title: action.title,
            kind: action.kind,
            diagnostics: action.diagnostics,
            is_preferred: action.is_preferred,
            data: action.data,
            ..CodeAction::default()
        }
    }
}

fn lenient(params: Option<Value>) -> Option<Value> {
    params.map(|mut params| {
        lenient::mend(&mut params);
        params
    })
}

fn read<P: DeserializeOwned>(params: Option<Value>) -> Result<P, Error> {
    let invalid = |reason: &str| Error::new(ErrorCode::InvalidParams, reason);
    let params = params.ok_or_else(|| invalid("Missing params field"))?;
    serde_json::from_value(params).map_err(|error| invalid(&error.to_string()))
}
