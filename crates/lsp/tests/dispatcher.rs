//! Messages in, messages out: the whole server, without a process around it.

#![allow(clippy::unwrap_used, clippy::panic)]

use konflux_lsp::Dispatcher;
use konflux_lsp::lsp_types::Url;
use serde_json::{Value, json};

const GREET: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: greet
spec:
  params:
    - name: who
      type: string
  steps:
    - name: greet
      image: quay.io/acme/tools:1
      args: [\"$(params.whom)\"]
";

const CALL: &str = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: hello
spec:
  tasks:
    - name: greet
      taskRef:
        name: greet
";

const A: &str = "file:///w/a.yaml";

/// A client that keeps what it was told.
struct Client {
    server: Dispatcher,
    said: Vec<Value>,
    next_id: i64,
}

impl Client {
    fn silent() -> Client {
        Client {
            server: Dispatcher::new(100),
            said: Vec::new(),
            next_id: 0,
        }
    }

    fn new(capabilities: Value) -> Client {
        let mut client = Client::silent();
        let params = json!({ "rootUri": "file:///w", "capabilities": capabilities });
        client.request("initialize", params).unwrap();
        client.notify("initialized", json!({}));
        client
    }

    fn post(&mut self, message: &str) {
        let said = self.server.receive(message);
        self.hear(said);
    }

    fn hear(&mut self, said: Vec<String>) {
        let said = said.iter().map(|text| serde_json::from_str(text).unwrap());
        self.said.extend(said);
    }

    fn notify(&mut self, method: &str, params: Value) {
        let message = json!({ "jsonrpc": "2.0", "method": method, "params": params });
        self.post(&message.to_string());
    }

    fn send(&mut self, method: &str, params: Value) -> Value {
        self.next_id += 1;
        let id = json!(self.next_id);
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.post(&message.to_string());
        id
    }

    /// Lets the server work until it has nothing to do.
    fn settle(&mut self) {
        while let Some(said) = self.server.work() {
            self.hear(said);
        }
    }

    /// Takes the only answer to a request.
    fn answer(&mut self, id: &Value) -> Result<Value, i64> {
        let is_it = |message: &Value| message.get("method").is_none() && message["id"] == *id;
        let answers: Vec<Value> = self.said.iter().filter(|it| is_it(it)).cloned().collect();
        assert_eq!(answers.len(), 1, "answers to {id}: {answers:?}");
        self.said.retain(|message| !is_it(message));
        match answers[0].get("error") {
            Some(error) => Err(error["code"].as_i64().unwrap()),
            None => Ok(answers[0]["result"].clone()),
        }
    }

    fn request(&mut self, method: &str, params: Value) -> Result<Value, i64> {
        let id = self.send(method, params);
        self.settle();
        self.answer(&id)
    }

    /// Takes the first request of the server with this method.
    fn asked(&mut self, method: &str) -> Value {
        let at = self
            .said
            .iter()
            .position(|message| message["method"] == method);
        let at = at.unwrap_or_else(|| panic!("the server never asked {method}: {:?}", self.said));
        self.said.remove(at)
    }

    fn reply(&mut self, question: &Value, result: Value) {
        let message = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        self.post(&message.to_string());
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// The rules of what was published about a document last.
    fn published(&mut self, uri: &str) -> Vec<String> {
        self.settle();
        let is_it = |message: &&Value| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
        };
        let last = self
            .said
            .iter()
            .rfind(is_it)
            .expect("something is published");
        let diagnostics = last["params"]["diagnostics"].as_array().unwrap();
        let code = |diagnostic: &Value| diagnostic["code"].as_str().unwrap_or("").to_owned();
        diagnostics.iter().map(code).collect()
    }
}

fn serves_files() -> Value {
    json!({ "experimental": { "konfluxFiles": true } })
}

fn texts(texts: &[&str]) -> Value {
    json!({ "texts": texts })
}

fn place(line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": A }, "position": { "line": line, "character": character } })
}

#[test]
fn a_code_action_is_completed_with_its_edit_or_goes_back_as_it_came() {
    let mut client = Client::new(json!({ "textDocument": { "codeAction": {
        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
        "dataSupport": true,
        "resolveSupport": { "properties": ["edit"] },
    } } }));
    client.open(A, GREET);
    let place = json!({ "line": 11, "character": 25 });
    let params = json!({
        "textDocument": { "uri": A },
        "range": { "start": place, "end": place },
        "context": { "diagnostics": [] },
    });
    let offered = client.request("textDocument/codeAction", params).unwrap();
    let mut offered = offered[0].clone();
    assert_eq!(offered["edit"], Value::Null);
    let resolved = client
        .request("codeAction/resolve", offered.clone())
        .unwrap();
    assert!(resolved["edit"]["changes"][A].is_array(), "{resolved}");
    offered["edit"] = resolved["edit"].clone();
    assert_eq!(offered, resolved);

    // Whatever the edit is.
    offered["edit"] = json!({ "changes": {} });
    for action in [
        offered,
        json!({ "title": "theirs", "command": { "title": "run", "command": "run" } }),
    ] {
        let again = client.request("codeAction/resolve", action.clone());
        assert_eq!(again, Ok(action));
    }
    let foreign = json!({ "title": "theirs", "data": { "a": 1 } });
    assert_eq!(client.request("codeAction/resolve", foreign), Err(-32602));
    assert_eq!(client.request("codeAction/resolve", json!({})), Err(-32602));
}

#[test]
fn what_is_no_message_is_refused_and_forgotten() {
    let mut client = Client::new(json!({}));
    for (bad, code) in [
        ("not json!", -32700),
        ("", -32700),
        ("[]", -32600),
        (r#"{"jsonrpc":"1.0","method":"a"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#, -32600),
    ] {
        client.post(bad);
        assert_eq!(client.answer(&Value::Null), Err(code), "{bad}");
    }
    client.open(A, GREET);
    assert_eq!(client.published(A), ["undeclared-param"]);
}

#[test]
fn every_request_has_one_answer() {
    let mut client = Client::silent();
    assert_eq!(
        client.request("textDocument/hover", place(0, 0)),
        Err(-32002)
    );
    client.request("initialize", json!({})).unwrap();
    assert_eq!(client.request("initialize", json!({})), Err(-32600));
    assert_eq!(
        client.request("textDocument/teleport", json!({})),
        Err(-32601)
    );
    assert_eq!(client.request("$/teleport", json!({})), Err(-32601));
    assert_eq!(
        client.request("textDocument/hover", json!({ "textDocument": 7 })),
        Err(-32602)
    );
    assert_eq!(
        client.request("textDocument/hover", place(0, 0)),
        Ok(Value::Null)
    );
    assert_eq!(client.request("shutdown", Value::Null), Ok(Value::Null));
    assert_eq!(
        client.request("textDocument/hover", place(0, 0)),
        Err(-32600)
    );
    assert_eq!(client.server.ended(), None);
    client.notify("exit", Value::Null);
    assert_eq!(client.server.ended(), Some(true));
    assert_eq!(client.said, [Value::Null; 0]);
}

#[test]
fn an_end_without_goodbye_is_no_success() {
    let mut client = Client::new(json!({}));
    client.notify("exit", Value::Null);
    assert_eq!(client.server.ended(), Some(false));
}

#[test]
fn a_request_sees_the_text_of_its_own_moment() {
    let mut client = Client::new(json!({}));
    client.open(A, GREET);
    let before = client.send("textDocument/hover", place(1, 8));
    let change = json!({ "text": CALL });
    let params = json!({ "textDocument": { "uri": A, "version": 2 }, "contentChanges": [change] });
    client.notify("textDocument/didChange", params);
    let after = client.send("textDocument/hover", place(1, 8));
    client.settle();
    let said = |client: &mut Client, id| client.answer(id).unwrap()["contents"].to_string();
    assert!(said(&mut client, &before).contains("Task greet"));
    assert!(said(&mut client, &after).contains("Pipeline hello"));
}

#[test]
fn a_cancelled_request_is_answered_as_cancelled() {
    let mut client = Client::new(json!({}));
    client.open(A, GREET);
    let id = client.send("textDocument/hover", place(1, 8));
    client.notify("$/cancelRequest", json!({ "id": id }));
    assert_eq!(client.answer(&id), Err(-32800));
    client.settle();
    // Too late, or never asked: harmless.
    client.notify("$/cancelRequest", json!({ "id": id }));
    client.notify("$/cancelRequest", json!({ "id": "other" }));
    assert!(
        client
            .said
            .iter()
            .all(|message| message.get("method").is_some())
    );
}

#[test]
fn two_requests_must_not_share_a_number() {
    let mut client = Client::new(json!({}));
    let id = client.send("textDocument/hover", place(0, 0));
    client.next_id -= 1;
    client.send("textDocument/hover", place(0, 0));
    assert_eq!(client.answer(&id), Err(-32600), "the second one");
    client.settle();
    assert_eq!(client.answer(&id), Ok(Value::Null), "the first one");
}

#[test]
fn files_are_listed_then_read_then_checked_against() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    assert_eq!(list["params"]["folders"], json!(["file:///w"]));
    client.open("file:///w/call.yaml", CALL);
    client.reply(
        &list,
        json!({ "files": ["file:///w/greet.yaml", "file:///w/other.yaml"] }),
    );
    let read = client.asked("konflux/readFiles");
    assert_eq!(read["params"]["files"][1], "file:///w/other.yaml");
    client.reply(&read, texts(&[GREET, "kind: ConfigMap\n"]));
    assert_eq!(client.published("file:///w/call.yaml"), ["missing-param"]);
}

#[test]
fn many_files_come_in_batches() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    let files: Vec<String> = (0..150)
        .map(|number| format!("file:///w/{number}.yaml"))
        .collect();
    client.reply(&list, json!({ "files": files }));
    let mut read = 0;
    while read < files.len() {
        let question = client.asked("konflux/readFiles");
        let count = question["params"]["files"].as_array().unwrap().len();
        assert!(count <= 64, "{count} files at a time");
        assert_eq!(question["params"]["files"][0], files[read]);
        read += count;
        client.reply(&question, texts(&vec![GREET; count]));
        client.settle();
    }
    let items = client.request("workspace/diagnostic", json!({ "previousResultIds": [] }));
    assert_eq!(items.unwrap()["items"].as_array().unwrap().len(), 150);
}

