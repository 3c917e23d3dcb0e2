//! What every message passes before tower-lsp's own service, and after it.
//!
//! tower-lsp starts four handlers at a time and queues the rest. Left alone, four slow requests
//! would hold up every edit and every cancellation behind them, and a queued request would see the
//! texts of a later moment. So each handler is polled once right here, in the order of the
//! messages: notifications never wait, so they are done; requests have taken their snapshot.
//!
//! It also refuses what is not served at this time, or at all, in the words that every host has for
//! it ([`Lifecycle`]), keeps a panicking handler from taking the server with it, mends what would
//! otherwise be refused and must not be (an oddity in some client's capabilities, a change with an
//! impossible position), and notes the end.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use konflux_lsp::{Initialize, Lifecycle, Verdict};
use serde_json::json;
use tokio::sync::watch;
use tower_lsp::jsonrpc::{Error, Id, Request, Response};
use tower_lsp::{ExitedError, LspService};
use tower_service::Service;

use super::backend::{Backend, refused};
use super::input::{INVALID, UNREADABLE};
use super::shared::Shared;

type Outcome = Result<Option<Response>, ExitedError>;
type Handler = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// The service that tower-lsp's transport talks to.
pub(super) struct Front {
    inner: LspService<Backend>,
    shared: Arc<Shared>,
    lifecycle: Lifecycle,
    life: Life,
}

impl Front {
    pub(super) fn new(inner: LspService<Backend>, shared: Arc<Shared>, life: Life) -> Front {
        Front {
            inner,
            shared,
            lifecycle: Lifecycle::default(),
            life,
        }
    }

    /// The answer to a message that is not served; `None` for one that is.
    fn refusal(&mut self, request: &Request) -> Option<Option<Response>> {
        let refuse = |error| Some(Some(Response::from_error(Id::Null, error)));
        match request.method() {
            UNREADABLE => return refuse(Error::parse_error()),
            INVALID => return refuse(Error::invalid_request()),
            #[cfg(debug_assertions)]
            super::debug::METHOD => return None,
            _ => {}
        }
        let id = request.id().cloned();
        match self.lifecycle.admit(request.method(), id.is_some()) {
            Verdict::Serve => None,
            Verdict::Ignore => Some(None),
            Verdict::Refuse(error) => Some(id.map(|id| Response::from_error(id, refused(error)))),
        }
    }

    fn prepare(&self, request: Request) -> Request {
        match (request.method(), request.id()) {
            ("initialize", Some(id)) => {
                let initialize = Initialize::read(request.params().unwrap_or(&json!(null)));
                self.shared.remember(initialize);
                let params = json!({ "capabilities": {} });
                Request::build("initialize")
                    .id(id.clone())
                    .params(params)
                    .finish()
            }
            ("textDocument/didOpen" | "textDocument/didChange", None) => {
                let (method, _, params) = request.into_parts();
                let mut params = params.unwrap_or_default();
                konflux_lsp::lenient::mend(&mut params);
                Request::build(method).params(params).finish()
            }
            // Some clients leave its empty params out.
            ("initialized", None) => Request::build("initialized").params(json!({})).finish(),
            // Many clients send `"params": null`, which tower-lsp takes for a mistake.
            ("shutdown", Some(id)) => Request::build("shutdown").id(id.clone()).finish(),
            _ => request,
        }
    }
}

impl Service<Request> for Front {
    type Response = Option<Response>;
    type Error = ExitedError;
    type Future = Guarded;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), ExitedError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Guarded {
        let id = request.id().cloned();
        if let Some(answer) = self.refusal(&request) {
            return Guarded {
                id,
                state: State::Done(Some(Ok(answer))),
            };
        }
        match request.method() {
            "shutdown" => self.life.shut_down.store(true, Ordering::Relaxed),
            "exit" => self.life.end(),
            _ => {}
        }
        let request = self.prepare(request);
        // The waker of nobody: the transport polls again, with its own, whatever is not done.
        let context = &mut Context::from_waker(Waker::noop());
        let started = catch_unwind(AssertUnwindSafe(|| {
            let mut handler: Handler = self.inner.call(request);
            match handler.as_mut().poll(context) {
                Poll::Ready(outcome) => State::Done(Some(outcome)),
                Poll::Pending => State::Running(handler),
            }
        }));
        let state =
            started.unwrap_or_else(|panic| State::Done(Some(Ok(failure(id.as_ref(), &panic)))));
        Guarded { id, state }
    }
}

/// A handler whose panic is an answer.
pub(super) struct Guarded {
    id: Option<Id>,
    state: State,
}

enum State {
    Running(Handler),
    Done(Option<Outcome>),
}

impl Future for Guarded {
    type Output = Outcome;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let guarded = &mut *self;
        let handler = match &mut guarded.state {
            State::Done(outcome) => return Poll::Ready(outcome.take().unwrap_or(Ok(None))),
            State::Running(handler) => handler,
        };
        match catch_unwind(AssertUnwindSafe(|| handler.as_mut().poll(context))) {
            Ok(poll) => poll,
            Err(panic) => {
                let answer = failure(guarded.id.as_ref(), &panic);
                // Nothing of it may be polled again.
                guarded.state = State::Done(None);
                Poll::Ready(Ok(answer))
            }
        }
    }
}

/// A request is answered, a notification has nobody to answer to.
fn failure(id: Option<&Id>, panic: &Box<dyn Any + Send>) -> Option<Response> {
    id.map(|id| Response::from_error(id.clone(), internal_error(&**panic)))
}

/// What a panic says, as the error that a client gets.
pub(super) fn internal_error(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    let mut error = Error::internal_error();
    error.message = format!(
        "konflux-ls failed: {}",
        text.unwrap_or("for an unknown reason")
    )
    .into();
    error
}

/// Whether the connection is still wanted. Clones share the knowledge.
#[derive(Clone)]
pub(super) struct Life {
    ended: Arc<watch::Sender<bool>>,
    shut_down: Arc<AtomicBool>,
}

impl Life {
    pub(super) fn new() -> Life {
        Life {
            ended: Arc::new(watch::Sender::new(false)),
            shut_down: Arc::default(),
        }
    }

    /// The client said goodbye or is gone.
    pub(super) fn end(&self) {
        self.ended.send_replace(true);
    }

    /// Waits for that.
    pub(super) async fn ended(&self) {
        // Fails only without a sender, and we hold one.
        let _ = self.ended.subscribe().wait_for(|ended| *ended).await;
    }

    /// As the protocol wants it: success after a `shutdown`, failure without.
    pub(super) fn exit_code(&self) -> ExitCode {
        if self.shut_down.load(Ordering::Relaxed) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}
