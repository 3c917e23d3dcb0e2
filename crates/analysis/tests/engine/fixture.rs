//! A whole workspace in one string: files begin with `#- path`, `$0` marks the cursor.

use std::path::{Path, PathBuf};

use konflux_analysis::Workspace;

pub(crate) struct Fixture {
    pub(crate) workspace: Workspace,
    pub(crate) files: Vec<(String, String)>,
    /// File and place of `$0`.
    pub(crate) cursor: Option<(String, usize)>,
}

impl Fixture {
    /// Loads the files from disk, so to say, and opens the one with the cursor.
    pub(crate) fn new(text: &str) -> Fixture {
        let mut fixture = Fixture {
            workspace: Workspace::new(),
            files: split(text),
            cursor: None,
        };
        for (path, text) in &mut fixture.files {
            if let Some(at) = text.find("$0") {
                text.replace_range(at..at + 2, "");
                fixture.cursor = Some((path.clone(), at));
                fixture.workspace.open(path, text);
            } else {
                fixture.workspace.load(path, text);
            }
        }
        fixture
    }

    pub(crate) fn cursor(&self) -> (&str, usize) {
        let (path, at) = self.cursor.as_ref().expect("the fixture has a $0");
        (path, *at)
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        let file = self.files.iter().find(|(name, _)| name == path);
        &file.expect("the file is in the fixture").1
    }

    /// `path:line: «text»` of a place.
    pub(crate) fn show(&self, path: &str, range: std::ops::Range<usize>) -> String {
        let text = self.text(path);
        let line = text[..range.start].matches('\n').count() + 1;
        format!("{path}:{line}: «{}»", &text[range])
    }
}

fn split(text: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in text.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("#- ") {
            files.push((path.trim_end().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("/repo/file.yaml".to_owned(), String::new()));
        }
        if let Some((_, content)) = files.last_mut() {
            content.push_str(line);
        }
    }
    files
}

/// The corpus of real catalogs, when it is there.
pub(crate) fn corpus() -> Option<PathBuf> {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let path = std::env::var_os("KONFLUX_CORPUS").map_or(default, PathBuf::from);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: no corpus at {} (set KONFLUX_CORPUS)",
        path.display()
    );
    None
}

/// All YAML files below a folder, in order.
pub(crate) fn yaml_files(folder: &Path) -> Vec<(String, String)> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let yaml = path
                .extension()
                .is_some_and(|ext| ext == "yaml" || ext == "yml");
            if let (true, Ok(text)) = (yaml, std::fs::read_to_string(&path)) {
                files.push((path.to_string_lossy().into_owned(), text));
            }
        }
    }
    files.sort();
    files
}
