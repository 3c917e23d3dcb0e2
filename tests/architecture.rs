//! Dependencies point one way: syntax ← analysis ← lsp ← server, and lsp ← wasm.
//!
//! What clippy can see (files, clocks, threads, printing) is in each crate's `clippy.toml`.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DepKindInfo, DependencyKind, Metadata, MetadataCommand, PackageId};

/// What a package of ours may use of the others, and what must not reach it even indirectly.
struct Place {
    package: &'static str,
    /// Packages of ours that it may name.
    may_use: &'static [&'static str],
    /// Packages of others that it must do without, however they would come in.
    never: &'static [&'static str],
    /// Packages of others that it must not name itself.
    never_directly: &'static [&'static str],
}

const HOUSE: &[Place] = &[
    Place {
        package: "konflux-syntax",
        may_use: &[],
        never: &[
            "serde",
            "serde_json",
            "serde_yaml",
            "lsp-types",
            "tokio",
            "tower-lsp",
            "wasm-bindgen",
        ],
        never_directly: &[],
    },
    Place {
        package: "konflux-analysis",
        may_use: &["konflux-syntax"],
        never: &[
            "lsp-types",
            "tokio",
            "tower-lsp",
            "wasm-bindgen",
            "ignore",
            "clap",
        ],
        never_directly: &[],
    },
    Place {
        package: "konflux-lsp",
        may_use: &["konflux-analysis", "konflux-syntax"],
        never: &["tokio", "tower-lsp", "wasm-bindgen", "ignore", "clap"],
        never_directly: &["serde_yaml"],
    },
    Place {
        package: "konflux-ls",
        may_use: &["konflux-lsp", "konflux-analysis", "konflux-syntax"],
        never: &["wasm-bindgen"],
        never_directly: &["serde_yaml"],
    },
    Place {
        package: "konflux-wasm",
        may_use: &["konflux-lsp"],
        never: &["tokio", "tower-lsp", "ignore", "clap"],
        never_directly: &["serde", "serde_json", "serde_yaml", "lsp-types"],
    },
    // A tool that builds: nothing of ours.
    Place {
        package: "konflux-wasm-bindgen",
        may_use: &[],
        never: &[],
        never_directly: &[],
    },
];

#[test]
fn dependencies_point_one_way() {
    let faults = faults(&metadata(), HOUSE);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_package_has_its_place() {
    let metadata = metadata();
    let known: BTreeSet<&str> = HOUSE.iter().map(|place| place.package).collect();
    for package in metadata.workspace_packages() {
        let name = package.name.as_str();
        assert!(
            name == "konflux-tests" || known.contains(name),
            "{name} is not in the table"
        );
    }
}

/// The test can fail: were the table turned round, it would.
#[test]
fn a_wrong_direction_is_noticed() {
    let upside_down = &[
        Place {
            package: "konflux-lsp",
            may_use: &["konflux-syntax"],
            never: &[],
            never_directly: &[],
        },
        Place {
            package: "konflux-analysis",
            may_use: &["konflux-syntax"],
            never: &["ropey"],
            never_directly: &[],
        },
    ];
    let faults = faults(&metadata(), upside_down);
    assert!(
        faults.contains(&"konflux-lsp must not depend on konflux-analysis".to_owned()),
        "{faults:?}"
    );
    assert!(
        faults.iter().any(|fault| fault.contains("ropey")),
        "{faults:?}"
    );
}

fn metadata() -> Metadata {
    MetadataCommand::new()
        .manifest_path("../Cargo.toml")
        .exec()
        .expect("cargo metadata")
}

fn faults(metadata: &Metadata, house: &[Place]) -> Vec<String> {
    let ours: BTreeSet<&str> = metadata
        .workspace_packages()
        .iter()
        .map(|it| it.name.as_str())
        .collect();
    let mut faults = Vec::new();
    for place in house {
        let direct = direct(metadata, place.package);
        for name in direct.iter().filter(|name| ours.contains(name.as_str())) {
            if !place.may_use.contains(&name.as_str()) {
                faults.push(format!("{} must not depend on {name}", place.package));
            }
        }
        for name in place
            .never_directly
            .iter()
            .filter(|name| direct.contains(**name))
        {
            faults.push(format!(
                "{} must not depend on {name} itself",
                place.package
            ));
        }
        let reached = reached(metadata, place.package);
        for name in place.never.iter().filter(|name| reached.contains(**name)) {
            faults.push(format!(
                "{} must not depend on {name}, not even indirectly",
                place.package
            ));
        }
    }
    faults
}

/// What a package names itself, tests and benchmarks aside.
fn direct(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let package = metadata
        .packages
        .iter()
        .find(|it| it.name.as_str() == name)
        .expect("a package");
    let normal = package
        .dependencies
        .iter()
        .filter(|it| it.kind == DependencyKind::Normal);
    normal.map(|it| it.name.clone()).collect()
}

/// What packages of others need in a browser is the browser's clock: we use none of it.
fn for_browsers(dependency: &DepKindInfo) -> bool {
    let target = dependency.target.as_ref();
    target.is_some_and(|target| target.to_string().contains("wasm"))
}

/// Everything that is compiled into a package, tests and build scripts aside.
fn reached(metadata: &Metadata, name: &str) -> BTreeSet<String> {
    let resolve = metadata.resolve.as_ref().expect("a dependency graph");
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let root = metadata
        .packages
        .iter()
        .find(|it| it.name.as_str() == name)
        .expect("a package");
    let mut waiting = vec![&root.id];
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        for dependency in &nodes[id].deps {
            let normal = dependency
                .dep_kinds
                .iter()
                .any(|it| it.kind == DependencyKind::Normal && !for_browsers(it));
            if normal && seen.insert(&dependency.pkg) {
                waiting.push(&dependency.pkg);
            }
        }
    }
    let name_of = |id: &PackageId| metadata[id].name.to_string();
    seen.into_iter().map(name_of).collect()
}
