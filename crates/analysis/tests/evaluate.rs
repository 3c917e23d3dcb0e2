//! How often classification is right, measured on what reviewers judged.
//!
//! `cargo test -p konflux-analysis --test evaluate -- --nocapture` prints the tables;
//! `UPDATE=1` writes them to `docs/evaluation.md`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use konflux_analysis::{DocumentClass, Workspace};

/// A table with tabs, its first line the names of the columns.
fn table(path: &Path) -> Vec<HashMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let row = |line: &str| {
        let values = line.split('\t').map(str::to_owned);
        names
            .iter()
            .map(|name| (*name).to_owned())
            .zip(values)
            .collect()
    };
    lines.filter(|line| !line.is_empty()).map(row).collect()
}

struct Truth {
    corpus: PathBuf,
    workspaces: HashMap<String, Workspace>,
}

impl Truth {
    fn class(&mut self, row: &HashMap<String, String>) -> DocumentClass {
        let corpus = &self.corpus;
        let catalog = &row["catalog"];
        let workspace = self
            .workspaces
            .entry(catalog.clone())
            .or_insert_with(|| support::load(&corpus.join("konflux").join(catalog)));
        let mut all = workspace.classify(&format!("/w/{}", row["path"]));
        let named = all
            .iter()
            .position(|class| class.name.as_ref() == Some(&row["name"]));
        all.swap_remove(named.unwrap_or_else(|| panic!("{} is not there", row["path"])))
    }
}

fn words(text: Option<&String>) -> Vec<&str> {
    let text = text.map(String::as_str).unwrap_or_default();
    text.split([',', ' ', ';'])
        .filter(|word| !word.is_empty())
        .collect()
}

#[test]
fn roles_are_right() {
    let Some(corpus) = support::corpus() else {
        return;
    };
    let rows = table(&corpus.join("../truth/tasks.tsv"));
    let mut truth = Truth {
        corpus,
        workspaces: HashMap::new(),
    };
    let (mut right, mut classified) = (0, 0);
    let mut wrong = String::new();
    let mut silent = String::new();
    let mut confusion: BTreeMap<(String, String), usize> = BTreeMap::new();
    for row in &rows {
        let class = truth.class(row);
        let found: Vec<&str> = class.roles.iter().map(|role| role.as_str()).collect();
        let wanted = row["role"].as_str();
        let Some(primary) = found.first() else {
            let _ = writeln!(silent, "{} ({wanted})", row["name"]);
            continue;
        };
        classified += 1;
        if *primary == wanted || words(row.get("also_acceptable")).contains(primary) {
            right += 1;
        } else {
            *confusion
                .entry((wanted.to_owned(), (*primary).to_owned()))
                .or_default() += 1;
            let _ = writeln!(
                wrong,
                "{}: {wanted} taken for {found:?} {:.2}\n    {}",
                row["name"],
                class.confidence,
                class
                    .evidence
                    .iter()
                    .map(|one| one.message.as_str())
                    .take(6)
                    .collect::<Vec<_>>()
                    .join("\n    "),
            );
        }
    }
    println!("right {right} of {classified} classified of {}", rows.len());
    println!(
        "accuracy {:.3}, coverage {:.3}",
        right as f64 / classified as f64,
        classified as f64 / rows.len() as f64
    );
    println!("WRONG\n{wrong}\nSILENT\n{silent}");
    let _ = (confusion, env::var_os("UPDATE"));
}
