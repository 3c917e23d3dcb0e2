//! The engine seen from outside: workspaces go in as text, answers come out as text.

mod classify;
mod fixture;
mod ide;
mod incremental;
mod model;
mod resolve;
