//! The table of what programs, services, images and step actions do: `knowledge/effects.yaml`.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use konflux_syntax::Document;
use serde::Deserialize;
use serde_yaml::Value;

use super::EffectKind;

/// What variables and options are called that hold an address.
pub(crate) const ADDRESS: [&str; 5] = ["url", "endpoint", "webhook", "host", "server"];

/// Is a variable called like one that holds an address?
pub(crate) fn is_address(variable: &str) -> bool {
    let lower = variable.to_lowercase();
    ADDRESS.iter().any(|word| lower.contains(word))
}

/// Does a verb in the name of a program, or of its command, tell that nothing is changed?
pub(crate) fn only_reads(verb: &str) -> bool {
    const READS: &str = "get list ls show describe view info inspect status find search query read \
                         fetch download gather collect check verify validate wait";
    READS.split_whitespace().any(|known| known == verb)
}

/// The whole table.
#[derive(Deserialize, Default, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Knowledge {
    programs: Programs,
    /// Services by words of their address, most telling first.
    services: Vec<Service>,
    images: Vec<Named>,
    step_actions: Vec<Named>,
    /// Calls of programs in Python.
    pub(crate) calls: Vec<Named>,
    /// Words in the name of a program that nothing is known of.
    words: Vec<Named>,
}

/// What programs do, by their names.
#[derive(Deserialize, Clone, PartialEq, Default, Debug)]
#[serde(from = "Vec<Program>")]
pub(crate) struct Programs {
    list: Vec<Program>,
    by_name: HashMap<String, usize>,
}

impl From<Vec<Program>> for Programs {
    fn from(list: Vec<Program>) -> Programs {
        let programs = list.iter().enumerate();
        let by_name = programs
            .flat_map(|(at, program)| program.program.iter().map(move |name| (name.clone(), at)))
            .collect();
        Programs { list, by_name }
    }
}

impl Programs {
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn get(&self, name: &str) -> Option<&Program> {
        self.list.get(*self.by_name.get(name)?)
    }
}

/// What the configuration of a project says of programs, before what is built in. It belongs to a
/// document from the start: everything that is derived from the document rests on it.
#[derive(Clone, Default, Debug)]
pub(crate) struct Taught(Option<Arc<Programs>>);

impl Taught {
    /// What holds for a document.
    pub(crate) fn of(document: &Document<'_>) -> Arc<Taught> {
        document.memo(Taught::default)
    }

    /// Makes it hold for a document of which nothing was asked yet.
    pub(crate) fn teach(programs: &Arc<Programs>, document: &Document<'_>) {
        document.memo(|| Taught(Some(programs.clone())));
    }

    /// All that is known of a program; what comes first counts first.
    pub(crate) fn programs(&self, name: &str) -> impl Iterator<Item = &Program> {
        let own = self.0.as_ref().and_then(|programs| programs.get(name));
        own.into_iter().chain(built_in().program(name))
    }

    pub(crate) fn knows(&self, name: &str) -> bool {
        self.programs(name).next().is_some()
    }

    /// What a program does, however it is called: all that its name tells.
    pub(crate) fn only_deed(&self, name: &str) -> Option<EffectKind> {
        let deed = self.programs(name).next()?.does.last()?;
        deed.effect
            .filter(|_| deed.is_any() && deed.confidence > 0.5)
    }

    /// Does a program do anything that matters here, as far as is known?
    pub(crate) fn has_deeds(&self, name: &str) -> bool {
        self.programs(name).any(|program| !program.does.is_empty())
    }
}

impl Deed {
    /// Does it hold however the program is called?
    fn is_any(&self) -> bool {
        self.args.0.is_empty() && self.with.is_empty() && self.about.is_empty()
    }

    /// Is it what is said of all ways to call a program that nothing else is said of, and a question?
    pub(crate) fn is_any_query(&self) -> bool {
        self.is_any() && self.effect == Some(EffectKind::Query)
    }
}

/// A program, under all names that it goes by.
#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Program {
    #[serde(deserialize_with = "one_or_more")]
    program: Vec<String>,
    /// Options that take the next word as their value.
    #[serde(default)]
    pub(crate) values: Vec<String>,
    /// How many words stand before the command that this one runs.
    #[serde(default)]
    pub(crate) wraps: Option<usize>,
    /// Is what it reads from the standard input no script that it runs?
    #[serde(default)]
    pub(crate) input_is_data: bool,
    /// Does the project decide what it does when no entry of `does` fits?
    #[serde(default)]
    pub(crate) opaque: bool,
    #[serde(default)]
    pub(crate) does: Vec<Deed>,
}

/// What a program does when it is called in a certain way. The first that fits counts.
#[derive(Deserialize, Clone, PartialEq, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Deed {
    /// The words that must come first, options aside: `cosign COPY`.
    #[serde(default)]
    pub(crate) args: Words,
    /// One of these options must be there; `-a` also stands for `-xa`.
    #[serde(default)]
    pub(crate) with: Vec<String>,
    /// None of these options or words may be there.
    #[serde(default)]
    pub(crate) without: Vec<String>,
    /// A word that must stand somewhere in some argument, or begin one when it is written `^word`.
    #[serde(default)]
    pub(crate) about: Vec<String>,
    pub(crate) effect: Option<EffectKind>,
    /// Which word after `args` names what is acted on; from the end when negative.
    #[serde(default)]
    pub(crate) subject: Option<isize>,
    #[serde(default)]
    pub(crate) shape: Shape,
    /// The rest of a sentence that begins with the command.
    #[serde(default)]
    pub(crate) says: String,
    #[serde(default = "sure")]
    pub(crate) confidence: f32,
}

