//! Comments that silence findings: `# konflux: ignore[rule, rule2] reason`.
//!
//! A comment at the end of a line speaks for the list item or mapping entry that begins on that
//! line, a comment on a line of its own for the one below; either for all that belongs to it, not
//! only for the line. `# konflux: ignore-file[rule] reason` speaks for every document of the file.
//! What names no rule, or silences nothing, is a finding itself: a stale comment would hide the
//! next fault.

use std::sync::Arc;

use konflux_syntax::{Comment, Document, Node, NodeKind, Span};

use crate::action::{Fix, Safety};
use crate::check::Check;
use crate::finding::{Problem, Severity};
use crate::rules;

/// The rules that are about suppressions themselves.
const UNUSED: &str = "unused-suppression";
const UNKNOWN: &str = "unknown-suppression";
const MALFORMED: &str = "malformed-suppression";

/// One comment that silences something.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Suppression {
    /// The rules it names, with the places of the names.
    rules: Vec<(String, Span)>,
    /// From `#` to the end of the line.
    span: Span,
    /// What it speaks for; the whole file when absent.
    scope: Option<Span>,
}

/// The suppressions of one document; computed once, kept with it.
#[derive(Default)]
struct Suppressions {
    all: Vec<Suppression>,
    problems: Vec<Problem>,
}

/// The rules that comments silence for the whole file, from all its documents.
pub(crate) fn file_wide<'t>(documents: impl Iterator<Item = Document<'t>>) -> Arc<[String]> {
    let mut names = Vec::new();
    for document in documents {
        let found = suppressions(&document);
        let wide = found.all.iter().filter(|one| one.scope.is_none());
        names.extend(wide.flat_map(|one| one.rules.iter().map(|(name, _)| name.clone())));
    }
    names.into()
}

/// Takes away the problems of a document that comments silence, and adds those of the comments.
/// Returns what the file-wide ones silenced.
pub(crate) fn apply(
    document: &Document<'_>,
    file_wide: &[String],
    problems: &mut Vec<Problem>,
) -> Vec<&'static str> {
    let found = suppressions(document);
    let mut layer = Layer {
        found: &found,
        used: found
            .all
            .iter()
            .map(|one| vec![false; one.rules.len()])
            .collect(),
        file_wide,
        silenced: Vec::new(),
    };
    problems.retain(|problem| !layer.silences(problem));
    // Problems of the comments come second, so that they can be silenced like any other.
    let own = found
        .problems
        .iter()
        .filter(|problem| !layer.silences(problem));
    let mut own: Vec<Problem> = own.cloned().collect();
    let mut unused = layer.unused();
    unused.retain(|problem| !layer.silences(problem));
    problems.append(&mut own);
    problems.append(&mut unused);
    layer.silenced
}

/// Names in file-wide comments of a document that silence nothing in the whole file.
pub(crate) fn unused_file_wide(document: &Document<'_>, silenced: &[&str]) -> Vec<Problem> {
    let found = suppressions(document);
    let wide = found.all.iter().filter(|one| one.scope.is_none());
    wide.flat_map(|one| &one.rules)
        .filter(|(name, _)| !silenced.contains(&name.as_str()) && can_be_unused(name))
        .map(|(name, span)| unused(name, *span, "this file"))
        .collect()
}

/// The suppressions of a document at work.
struct Layer<'a> {
    found: &'a Suppressions,
    /// Which of the names silenced something.
    used: Vec<Vec<bool>>,
    file_wide: &'a [String],
    silenced: Vec<&'static str>,
}

impl Layer<'_> {
    /// Is the problem silenced? Marks every comment that does so.
    fn silences(&mut self, problem: &Problem) -> bool {
        let mut silenced = false;
        for (suppression, used) in self.found.all.iter().zip(&mut self.used) {
            let covers = suppression.scope.is_some_and(|scope| {
                scope.start <= problem.span.start && problem.span.start <= scope.end
            });
            for ((rule, _), used) in suppression.rules.iter().zip(used) {
                if covers && rule == problem.rule {
                    *used = true;
                    silenced = true;
                }
            }
        }
        if self.file_wide.iter().any(|rule| rule == problem.rule) {
            self.silenced.push(problem.rule);
            silenced = true;
        }
        silenced
    }

    fn unused(&self) -> Vec<Problem> {
        let here = self.found.all.iter().zip(&self.used);
        here.filter(|(suppression, _)| suppression.scope.is_some())
            .flat_map(|(suppression, used)| suppression.rules.iter().zip(used))
            .filter(|((name, _), used)| !**used && can_be_unused(name))
            .map(|((name, span), _)| unused(name, *span, "what it stands on"))
            .collect()
    }
}

