//! The real binary over stdio, seen from a client.
//!
//! The traps that these tests guard are those that language servers fall into: messages out of
//! order, requests that hold up others, panics that end the server, processes that outlive their
//! editor, positions in the wrong encoding, and diagnostics that are stale.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod diagnostics;
mod features;
mod files;
mod lifecycle;
mod order;
mod robustness;
mod text;

use konflux_tests::client::{Builder, Client};

fn client() -> Builder {
    Builder::new(env!("CARGO_BIN_EXE_konflux-ls"))
}

/// A task that uses one param that it declares.
const GREET: &str = "\
apiVersion: tekton.dev/v1
kind: Task
metadata:
  name: greet
spec:
  params:
    - name: who
      type: string
  steps:
    - name: greet
      image: quay.io/acme/tools:1
      args: [\"$(params.who)\"]
";

/// Where `$(params.who)` stands in [`GREET`]: line and columns of the name.
const WHO: [u32; 4] = [11, 23, 11, 26];

/// A pipeline that calls a task by name, without the param that it needs.
const CALL: &str = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: hello
spec:
  tasks:
    - name: greet
      taskRef:
        name: greet
";

/// The rules of some diagnostics, in order.
fn codes(diagnostics: &[lsp_types::Diagnostic]) -> Vec<&str> {
    let code = |diagnostic: &'_ lsp_types::Diagnostic| match &diagnostic.code {
        Some(lsp_types::NumberOrString::String(_)) => (),
        other => panic!("a rule has a name: {other:?}"),
    };
    diagnostics.iter().for_each(code);
    diagnostics
        .iter()
        .filter_map(|diagnostic| match &diagnostic.code {
            Some(lsp_types::NumberOrString::String(code)) => Some(code.as_str()),
            _ => None,
        })
        .collect()
}

/// The rules in a pulled report.
fn pulled_codes(report: &serde_json::Value) -> Vec<&str> {
    assert_eq!(report["kind"], "full", "{report}");
    let items = report["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["code"].as_str().unwrap_or(""))
        .collect()
}
