//! A small synchronous LSP client, for talking to the real binary.
//!
//! It does what editors do and nothing more: answers what the server asks, keeps what the server
//! says until a test looks at it, and says goodbye when dropped. Then it insists: the process ends
//! in time and with success, every request was answered exactly once, and no diagnostics are left
//! that no test expected.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use lsp_types::notification::{self, Notification};
use lsp_types::request::{self, Request};
use lsp_types::{Diagnostic, PublishDiagnosticsParams, Url};
use serde_json::{Value, json};

use crate::transcript::Transcript;

/// Long enough for a slow machine, short enough for a person.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the product promises about its end.
pub const EXIT_WITHIN: Duration = Duration::from_secs(1);

/// A connection to a server of its own.
pub struct Client {
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    next_id: i64,
    /// Requests without an answer yet.
    waiting: HashSet<i64>,
    answers: HashMap<i64, Value>,
    /// Notifications and requests of the server, oldest first.
    said: VecDeque<(String, Value)>,
    /// What `initialize` was answered.
    pub offer: Value,
    /// The workspace folder, deleted in the end.
    pub folder: tempfile::TempDir,
    /// A test that broke the protocol on purpose does not say goodbye.
    polite: bool,
    transcript: Transcript,
}

/// How to start one.
pub struct Builder {
    binary: PathBuf,
    folder: tempfile::TempDir,
    capabilities: Value,
    arguments: Vec<String>,
    transcript: Transcript,
}

/// An error answer.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    pub code: i64,
    pub message: String,
}

impl Builder {
    /// A client that offers nothing, in an empty folder.
    pub fn new(binary: impl Into<PathBuf>) -> Builder {
        Builder {
            binary: binary.into(),
            folder: tempfile::tempdir().unwrap(),
            capabilities: json!({}),
            arguments: vec!["serve".to_owned()],
            transcript: Transcript::new(),
        }
    }

    /// Offers something, by JSON pointer.
    pub fn can(mut self, pointer: &str, value: Value) -> Builder {
        let mut place = &mut self.capabilities;
        for part in pointer.split('/').skip(1) {
            place = &mut place[part];
        }
        *place = value;
        self
    }

    /// Offers to pull diagnostics.
    pub fn pulls(self) -> Builder {
        self.can("/textDocument/diagnostic", json!({}))
            .can("/workspace/diagnostics/refreshSupport", json!(true))
    }

    /// Puts a file into the folder.
    pub fn file(mut self, name: &str, text: impl AsRef<[u8]>) -> Builder {
        write(&self.folder.path().join(name), &text);
        let path = self.folder.path().canonicalize().unwrap().join(name);
        self.transcript.file(&path, Some(text.as_ref()));
        self
    }

    /// Says that the test is about how this server finds files, which others leave to their host.
    pub fn finds_files_itself(mut self) -> Builder {
        self.transcript.discard();
        self
    }

    /// Adds an argument to the command line.
    pub fn argument(mut self, argument: &str) -> Builder {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Where the folder is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server without saying a word to it.
    pub fn silent(self) -> Client {
        let mut command = Command::new(&self.binary);
        command
            .args(&self.arguments)
            .current_dir(self.folder.path());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("{:?}: {error}", self.binary));
        let (sender, messages) = channel();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || {
            while let Some(message) = read_message(&mut stdout) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        Client {
            stdin: child.stdin.take(),
            child,
            messages,
            next_id: 0,
            waiting: HashSet::new(),
            answers: HashMap::new(),
            said: VecDeque::new(),
            offer: Value::Null,
            folder: self.folder,
            polite: true,
            transcript: self.transcript,
        }
    }

    /// Starts the server and shakes hands.
    pub fn start(self) -> Client {
        let capabilities = self.capabilities.clone();
        let mut client = self.silent();
        let root = Url::from_file_path(client.folder.path().canonicalize().unwrap()).unwrap();
        let params = json!({
            "processId": std::process::id(),
            "rootUri": root,
            "workspaceFolders": [{ "uri": root, "name": "test" }],
            "capabilities": capabilities,
        });
        let id = client.send("initialize", params);
        client.offer = client.answer(id).unwrap();
        client.notify("initialized", json!({}));
        client
    }
}

/// Talking.
impl Client {
    /// Sends bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        // It cannot be said where messages are not bytes.
        self.transcript.discard();
        self.write_bytes(bytes);
    }

