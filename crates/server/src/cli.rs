//! What can be asked on the command line. The help texts are the user's first manual.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use konflux_analysis::Severity;

/// Language server and checker for Konflux pipelines and tasks.
#[derive(Debug, Parser)]
#[command(
    name = "konflux-ls",
    version,
    about,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what is wrong with Tekton files
    Check(CheckArgs),
    /// Say what pipelines and tasks are, and why
    Classify(ClassifyArgs),
    /// Build an index of the tasks in catalogs, or look into one
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// List the rules, or explain one
    Rule {
        /// A rule's name, as printed with each finding
        name: Option<String>,
    },
    /// Serve an editor: the language server protocol over standard input and output
    Serve(ServeArgs),
    /// Print a completion script for a shell
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
    /// Print the JSON Schema of .konflux-ls.yaml
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct Paths {
    /// Files and directories
    ///
    /// Directories are walked: hidden folders such as .tekton too, .git not, and what .gitignore
    /// names is left out. References resolve within the repository around each path (the nearest
    /// folder upward with .git, else with .konflux-ls.yaml), but only what is in the given paths
    /// is reported.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Judge by the files alone, without what is known of published catalogs
    #[arg(long)]
    pub(crate) without_catalog: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: Paths,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Apply the fixes that cannot change what a pipeline does, then report what remains
    #[arg(long)]
    pub(crate) fix: bool,
    /// When to use colours; NO_COLOR is respected
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    pub(crate) color: Colour,
}

#[derive(Debug, Args)]
pub(crate) struct ClassifyArgs {
    #[command(flatten)]
    pub(crate) input: Paths,
    /// How to print the documents
    #[arg(long, value_enum, default_value_t = ClassifyFormat::Human)]
    pub(crate) format: ClassifyFormat,
}

#[derive(Debug, Subcommand)]
pub(crate) enum CatalogCommand {
    /// Read catalogs and write an index of what their tasks, step actions and pipelines take and give
    ///
    /// Name the file under `catalogs` in .konflux-ls.yaml: references to bundles and to git
    /// repositories then resolve to it.
    Build(CatalogBuildArgs),
    /// List what an index knows, or show what it knows of one name
    Show(CatalogShowArgs),
}

#[derive(Debug, Args)]
pub(crate) struct CatalogBuildArgs {
    /// Checkouts of catalogs
    ///
    /// Each may say which repository it is, and of which date: NAME@DATE=DIR, as in
    /// konflux-ci/build-definitions@2026-08-20=../build-definitions. Otherwise the name is the
    /// repository's of `origin`, or the folder's, and the date that of --as-of, or the one at the
    /// end of the folder's name.
    #[arg(required = true, value_name = "DIR")]
    pub(crate) folders: Vec<String>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    /// The date of the checkouts (YYYY-MM-DD or YYYY-MM), which is shown with every fact from them
    #[arg(long, value_name = "DATE")]
    pub(crate) as_of: Option<String>,
    /// A registry path below which the tasks are released as bundles, such as
    /// quay.io/konflux-ci/tekton-catalog
    #[arg(long, value_name = "PREFIX")]
    pub(crate) bundles: Vec<String>,
    /// Leave out what authors say about the expiry of their tasks
    #[arg(long)]
    pub(crate) without_messages: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CatalogShowArgs {
    /// The name of a task, step action or pipeline
    pub(crate) name: Option<String>,
    /// The index; without it, the one that ships with konflux-ls
    #[arg(long, value_name = "FILE")]
    pub(crate) index: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Speak over standard input and output: the only way there is, accepted because clients add it
    #[arg(long)]
    pub(crate) stdio: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Source excerpts for a person
    Human,
    /// An array of findings with LSP positions (lines from 0, UTF-16)
    Json,
    /// Workflow commands that GitHub turns into annotations
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClassifyFormat {
    /// A list for a person
    Human,
    /// An array with one entry for each Tekton document
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Info,
    Hint,
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the run fail.
    pub(crate) fn fails(self, severity: Severity) -> bool {
        let least = match self {
            FailOn::Error => Severity::Error,
            FailOn::Warning => Severity::Warning,
            FailOn::Info => Severity::Info,
            FailOn::Hint => Severity::Hint,
            FailOn::Never => return false,
        };
        // The worst comes first.
        severity <= least
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl From<Colour> for anstream::ColorChoice {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Auto => anstream::ColorChoice::Auto,
            Colour::Always => anstream::ColorChoice::Always,
            Colour::Never => anstream::ColorChoice::Never,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Cli::command().debug_assert();
    }
}
