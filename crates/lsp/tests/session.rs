//! A host in a few lines, so that the moments between its steps can be tested: what arrives while
//! work is under way decides whether the work still counts.

#![allow(clippy::unwrap_used, clippy::panic)]

use konflux_lsp::lsp_types::{
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, PublishDiagnosticsParams, Url,
};
use konflux_lsp::{Effect, File, Initialize, Outcome, Session};
use serde_json::{Value, json};

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

const A: &str = "file:///w/a.yaml";
const B: &str = "file:///w/b.yaml";

struct Host(Session);

impl Host {
    fn new(pulls: bool) -> Host {
        let mut capabilities = json!({});
        if pulls {
            capabilities = json!({
                "textDocument": { "diagnostic": {} },
                "workspace": { "diagnostics": { "refreshSupport": true } },
            });
        }
        let params = json!({ "rootUri": "file:///w", "capabilities": capabilities });
        let mut session = Session::new();
        session.initialize(Initialize::read(&params));
        assert!(
            matches!(&session.initialized()[..], [Effect::Scan(folders)] if *folders == ["/w".into()])
        );
        session.scanned();
        Host(session)
    }

    fn open(&mut self, uri: &str, text: &str) -> Vec<Effect> {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.0.did_open(of(json!({ "textDocument": document })))
    }

    /// Inserts a line at the start.
    fn edit(&mut self, uri: &str, version: i32, line: &str) -> Vec<Effect> {
        let start = json!({ "line": 0, "character": 0 });
        let change =
            json!({ "range": { "start": start, "end": start }, "text": format!("{line}\n") });
        let document = json!({ "uri": uri, "version": version });
        self.0.did_change(of(
            json!({ "textDocument": document, "contentChanges": [change] }),
        ))
    }

    fn close(&mut self, uri: &str) -> Vec<Effect> {
        self.0
            .did_close(of(json!({ "textDocument": { "uri": uri } })))
    }

    fn load(&mut self, path: &str, text: Option<&str>) {
        self.0.load(vec![File {
            path: path.into(),
            text: text.map(str::to_owned),
        }]);
    }

    /// A piece of work, done but not handed back.
    fn work(&mut self) -> Option<Outcome> {
        self.0.work().map(konflux_lsp::Work::run)
    }

    /// Everything that is due, in words.
    fn settle(&mut self) -> Vec<String> {
        let mut said = Vec::new();
        while let Some(outcome) = self.work() {
            said.extend(self.0.done(outcome).iter().map(word));
            assert!(said.len() < 50, "it never ends: {said:?}");
        }
        said
    }

    fn pull(&mut self, uri: &str) -> usize {
        let answer = self
            .0
            .document_diagnostic(of(json!({ "textDocument": { "uri": uri } })));
        count(answer.get().unwrap())
    }
}

