//! Files on disk: found, watched, odd, and gone.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{CALL, Client, GREET, client, pulled_codes};

const REFRESH: &str = "workspace/diagnostic/refresh";

fn event(client: &mut Client, name: &str, kind: u8) {
    let uri = client.uri(name);
    client.notify(
        "workspace/didChangeWatchedFiles",
        json!({ "changes": [{ "uri": uri, "type": kind }] }),
    );
}

/// Pulls until the findings are these: files are read at leisure.
fn eventually(client: &mut Client, name: &str, expected: &[&str]) {
    let uri = client.uri(name);
    for _ in 0..500 {
        if pulled_codes(&client.pull(&uri, None)) == expected {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("never {expected:?}: {}", client.pull(&uri, None));
}

#[test]
fn files_come_and_go() {
    let mut client = client()
        .pulls()
        .can(
            "/workspace/didChangeWatchedFiles/dynamicRegistration",
            json!(true),
        )
        .start();
    let registered = client.expect("client/registerCapability");
    assert_eq!(
        registered["registrations"][0]["method"],
        "workspace/didChangeWatchedFiles"
    );
    let uri = client.uri("call.yaml");
    client.open(&uri, CALL);
    eventually(&mut client, "call.yaml", &[]);
    client.write("greet.yaml", GREET);
    event(&mut client, "greet.yaml", 1);
    client.expect(REFRESH);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.write(
        "greet.yaml",
        GREET.replace("      type: string", "      default: world"),
    );
    event(&mut client, "greet.yaml", 2);
    client.expect(REFRESH);
    eventually(&mut client, "call.yaml", &[]);
    client.write("greet.yaml", GREET);
    event(&mut client, "greet.yaml", 2);
    client.expect(REFRESH);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.remove("greet.yaml");
    event(&mut client, "greet.yaml", 3);
    client.expect(REFRESH);
    eventually(&mut client, "call.yaml", &[]);
}

#[test]
fn a_folder_that_is_deleted_takes_its_files_along() {
    let mut client = client().pulls().file("tasks/greet.yaml", GREET).start();
    let uri = client.uri("tasks/call.yaml");
    client.open(&uri, CALL);
    eventually(&mut client, "tasks/call.yaml", &["missing-param"]);
    client.remove("tasks");
    event(&mut client, "tasks", 3);
    eventually(&mut client, "tasks/call.yaml", &[]);
    client.forget();
}

#[test]
fn ignored_files_stay_ignored_when_they_change() {
    let mut client = client()
        .finds_files_itself()
        .pulls()
        .file(".gitignore", "out/\n")
        .file("out/greet.yaml", GREET)
        .start();
    let uri = client.uri("call.yaml");
    client.open(&uri, CALL);
    for folder in ["out", "node_modules", ".git"] {
        client.write(&format!("{folder}/greet.yaml"), GREET);
        event(&mut client, &format!("{folder}/greet.yaml"), 1);
    }
    client.write("greet.yaml", GREET);
    event(&mut client, "greet.yaml", 1);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    let uri = client.uri("out/greet.yaml");
    assert_eq!(definition(&mut client, &uri), Value::Null);
    client.forget();
}

fn definition(client: &mut Client, uri: &lsp_types::Url) -> Value {
    let place =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 11, "character": 23 } });
    let id = client.send("textDocument/definition", place);
    client.answer(id).unwrap()
}

#[test]
fn the_buffer_counts_until_it_is_closed() {
    let mut client = client().pulls().file("greet.yaml", GREET).start();
    let (call, greet) = (client.uri("call.yaml"), client.uri("greet.yaml"));
    client.open(&call, CALL);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.open(
        &greet,
        &GREET.replace("      type: string", "      default: world"),
    );
    eventually(&mut client, "call.yaml", &[]);
    // Changes on disk are nothing to an open document.
    client.write("greet.yaml", format!("# changed\n{GREET}"));
    event(&mut client, "greet.yaml", 2);
    client.listen(Duration::from_millis(200));
    eventually(&mut client, "call.yaml", &[]);
    client.close(&greet);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.forget();
}

#[test]
fn saving_is_seen_without_watching() {
    let mut client = client().pulls().start();
    let (call, greet) = (client.uri("call.yaml"), client.uri("greet.yaml"));
    client.open(&call, CALL);
    client.open(&greet, GREET);
    client.write("greet.yaml", GREET);
    client.notify(
        "textDocument/didSave",
        json!({ "textDocument": { "uri": greet } }),
    );
    client.close(&greet);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.forget();
}

