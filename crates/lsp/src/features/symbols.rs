//! The outline of a file: nested where the client shows it, else flat.

use konflux_analysis::{Symbol, SymbolKind};
use lsp_types::{DocumentSymbol, DocumentSymbolResponse, Location, SymbolInformation, Url};

use crate::position::Places;
use crate::snapshot::Snapshot;

/// The symbols of a file in the order of the text.
pub(crate) fn symbols(snapshot: &Snapshot, path: &str) -> Option<DocumentSymbolResponse> {
    let rope = snapshot.text(path)?;
    let places = snapshot.places(&rope);
    let symbols = snapshot.workspace.symbols(path);
    if snapshot.client.nested_symbols {
        let nested = symbols.into_iter().map(|symbol| nested(symbol, places));
        return Some(DocumentSymbolResponse::Nested(nested.collect()));
    }
    let mut flat = Vec::new();
    let uri = snapshot.uri(path)?;
    flatten(symbols, None, &uri, places, &mut flat);
    Some(DocumentSymbolResponse::Flat(flat))
}

// Both structures have a deprecated field that has to be filled.
#[expect(deprecated)]
fn nested(symbol: Symbol, places: Places<'_>) -> DocumentSymbol {
    let children: Vec<_> = symbol
        .children
        .into_iter()
        .map(|child| nested(child, places))
        .collect();
    DocumentSymbol {
        // The protocol forbids empty names, and clients reject the whole answer for one.
        name: name(symbol.name),
        detail: symbol.detail,
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: places.range(symbol.range),
        selection_range: places.range(symbol.selection),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated)]
fn flatten(
    symbols: Vec<Symbol>,
    container: Option<&str>,
    uri: &Url,
    places: Places<'_>,
    flat: &mut Vec<SymbolInformation>,
) {
    for symbol in symbols {
        let name = name(symbol.name);
        flat.push(SymbolInformation {
            name: name.clone(),
            kind: kind(symbol.kind),
            tags: None,
            deprecated: None,
            location: Location::new(uri.clone(), places.range(symbol.range)),
            container_name: container.map(str::to_owned),
        });
        flatten(symbol.children, Some(&name), uri, places, flat);
    }
}

fn name(name: String) -> String {
    if name.trim().is_empty() {
        "(unnamed)".to_owned()
    } else {
        name
    }
}

fn kind(kind: SymbolKind) -> lsp_types::SymbolKind {
    match kind {
        SymbolKind::Document => lsp_types::SymbolKind::MODULE,
        SymbolKind::Param => lsp_types::SymbolKind::VARIABLE,
        SymbolKind::Workspace => lsp_types::SymbolKind::NAMESPACE,
        SymbolKind::Result => lsp_types::SymbolKind::FIELD,
        SymbolKind::Task => lsp_types::SymbolKind::FUNCTION,
        SymbolKind::Step => lsp_types::SymbolKind::METHOD,
    }
}