fn count(result: DocumentDiagnosticReportResult) -> usize {
    match result {
        DocumentDiagnosticReportResult::Report(DocumentDiagnosticReport::Full(report)) => {
            report.full_document_diagnostic_report.items.len()
        }
        other => panic!("{other:?}"),
    }
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn word(effect: &Effect) -> String {
    match effect {
        Effect::Publish(PublishDiagnosticsParams {
            uri,
            diagnostics,
            version,
        }) => {
            let name = uri.path().rsplit('/').next().unwrap_or_default();
            let version = version.map_or("none".to_owned(), |version| version.to_string());
            format!("{name} version {version}: {}", diagnostics.len())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn only_the_latest_version_is_told() {
    let mut host = Host::new(false);
    host.open(A, GREET);
    let outdated = host.work().unwrap();
    host.edit(A, 2, "# more");
    assert!(host.0.done(outdated).is_empty());
    assert_eq!(host.settle(), ["a.yaml version 2: 0"]);
    assert_eq!(host.settle(), [""; 0], "nothing is due any more");
}

#[test]
fn nothing_is_told_after_a_close() {
    let mut host = Host::new(false);
    host.open(A, &GREET.replace("who)", "whom)"));
    let late = host.work().unwrap();
    host.close(A);
    assert!(host.0.done(late).is_empty());
    assert_eq!(host.settle(), ["a.yaml version none: 0"]);
}

#[test]
fn a_document_opened_again_is_another() {
    let mut host = Host::new(false);
    host.open(A, &GREET.replace("who)", "whom)"));
    let late = host.work().unwrap();
    host.close(A);
    host.open(A, GREET);
    // The same version number, but not the same text.
    assert!(host.0.done(late).is_empty());
    assert_eq!(
        host.settle(),
        ["a.yaml version none: 0", "a.yaml version 1: 0"]
    );
}

#[test]
fn the_same_file_under_another_name_is_cleared() {
    let mut host = Host::new(false);
    host.open("file:///w/%61.yaml", &GREET.replace("who)", "whom)"));
    assert_eq!(host.settle(), ["%61.yaml version 1: 1"]);
    host.open(A, &GREET.replace("who)", "whom)"));
    assert_eq!(
        host.settle(),
        ["%61.yaml version none: 0", "a.yaml version 1: 1"]
    );
}

#[test]
fn neighbours_are_told_once_and_only_of_changes() {
    let mut host = Host::new(false);
    host.open(A, GREET);
    host.open(B, CALL);
    host.settle();
    host.edit(A, 2, "# changes nothing for others");
    assert_eq!(host.settle(), ["a.yaml version 2: 0"]);
    host.close(A);
    assert_eq!(
        host.settle(),
        ["a.yaml version none: 0", "b.yaml version 1: 0"]
    );
}

#[test]
fn while_files_are_read_only_edits_are_told() {
    let mut host = Host::new(false);
    host.0.did_change_workspace_folders(of(
        json!({ "event": { "added": [{ "uri": "file:///v", "name": "v" }], "removed": [] } }),
    ));
    host.open(B, CALL);
    assert_eq!(host.settle(), ["b.yaml version 1: 0"]);
    host.load("/w/a.yaml", Some(GREET));
    assert_eq!(host.settle(), [""; 0]);
    host.0.scanned();
    assert_eq!(host.settle(), ["b.yaml version 1: 1"]);
}

#[test]
fn a_pull_under_way_when_files_arrive_is_asked_for_again() {
    let mut host = Host::new(true);
    host.open(B, CALL);
    let under_way = host
        .0
        .document_diagnostic(of(json!({ "textDocument": { "uri": B } })));
    host.load("/w/a.yaml", Some(GREET));
    assert_eq!(host.settle(), ["Refresh"]);
    assert_eq!(count(under_way.get().unwrap()), 0);
    assert_eq!(host.pull(B), 1);
    assert_eq!(host.settle(), [""; 0]);
}

#[test]
fn a_refresh_is_asked_for_only_when_something_changed() {
    let mut host = Host::new(true);
    host.open(B, CALL);
    assert_eq!(host.pull(B), 0);
    host.load("/w/other.yaml", Some(&GREET.replace("greet", "other")));
    assert_eq!(
        host.settle(),
        [""; 0],
        "another task is nothing to this pipeline"
    );
    host.load("/w/a.yaml", Some(GREET));
    assert_eq!(host.settle(), ["Refresh"]);
    assert_eq!(host.pull(B), 1);
    host.load("/w/a.yaml", None);
    assert_eq!(host.settle(), ["Refresh"]);
    host.close(B);
    host.load("/w/a.yaml", Some(GREET));
    assert_eq!(host.settle(), [""; 0], "nobody was told about anything");
}

#[cfg(debug_assertions)]
#[test]
fn a_panic_costs_the_analysis_and_not_the_text() {
    let mut host = Host::new(false);
    host.open(A, GREET);
    host.open(B, CALL);
    host.settle();
    host.0.fail_next_edit();
    let effects = host.edit(A, 2, "# edited");
    assert!(
        matches!(effects[..], [Effect::Log(..), Effect::Scan(_)]),
        "{effects:?}"
    );
    let uri = Url::parse(A).unwrap();
    assert_eq!(host.0.text(&uri).unwrap(), format!("# edited\n{GREET}"));
    host.0.scanned();
    host.edit(A, 3, "# again");
    assert!(host.settle().contains(&"a.yaml version 3: 0".to_owned()));
    assert_eq!(
        host.0.text(&uri).unwrap(),
        format!("# again\n# edited\n{GREET}")
    );
}

#[test]
fn files_outside_the_workspace_are_not_taken_in() {
    let mut host = Host::new(false);
    host.open(B, CALL);
    host.load("/elsewhere/a.yaml", Some(GREET));
    assert_eq!(host.settle(), ["b.yaml version 1: 0"]);
    let event = json!({ "changes": [{ "uri": "file:///elsewhere/a.yaml", "type": 1 }, { "uri": "file:///w/node_modules/a.yaml", "type": 1 }] });
    assert!(host.0.did_change_watched_files(of(event)).is_empty());
}

#[test]
fn catalogs_are_read_once_the_configuration_that_names_them_is_saved() {
    const CONFIG: &str = "file:///w/.konflux-ls.yaml";
    let named = "catalogs: [../tasks, /abs/acme.catalog]\n";
    let mut host = Host::new(false);
    // While somebody types a path, it names other folders.
    assert!(host.open(CONFIG, named).is_empty());
    assert!(host.edit(CONFIG, 2, "# Ours").is_empty());
    let saved = File {
        path: "/w/.konflux-ls.yaml".into(),
        text: Some(format!("# Ours\n{named}")),
    };
    let effects = host.0.load(vec![saved]);
    let [Effect::ReadCatalogs(paths)] = &effects[..] else {
        panic!("catalogs to read: {effects:?}");
    };
    assert_eq!(*paths, ["/tasks".into(), "/abs/acme.catalog".into()]);
    host.settle();
    assert_eq!(host.pull(CONFIG), 0);
    let reason = Err("this editor cannot read it".to_owned());
    host.0.load_catalog("/tasks", reason);
    assert_eq!(host.settle().len(), 1, "the client hears of it");
    assert_eq!(host.pull(CONFIG), 1);
}
