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

/// The protocol's error codes that a session uses; a host has its own for the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorCode {
    /// The parameters make no sense.
    InvalidParams,
    /// The document has changed since.
    ContentModified,
    /// Nobody waits for the answer any more.
    RequestCancelled,
}

impl ErrorCode {
    /// The number on the wire.
    pub fn number(self) -> i32 {
        match self {
            ErrorCode::InvalidParams => -32602,
            ErrorCode::ContentModified => -32801,
            ErrorCode::RequestCancelled => -32800,
        }
    }
}

impl Error {
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
