//! Helpers shared by the end-to-end tests.

// Failing loudly is what helpers of tests are for.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

pub mod client;
mod transcript;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
}

/// The corpus of real catalogs; nothing where it is not there.
///
/// # Panics
///
/// In continuous integration, when it is not there: nothing may be skipped.
pub fn corpus() -> Option<PathBuf> {
    let asked = std::env::var_os("KONFLUX_CORPUS").map(PathBuf::from);
    let corpus = repository().join(asked.unwrap_or_else(|| "../shared/corpus".into()));
    let there = corpus.join("konflux").is_dir();
    assert!(
        there || !mandatory(),
        "the corpus is missing: set KONFLUX_CORPUS"
    );
    there.then_some(corpus)
}

/// Whether a test must not be skipped for want of something on this machine.
pub fn mandatory() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true")
}

/// Says, past the capture of test output, that something was not tested.
#[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
pub fn skipped(what: &str, why: &str) {
    assert!(!mandatory(), "{what} must be tested here, but {why}");
    // Captured output of passing tests is never seen, what a child process writes is.
    let line = format!("SKIPPED: {what}: {why}");
    if Command::new("sh")
        .args(["-c", "echo \"$0\" >&2", &line])
        .status()
        .is_err()
    {
        eprintln!("{line}");
    }
}
