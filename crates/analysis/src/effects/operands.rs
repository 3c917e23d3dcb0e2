//! What a command acts on: options told from operands, and what operands tell.

use std::borrow::Cow;
use std::collections::HashSet;

use super::EffectKind;
use super::knowledge::{Deed, only_reads};

/// The arguments of a command, expanded.
pub(super) struct Operands<'w> {
    /// All of them.
    pub(super) words: Vec<Cow<'w, str>>,
    /// What stands for those that a param gives, when nobody says otherwise, by their places.
    defaults: Vec<(usize, &'w str)>,
    /// Those that are neither options nor their values.
    plain: Vec<usize>,
}

impl<'w> Operands<'w> {
    /// `values` are the options that take the next word.
    pub(super) fn new(words: Vec<Cow<'w, str>>, values: &[String]) -> Operands<'w> {
        let mut plain = Vec::new();
        let mut options = true;
        let mut at = 0;
        while let Some(word) = words.get(at) {
            if options && word == "--" {
                options = false;
            } else if options && word.starts_with('-') && word.len() > 1 {
                at += usize::from(values.iter().any(|value| value == word));
            } else {
                plain.push(at);
            }
            at += 1;
        }
        Operands {
            words,
            plain,
            defaults: Vec::new(),
        }
    }

    /// `default` knows what stands for a param.
    pub(super) fn with_defaults(mut self, default: impl Fn(&str) -> Option<&'w str>) -> Self {
        let words = self.words.iter().enumerate();
        let defaults = words.filter_map(|(at, word)| Some((at, default(word)?)));
        self.defaults = defaults.collect();
        self
    }

    /// Is the program called in this way?
    pub(super) fn fit(&self, deed: &Deed) -> bool {
        let mut told = self.told();
        let mut wanted = deed.args.0.iter();
        let args = wanted.all(|wanted| {
            let word = told.next();
            word.is_some_and(|word| wanted.split('|').any(|one| one == word))
        });
        // Most deeds are none by their first words.
        if !args {
            return false;
        }
        let with = deed.with.is_empty() || deed.with.iter().any(|option| self.has(option));
        let mentions = |word: &String| match word.strip_prefix('^') {
            Some(start) => self.words.iter().any(|one| one.starts_with(start)),
            None => {
                let words = self.words.iter().map(Cow::as_ref);
                let mut texts = words.chain(self.defaults.iter().map(|(_, text)| *text));
                texts.any(|one| one.contains(word.as_str()))
            }
        };
        let about = deed.about.is_empty() || deed.about.iter().any(mentions);
        with && about && !deed.without.iter().any(|option| self.has(option))
    }

    /// The words that tell what to do. For a param stands the first word of its default, if that has
    /// any.
    fn told(&self) -> impl Iterator<Item = &str> {
        self.plain.iter().filter_map(|at| {
            let mut defaults = self.defaults.iter();
            match defaults.find(|(place, _)| place == at) {
                Some((_, text)) => text.split_whitespace().next(),
                None => self.words.get(*at).map(Cow::as_ref),
            }
        })
    }

    /// The option of the deed that is there, when it is one by itself.
    pub(super) fn with<'d>(&self, deed: &'d Deed) -> Option<&'d str> {
        let with = deed.with.iter().map(String::as_str);
        let mut there = with.filter(|option| self.words.iter().any(|word| word == option));
        there.next()
    }

    /// The first words besides options that the deed asks for, as they stand.
    pub(super) fn words_of(&self, deed: &Deed) -> Vec<&str> {
        let places = 0..deed.args.0.len() as isize;
        places.filter_map(|at| self.plain(at)).collect()
    }

    /// The first of those that are neither options nor their values.
    pub(super) fn first(&self) -> Option<&str> {
        self.plain(0)
    }

    /// Do its first words name something that is done, and not only asked?
    pub(super) fn names_a_deed(&self) -> bool {
        const WORDS: isize = 3;
        const HARMLESS: &str = "login logout config target plugin version whoami auth account help";
        let mut words = (0..WORDS).filter_map(|at| self.plain(at)).peekable();
        let is_harmless = |word: &str| {
            let mut parts = word.split('-');
            parts.any(only_reads) || HARMLESS.split_whitespace().any(|known| known == word)
        };
        words.peek().is_some() && !words.any(is_harmless)
    }

    /// How many words are neither options nor their values.
    pub(super) fn count(&self) -> usize {
        self.plain.len()
    }

    fn plain(&self, at: isize) -> Option<&str> {
        let length = self.plain.len() as isize;
        let at = if at < 0 { length + at } else { at };
        let word = *self.plain.get(usize::try_from(at).ok()?)?;
        self.words.get(word).map(Cow::as_ref)
    }

    /// The operand at a place after the words of the deed; from the end when negative.
    pub(super) fn after(&self, deed: &Deed, at: isize) -> Option<String> {
        let first = deed.args.0.len() as isize;
        let at = if at < 0 { at } else { first + at };
        self.plain(at).map(str::to_owned)
    }

    /// Where the operands after the words of the deed stand among all arguments.
    pub(super) fn places(&self, deed: &Deed) -> impl Iterator<Item = usize> {
        self.plain.iter().skip(deed.args.0.len()).copied()
    }

    /// The operands that are files.
    pub(super) fn files(&self, deed: &Deed) -> impl Iterator<Item = &str> {
        let plain = self.plain.iter().skip(deed.args.0.len());
        let files = plain.filter_map(|at| self.words.get(*at).map(Cow::as_ref));
        files.filter(|file| !file.is_empty())
    }

    /// Is the option or word there? A single letter counts among joined ones, too.
    pub(super) fn has(&self, option: &str) -> bool {
        let letter = option.strip_prefix('-').filter(|letter| letter.len() == 1);
        self.words.iter().any(|word| {
            let value = || {
                word.strip_prefix(option)
                    .is_some_and(|rest| rest.starts_with('='))
            };
            let joined = || {
                let letters = word.strip_prefix('-').filter(|word| !word.starts_with('-'));
                letter.zip(letters).is_some_and(|(letter, letters)| {
                    let flags = letters.bytes().all(|byte| byte.is_ascii_alphanumeric());
                    flags && letters.contains(letter)
                })
            };
            word == option || value() || joined()
        })
    }

    /// The value of an option.
    pub(super) fn option(&self, names: &[&str]) -> Option<String> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if names.contains(&&**word) {
                return words.next().map(|word| word.to_string());
            }
            let value = names.iter().find_map(|name| {
                let rest = word.strip_prefix(name)?;
                rest.strip_prefix('=')
            });
            if let Some(value) = value {
                return Some(value.to_owned());
            }
        }
        None
    }
}

