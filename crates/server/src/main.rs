//! The `konflux-ls` binary: the command line, and the language server over stdio.
//!
//! Standard output carries results (or the protocol) and nothing else; everything said to the
//! person goes to standard error. Exit codes: 0 clean, 1 findings at or above `--fail-on`,
//! 2 wrong use or unreadable input.

mod atomic;
mod catalog;
mod catalogs;
mod check;
mod classify;
mod cli;
mod fix;
mod inputs;
mod output;
mod rule;
mod serve;
mod walk;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::{Cli, Command};

/// Most of what is allocated are small texts of a document's model, made by one thread and dropped by
/// another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Cli::parse();
    if let Command::Serve(_) = arguments.command {
        // The protocol has standard output to itself.
        return serve::run();
    }
    // Standard output itself is written line by line.
    let mut stdout = BufWriter::with_capacity(64 << 10, io::stdout().lock());
    let outcome = run(&arguments, &mut stdout);
    // What is buffered must be out before the exit code says that all went well.
    match outcome.and_then(|code| Ok(stdout.flush().map(|()| code)?)) {
        Ok(code) => code,
        // Whoever read our output has seen enough: `konflux-ls check . | head`.
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &Cli, stdout: &mut impl Write) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Check(arguments) => check::run(arguments, stdout),
        Command::Classify(arguments) => classify::run(arguments, stdout),
        Command::Catalog(command) => catalog::run(command, stdout),
        Command::Rule { name } => rule::run(name.as_deref(), stdout),
        Command::Schema => {
            writeln!(
                stdout,
                "{}",
                konflux_analysis::configuration_schema().trim_end()
            )?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "konflux-ls", &mut script);
            stdout.write_all(&script)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Serve(_) => Ok(serve::run()),
    }
}

/// Says something to the person. Where nobody can hear it, nothing else can be done about it.
fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "konflux-ls: {}", output::printable(message));
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io_kind = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json_kind = cause
            .downcast_ref::<serde_json::Error>()
            .and_then(serde_json::Error::io_error_kind);
        io_kind.or(json_kind) == Some(io::ErrorKind::BrokenPipe)
    })
}
