//! A door for the tests, in debug builds only: makes things go wrong on purpose, and looks inside.

use serde::Deserialize;
use tower_lsp::jsonrpc::Result;

use konflux_lsp::Answer;
use konflux_lsp::lsp_types::Url;

use super::backend::{Backend, compute};

pub(super) const METHOD: &str = "konflux-ls/debug";

/// What a test wants.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Command {
    /// The text of an open document, as the server has it.
    Text(Url),
    /// An answer that takes so many milliseconds.
    Sleep(u64),
    /// A panic in the handler itself.
    FailInHandler,
    /// A panic in the work for an answer.
    FailInWork,
    /// A panic in the analysis, at the next edit.
    FailInNextEdit,
}

pub(super) async fn handle(backend: &Backend, command: Command) -> Result<Option<String>> {
    match command {
        Command::Text(uri) => Ok(backend.shared().session().text(&uri)),
        Command::Sleep(milliseconds) => {
            let pause = std::time::Duration::from_millis(milliseconds);
            compute(Answer::Later(Box::new(move |_| {
                std::thread::sleep(pause);
                Ok(None)
            })))
            .await
        }
        Command::FailInHandler => fail(),
        Command::FailInWork => compute(Answer::Later(Box::new(|_| fail()))).await,
        Command::FailInNextEdit => {
            backend.shared().session().fail_next_edit();
            Ok(None)
        }
    }
}

#[expect(clippy::panic, reason = "this is what the tests are about")]
fn fail() -> ! {
    panic!("asked to fail by a test")
}
