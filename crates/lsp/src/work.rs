//! Diagnostics that nobody asked for: when they are due, and whether they are still true.
//!
//! A host takes one piece of [`Work`] at a time, runs it without holding the session, and hands
//! the [`Outcome`] to [`Session::done`]. Because there is only ever one piece under way, and the
//! session checks each outcome against its present state, a client hears about versions in order,
//! never about one that is no longer the latest, and never after a close.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use lsp_types::{Diagnostic, MessageType, PublishDiagnosticsParams, Url};

use crate::diagnostics::{self, Report};
use crate::session::{Effect, Session};
use crate::snapshot::Snapshot;

/// What a push client was last told about a document.
#[derive(Clone, Copy)]
pub(crate) struct Published {
    change: u64,
    revision: u64,
    digest: u64,
}

/// A piece of work, independent of the session.
pub struct Work(Task);

enum Task {
    /// Nothing to compute: the document is closed.
    Clear(Url),
    /// Push client: what is there to say about a document?
    Report(Snapshot, Due),
    /// Pull client: has anything changed that it was told?
    Compare(Snapshot, Vec<Due>, bool),
}

struct Due {
    path: Arc<str>,
    change: u64,
    revision: u64,
    /// What the client knows about this state of the text, if anything.
    known: Option<u64>,
}

/// What came out of a piece of work.
pub struct Outcome(Result);

enum Result {
    Clear(Url),
    Report(Due, Report, bool),
    Compare(Vec<Due>, bool),
}

impl Work {
    /// Does it. Takes as long as it takes.
    pub fn run(self) -> Outcome {
        Outcome(match self.0 {
            Task::Clear(uri) => Result::Clear(uri),
            Task::Report(snapshot, due) => {
                let (report, failed) = report(&snapshot, &due.path);
                Result::Report(due, report, failed)
            }
            Task::Compare(snapshot, due, mut changed) => {
                for due in &due {
                    changed |= due.known != Some(report(&snapshot, &due.path).0.digest);
                }
                Result::Compare(due, changed)
            }
        })
    }
}

/// A panic here costs the findings of one document, and says so.
fn report(snapshot: &Snapshot, path: &str) -> (Report, bool) {
    let result = catch_unwind(AssertUnwindSafe(|| diagnostics::report(snapshot, path)));
    match result {
        Ok(report) => (report, false),
        Err(_) => (Report::new(vec![diagnostics::failure()]), true),
    }
}

impl Session {
    /// The next piece of work, if any is due. Whatever a message changed makes some due.
    pub fn work(&mut self) -> Option<Work> {
        if self.client.pulls {
            self.closed.clear();
            return self.compare();
        }
        if !self.closed.is_empty() {
            return Some(Work(Task::Clear(self.closed.remove(0))));
        }
        let due = self.most_urgent()?;
        Some(Work(Task::Report(self.snapshot(), due)))
    }

    /// The document that the next piece of work is about, if it is about one.
    pub(crate) fn subject(&self) -> Option<Url> {
        if self.client.pulls || !self.closed.is_empty() {
            return None;
        }
        let due = self.most_urgent()?;
        let document = self.documents.get(&due.path)?;
        Some(Url::clone(&document.uri))
    }

    /// Takes an outcome back. Run [`work`](Session::work) again afterwards.
    pub fn done(&mut self, outcome: Outcome) -> Vec<Effect> {
        match outcome.0 {
            Result::Clear(uri) => {
                // Opened again in the meantime, it will be told about as usual.
                vec![Effect::Publish(PublishDiagnosticsParams::new(
                    uri,
                    Vec::new(),
                    None,
                ))]
            }
            Result::Report(due, report, failed) => self.publish(&due, report, failed),
            Result::Compare(due, changed) => {
                for due in due {
                    if let Some(pulled) = self.pulled.get_mut(&due.path) {
                        pulled.revision = pulled.revision.max(due.revision);
                    }
                }
                if changed {
                    vec![Effect::Refresh]
                } else {
                    Vec::new()
                }
            }
        }
    }

    /// The document that was edited last, else any whose neighbours changed.
    fn most_urgent(&self) -> Option<Due> {
        let revision = self.workspace.revision();
        let settled = self.scans == 0;
        let due = self.documents.iter().filter_map(|(path, document)| {
            let told = self
                .published
                .get(path)
                .filter(|told| told.change == document.change);
            let known = match told {
                None => None,
                Some(told) if settled && told.revision != revision => Some(told.digest),
                Some(_) => return None,
            };
            Some(Due {
                path: path.clone(),
                change: document.change,
                revision,
                known,
            })
        });
        due.max_by_key(|due| (due.known.is_none(), due.change))
    }

    fn publish(&mut self, due: &Due, report: Report, failed: bool) -> Vec<Effect> {
        let Some(document) = self
            .documents
            .get(&due.path)
            .filter(|document| document.change == due.change)
        else {
            return Vec::new();
        };
        let (uri, version) = (Url::clone(&document.uri), document.version);
        let told = Published {
            change: due.change,
            revision: due.revision,
            digest: report.digest,
        };
        self.published.insert(due.path.clone(), told);
        let mut effects = Vec::new();
        if failed {
            effects.push(Effect::Log(
                MessageType::ERROR,
                format!("the analysis of {uri} failed: this is a bug"),
            ));
        }
        if due.known != Some(report.digest) {
            let items: Vec<Diagnostic> = report.items;
            effects.push(Effect::Publish(PublishDiagnosticsParams::new(
                uri,
                items,
                Some(version),
            )));
        }
        effects
    }

    /// What pull clients were told and may not be true any more. A document that was edited since
    /// is not among it: the client pulls again by itself.
    fn compare(&mut self) -> Option<Work> {
        if self.scans > 0 {
            return None;
        }
        let revision = self.workspace.revision();
        let stale = |seen: u64| seen != revision;
        let due: Vec<Due> = self
            .pulled
            .iter()
            .filter(|(path, pulled)| {
                let document = self.documents.get(*path);
                stale(pulled.revision)
                    && document.is_some_and(|document| document.change == pulled.change)
            })
            .map(|(path, pulled)| Due {
                path: path.clone(),
                change: pulled.change,
                revision,
                known: pulled.digest.get().copied(),
            })
            .collect();
        // Files that are not open are not compared one by one.
        let elsewhere = self.workspace_pulled.is_some_and(|seen| seen != self.loads);
        if elsewhere {
            self.workspace_pulled = Some(self.loads);
        }
        (elsewhere || !due.is_empty()).then(|| Work(Task::Compare(self.snapshot(), due, elsewhere)))
    }
}
