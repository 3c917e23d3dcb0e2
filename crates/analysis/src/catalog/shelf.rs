//! The catalogs that a workspace may ask, in order: those that the configuration names, then the one
//! that ships with the engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Catalog, builtin};
use crate::config::Config;
use crate::facts::Use;

/// How findings and hovers call the index that ships with the engine.
const BUILTIN: &str = "the built-in catalog index";

/// See the module.
#[derive(Clone, Default)]
pub(crate) struct Shelf {
    /// Nothing but files counts.
    off: bool,
    /// What became of those that configurations name, by path.
    configured: BTreeMap<Arc<str>, Result<Arc<Catalog>, Arc<str>>>,
}

impl Shelf {
    /// The shelf of those who judge by files alone.
    pub(crate) fn off() -> Shelf {
        Shelf {
            off: true,
            ..Shelf::default()
        }
    }

    pub(crate) fn is_off(&self) -> bool {
        self.off
    }

    /// Takes up what became of a catalog that a configuration names.
    pub(crate) fn put(&mut self, path: &str, catalog: Result<Catalog, String>) {
        let catalog = match catalog {
            Ok(catalog) => Ok(Arc::new(catalog)),
            Err(reason) => Err(Arc::from(reason)),
        };
        self.configured.insert(Arc::from(path), catalog);
    }

    /// Why a catalog could not be read.
    pub(crate) fn failure(&self, path: &str) -> Option<&Arc<str>> {
        self.configured.get(path)?.as_ref().err()
    }

    /// Asks about a reference until a catalog has an answer. `config` is the configuration that is in
    /// force, and its folder; each catalog comes with what to call it.
    pub(crate) fn ask<T>(
        &self,
        config: Option<(&Arc<str>, &Arc<Config>)>,
        reference: &Use,
        ask: impl Fn(&str, &Catalog) -> Option<T>,
    ) -> Option<T> {
        if self.off || !reference.is_precise() {
            return None;
        }
        let named = config.into_iter();
        let mut named = named.flat_map(|(folder, config)| config.catalogs(folder));
        let answer = named.find_map(|(written, path)| {
            let catalog = self.configured.get(&path)?.as_ref().ok()?;
            ask(&format!("the catalog `{written}`"), catalog)
        });
        answer.or_else(|| ask(BUILTIN, builtin()))
    }
}