/// What a copy between registries and disks does.
pub(super) fn copy(from: Option<&str>, to: Option<&str>) -> Option<EffectKind> {
    let (from, to) = (from?, to?);
    const LOCAL: [&str; 6] = [
        "dir:",
        "oci:",
        "oci-archive:",
        "docker-archive:",
        "containers-storage:",
        "file:",
    ];
    let local = |end: &str| LOCAL.iter().any(|kind| end.starts_with(kind));
    match (local(from), local(to)) {
        (_, true) => Some(EffectKind::Pull),
        (true, false) => Some(EffectKind::Push),
        (false, false) if repository(from) == repository(to) => Some(EffectKind::Tag),
        (false, false) => Some(EffectKind::Copy),
    }
}

/// An image's repository: without transport, digest and tag.
fn repository(reference: &str) -> &str {
    let reference = reference.strip_prefix("docker://").unwrap_or(reference);
    let reference = reference.split('@').next().unwrap_or(reference);
    match reference.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => reference,
    }
}

/// What writing files to a place of a registry does.
pub(super) fn push(to: Option<&str>) -> EffectKind {
    let to = to.unwrap_or_default();
    let lower = to.to_lowercase();
    if lower.contains("ocistorage") || lower.contains("trusted-artifact") {
        EffectKind::Transport
    } else if to.contains("sha256-") || lower.contains("tag_suffix") {
        EffectKind::AttachByTag
    } else {
        EffectKind::Push
    }
}

/// Is a file payload of an artifact, as far as one can tell? Data is not: what the task wrote
/// itself, what is called like data, and streams.
pub(super) fn is_payload(file: &str, written: &HashSet<String>) -> bool {
    const DATA: [&str; 14] = [
        ".json", ".yaml", ".yml", ".txt", ".log", ".xml", ".html", ".sarif", ".csv", ".spdx",
        ".md", ".env", ".sha256", ".pem",
    ];
    let bare = file.trim_end_matches(".gz").trim_end_matches(".tar");
    let is_data = DATA.iter().any(|end| bare.ends_with(end));
    let lower = file.to_lowercase();
    let said = [
        "sbom", "json", "log", "result", "report", "advisory", "param", "data",
    ];
    let is_said = said.iter().any(|word| lower.contains(word));
    file != "-" && !is_data && !is_said && !written.contains(file) && !file.starts_with("/dev/")
}

/// Is a file what a run leaves for people to read?
pub(super) fn is_report(file: &str) -> bool {
    let lower = file.to_lowercase();
    let words = ["log", "junit", "coverage", "test-result", "must-gather"];
    words.iter().any(|word| lower.contains(word))
}

/// The text of an object without the kinds of other objects in it, such as of who owns it.
pub(super) fn without_owners(object: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let mut lines = object.lines().skip_while(|line| line.trim().is_empty());
    let outer = lines.next().map(indent).unwrap_or_default();
    let kept = object
        .split_inclusive('\n')
        .filter(|line| indent(line) <= outer || !line.trim_start().starts_with("kind:"));
    kept.collect()
}

/// Is an object of the kind Release among what is created? Making one starts its pipeline.
fn makes_release(text: &str) -> bool {
    text.match_indices("kind: release").any(|(at, found)| {
        let next = text[at + found.len()..].chars().next();
        next.is_none_or(|c| !c.is_alphanumeric())
    })
}

/// What creating objects in the cluster means, by what is created.
pub(super) fn apply<'d>(text: &str, deed: &'d Deed) -> (EffectKind, &'d str) {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let bare = text.replace(['"', '\''], "");
    if makes_release(&bare) {
        (EffectKind::Delegate, "has a release made")
    } else if has(&["internalrequest", "kind: pipelinerun", "pipelinerun.yaml"]) {
        (EffectKind::Delegate, "starts another pipeline")
    } else if has(&["teardown", "deprovision"]) {
        (EffectKind::Delete, "has objects of the cluster taken down")
    } else if has(&[
        "releaseplan",
        "snapshot.",
        "kind: snapshot",
        "release ",
        "releases.",
        "--subresource status",
        "--subresource=status",
        "/status",
    ]) {
        (EffectKind::Record, "writes to the status of an object")
    } else {
        (deed.effect.unwrap_or(EffectKind::Provision), &deed.says)
    }
}
