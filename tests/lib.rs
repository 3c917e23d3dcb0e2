//! Helpers shared by the end-to-end tests.

// Failing loudly is what helpers of tests are for.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

pub mod client;
