//! Did you mean …? The nearest of the names that would have been right.

/// The candidate that the word was most likely meant to be.
///
/// At most a third of the letters may differ, so that unrelated names are never proposed; a
/// difference in case or between `-`, `_` and `.` costs nothing but the exact match.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let folded = fold(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate.is_empty() || candidate == word {
            continue;
        }
        let cost = distance(&folded, &fold(candidate));
        let limit = folded.len().max(candidate.len()) / 3;
        if cost <= limit && best.is_none_or(|(least, _)| cost < least) {
            best = Some((cost, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Is the word so near to another one that it can hardly be a name of its own? One letter may differ,
/// but a plural is another word.
pub(crate) fn is_slip(word: &str, other: &str) -> bool {
    let (word, other) = (fold(word), fold(other));
    let is_plural = |one: &[u8], many: &[u8]| many.strip_suffix(b"s") == Some(one);
    distance(&word, &other) <= 1 && !is_plural(&word, &other) && !is_plural(&other, &word)
}

/// ` Did you mean …?` as a help sentence.
pub(crate) fn did_you_mean(nearest: &str) -> String {
    format!("Did you mean `{nearest}`?")
}

fn fold(word: &str) -> Vec<u8> {
    word.bytes()
        .filter(|byte| !matches!(byte, b'-' | b'_' | b'.'))
        .map(|byte| byte.to_ascii_lowercase())
        .take(80)
        .collect()
}

/// Edit distance in which two swapped neighbours count once.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before = vec![0; b.len() + 1];
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut next = vec![i + 1; b.len() + 1];
        for (j, &y) in b.iter().enumerate() {
            let mut cost = (row[j] + usize::from(x != y))
                .min(row[j + 1] + 1)
                .min(next[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                cost = cost.min(before[j - 1] + 1);
            }
            next[j + 1] = cost;
        }
        before = row;
        row = next;
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{is_slip, nearest};

    #[test]
    fn near_and_far() {
        let names = ["git-url", "revision", "output-image", "IMAGE"];
        assert_eq!(nearest("git_url", names), Some("git-url"));
        assert_eq!(nearest("gti-url", names), Some("git-url"));
        assert_eq!(nearest("image", names), Some("IMAGE"));
        assert_eq!(nearest("revison", names), Some("revision"));
        assert_eq!(nearest("kubeconfig", names), None);
        assert_eq!(nearest("x", ["y"]), None);
        assert!(is_slip("DOCKERFLE", "DOCKERFILE"));
        assert!(is_slip("image_url", "IMAGE-URL"));
        assert!(!is_slip("submodulePaths", "submodules"));
        assert!(!is_slip("PLATFORMS", "PLATFORM"));
    }
}
