//! What an editor asks about a place or a file: one module per request.
//!
//! Each takes a snapshot and typed parameters in bytes, and gives the protocol's answer. They are
//! plain functions: where they run is the host's business.

pub(crate) mod actions;
pub(crate) mod definition;
pub(crate) mod graph;
pub(crate) mod hover;
pub(crate) mod symbols;
