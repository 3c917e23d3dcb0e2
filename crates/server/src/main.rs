//! The `konflux-ls` binary.
fn main() {}
