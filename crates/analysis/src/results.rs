//! From rules to findings, computing nothing twice.
//!
//! Three layers of memory, each valid longer than the one above it:
//! - the findings of a file ([`FileResults`]), until the file or an answer changes,
//! - the finished problems of a document, until the document or one of its answers changes,
//! - the problems of the rules that look at one document only, until the document changes.
//!
//! An *answer* is what a rule was told about another document ([`Check::resolve`]).

use std::cell::RefCell;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use konflux_syntax::{Document, Tree};

use crate::action::{Action, ActionKind, Fix};
use crate::check::{Asked, Check};
use crate::config::{self, Config};
use crate::edit::{SourceChange, TextEdit};
use crate::finding::{Finding, Place, Problem, Related, RelatedPlace};
use crate::kustomize;
use crate::model::{Kind, Model};
use crate::rules;
use crate::suppression;
use crate::workspace::{File, Workspace, in_file, is_config};

/// The findings of a file and what they rest on.
pub(crate) struct FileResults {
    basis: Basis,
    relevant: bool,
    asked: Vec<Arc<[Asked]>>,
    findings: Arc<[Finding]>,
}

/// The state of the workspace at which results were last known to be right.
#[derive(Clone)]
struct Basis {
    revision: u64,
    identities: u64,
    config: Option<Arc<Config>>,
}

/// What is kept with a document.
#[derive(Default)]
struct DocumentResults {
    /// Of the rules that asked nothing.
    local: Mutex<Option<Arc<[Problem]>>>,
    finished: Mutex<Option<Finished>>,
}

#[derive(Clone)]
struct Finished {
    path: Arc<str>,
    basis: Basis,
    asked: Arc<[Asked]>,
    /// What comments silence in the whole file.
    file_wide: Arc<[String]>,
    /// What they silenced here.
    silenced: Arc<[&'static str]>,
    problems: Arc<[Problem]>,
}

/// The findings of a file, by place.
pub(crate) fn of_file(workspace: &Workspace, file: &File) -> Arc<[Finding]> {
    let now = Basis::now(workspace, &file.path);
    let mut results = file.results.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = &mut *results
        && (known.basis.revision == now.revision || known.holds(workspace, file, &now))
    {
        known.basis = now;
        return known.findings.clone();
    }
    let computed = compute(workspace, file, now);
    file.cool();
    let findings = computed.findings.clone();
    *results = Some(computed);
    findings
}

impl FileResults {
    fn holds(&self, workspace: &Workspace, file: &File, now: &Basis) -> bool {
        let asked = self.asked.iter().flat_map(|asked| asked.iter());
        self.relevant == is_relevant(workspace, file)
            && self.basis.holds(workspace, now, &file.path, asked)
    }
}

fn compute(workspace: &Workspace, file: &File, now: Basis) -> FileResults {
    let mut asked = Vec::new();
    let mut findings = Vec::new();
    let relevant = is_relevant(workspace, file);
    if relevant {
        let tree = file.tree();
        for (document, finished) in of_documents(workspace, file, &tree) {
            let problems = finished.problems.iter();
            findings.extend(problems.map(|problem| finding(workspace, file, &document, problem)));
            if !finished.asked.is_empty() {
                asked.push(finished.asked);
            }
        }
    }
    FileResults {
        basis: now,
        relevant,
        asked,
        findings: findings.into(),
    }
}

/// The documents of a file and their problems.
fn of_documents<'t>(
    workspace: &Workspace,
    file: &File,
    tree: &'t Tree,
) -> Vec<(Document<'t>, Finished)> {
    let now = Basis::now(workspace, &file.path);
    let file_wide = suppression::file_wide(tree.documents());
    let mut all: Vec<_> = tree
        .documents()
        .map(|document| {
            let finished = of_document(workspace, file, &document, &file_wide, &now);
            (document, finished)
        })
        .collect();
    if !file_wide.is_empty() {
        let silenced = all
            .iter()
            .flat_map(|(_, finished)| finished.silenced.iter().copied());
        let silenced: Vec<&str> = silenced.collect();
        for (document, finished) in &mut all {
            let mut unused = suppression::unused_file_wide(document, &silenced);
            configure(workspace, &file.path, &mut unused);
            finished.problems = unused
                .into_iter()
                .chain(finished.problems.iter().cloned())
                .collect();
        }
    }
    all
}

