//! What is generated from the rules is fresh. `UPDATE=1 cargo test -p konflux-analysis --test docs`
//! writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use konflux_analysis::configuration_schema;
use konflux_analysis::rules::{self, Group, On, Rule};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

/// Everything that is generated, by path below `docs/`.
fn generated() -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for rule in rules::all() {
        files.insert(format!("rules/{}.md", rule.name), page(rule));
    }
    files.insert("rules/README.md".into(), index());
    files.insert("konflux-ls.schema.json".into(), configuration_schema());
    files
}

fn page(rule: &Rule) -> String {
    let mut page = format!("# {}\n\n{}\n\n", rule.name, rule.summary());
    let fix = match rule.fix {
        Some(_) => "yes",
        None => "no",
    };
    let looks = match rule.check {
        On::Calls(_) => "this document and what it refers to",
        On::Duties(_) => "this document and what its tasks do",
        On::Syntax(_) | On::Document(_) => "this document",
        On::Suppression => "comments",
        On::Configuration => "the configuration file",
    };
    let _ = writeln!(
        page,
        "| severity | group | looks at | quick fix | since |\n|---|---|---|---|---|\n\
         | {} | {} | {looks} | {fix} | {} |",
        severity(rule),
        rule.group.title(),
        rule.since,
    );
    page + "\n" + &rule.description() + "\n"
}

fn severity(rule: &Rule) -> String {
    let severity = rule.severity.as_str();
    match rule.on_by_default {
        true => severity.to_owned(),
        false => format!("{severity}, off by default"),
    }
}

fn index() -> String {
    let mut index = String::from(
        "# Rules\n\nGenerated from the declarations in `crates/analysis/src/rules`; every example is \
         a test.\n\nA finding is silenced where it stands with `# konflux: ignore[rule] reason`, for \
         a whole file with `# konflux: ignore-file[rule] reason`, and for a project in \
         `.konflux-ls.yaml`.\n",
    );
    for group in Group::ALL {
        let _ = writeln!(
            index,
            "\n## {}\n\n| rule | severity | fix | |\n|---|---|---|---|",
            group.title()
        );
        for rule in rules::all().iter().filter(|rule| rule.group == group) {
            let fix = if rule.fix.is_some() { "yes" } else { "" };
            let _ = writeln!(
                index,
                "| [{name}]({name}.md) | {} | {fix} | {} |",
                severity(rule),
                rule.summary(),
                name = rule.name,
            );
        }
    }
    index
}

/// Every guideline is named where the sentences of ADR 45 are mapped to rules, and nothing else is.
#[test]
fn every_guideline_is_mapped() {
    let page = fs::read_to_string(docs().join("adr-45.md")).unwrap();
    let named = page.split("](rules/").skip(1);
    let named: BTreeSet<&str> = named.filter_map(|rest| rest.split(".md)").next()).collect();
    for name in &named {
        assert!(rules::find(name).is_some(), "there is no rule {name}");
    }
    for rule in rules::all() {
        if matches!(rule.group, Group::Guideline) {
            assert!(named.contains(rule.name), "{} is not named", rule.name);
            assert!(rule.docs.contains("(../adr-45.md)"), "{}", rule.name);
        }
    }
    let rows = page.lines().filter(|line| line.starts_with("| "));
    let without = rows.filter(|row| row.trim_end().ends_with("| |"));
    assert_eq!(without.count(), 0, "a sentence without a rule or a reason");
}

#[test]
fn generated_files_are_fresh() {
    let docs = docs();
    let update = env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    let generated = generated();
    for (path, text) in &generated {
        let file = docs.join(path);
        if fs::read_to_string(&file).is_ok_and(|old| old == *text) {
            continue;
        }
        stale.push(path.clone());
        if update {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, text).unwrap();
        }
    }
    // A page without a rule is stale too.
    for entry in fs::read_dir(docs.join("rules")).into_iter().flatten() {
        let name = format!("rules/{}", entry.unwrap().file_name().to_string_lossy());
        if !generated.contains_key(&name) {
            if update {
                fs::remove_file(docs.join(&name)).unwrap();
            }
            stale.push(name);
        }
    }
    assert!(
        update || stale.is_empty(),
        "stale: {stale:?}; run `UPDATE=1 cargo test -p konflux-analysis --test docs`"
    );
}
