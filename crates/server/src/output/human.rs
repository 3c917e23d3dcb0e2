//! Findings for a person: where, what, why, and what to do.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{
    AnnotationKind, Element, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use konflux_analysis::{Finding, Severity};
use ropey::Rope;

use super::rule_url;
use crate::check::{Report, count};

/// A longer line is not drawn: a screen would not hold it, and drawing takes a while.
const MAX_LINE_BYTES: usize = 16 << 10;

pub(crate) fn write(
    report: &Report,
    colours: bool,
    links: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let renderer = if colours {
        Renderer::styled().hyperlink(links)
    } else {
        Renderer::plain()
    };
    let mut sources = Sources { report, kept: None };
    for (file, finding) in report.findings() {
        let text = render(&renderer, &mut sources, &file.path, finding);
        writeln!(out, "{text}\n")?;
    }
    writeln!(out, "{}", summary(report))
}

fn render(
    renderer: &Renderer,
    sources: &mut Sources,
    path: &Arc<str>,
    finding: &Finding,
) -> String {
    let title = level(finding.severity)
        .primary_title(finding.message.as_str())
        .id(finding.rule)
        .id_url(rule_url(finding.rule));
    let mut main = title.element(sources.excerpt(path, &finding.range));
    if let Some(note) = &finding.note {
        main = main.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    if let Some(help) = &finding.help {
        main = main.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let mut groups = vec![main];
    groups.extend(finding.related.iter().map(|related| {
        let title = Level::NOTE.secondary_title(normalize_untrusted_str(&related.message));
        title.element(sources.excerpt(&related.path, &related.range))
    }));
    renderer.render(&groups)
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
        Severity::Hint => Level::HELP.with_name("hint"),
    }
}

/// Texts for excerpts. Findings come file by file, so the last text is kept.
struct Sources<'a> {
    report: &'a Report<'a>,
    kept: Option<(Arc<str>, Rope)>,
}

impl Sources<'_> {
    fn rope(&mut self, path: &Arc<str>) -> Rope {
        if let Some((kept, rope)) = &self.kept
            && kept == path
        {
            return rope.clone();
        }
        let rope = self.report.inputs.text(path);
        self.kept = Some((path.clone(), rope.clone()));
        rope
    }

    /// The first line of the range, marked as far as the range reaches in it.
    fn excerpt(&mut self, path: &Arc<str>, range: &Range<usize>) -> Element<'static> {
        let shown = self.report.inputs.shown(path);
        let rope = self.rope(path);
        let start = range.start.min(rope.len_bytes());
        let line = rope.byte_to_line(start);
        let line_start = rope.line_to_byte(line);
        let source = rope.line(line);
        if source.len_bytes() > MAX_LINE_BYTES {
            let column = rope.byte_to_char(start) - rope.line_to_char(line) + 1;
            return Origin::path(shown)
                .line(line + 1)
                .char_column(column)
                .into();
        }
        let source = Cow::<str>::from(source)
            .trim_end_matches(['\n', '\r'])
            .to_owned();
        let end = range.end.saturating_sub(line_start).min(source.len());
        let start = (start - line_start).min(end);
        Snippet::source(source)
            .path(shown)
            .line_start(line + 1)
            .annotation(AnnotationKind::Primary.span(start..end))
            .into()
    }
}

fn summary(report: &Report) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for (_, finding) in report.findings() {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let files = report.files.len();
    if files == 0 {
        let seen = count(report.inputs.seen, "YAML file");
        return format!("Nothing to check: no Tekton document in {seen}.");
    }
    let found: Vec<String> = counts
        .into_iter()
        .map(|(severity, number)| count(number, severity.as_str()))
        .collect();
    let within = report
        .files
        .iter()
        .filter(|(_, findings)| !findings.is_empty())
        .count();
    if found.is_empty() {
        return format!("No findings in {}.", count(files, "file"));
    }
    format!(
        "{} in {within} of {}.",
        found.join(", "),
        count(files, "file")
    )
}
