//! The language server protocol as a state machine.
//!
//! A [`Session`] is one connection: the open documents, what the client can do, and the workspace.
//! It reads no file, knows no clock and starts no thread, so the same code serves an editor over
//! stdio and a browser's Web Worker. A host carries messages to and fro:
//!
//! * **Notifications** are methods that return [`Effect`]s: what the host shall do now (read these
//!   files, ask the client for watchers, say something).
//! * **Requests** are methods that return an [`Answer`]: ready, or a closure over a snapshot that
//!   the host may run wherever it likes, while the session goes on.
//! * **Diagnostics that nobody asked for** are [`Work`]: the host takes a piece with
//!   [`Session::work`], runs it, and hands it back to [`Session::done`], which alone decides
//!   whether the result is still true.
//!
//! A host with one thread and no files (a Web Worker) uses a [`Dispatcher`] instead, which takes
//! and gives messages as text.
//!
//! Invariants:
//! * The texts are the client's, whatever else fails: every document keeps its own rope, and a
//!   panic in the analysis costs the analysis (it is rebuilt), not the text.
//! * A diagnostic is never published for a version that is not the latest, nor after a close.
//! * Messages must be handed over in the order they came in; answers may go out in any order.

mod answer;
mod client;
mod diagnostics;
mod dispatcher;
mod documents;
mod edit;
mod features;
mod initialize;
pub mod jsonrpc;
pub mod lenient;
mod lifecycle;
mod position;
mod pull;
pub mod requests;
mod session;
mod snapshot;
pub mod uri;
mod work;

pub use answer::{Answer, Cancel, Error, ErrorCode};
pub use client::Client;
pub use diagnostics::MAX_DIAGNOSTICS;
pub use dispatcher::Dispatcher;
pub use initialize::Initialize;
pub use lifecycle::{Lifecycle, Verdict};
pub use lsp_types;
pub use position::{Encoding, Places};
pub use session::{Effect, File, Restored, Session};
pub use work::{Outcome, Work};
