//! The rules: one file each, declared with `declare_rule!`, listed once below.
//!
//! A rule is a plain static: its name, its documentation, how bad its fault is by default, a
//! function that looks, and a function that mends. The documentation is the doc comment of the
//! static; its examples are tests, and from it come the pages in `docs/rules/`.

use konflux_syntax::Span;

use crate::action::Fix;
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::model::Kind;

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// The file cannot be read as YAML, or not as its author meant it.
    Yaml,
    /// A name is declared twice.
    Duplicates,
    /// Tasks that wait for, or read from, something that is not there.
    Dependencies,
    /// A param, result or workspace is used where nobody declares it.
    Declarations,
    /// A task or pipeline is called in a way that it does not support.
    Calls,
    /// What a release does before it is known to be allowed.
    Gate,
    /// Work is done in a pipeline where it does not belong.
    Guideline,
    /// This tool's own comments and configuration.
    Tooling,
}

impl Group {
    /// All groups, in the order of the documentation.
    pub const ALL: [Group; 8] = [
        Group::Yaml,
        Group::Duplicates,
        Group::Dependencies,
        Group::Declarations,
        Group::Calls,
        Group::Gate,
        Group::Guideline,
        Group::Tooling,
    ];

    /// The heading in the documentation.
    pub fn title(self) -> &'static str {
        match self {
            Group::Yaml => "YAML",
            Group::Duplicates => "Duplicate names",
            Group::Dependencies => "Dependencies between tasks",
            Group::Declarations => "Undeclared names",
            Group::Calls => "Calls of tasks and pipelines",
            Group::Gate => "The gate of a release",
            Group::Guideline => "Where work belongs (ADR 45)",
            Group::Tooling => "Comments and configuration",
        }
    }
}

/// A rule.
pub struct Rule {
    /// A kebab-case noun of the fault: in configuration, in suppressions, as the diagnostic's code.
    pub name: &'static str,
    /// What it is about.
    pub group: Group,
    /// The version that brought it.
    pub since: &'static str,
    /// How bad the fault is, unless the configuration says otherwise.
    pub severity: Severity,
    /// Is it reported unless the configuration turns it off? If not, the configuration turns it on
    /// by giving it a severity.
    pub on_by_default: bool,
    /// The doc comment. See [`Rule::summary`] and [`Rule::description`].
    pub docs: &'static str,
    /// What it looks at, and how.
    pub check: On,
    /// Mends a problem that said it was [`Problem::fixable`].
    pub fix: Option<FixFn>,
}

