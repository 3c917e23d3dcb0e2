//! `konflux-ls catalog`: indexes of what the tasks of catalogs take and give.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use konflux_analysis::Role;
use konflux_analysis::catalog::{self, Builder, Catalog, Entry, Source};
use konflux_analysis::facts::{Facts, ParamFact};

use crate::catalogs;
use crate::check::count;
use crate::cli::{CatalogBuildArgs, CatalogCommand, CatalogShowArgs};
use crate::output::printable;
use crate::{atomic, complain};

pub(crate) fn run(command: &CatalogCommand, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    match command {
        CatalogCommand::Build(arguments) => build(arguments),
        CatalogCommand::Show(arguments) => show(arguments, out),
    }
}

// Building.

fn build(arguments: &CatalogBuildArgs) -> anyhow::Result<ExitCode> {
    let mut builder = Builder::new();
    if arguments.without_messages {
        builder = builder.without_messages();
    }
    let mut complete = true;
    for folder in &arguments.folders {
        let (source, folder) = source(folder, arguments)?;
        if let Err(problems) = catalogs::add_folder(&mut builder, source, &folder) {
            complete = false;
            problems
                .iter()
                .for_each(|problem| complain(&problem.to_string()));
        }
    }
    let catalog = builder.finish();
    ensure!(
        !catalog.entries().is_empty(),
        "{}: {}",
        arguments.folders.join(", "),
        catalogs::EMPTY
    );
    let bytes = catalog.to_bytes();
    let output = arguments.output.display();
    atomic::write(&arguments.output, &bytes)
        .with_context(|| format!("{output} cannot be written"))?;
    complain(&format!(
        "{output}: {} of {}, {} bytes",
        count(catalog.entries().len(), "definition"),
        count(catalog.sources().len(), "catalog"),
        bytes.len()
    ));
    Ok(ExitCode::from(if complete { 0 } else { 2 }))
}

/// What `DIR` or `NAME@DATE=DIR` stands for.
fn source(written: &str, arguments: &CatalogBuildArgs) -> anyhow::Result<(Source, PathBuf)> {
    let plain = Path::new(written);
    let (name, date, folder) = match written.split_once('=') {
        Some((told, folder)) if !plain.is_dir() => {
            let (name, date) = match told.split_once('@') {
                Some((name, date)) => (name, Some(date)),
                None => (told, None),
            };
            (Some(name), date, Path::new(folder))
        }
        _ => (None, None, plain),
    };
    ensure!(
        folder.is_dir(),
        "{}: there is no such directory",
        folder.display()
    );
    let date = date
        .map(Arc::from)
        .or(arguments.as_of.as_deref().map(Arc::from));
    let Some(date) = date.or_else(|| catalogs::date_of(folder)) else {
        bail!(
            "{}: of which date is it? Say it with --as-of 2026-08-20, or as NAME@2026-08-20=DIR",
            folder.display()
        );
    };
    ensure!(
        catalogs::is_date(&date),
        "`{date}` is not a date: it is written like 2026-08-20 or 2026-08"
    );
    let bundles = arguments.bundles.iter();
    let source = Source {
        name: name.map_or_else(|| catalogs::name_of(folder), Arc::from),
        as_of: Some(date),
        bundles: bundles
            .map(|it| Arc::from(it.trim_end_matches('/')))
            .collect(),
    };
    Ok((source, folder.to_owned()))
}

// Showing.

fn show(arguments: &CatalogShowArgs, out: &mut impl Write) -> anyhow::Result<ExitCode> {
    let read;
    let catalog = match &arguments.index {
        Some(path) => {
            read = catalogs::read_index(path)
                .map_err(|reason| anyhow::anyhow!("{}: {reason}", path.display()))?;
            &read
        }
        None => catalog::builtin(),
    };
    let Some(name) = &arguments.name else {
        list(catalog, out)?;
        return Ok(ExitCode::SUCCESS);
    };
    let named = catalog.entries().iter();
    let mut named = named
        .filter(|entry| entry.facts.name.as_deref() == Some(name))
        .peekable();
    if named.peek().is_none() {
        complain(&format!(
            "the index knows no `{name}`; without a name, all are listed"
        ));
        return Ok(ExitCode::from(2));
    }
    for entry in named {
        describe(entry, out)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(catalog: &Catalog, out: &mut impl Write) -> std::io::Result<()> {
    for entry in catalog.entries() {
        writeln!(out, "{}: {}", title(entry), sources(entry))?;
    }
    Ok(())
}

/// `Task init 0.2`.
fn title(entry: &Entry) -> String {
    let facts = &entry.facts;
    let name = facts.name.as_deref().unwrap_or_default();
    let mut title = format!("{:?} {}", facts.kind, printable(name));
    let version = facts.version.as_ref().or(entry.line.as_ref());
    if let Some(version) = version {
        title.push(' ');
        title += &printable(version);
    }
    for (is, word) in [
        (entry.archived, " (archived)"),
        (entry.pointer.is_some(), " (released elsewhere)"),
    ] {
        title += if is { word } else { "" };
    }
    title
}

fn sources(entry: &Entry) -> String {
    let sources = entry.sources.iter();
    let sources: Vec<String> = sources.map(|source| source.describe()).collect();
    printable(&sources.join(", ")).into_owned()
}

fn describe(entry: &Entry, out: &mut impl Write) -> std::io::Result<()> {
    let facts = &entry.facts;
    writeln!(out, "{}", title(entry))?;
    writeln!(out, "    {} in {}", printable(&entry.path), sources(entry))?;
    if let Some(bundle) = &entry.pointer {
        writeln!(out, "    bundle {}", printable(bundle))?;
    }
    if let Some(deprecation) = &facts.deprecation {
        let day = printable(deprecation.day());
        writeln!(out, "    not supported after {day}")?;
        if let Some(message) = &deprecation.message {
            writeln!(out, "    {}", printable(message))?;
        }
    }
    if !entry.roles.is_empty() {
        let roles: Vec<&str> = entry.roles.iter().copied().map(Role::as_str).collect();
        writeln!(out, "    role {}", roles.join(", "))?;
    }
    if let Some(class) = facts.class {
        writeln!(out, "    class {}", class.as_str())?;
    }
    interface(facts, out)
}

fn interface(facts: &Facts, out: &mut impl Write) -> std::io::Result<()> {
    for param in &facts.params {
        let ParamFact { name, ty, .. } = param;
        let required = if param.required { ", required" } else { "" };
        writeln!(
            out,
            "    param {}: {}{required}",
            printable(name),
            ty.as_str()
        )?;
    }
    for result in &facts.results {
        let (name, ty) = (printable(&result.name), result.ty.as_str());
        writeln!(out, "    result {name}: {ty}")?;
    }
    for workspace in &facts.workspaces {
        let optional = if workspace.optional { ", optional" } else { "" };
        writeln!(
            out,
            "    workspace {}{optional}",
            printable(&workspace.name)
        )?;
    }
    Ok(())
}
