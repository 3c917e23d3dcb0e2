//! How a connection begins and ends.

use std::time::Duration;

use konflux_tests::client::EXIT_WITHIN;
use serde_json::{Value, json};

use crate::{GREET, client};

#[test]
fn a_short_conversation_ends_well() {
    let client = client().argument("--stdio").start();
    assert_eq!(client.offer["serverInfo"]["name"], "konflux-ls");
    // Dropping it says goodbye, and fails if the process does not end.
}

#[test]
fn nothing_is_answered_before_initialize() {
    let mut client = client().silent();
    client.impolite();
    for method in ["textDocument/hover", "shutdown", "workspace/diagnostic"] {
        let refusal = client.refused(method, hover());
        assert_eq!(refusal.code, -32002, "{method}");
    }
}

#[test]
fn odd_capabilities_do_not_fail_the_handshake() {
    let odd = client()
        .can("/textDocument/publishDiagnostics", json!("yes please"))
        .can("/window", json!([1, 2, 3]))
        .can("/general/positionEncodings", json!([7, "utf-9", null]));
    let client = odd.start();
    assert_eq!(client.offer["capabilities"]["positionEncoding"], "utf-16");
}

#[test]
fn initialize_is_answered_once() {
    let mut client = client().start();
    assert_eq!(
        client
            .refused("initialize", json!({ "capabilities": {} }))
            .code,
        -32600
    );
}

#[test]
fn what_is_unknown_is_refused() {
    let mut client = client().start();
    assert_eq!(
        client.refused("textDocument/teleport", json!({})).code,
        -32601
    );
    assert_eq!(
        client
            .refused("textDocument/hover", json!({ "textDocument": 7 }))
            .code,
        -32602
    );
    client.notify("$/setTrace", json!({ "value": "off" }));
    client.notify("textDocument/teleported", json!({}));
    let configuration = json!({ "settings": { "anything": [1, 2] } });
    client.notify("workspace/didChangeConfiguration", configuration);
}

#[test]
fn after_shutdown_only_exit_counts() {
    let mut client = client().start();
    client.impolite();
    let id = client.send("shutdown", Value::Null);
    client.answer(id).unwrap();
    assert_eq!(client.refused("textDocument/hover", hover()).code, -32600);
    client.notify("exit", Value::Null);
    let status = client
        .ended(EXIT_WITHIN)
        .expect("it ends although stdin is open");
    assert!(status.success());
}

#[test]
fn exit_without_shutdown_is_a_failure_but_an_end() {
    let mut client = client().start();
    client.impolite();
    client.notify("exit", Value::Null);
    let status = client
        .ended(EXIT_WITHIN)
        .expect("it ends although stdin is open");
    assert_eq!(status.code(), Some(1));
}

#[test]
fn a_client_that_goes_away_takes_the_server_with_it() {
    let mut client = client().start();
    client.impolite();
    client.hang_up();
    assert!(client.ended(EXIT_WITHIN).is_some());
}

#[test]
fn nothing_that_still_runs_delays_the_end() {
    for by_exit in [true, false] {
        let mut client = client().start();
        client.impolite();
        let uri = client.uri("a.yaml");
        client.open(&uri, GREET);
        for _ in 0..8 {
            client.send("konflux-ls/debug", json!({ "sleep": 20_000 }));
        }
        std::thread::sleep(Duration::from_millis(50));
        if by_exit {
            client.notify("exit", Value::Null);
        } else {
            client.hang_up();
        }
        assert!(client.ended(EXIT_WITHIN).is_some(), "by exit: {by_exit}");
    }
}

#[test]
fn what_is_no_message_is_refused_and_forgotten() {
    let mut client = client().start();
    client.raw(b"Content-Length: 9\r\n\r\nnot json!");
    assert_eq!(client.expect("error")["code"], -32700);
    client.raw(b"Content-Length: 2\r\n\r\n[]");
    assert_eq!(client.expect("error")["code"], -32600);
    client.raw(b"Content-Type: lies\r\n\r\n");
    assert_eq!(client.expect("error")["code"], -32700);
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    assert_eq!(client.published(&uri, 1), []);
}

fn hover() -> Value {
    json!({ "textDocument": { "uri": "file:///a.yaml" }, "position": { "line": 0, "character": 0 } })
}

#[cfg(unix)]
fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// Editors hand over pipes, Node sockets, and scripts files: each is waited for in its own way.
#[cfg(unix)]
#[test]
fn sockets_and_files_serve_like_pipes() {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;
    use std::process::{Command, Stdio};

    let serve = |stdin: Stdio, stdout: Stdio| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_konflux-ls"));
        let command = command.arg("serve").stdin(stdin).stdout(stdout);
        command.spawn().unwrap()
    };
    let initialize = json!({
        "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} },
    });

    // Far more than a socket holds at once, both ways.
    let open = json!({ "textDocument": {
        "uri": "file:///greet.yaml", "languageId": "yaml", "version": 1,
        "text": format!("{GREET}---\n").repeat(5_000),
    } });
    let symbols = json!({ "textDocument": { "uri": "file:///greet.yaml" } });
    let questions = [
        initialize.clone(),
        json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }),
        json!({ "jsonrpc": "2.0", "method": "textDocument/didOpen", "params": open }),
        json!({ "jsonrpc": "2.0", "id": 2, "method": "textDocument/documentSymbol", "params": symbols }),
    ];
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let theirs: OwnedFd = theirs.into();
    let mut child = serve(theirs.try_clone().unwrap().into(), theirs.into());
    let mut asking = ours.try_clone().unwrap();
    let asked = std::thread::spawn(move || {
        let questions = questions.iter().flat_map(frame).collect::<Vec<_>>();
        asking.write_all(&questions).unwrap();
    });
    let (mut said, mut chunk) = (Vec::new(), vec![0; 1 << 16]);
    let is_answered = |said: &[u8]| {
        let last = &said[said.len().saturating_sub(2 << 16)..];
        String::from_utf8_lossy(last).contains(r#""id":2}"#)
    };
    while !is_answered(&said) {
        let count = ours.read(&mut chunk).unwrap();
        assert!(count > 0, "it goes on");
        said.extend_from_slice(&chunk[..count]);
    }
    let symbols = String::from_utf8(said).unwrap();
    assert!(symbols.matches(r#""name":"greet""#).count() >= 5_000);
    asked.join().unwrap();
    drop(ours);
    child.wait().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let (asked, told) = (folder.path().join("asked"), folder.path().join("told"));
    std::fs::write(&asked, frame(&initialize)).unwrap();
    let stdout = File::create(&told).unwrap();
    let mut child = serve(File::open(&asked).unwrap().into(), stdout.into());
    child.wait().unwrap();
    assert!(
        std::fs::read_to_string(&told)
            .unwrap()
            .contains("serverInfo")
    );
}
