//! Messages take effect in the order they were sent, and nothing slow holds up the rest.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::{GREET, WHO, client, codes};

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).unwrap()
    }
}

#[test]
fn a_burst_of_edits_arrives_in_order() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    let mut text: Vec<String> = GREET.lines().map(str::to_owned).collect();
    client.open(&uri, GREET);
    let mut dice = Dice(0x5eed);
    for version in 2..202 {
        let line = dice.below(text.len());
        let column = dice.below(text[line].len() + 1);
        let new = ["x", "ab c", "#", ": ", "'"][dice.below(5)];
        text[line].insert_str(column, new);
        let (at, column) = (u32::try_from(line).unwrap(), u32::try_from(column).unwrap());
        client.change(&uri, version, [at, column, at, column], new);
    }
    assert_eq!(client.text(&uri).unwrap(), text.join("\n") + "\n");
    client.published(&uri, 201);
    client.forget();
}

#[test]
fn edits_after_many_slow_requests_are_not_held_up() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    client.published(&uri, 1);
    // More than tower-lsp runs at a time.
    let slow: Vec<_> = (0..6)
        .map(|_| client.send("konflux-ls/debug", json!({ "sleep": 700 })))
        .collect();
    let start = Instant::now();
    client.change(&uri, 2, WHO, "whom");
    assert_eq!(codes(&client.published(&uri, 2)), ["undeclared-param"]);
    assert!(
        start.elapsed() < Duration::from_millis(500),
        "{:?}",
        start.elapsed()
    );
    for id in slow {
        client.answer(id).unwrap();
    }
}

#[test]
fn a_queued_request_sees_the_text_of_its_own_moment() {
    let mut client = client().pulls().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    for _ in 0..6 {
        client.send("konflux-ls/debug", json!({ "sleep": 300 }));
    }
    let pull = client.send(
        "textDocument/diagnostic",
        json!({ "textDocument": { "uri": uri } }),
    );
    client.change(&uri, 2, WHO, "whom");
    let report = client.answer(pull).unwrap();
    assert_eq!(
        report["items"],
        json!([]),
        "the edit came after the request"
    );
    client.forget();
    client.listen(Duration::from_millis(700));
}

#[test]
fn cancelling_gives_one_answer() {
    let mut client = client().start();
    let slow = client.send("konflux-ls/debug", json!({ "sleep": 20_000 }));
    client.cancel(slow);
    let start = Instant::now();
    assert_eq!(client.answer(slow).unwrap_err().code, -32800);
    assert!(start.elapsed() < Duration::from_secs(5));
    // Too late, or never asked: harmless.
    client.cancel(slow);
    client.cancel(4711);
}

#[test]
fn cancelling_works_behind_slow_requests() {
    let mut client = client().start();
    let slow: Vec<_> = (0..8)
        .map(|_| client.send("konflux-ls/debug", json!({ "sleep": 20_000 })))
        .collect();
    let start = Instant::now();
    for id in slow.iter().rev() {
        client.cancel(*id);
    }
    for id in slow {
        assert_eq!(client.answer(id).unwrap_err().code, -32800);
    }
    assert!(start.elapsed() < Duration::from_secs(5));
}
