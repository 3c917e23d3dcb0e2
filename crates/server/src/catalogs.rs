//! Reads catalogs from disk: checkouts and indexes.

use std::fs;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use konflux_analysis::catalog::{Builder, Catalog, Source, repository_name};

use crate::inputs::Problem;
use crate::walk;

/// Bytes of the largest index that is read.
const MAX_INDEX_BYTES: u64 = 16 << 20;

/// YAML files of the largest checkout that is read.
const MAX_FILES: usize = 50_000;

/// What is said of a folder or index without definitions.
pub(crate) const EMPTY: &str = "no task, step action or pipeline is in it";

/// Reads a catalog that a configuration names: a checkout or an index. The error says why not, in
/// words.
pub(crate) fn read(path: &Path) -> Result<Catalog, String> {
    if !path.is_dir() {
        return read_index(path);
    }
    let source = Source {
        name: name_of(path),
        as_of: date_of(path),
        bundles: Vec::new(),
    };
    let mut builder = Builder::new();
    // What cannot be read stays unknown.
    let _ = add_folder(&mut builder, source, path);
    let catalog = builder.finish();
    match catalog.entries() {
        [] => Err(EMPTY.to_owned()),
        _ => Ok(catalog),
    }
}

/// Reads a checkout into a builder; what could not be read is left out and told.
pub(crate) fn add_folder(
    builder: &mut Builder,
    source: Source,
    folder: &Path,
) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut files = Vec::new();
    let shown = |path: &Path| path.display().to_string();
    for found in walk::walk(folder, usize::MAX) {
        if files.len() == MAX_FILES {
            problems.push(Problem {
                shown: shown(folder),
                reason: format!("only {MAX_FILES} YAML files of it are read"),
            });
            break;
        }
        let path = match found {
            Ok(path) => path,
            Err(error) => {
                problems.push(Problem {
                    shown: shown(folder),
                    reason: error.to_string(),
                });
                continue;
            }
        };
        let relative = path.strip_prefix(folder).unwrap_or(&path);
        let Some(name) = relative.to_str() else {
            continue;
        };
        match walk::read_text(&path) {
            Ok(text) => files.push((name.replace('\\', "/"), text)),
            Err(error) => problems.push(Problem {
                shown: shown(&path),
                reason: walk::explain(&error),
            }),
        }
    }
    let files = files.iter();
    builder.add(
        source,
        files.map(|(path, text)| (path.as_str(), text.as_str())),
    );
    match problems.is_empty() {
        true => Ok(()),
        false => Err(problems),
    }
}

/// Reads an index; the error says why not, in words.
pub(crate) fn read_index(path: &Path) -> Result<Catalog, String> {
    let bytes = read_bytes(path).map_err(|error| walk::explain(&error))?;
    Catalog::from_bytes(&bytes).map_err(|error| error.to_string())
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_INDEX_BYTES + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_INDEX_BYTES {
        let limit = MAX_INDEX_BYTES >> 20;
        return Err(io::Error::other(format!(
            "it is larger than the limit of {limit} MiB"
        )));
    }
    Ok(bytes)
}

/// The name of the catalog in a folder: that of its repository, else the folder's own without a
/// date at its end.
pub(crate) fn name_of(folder: &Path) -> Arc<str> {
    if let Some(url) = origin(folder) {
        return Arc::from(repository_name(&url));
    }
    let real = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let name = real.file_name().and_then(|name| name.to_str());
    let name = name.unwrap_or("catalog");
    Arc::from(split_date(name).map_or(name, |(name, _)| name))
}

/// The date at the end of a folder's name.
pub(crate) fn date_of(folder: &Path) -> Option<Arc<str>> {
    let real = folder.canonicalize().ok()?;
    let (_, date) = split_date(real.file_name()?.to_str()?)?;
    Some(Arc::from(date))
}

/// The address that a checkout came from.
fn origin(folder: &Path) -> Option<String> {
    let config = fs::read_to_string(folder.join(".git/config")).ok()?;
    let mut lines = config.lines().map(str::trim);
    lines.find(|line| *line == "[remote \"origin\"]")?;
    let mut lines = lines.take_while(|line| !line.starts_with('['));
    let url = lines.find_map(|line| line.strip_prefix("url"))?;
    Some(url.trim_start().strip_prefix('=')?.trim().to_owned())
}

/// `build-definitions-2026-08` → `build-definitions` and `2026-08`.
fn split_date(name: &str) -> Option<(&str, &str)> {
    let starts = name.match_indices('-').map(|(at, _)| at);
    starts
        .map(|at| (&name[..at], &name[at + 1..]))
        .find(|(_, date)| is_date(date))
}

/// `YYYY-MM-DD` or `YYYY-MM`.
pub(crate) fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, length, least, most| {
        part.len() == length
            && part.bytes().all(|byte| byte.is_ascii_digit())
            && part
                .parse()
                .is_ok_and(|number: u32| (least..=most).contains(&number))
    };
    let year = |part| number(part, 4, 2000, 9999);
    let month = |part| number(part, 2, 1, 12);
    match parts[..] {
        [y, m] => year(y) && month(m),
        [y, m, d] => year(y) && month(m) && number(d, 2, 1, 31),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_told_from_names() {
        assert_eq!(
            split_date("build-definitions-2026-08"),
            Some(("build-definitions", "2026-08"))
        );
        assert_eq!(
            split_date("tasks-2026-08-20"),
            Some(("tasks", "2026-08-20"))
        );
        assert_eq!(split_date("release-service-catalog"), None);
        for bad in [
            "2026",
            "2026-13",
            "2026-08-32",
            "26-08-20",
            "2026-8-20",
            "today",
            "",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_checkout_is_called_after_its_origin() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine");
        fs::create_dir_all(path.join(".git")).unwrap();
        assert_eq!(&*name_of(&path), "mine");
        let config =
            "[core]\n\turl = no\n[remote \"origin\"]\n\turl = git@github.com:acme/tasks.git\n";
        fs::write(path.join(".git/config"), config).unwrap();
        assert_eq!(&*name_of(&path), "acme/tasks");
    }
}
