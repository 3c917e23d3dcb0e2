//! Findings as the client sees them.
//!
//! Nothing that a client echoes is relied upon later (some drop `code` and `data`), so a diagnostic
//! carries no data of ours: code actions are found again by their range.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use konflux_analysis::{Finding, Severity};
use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    NumberOrString, Range, Url,
};

use crate::position::Places;
use crate::snapshot::Snapshot;

/// More than these in one document help nobody, and take clients seconds to show. One more
/// diagnostic says how many were left out.
pub const MAX_DIAGNOSTICS: usize = 1_000;

const SOURCE: &str = "konflux-ls";
const RULES: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");

/// The diagnostics of one document.
pub(crate) struct Report {
    pub(crate) items: Vec<Diagnostic>,
    /// Equal for equal items: the `resultId` of pulled diagnostics.
    pub(crate) digest: u64,
}

impl Report {
    pub(crate) fn new(items: Vec<Diagnostic>) -> Report {
        let mut hasher = DefaultHasher::new();
        for item in &items {
            hash(item, &mut hasher);
        }
        Report {
            items,
            digest: hasher.finish(),
        }
    }

    pub(crate) fn result_id(&self) -> String {
        format!("{:016x}", self.digest)
    }
}

/// What there is to say about a file, open or not.
pub(crate) fn report(snapshot: &Snapshot, path: &str) -> Report {
    if snapshot
        .document(path)
        .is_some_and(|document| document.shunned)
    {
        return Report::new(vec![failure()]);
    }
    let findings = snapshot.workspace.findings(path);
    if findings.is_empty() {
        return Report::new(Vec::new());
    }
    let Some(rope) = snapshot.text(path) else {
        return Report::new(Vec::new());
    };
    let mut converter = Converter {
        snapshot,
        places: snapshot.places(&rope),
        pages: HashMap::new(),
    };
    let shown = &findings[..findings.len().min(MAX_DIAGNOSTICS)];
    let mut items: Vec<_> = shown
        .iter()
        .map(|finding| converter.diagnostic(finding))
        .collect();
    if let Some(first) = findings.get(MAX_DIAGNOSTICS) {
        items.push(converter.overflow(first, findings.len() - MAX_DIAGNOSTICS));
    }
    Report::new(items)
}

/// One finding, for attaching it to the code action that mends it.
pub(crate) fn diagnostic(snapshot: &Snapshot, places: Places<'_>, finding: &Finding) -> Diagnostic {
    Converter {
        snapshot,
        places,
        pages: HashMap::new(),
    }
    .diagnostic(finding)
}

/// What is said about a text that the analysis failed on.
pub(crate) fn failure() -> Diagnostic {
    Diagnostic {
        severity: Some(DiagnosticSeverity::WARNING),
        source: Some(SOURCE.to_owned()),
        message: "The analysis of this text failed, so nothing is known about it. This is a bug \
                  of konflux-ls; please report it with the text that causes it."
            .to_owned(),
        ..Diagnostic::default()
    }
}

struct Converter<'s> {
    snapshot: &'s Snapshot,
    places: Places<'s>,
    /// Addresses of the rules' pages, made once each.
    pages: HashMap<&'static str, Option<Url>>,
}

impl Converter<'_> {
    fn diagnostic(&mut self, finding: &Finding) -> Diagnostic {
        let client = &self.snapshot.client;
        let related = client.related_information && !finding.related.is_empty();
        let unnecessary = client.unnecessary_tag && finding.unnecessary;
        Diagnostic {
            range: self.places.range(finding.range.clone()),
            severity: Some(severity(finding.severity)),
            code: Some(NumberOrString::String(finding.rule.to_owned())),
            code_description: client
                .code_description
                .then(|| self.page(finding.rule))
                .flatten(),
            source: Some(SOURCE.to_owned()),
            message: message(finding),
            related_information: related.then(|| self.related(finding)),
            tags: unnecessary.then(|| vec![DiagnosticTag::UNNECESSARY]),
            data: None,
        }
    }

    fn page(&mut self, rule: &'static str) -> Option<CodeDescription> {
        let page = self
            .pages
            .entry(rule)
            .or_insert_with(|| Url::parse(&format!("{RULES}{rule}.md")).ok());
        page.clone().map(|href| CodeDescription { href })
    }

    fn related(&self, finding: &Finding) -> Vec<DiagnosticRelatedInformation> {
        let related = finding.related.iter().filter_map(|related| {
            let location = self
                .snapshot
                .location(&related.path, related.range.clone())?;
            Some(DiagnosticRelatedInformation {
                location,
                message: related.message.clone(),
            })
        });
        related.collect()
    }

    fn overflow(&self, first: &Finding, more: usize) -> Diagnostic {
        let start = self.places.position(first.range.start);
        let plural = if more == 1 { "finding" } else { "findings" };
        Diagnostic {
            range: Range::new(start, start),
            severity: Some(DiagnosticSeverity::INFORMATION),
            source: Some(SOURCE.to_owned()),
            message: format!(
                "{more} more {plural} from here on: only the first {MAX_DIAGNOSTICS} of a document are shown."
            ),
            ..Diagnostic::default()
        }
    }
}

/// What, why, what to do: one line each.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    for more in [&finding.note, &finding.help].into_iter().flatten() {
        message.push('\n');
        message.push_str(more);
    }
    message
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}

fn hash(item: &Diagnostic, hasher: &mut DefaultHasher) {
    places(item.range).hash(hasher);
    item.message.hash(hasher);
    if let Some(NumberOrString::String(code)) = &item.code {
        code.hash(hasher);
    }
    // The severity can change alone, by configuration; the rest follows from what is hashed.
    let severity = match item.severity {
        Some(DiagnosticSeverity::ERROR) => 1,
        Some(DiagnosticSeverity::WARNING) => 2,
        Some(DiagnosticSeverity::INFORMATION) => 3,
        _ => 4_u8,
    };
    severity.hash(hasher);
    for related in item.related_information.iter().flatten() {
        related.location.uri.as_str().hash(hasher);
        places(related.location.range).hash(hasher);
        related.message.hash(hasher);
    }
}

fn places(range: Range) -> [u32; 4] {
    [
        range.start.line,
        range.start.character,
        range.end.line,
        range.end.character,
    ]
}
