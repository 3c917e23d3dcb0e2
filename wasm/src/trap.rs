//! Failures on purpose, for the tests of what becomes of them; in no module that people get.

use std::cell::Cell;

thread_local! {
    /// What would be fatal is known to be and is left alone: there is nothing to fail on.
    static WARNED: Cell<bool> = const { Cell::new(false) };
}

/// In a message that an engine must fail on.
const MARK: &str = "konflux: trap";
/// In a message that an engine must never come back from.
const ENDLESS: &str = "konflux: loop";

/// Fails on a text with the one mark, and comes to no end with the other.
pub(crate) fn on_text(text: &str) {
    // Files that the host was asked for fail by their names.
    if text.contains("\"result\"") {
        return;
    }
    if text.contains(MARK) {
        fail();
    }
    if text.contains(ENDLESS) {
        run_for_ever();
    }
}

/// Says that a document will not be read.
pub(crate) fn warn() {
    WARNED.set(true);
}

/// Does so on a file whose name says so.
pub(crate) fn on_file(uri: Option<&str>) {
    if WARNED.get() {
        return;
    }
    match uri.and_then(|uri| uri.rsplit('/').next()) {
        Some("trap.yaml") => fail(),
        Some("loop.yaml") => run_for_ever(),
        _ => {}
    }
}

fn run_for_ever() -> ! {
    loop {
        std::hint::black_box(());
    }
}

#[expect(clippy::panic, reason = "this is what the tests are about")]
fn fail() -> ! {
    panic!("asked to fail by a test")
}
