//! `konflux-ls classify`: what documents are, and why.

use std::io::Write;
use std::process::ExitCode;

use konflux_analysis::{DocumentClass, PipelineClass, Role};
use konflux_lsp::lsp_types;
use ropey::Rope;
use serde::Serialize;

use crate::cli::{ClassifyArgs, ClassifyFormat};
use crate::complain;
use crate::inputs::{self, InputFile};
use crate::output::{lsp_range, printable};

/// A document, with the field names that other programs rely on.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    path: &'a str,
    api_kind: &'a str,
    name: Option<&'a str>,
    class: Option<&'static str>,
    roles: Vec<&'static str>,
    confidence: f32,
    evidence: Vec<Evidence<'a>>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    message: &'a str,
    range: lsp_types::Range,
}

impl<'a> Entry<'a> {
    fn new(file: &'a InputFile, rope: &Rope, document: &'a DocumentClass) -> Entry<'a> {
        let evidence = document.evidence.iter().map(|evidence| Evidence {
            message: &evidence.message,
            range: lsp_range(rope, &evidence.range),
        });
        Entry {
            path: &file.shown,
            api_kind: &document.api_kind,
            name: document.name.as_deref(),
            class: document.class.map(PipelineClass::as_str),
            roles: document.roles.iter().copied().map(Role::as_str).collect(),
            confidence: document.confidence,
            evidence: evidence.collect(),
        }
    }
}

pub(crate) fn run(arguments: &ClassifyArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let inputs = inputs::read(&arguments.input);
    let documents: Vec<_> = inputs
        .files
        .iter()
        .map(|file| (file, inputs.workspace.classify(&file.path)))
        .filter(|(_, classes)| !classes.is_empty())
        .map(|(file, classes)| (file, Rope::from_str(&file.text), classes))
        .collect();
    let entries: Vec<Entry> = documents
        .iter()
        .flat_map(|(file, text, classes)| {
            classes
                .iter()
                .map(move |document| Entry::new(file, text, document))
        })
        .collect();
    match arguments.format {
        ClassifyFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, &entries)?;
            writeln!(out)?;
        }
        ClassifyFormat::Human => write_human(&entries, out)?,
    }
    for problem in &inputs.problems {
        complain(&problem.to_string());
    }
    Ok(if inputs.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

fn write_human(entries: &[Entry], out: &mut impl Write) -> std::io::Result<()> {
    for entry in entries {
        let name = entry.name.unwrap_or("(no name)");
        let meaning = match (entry.class, &entry.roles[..]) {
            (Some(class), _) => class.to_owned(),
            (None, []) => "unclassified".to_owned(),
            (None, roles) => roles.join(", "),
        };
        let (path, kind) = (printable(entry.path), printable(entry.api_kind));
        writeln!(out, "{path}: {kind} {}: {meaning}", printable(name))?;
        for evidence in &entry.evidence {
            let line = evidence.range.start.line + 1;
            writeln!(out, "    line {line}: {}", printable(evidence.message))?;
        }
    }
    Ok(())
}
