//! Numbers that the protocol forbids, in messages that must not be lost.
//!
//! A request with a negative line is refused, and nobody is worse off. A change that is refused is
//! a change that the server misses, and from then on its text is not the client's. So the numbers
//! in messages about texts are bent into what they may be before the message is read.

use serde_json::Value;

/// Bends the numbers of `textDocument/didOpen` and `textDocument/didChange`.
pub fn mend(params: &mut Value) {
    if let Some(version) = params.pointer_mut("/textDocument/version") {
        bend(version, i64::from(i32::MIN), i64::from(i32::MAX));
    }
    let changes = params
        .get_mut("contentChanges")
        .and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten() {
        if let Some(change) = change.as_object_mut() {
            // Deprecated, redundant, and nothing that is worth a refusal.
            change.remove("rangeLength");
        }
        for place in [
            "/range/start/line",
            "/range/start/character",
            "/range/end/line",
            "/range/end/character",
        ] {
            if let Some(number) = change.pointer_mut(place) {
                bend(number, 0, i64::from(u32::MAX));
            }
        }
    }
}

fn bend(number: &mut Value, least: i64, most: i64) {
    let fits = number
        .as_i64()
        .is_some_and(|value| (least..=most).contains(&value));
    if fits {
        return;
    }
    // What is no number at all counts as the first place, or the first version.
    let value = number.as_f64().unwrap_or(0.0);
    let bent = if value >= most as f64 {
        most
    } else {
        (value as i64).max(least)
    };
    *number = bent.into();
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn forbidden_numbers_become_the_nearest_allowed_ones() {
        let range = |a: Value, b: Value| json!({ "start": { "line": a, "character": 0 }, "end": { "line": 1, "character": b } });
        let mut params = json!({
            "textDocument": { "uri": "file:///a", "version": null },
            "contentChanges": [
                { "range": range(json!(-1), json!(1e99)), "rangeLength": -7, "text": "x" },
                { "range": range(json!(2.7), json!("five")), "text": "y" },
                { "text": "whole" },
            ],
        });
        mend(&mut params);
        let expected = json!({
            "textDocument": { "uri": "file:///a", "version": 0 },
            "contentChanges": [
                { "range": range(json!(0), json!(u32::MAX)), "text": "x" },
                { "range": range(json!(2), json!(0)), "text": "y" },
                { "text": "whole" },
            ],
        });
        assert_eq!(params, expected);
        mend(&mut json!(null));
        mend(&mut json!({ "contentChanges": [7, null] }));
    }
}
