//! The engine seen from outside: workspaces go in as text, answers come out as text.

#![allow(clippy::print_stderr, reason = "a skipped test must be seen")]

mod catalog;
mod classify;
mod fixture;
mod guidelines;
mod hostile_scripts;
mod ide;
mod incremental;
mod model;
mod resolve;
mod roles;
mod template;
