//! JSON-RPC: what a message is, and what is answered to one that is none.
//!
//! Both hosts judge messages here, so that they refuse the same ones with the same words.

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::answer::{Error, ErrorCode};

/// Names a request. The answer to a message that could not be read has `Null`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Id {
    /// A whole number.
    Number(i64),
    /// Any text.
    Text(String),
    /// Nobody's.
    Null,
}

/// As much of a message as tells what it is.
#[derive(Deserialize)]
struct Shape<'m> {
    jsonrpc: &'m str,
    #[serde(default)]
    method: Option<String>,
    #[serde(default)]
    id: Option<ShapeOfId>,
    #[serde(default)]
    error: Option<ShapeOfError>,
    #[serde(default, deserialize_with = "present")]
    result: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ShapeOfId {
    Number(#[expect(dead_code)] i64),
    Text(#[expect(dead_code)] String),
}

#[derive(Deserialize)]
struct ShapeOfError {
    #[serde(rename = "code")]
    _code: i64,
    #[serde(rename = "message")]
    _message: String,
}

/// `null` is a result like any other.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

/// Whether a text is a message: a request, a notification or an answer.
///
/// # Errors
///
/// What deserves to be answered, with [`Id::Null`], to one that is none.
pub fn judge(message: &[u8]) -> Result<(), Error> {
    let invalid = Err(Error::of(ErrorCode::InvalidRequest));
    match serde_json::from_slice::<Shape<'_>>(message) {
        Ok(shape) if shape.jsonrpc == "2.0" => {
            let answer = shape.id.is_some() && (shape.result != shape.error.is_some());
            if shape.method.is_some() || answer {
                Ok(())
            } else {
                invalid
            }
        }
        Ok(_) => invalid,
        Err(error) if error.is_data() => invalid,
        Err(_) => Err(Error::of(ErrorCode::ParseError)),
    }
}

/// A message, read.
pub(crate) enum Message {
    /// A request; without an `id`, a notification.
    Call {
        method: String,
        id: Option<Id>,
        params: Option<Value>,
    },
    /// The answer to a request of ours; nothing where it is an error.
    Answer { id: Id, result: Option<Value> },
}

/// Reads a message.
pub(crate) fn read(message: &str) -> Result<Message, Error> {
    judge(message.as_bytes())?;
    let Ok(Value::Object(mut fields)) = serde_json::from_str(message) else {
        return Err(Error::of(ErrorCode::ParseError));
    };
    let id = fields.remove("id").map(id);
    Ok(match fields.remove("method") {
        Some(Value::String(method)) => Message::Call {
            method,
            id,
            params: fields.remove("params"),
        },
        _ => Message::Answer {
            id: id.unwrap_or(Id::Null),
            result: fields.remove("result"),
        },
    })
}

fn id(value: Value) -> Id {
    match value {
        Value::Number(number) => number.as_i64().map_or(Id::Null, Id::Number),
        Value::String(text) => Id::Text(text),
        _ => Id::Null,
    }
}

/// The answer to a request: a result, already written as JSON, or why there is none.
pub(crate) fn answer(id: &Id, result: Result<String, Error>) -> String {
    let id = json(id);
    match result {
        Ok(result) => format!(r#"{{"jsonrpc":"2.0","result":{result},"id":{id}}}"#),
        Err(error) => {
            let (code, message) = (error.code.number(), json(&error.message));
            let error = format!(r#"{{"code":{code},"message":{message}}}"#);
            format!(r#"{{"jsonrpc":"2.0","error":{error},"id":{id}}}"#)
        }
    }
}

/// A request of ours.
pub(crate) fn request(id: i64, method: &str, params: &impl Serialize) -> String {
    let params = json(params);
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params}}}"#)
}

/// A notification of ours.
pub(crate) fn notification(method: &str, params: &impl Serialize) -> String {
    let params = json(params);
    format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params}}}"#)
}

/// The protocol's types have names for keys and finite numbers: nothing that JSON cannot hold.
pub(crate) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}
