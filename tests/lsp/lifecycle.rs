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
