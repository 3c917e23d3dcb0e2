//! What the user can have done for him: fixes and suppressions.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::Span;

use crate::edit::SourceChange;
use crate::workspace::Workspace;

/// What an action is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ActionKind {
    /// Mends a finding.
    QuickFix,
    /// Silences a finding.
    Suppress,
}

/// May an action be carried out without looking?
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Safety {
    /// The meaning stays, or becomes what was obviously meant.
    Safe,
    /// The user should look at the result.
    Unsafe,
}

/// One way to mend a problem, in places of its document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What the menu says.
    pub title: String,
    /// May it be applied unseen?
    pub safety: Safety,
    /// Is it what nearly everybody wants?
    pub preferred: bool,
    /// The edits, relative to the document, in any order, disjoint.
    pub edits: Vec<(Span, String)>,
}

/// An entry of the editor's light bulb menu. What it changes is computed on demand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Action {
    /// What the menu says.
    pub title: String,
    /// What it is for.
    pub kind: ActionKind,
    /// The rule whose finding it answers.
    pub rule: &'static str,
    /// The range of that finding, in bytes of the file.
    pub range: Range<usize>,
    /// May it be applied unseen?
    pub safety: Safety,
    /// Is it what nearly everybody wants?
    pub preferred: bool,
    pub(crate) path: Arc<str>,
    pub(crate) ordinal: usize,
}

impl Action {
    /// What the action changes. `None` when the finding it answers is gone.
    pub fn source_change(&self, workspace: &Workspace) -> Option<SourceChange> {
        workspace.source_change(self)
    }
}