/// Words that are written as one text.
#[derive(Clone, PartialEq, Default, Debug)]
pub(crate) struct Words(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Words, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(Words(text.split_whitespace().map(str::to_owned).collect()))
    }
}

/// What has to be looked at besides the words themselves.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default, Debug)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Shape {
    /// Nothing.
    #[default]
    Plain,
    /// A request over HTTP: its method and address decide.
    Http,
    /// From one registry to another or to disk: both ends decide.
    Copy,
    /// Files of an artifact are packed or unpacked: the operands decide.
    Pack,
    /// Files are written to a registry: the name of the destination decides.
    Push,
    /// A pipeline is started by the name in an option.
    Delegate,
    /// Objects are created in the cluster: their kind decides.
    Apply,
    /// A command is run in a container: it decides.
    Inside,
}

impl Shape {
    /// The words for all shapes.
    pub(crate) const NAMES: [&str; 8] = [
        "plain", "http", "copy", "pack", "push", "delegate", "apply", "inside",
    ];
}

/// A service of the network.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Service {
    /// Words of the address; all of one entry must be there.
    pub(crate) words: Vec<String>,
    /// What it means to ask it.
    #[serde(default)]
    pub(crate) read: Option<EffectKind>,
    /// What it means to write to it.
    #[serde(default)]
    pub(crate) write: Option<EffectKind>,
    pub(crate) says: String,
}

/// An effect that a name alone tells.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Named {
    pub(crate) names: Vec<String>,
    pub(crate) effect: EffectKind,
    pub(crate) says: String,
    #[serde(default = "sure")]
    pub(crate) confidence: f32,
    /// Must the word be the first one? Then it is a verb, and no noun.
    #[serde(default)]
    first: bool,
}

fn sure() -> f32 {
    1.0
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(name) => Ok(vec![name]),
        names => serde_yaml::from_value(names).map_err(serde::de::Error::custom),
    }
}

/// The table without its comments (`build.rs`).
const TABLE: &str = include_str!(concat!(env!("OUT_DIR"), "/effects.yaml"));

/// The table that is built in. An unreadable one is empty; a test sees to it that it is not.
pub(crate) fn built_in() -> &'static Knowledge {
    static KNOWLEDGE: OnceLock<Knowledge> = OnceLock::new();
    KNOWLEDGE.get_or_init(|| Knowledge::parse(TABLE).unwrap_or_default())
}

impl Knowledge {
    /// By way of values, as the entries of a configuration are read: what reads these types is
    /// then there once, which counts in WebAssembly.
    fn parse(text: &str) -> Result<Knowledge, serde_yaml::Error> {
        serde_yaml::from_value(serde_yaml::from_str(text)?)
    }

    fn program(&self, name: &str) -> Option<&Program> {
        self.programs.get(name)
    }

    /// What the image of a step tells.
    pub(crate) fn image(&self, image: &str) -> Option<&Named> {
        let name = image.split(['@', ':']).next().unwrap_or(image);
        find(&self.images, |known| name.contains(known))
    }

    /// What the name of a step action tells.
    pub(crate) fn step_action(&self, name: &str) -> Option<&Named> {
        find(&self.step_actions, |known| name.contains(known))
    }

    /// The service that an address belongs to, or a text that holds one, in small letters.
    pub(crate) fn service(&self, text: &str) -> Option<&Service> {
        self.services.iter().find(|service| {
            let mut words = service.words.iter();
            words.all(|word| text.contains(word.as_str()))
        })
    }

    /// What the words in the name of a script tell.
    pub(crate) fn word(&self, program: &str) -> Option<&Named> {
        let lower = program.to_lowercase();
        // `company.tasks.push_image`: the module in a package of Python.
        let lower = match lower.rsplit_once('.') {
            Some((_, module)) if module.contains('_') => module,
            _ => &lower,
        };
        let words: Vec<&str> = lower.split(['-', '_', '.']).collect();
        let tells = |words: &[&str]| {
            let mut entries = self.words.iter();
            entries.find(|entry| {
                let count = if entry.first { 1 } else { words.len() };
                let mut names = entry.names.iter();
                names.any(|name| words[..count].contains(&name.as_str()))
            })
        };
        // A verb stands first: `check-labels` writes none.
        let reads = words.first().is_some_and(|first| only_reads(first));
        let first = reads.then(|| tells(&words[..1])).flatten();
        first.or_else(|| tells(&words))
    }
}

fn find(entries: &[Named], fits: impl Fn(&str) -> bool) -> Option<&Named> {
    entries
        .iter()
        .find(|entry| entry.names.iter().any(|name| fits(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_configuration_are_those_of_the_table() {
        for name in EffectKind::NAMES {
            assert!(serde_yaml::from_str::<EffectKind>(name).is_ok(), "{name}");
        }
        for name in Shape::NAMES {
            assert!(serde_yaml::from_str::<Shape>(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn the_table_is_readable() {
        let knowledge = Knowledge::parse(TABLE).unwrap();
        assert!(knowledge.program("cosign").is_some());
        let programs = &knowledge.programs;
        let names: usize = programs.list.iter().map(|one| one.program.len()).sum();
        assert_eq!(
            names,
            programs.by_name.len(),
            "a program stands there twice"
        );
    }
}