/// Computes the ways to mend one problem; called when the user asks for them.
pub type FixFn = fn(&Check<'_>, &Problem) -> Vec<Fix>;

/// How a rule finds its problems: a function, and what it looks at.
#[derive(Clone, Copy)]
pub enum On {
    /// The syntax of any document that matters to Tekton.
    Syntax(fn(&Check<'_>, &mut Vec<Problem>)),
    /// One Tekton document and nothing else: its problems are kept as long as the document is.
    Document(fn(&Check<'_>, &mut Vec<Problem>)),
    /// A Tekton document and all calls in it whose definition can be seen: runs again when the facts
    /// of those definitions change.
    Calls(fn(&Check<'_>, &[Call<'_>], &mut Vec<Problem>)),
    /// A Tekton document and what the tasks do that it runs ([`Check::duties`]): runs again when
    /// these do something else.
    Duties(fn(&Check<'_>, &mut Vec<Problem>)),
    /// The comments that silence findings, while they are applied.
    Suppression,
    /// Our own configuration file.
    Configuration,
}

impl Rule {
    /// The documentation below its first line, in Markdown.
    pub fn description(&self) -> String {
        let lines = self.docs.lines().skip(1);
        // A doc comment's lines begin with the blank behind the slashes.
        let lines = lines.map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// The first line of the documentation.
    pub fn summary(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default().trim()
    }

    /// The severity that holds without a configuration, as a word: that of the rule, or `off`.
    pub fn default_severity(&self) -> &'static str {
        match self.on_by_default {
            true => self.severity.as_str(),
            false => "off",
        }
    }

    /// A problem of this rule.
    pub(crate) fn problem(&self, span: Span, message: impl Into<String>) -> Problem {
        Problem::new(self.name, self.severity, span, message)
    }

    /// The same fault where Tekton takes it.
    pub(crate) fn warning(&self, span: Span, message: impl Into<String>) -> Problem {
        Problem::new(self.name, Severity::Warning, span, message)
    }
}

/// The rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    all().iter().copied().find(|rule| rule.name == name)
}

/// Is it a Tekton document in a version that Tekton still serves? The first version declared params
/// elsewhere (`spec.inputs`), which nothing here knows.
fn is_current(check: &Check<'_>) -> bool {
    let version = check.model.api_version.as_ref();
    let is_first = version.is_some_and(|version| version.as_str() == "tekton.dev/v1alpha1");
    check.model.kind.is_tekton() && (!is_first || check.model.kind == Kind::StepAction)
}

/// Runs the rules that look at one document only; suppressions are not applied yet.
pub(crate) fn check_document(check: &Check<'_>, problems: &mut Vec<Problem>) {
    for rule in all().iter().filter(|rule| applies(rule, check)) {
        match rule.check {
            On::Syntax(run) => run(check, problems),
            On::Document(run) if is_current(check) => run(check, problems),
            _ => {}
        }
    }
}

/// Runs the rules that look across documents, those that call `check.resolve…`.
pub(crate) fn check_across(check: &Check<'_>, problems: &mut Vec<Problem>) {
    if !is_current(check) {
        return;
    }
    let calls = calls::calls(check);
    for rule in all().iter().filter(|rule| applies(rule, check)) {
        match rule.check {
            On::Calls(run) => run(check, &calls, problems),
            On::Duties(run) => run(check, problems),
            _ => {}
        }
    }
}

/// Guidelines are for what is in use.
fn applies(rule: &Rule, check: &Check<'_>) -> bool {
    !matches!(rule.group, Group::Guideline | Group::Gate) || !guideline::is_kept_aside(check)
}

/// The ways to mend a problem that one of the rules reported on this document.
pub(crate) fn fixes(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    match find(problem.rule).and_then(|rule| rule.fix) {
        Some(fix) if problem.fixable => fix(check, problem),
        _ => Vec::new(),
    }
}

/// Declares a rule: its documentation is the doc comment. With `default: off`, it is reported only
/// where the configuration asks for it.
macro_rules! declare_rule {
    (@on) => {
        true
    };
    (@on off) => {
        false
    };
    (
        $(#[doc = $doc:literal])*
        pub(crate) static $id:ident {
            name: $name:literal,
            group: $group:ident,
            since: $since:literal,
            severity: $severity:ident,
            $(default: $default:tt,)?
            check: $check:expr,
            fix: $fix:expr $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        pub(crate) static $id: crate::rules::Rule = crate::rules::Rule {
            name: $name,
            group: crate::rules::Group::$group,
            since: $since,
            severity: crate::finding::Severity::$severity,
            on_by_default: declare_rule!(@on $($default)?),
            docs: concat!($($doc, "\n"),*),
            check: $check,
            fix: $fix,
        };
    };
}

// What rules share.
mod calls;
mod duplicates;
mod edit;
mod guideline;
mod nearest;
mod order;
mod scope;

pub use calls::{Call, Caller};
pub(crate) use nearest::{did_you_mean, is_slip, nearest};

// The rules.
mod attached_by_tag;
mod built_in_release;
mod built_in_test;
mod converted_in_release;
mod dependency_cycle;
mod deprecated_task;
mod duplicate_key;
mod duplicate_mount_path;
mod duplicate_param;
mod duplicate_result;
mod duplicate_sidecar;
mod duplicate_step;
mod duplicate_task;
mod duplicate_volume;
mod duplicate_workspace;
mod finally_result_reference;
mod finally_run_after;
pub(crate) mod invalid_setting;
mod malformed_suppression;
mod missing_gate;
mod missing_object_key;
mod missing_param;
mod missing_workspace;
mod mixed_release_task;
mod modified_in_release;
mod optional_workspace;
mod param_in_script;
mod provenance_left_behind;
mod status_outside_finally;
mod step_result_in_field;
pub(crate) mod syntax_error;
mod test_outside_catalog;
mod undeclared_object_key;
mod undeclared_param;
mod undeclared_result;
mod undeclared_workspace;
mod ungated_release;
mod unknown_param;
mod unknown_result;
mod unknown_run_after;
pub(crate) mod unknown_setting;
mod unknown_step_result;
mod unknown_suppression;
mod unknown_task;
mod unknown_task_workspace;
mod unreported_attachment;
mod unused_suppression;

/// Every rule, by name.
pub fn all() -> &'static [&'static Rule] {
    static ALL: &[&Rule] = &[
        &attached_by_tag::RULE,
        &built_in_release::RULE,
        &built_in_test::RULE,
        &converted_in_release::RULE,
        &dependency_cycle::RULE,
        &deprecated_task::RULE,
        &duplicate_key::RULE,
        &duplicate_mount_path::RULE,
        &duplicate_param::RULE,
        &duplicate_result::RULE,
        &duplicate_sidecar::RULE,
        &duplicate_step::RULE,
        &duplicate_task::RULE,
        &duplicate_volume::RULE,
        &duplicate_workspace::RULE,
        &finally_result_reference::RULE,
        &finally_run_after::RULE,
        &invalid_setting::RULE,
        &malformed_suppression::RULE,
        &missing_gate::RULE,
        &missing_object_key::RULE,
        &missing_param::RULE,
        &missing_workspace::RULE,
        &mixed_release_task::RULE,
        &modified_in_release::RULE,
        &optional_workspace::RULE,
        &param_in_script::RULE,
        &provenance_left_behind::RULE,
        &status_outside_finally::RULE,
        &step_result_in_field::RULE,
        &syntax_error::RULE,
        &test_outside_catalog::RULE,
        &undeclared_object_key::RULE,
        &undeclared_param::RULE,
        &undeclared_result::RULE,
        &undeclared_workspace::RULE,
        &ungated_release::RULE,
        &unknown_param::RULE,
        &unknown_result::RULE,
        &unknown_run_after::RULE,
        &unknown_setting::RULE,
        &unknown_step_result::RULE,
        &unknown_suppression::RULE,
        &unknown_task::RULE,
        &unknown_task_workspace::RULE,
        &unreported_attachment::RULE,
        &unused_suppression::RULE,
    ];
    ALL
}
