//! `.konflux-ls.yaml`: what a project wants from its checker.
//!
//! The nearest file upwards from a document counts, alone: configurations are never merged, so
//! that one look tells what holds. Paths in it are relative to its folder.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use konflux_syntax::{Document, Node, NodeKind, Span};
use serde::Deserialize;

use crate::action::{Fix, Safety};
use crate::check::Check;
use crate::classify::PipelineClass;
use crate::effects::knowledge::Programs;
use crate::finding::{Problem, Severity};
use crate::glob;
use crate::rules;
use crate::workspace::Workspace;

mod effects;

/// The name of the configuration file.
pub const FILE_NAME: &str = ".konflux-ls.yaml";

/// The repository to which reusable tests are contributed, unless the configuration names another.
pub(crate) const TEST_CATALOG: &str = "konflux-ci/tekton-integration-catalog";

/// One configuration file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Config {
    /// `None` turns a rule off.
    rules: BTreeMap<String, Option<Severity>>,
    ignore: Vec<String>,
    classes: Vec<(String, Option<PipelineClass>)>,
    catalogs: Vec<String>,
    test_catalog: Option<String>,
    effects: Option<Arc<Programs>>,
}

/// The file as it is written. Values of the wrong shape count as absent, one by one.
#[derive(Deserialize)]
struct Written {
    #[serde(default)]
    rules: serde_yaml::Value,
    #[serde(default)]
    ignore: serde_yaml::Value,
    #[serde(default)]
    classes: serde_yaml::Value,
    #[serde(default)]
    catalogs: serde_yaml::Value,
    #[serde(default, rename = "test-catalog")]
    test_catalog: serde_yaml::Value,
    #[serde(default)]
    effects: serde_yaml::Value,
}

/// A section of the file: its key, what it says, and what its values may be.
struct Section {
    key: &'static str,
    description: &'static str,
}

const SECTIONS: [Section; 6] = [
    Section {
        key: "rules",
        description: "The severity of rules; `off` turns one off, and a severity turns on what is off by default.",
    },
    Section {
        key: "ignore",
        description: "Patterns of files that are not looked at, relative to this file.",
    },
    Section {
        key: "classes",
        description: "What the pipelines of files are for, by pattern; the last match counts. \
                      An annotation in the document would say the same.",
    },
    Section {
        key: "catalogs",
        description: "Catalogs whose tasks are used here: checkouts, or indexes that `konflux-ls \
                      catalog build` wrote. Paths are relative to this file.",
    },
    Section {
        key: "test-catalog",
        description: "The repository to which reusable tests are contributed; \
                      konflux-ci/tekton-integration-catalog when nothing is said.",
    },
    Section {
        key: "effects",
        description: "What programs do that scripts of steps run. An entry counts before what is \
                      known of the program already.",
    },
];

const SEVERITIES: [(&str, Option<Severity>); 5] = [
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("info", Some(Severity::Info)),
    ("hint", Some(Severity::Hint)),
    ("off", None),
];

/// The word for a pipeline of no class: no guideline applies to it.
const UNCLASSIFIED: &str = "none";

impl Config {
    /// Reads a configuration file. What cannot be read counts as absent.
    pub fn parse(text: &str) -> Config {
        let Ok(written) = serde_yaml::from_str::<Written>(text) else {
            return Config::default();
        };
        let mut config = Config::default();
        for (key, value) in entries(&written.rules) {
            if let Some(severity) = severity_named(value) {
                config.rules.insert(key.to_owned(), severity);
            }
        }
        for value in written.ignore.as_sequence().into_iter().flatten() {
            config.ignore.extend(value.as_str().map(str::to_owned));
        }
        for value in written.catalogs.as_sequence().into_iter().flatten() {
            config.catalogs.extend(value.as_str().map(str::to_owned));
        }
        config.test_catalog = written.test_catalog.as_str().map(str::to_owned);
        config.effects = effects::programs(&written.effects);
        for (key, value) in entries(&written.classes) {
            if let Some(class) = class_named(value) {
                config.classes.push((key.to_owned(), class));
            }
        }
        config
    }