/// Files that hold neither Tekton documents nor inputs of their generation get no finding at all,
/// whatever is wrong with them.
fn is_relevant(workspace: &Workspace, file: &File) -> bool {
    let has = |wanted: fn(Kind) -> bool| file.facts.iter().any(|facts| wanted(facts.kind));
    let kustomize = kustomize::is_kustomization(&file.path)
        || has(|kind| matches!(kind, Kind::Kustomization | Kind::Patch));
    let folder = file.path.rfind('/').map_or("", |at| &file.path[..at]);
    is_config(&file.path)
        || has(Kind::is_tekton)
        || (kustomize && kustomize::leads_to_tekton(workspace, folder))
}

impl Basis {
    fn now(workspace: &Workspace, path: &str) -> Basis {
        Basis {
            revision: workspace.revision(),
            identities: workspace.identities(),
            config: workspace.config(path).map(|(_, config)| config.clone()),
        }
    }

    /// Are results with this basis and these answers right now?
    fn holds<'a>(
        &self,
        workspace: &Workspace,
        now: &Basis,
        path: &str,
        mut asked: impl Iterator<Item = &'a Asked>,
    ) -> bool {
        if self.revision == now.revision {
            return true;
        }
        let same_config = match (&self.config, &now.config) {
            (Some(old), Some(new)) => Arc::ptr_eq(old, new),
            (None, None) => true,
            _ => false,
        };
        // While no definition came, went or moved, every question leads where it led.
        let moved = self.identities != now.identities;
        if moved && is_config(path) {
            // It says what became of the catalogs that it names.
            return false;
        }
        same_config && asked.all(|asked| asked.holds(workspace, path, moved))
    }
}

/// The problems of a document, suppressions and severities applied.
fn of_document(
    workspace: &Workspace,
    file: &File,
    document: &Document<'_>,
    file_wide: &Arc<[String]>,
    now: &Basis,
) -> Finished {
    let kept = document.memo(DocumentResults::default);
    let mut finished = kept.finished.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = &mut *finished {
        let same_file = known.path == file.path && known.file_wide == *file_wide;
        let asked = known.asked.iter();
        if same_file && known.basis.holds(workspace, now, &file.path, asked) {
            known.basis = now.clone();
            return known.clone();
        }
    }
    let computed = finish(workspace, file, document, (file_wide, now), &kept);
    *finished = Some(computed.clone());
    computed
}

fn finish(
    workspace: &Workspace,
    file: &File,
    document: &Document<'_>,
    (file_wide, now): (&Arc<[String]>, &Basis),
    kept: &DocumentResults,
) -> Finished {
    let mut problems = Vec::new();
    let mut silenced = Vec::new();
    let asked = RefCell::new(Vec::new());
    if is_config(&file.path) {
        config::check(workspace, &file.path, document, &mut problems);
    } else {
        with_check(workspace, file, document, &asked, |check| {
            problems.extend_from_slice(&local_problems(check, kept));
            rules::check_across(check, &mut problems);
            silenced = suppression::apply(&check.document, file_wide, &mut problems);
        });
        configure(workspace, &file.path, &mut problems);
    }
    problems.sort_by(|left, right| {
        let key = |problem: &Problem| (problem.span.start, problem.span.end, problem.rule);
        key(left).cmp(&key(right))
    });
    Finished {
        path: file.path.clone(),
        basis: now.clone(),
        asked: asked.into_inner().into(),
        file_wide: file_wide.clone(),
        silenced: silenced.into(),
        problems: problems.into(),
    }
}

/// The problems of the rules about one document. Kept only when indeed nothing was asked.
fn local_problems(check: &Check<'_>, kept: &DocumentResults) -> Arc<[Problem]> {
    let mut local = kept.local.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(problems) = &*local {
        return problems.clone();
    }
    let mut problems = Vec::new();
    rules::check_document(check, &mut problems);
    let problems: Arc<[Problem]> = problems.into();
    if !check.has_asked() {
        *local = Some(problems.clone());
    }
    problems
}

