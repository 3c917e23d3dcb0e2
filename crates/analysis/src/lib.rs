//! What Tekton documents mean: documents in; classification, findings and edits out.
//!
//! The entry point is [`Workspace`]: hosts hand it the text of files and ask for findings,
//! actions, hovers, definitions and symbols. Nothing here reads files, knows the time, starts
//! threads or prints.
//!
//! How results stay cheap while somebody types:
//! - A document is immutable. What is computed from it alone ([`model::Model`], [`facts::Facts`],
//!   the problems of most rules) is kept with it, in places relative to it.
//! - Documents see nothing of each other but facts, which are compared by value. Rules that look
//!   across documents record what they asked and run again only when an answer differs.
//! - Suppressions and severities are applied last.

pub mod action;
pub mod catalog;
pub mod check;
pub mod classify;
pub mod config;
pub mod duties;
pub mod edit;
pub mod effects;
pub mod facts;
pub mod finding;
mod glob;
pub mod ide;
mod kustomize;
pub mod model;
mod resolve;
mod results;
pub mod roles;
pub mod rules;
mod shell;
mod suppression;
mod workspace;

pub use action::{Action, ActionKind, Fix, Safety};
pub use classify::PipelineClass;
pub use config::configuration_schema;
pub use edit::{FileOp, SourceChange, TextEdit};
pub use finding::{Finding, Problem, Related, Severity};
pub use ide::{Hover, Location, Symbol, SymbolKind};
pub use konflux_syntax::{Span, Tree};
pub use roles::Role;
pub use rules::Rule;
pub use workspace::{DocumentClass, Evidence, Workspace};
