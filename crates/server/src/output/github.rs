//! Workflow commands: GitHub shows them as annotations on the changed lines.

use std::fmt::Write as _;
use std::io::{self, Write};

use konflux_analysis::{Finding, Severity};
use konflux_lsp::lsp_types;

use super::lsp_range;
use crate::check::Report;

pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    for (file, findings) in report
        .files
        .iter()
        .filter(|(_, findings)| !findings.is_empty())
    {
        let rope = report.inputs.text(&file.path);
        for finding in findings.iter() {
            let places = lsp_range(&rope, &finding.range);
            writeln!(out, "{}", command(&file.shown, places, finding))?;
        }
    }
    Ok(())
}

fn command(path: &str, places: lsp_types::Range, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let (start, end) = (places.start, places.end);
    let mut command = format!("::{level} file={},line={}", property(path), start.line + 1);
    // GitHub takes columns only within one line.
    if start.line == end.line {
        let last = end.character.max(start.character + 1);
        let _ = write!(command, ",col={},endColumn={last}", start.character + 1);
    } else {
        let _ = write!(command, ",endLine={}", end.line + 1);
    }
    let mut message = finding.message.clone();
    for more in [&finding.note, &finding.help].into_iter().flatten() {
        message.push('\n');
        message.push_str(more);
    }
    let _ = write!(
        command,
        ",title={}::{}",
        property(finding.rule),
        data(&message)
    );
    command
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};

    #[test]
    fn nothing_in_a_name_ends_the_command_or_begins_another() {
        let finding = Finding {
            rule: "duplicate-name",
            severity: Severity::Info,
            message: "100 %\n::error::injected".to_owned(),
            note: None,
            help: Some("b: c, d".to_owned()),
            range: 0..1,
            related: Vec::new(),
            fixable: false,
            unnecessary: false,
        };
        let place = Position::new;
        let places = Range {
            start: place(0, 2),
            end: place(0, 5),
        };
        assert_eq!(
            command("a,b:c\n%.yaml", places, &finding),
            "::notice file=a%2Cb%3Ac%0A%25.yaml,line=1,col=3,endColumn=5,title=duplicate-name\
             ::100 %25%0A::error::injected%0Ab: c, d"
        );
        let places = Range {
            start: place(1, 2),
            end: place(4, 0),
        };
        assert!(command("a", places, &finding).contains("line=2,endLine=5,title"));
    }
}
