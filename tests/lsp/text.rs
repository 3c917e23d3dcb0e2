//! Texts and positions: every encoding, and clients that lie.

use lsp_types::request::HoverRequest;
use serde_json::json;

use crate::{GREET, WHO, client, codes};

/// Emoji take two UTF-16 units and four bytes, Han characters one and three.
const WIDE: &str = "# 😀漢字\r\nkey: \"a😀b\"\rlast: ü\n";

#[test]
fn every_encoding_means_the_same_place() {
    for (offered, chosen, columns) in [
        (json!(["utf-16"]), "utf-16", [7, 9]),
        (json!(["utf-16", "utf-8"]), "utf-8", [7, 11]),
        (json!(["utf-32"]), "utf-32", [7, 8]),
        (json!(null), "utf-16", [7, 9]),
    ] {
        let mut client = client().can("/general/positionEncodings", offered).start();
        assert_eq!(client.offer["capabilities"]["positionEncoding"], chosen);
        let uri = client.uri("a.yaml");
        client.open(&uri, WIDE);
        // Replaces the emoji on the second line.
        client.change(&uri, 2, [1, columns[0], 1, columns[1]], "漢");
        assert_eq!(
            client.text(&uri).unwrap(),
            WIDE.replace("a😀b", "a漢b"),
            "{chosen}"
        );
        client.forget();
    }
}

#[test]
fn diagnostics_count_columns_as_agreed() {
    let text = GREET.replace("args: [\"", "args: [\"😀漢");
    let column = |offered: &str| {
        let mut client = client()
            .can("/general/positionEncodings", json!([offered]))
            .start();
        let uri = client.uri("a.yaml");
        client.open(&uri, &text.replace("who)", "whom)"));
        let diagnostics = client.published(&uri, 1);
        assert_eq!(codes(&diagnostics), ["undeclared-param"]);
        diagnostics[0].range.start.character
    };
    let (utf8, utf16, utf32) = (column("utf-8"), column("utf-16"), column("utf-32"));
    assert_eq!((utf8 - utf32, utf16 - utf32), (3 + 2, 1));
}

#[test]
fn line_breaks_are_those_of_the_protocol() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    // Four lines for LSP: form feed, next line and line separator break none.
    let text = "a\u{b}b\u{c}c\n\u{85}d\u{2028}e\u{2029}\r\nf\rg";
    client.open(&uri, text);
    client.change(&uri, 2, [3, 0, 3, 1], "G");
    assert_eq!(client.text(&uri).unwrap(), text.replace('g', "G"));
    client.change(&uri, 3, [2, 0, 2, 1], "F");
    assert_eq!(
        client.text(&uri).unwrap(),
        text.replace('g', "G").replace('f', "F")
    );
    client.forget();
}

#[test]
fn lies_about_places_are_clamped() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, "one: 1\ntwo: 😀\n");
    // Past the line, past the file, backwards, and into the middle of a character.
    client.change(&uri, 2, [0, 999, 0, 4_294_967_295], "!");
    assert_eq!(client.text(&uri).unwrap(), "one: 1!\ntwo: 😀\n");
    client.change(&uri, 3, [77, 7, 4_294_967_295, 7], "end: e\n");
    assert_eq!(client.text(&uri).unwrap(), "one: 1!\ntwo: 😀\nend: e\n");
    client.change(&uri, 4, [0, 7, 0, 6], "");
    assert_eq!(client.text(&uri).unwrap(), "one: 1\ntwo: 😀\nend: e\n");
    client.change(&uri, 5, [1, 6, 1, 6], "x");
    let text = client.text(&uri).unwrap();
    assert!(text.contains('😀') && text.contains('x'), "{text}");
    let place = json!({ "textDocument": { "uri": uri }, "position": { "line": 4_294_967_295_u32, "character": 4_294_967_295_u32 } });
    client.request::<HoverRequest>(place);
    client.forget();
}

#[test]
fn lies_about_versions_change_nothing_else() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    client.published(&uri, 1);
    client.change(&uri, 7, WHO, "whom");
    assert_eq!(codes(&client.published(&uri, 7)), ["undeclared-param"]);
    // Backwards, and the same again: the edits count all the same.
    client.change(&uri, 3, [11, 23, 11, 27], "who");
    client.change(&uri, 3, [0, 0, 0, 0], "# edited\n");
    assert_eq!(client.text(&uri).unwrap(), format!("# edited\n{GREET}"));
    client.forget();
}

#[test]
fn impossible_numbers_lose_no_edit() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, "a: 1\n");
    let before = json!({ "line": -3, "character": 0.5 });
    let change =
        json!({ "range": { "start": before, "end": before }, "rangeLength": -1, "text": "# \n" });
    client.changes(&uri, i64::MAX, json!([change]));
    client.change(&uri, 3, [1, 3, 1, 4], "2");
    assert_eq!(client.text(&uri).unwrap(), "# \na: 2\n");
    client.forget();
}

#[test]
fn several_changes_in_one_message_build_on_each_other() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, "a: 1\n");
    let at = |a: u32, b: u32, c: u32, d: u32| json!({ "start": { "line": a, "character": b }, "end": { "line": c, "character": d } });
    client.changes(
        &uri,
        2,
        json!([
            { "text": "whole: new\n" },
            { "range": at(0, 0, 0, 5), "text": "key" },
            { "range": at(0, 5, 0, 8), "rangeLength": 3, "text": "😀" },
            { "range": at(0, 7, 0, 7), "text": "!" },
        ]),
    );
    assert_eq!(client.text(&uri).unwrap(), "key: 😀!\n");
    client.published(&uri, 2);
    client.forget();
}

#[test]
fn opening_twice_replaces_and_odd_messages_do_nothing() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.change(&uri, 5, [0, 0, 0, 0], "not open yet");
    client.close(&uri);
    assert_eq!(client.text(&uri), None);
    client.open(&uri, "a: 1\n");
    client.open(&uri, "b: 2\n");
    client.change(&uri, 2, [0, 3, 0, 4], "3");
    assert_eq!(client.text(&uri).unwrap(), "b: 3\n");
    client.close(&uri);
    client.close(&uri);
    assert_eq!(client.text(&uri), None);
    client.forget();
}

#[test]
fn documents_need_no_file() {
    let mut client = client().start();
    for uri in [
        "untitled:Untitled-1",
        "vscode-vfs://github/acme/pipelines/a.yaml",
        "git:/a/b.yaml?%7B%7D",
    ] {
        let uri = uri.parse().unwrap();
        client.open(&uri, GREET);
        client.published(&uri, 1);
        client.change(&uri, 2, WHO, "whom");
        assert_eq!(
            codes(&client.published(&uri, 2)),
            ["undeclared-param"],
            "{uri}"
        );
        client.close(&uri);
        assert_eq!(
            client.expect("textDocument/publishDiagnostics")["diagnostics"],
            json!([])
        );
    }
}
