//! Path patterns of the configuration: `*`, `**`, `?`, `[abc]` and `{a,b}`.
//!
//! Small enough to own: the engine runs in the browser too, and needs nothing but this.

/// Does the pattern match the whole path? Both use `/`.
///
/// A pattern without `/` matches the file name at any depth, and a trailing `/` stands for
/// everything below, as in ignore files.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    alternatives(pattern).iter().any(|pattern| {
        let pattern = pattern.as_str();
        match pattern.strip_suffix('/') {
            Some(folder) => matches_plain(&format!("{}/**", folder.trim_start_matches('/')), path),
            None if !pattern.contains('/') => {
                let name = path.rsplit('/').next().unwrap_or(path);
                matches_plain(pattern, name)
            }
            None => matches_plain(pattern.trim_start_matches('/'), path),
        }
    })
}

/// Expands `{a,b}`; an unclosed brace stands for itself. Bounded: at most 64 results.
fn alternatives(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        let braces = pattern.find('{').and_then(|start| {
            let end = start + pattern.get(start..)?.find('}')?;
            Some((start, end))
        });
        match braces {
            Some((start, end)) if done.len() + open.len() < 64 => {
                for choice in pattern[start + 1..end].split(',') {
                    open.push(format!(
                        "{}{choice}{}",
                        &pattern[..start],
                        &pattern[end + 1..]
                    ));
                }
            }
            _ => done.push(pattern),
        }
    }
    done
}

/// Dynamic programming over pattern and path: linear memory, no backtracking explosion.
fn matches_plain(pattern: &str, path: &str) -> bool {
    let tokens = tokens(pattern);
    let chars: Vec<char> = path.chars().collect();
    // reach[i]: the tokens read so far can match the first `i` characters.
    let mut reach = vec![false; chars.len() + 1];
    reach[0] = true;
    for token in &tokens {
        let mut next = vec![false; chars.len() + 1];
        match token {
            Token::Any | Token::Deep | Token::Folders => {
                let mut open = false;
                for i in 0..=chars.len() {
                    let at_boundary = i == 0 || chars[i - 1] == '/';
                    open |= reach[i];
                    next[i] = match token {
                        Token::Folders => reach[i] || open && at_boundary,
                        _ => open,
                    };
                    if matches!(token, Token::Any) && chars.get(i) == Some(&'/') {
                        open = false;
                    }
                }
            }
            _ => {
                for i in 0..chars.len() {
                    next[i + 1] = reach[i] && token.accepts(chars[i]);
                }
            }
        }
        reach = next;
    }
    reach[chars.len()]
}

enum Token {
    Char(char),
    One,
    Set(Vec<(char, char)>, bool),
    /// `*`: anything but a slash.
    Any,
    /// `**` at the end: anything.
    Deep,
    /// `**/`: any number of folders, also none.
    Folders,
}

impl Token {
    fn accepts(&self, c: char) -> bool {
        match self {
            Token::Char(wanted) => *wanted == c,
            Token::One => c != '/',
            Token::Set(ranges, negated) => {
                c != '/' && ranges.iter().any(|(low, high)| *low <= c && c <= *high) != *negated
            }
            Token::Any | Token::Deep | Token::Folders => false,
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut tokens = Vec::new();
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        i += 1;
        match c {
            '*' if chars.get(i) == Some(&'*') => {
                i += 1;
                if chars.get(i) == Some(&'/') {
                    i += 1;
                    tokens.push(Token::Folders);
                } else {
                    tokens.push(Token::Deep);
                }
            }
            '*' => tokens.push(Token::Any),
            '?' => tokens.push(Token::One),
            '[' => match chars[i..].iter().skip(1).position(|c| *c == ']') {
                Some(length) => {
                    tokens.push(set(&chars[i..=i + length]));
                    i += length + 2;
                }
                None => tokens.push(Token::Char('[')),
            },
            '\\' if i < chars.len() => {
                tokens.push(Token::Char(chars[i]));
                i += 1;
            }
            c => tokens.push(Token::Char(c)),
        }
    }
    tokens
}

fn set(body: &[char]) -> Token {
    let negated = matches!(body.first(), Some('!' | '^'));
    let body = if negated { &body[1..] } else { body };
    let mut ranges = Vec::new();
    let mut i = 0;
    while let Some(&low) = body.get(i) {
        match (body.get(i + 1), body.get(i + 2)) {
            (Some('-'), Some(&high)) => {
                ranges.push((low, high));
                i += 3;
            }
            _ => {
                ranges.push((low, low));
                i += 1;
            }
        }
    }
    Token::Set(ranges, negated)
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
            ("a/[b", "a/[b", true),
            ("a/{b", "a/{b", true),
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
