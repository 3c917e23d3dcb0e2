//! YAML as a tree over a rope: tolerant, lossless and incremental.
//!
//! A [`Tree`] is a total function of its text. It cannot fail: what is not YAML becomes
//! [`SyntaxError`]s with a place, and everything around it stays readable. It is kept up to date by
//! [`Tree::edit`] in the time of the edit, whatever the size of the file.
//!
//! How it works, from the bottom up:
//!
//! - `lexer` reads one line at a time. A line and the state before it give its entries (dashes,
//!   keys, values) and the state after it. Neither holds a row or an offset.
//! - `sum_tree` is a persistent balanced sequence. A document keeps its lines in one, a file its
//!   documents in another; an edit lexes the touched lines again, and those after them until the
//!   state is as it was.
//! - `nesting` derives block structure from the columns of entries. Nothing of it is stored, so
//!   nothing of it has to be rebuilt: parent, children and siblings are searches over the lines'
//!   summaries, logarithmic in the document.
//! - `flow` and `scalar` decode what stands inside of values when somebody asks.
//! - [`edit`] turns a wish (insert this pair, remove that item) into text edits that keep the rest.
//!
//! All places are bytes from the start of their YAML document: see [`Span`]. This crate knows
//! nothing of what the documents mean.

mod document;
pub mod edit;
mod errors;
mod flow;
mod keys;
mod layout;
mod lexer;
mod line;
mod nesting;
mod node;
mod scalar;
mod span;
mod sum_tree;
mod tree;

pub use document::{Comment, Document, Nodes};
pub use errors::SyntaxError;
pub use keys::KeyGlance;
pub use node::{Node, NodeKind, Pair, Property};
pub use ropey;
pub use scalar::{Scalar, ScalarStyle};
pub use span::Span;
pub use tree::Tree;
