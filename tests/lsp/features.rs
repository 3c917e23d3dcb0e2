//! What an editor asks about a place.

use lsp_types::request::{
    CodeActionRequest, CodeActionResolveRequest, DocumentSymbolRequest, GotoDefinition,
    HoverRequest,
};
use serde_json::{Value, json};

use crate::{CALL, Client, GREET, client};

fn place(uri: &lsp_types::Url, line: u32, character: u32) -> Value {
    json!({ "textDocument": { "uri": uri }, "position": { "line": line, "character": character } })
}

fn open(client: &mut Client, text: &str) -> lsp_types::Url {
    let uri = client.uri("a.yaml");
    client.open(&uri, text);
    client.published(&uri, 1);
    uri
}

#[test]
fn a_hover_is_what_the_client_can_show() {
    let mut plain = client().start();
    let uri = open(&mut plain, GREET);
    let hover = plain.request::<HoverRequest>(place(&uri, 1, 8));
    let hover = serde_json::to_value(hover).unwrap();
    assert_eq!(hover["contents"]["kind"], "plaintext");
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .starts_with("Task greet"),
        "{hover}"
    );
    let mut rich = client()
        .can("/textDocument/hover/contentFormat", json!(["markdown"]))
        .start();
    let uri = open(&mut rich, GREET);
    let hover = rich.request::<HoverRequest>(place(&uri, 1, 8));
    let hover = serde_json::to_value(hover).unwrap();
    assert_eq!(hover["contents"]["kind"], "markdown");
    assert!(
        hover["contents"]["value"]
            .as_str()
            .unwrap()
            .starts_with("**Task** `greet`"),
        "{hover}"
    );
}

#[test]
fn a_definition_is_a_link_or_a_location() {
    let mut plain = client().start();
    let uri = open(&mut plain, GREET);
    let found = plain.request::<GotoDefinition>(place(&uri, 11, 23));
    let found = serde_json::to_value(found).unwrap();
    assert_eq!(found[0]["uri"], json!(uri));
    assert_eq!(found[0]["range"]["start"]["line"], 6);
    assert_eq!(plain.request::<GotoDefinition>(place(&uri, 0, 0)), None);
    let mut rich = client()
        .can("/textDocument/definition/linkSupport", json!(true))
        .start();
    let uri = open(&mut rich, GREET);
    let found = rich.request::<GotoDefinition>(place(&uri, 11, 23));
    assert_eq!(
        serde_json::to_value(found).unwrap()[0]["targetUri"],
        json!(uri)
    );
}

#[test]
fn symbols_nest_where_they_may() {
    let mut plain = client().start();
    let uri = open(&mut plain, GREET);
    let document = json!({ "textDocument": { "uri": uri } });
    let symbols = plain.request::<DocumentSymbolRequest>(document.clone());
    let symbols = serde_json::to_value(symbols).unwrap();
    assert_eq!(symbols[0]["location"]["uri"], json!(uri));
    assert!(symbols[1]["containerName"].is_string(), "{symbols}");
    let mut rich = client()
        .can(
            "/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport",
            json!(true),
        )
        .start();
    let uri = open(&mut rich, GREET);
    let symbols = rich.request::<DocumentSymbolRequest>(json!({ "textDocument": { "uri": uri } }));
    let symbols = serde_json::to_value(symbols).unwrap();
    assert_eq!(symbols.as_array().unwrap().len(), 1);
    assert!(
        symbols[0]["children"].as_array().unwrap().len() >= 2,
        "{symbols}"
    );
}

const LITERALS: &str = "/textDocument/codeAction/codeActionLiteralSupport";

fn ask(client: &mut Client, uri: &lsp_types::Url, only: Option<&str>) -> Value {
    let place = json!({ "line": 11, "character": 23 });
    let params = json!({
        "textDocument": { "uri": uri },
        "range": { "start": place, "end": place },
        // As Monaco sends it: nothing left of what we said.
        "context": { "diagnostics": [], "only": only.map(|kind| vec![kind]) },
    });
    serde_json::to_value(client.request::<CodeActionRequest>(params)).unwrap()
}