    fn write_bytes(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        // A server that is gone cannot be written to; the test will notice what it needs to.
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    fn post(&mut self, message: &Value) {
        self.transcript.client(message);
        let body = message.to_string();
        self.write_bytes(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.post(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// Asks without waiting.
    pub fn send(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        self.waiting.insert(self.next_id);
        self.post(
            &json!({ "jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params }),
        );
        self.next_id
    }

    /// Takes a request back.
    pub fn cancel(&mut self, id: i64) {
        self.notify("$/cancelRequest", json!({ "id": id }));
    }

    /// Waits for the answer to a request.
    pub fn answer(&mut self, id: i64) -> Result<Value, Refusal> {
        let end = Instant::now() + PATIENCE;
        while !self.answers.contains_key(&id) {
            assert!(self.receive(end), "no answer to request {id}");
        }
        let mut message = self.answers.remove(&id).unwrap();
        match message.get_mut("error") {
            Some(error) => Err(Refusal {
                code: error["code"].as_i64().unwrap(),
                message: error["message"].as_str().unwrap().to_owned(),
            }),
            None => Ok(message["result"].take()),
        }
    }

    /// Asks and waits for a good answer.
    pub fn request<R: Request>(&mut self, params: Value) -> R::Result {
        let id = self.send(R::METHOD, params);
        let result = self
            .answer(id)
            .unwrap_or_else(|refusal| panic!("{}: {refusal:?}", R::METHOD));
        serde_json::from_value(result).unwrap()
    }

    /// Asks and waits for a refusal.
    pub fn refused(&mut self, method: &str, params: Value) -> Refusal {
        let id = self.send(method, params);
        self.answer(id).expect_err("this should have been refused")
    }

    /// The door for tests; see `serve/debug.rs`.
    pub fn debug(&mut self, command: Value) -> Result<Value, Refusal> {
        let id = self.send("konflux-ls/debug", command);
        self.answer(id)
    }
}

/// Listening.
impl Client {
    /// Takes in one message, if one comes before the end.
    fn receive(&mut self, end: Instant) -> bool {
        let left = end.saturating_duration_since(Instant::now());
        let message = match self.messages.recv_timeout(left) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return false,
        };
        self.transcript.server(&message);
        match (
            message.get("method").and_then(Value::as_str),
            message.get("id"),
        ) {
            (Some(method), id) => {
                let method = method.to_owned();
                if let Some(id) = id {
                    self.post(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
                }
                self.said.push_back((method, message["params"].clone()));
            }
            (None, Some(id)) => {
                let Some(id) = id.as_i64() else {
                    // The answer to something that was no message.
                    self.said
                        .push_back(("error".to_owned(), message["error"].clone()));
                    return true;
                };
                assert!(
                    self.waiting.remove(&id),
                    "a second answer to request {id}: {message}"
                );
                self.answers.insert(id, message);
            }
            (None, None) => panic!("neither a request nor an answer: {message}"),
        }
        true
    }

    /// Waits for the server to say something of its own accord.
    pub fn expect(&mut self, method: &str) -> Value {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(at) = self.said.iter().position(|(said, _)| said == method) {
                return self.said.remove(at).unwrap().1;
            }
            assert!(self.receive(end), "the server never said {method}");
        }
    }

    /// Waits until the diagnostics of a version are published. On the way, versions only grow.
    pub fn published(&mut self, uri: &Url, version: i32) -> Vec<Diagnostic> {
        let mut last = 0;
        loop {
            let params = self.expect(notification::PublishDiagnostics::METHOD);
            let told: PublishDiagnosticsParams = serde_json::from_value(params).unwrap();
            assert_eq!(told.uri, *uri);
            let found = told.version.expect("open documents have versions");
            assert!(found >= last, "version {found} was published after {last}");
            last = found;
            if found == version {
                return told.diagnostics;
            }
        }
    }

    /// Everything the server says within some time, by method.
    pub fn listen(&mut self, time: Duration) -> Vec<(String, Value)> {
        let end = Instant::now() + time;
        while self.receive(end) {}
        self.said.drain(..).collect()
    }

    /// Forgets what was said so far.
    pub fn forget(&mut self) {
        self.listen(Duration::from_millis(100));
    }
}

/// Documents.
impl Client {
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    pub fn uri(&self, name: &str) -> Url {
        Url::from_file_path(self.path(name)).unwrap()
    }

    /// Writes a file behind the server's back.
    pub fn write(&mut self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        write(&path, &text);
        self.transcript.file(&path, Some(text.as_ref()));
    }

    /// Removes a file, or a folder with all that is in it, behind the server's back.
    pub fn remove(&mut self, name: &str) {
        let path = self.path(name);
        if path.is_dir() {
            std::fs::remove_dir_all(&path).unwrap();
        } else {
            std::fs::remove_file(&path).unwrap();
        }
        self.transcript.file(&path, None);
    }

    pub fn open(&mut self, uri: &Url, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify(
            notification::DidOpenTextDocument::METHOD,
            json!({ "textDocument": document }),
        );
    }

    /// One change: start line and column, end line and column, the new text.
    pub fn change(&mut self, uri: &Url, version: i64, [a, b, c, d]: [u32; 4], text: &str) {
        let range =
            json!({ "start": { "line": a, "character": b }, "end": { "line": c, "character": d } });
        self.changes(uri, version, json!([{ "range": range, "text": text }]));
    }

    pub fn changes(&mut self, uri: &Url, version: i64, changes: Value) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": changes });
        self.notify(notification::DidChangeTextDocument::METHOD, params);
    }

    pub fn close(&mut self, uri: &Url) {
        let params = json!({ "textDocument": { "uri": uri } });
        self.notify(notification::DidCloseTextDocument::METHOD, params);
    }

    /// The text that the server has.
    pub fn text(&mut self, uri: &Url) -> Option<String> {
        let text = self.debug(json!({ "text": uri })).unwrap();
        text.as_str().map(str::to_owned)
    }

    /// Pulls the diagnostics of a document.
    pub fn pull(&mut self, uri: &Url, previous: Option<&str>) -> Value {
        let params = json!({ "textDocument": { "uri": uri }, "previousResultId": previous });
        let id = self.send(request::DocumentDiagnosticRequest::METHOD, params);
        self.answer(id).unwrap()
    }
}

/// Parting.
impl Client {
    /// Ends the connection in the test's own way: no goodbye, no insisting.
    pub fn impolite(&mut self) {
        self.polite = false;
    }

    /// Closes the server's input.
    pub fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the process to end.
    pub fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + within;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            if Instant::now() > end {
                return None;
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn part(&mut self) {
        let id = self.send("shutdown", Value::Null);
        self.answer(id).expect("shutdown");
        self.notify("exit", Value::Null);
        // Standard input stays open: that must not keep the server alive.
        let status = self
            .ended(EXIT_WITHIN)
            .expect("the server ends within a second of exit");
        assert!(status.success(), "{status}");
        let end = Instant::now() + PATIENCE;
        while self.receive(end) {}
        assert!(
            self.waiting.is_empty(),
            "requests without an answer: {:?}",
            self.waiting
        );
        let left: Vec<_> = self
            .said
            .iter()
            .filter(|(method, _)| method == "textDocument/publishDiagnostics")
            .collect();
        assert!(
            left.is_empty(),
            "diagnostics that no test expected: {left:?}"
        );
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        if !thread::panicking() {
            if self.polite {
                self.part();
            }
            self.transcript.finish();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_message(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length?];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("the server speaks JSON"))
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