/// An unknown rule has a finding of its own; and whether comments about comments are of use is
/// only known when all others are done.
fn can_be_unused(rule: &str) -> bool {
    rule != UNUSED && rules::find(rule).is_some()
}

fn unused(rule: &str, span: Span, place: &str) -> Problem {
    let message = format!("Nothing to ignore: {place} has no finding `{rule}`");
    Problem::new(UNUSED, severity(UNUSED), span, message)
        .help("Remove it, or it will hide the next one.")
        .fixable()
        .unnecessary()
}

fn severity(rule: &str) -> Severity {
    rules::find(rule).map_or(Severity::Warning, |rule| rule.severity)
}

// Reading the comments.

fn suppressions(document: &Document<'_>) -> Arc<Suppressions> {
    document.memo(|| {
        let mut found = Suppressions::default();
        for comment in document.comments() {
            read(document, &comment, &mut found);
        }
        found
    })
}

fn read(document: &Document<'_>, comment: &Comment, found: &mut Suppressions) {
    let text = document.text(comment.span);
    let Some(at) = text.find("konflux:") else {
        return;
    };
    if !text[1..at].trim_matches(['#', ' ', '\t']).is_empty() {
        return;
    }
    let start = at + "konflux:".len();
    let body = text[start..].trim_start();
    let offset = text.len() - body.len();
    let Some((whole_file, list)) = split_keyword(body) else {
        let message = "Not understood: `konflux:` is followed by `ignore[rule]` or \
                       `ignore-file[rule]`";
        found.problems.push(
            Problem::new(MALFORMED, severity(MALFORMED), comment.span, message)
                .help("Write `# konflux: ignore[rule] why`."),
        );
        return;
    };
    let mut rules = Vec::new();
    let list_offset = offset + (list.as_ptr() as usize - body.as_ptr() as usize);
    let mut at = list_offset;
    for name in list.split(',') {
        let lead = name.len() - name.trim_start().len();
        let start = comment.span.start + (at + lead) as u32;
        let end = start + name.trim().len() as u32;
        rules.push((name.trim().to_owned(), Span { start, end }));
        at += name.len() + 1;
    }
    for (name, span) in &rules {
        if rules::find(name).is_none() {
            found.problems.push(unknown(name, *span));
        }
    }
    found.all.push(Suppression {
        rules,
        span: comment.span,
        scope: if whole_file {
            None
        } else {
            Some(scope(document, comment))
        },
    });
}

/// `ignore[a, b] reason` → (false, `a, b`).
fn split_keyword(body: &str) -> Option<(bool, &str)> {
    let rest = body.strip_prefix("ignore")?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let rest = rest.trim_start().strip_prefix('[')?;
    let list = &rest[..rest.find(']')?];
    (!list.trim().is_empty()).then_some((whole_file, list))
}

fn unknown(name: &str, span: Span) -> Problem {
    let message = match name {
        "*" => "Rules are ignored by name; `*` would also hide faults nobody has seen yet".into(),
        "" => "The name of a rule is missing".into(),
        _ => format!("There is no rule `{name}`"),
    };
    let problem = Problem::new(UNKNOWN, severity(UNKNOWN), span, message);
    match nearest_rule(name) {
        Some(nearest) => problem.help(rules::did_you_mean(nearest)).fixable(),
        None => problem,
    }
}

fn nearest_rule(name: &str) -> Option<&'static str> {
    rules::nearest(name, rules::all().iter().map(|rule| rule.name))
}

/// What a comment speaks for.
fn scope(document: &Document<'_>, comment: &Comment) -> Span {
    let text = document.text(Span {
        start: 0,
        end: document.len() as u32,
    });
    let line = if comment.own_line {
        next_line(&text, comment.span.end as usize)
    } else {
        text[..comment.span.start as usize]
            .rfind(['\n', '\r'])
            .map_or(0, |at| at + 1)
    };
    let first = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len() + line;
    let end = text[first..]
        .find(['\n', '\r'])
        .map_or(text.len(), |at| first + at);
    let mut best = Span {
        start: line as u32,
        end: end as u32,
    };
    // From the innermost outwards: the last entry that still begins on this line.
    let mut node = node_after(document, first as u32, end as u32);
    while let Some(current) = node {
        match entry(&current) {
            Some(entry) if entry.start as usize >= line => best.end = best.end.max(entry.end),
            _ => break,
        }
        node = current.parent();
    }
    best
}

