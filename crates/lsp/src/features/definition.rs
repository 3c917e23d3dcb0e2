//! Go to definition: what a name stands for.

use lsp_types::{GotoDefinitionResponse, Location, LocationLink, Position};

use crate::snapshot::Snapshot;

/// Links where the client understands them, else plain locations.
pub(crate) fn definition(
    snapshot: &Snapshot,
    path: &str,
    position: Position,
) -> Option<GotoDefinitionResponse> {
    let rope = snapshot.text(path)?;
    let offset = snapshot.places(&rope).offset(position);
    let targets = snapshot.workspace.definition(path, offset);
    let locations: Vec<Location> = targets
        .into_iter()
        .filter_map(|target| snapshot.location(&target.path, target.range))
        .collect();
    if locations.is_empty() {
        return None;
    }
    if !snapshot.client.definition_links {
        return Some(GotoDefinitionResponse::Array(locations));
    }
    let links = locations.into_iter().map(|location| LocationLink {
        origin_selection_range: None,
        target_uri: location.uri,
        target_range: location.range,
        target_selection_range: location.range,
    });
    Some(GotoDefinitionResponse::Link(links.collect()))
}
