//! Diagnostics, pushed and pulled.

use std::fmt::Write;
use std::time::Duration;

use lsp_types::request::WorkspaceDiagnosticRequest;
use serde_json::{Value, json};

use crate::{CALL, GREET, WHO, client, codes, pulled_codes};

const PUBLISH: &str = "textDocument/publishDiagnostics";
const REFRESH: &str = "workspace/diagnostic/refresh";

#[test]
fn findings_come_and_go_with_the_edits() {
    let mut client = client().start();
    assert_eq!(
        client.offer["capabilities"]["diagnosticProvider"],
        Value::Null
    );
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    assert_eq!(client.published(&uri, 1), []);
    client.change(&uri, 2, WHO, "whom");
    assert_eq!(codes(&client.published(&uri, 2)), ["undeclared-param"]);
    client.change(&uri, 3, [11, 23, 11, 27], "who");
    assert_eq!(client.published(&uri, 3), []);
}

#[test]
fn closing_clears_and_nothing_follows() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, &GREET.replace("who)", "whom)"));
    assert_eq!(codes(&client.published(&uri, 1)), ["undeclared-param"]);
    for version in 2..60 {
        client.change(&uri, version, [0, 0, 0, 0], "# more\n");
    }
    client.close(&uri);
    let said = client.listen(Duration::from_millis(500));
    let published: Vec<_> = said
        .iter()
        .filter(|(method, _)| method == PUBLISH)
        .collect();
    let (last, before) = published.split_last().expect("closing clears");
    assert_eq!(last.1["diagnostics"], json!([]));
    assert!(
        before.iter().all(|(_, params)| params["version"].is_i64()),
        "only open documents have versions"
    );
}

#[test]
fn opening_again_starts_afresh() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    for _ in 0..5 {
        client.open(&uri, &GREET.replace("who)", "whom)"));
        client.close(&uri);
    }
    client.open(&uri, &GREET.replace("who)", "whom)"));
    let said = client.listen(Duration::from_millis(500));
    let last = said.iter().rfind(|(method, _)| method == PUBLISH).unwrap();
    assert_eq!(last.1["version"], 1);
    assert_eq!(last.1["diagnostics"][0]["code"], "undeclared-param");
}

#[test]
fn a_diagnostic_says_what_the_client_understands() {
    let broken = GREET.replace("  steps:", "    - name: who\n  steps:");
    let diagnostic = |client: konflux_tests::client::Builder| {
        let mut client = client.start();
        let uri = client.uri("a.yaml");
        client.open(&uri, &broken);
        let diagnostics = client.published(&uri, 1);
        assert_eq!(codes(&diagnostics), ["duplicate-param"]);
        diagnostics.into_iter().next().unwrap()
    };
    let plain = diagnostic(client());
    assert_eq!(plain.code_description, None);
    assert_eq!(plain.related_information, None);
    assert_eq!(plain.source.as_deref(), Some("konflux-ls"));
    assert_eq!(plain.range.start.line, 8);
    let rich = diagnostic(
        client()
            .can(
                "/textDocument/publishDiagnostics/relatedInformation",
                json!(true),
            )
            .can(
                "/textDocument/publishDiagnostics/codeDescriptionSupport",
                json!(true),
            ),
    );
    let page = rich.code_description.unwrap().href;
    assert!(
        page.path().ends_with("docs/rules/duplicate-param.md"),
        "{page}"
    );
    let related = rich.related_information.unwrap();
    assert_eq!(related[0].location.range.start.line, 6);
}

/// A task that declares one param so many times.
fn crowded(params: usize) -> String {
    let mut text = GREET.split("  steps:").next().unwrap().to_owned();
    for _ in 1..params {
        text.push_str("    - name: who\n      type: string\n");
    }
    let _ = write!(text, "  steps:{}", GREET.split("  steps:").nth(1).unwrap());
    text
}

#[test]
fn more_than_a_thousand_are_summed_up() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, &crowded(1_001));
    assert_eq!(client.published(&uri, 1).len(), 1_000);
    client.open(&uri, &crowded(1_235));
    let diagnostics = client.published(&uri, 1);
    assert_eq!(diagnostics.len(), 1_001);
    let last = diagnostics.last().unwrap();
    assert!(
        last.message.starts_with("234 more findings"),
        "{}",
        last.message
    );
}

#[test]
fn pulling_knows_what_is_unchanged() {
    let mut client = client().pulls().start();
    assert_eq!(
        client.offer["capabilities"]["diagnosticProvider"]["interFileDependencies"],
        true
    );
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    let first = client.pull(&uri, None);
    assert_eq!(pulled_codes(&first), [""; 0]);
    let id = first["resultId"].as_str().unwrap();
    assert_eq!(client.pull(&uri, Some(id))["kind"], "unchanged");
    client.change(&uri, 2, WHO, "whom");
    let second = client.pull(&uri, Some(id));
    assert_eq!(pulled_codes(&second), ["undeclared-param"]);
    // The same finding one line further down is another one.
    client.change(&uri, 3, [0, 0, 0, 0], "# a comment\n");
    let third = client.pull(&uri, second["resultId"].as_str());
    assert_eq!(third["items"][0]["range"]["start"]["line"], 12);
    client.close(&uri);
    let said = client.listen(Duration::from_millis(200));
    assert!(
        said.iter().all(|(method, _)| method != PUBLISH),
        "who pulls is not pushed to"
    );
}

