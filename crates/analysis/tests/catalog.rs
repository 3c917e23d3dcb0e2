//! The index of Konflux catalogs that ships with the engine is what the catalogs say.
//! `UPDATE=1 cargo test -p konflux-analysis --test catalog` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::path::Path;
use std::{env, fs};

use konflux_analysis::catalog::{Builder, Catalog, Source};
use support::{corpus, texts};

/// The catalogs in it: folder, repository, and the date of the commit that was read.
const CATALOGS: [(&str, &str, &str); 5] = [
    (
        "build-definitions-2025-09",
        "konflux-ci/build-definitions",
        "2025-09-30",
    ),
    (
        "build-definitions-2026-08",
        "konflux-ci/build-definitions",
        "2026-08-20",
    ),
    (
        "pipeline-samples-2024-11",
        "konflux-ci/pipeline-samples",
        "2024-11-22",
    ),
    (
        "release-service-catalog-2024-10",
        "konflux-ci/release-service-catalog",
        "2024-10-24",
    ),
    (
        "release-service-catalog-2025-07",
        "konflux-ci/release-service-catalog",
        "2025-07-29",
    ),
];

/// Bytes that a download grows by.
const LIMIT: usize = 60 << 10;

fn build(catalogs: &Path) -> Catalog {
    // Names and types are facts; what authors write is theirs.
    let mut builder = Builder::new().without_messages();
    for (folder, name, date) in CATALOGS {
        let source = Source {
            name: name.into(),
            as_of: Some(date.into()),
            bundles: Vec::new(),
        };
        let files = texts(&catalogs.join(folder));
        let files = files.iter();
        builder.add(
            source,
            files.map(|(path, text)| (path.as_str(), text.as_str())),
        );
    }
    builder.finish()
}

#[test]
fn the_built_in_index_is_fresh() {
    let Some(corpus) = corpus() else { return };
    let bytes = build(&corpus.join("konflux")).to_bytes();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge/konflux.catalog");
    println!("the built-in index has {} bytes", bytes.len());
    assert!(bytes.len() <= LIMIT, "{} bytes are too many", bytes.len());
    if env::var_os("UPDATE").is_some() {
        fs::write(&file, bytes).unwrap();
        return;
    }
    assert!(
        fs::read(&file).unwrap() == bytes,
        "stale: run `UPDATE=1 cargo test -p konflux-analysis --test catalog`"
    );
}
