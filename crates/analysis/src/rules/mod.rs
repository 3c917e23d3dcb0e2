//! The rules, one per file.

use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};

/// What is known of a rule without running it.
#[derive(Debug)]
pub struct Rule {
    /// Its name, in kebab case.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// Its page, as markdown.
    pub docs: &'static str,
    /// How bad its findings are by default.
    pub severity: Severity,
}

/// All rules, by name.
pub fn all() -> &'static [&'static Rule] {
    &[]
}

/// Runs the rules that look at one document only; suppressions are not applied yet.
pub(crate) fn check_document(_check: &Check<'_>, _problems: &mut Vec<Problem>) {}

/// Runs the rules that look across documents, those that call `check.resolve…`.
pub(crate) fn check_across(_check: &Check<'_>, _problems: &mut Vec<Problem>) {}

/// The ways to mend a problem that one of the rules reported on this document.
pub(crate) fn fixes(_check: &Check<'_>, _problem: &Problem) -> Vec<Fix> {
    Vec::new()
}
