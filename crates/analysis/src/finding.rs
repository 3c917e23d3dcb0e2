//! What is wrong: a [`Problem`] inside one document, and a [`Finding`] inside a file.
//!
//! Rules report problems, whose places are relative to the document. They can therefore be kept
//! with the immutable document they were computed from, whatever happens around it. The workspace
//! turns them into findings, with places in the file, when somebody asks.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::Span;

use crate::check::{Definition, Origin};
use crate::roles::Role;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Tekton rejects it, it cannot work, or it releases what may not be released.
    Error,
    /// It is accepted and most likely not what was meant, or breaks a guideline.
    Warning,
    /// Worth knowing.
    Info,
    /// Barely visible.
    Hint,
}

impl Severity {
    /// The word for it in configuration and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
            Severity::Hint => "hint",
        }
    }
}

/// Something a rule noticed, in places of its document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The rule's name.
    pub rule: &'static str,
    /// The rule's own judgement; configuration may overrule it.
    pub severity: Severity,
    /// Where the squiggle goes.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// Why it is wrong.
    pub note: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Places that explain it.
    pub related: Vec<RelatedPlace>,
    /// Does the rule have a fix for this one?
    pub fixable: bool,
    /// Is the text superfluous (editors fade it)?
    pub unnecessary: bool,
}

impl Problem {
    /// A problem with nothing but a message.
    pub fn new(
        rule: &'static str,
        severity: Severity,
        span: Span,
        message: impl Into<String>,
    ) -> Problem {
        Problem {
            rule,
            severity,
            span,
            message: message.into(),
            note: None,
            help: None,
            related: Vec::new(),
            fixable: false,
            unnecessary: false,
        }
    }

    /// Says why.
    pub fn note(mut self, note: impl Into<String>) -> Problem {
        self.note = Some(note.into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// Points at another place of the same document.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Problem {
        self.related.push(RelatedPlace {
            place: Place::Here(span),
            message: message.into(),
        });
        self
    }

    /// Points at what the problem rests on in another definition. Where that is the memory of a
    /// catalog index, the problem is a warning at most, and says whose memory it is.
    pub(crate) fn rests_on(
        mut self,
        definition: &Definition,
        item: Item,
        message: impl Into<String>,
    ) -> Problem {
        let place = match &definition.origin {
            Origin::File(target) => Place::Elsewhere(target.clone(), item),
            Origin::Catalog(found) => {
                self.severity = self.severity.max(Severity::Warning);
                let source = format!("Known from {}: {}.", found.index, found.describe());
                self.note = Some(match self.note.take() {
                    Some(note) => format!("{note} {source}"),
                    None => source,
                });
                Place::Remembered(item)
            }
        };
        let message = message.into();
        self.related.push(RelatedPlace { place, message });
        self
    }

    /// Says that the rule has a fix.
    pub fn fixable(mut self) -> Problem {
        self.fixable = true;
        self
    }

    /// Says that the text is superfluous.
    pub fn unnecessary(mut self) -> Problem {
        self.unnecessary = true;
        self
    }
}

/// A place that explains a problem.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RelatedPlace {
    /// Where.
    pub place: Place,
    /// What is to be seen there.
    pub message: String,
}

impl RelatedPlace {
    /// The place, when it is in the document of the problem.
    pub fn here(&self) -> Option<Span> {
        match self.place {
            Place::Here(span) => Some(span),
            Place::Elsewhere(..) | Place::Remembered(_) => None,
        }
    }
}

/// A place named in a way that survives edits of other documents.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Place {
    /// In the document of the problem.
    Here(Span),
    /// In another document, by name; looked up when somebody asks for the findings.
    Elsewhere(Target, Item),
    /// In a definition that only a catalog index knows: there is nothing to show.
    Remembered(Item),
}

/// One document of the workspace.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Target {
    /// The file.
    pub path: Arc<str>,
    /// Which document of the file, from 0.
    pub document: usize,
}

/// What to point at inside a document.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Item {
    /// The value of `metadata.name`.
    Name,
    /// The declaration of a param.
    Param(Arc<str>),
    /// The declaration of a result.
    Result(Arc<str>),
    /// The declaration of a workspace.
    Workspace(Arc<str>),
    /// What most of all shows that the task has a role.
    Role(Role),
    /// What most of all shows that a task, by its name in the pipeline that defines it, has a role.
    EmbeddedRole(Arc<str>, Role),
    /// The task of the pipeline that refers to a definition of this name.
    Task(Arc<str>),
}

/// A problem as the world sees it: severities and suppressions applied, places in the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's name.
    pub rule: &'static str,
    /// How bad it is, after configuration.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// Why it is wrong.
    pub note: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Bytes of the file.
    pub range: Range<usize>,
    /// Places that explain it.
    pub related: Vec<Related>,
    /// Is there a fix (an [`Action`](crate::Action) at this range)?
    pub fixable: bool,
    /// Is the text superfluous (editors fade it)?
    pub unnecessary: bool,
}

/// A place that explains a finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    /// The file.
    pub path: Arc<str>,
    /// Bytes of that file.
    pub range: Range<usize>,
    /// What is to be seen there.
    pub message: String,
}
