//! What the client can do, reading only what is used.
//!
//! The capabilities are looked up in the raw message, one by one: a client that sends something
//! odd elsewhere is still served, and the many types of the protocol's full structure stay out of
//! the WebAssembly module.

use serde_json::Value;

use crate::position::Encoding;

/// The client's capabilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Client {
    /// How columns are counted from now on.
    pub encoding: Encoding,
    /// It asks for diagnostics, and can be told to ask again.
    pub pulls: bool,
    /// It shows related locations of a diagnostic.
    pub related_information: bool,
    /// It links a diagnostic's code.
    pub code_description: bool,
    /// It fades what is unnecessary.
    pub unnecessary_tag: bool,
    /// Symbols may nest.
    pub nested_symbols: bool,
    /// Code actions may be more than commands.
    pub action_literals: bool,
    /// The edit of a code action may come later.
    pub resolves_edits: bool,
    /// Edits may name the version they are for.
    pub document_changes: bool,
    /// Edits may create, rename and delete files.
    pub creates: bool,
    /// See `creates`.
    pub renames: bool,
    /// See `creates`.
    pub deletes: bool,
    /// Edits may ask for confirmation.
    pub change_annotations: bool,
    /// Hovers may be Markdown.
    pub markdown_hover: bool,
    /// A definition may say what it is the definition of.
    pub definition_links: bool,
    /// It can be asked to watch files.
    pub watches_files: bool,
    /// It shows progress.
    pub progress: bool,
    /// It finds and reads files for a server that cannot (see [`requests`](crate::requests)).
    pub serves_files: bool,
}

impl Client {
    /// Reads the `capabilities` of an `initialize` request.
    pub fn read(capabilities: &Value) -> Client {
        let at = |path: &str| capabilities.pointer(path);
        let yes = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let lists = |path: &str, wanted: &str| strings(at(path)).any(|item| item == wanted);
        let pulls = at("/textDocument/diagnostic").is_some_and(Value::is_object);
        Client {
            encoding: Encoding::negotiate(strings(at("/general/positionEncodings"))),
            // Neovim 0.11 pulls but cannot be told to pull again: what a file's neighbours change
            // about it would reach nobody. Such clients are pushed to.
            pulls: pulls && yes("/workspace/diagnostics/refreshSupport"),
            related_information: yes("/textDocument/publishDiagnostics/relatedInformation")
                || yes("/textDocument/diagnostic/relatedInformation"),
            code_description: yes("/textDocument/publishDiagnostics/codeDescriptionSupport")
                || yes("/textDocument/diagnostic/codeDescriptionSupport"),
            unnecessary_tag: numbers(at("/textDocument/publishDiagnostics/tagSupport/valueSet"))
                .chain(numbers(at("/textDocument/diagnostic/tagSupport/valueSet")))
                .any(|tag| tag == 1),
            nested_symbols: yes("/textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            action_literals: at("/textDocument/codeAction/codeActionLiteralSupport").is_some(),
            resolves_edits: yes("/textDocument/codeAction/dataSupport")
                && lists("/textDocument/codeAction/resolveSupport/properties", "edit"),
            document_changes: yes("/workspace/workspaceEdit/documentChanges"),
            creates: lists("/workspace/workspaceEdit/resourceOperations", "create"),
            renames: lists("/workspace/workspaceEdit/resourceOperations", "rename"),
            deletes: lists("/workspace/workspaceEdit/resourceOperations", "delete"),
            change_annotations: at("/workspace/workspaceEdit/changeAnnotationSupport").is_some(),
            markdown_hover: lists("/textDocument/hover/contentFormat", "markdown"),
            definition_links: yes("/textDocument/definition/linkSupport"),
            watches_files: yes("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            progress: yes("/window/workDoneProgress"),
            serves_files: yes("/experimental/konfluxFiles"),
        }
    }
}

fn items(list: Option<&Value>) -> impl Iterator<Item = &Value> + Clone {
    list.and_then(Value::as_array).into_iter().flatten()
}

fn strings(list: Option<&Value>) -> impl Iterator<Item = &str> + Clone {
    items(list).filter_map(Value::as_str)
}

fn numbers(list: Option<&Value>) -> impl Iterator<Item = u64> {
    items(list).filter_map(Value::as_u64)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nothing_offered_is_the_oldest_client() {
        assert_eq!(Client::read(&json!({})), Client::default());
        assert_eq!(Client::read(&json!(null)), Client::default());
        assert_eq!(
            Client::read(&json!({ "general": 7, "textDocument": [] })),
            Client::default()
        );
    }

    #[test]
    fn pulling_needs_a_way_to_say_pull_again() {
        let pulls = json!({ "textDocument": { "diagnostic": {} } });
        assert!(!Client::read(&pulls).pulls);
        let refreshes = json!({
            "textDocument": { "diagnostic": {} },
            "workspace": { "diagnostics": { "refreshSupport": true } },
        });
        assert!(Client::read(&refreshes).pulls);
    }
}