#[test]
fn workspace_folders_come_and_go() {
    let other = tempfile::tempdir().unwrap();
    let folder = other.path().canonicalize().unwrap();
    std::fs::write(folder.join("greet.yaml"), GREET.replace("who)", "whom)")).unwrap();
    let root = lsp_types::Url::from_file_path(&folder).unwrap();
    let mut client = client().finds_files_itself().pulls().start();
    let found = |client: &mut Client| {
        let id = client.send("workspace/diagnostic", json!({ "previousResultIds": [] }));
        client.answer(id).unwrap()["items"]
            .as_array()
            .unwrap()
            .len()
    };
    let change = |client: &mut Client, added: Value, removed: Value| {
        let event = json!({ "event": { "added": added, "removed": removed } });
        client.notify("workspace/didChangeWorkspaceFolders", event);
    };
    assert_eq!(found(&mut client), 0);
    let entry = json!([{ "uri": root, "name": "other" }]);
    change(&mut client, entry.clone(), json!([]));
    client.expect(REFRESH);
    assert_eq!(found(&mut client), 1);
    change(&mut client, json!([]), entry);
    client.expect(REFRESH);
    assert_eq!(found(&mut client), 0);
}

#[test]
fn odd_files_are_named_and_left_out() {
    let mut builder = client()
        .finds_files_itself()
        .pulls()
        .file("greet.yaml", GREET)
        .file("binary.yaml", b"\x7fELF\xff\0tekton.dev/");
    let huge = builder.path().join("huge.yaml");
    std::fs::File::create(&huge)
        .unwrap()
        .set_len(100 << 20)
        .unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(builder.path(), builder.path().join("loop")).unwrap();
    builder = builder.file("other.yaml", "kind: ConfigMap\n");
    let mut client = builder.start();
    let mut logged = Vec::new();
    for _ in 0..2 {
        logged.push(
            client.expect("window/logMessage")["message"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    logged.sort();
    assert!(
        logged[0].contains("binary.yaml was left out: it is not valid UTF-8"),
        "{logged:?}"
    );
    assert!(
        logged[1].contains("huge.yaml was left out: it is larger than the limit of 32 MiB"),
        "{logged:?}"
    );
    let uri = client.uri("call.yaml");
    client.open(&uri, CALL);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    // Events about files that are already gone again.
    for _ in 0..50 {
        event(&mut client, "gone.yaml", 1);
        event(&mut client, "huge.yaml", 2);
    }
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.forget();
}

#[test]
fn the_nearest_configuration_above_the_folder_counts() {
    let outer = tempfile::tempdir().unwrap();
    let inner = outer.path().join("project");
    std::fs::create_dir(&inner).unwrap();
    std::fs::write(
        outer.path().join(".konflux-ls.yaml"),
        "rules:\n  undeclared-param: off\n",
    )
    .unwrap();
    let mut client = client().finds_files_itself().pulls().start();
    let root = lsp_types::Url::from_file_path(inner.canonicalize().unwrap()).unwrap();
    let event = json!({ "event": { "added": [{ "uri": root, "name": "inner" }], "removed": [] } });
    client.notify("workspace/didChangeWorkspaceFolders", event);
    let uri = lsp_types::Url::from_file_path(inner.canonicalize().unwrap().join("a.yaml")).unwrap();
    client.open(&uri, &GREET.replace("who)", "whom)"));
    for _ in 0..500 {
        if pulled_codes(&client.pull(&uri, None)).is_empty() {
            client.forget();
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the configuration was never seen");
}

#[test]
fn catalogs_of_the_configuration_are_read() {
    let mut client = client().finds_files_itself().pulls().start();
    let call = "\
apiVersion: tekton.dev/v1
kind: Pipeline
metadata:
  name: push
spec:
  tasks:
    - name: greet
      taskRef:
        resolver: git
        params:
          - {name: url, value: https://github.com/acme/tasks}
          - {name: revision, value: main}
          - {name: pathInRepo, value: task/greet/0.1/greet.yaml}
";
    let uri = client.uri("call.yaml");
    client.open(&uri, call);
    eventually(&mut client, "call.yaml", &[]);
    client.write("vendor/tasks/task/greet/0.1/greet.yaml", GREET);
    client.write(
        "vendor/tasks/.git/config",
        "[remote \"origin\"]\nurl = https://github.com/acme/tasks\n",
    );
    client.write(".konflux-ls.yaml", "catalogs: [vendor/tasks]\n");
    event(&mut client, ".konflux-ls.yaml", 1);
    client.expect(REFRESH);
    eventually(&mut client, "call.yaml", &["missing-param"]);
    client.write(".konflux-ls.yaml", "catalogs: [vendor/other]\n");
    event(&mut client, ".konflux-ls.yaml", 2);
    eventually(&mut client, "call.yaml", &[]);
    eventually(&mut client, ".konflux-ls.yaml", &["invalid-setting"]);
}
