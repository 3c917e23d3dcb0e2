//! Comments that silence findings, and the findings about such comments.
//!
//! `# ^^^ rule` below a line says where a finding is expected; all are listed, no other may appear.

#![allow(clippy::unwrap_used, clippy::panic)]

use konflux_analysis::{ActionKind, Workspace};

const PATH: &str = "/w/task.yaml";

/// A task with two results of the same name, the second at `$1`, and what else stands around it.
fn check(text: &str, expected: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_roots(vec!["/w".into()]);
    workspace.open(PATH, text);
    let findings = workspace.findings(PATH);
    let found: Vec<(&str, &str)> = findings
        .iter()
        .map(|finding| (finding.rule, &text[finding.range.clone()]))
        .collect();
    assert_eq!(found, expected, "in:\n{text}");
    workspace
}

fn task(results: &str) -> String {
    format!(
        "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  name: build\nspec:\n  results:\n\
         {results}  steps:\n    - name: build\n      image: quay.io/acme/buildah:1\n"
    )
}

#[test]
fn a_comment_at_the_end_speaks_for_the_item_that_begins_there() {
    check(
        &task("    - name: a\n    - name: a # konflux: ignore[duplicate-result] why\n"),
        &[],
    );
    check(
        &task("    - name: a # konflux: ignore[duplicate-result] wrong place\n    - name: a\n"),
        &[
            ("unused-suppression", "duplicate-result"),
            ("duplicate-result", "a"),
        ],
    );
}

#[test]
fn a_comment_above_speaks_for_all_that_belongs_to_the_node_below() {
    check(
        &task(
            "    - name: a\n    # konflux: ignore[duplicate-result]\n\n    # twice\n    - description: |\n        x\n      name: a\n",
        ),
        &[],
    );
    let whole = task("    - name: a\n    - name: a\n").replace(
        "  results:",
        "  # konflux: ignore[duplicate-result]\n  results:",
    );
    check(&whole, &[]);
    let spec = whole.replace("  # konflux", "  description: x\n  # konflux");
    check(&spec, &[]);
}

#[test]
fn a_comment_on_a_key_speaks_for_its_value() {
    let text = task("    - name: a\n    - name: a\n").replace(
        "  results:",
        "  results: # konflux: ignore[duplicate-result]",
    );
    check(&text, &[]);
}

#[test]
fn the_first_key_does_not_speak_for_the_whole_document() {
    let text = format!(
        "# konflux: ignore[duplicate-result]\n{}",
        task("    - name: a\n    - name: a\n")
    );
    check(
        &text,
        &[
            ("unused-suppression", "duplicate-result"),
            ("duplicate-result", "a"),
        ],
    );
}

#[test]
fn several_rules_share_a_comment() {
    let text = task(
        "    - name: a\n    # konflux: ignore[ duplicate-step , duplicate-result ] why\n    - name: a\n",
    );
    let workspace = check(&text, &[("unused-suppression", "duplicate-step")]);
    let finding = &workspace.findings(PATH)[0];
    let actions = workspace.actions(PATH, finding.range.clone());
    let fix = actions
        .iter()
        .find(|action| action.kind == ActionKind::QuickFix);
    let change = fix.unwrap().source_change(&workspace).unwrap();
    check(&change.apply_to(PATH, &text), &[]);
}

#[test]
fn an_unused_comment_goes_with_its_line_or_without() {
    for (before, after) in [
        (
            "    # konflux: ignore[duplicate-result] x\n    - name: a\n",
            "    - name: a\n",
        ),
        (
            "    - name: a # konflux: ignore[duplicate-result] x\n",
            "    - name: a\n",
        ),
    ] {
        let workspace = check(&task(before), &[("unused-suppression", "duplicate-result")]);
        let range = workspace.findings(PATH)[0].range.clone();
        let actions = workspace.actions(PATH, range);
        let change = actions[0].source_change(&workspace).unwrap();
        assert_eq!(change.apply_to(PATH, &task(before)), task(after));
    }
}

#[test]
fn line_breaks_of_windows_are_line_breaks() {
    let text = task("    - name: a\n    # konflux: ignore[duplicate-result]\n    - name: a\n");
    check(&text.replace('\n', "\r\n"), &[]);
    let text = task("    - name: a\n    - name: a # konflux: ignore[duplicate-result]\n");
    check(&text.replace('\n', "\r\n"), &[]);
}

#[test]
fn what_looks_like_a_comment_in_a_script_is_text() {
    let text = task("    - name: a\n    - name: a\n")
        + "      script: |\n        # konflux: ignore-file[duplicate-result]\n        true\n";
    check(&text, &[("duplicate-result", "a")]);
}

#[test]
fn a_script_is_silenced_from_above() {
    let text = task("    - name: a\n")
        + "      # konflux: ignore[undeclared-result]\n      script: |\n        true\n        echo > $(results.b.path)\n";
    check(&text, &[]);
}

#[test]
fn a_whole_file_has_several_documents() {
    let twice = task("    - name: a\n    - name: a\n");
    let text = format!("# konflux: ignore-file[duplicate-result] generated\n{twice}---\n{twice}");
    check(&text, &[]);
    let text =
        format!("{twice}---\n{twice}# konflux: ignore-file[duplicate-result, duplicate-step]\n");
    check(&text, &[("unused-suppression", "duplicate-step")]);
}

#[test]
fn names_are_checked() {
    check(
        &task("    # konflux: ignore[*]\n    - name: a\n"),
        &[("unknown-suppression", "*")],
    );
    check(
        &task("    # konflux: ignore[duplicate-result,]\n    - name: a\n    - name: a\n"),
        &[
            ("unused-suppression", "duplicate-result"),
            ("unknown-suppression", ""),
            ("duplicate-result", "a"),
        ],
    );
    check(
        &task("    # konflux: ignore[]\n    - name: a\n"),
        &[("malformed-suppression", "# konflux: ignore[]")],
    );
    check(
        &task("    # see konflux: it says so\n    # konflux-ls: not ours\n    - name: a\n"),
        &[],
    );
}
