//! What the rules about repeated names share.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::Text;
use crate::rules::{Rule, edit};

/// Reports every name after its first appearance.
pub(crate) fn report<'m>(
    rule: &Rule,
    severity: Severity,
    what: &str,
    names: impl IntoIterator<Item = &'m Text>,
    problems: &mut Vec<Problem>,
) {
    report_by(
        rule,
        severity,
        what,
        names,
        |name| name.as_str().into(),
        problems,
    );
}

/// Reports every name that equals an earlier one after a transformation.
pub(crate) fn report_by<'m>(
    rule: &Rule,
    severity: Severity,
    what: &str,
    names: impl IntoIterator<Item = &'m Text>,
    key: impl Fn(&'m Text) -> Cow<'m, str>,
    problems: &mut Vec<Problem>,
) {
    let names = names.into_iter();
    let mut first: HashMap<Cow<'_, str>, &Text> = HashMap::with_capacity(names.size_hint().0);
    for name in names {
        let earlier = *first.entry(key(name)).or_insert(name);
        if std::ptr::eq(earlier, name) {
            continue;
        }
        let message = if earlier.value == name.value {
            format!("The {what} `{}` appears more than once", name.value)
        } else {
            format!(
                "The {what} `{}` differs from `{}` in case only",
                name.value, earlier.value
            )
        };
        let mut problem = rule
            .problem(name.span, message)
            .related(earlier.span, "first here")
            .fixable();
        problem.severity = severity;
        problems.push(problem);
    }
}

/// Removes the repetition.
pub(crate) fn fix(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let edits = edit::remove_item(&check.document, problem.span);
    let fix = edits.map(|edits| edit::unsafe_fix("Remove the repetition", edits));
    fix.into_iter().collect()
}
