//! What goes wrong costs one answer, not the server and not a text.

use serde_json::json;

use crate::{CALL, GREET, WHO, client, codes, pulled_codes};

#[test]
fn a_panic_is_an_answer() {
    let mut client = client().start();
    let uri = client.uri("a.yaml");
    client.open(&uri, GREET);
    client.published(&uri, 1);
    for failure in ["failInHandler", "failInWork"] {
        let refusal = client.debug(json!(failure)).unwrap_err();
        assert_eq!(refusal.code, -32603);
        assert!(
            refusal.message.contains("asked to fail"),
            "{}",
            refusal.message
        );
        assert_eq!(client.text(&uri).unwrap(), GREET);
    }
    client.change(&uri, 2, WHO, "whom");
    assert_eq!(codes(&client.published(&uri, 2)), ["undeclared-param"]);
}

#[test]
fn a_panic_in_an_edit_costs_neither_text_nor_findings() {
    let mut client = client().pulls().file("greet.yaml", GREET).start();
    let (call, other) = (client.uri("call.yaml"), client.uri("other.yaml"));
    client.open(&call, CALL);
    client.open(&other, &GREET.replace("greet", "other"));
    client.debug(json!("failInNextEdit")).unwrap();
    client.change(&other, 2, WHO, "whom");
    assert_eq!(
        client.text(&other).unwrap(),
        GREET.replace("greet", "other").replace("who)", "whom)")
    );
    assert!(
        client.expect("window/logMessage")["message"]
            .as_str()
            .unwrap()
            .contains("started again")
    );
    assert_eq!(
        pulled_codes(&client.pull(&other, None)),
        ["undeclared-param"]
    );
    // What is on disk is read again.
    for _ in 0..500 {
        if pulled_codes(&client.pull(&call, None)) == ["missing-param"] {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(pulled_codes(&client.pull(&call, None)), ["missing-param"]);
    client.change(&other, 3, [11, 23, 11, 27], "who");
    assert_eq!(pulled_codes(&client.pull(&other, None)), [""; 0]);
    client.forget();
}

#[test]
fn hostile_texts_are_only_texts() {
    let mut client = client().pulls().start();
    let deep = "[".repeat(10_000);
    let nested: String = (0..3_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    let bomb: String = (1..40).fold("a0: &a0 x\n".to_owned(), |text, level| {
        let below = level - 1;
        text + &format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}, *a{below}]\n")
    });
    let long = format!("{GREET}# {}\n", "long ".repeat(300_000));
    for (number, text) in [deep, nested, bomb, long, "\u{feff}\0\u{1}".to_owned()]
        .into_iter()
        .enumerate()
    {
        let uri = client.uri(&format!("{number}.yaml"));
        client.open(&uri, &text);
        client.change(&uri, 2, [0, 1, 0, 1], "x");
        client.pull(&uri, None);
        let mut edited = text.clone();
        let at = edited
            .char_indices()
            .nth(1)
            .map_or(edited.len(), |(at, _)| at);
        edited.insert(at, 'x');
        assert!(
            client.text(&uri).unwrap() == edited,
            "text {number} differs"
        );
        client.close(&uri);
    }
    client.forget();
}
