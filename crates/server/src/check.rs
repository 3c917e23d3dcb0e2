//! `konflux-ls check`: findings of files, for people and programs.

use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use anstream::AutoStream;
use konflux_analysis::Finding;

use crate::cli::{CheckArgs, Format};
use crate::inputs::{self, InputFile, Inputs, Problem};
use crate::{complain, fix, output};

/// A file and its findings.
pub(crate) type Found<'a> = (&'a InputFile, Arc<[Finding]>);

/// What was found, file by file, in the order of the inputs.
pub(crate) struct Report<'a> {
    pub(crate) inputs: &'a Inputs,
    pub(crate) files: Vec<Found<'a>>,
}

impl<'a> Report<'a> {
    /// Every finding with its file.
    pub(crate) fn findings(&self) -> impl Iterator<Item = (&'a InputFile, &Finding)> {
        self.files
            .iter()
            .flat_map(|(file, findings)| findings.iter().map(move |it| (*file, it)))
    }
}

pub(crate) fn run(arguments: &CheckArgs, stdout: &mut impl Write) -> anyhow::Result<ExitCode> {
    let mut inputs = inputs::read(&arguments.input);
    if arguments.fix {
        let fixed = fix::fix(&mut inputs);
        if fixed.edits > 0 {
            complain(&format!(
                "fixed {} in {}",
                count(fixed.edits, "place"),
                count(fixed.files, "file")
            ));
        }
    }
    let (files, crashes) = find(&inputs);
    let report = Report {
        inputs: &inputs,
        files,
    };
    match arguments.format {
        Format::Human => {
            let choice = match anstream::ColorChoice::from(arguments.color) {
                anstream::ColorChoice::Auto => AutoStream::choice(&io::stdout()),
                choice => choice,
            };
            let colours = choice != anstream::ColorChoice::Never;
            output::human::write(
                &report,
                colours,
                colours && io::stdout().is_terminal(),
                stdout,
            )?;
        }
        Format::Json => output::json::write(&report, stdout)?,
        Format::Github => output::github::write(&report, stdout)?,
        Format::Sarif => output::sarif::write(&report, stdout)?,
    }
    for problem in inputs.problems.iter().chain(&crashes) {
        complain(&problem.to_string());
    }
    let failed = report
        .findings()
        .any(|(_, finding)| arguments.fail_on.fails(finding.severity));
    let code = match (inputs.problems.is_empty() && crashes.is_empty(), failed) {
        (false, _) => 2,
        (true, true) => 1,
        (true, false) => 0,
    };
    // The process ends now: giving memory back piece by piece would only take time.
    std::mem::forget(inputs);
    Ok(ExitCode::from(code))
}

/// A crash of ours costs the answer for one file, and is said.
fn find(inputs: &Inputs) -> (Vec<Found<'_>>, Vec<Problem>) {
    let mut crashes = Vec::new();
    let files = inputs.files.iter().filter_map(|file| {
        match catch_unwind(AssertUnwindSafe(|| inputs.workspace.findings(&file.path))) {
            Ok(findings) => Some((file, findings)),
            Err(_) => {
                let reason = inputs::CRASHED.to_owned();
                crashes.push(Problem {
                    shown: file.shown.clone(),
                    reason,
                });
                None
            }
        }
    });
    (files.collect(), crashes)
}

/// `1 file`, `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