#[test]
fn files_that_nobody_knows_have_no_findings() {
    let mut client = client().pulls().start();
    let uri = client.uri("nowhere.yaml");
    assert_eq!(pulled_codes(&client.pull(&uri, None)), [""; 0]);
}

#[test]
fn neighbours_change_findings_of_push_clients() {
    let mut client = client().start();
    let (call, greet) = (client.uri("call.yaml"), client.uri("greet.yaml"));
    client.open(&greet, GREET);
    client.published(&greet, 1);
    client.open(&call, CALL);
    assert_eq!(codes(&client.published(&call, 1)), ["missing-param"]);
    // The param gets a default: its caller is told, with its own version.
    client.change(&greet, 2, [7, 18, 7, 18], "\n      default: world");
    let mut cleared = false;
    for _ in 0..2 {
        let told = client.expect(PUBLISH);
        cleared |=
            told["uri"] == json!(call) && told["diagnostics"] == json!([]) && told["version"] == 1;
    }
    assert!(cleared);
}

#[test]
fn neighbours_change_findings_of_pull_clients() {
    let mut client = client().pulls().start();
    let (call, greet) = (client.uri("call.yaml"), client.uri("greet.yaml"));
    client.open(&greet, GREET);
    client.open(&call, CALL);
    assert_eq!(pulled_codes(&client.pull(&call, None)), ["missing-param"]);
    client.change(&greet, 2, [7, 18, 7, 18], "\n      default: world");
    client.expect(REFRESH);
    assert_eq!(pulled_codes(&client.pull(&call, None)), [""; 0]);
    // An edit that changes nothing for others asks for nothing.
    client.change(&greet, 3, [0, 0, 0, 0], "# a comment\n");
    let said = client.listen(Duration::from_millis(300));
    assert!(said.iter().all(|(method, _)| method != REFRESH));
}

#[test]
fn a_pull_does_not_wait_for_the_workspace() {
    // Enough files that reading them takes a while.
    let mut builder = client().pulls().file("z/greet.yaml", GREET);
    for number in 0..1_500 {
        let filler = GREET.replace("name: greet", &format!("name: filler-{number}"));
        builder = builder.file(
            &format!("fill/{number}.yaml"),
            filler.repeat(20).replace("\napi", "\n---\napi"),
        );
    }
    let mut client = builder.start();
    let uri = client.uri("z/call.yaml");
    client.open(&uri, CALL);
    let early = pulled_codes(&client.pull(&uri, None)).join(" ");
    assert_eq!(
        early, "",
        "nothing is said about a task that may still turn up"
    );
    client.expect(REFRESH);
    assert_eq!(pulled_codes(&client.pull(&uri, None)), ["missing-param"]);
}

#[test]
fn the_workspace_can_be_pulled() {
    let broken = GREET.replace("who)", "whom)");
    let mut client = client()
        .pulls()
        .file("a.yaml", &broken)
        .file(".tekton/b.yaml", GREET)
        .start();
    let items = |client: &mut konflux_tests::client::Client, known: Value| {
        let params = json!({ "previousResultIds": known });
        let report = client.request::<WorkspaceDiagnosticRequest>(params);
        serde_json::to_value(report).unwrap()["items"].clone()
    };
    let mut report = items(&mut client, json!([]));
    while report == json!([]) {
        // Still reading.
        std::thread::sleep(Duration::from_millis(20));
        report = items(&mut client, json!([]));
    }
    assert_eq!(
        report.as_array().unwrap().len(),
        1,
        "a file without findings needs no entry: {report}"
    );
    assert_eq!(report[0]["items"][0]["code"], "undeclared-param");
    let known = json!([{ "uri": report[0]["uri"], "value": report[0]["resultId"] }]);
    assert_eq!(items(&mut client, known.clone())[0]["kind"], "unchanged");
    // A file that is gone has to be cleared.
    client.remove("a.yaml");
    let event = json!({ "changes": [{ "uri": client.uri("a.yaml"), "type": 3 }] });
    client.notify("workspace/didChangeWatchedFiles", event);
    client.expect(REFRESH);
    let cleared = items(&mut client, known);
    assert_eq!(
        (&cleared[0]["kind"], &cleared[0]["items"]),
        (&json!("full"), &json!([]))
    );
    assert_eq!(items(&mut client, json!([])), json!([]));
}