fn with_check<R>(
    workspace: &Workspace,
    file: &File,
    document: &Document<'_>,
    asked: &RefCell<Vec<Asked>>,
    run: impl FnOnce(&Check<'_>) -> R,
) -> R {
    let model = Model::of(document);
    let (class, question) = workspace.classification(&file.path, document);
    asked.borrow_mut().extend(question);
    let check = Check::new(workspace, &file.path, document, (&model, &class), asked);
    run(&check)
}

fn configure(workspace: &Workspace, path: &str, problems: &mut Vec<Problem>) {
    let config = workspace.config(path);
    problems.retain_mut(|problem| {
        let on = rules::find(problem.rule).is_none_or(|rule| rule.on_by_default);
        let mut severity = on.then_some(problem.severity);
        if let Some((folder, config)) = config {
            let relative = path.strip_prefix(&**folder).unwrap_or(path);
            let relative = relative.trim_start_matches('/');
            severity = config.severity(problem.rule, severity, relative);
        }
        problem.severity = severity.unwrap_or(problem.severity);
        severity.is_some()
    });
}

fn finding(
    workspace: &Workspace,
    file: &File,
    document: &Document<'_>,
    problem: &Problem,
) -> Finding {
    let related = problem.related.iter();
    let related = related.filter_map(|place| related_place(workspace, file, document, place));
    Finding {
        rule: problem.rule,
        severity: problem.severity,
        message: problem.message.clone(),
        note: problem.note.clone(),
        help: problem.help.clone(),
        range: in_file(document, problem.span),
        related: related.collect(),
        fixable: problem.fixable,
        unnecessary: problem.unnecessary,
    }
}

fn related_place(
    workspace: &Workspace,
    file: &File,
    document: &Document<'_>,
    related: &RelatedPlace,
) -> Option<Related> {
    let (path, range) = match &related.place {
        Place::Here(span) => (file.path.clone(), in_file(document, *span)),
        Place::Elsewhere(target, item) => (target.path.clone(), workspace.locate(target, item)?),
        Place::Remembered(_) => return None,
    };
    Some(Related {
        path,
        range,
        message: related.message.clone(),
    })
}

/// A finding, and what can be done about it.
pub(crate) struct Touched {
    pub(crate) rule: &'static str,
    pub(crate) range: Range<usize>,
    pub(crate) fixes: Vec<Fix>,
    pub(crate) suppressible: bool,
}

/// The findings that touch a range.
pub(crate) fn touching(workspace: &Workspace, file: &File, range: &Range<usize>) -> Vec<Touched> {
    let mut touched = Vec::new();
    if !is_relevant(workspace, file) {
        return touched;
    }
    let tree = file.tree();
    for (document, finished) in of_documents(workspace, file, &tree) {
        let end = document.start() + document.len();
        if end < range.start {
            continue;
        }
        if document.start() > range.end {
            break;
        }
        for problem in &*finished.problems {
            let place = in_file(&document, problem.span);
            if place.start > range.end || place.end < range.start {
                continue;
            }
            let asked = RefCell::default();
            touched.push(with_check(workspace, file, &document, &asked, |check| {
                Touched {
                    rule: problem.rule,
                    range: place.clone(),
                    fixes: rules::fixes(check, problem),
                    suppressible: suppression::insertion(&document, problem).is_some(),
                }
            }));
        }
    }
    touched
}

/// What an action changes, computed anew from the finding it answers.
pub(crate) fn source_change(
    workspace: &Workspace,
    file: &File,
    action: &Action,
) -> Option<SourceChange> {
    let tree: Tree = file.tree();
    let start = tree.document_at(action.range.start).start();
    let mut all = of_documents(workspace, file, &tree).into_iter();
    let (document, finished) = all.find(|(document, _)| document.start() == start)?;
    let problem = finished.problems.iter().find(|problem| {
        problem.rule == action.rule && in_file(&document, problem.span) == action.range
    })?;
    let asked = RefCell::default();
    let edits = with_check(workspace, file, &document, &asked, |check| {
        match action.kind {
            ActionKind::QuickFix => rules::fixes(check, problem)
                .into_iter()
                .nth(action.ordinal)
                .map(|fix| fix.edits),
            ActionKind::Suppress => {
                suppression::insertion(&document, problem).map(|edit| vec![edit])
            }
        }
    })?;
    let edits = edits.into_iter().map(|(span, new_text)| TextEdit {
        range: in_file(&document, span),
        new_text,
    });
    Some(SourceChange::of_file(file.path.clone(), edits))
}
