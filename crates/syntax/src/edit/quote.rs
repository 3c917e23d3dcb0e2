//! How a text is written as a scalar, so that it reads as that text and nothing else.

use crate::scalar::ScalarStyle;

/// The text as a scalar on one line. Plain text that would read as something else is quoted;
/// `typed` says that reading as a number, boolean or null is what is meant.
pub(super) fn write(text: &str, style: ScalarStyle, typed: bool, flow: bool) -> String {
    match style {
        ScalarStyle::Plain if is_plain(text, flow) && (typed || !is_typed(text)) => text.to_owned(),
        ScalarStyle::SingleQuoted if is_printable(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        _ => double_quoted(text),
    }
}

fn double_quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_unprintable(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// What must be escaped; all of it has four digits.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn is_printable(text: &str) -> bool {
    !text.contains(is_unprintable)
}

/// Whether a plain scalar can say this, inside a flow collection or outside.
fn is_plain(text: &str, flow: bool) -> bool {
    let is_flow_indicator = |c: char| ",[]{}".contains(c);
    let mut chars = text.chars();
    let starts = match (chars.next(), chars.next()) {
        (Some('-' | '?' | ':'), second) => {
            second.is_some_and(|c| c != ' ' && !(flow && is_flow_indicator(c)))
        }
        (Some(first), _) => !",[]{}#&*!|>'\"%@`".contains(first),
        (None, _) => false,
    };
    starts
        && is_printable(text)
        && text.trim() == text
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !(flow && (text.contains(is_flow_indicator) || text.starts_with(':')))
}

/// Whether a plain scalar with this text is a null, a boolean, a number or a time, in YAML 1.2 or
/// in 1.1, which is what readers in the Kubernetes world follow.
pub(super) fn is_typed(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "", "~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<", ".nan",
    ];
    let lower = text.to_ascii_lowercase();
    WORDS.contains(&lower.as_str()) || is_number(&lower)
}

fn is_number(lower: &str) -> bool {
    let digits = lower.trim_start_matches(['-', '+']);
    let mut bytes = digits.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(b'.'), Some(b'i')) => digits == ".inf",
        (Some(b'.'), Some(b'0'..=b'9')) | (Some(b'0'..=b'9'), _) => is_number_text(digits),
        _ => false,
    }
}

/// After a digit: decimal, exponent, hexadecimal, octal, binary, base 60, a date.
fn is_number_text(digits: &str) -> bool {
    let radix = |prefix: &str, radix: u32| {
        let rest = digits.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.chars().all(|c| c == '_' || c.is_digit(radix)))
    };
    let base_60 = |digits: &str| {
        let all = digits
            .chars()
            .all(|c| c.is_ascii_digit() || "_:.".contains(c));
        all && digits.matches('.').count() <= 1
    };
    radix("0x", 16)
        || radix("0o", 8)
        || radix("0b", 2)
        || digits.replace('_', "").parse::<f64>().is_ok()
        || base_60(digits)
        || is_date(digits)
}

fn is_date(digits: &str) -> bool {
    let mut parts = digits.splitn(3, '-');
    let mut is_part = |most: usize| {
        let part = parts.next().unwrap_or_default();
        let number = part.bytes().take_while(u8::is_ascii_digit).count();
        number > 0 && part.len() <= most
    };
    is_part(4) && is_part(2) && is_part(usize::MAX)
}

/// The header of a literal block scalar (without an indentation) and its lines, where it can say
/// the text.
pub(super) fn literal(text: &str) -> Option<(&'static str, Vec<String>)> {
    let body = text.trim_end_matches('\n');
    let simple = |c: char| matches!(c, '\n' | '\t') || !is_unprintable(c);
    if body.is_empty() || body.ends_with([' ', '\t']) || !text.chars().all(simple) {
        return None;
    }
    let (header, content) = match text.len() - body.len() {
        0 => ("|-", text),
        1 => ("|", body),
        _ => ("|+", &text[..text.len() - 1]),
    };
    Some((header, content.split('\n').map(str::to_owned).collect()))
}

/// A block scalar's header taken apart: its style and chomping, and what stands behind.
pub(super) fn header(line: &str) -> (String, &str) {
    let is_option = |c: &char| matches!(c, '|' | '>' | '0'..='9' | '+' | '-');
    let end = line.chars().take_while(is_option).count();
    let (options, rest) = line.split_at(end);
    let is_kept = |c: &char| !c.is_ascii_digit();
    (options.chars().filter(is_kept).collect(), rest)
}

/// The header, with the indentation of the lines (`step` deeper than what holds the scalar) where
/// it has to be said: where the first text starts with a space. `None` where that cannot be said.
pub(super) fn stated(header: &str, step: usize, lines: &[String]) -> Option<String> {
    let first = lines.iter().find(|line| !line.is_empty());
    if !first.is_some_and(|line| line.starts_with(' ')) {
        return Some(header.to_owned());
    }
    let (style, chomping) = header.split_at_checked(1)?;
    (1..=9)
        .contains(&step)
        .then(|| format!("{style}{step}{chomping}"))
}
