//! The index of Konflux catalogs that ships with the engine is what the catalogs say.
//! `UPDATE=1 cargo test -p konflux-analysis --test catalog` writes it anew.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use std::path::Path;
use std::{env, fs};

use konflux_analysis::Workspace;
use konflux_analysis::catalog::{Builder, Catalog, Source};
use support::{corpus, folders, line, load_into, texts};

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

/// Findings that rest on the index alone, over all catalogs, without their folder. Each was reviewed:
///
/// - These versions were announced to end on that day.
/// - Version 0.3 of the task made `image-digest` required, and repositories that moved to it without
///   passing the param saw their runs fail. These two files move to it without passing the param; the
///   fault stays hidden where the task is skipped for want of a licence.
const REVIEWED: [&str; 5] = [
    "release-service-catalog-pull-request.yaml:250: warning: The task `buildah` 0.4 is not supported after 2025-10-11",
    "release-service-catalog-staging-pull-request.yaml:239: warning: The task `buildah-oci-ta` 0.4 is not supported after 2025-10-11",
    "release-service-catalog-staging-pull-request.yaml:419: warning: The task `sast-coverity-check-oci-ta` 0.3 requires the param `image-digest`",
    "release-service-catalog-staging-push.yaml:226: warning: The task `buildah-oci-ta` 0.4 is not supported after 2025-10-11",
    "release-service-catalog-staging-push.yaml:406: warning: The task `sast-coverity-check-oci-ta` 0.3 requires the param `image-digest`",
];

#[test]
fn what_rests_on_the_index_is_true() {
    let Some(corpus) = corpus() else { return };
    let mut found = Vec::new();
    for folder in folders(&corpus.join("konflux")) {
        let with = load_into(Workspace::new(), &folder);
        let without = load_into(Workspace::without_catalogs(), &folder);
        for path in with.paths() {
            let known = without.findings(&path);
            let findings = with.findings(&path);
            let new = findings.iter().filter(|it| !known.contains(it));
            let text = with.tree(&path).unwrap().to_string();
            found.extend(new.map(|finding| {
                let file = path.rsplit('/').next().unwrap();
                let line = line(&text, finding.range.start);
                let (severity, message) = (finding.severity.as_str(), &finding.message);
                format!("{file}:{line}: {severity}: {message}")
            }));
            assert!(known.iter().all(|it| findings.contains(it)), "{path}");
        }
    }
    assert_eq!(found, REVIEWED);
}
