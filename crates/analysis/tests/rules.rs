//! Every rule, by its own documentation: *Bad* is flagged by this rule and by no other, *Good* by
//! none, and where a fix exists, the fix of *Bad* gives *Good*. So documentation cannot lie.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeMap;

use konflux_analysis::rules::{self, Rule};
use konflux_analysis::{ActionKind, Workspace};

const FOLDER: &str = "/example";

/// The files of an example: path and text.
type Files = BTreeMap<String, String>;

/// The fenced block below a heading, cut into files at lines `#- path`.
fn example(rule: &Rule, heading: &str) -> Files {
    let docs = rule.description();
    let docs: Vec<&str> = docs.lines().collect();
    let from = docs
        .iter()
        .position(|line| *line == format!("## {heading}"));
    let from = from.unwrap_or_else(|| panic!("{} has no `## {heading}`", rule.name));
    let block = docs[from..]
        .iter()
        .skip_while(|line| **line != "```yaml")
        .skip(1)
        .take_while(|line| **line != "```");
    let mut files = Files::new();
    let mut path = format!("{FOLDER}/example.yaml");
    for line in block {
        match line.strip_prefix("#- ") {
            Some(name) => path = format!("{FOLDER}/{name}"),
            None => {
                let text = files.entry(path.clone()).or_default();
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    files
}

fn open(files: &Files) -> Workspace {
    let mut workspace = Workspace::new();
    workspace.set_roots(vec![FOLDER.into()]);
    let off = rules::all().iter().filter(|rule| !rule.on_by_default);
    let on = off.map(|rule| format!("  {}: {}\n", rule.name, rule.severity.as_str()));
    let config = format!("rules:\n{}", on.collect::<String>());
    workspace.load(&format!("{FOLDER}/.konflux-ls.yaml"), &config);
    for (path, text) in files {
        workspace.load(path, text);
    }
    workspace
}

/// `rule@line: message` of all findings, by file.
fn findings(workspace: &Workspace, files: &Files) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (path, text) in files {
        for finding in workspace.findings(path).iter() {
            let line = text[..finding.range.start].lines().count();
            let message = format!("{path}:{line}: {} ({})", finding.message, finding.rule);
            found.push((finding.rule, message));
        }
    }
    found
}

/// Applies the preferred fix of one finding after the other until there is none left.
fn fix_all(rule: &Rule, files: &Files) -> Files {
    let mut files = files.clone();
    for _ in 0..10 {
        let workspace = open(&files);
        let change = files.keys().find_map(|path| {
            let findings = workspace.findings(path);
            let finding = findings.iter().find(|finding| finding.fixable)?;
            let actions = workspace.actions(path, finding.range.clone());
            let action = actions
                .iter()
                .find(|action| action.kind == ActionKind::QuickFix && action.preferred);
            let action = action.unwrap_or_else(|| panic!("{}: fixable, without a fix", rule.name));
            action.source_change(&workspace)
        });
        let Some(change) = change else { break };
        for (path, text) in &mut files {
            *text = change.apply_to(path, text);
        }
    }
    files
}

#[test]
fn examples_tell_the_truth() {
    for rule in rules::all() {
        let (bad, good) = (example(rule, "Bad"), example(rule, "Good"));
        let found = findings(&open(&bad), &bad);
        assert!(!found.is_empty(), "{}: *Bad* is not flagged", rule.name);
        for (name, message) in &found {
            assert_eq!(*name, rule.name, "*Bad* of {}: {message}", rule.name);
        }
        let found = findings(&open(&good), &good);
        assert_eq!(found, [], "*Good* of {}", rule.name);
        if rule.fix.is_some() {
            let fixed = fix_all(rule, &bad);
            assert_eq!(fixed, good, "the fix of *Bad* of {}", rule.name);
        }
    }
}

#[test]
fn names_are_in_order_and_unique() {
    let names: Vec<&str> = rules::all().iter().map(|rule| rule.name).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(names, sorted);
    for rule in rules::all() {
        let fits = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(rule.name.chars().all(fits), "{}", rule.name);
        assert!(
            rule.summary().ends_with('.'),
            "{}: the summary is a sentence",
            rule.name
        );
    }
}

#[test]
fn messages_are_sentences_without_a_full_stop() {
    for rule in rules::all() {
        let files = example(rule, "Bad");
        let workspace = open(&files);
        for path in files.keys() {
            for finding in workspace.findings(path).iter() {
                let message = &finding.message;
                let is_begun = !message.starts_with(|first: char| first.is_lowercase());
                assert!(
                    is_begun && !message.ends_with('.'),
                    "{}: {message}",
                    rule.name
                );
            }
        }
    }
}

#[test]
fn every_finding_can_be_ignored_where_it_stands() {
    for rule in rules::all() {
        // What is wrong with comments or with the configuration is mended, not ignored.
        if matches!(
            rule.check,
            rules::On::Suppression | rules::On::Configuration
        ) {
            continue;
        }
        let files = example(rule, "Bad");
        let workspace = open(&files);
        let (path, finding) = files
            .keys()
            .find_map(|path| Some((path, workspace.findings(path).first()?.clone())))
            .unwrap_or_else(|| panic!("{}: no finding", rule.name));
        let actions = workspace.actions(path, finding.range.clone());
        let ignore = actions
            .iter()
            .find(|action| action.kind == ActionKind::Suppress)
            .unwrap_or_else(|| panic!("{}: cannot be ignored", rule.name));
        let change = ignore.source_change(&workspace).unwrap();
        let mut ignored = files.clone();
        for (path, text) in &mut ignored {
            *text = change.apply_to(path, text);
        }
        let left = findings(&open(&ignored), &ignored);
        assert_eq!(left, [], "{} after: {ignored:#?}", rule.name);
    }
}

#[test]
fn a_whole_file_can_be_ignored() {
    for rule in rules::all() {
        if matches!(
            rule.check,
            rules::On::Suppression | rules::On::Configuration
        ) {
            continue;
        }
        let mut files = example(rule, "Bad");
        for text in files.values_mut() {
            *text = format!("# konflux: ignore-file[{}] because\n{text}", rule.name);
        }
        let left = findings(&open(&files), &files);
        // In files without a finding, the comment is of no use, and says so.
        assert!(
            left.iter().all(|(name, _)| *name == "unused-suppression"),
            "{}: {left:?}",
            rule.name
        );
        assert_eq!(left.len(), files.len() - 1, "{}: {left:?}", rule.name);
    }
}

#[test]
fn a_key_must_be_a_text() {
    let task = "apiVersion: tekton.dev/v1\nkind: Task\nmetadata:\n  labels:\n";
    for key in ["[a]: b", "{a: b}: c", "? [a]\n    : b"] {
        let text = format!("{task}    {key}\n");
        let files = Files::from([(format!("{FOLDER}/task.yaml"), text)]);
        let found = findings(&open(&files), &files);
        let rules: Vec<_> = found.iter().map(|(rule, _)| *rule).collect();
        assert_eq!(rules, ["syntax-error"], "{key}: {found:?}");
    }
}

#[test]
fn every_file_is_listed() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
    let shared = [
        "mod",
        "calls",
        "duplicates",
        "edit",
        "guideline",
        "lines",
        "nearest",
        "order",
        "scope",
    ];
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry
            .unwrap()
            .file_name()
            .to_string_lossy()
            .replace(".rs", "");
        let rule = name.replace('_', "-");
        let listed = rules::all().iter().any(|known| known.name == rule);
        assert!(
            listed || shared.contains(&&*name),
            "{name} is not in `rules::all`"
        );
    }
}
