//! The same types for TypeScript.

use std::fmt::Write;
use std::path::Path;

use lsp_types::request::Request;
use ts_rs::{Config, TS};

use super::*;

const HEAD: &str = "\
// Written from crates/lsp/src/requests.rs by its tests: UPDATE=1 cargo test -p konflux-lsp.
// Requests of konflux-ls beyond the language server protocol, and the few of its types they need.

/** A URI as text. */
export type DocumentUri = string;

/** A place: line and column from 0, columns in the encoding that was negotiated. */
export interface Position {
  line: number;
  character: number;
}

/** From one place to another, exclusive. */
export interface Range {
  start: Position;
  end: Position;
}

/** A range of a document. */
export interface Location {
  uri: DocumentUri;
  range: Range;
}

/** Names a document. */
export interface TextDocumentIdentifier {
  uri: DocumentUri;
}
";

struct File {
    text: String,
    config: Config,
}

impl File {
    fn method<R: Request>(&mut self, name: &str, comment: &str) {
        let method = R::METHOD;
        let _ = write!(
            self.text,
            "\n/** {comment} */\nexport const {name} = \"{method}\";\n"
        );
    }

    fn declare<T: TS>(&mut self) {
        let docs = T::docs().unwrap_or_default();
        let declaration = format!("{docs}export {}", T::decl(&self.config));
        self.text.push('\n');
        self.text.push_str(&formatted(&declaration));
    }
}

/// A declaration as the formatter of TypeScript wants it.
fn formatted(declaration: &str) -> String {
    let compact = declaration
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */");
    let mut text = String::new();
    let mut indent = "";
    for line in compact.lines().map(str::trim_end) {
        if let Some(head) = line.strip_suffix(" = {") {
            let head = head.replacen("export type", "export interface", 1);
            let _ = writeln!(text, "{head} {{");
            indent = "  ";
        } else if let Some(last) = line.strip_suffix(", };") {
            let _ = writeln!(text, "{indent}{last};\n}}");
        } else if let Some(field) = line.strip_suffix(',').filter(|_| !is_comment(line)) {
            let _ = writeln!(text, "{indent}{field};");
        } else {
            let _ = writeln!(text, "{indent}{line}");
        }
    }
    text
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with('*') || line.starts_with("/*")
}

fn file() -> String {
    let mut file = File {
        text: HEAD.to_owned(),
        config: Config::default().with_large_int("number"),
    };
    file.method::<PipelineGraphs>(
        "PIPELINE_GRAPH",
        "Client to server: `PipelineGraphParams` gives `PipelineGraphResult`.",
    );
    file.method::<ListFiles>(
        "LIST_FILES",
        "Server to client: `ListFilesParams` gives `ListFilesResult`.",
    );
    file.method::<ReadFiles>(
        "READ_FILES",
        "Server to client: `ReadFilesParams` gives `ReadFilesResult`.",
    );
    file.declare::<PipelineGraphParams>();
    file.declare::<PipelineGraphResult>();
    file.declare::<CurrentNode>();
    file.declare::<PipelineGraph>();
    file.declare::<PipelineClassName>();
    file.declare::<GraphNode>();
    file.declare::<GraphTarget>();
    file.declare::<GraphTargetKind>();
    file.declare::<GraphEdge>();
    file.declare::<GraphEdgeKind>();
    file.declare::<GraphGroup>();
    file.declare::<GraphGroupKind>();
    file.declare::<GraphFinding>();
    file.declare::<ListFilesParams>();
    file.declare::<ListFilesResult>();
    file.declare::<ReadFilesParams>();
    file.declare::<ReadFilesResult>();
    file.text
}

#[test]
fn typescript_knows_the_same_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wasm/ts/protocol.ts");
    let expected = file();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "{} is stale: run this test with UPDATE=1",
        path.display()
    );
}