#[test]
fn the_progress_of_many_files_is_shown() {
    let capabilities = json!({
        "experimental": { "konfluxFiles": true },
        "window": { "workDoneProgress": true },
    });
    let mut client = Client::new(capabilities);
    let list = client.asked("konflux/listFiles");
    let files: Vec<String> = (0..300)
        .map(|number| format!("file:///w/{number}.yaml"))
        .collect();
    client.reply(&list, json!({ "files": files }));
    let create = client.asked("window/workDoneProgress/create");
    client.reply(&create, Value::Null);
    let kind = |client: &mut Client| client.asked("$/progress")["params"]["value"].clone();
    assert_eq!(kind(&mut client)["title"], "Reading pipelines");
    for read in [64, 128, 192, 256] {
        let question = client.asked("konflux/readFiles");
        let count = question["params"]["files"].as_array().unwrap().len();
        client.reply(&question, texts(&vec!["kind: ConfigMap"; count]));
        let report = kind(&mut client);
        assert_eq!(report["message"], format!("{read} of 300 YAML files"));
    }
    let question = client.asked("konflux/readFiles");
    client.reply(&question, texts(&["kind: ConfigMap"; 44]));
    assert_eq!(kind(&mut client), json!({ "kind": "end" }));
}

#[test]
fn a_client_that_refuses_to_list_files_is_served_without() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    let error = json!({ "code": -32601, "message": "no" });
    let refusal = json!({ "jsonrpc": "2.0", "id": list["id"], "error": error });
    client.post(&refusal.to_string());
    assert!(client.asked("window/logMessage")["params"]["message"].is_string());
    client.open(A, GREET);
    assert_eq!(client.published(A), ["undeclared-param"]);
}

