//! One file for each format of `check`, and what they share.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod sarif;

use std::borrow::Cow;
use std::ops::Range;

use konflux_lsp::{Encoding, Places, lsp_types};
use ropey::Rope;

/// Where a rule is explained.
pub(crate) fn rule_url(rule: &str) -> String {
    format!(
        "{}/blob/main/docs/rules/{rule}.md",
        env!("CARGO_PKG_REPOSITORY")
    )
}

/// A range as the language server protocol counts: lines from 0, UTF-16 code units from 0.
pub(crate) fn lsp_range(text: &Rope, bytes: &Range<usize>) -> lsp_types::Range {
    Places::new(text, Encoding::Utf16).range(bytes.clone())
}

/// A text that cannot steer a terminal: control characters are shown as their pictures.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text
        .chars()
        .all(|character| !character.is_control() || character == '\n')
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(annotate_snippets::normalize_untrusted_str(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_do_not_reach_the_terminal() {
        assert!(!printable("\u{1b}[31mred\u{7}").contains(['\u{1b}', '\u{7}']));
        assert_eq!(printable("plain\nlines"), "plain\nlines");
    }

    #[test]
    fn characters_outside_the_basic_plane_count_twice() {
        let range = lsp_range(&Rope::from_str("a: 😀x\r\n"), &(7..8));
        assert_eq!((range.start.character, range.end.character), (5, 6));
    }
}
