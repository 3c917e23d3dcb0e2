//! From the commands of a script to effects.

mod deeds;
mod delegation;
mod files;
mod follow;
mod unknown;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::EffectKind;
use super::knowledge::{self, Knowledge, Taught};
use super::operands::Operands;
use super::program;
use super::scripts::Scripts;
use crate::shell::{Command, Part, Script, Word};

/// Bytes of scripts in scripts that are read in one task: a text that says `eval` thousands of times
/// says no more than one that says it once.
const INNER_BYTES: usize = 1 << 20;

/// How many times a command may stand for another: a wrapper for what it runs, a function for its body.
const HOPS: usize = 16;

/// What is learned on the way through the steps of a task.
#[derive(Default)]
pub(super) struct Facts {
    scripts: Arc<Scripts>,
    /// The variables that the step is given.
    pub(super) environment: HashMap<String, String>,
    /// What stands for the task's params, as they are written: `$(params.x)`.
    pub(super) defaults: Arc<HashMap<String, String>>,
    /// What programs do.
    pub(super) taught: Arc<Taught>,
    /// Was payload of an artifact fetched already?
    pub(super) has_payload: bool,
    /// Files that the scripts themselves wrote: data, not artifacts.
    pub(super) written: HashSet<String>,
    /// Files that were fetched from where a param says.
    pub(super) fetched: HashSet<String>,
    /// What they wrote, where it stands in the script.
    texts: HashMap<String, delegation::Objects>,
    pub(super) can_fail: bool,
    pub(super) writes_data: bool,
    /// Does it wait in a loop?
    pub(super) polls: bool,
    pub(super) reads_files: bool,
    pub(super) runs_project: bool,
    pub(super) edits_files: bool,
    /// Was something printed?
    pub(super) prints: bool,
    /// Was something run that does more than print?
    pub(super) acts: bool,
    pub(super) saw_commands: bool,
    /// How many commands were run of which nothing is known.
    pub(super) opaque_commands: u32,
    pub(super) image_is_transport: bool,
    pub(super) vocabulary: BTreeSet<&'static str>,
    /// The functions that its scripts define, for scripts inside of them.
    functions: HashSet<String>,
    depth: usize,
    /// Bytes of scripts inside of scripts that may still be read.
    inner_bytes: usize,
}

impl Facts {
    pub(super) fn new(
        scripts: Arc<Scripts>,
        taught: Arc<Taught>,
        defaults: HashMap<String, String>,
    ) -> Facts {
        Facts {
            defaults: defaults.into(),
            scripts,
            taught,
            inner_bytes: INNER_BYTES,
            ..Facts::default()
        }
    }
}

/// An effect in places of the script.
pub(super) struct FoundEffect {
    pub(super) kind: EffectKind,
    pub(super) message: String,
    pub(super) subject: Option<String>,
    pub(super) span: Range<usize>,
    pub(super) confidence: f32,
}

/// An effect, but for its words and its place.
struct Said {
    kind: EffectKind,
    subject: Option<String>,
    confidence: f32,
}

impl Said {
    fn of(kind: EffectKind, confidence: f32) -> Said {
        Said {
            kind,
            subject: None,
            confidence,
        }
    }
}

/// What a script was found to do.
#[derive(Default)]
pub(super) struct Found {
    pub(super) effects: Vec<FoundEffect>,
    /// The pipelines that it starts, by name or by file, with the place of that. Params in it stand
    /// as they are.
    pub(super) delegates: Vec<(String, Range<usize>)>,
}

/// Words that tell what a task is about even where no command does.
const VOCABULARY: [&str; 2] = ["embargo", "allowed"];

/// Reads a shell script.
pub(super) fn read(text: &str, facts: &mut Facts) -> Found {
    for word in VOCABULARY {
        if text.contains(word) {
            facts.vocabulary.insert(word);
        }
    }
    let script = facts.scripts.parse(text);
    facts.functions.extend(script.functions.iter().cloned());
    let taught = facts.taught.clone();
    let mut reader = Reader {
        text,
        knowledge: knowledge::built_in(),
        taught: &taught,
        script: &script,
        functions: functions(&script),
        at: 0,
        hops: 0,
        facts,
        found: Found::default(),
    };
    reader.facts.polls |= script.polls;
    reader.facts.saw_commands |= !script.commands.is_empty();
    for (at, command) in script.commands.iter().enumerate() {
        reader.at = at;
        reader.command(command);
    }
    let mut found = reader.found;
    if !script.parsed {
        // What was guessed from words may hide more.
        facts.opaque_commands += 1;
        for effect in &mut found.effects {
            effect.confidence *= 0.7;
        }
    }
    found
}

