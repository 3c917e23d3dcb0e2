//! Answers to what an editor asks about a place.

use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

mod definition;
pub mod graph;
mod hover;
mod lookup;
mod remembered;
mod role;
mod symbols;

pub(crate) use definition::definition;
pub(crate) use graph::graphs;
pub(crate) use hover::hover;
pub(crate) use symbols::symbols;

/// What is shown beside a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hover {
    /// What it is about, in bytes of the file.
    pub range: Range<usize>,
    /// The text.
    pub markdown: String,
}

/// A place of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// The file.
    pub path: Arc<str>,
    /// Bytes of the file.
    pub range: Range<usize>,
}

/// What a symbol stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SymbolKind {
    /// A document.
    Document,
    /// A declared param.
    Param,
    /// A declared workspace.
    Workspace,
    /// A declared result.
    Result,
    /// A task of a pipeline.
    Task,
    /// A step of a task.
    Step,
}

/// An entry of a file's outline.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// A word or two beside it.
    pub detail: Option<String>,
    /// What it stands for.
    pub kind: SymbolKind,
    /// All of it, in bytes of the file.
    pub range: Range<usize>,
    /// Its name, in bytes of the file; inside `range`.
    pub selection: Range<usize>,
    /// What it contains.
    pub children: Vec<Symbol>,
}

/// A path as a `file` URI.
fn file_address(path: &str) -> String {
    let mut address = String::from("file://");
    if !path.starts_with('/') {
        address.push('/');
    }
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' | b':' => address.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => address.push(char::from(byte)),
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}
