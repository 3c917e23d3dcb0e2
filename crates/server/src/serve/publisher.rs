//! The thread that tells clients what they did not ask for.
//!
//! There is one, and it does one thing at a time: that is what keeps publications in order. While
//! it computes, messages go on changing the session, which then refuses the outcome.

use std::panic::{AssertUnwindSafe, catch_unwind};

use konflux_lsp::{Effect, Work};

use super::shared::Shared;

pub(super) fn run(shared: &Shared) {
    loop {
        let work = next(shared);
        // The session guards the analysis; whatever else fails costs one publication.
        let _ = catch_unwind(AssertUnwindSafe(|| perform(shared, work)));
    }
}

fn next(shared: &Shared) -> Work {
    let mut session = shared.session();
    loop {
        if let Some(work) = session.work() {
            return work;
        }
        session = shared.wait(session);
    }
}

fn perform(shared: &Shared, work: Work) {
    let outcome = work.run();
    let effects = shared.session().done(outcome);
    for effect in effects {
        if let Effect::Publish(told) = effect {
            let client = &shared.client;
            let sent = client.publish_diagnostics(told.uri, told.diagnostics, told.version);
            // Waits while the client does not read: then newer results replace this one meanwhile.
            shared.runtime.block_on(sent);
        } else {
            shared.carry_out(effect);
        }
    }
}
