//! Requests over HTTP: the method and the address decide what they do.

use std::borrow::Cow;

use super::EffectKind;
use super::knowledge::{Knowledge, Service};
use super::operands::Operands;

/// A request, as far as it can be read.
pub(super) struct Request<'t> {
    pub(super) address: Option<String>,
    /// The file that takes the answer.
    pub(super) output: Option<String>,
    /// Everything that is said, in small letters: parts of an address often hide in variables.
    text: Cow<'t, str>,
    writes: bool,
    deletes: bool,
    uploads: bool,
}

impl<'t> Request<'t> {
    /// `files` are those that hold what it is given.
    pub(super) fn of(operands: &Operands, files: &str) -> Request<'static> {
        let method = operands.option(&["-X", "--request", "--method"]);
        let joined = operands
            .words
            .iter()
            .find_map(|word| word.strip_prefix("-X"));
        let method = method.or(joined
            .filter(|method| !method.is_empty())
            .map(str::to_owned));
        let method = method.unwrap_or_default().to_uppercase();
        let data = [
            "-d",
            "--data",
            "--data-binary",
            "--data-raw",
            "--data-urlencode",
            "--json",
            "-F",
            "--form",
            "--post-data",
            "--post-file",
        ];
        let uploads = operands.option(&["-T", "--upload-file"]).is_some();
        let sends = operands.option(&data).is_some();
        let address = operands.words.iter().find(|word| is_address(word));
        Request {
            address: address.map(|address| address.to_string()),
            output: operands.option(&["-o", "--output", "-O"]),
            text: (without_headers(&operands.words) + &files.to_lowercase()).into(),
            writes: uploads
                || matches!(&*method, "POST" | "PUT" | "PATCH")
                || (sends && method.is_empty()),
            deletes: method == "DELETE",
            uploads,
        }
    }

    /// A request read from a program in another language, which is given in small letters.
    pub(super) fn from_text(lower: &'t str, writes: bool) -> Request<'t> {
        Request {
            address: None,
            output: None,
            text: lower.into(),
            writes,
            deletes: false,
            uploads: false,
        }
    }

    /// What it does, and the rest of a sentence.
    pub(super) fn effect<'k>(&self, knowledge: &'k Knowledge) -> Option<(EffectKind, &'k str)> {
        match knowledge.service(&self.text) {
            None if self.uploads => Some((EffectKind::Publish, "uploads a file")),
            _ if self.deletes => Some((EffectKind::Delete, "deletes what a service keeps")),
            Some(known) if self.writes => Some((known.write?, &known.says)),
            Some(Service {
                read: Some(kind),
                says,
                ..
            }) => Some((*kind, says)),
            Some(_) => Some((EffectKind::Query, "asks a service")),
            None if self.writes => None,
            None => Some((EffectKind::Query, "asks a service")),
        }
    }

    /// How sure it is that it has this effect.
    pub(super) fn confidence(&self, kind: EffectKind) -> f32 {
        match kind {
            EffectKind::Query if !self.writes => 0.5,
            _ => 0.9,
        }
    }
}

/// All words in small letters, but those that only say who asks.
fn without_headers(words: &[Cow<'_, str>]) -> String {
    const WHO: [&str; 8] = [
        "-H", "--header", "-u", "--user", "-A", "-b", "--cert", "--key",
    ];
    let mut text = String::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if WHO.contains(&&**word) {
            words.next();
        } else {
            text.push_str(&word.to_lowercase());
            text.push(' ');
        }
    }
    text
}

fn is_address(word: &str) -> bool {
    let lower = word.to_lowercase();
    lower.contains("://") || (lower.starts_with('$') && lower.contains("url"))
}
