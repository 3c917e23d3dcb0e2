//! How a request is answered: at once, or by work that the host may run elsewhere.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why a request got no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What kind of failure.
    pub code: ErrorCode,
    /// A sentence for the log.
    pub message: String,
}

/// The protocol's error codes that are used here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The message is not JSON.
    ParseError,
    /// The message is no request, or comes at the wrong time.
    InvalidRequest,
    /// The method is not served.
    MethodNotFound,
    /// The parameters make no sense.
    InvalidParams,
    /// The document has changed since.
    ContentModified,
    /// Nobody waits for the answer any more.
    RequestCancelled,
    /// `initialize` has to come first.
    NotInitialized,
}

impl ErrorCode {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        match self {
            ErrorCode::ParseError => -32700,
            ErrorCode::InvalidRequest => -32600,
            ErrorCode::MethodNotFound => -32601,
            ErrorCode::InvalidParams => -32602,
            ErrorCode::ContentModified => -32801,
            ErrorCode::RequestCancelled => -32800,
            ErrorCode::NotInitialized => -32002,
        }
    }

    /// What there is to say about it in general.
    fn description(self) -> &'static str {
        match self {
            ErrorCode::ParseError => "Parse error",
            ErrorCode::InvalidRequest => "Invalid request",
            ErrorCode::MethodNotFound => "Method not found",
            ErrorCode::InvalidParams => "Invalid params",
            ErrorCode::ContentModified => "Content modified",
            ErrorCode::RequestCancelled => "Canceled",
            ErrorCode::NotInitialized => "Server not initialized",
        }
    }
}

impl Error {
    /// An error about which there is no more to say.
    pub(crate) fn of(code: ErrorCode) -> Error {
        Error::new(code, code.description())
    }

    pub(crate) fn new(code: ErrorCode, message: &str) -> Error {
        Error {
            code,
            message: message.to_owned(),
        }
    }
}

/// Tells long work that nobody waits for it. Clones share the word.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Nobody waits any more.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.0.load(Ordering::Relaxed) {
            Err(Error::new(
                ErrorCode::RequestCancelled,
                "the request was cancelled",
            ))
        } else {
            Ok(())
        }
    }
}

/// The answer to a request.
pub enum Answer<T> {
    /// Known already.
    Ready(Result<T, Error>),
    /// To be computed from a snapshot, on any thread.
    Later(Later<T>),
}

type Later<T> = Box<dyn FnOnce(&Cancel) -> Result<T, Error> + Send>;

impl<T> Answer<T> {
    pub(crate) fn later(
        compute: impl FnOnce(&Cancel) -> Result<T, Error> + Send + 'static,
    ) -> Self {
        Answer::Later(Box::new(compute))
    }

    /// Computes it here and now.
    pub fn get(self) -> Result<T, Error> {
        match self {
            Answer::Ready(result) => result,
            Answer::Later(compute) => compute(&Cancel::default()),
        }
    }
}