    /// The severity of a rule's findings in a file (its path relative to the folder of the
    /// configuration file), `default` where nothing is said about it; `None` when they are off.
    pub fn severity(&self, rule: &str, default: Option<Severity>, path: &str) -> Option<Severity> {
        if self.ignores(path) {
            return None;
        }
        self.rules.get(rule).copied().unwrap_or(default)
    }

    /// Is the file not to be looked at? The path is relative to the folder of the configuration.
    pub fn ignores(&self, path: &str) -> bool {
        self.ignore
            .iter()
            .any(|pattern| glob::matches(pattern, path))
    }

    /// The repository to which reusable tests are contributed.
    pub(crate) fn test_catalog(&self) -> Option<&str> {
        self.test_catalog.as_deref()
    }

    /// The catalogs that it names, as written and as absolute paths, given the folder it stands in.
    pub(crate) fn catalogs(&self, folder: &str) -> impl Iterator<Item = (&str, Arc<str>)> {
        let written = self.catalogs.iter().map(String::as_str);
        written.map(move |written| (written, catalog_path(folder, written)))
    }

    /// What it says of programs.
    pub(crate) fn effects(&self) -> Option<&Arc<Programs>> {
        self.effects.as_ref()
    }

    /// What the pipelines of a file are for: `None` when nothing is said about it, `Some(None)`
    /// when they are said to be of no class.
    pub fn class(&self, path: &str) -> Option<Option<PipelineClass>> {
        self.classes
            .iter()
            .rfind(|(pattern, _)| glob::matches(pattern, path))
            .map(|(_, class)| *class)
    }
}

/// The absolute path of a catalog that a configuration in `folder` names.
fn catalog_path(folder: &str, written: &str) -> Arc<str> {
    if written.starts_with('/') || has_drive(written) {
        return Arc::from(written.trim_end_matches('/'));
    }
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            // A path never leads above the root: the first part is empty, or a drive.
            ".." if parts.len() > 1 => {
                parts.pop();
            }
            ".." => {}
            part => parts.push(part),
        }
    }
    Arc::from(parts.join("/"))
}

/// `C:/…`
fn has_drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic())
}

fn entries(value: &serde_yaml::Value) -> impl Iterator<Item = (&str, &str)> {
    value
        .as_mapping()
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| Some((key.as_str()?, word(value)?)))
}

/// YAML 1.1 readers take an unquoted `off` for a boolean; so do people. serde_yaml does not, but
/// `false` is what some write for it.
fn word(value: &serde_yaml::Value) -> Option<&str> {
    match value {
        serde_yaml::Value::Bool(false) => Some("off"),
        value => value.as_str(),
    }
}

fn severity_named(name: &str) -> Option<Option<Severity>> {
    let found = SEVERITIES.iter().find(|(word, _)| *word == name)?;
    Some(found.1)
}

fn class_named(name: &str) -> Option<Option<PipelineClass>> {
    if name == UNCLASSIFIED {
        return Some(None);
    }
    let class = PipelineClass::ALL
        .iter()
        .find(|class| class.as_str() == name)?;
    Some(Some(*class))
}

// What is wrong with the file itself.

/// What is wrong with a configuration file itself.
pub(crate) fn check(
    workspace: &Workspace,
    path: &str,
    document: &Document<'_>,
    problems: &mut Vec<Problem>,
) {
    let rule = &rules::syntax_error::RULE;
    let errors = document.errors().into_iter();
    problems.extend(errors.map(|error| rule.problem(error.span, error.message)));
    let Some(root) = document.root() else { return };
    if root.kind() != NodeKind::Mapping {
        problems.push(invalid(root.span(), "The configuration is a mapping"));
        return;
    }
    for pair in root.pairs() {
        let key = pair.key.text();
        let value = pair.value.resolve();
        match &*key {
            "rules" => check_rules(&value, problems),
            "ignore" => check_ignore(&value, problems),
            "classes" => check_classes(&value, problems),
            "test-catalog" if value.kind() == NodeKind::Scalar => {}
            "test-catalog" => {
                let message = "`test-catalog` is the name of a repository";
                problems.push(invalid(value.span(), message));
            }
            "catalogs" => {
                let folder = path.rfind('/').map_or("", |at| &path[..at]);
                check_catalogs(workspace, folder, &value, problems);
            }
            "effects" => effects::check(&value, problems),
            _ => problems.push(unknown(
                &pair.key,
                "setting",
                SECTIONS.iter().map(|section| section.key),
            )),
        }
    }
}