#[test]
fn a_client_without_files_is_not_asked_for_any() {
    let client = Client::new(json!({}));
    assert_eq!(client.said, [Value::Null; 0]);
}

#[test]
fn too_many_files_are_reported() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    client.reply(
        &list,
        json!({ "files": ["file:///w/greet.yaml"], "more": true }),
    );
    let told = client.asked("window/showMessage");
    let message = told["params"]["message"].as_str().unwrap();
    assert!(
        message.contains("stopped reading the workspace after 1 YAML files"),
        "{message}"
    );
}

#[test]
fn files_that_changed_are_read_again() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    client.reply(&list, json!({ "files": [] }));
    client.open("file:///w/call.yaml", CALL);
    assert_eq!(client.published("file:///w/call.yaml"), [""; 0]);
    let event = json!({ "changes": [{ "uri": "file:///w/greet.yaml", "type": 1 }] });
    client.notify("workspace/didChangeWatchedFiles", event.clone());
    let read = client.asked("konflux/readFiles");
    client.reply(&read, texts(&[GREET]));
    assert_eq!(client.published("file:///w/call.yaml"), ["missing-param"]);
    client.notify("workspace/didChangeWatchedFiles", event);
    let read = client.asked("konflux/readFiles");
    client.reply(&read, json!({ "texts": [null] }));
    assert_eq!(client.published("file:///w/call.yaml"), [""; 0]);
}

