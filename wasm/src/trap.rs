//! Failures on purpose, for the tests of what becomes of them; in no module that people get.

use std::cell::Cell;

thread_local! {
    /// What would be fatal is known to be and is left alone: there is nothing to fail on.
    static WARNED: Cell<bool> = const { Cell::new(false) };
}

/// In a message that an engine must fail on.
const MARK: &str = "konflux: trap";

/// Fails on a text with the mark.
pub(crate) fn on_text(text: &str) {
    if text.contains(MARK) {
        fail();
    }
}

/// Says that a document will not be read.
pub(crate) fn warn() {
    WARNED.set(true);
}

/// Fails on a file whose name says so.
pub(crate) fn on_file(uri: Option<&str>) {
    if !WARNED.get() && uri.is_some_and(|uri| uri.ends_with("/trap.yaml")) {
        fail();
    }
}

#[expect(clippy::panic, reason = "this is what the tests are about")]
fn fail() -> ! {
    panic!("asked to fail by a test")
}
