//! The documents that the client has open, and their texts.

use std::collections::HashMap;
use std::sync::Arc;

use lsp_types::Url;
use ropey::Rope;

/// A document in the client's hands.
#[derive(Clone)]
pub(crate) struct Document {
    /// As the client spells it: answers use the same spelling.
    pub(crate) uri: Arc<Url>,
    /// As the client counts it; nothing relies on it but what is told to the client.
    pub(crate) version: i32,
    /// Which change of the session this is the state after: our own, honest version.
    pub(crate) change: u64,
    /// The text. Shares its pieces with the analysis' tree, so that keeping it costs nothing.
    pub(crate) rope: Rope,
    /// The analysis failed on this very text; it is left alone until the text changes.
    pub(crate) shunned: bool,
    /// How often the analysis failed on it so badly that the session had to be replaced.
    pub(crate) failures: u32,
}

/// All of them, by engine path. Cloning is a snapshot.
pub(crate) type Documents = Arc<HashMap<Arc<str>, Document>>;
