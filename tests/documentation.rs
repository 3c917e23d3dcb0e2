//! What the documentation shows is what the program says.
//!
//! `UPDATE=1 cargo test -p konflux-ls --test documentation` brings it up to date.

use std::fs;
use std::process::Command;

use konflux_tests::repository;

/// Runs a command line of the documentation in the folder of the repository.
fn output(command_line: &str) -> String {
    let mut words = command_line.split_whitespace();
    assert_eq!(words.next(), Some("konflux-ls"));
    let output = Command::new(env!("CARGO_BIN_EXE_konflux-ls"))
        .args(words)
        .current_dir(repository())
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the binary starts");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// The page with every block after `<!-- output of: … -->` replaced by what is printed today.
fn refreshed(page: &str) -> String {
    let mut result = String::new();
    let mut rest = page;
    while let Some(at) = rest.find("<!-- output of: ") {
        let mark = &rest[at..];
        let (line, after) = mark.split_once('\n').expect("a line of its own");
        let command_line = line
            .trim_start_matches("<!-- output of: ")
            .trim_end_matches(" -->");
        let block = after.strip_prefix("```text").expect("a text block follows");
        let (_, after) = block.split_once("\n```\n").expect("the block ends");
        let text = output(command_line);
        result.push_str(&rest[..at]);
        result.push_str(&format!("{line}\n```text\n{}\n```\n", text.trim_end()));
        rest = after;
    }
    result + rest
}

#[test]
fn pages_show_what_is_printed() {
    for name in ["README.md", "docs/catalog.md", "docs/command-line.md"] {
        let path = repository().join(name);
        let page = fs::read_to_string(&path).expect(name);
        let fresh = refreshed(&page);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &fresh).expect(name);
        } else {
            let advice = "UPDATE=1 cargo test -p konflux-ls --test documentation";
            assert!(page == fresh, "{name} is stale: {advice}");
        }
    }
}

#[test]
fn the_examples_show_every_family_of_rules() {
    let text = output("konflux-ls check --format json examples");
    let findings: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut found: Vec<(&str, &str)> = findings
        .iter()
        .map(|it| {
            (
                it["path"].as_str().expect("a path"),
                it["rule"].as_str().expect("a rule"),
            )
        })
        .collect();
    found.sort_unstable();
    let pipeline = "examples/build/pipelines/build-container.yaml";
    let release = "examples/release/pipelines/publish-image/publish-image.yaml";
    assert_eq!(
        found,
        [
            (pipeline, "missing-workspace"),
            (pipeline, "undeclared-param"),
            (
                "examples/build/task/build-image/0.1/build-image.yaml",
                "duplicate-param"
            ),
            (
                "examples/integration/pipelines/smoke-test.yaml",
                "unknown-param"
            ),
            ("examples/integration/tasks/greet.yaml", "syntax-error"),
            (release, "missing-param"),
            (release, "modified-in-release"),
            (release, "unknown-result"),
            (release, "unknown-run-after"),
            (
                "examples/release/tasks/publish-packages/publish-packages.yaml",
                "mixed-release-task"
            ),
        ]
    );
}