/// Reads a script of Windows.
pub(super) fn read_powershell(text: &str, facts: &mut Facts) -> Found {
    read(&follow::from_powershell(text), facts)
}

/// Reads a command that is given as a list of words.
pub(super) fn read_words(words: &[&str], facts: &mut Facts) -> Found {
    let words: Vec<Word> = words.iter().map(|word| plain(word)).collect();
    let script = Script {
        commands: vec![Command {
            words,
            redirects: Vec::new(),
            pipeline: 0,
            function: None,
            span: 0..0,
        }],
        parsed: true,
        ..Script::default()
    };
    let taught = facts.taught.clone();
    let mut reader = Reader {
        text: "",
        knowledge: knowledge::built_in(),
        taught: &taught,
        script: &script,
        functions: functions(&script),
        at: 0,
        hops: 0,
        facts,
        found: Found::default(),
    };
    reader.facts.saw_commands = true;
    reader.command(&script.commands[0]);
    reader.found
}

/// A word of `command` and `args`: nothing but Tekton's references is special in it.
fn plain(text: &str) -> Word {
    Word {
        parts: vec![Part::Text(text.to_owned())],
        span: 0..0,
    }
}

struct Reader<'s> {
    text: &'s str,
    knowledge: &'static Knowledge,
    taught: &'s Taught,
    script: &'s Script,
    /// The command of each function that is given all of its arguments.
    functions: HashMap<&'s str, Option<usize>>,
    /// The command that is read, as an index.
    at: usize,
    /// How many others it stands for so far.
    hops: usize,
    facts: &'s mut Facts,
    found: Found,
}

/// `"$@"`
fn takes_all(word: &Word) -> bool {
    matches!(word.variable(), Some("@" | "*"))
}

/// The functions of a script, each with its command that is given all arguments.
fn functions(script: &Script) -> HashMap<&str, Option<usize>> {
    let names = script.functions.iter();
    let mut known: HashMap<&str, Option<usize>> = names.map(|name| (&**name, None)).collect();
    for (at, command) in script.commands.iter().enumerate() {
        let function = command.function.map(|function| function as usize);
        let name = function.and_then(|function| script.functions.get(function));
        if let Some(known) = name.and_then(|name| known.get_mut(&**name))
            && known.is_none()
            && command.words.iter().any(takes_all)
        {
            *known = Some(at);
        }
    }
    known
}