/// The first line after a place that holds more than a comment.
fn next_line(text: &str, from: usize) -> usize {
    let mut start = text[from..]
        .find('\n')
        .map_or(text.len(), |at| from + at + 1);
    for line in text[start..].split_inclusive('\n') {
        let content = line.trim();
        if !content.is_empty() && !content.starts_with('#') {
            break;
        }
        start += line.len();
    }
    start
}

/// The node that begins first on a line: behind any dashes, the key or the scalar.
fn node_after<'t>(document: &Document<'t>, mut at: u32, end: u32) -> Option<Node<'t>> {
    while at < end {
        let rest = document.text(Span { start: at, end });
        let dash = rest.starts_with("- ") || &*rest == "-";
        if !dash {
            return document.node_at(at);
        }
        let skipped = rest.len() - rest[1..].trim_start().len();
        at += skipped as u32;
    }
    None
}

/// The list item or mapping entry that a node is, or is the key or the value of.
fn entry(node: &Node<'_>) -> Option<Span> {
    let own = node.span();
    let parent = node.parent()?;
    if parent.kind() == NodeKind::Sequence {
        return Some(own);
    }
    parent
        .pairs()
        .find(|pair| pair.key.span() == own || pair.value.span() == own)
        .map(|pair| Span {
            start: pair.key.span().start,
            end: pair.value.span().end.max(pair.key.span().end),
        })
}

// Mending.

/// The edit that silences a problem where it stands: a place, and the text to insert there.
pub(crate) fn insertion(document: &Document<'_>, problem: &Problem) -> Option<(Span, String)> {
    let text = document.text(Span {
        start: 0,
        end: document.len() as u32,
    });
    // The comment goes above the line of the innermost block entry around the place: never inside
    // of a script or a flow collection.
    let mut node = document.node_at(problem.span.start)?;
    while let Some(parent) = node.parent().filter(Node::is_flow) {
        node = parent;
    }
    let start = entry(&node).unwrap_or(node.span()).start as usize;
    let line = text[..start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let lead = &text[line..];
    let indent = &lead[..lead.len() - lead.trim_start_matches([' ', '\t']).len()];
    let line_break = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let place = line as u32;
    Some((
        Span {
            start: place,
            end: place,
        },
        format!("{indent}# konflux: ignore[{}]{line_break}", problem.rule),
    ))
}

/// Corrects the name of a rule in a comment.
pub(crate) fn fix_unknown(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let name = check.document.text(problem.span);
    let Some(nearest) = nearest_rule(&name) else {
        return Vec::new();
    };
    vec![Fix {
        title: format!("Change to `{nearest}`"),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![(problem.span, nearest.to_owned())],
    }]
}

/// Removes a name from a comment, or the comment with its last name.
pub(crate) fn fix_unused(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let document = &check.document;
    let found = suppressions(document);
    let Some(suppression) = found
        .all
        .iter()
        .find(|one| one.rules.iter().any(|(_, span)| *span == problem.span))
    else {
        return Vec::new();
    };
    let text = document.text(Span {
        start: 0,
        end: document.len() as u32,
    });
    let span = if suppression.rules.len() > 1 {
        without_name(&text, problem.span)
    } else {
        without_comment(&text, suppression.span)
    };
    vec![Fix {
        title: "Remove what ignores nothing".into(),
        safety: Safety::Safe,
        preferred: true,
        edits: vec![(span, String::new())],
    }]
}

fn without_name(text: &str, name: Span) -> Span {
    let (start, end) = (name.start as usize, name.end as usize);
    let after = &text[end..];
    let blank = after.len() - after.trim_start_matches(' ').len();
    if let Some(rest) = after[blank..].strip_prefix(',') {
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        return Span {
            start: name.start,
            end: (text.len() - rest.len() + blank) as u32,
        };
    }
    let before = text[..start].trim_end_matches(' ');
    let before = before.strip_suffix(',').unwrap_or(before);
    Span {
        start: before.len() as u32,
        end: name.end,
    }
}

fn without_comment(text: &str, comment: Span) -> Span {
    let (start, end) = (comment.start as usize, comment.end as usize);
    let before = text[..start].trim_end_matches([' ', '\t']);
    let own_line = before.is_empty() || before.ends_with(['\n', '\r']);
    let line_break = match &text.as_bytes()[end..] {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Span {
        start: before.len() as u32,
        end: (end + if own_line { line_break } else { 0 }) as u32,
    }
}
