//! Path patterns of the configuration: `*`, `**`, `?`, `[abc]` and `{a,b}`.
//!
//! Matching is a library's; what a pattern without a slash means is ours.

use fast_glob::glob_match;

/// Does the pattern match the whole path? Both use `/`.
///
/// A pattern without `/` matches the file name at any depth, and a trailing `/` stands for
/// everything below, as in ignore files.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    match pattern.strip_suffix('/') {
        Some(folder) => glob_match(format!("{}/**", folder.trim_start_matches('/')), path),
        None if !pattern.contains('/') => {
            glob_match(pattern, path.rsplit('/').next().unwrap_or(path))
        }
        None => glob_match(pattern.trim_start_matches('/'), path),
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns() {
        for (pattern, path, expected) in [
            ("*.yaml", "a/b/c.yaml", true),
            ("*.yaml", "a/b/c.yml", false),
            ("task/**", "task/a/b.yaml", true),
            ("task/", "task/a/b.yaml", true),
            ("task/", "tasks/a.yaml", false),
            ("**/tests/**", "tests/a.yaml", true),
            ("**/tests/**", "task/x/tests/a.yaml", true),
            ("**/tests/**", "task/xtests/a.yaml", false),
            ("task/*/0.?/*.yaml", "task/a/0.1/a.yaml", true),
            ("task/*/a.yaml", "task/a/0.1/a.yaml", false),
            ("{a,b}/*.yaml", "b/x.yaml", true),
            ("{a,b}/*.yaml", "c/x.yaml", false),
            ("/a/[b-d].yaml", "a/c.yaml", true),
            ("a/[!b-d].yaml", "a/c.yaml", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} on {path}");
        }
    }

    #[test]
    fn no_pattern_takes_forever() {
        let pattern = "a*".repeat(200) + "/b";
        assert!(!matches(&pattern, &"a".repeat(5_000)));
    }
}