impl Reader<'_> {
    fn command(&mut self, command: &Command) {
        self.redirects(command);
        match self.spread(command) {
            Some(command) => self.words(&command, 0),
            None => self.words(command, 0),
        }
    }

    /// The command that begins with the word at `first`. It may only stand for another one, and that
    /// for the first again, as functions do that call each other.
    fn words(&mut self, command: &Command, first: usize) {
        if self.hops >= HOPS {
            self.facts.opaque_commands += 1;
            return;
        }
        self.hops += 1;
        self.command_at(command, first);
        self.hops -= 1;
    }

    fn command_at(&mut self, command: &Command, first: usize) {
        let Some(word) = command.words.get(first) else {
            return;
        };
        let name = self.program(word);
        let fetched = &self.facts.fetched;
        let fetched = !fetched.is_empty() && fetched.contains(&*self.expand(word));
        if fetched && !self.taught.knows(&name) {
            let message = "a script is run that a param names".to_owned();
            return self.push(command, message, Said::of(EffectKind::RunParam, 0.8));
        }
        match name.as_str() {
            "exit" | "return" => return self.exit(command, first),
            "eval" => return self.run_text(command, first),
            // What a file holds that is not here is not known; with arguments, it is run.
            "source" | "." => {
                self.facts.opaque_commands += u32::from(command.words.len() > first + 2);
                return;
            }
            "sh" | "bash" if command.words.len() == first + 1 && self.is_fed_param(command) => {
                let message = "a shell is fed what a param says".to_owned();
                return self.push(command, message, Said::of(EffectKind::RunParam, 0.9));
            }
            "sh" | "bash" if let Some(script) = self.fed_download(command) => {
                return self.words(&script, 0);
            }
            interpreter if let Some(option) = program::option_of(interpreter) => {
                return self.interpreter(command, first, option);
            }
            // `CMD="tool --option"`, and then `$CMD more`.
            _ if name.contains(' ') && word.variable().is_some() => {
                return self.run_text(command, first.wrapping_sub(1));
            }
            _ => {}
        }
        if let Some(inner) = self.body(command, first, &name) {
            return self.words(&inner, 0);
        }
        let taught = self.taught;
        let mut programs = taught.programs(&name).peekable();
        if programs.peek().is_none() {
            return self.unknown(command, first, &name);
        }
        let (mut opaque, mut untold) = (false, false);
        for program in programs {
            if let Some(skip) = program.wraps {
                return self.wrapped(command, first + 1, skip, program);
            }
            let arguments = command.words.iter().skip(first + 1);
            let arguments = arguments.map(|word| self.argument(word)).collect();
            let defaults = self.facts.defaults.clone();
            let default = |word: &str| {
                let param = word.starts_with("$(params.");
                param.then(|| defaults.get(word).map(String::as_str))?
            };
            let operands = Operands::new(arguments, &program.values).with_defaults(default);
            self.facts.reads_files |= files::reads(&name, &operands);
            match &*name {
                "echo" | "printf" => self.facts.prints = true,
                _ => self.facts.acts = self.facts.acts || !files::is_quiet(&name),
            }
            self.facts.edits_files |= self.edits(&name, &operands);
            if let Some(deed) = program.does.iter().find(|deed| operands.fit(deed)) {
                // What nobody foresaw may be more than a question.
                let unforeseen = deed.is_any_query() && operands.names_a_deed();
                self.facts.opaque_commands += u32::from(unforeseen);
                let builds = deed.effect == Some(EffectKind::Build);
                self.facts.runs_project |= program.opaque && builds;
                return self.deed(command, (first, &name), deed, &operands);
            }
            if program.does.is_empty() {
                return;
            }
            // `make $(params.target)`: what it is told to do is not here.
            untold |= operands.first().is_some_and(|word| word.starts_with('$'))
                && program.does.iter().any(|deed| !deed.args.0.is_empty());
            opaque |= program.opaque;
        }
        self.facts.opaque_commands += u32::from(opaque || untold);
        self.facts.runs_project |= opaque;
    }

    /// `exit 1` in the script's own flow: it can fail because of what it found.
    fn exit(&mut self, command: &Command, first: usize) {
        let code = command.words.get(first + 1).map(|word| self.expand(word));
        if code.is_some_and(|code| code != "0") {
            self.facts.can_fail = true;
        }
    }

    fn push(&mut self, command: &Command, message: String, effect: Said) {
        let kind = match self.facts.image_is_transport {
            true => EffectKind::Transport,
            false => effect.kind,
        };
        self.found.effects.push(FoundEffect {
            kind,
            message,
            subject: effect.subject,
            span: command.span.clone(),
            confidence: effect.confidence,
        });
    }

    /// An argument. A variable that is sometimes set to an option is one.
    fn argument<'w>(&self, word: &'w Word) -> Cow<'w, str> {
        let text = self.expand(word);
        match text.starts_with("${") && self.holds_options(word) {
            true => Cow::Borrowed("--…"),
            false => text,
        }
    }

    fn expand<'w>(&self, word: &'w Word) -> Cow<'w, str> {
        if let Some(text) = word.literal() {
            return Cow::Borrowed(text);
        }
        let mut text = String::new();
        expand(self.script, &self.facts.environment, word, &mut text, 0);
        Cow::Owned(text)
    }
}

/// Is a word nothing but what a command writes?
fn is_run(word: &Word) -> bool {
    matches!(word.parts.as_slice(), [Part::Substitution(..)])
}

/// Writes a word with the values of its variables, where they have one.
fn expand(
    script: &Script,
    environment: &HashMap<String, String>,
    word: &Word,
    text: &mut String,
    depth: usize,
) {
    const DEPTH: usize = 6;
    const LENGTH: usize = 4096;
    for part in &word.parts {
        if text.len() > LENGTH {
            return;
        }
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Tekton(path) => {
                text.push_str("$(");
                text.push_str(path);
                text.push(')');
            }
            Part::Substitution(..) => text.push_str("$(…)"),
            Part::Variable(name) => match (script.value(name), environment.get(name)) {
                // What is not known before the script runs keeps its name, which may tell something.
                (Some(value), _) if depth < DEPTH && !is_run(value) => {
                    expand(script, environment, value, text, depth + 1);
                }
                (None, Some(value)) if !script.assignments.contains_key(name) => {
                    text.push_str(value);
                }
                _ => {
                    text.push_str("${");
                    text.push_str(name);
                    text.push('}');
                }
            },
        }
    }
}