fn check_rules(node: &Node<'_>, problems: &mut Vec<Problem>) {
    if !expect(
        node,
        NodeKind::Mapping,
        "`rules` maps names to severities",
        problems,
    ) {
        return;
    }
    for pair in node.pairs() {
        if rules::find(&pair.key.text()).is_none() {
            let names = rules::all().iter().map(|rule| rule.name);
            problems.push(unknown(&pair.key, "rule", names));
        }
        let value = pair.value.text();
        if value != "false" && severity_named(&value).is_none() {
            problems.push(invalid(
                pair.value.span(),
                "A severity is `error`, `warning`, `info`, `hint` or `off`",
            ));
        }
    }
}

fn check_ignore(node: &Node<'_>, problems: &mut Vec<Problem>) {
    if !expect(
        node,
        NodeKind::Sequence,
        "`ignore` is a list of patterns",
        problems,
    ) {
        return;
    }
    for item in node.items() {
        if item.kind() != NodeKind::Scalar {
            problems.push(invalid(item.span(), "A pattern is a text like `vendor/**`"));
        }
    }
}

fn check_classes(node: &Node<'_>, problems: &mut Vec<Problem>) {
    if !expect(
        node,
        NodeKind::Mapping,
        "`classes` maps patterns to classes",
        problems,
    ) {
        return;
    }
    for pair in node.pairs() {
        if class_named(&pair.value.text()).is_none() {
            let words: Vec<String> = class_words().map(|word| format!("`{word}`")).collect();
            let message = format!("A class is one of {}", words.join(", "));
            problems.push(invalid(pair.value.span(), &message));
        }
    }
}

fn check_catalogs(
    workspace: &Workspace,
    folder: &str,
    node: &Node<'_>,
    problems: &mut Vec<Problem>,
) {
    let message = "`catalogs` is a list of paths";
    if !expect(node, NodeKind::Sequence, message, problems) {
        return;
    }
    for item in node.items() {
        if item.kind() != NodeKind::Scalar {
            let message = "A catalog is the path of a checkout or of an index";
            problems.push(invalid(item.span(), message));
            continue;
        }
        let path = catalog_path(folder, &item.text());
        if let Some(reason) = workspace.catalog_failure(&path) {
            let message = format!("This catalog cannot be read: {reason}");
            problems.push(invalid(item.span(), &message));
        }
    }
}

fn class_words() -> impl Iterator<Item = &'static str> {
    PipelineClass::ALL
        .iter()
        .map(|class| class.as_str())
        .chain([UNCLASSIFIED])
}

fn expect(node: &Node<'_>, kind: NodeKind, message: &str, problems: &mut Vec<Problem>) -> bool {
    if node.kind() != kind && node.kind() != NodeKind::Empty {
        problems.push(invalid(node.span(), message));
    }
    node.kind() == kind
}

fn invalid(span: Span, message: &str) -> Problem {
    let rule = &rules::invalid_setting::RULE;
    rule.problem(span, message)
        .help("It has no effect as it stands.")
}

fn unknown<'a>(key: &Node<'_>, what: &str, names: impl Iterator<Item = &'a str>) -> Problem {
    let text = key.text();
    let rule = &rules::unknown_setting::RULE;
    let problem = rule.problem(key.span(), format!("There is no {what} `{text}`"));
    match rules::nearest(&text, names) {
        Some(nearest) => problem.help(rules::did_you_mean(nearest)).fixable(),
        None => problem.help("It has no effect."),
    }
}

