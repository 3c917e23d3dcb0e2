//! `.konflux-ls.yaml`.

use crate::finding::{Problem, Severity};

/// The name of the configuration file.
pub const FILE_NAME: &str = ".konflux-ls.yaml";

/// One configuration file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Config {}

impl Config {
    /// Reads a configuration file. What cannot be read counts as absent.
    pub fn parse(_text: &str) -> Config {
        Config::default()
    }

    /// The severity of a rule's findings in a file (its path relative to the folder of the
    /// configuration file); `None` when they are off.
    pub fn severity(&self, _rule: &str, default: Severity, _path: &str) -> Option<Severity> {
        Some(default)
    }
}

/// What is wrong with a configuration file itself.
pub(crate) fn check(_document: &konflux_syntax::Document<'_>, _problems: &mut Vec<Problem>) {}

/// The JSON Schema of the configuration file.
pub fn configuration_schema() -> String {
    String::from("{}")
}
