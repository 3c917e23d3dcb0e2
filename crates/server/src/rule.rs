//! `konflux-ls rule`: the documentation that ships with the binary.

use std::io::Write;
use std::process::ExitCode;

use konflux_analysis::rules;

use crate::complain;

pub(crate) fn run(name: Option<&str>, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let Some(name) = name else {
        list(out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let Some(rule) = rules::all().iter().find(|rule| rule.name == name) else {
        complain(&format!(
            "there is no rule `{name}`; `konflux-ls rule` lists them all"
        ));
        return Ok(ExitCode::from(2));
    };
    writeln!(
        out,
        "# {} ({})\n\n{}\n\n{}",
        rule.name,
        rule.default_severity(),
        rule.summary(),
        rule.description()
    )?;
    Ok(ExitCode::SUCCESS)
}

fn list(out: &mut impl Write) -> std::io::Result<()> {
    let width = rules::all()
        .iter()
        .map(|rule| rule.name.len())
        .max()
        .unwrap_or_default();
    for rule in rules::all() {
        let severity = rule.default_severity();
        writeln!(
            out,
            "{:width$}  {severity:7}  {}",
            rule.name,
            rule.summary()
        )?;
    }
    Ok(())
}