/// Corrects the name of a setting or rule.
pub(crate) fn fix_unknown(check: &Check<'_>, problem: &Problem) -> Vec<Fix> {
    let Some(key) = check.document.node_at(problem.span.start) else {
        return Vec::new();
    };
    let text = key.text();
    let outermost = key.parent().is_some_and(|parent| parent.parent().is_none());
    let nearest = if outermost {
        rules::nearest(&text, SECTIONS.iter().map(|section| section.key))
    } else if let Some(keys) = effects::keys_around(&key) {
        rules::nearest(&text, keys.iter().copied())
    } else {
        rules::nearest(&text, rules::all().iter().map(|rule| rule.name))
    };
    let fix = nearest.map(|nearest| Fix {
        title: format!("Change to `{nearest}`"),
        safety: Safety::Unsafe,
        preferred: true,
        edits: vec![(problem.span, nearest.to_owned())],
    });
    fix.into_iter().collect()
}

// The schema.

/// The JSON Schema of the configuration file.
pub fn configuration_schema() -> String {
    let severities: Vec<&str> = SEVERITIES.iter().map(|(word, _)| *word).collect();
    let classes: Vec<&str> = class_words().collect();
    let mut schema = String::from(
        "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \
         \"title\": \"konflux-ls\",\n  \
         \"description\": \"Configuration of konflux-ls (.konflux-ls.yaml)\",\n  \
         \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": {\n",
    );
    for (at, section) in SECTIONS.iter().enumerate() {
        let comma = if at + 1 < SECTIONS.len() { "," } else { "" };
        let body = match section.key {
            "rules" => rules_schema(&severities),
            "effects" => effects::schema(),
            "ignore" | "catalogs" => {
                "\"type\": \"array\",\n      \"items\": { \"type\": \"string\" }".into()
            }
            "test-catalog" => "\"type\": \"string\"".into(),
            _ => format!(
                "\"type\": \"object\",\n      \"additionalProperties\": {{ \"enum\": {} }}",
                list(&classes)
            ),
        };
        let _ = writeln!(
            schema,
            "    {}: {{\n      \"description\": {},\n      {body}\n    }}{comma}",
            quoted(section.key),
            quoted(section.description),
        );
    }
    schema.push_str("  }\n}\n");
    schema
}

fn rules_schema(severities: &[&str]) -> String {
    let mut schema = String::from(
        "\"type\": \"object\",\n      \"additionalProperties\": false,\n      \"properties\": {\n",
    );
    for (at, rule) in rules::all().iter().enumerate() {
        let comma = if at + 1 < rules::all().len() { "," } else { "" };
        let _ = writeln!(
            schema,
            "        {}: {{ \"description\": {}, \"default\": {}, \"enum\": {} }}{comma}",
            quoted(rule.name),
            quoted(rule.summary()),
            quoted(rule.default_severity()),
            list(severities),
        );
    }
    schema.push_str("      }");
    schema
}

fn list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_is_right_and_skips_what_is_not() {
        let config = Config::parse(
            "rules:\n  missing-param: warning\n  syntax-error: off\n  cycle: loud\n\
             ignore: [vendor/, '*.tmpl.yaml', 3]\nclasses:\n  'ci/**': build\n  'ci/x.yaml': none\n",
        );
        let severity = |rule, path| config.severity(rule, Some(Severity::Error), path);
        assert_eq!(severity("missing-param", "a.yaml"), Some(Severity::Warning));
        assert_eq!(severity("syntax-error", "a.yaml"), None);
        assert_eq!(severity("cycle", "a.yaml"), Some(Severity::Error));
        assert_eq!(severity("cycle", "vendor/a.yaml"), None);
        assert!(config.ignores("x/y.tmpl.yaml"));
        assert_eq!(config.class("ci/a.yaml"), Some(Some(PipelineClass::Build)));
        assert_eq!(config.class("ci/x.yaml"), Some(None));
        assert_eq!(config.class("a.yaml"), None);
        assert_eq!(Config::parse("- no\n"), Config::default());
    }

    #[test]
    fn the_schema_is_json() {
        let schema: serde_yaml::Value = serde_yaml::from_str(&configuration_schema()).unwrap();
        let rules = &schema["properties"]["rules"]["properties"];
        assert_eq!(rules.as_mapping().unwrap().len(), rules::all().len());
    }
}
