//! SARIF 2.1.0, with every rule's documentation, for code scanning.

use std::io::{self, Write};
use std::ops::Range;

use konflux_analysis::{Finding, Severity, rules};
use ropey::Rope;
use serde_sarif::sarif;

use super::{lsp_range, rule_url};
use crate::check::Report;

pub(crate) fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    let driver = sarif::ToolComponent::builder()
        .name("konflux-ls")
        .version(env!("CARGO_PKG_VERSION"))
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(
            rules::all()
                .iter()
                .map(|rule| descriptor(rule))
                .collect::<Vec<_>>(),
        )
        .build();
    let mut results = Vec::new();
    for (file, findings) in report
        .files
        .iter()
        .filter(|(_, findings)| !findings.is_empty())
    {
        let rope = report.inputs.text(&file.path);
        results.extend(
            findings
                .iter()
                .map(|finding| result(report, &file.shown, &rope, finding)),
        );
    }
    let run = sarif::Run::builder()
        .tool(sarif::Tool::builder().driver(driver).build())
        .column_kind(serde_json::json!("utf16CodeUnits"))
        .results(results)
        .build();
    let log = sarif::Sarif::builder()
        .schema(sarif::SCHEMA_URL)
        .version(serde_json::json!("2.1.0"))
        .runs(vec![run])
        .build();
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn descriptor(rule: &rules::Rule) -> sarif::ReportingDescriptor {
    let text = |text: &str| {
        sarif::MultiformatMessageString::builder()
            .text(text)
            .build()
    };
    let help = sarif::MultiformatMessageString::builder()
        .text(rule.description())
        .markdown(rule.description())
        .build();
    let configuration = sarif::ReportingConfiguration::builder()
        .level(serde_json::json!(level(rule.severity)))
        .enabled(rule.on_by_default)
        .build();
    sarif::ReportingDescriptor::builder()
        .id(rule.name)
        .short_description(text(rule.summary()))
        .help(help)
        .help_uri(rule_url(rule.name))
        .default_configuration(configuration)
        .build()
}

fn result(report: &Report, shown: &str, rope: &Rope, finding: &Finding) -> sarif::Result {
    let related: Vec<_> = finding
        .related
        .iter()
        .map(|related| {
            let rope = report.inputs.text(&related.path);
            let place = physical(&report.inputs.shown(&related.path), &rope, &related.range);
            let message = sarif::Message::builder()
                .text(related.message.as_str())
                .build();
            sarif::Location::builder()
                .physical_location(place)
                .message(message)
                .build()
        })
        .collect();
    let mut message = finding.message.clone();
    for more in [&finding.note, &finding.help].into_iter().flatten() {
        message.push_str("\n\n");
        message.push_str(more);
    }
    let place = physical(shown, rope, &finding.range);
    let mut result = sarif::Result::builder()
        .rule_id(finding.rule)
        .level(level(finding.severity))
        .message(sarif::Message::builder().text(message).build())
        .locations(vec![
            sarif::Location::builder().physical_location(place).build(),
        ])
        .related_locations(related)
        .build();
    let index = rules::all()
        .iter()
        .position(|rule| rule.name == finding.rule);
    result.rule_index = index.and_then(|index| i64::try_from(index).ok());
    result
}

fn physical(shown: &str, rope: &Rope, range: &Range<usize>) -> sarif::PhysicalLocation {
    let places = lsp_range(rope, range);
    let number = |zero_based: u32| i64::from(zero_based) + 1;
    let region = sarif::Region::builder()
        .start_line(number(places.start.line))
        .start_column(number(places.start.character))
        .end_line(number(places.end.line))
        .end_column(number(places.end.character))
        .build();
    let artifact = sarif::ArtifactLocation::builder().uri(uri(shown)).build();
    sarif::PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build()
}

fn level(severity: Severity) -> sarif::ResultLevel {
    match severity {
        Severity::Error => sarif::ResultLevel::Error,
        Severity::Warning => sarif::ResultLevel::Warning,
        Severity::Info | Severity::Hint => sarif::ResultLevel::Note,
    }
}

/// A relative reference, or a `file` URI for an absolute path.
fn uri(shown: &str) -> String {
    let mut uri = String::with_capacity(shown.len());
    if shown.starts_with('/') {
        uri.push_str("file://");
    }
    for byte in shown.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_file_name_makes_a_valid_reference() {
        assert_eq!(uri(".tekton/a b:ä.yaml"), ".tekton/a%20b%3A%C3%A4.yaml");
        assert_eq!(uri("/tmp/x.yaml"), "file:///tmp/x.yaml");
    }
}
