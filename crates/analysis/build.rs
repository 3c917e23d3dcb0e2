//! Takes the comments out of the table of effects: they are for those who read it, and the module for
//! browsers is paid for by the byte.

// The engine reads no files; what builds it does.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

use std::path::Path;
use std::{env, fs, io};

const TABLE: &str = "knowledge/effects.yaml";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={TABLE}");
    let table = fs::read_to_string(TABLE)?;
    // No text in the table goes over several lines, so a line that begins with `#` is a comment.
    let lines = table
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let bare: String = lines.flat_map(|line| [line, "\n"]).collect();
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("effects.yaml"), bare)
}