#[test]
fn a_restored_document_has_all_its_edits() {
    let mut client = Client::new(json!({}));
    let opened = json!({ "textDocument": {
        "uri": A, "languageId": "yaml", "version": 1, "text": GREET.replace("whom", "ü😀"),
    } });
    let change = |version: i32, from: u32, to: u32, text: &str| {
        let start = json!({ "line": 11, "character": from });
        let end = json!({ "line": 11, "character": to });
        let change = json!({ "range": { "start": start, "end": end }, "text": text });
        json!({ "textDocument": { "uri": A, "version": version }, "contentChanges": [change] })
    };
    // Columns are UTF-16: the emoji has two. The second change makes no sense and did not count.
    let history = json!([change(2, 23, 26, "who"), { "textDocument": 7 }, change(3, 26, 26, "m")]);
    let said = client
        .server
        .restore(&opened.to_string(), &history.to_string(), 0);
    client.hear(said);
    assert_eq!(client.published(A), ["undeclared-param"]);
    assert_eq!(client.said.last().unwrap()["params"]["version"], 3);
    let uri = A.parse::<Url>().unwrap();
    assert_eq!(client.server.session().text(&uri).unwrap(), GREET);
}

#[test]
fn a_document_that_was_fatal_is_read_again_after_a_change_but_not_for_ever() {
    for (failures, findings) in [(1, "undeclared-param"), (3, "")] {
        let mut client = Client::new(json!({}));
        let document = json!({ "uri": A, "languageId": "yaml", "version": 1, "text": GREET });
        let opened = json!({ "textDocument": document }).to_string();
        let said = client.server.restore(&opened, "[]", failures);
        client.hear(said);
        assert_eq!(client.published(A), [""], "that it is not read is said");
        let start = json!({ "line": 0, "character": 0 });
        let change = json!({ "range": { "start": start, "end": start }, "text": "# more\n" });
        let params =
            json!({ "textDocument": { "uri": A, "version": 2 }, "contentChanges": [change] });
        client.notify("textDocument/didChange", params);
        assert_eq!(client.published(A), [findings], "after {failures} failures");
        // Opened again, it is a new document.
        client.open(A, GREET);
        assert_eq!(client.published(A), ["undeclared-param"]);
    }
}

#[test]
fn what_comes_next_is_known_beforehand() {
    let mut client = Client::new(serves_files());
    let list = client.asked("konflux/listFiles");
    client.reply(&list, json!({ "files": ["file:///w/greet.yaml"] }));
    let read = client.asked("konflux/readFiles");
    client.reply(&read, texts(&[GREET]));
    client.open(A, GREET);
    assert_eq!(
        client.server.subject().unwrap().as_str(),
        "file:///w/greet.yaml"
    );
    client.server.work();
    assert_eq!(client.server.subject().unwrap().as_str(), A);
}
