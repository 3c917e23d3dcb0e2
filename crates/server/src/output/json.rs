//! An array of findings. Its shape is a promise to other programs.

use std::io::{self, Write};

use konflux_lsp::lsp_types;
use serde::Serialize;

use super::lsp_range;
use crate::check::Report;

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    range: lsp_types::Range,
}

pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut entries = Vec::new();
    for (file, findings) in report
        .files
        .iter()
        .filter(|(_, findings)| !findings.is_empty())
    {
        let rope = report.inputs.text(&file.path);
        entries.extend(findings.iter().map(|finding| Entry {
            path: &file.shown,
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            range: lsp_range(&rope, &finding.range),
        }));
    }
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)
}
