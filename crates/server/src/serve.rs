//! The language server over standard input and output.
//!
//! What happens where:
//! * The **main thread** runs tower-lsp: it reads and writes ([`stdio`]), applies changes of texts
//!   at once and in order ([`front`]), and answers requests with whatever the blocking pool computes from a snapshot.
//! * The **publisher** thread computes diagnostics that nobody asked for and is the only one that
//!   publishes ([`publisher`]).
//! * The **loader** thread finds and reads files ([`loader`]).
//!
//! Invariants: the session is locked only for the time of a message, never across an await; a
//! handler never awaits an answer of the client; the process ends soon after `exit` or the end of
//! the input, whatever still runs.

mod backend;
#[cfg(debug_assertions)]
mod debug;
mod front;
mod input;
mod loader;
mod progress;
mod publisher;
mod shared;
mod stdio;

use std::process::ExitCode;
use std::time::Duration;

use konflux_lsp::lsp_types::request::Request;
use konflux_lsp::requests::PipelineGraphs;
use tokio::runtime::{Builder, Runtime};
use tower_lsp::{LspService, Server};

use backend::Backend;
use front::{Front, Life};
use input::Input;
use shared::Shared;

/// For what is on its way out when the end comes.
const GRACE: Duration = Duration::from_millis(300);

/// Threads of the blocking pool stay: starting one takes longer than most answers.
const KEEP_THREADS: Duration = Duration::from_secs(3600);

/// Serves one client until it says goodbye or goes away.
///
/// Nothing may hold the lock of standard output meanwhile.
pub(crate) fn run() -> ExitCode {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .thread_keep_alive(KEEP_THREADS)
        .build();
    match runtime {
        Ok(runtime) => {
            let code = serve(&runtime);
            // Whatever still runs (a read of standard input at least) ends with the process.
            runtime.shutdown_background();
            code
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(runtime: &Runtime) -> ExitCode {
    let life = Life::new();
    let handle = runtime.handle().clone();
    let build = LspService::build(|client| Backend::new(Shared::start(client, handle)));
    let build = build.custom_method(PipelineGraphs::METHOD, Backend::pipeline_graph);
    #[cfg(debug_assertions)]
    let build = build.custom_method(debug::METHOD, debug::handle);
    let (service, socket) = build.finish();
    let shared = service.inner().shared().clone();
    let front = Front::new(service, shared, life.clone());
    runtime.block_on(async {
        let input = Input::new(stdio::input(), life.clone());
        let served = Server::new(input, stdio::output(), socket).serve(front);
        let end = async {
            life.ended().await;
            tokio::time::sleep(GRACE).await;
        };
        tokio::select! {
            () = served => {}
            () = end => {}
        }
    });
    life.exit_code()
}