#[test]
fn actions_mend_and_ignore() {
    let mut client = client().can(LITERALS, json!({})).start();
    let uri = open(&mut client, &GREET.replace("who)", "whom)"));
    let actions = ask(&mut client, &uri, None);
    let titles: Vec<_> = actions
        .as_array()
        .unwrap()
        .iter()
        .map(|action| action["title"].as_str().unwrap())
        .collect();
    assert_eq!(
        titles.last(),
        Some(&"Ignore undeclared-param here"),
        "{titles:?}"
    );
    assert!(titles.len() > 1, "{titles:?}");
    for action in actions.as_array().unwrap() {
        assert!(
            action["edit"]["changes"][uri.as_str()].is_array(),
            "{action}"
        );
        assert_eq!(action["diagnostics"][0]["code"], "undeclared-param");
    }
    assert_eq!(
        ask(&mut client, &uri, Some("quickfix"))
            .as_array()
            .unwrap()
            .len(),
        titles.len()
    );
    assert_eq!(ask(&mut client, &uri, Some("refactor")), json!([]));
}

#[test]
fn edits_are_resolved_for_the_version_they_were_offered_for() {
    let mut client = client()
        .can(LITERALS, json!({}))
        .can("/textDocument/codeAction/dataSupport", json!(true))
        .can(
            "/textDocument/codeAction/resolveSupport/properties",
            json!(["edit"]),
        )
        .can("/workspace/workspaceEdit/documentChanges", json!(true))
        .start();
    assert_eq!(
        client.offer["capabilities"]["codeActionProvider"]["resolveProvider"],
        true
    );
    let uri = open(&mut client, &GREET.replace("who)", "whom)"));
    let actions = ask(&mut client, &uri, None);
    let ignore = actions.as_array().unwrap().last().unwrap().clone();
    assert_eq!(ignore["edit"], Value::Null);
    let resolved = client.request::<CodeActionResolveRequest>(ignore.clone());
    let resolved = serde_json::to_value(resolved).unwrap();
    let document = &resolved["edit"]["documentChanges"][0];
    assert_eq!(document["textDocument"]["version"], 1);
    let text = document["edits"][0]["newText"].as_str().unwrap();
    assert!(text.contains("konflux: ignore[undeclared-param]"), "{text}");
    client.change(&uri, 2, [0, 0, 0, 0], "# moved\n");
    assert_eq!(client.refused("codeAction/resolve", ignore).code, -32801);
    let foreign = json!({ "title": "not ours", "data": { "a": 1 } });
    assert_eq!(client.refused("codeAction/resolve", foreign).code, -32602);
    client.forget();
}

#[test]
fn clients_without_action_literals_get_none() {
    let mut client = client().start();
    let uri = open(&mut client, &GREET.replace("who)", "whom)"));
    assert_eq!(ask(&mut client, &uri, None), json!([]));
}

#[test]
fn a_pipeline_is_given_as_a_graph() {
    let mut client = client().pulls().file("greet.yaml", GREET).start();
    let uri = client.uri("a.yaml");
    client.open(&uri, CALL);
    // The task is found once the folder was read.
    let mut graph = Value::Null;
    for _ in 0..500 {
        let id = client.send("konflux/pipelineGraph", place(&uri, 6, 12));
        graph = client.answer(id).unwrap();
        if !graph["pipelines"][0]["nodes"][0]["target"]["definition"].is_null() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let node = &graph["pipelines"][0]["nodes"][0];
    assert_eq!(
        node["target"]["definition"]["uri"],
        json!(client.uri("greet.yaml"))
    );
    assert_eq!(node["id"], "greet");
    assert_eq!(graph["current"], json!({ "pipeline": 0, "node": "greet" }));
    assert_eq!(
        graph["pipelines"][0]["findings"][0]["rule"],
        "missing-param"
    );
    assert_eq!(node["findings"], json!([0]));
}
