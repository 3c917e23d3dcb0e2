//! An array of findings. Its shape is a promise to other programs.

use std::io::{self, Write};

use serde::Serialize;

use crate::check::Report;
use crate::place::Places;

#[derive(Serialize)]
struct Entry<'a> {
    path: &'a str,
    rule: &'a str,
    severity: &'static str,
    message: &'a str,
    range: Places,
}

pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let mut entries = Vec::new();
    for (file, findings) in report
        .files
        .iter()
        .filter(|(_, findings)| !findings.is_empty())
    {
        let tree = report.inputs.workspace.tree(&file.path);
        let rope = tree.map(|tree| tree.rope().clone()).unwrap_or_default();
        entries.extend(findings.iter().map(|finding| Entry {
            path: &file.shown,
            rule: finding.rule,
            severity: finding.severity.as_str(),
            message: &finding.message,
            range: Places::of(&rope, &finding.range),
        }));
    }
    serde_json::to_writer_pretty(&mut *out, &entries)?;
    writeln!(out)
}
