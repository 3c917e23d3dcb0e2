//! The `konflux-ls` binary.

mod serve;
mod walk;

use std::process::ExitCode;

fn main() -> ExitCode {
    serve::run()
}
