//! From the commands of a script to effects.

mod deeds;
mod files;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use super::knowledge::{self, Knowledge, Program, Taught};
use super::operands::Operands;
use super::scripts::Scripts;
use super::{EffectKind, python};
use crate::shell::{Command, Part, Redirect, Script, Word};

/// How deep scripts in scripts are read (`ssh host bash <<EOF`).
const NESTED: usize = 3;

/// Bytes of scripts in scripts that are read in one task: a text that says `eval` thousands of times
/// says no more than one that says it once.
const INNER_BYTES: usize = 1 << 20;

/// How many commands away one of the same pipeline may stand.
const NEAR: usize = 32;

/// What is learned on the way through the steps of a task.
#[derive(Default)]
pub(super) struct Facts {
    scripts: Arc<Scripts>,
    /// The variables that the step is given.
    pub(super) environment: HashMap<String, String>,
    /// What programs do.
    pub(super) taught: Arc<Taught>,
    /// Was payload of an artifact fetched already?
    pub(super) has_payload: bool,
    /// Files that the scripts themselves wrote: data, not artifacts.
    pub(super) written: HashSet<String>,
    /// What they wrote, in small letters, where it stands in the script.
    texts: HashMap<String, String>,
    pub(super) can_fail: bool,
    pub(super) writes_data: bool,
    pub(super) saw_commands: bool,
    /// How many commands were run of which nothing is known.
    pub(super) opaque_commands: u32,
    pub(super) image_is_transport: bool,
    pub(super) vocabulary: BTreeSet<&'static str>,
    depth: usize,
    /// Bytes of scripts inside of scripts that may still be read.
    inner_bytes: usize,
}

impl Facts {
    pub(super) fn new(scripts: Arc<Scripts>, taught: Arc<Taught>) -> Facts {
        Facts {
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

/// What a script was found to do.
#[derive(Default)]
pub(super) struct Found {
    pub(super) effects: Vec<FoundEffect>,
    pub(super) delegates: Vec<(String, Range<usize>)>,
}

/// Words that tell what a task is about even where no command does.
const VOCABULARY: [&str; 9] = [
    "advisory",
    "embargo",
    "TEST_OUTPUT",
    "SCAN_OUTPUT",
    "pyxis",
    "allowed",
    "schema",
    "slack",
    "jira",
];

/// Reads a shell script.
pub(super) fn read(text: &str, facts: &mut Facts) -> Found {
    for word in VOCABULARY {
        if text.contains(word) {
            facts.vocabulary.insert(word);
        }
    }
    let script = facts.scripts.parse(text);
    let taught = facts.taught.clone();
    let mut reader = Reader {
        text,
        knowledge: knowledge::built_in(),
        taught: &taught,
        script: &script,
        functions: functions(&script),
        at: 0,
        facts,
        found: Found::default(),
    };
    reader.facts.saw_commands |= !script.commands.is_empty();
    for (at, command) in script.commands.iter().enumerate() {
        reader.at = at;
        reader.command(command);
    }
    let mut found = reader.found;
    if !script.parsed {
        for effect in &mut found.effects {
            effect.confidence *= 0.7;
        }
    }
    found
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

    /// A command that is kept in a list, or takes words from one: `"${command[@]}" --more`.
    fn spread(&self, command: &Command) -> Option<Command> {
        const WORDS: usize = 64;
        let list = |word: &Word| self.script.arrays.get(word.variable()?);
        command.words.iter().find_map(list)?;
        let words = command.words.iter().flat_map(|word| match list(word) {
            Some(items) => items.as_slice(),
            None => std::slice::from_ref(word),
        });
        let words: Vec<Word> = words.take(WORDS).cloned().collect();
        (!words.is_empty()).then(|| Command {
            words,
            ..command.clone()
        })
    }

    /// The command that begins with the word at `first`.
    fn words(&mut self, command: &Command, first: usize) {
        let Some(word) = command.words.get(first) else {
            return;
        };
        let name = self.program(word);
        match name.as_str() {
            "exit" | "return" => return self.exit(command, first),
            "eval" => return self.run_text(command, first),
            // What a file holds that is not here is not known.
            "source" | "." => return,
            "python" | "python3" => return self.python(command, first),
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
        if !taught.knows(&name) {
            return self.unknown(command, first, &name);
        }
        let mut opaque = false;
        for program in taught.programs(&name) {
            if let Some(skip) = program.wraps {
                return self.wrapped(command, first + 1, skip, program);
            }
            let arguments = command.words.iter().skip(first + 1);
            let arguments = arguments.map(|word| self.expand(word)).collect();
            let operands = Operands::new(arguments, &program.values);
            if let Some(deed) = program.does.iter().find(|deed| operands.fit(deed)) {
                return self.deed(command, first, deed, &operands);
            }
            if program.does.is_empty() {
                return;
            }
            opaque |= program.opaque;
        }
        self.facts.opaque_commands += u32::from(opaque);
    }

    /// The name of a program without its folder. A variable that may hold one of several programs
    /// stands for the first that is known.
    fn program(&self, word: &Word) -> String {
        let base = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
        let mut values = Vec::new();
        if let Some(variable) = word.variable() {
            self.values(variable, &mut values, 0);
        }
        let known = values.iter().map(|value| base(value));
        let mut known = known.filter(|name| self.taught.knows(name));
        known.next().unwrap_or_else(|| base(&self.expand(word)))
    }

    /// All texts that a variable is given, through other variables, too.
    fn values(&self, variable: &str, values: &mut Vec<String>, depth: usize) {
        const DEPTH: usize = 3;
        const COUNT: usize = 16;
        for word in self.script.assignments.get(variable).into_iter().flatten() {
            match (word.literal(), word.variable()) {
                (Some(text), _) if values.len() < COUNT => values.push(text.to_owned()),
                (_, Some(inner)) if depth < DEPTH && inner != variable => {
                    self.values(inner, values, depth + 1);
                }
                _ => values.extend(word.parts.iter().find_map(default)),
            }
        }
    }

    /// What a call of `run() { tool --option "$@"; }` runs: the command of the function that is given
    /// all arguments.
    fn body(&self, command: &Command, first: usize, name: &str) -> Option<Command> {
        let inner = self.functions.get(name).copied().flatten()?;
        let inner = self.script.commands.get(inner)?;
        let arguments = command.words.get(first + 1..).unwrap_or_default();
        let words = inner.words.iter().flat_map(|word| match takes_all(word) {
            true => arguments.to_vec(),
            false => vec![word.clone()],
        });
        let words: Vec<Word> = words.collect();
        let is_itself = words
            .first()
            .is_none_or(|word| word.literal() == Some(name));
        (!is_itself).then(|| Command {
            words,
            ..command.clone()
        })
    }

    /// `exit 1` in the script's own flow: it can fail because of what it found.
    fn exit(&mut self, command: &Command, first: usize) {
        let code = command.words.get(first + 1).map(|word| self.expand(word));
        if code.is_some_and(|code| code != "0") {
            self.facts.can_fail = true;
        }
    }

    /// `eval "$(params.script)"` runs what a param says, `eval "$command"` what a variable holds.
    fn run_text(&mut self, command: &Command, first: usize) {
        let words = command.words.iter().skip(first.wrapping_add(1));
        let words: Vec<Cow<'_, str>> = words.map(|word| self.expand(word)).collect();
        let text = words.join(" ");
        if text.starts_with("$(params") {
            self.say(
                command,
                EffectKind::RunParam,
                "runs what a param says",
                None,
                0.9,
            );
        } else if let Some(word) = command.words.get(first.wrapping_add(1)) {
            self.nested(&text, word.span.start);
        }
    }

    /// `python3 tool.py`, `python3 -m tool`, `python3 -c '…'`. A program that is given through the
    /// standard input is read with the redirections.
    fn python(&mut self, command: &Command, first: usize) {
        if let Some((text, at)) = self.inline_script(command, first + 1) {
            return self.python_text(&text, at);
        }
        let rest = command.words.iter().enumerate().skip(first + 1);
        let mut tools = rest.filter(|(_, word)| !word.prefix().starts_with('-'));
        if let Some((at, _)) = tools.next() {
            self.words(command, at);
        }
    }

    fn python_text(&mut self, text: &str, at: usize) {
        let found = python::read(text, self.facts);
        let verbatim = self.text.get(at..at + text.len()) == Some(text);
        let effects = found.effects.into_iter();
        self.found.effects.extend(effects.map(|effect| FoundEffect {
            span: match verbatim {
                true => at + effect.span.start..at + effect.span.end,
                false => at..at,
            },
            ..effect
        }));
    }

    /// The command behind `sudo`, `retry 3`, `ssh host`, `bash -c`.
    fn wrapped(&mut self, command: &Command, first: usize, skip: usize, program: &Program) {
        if let Some(text) = self.inline_script(command, first) {
            return self.nested(&text.0, text.1);
        }
        let mut left = skip;
        let mut at = first;
        while let Some(word) = command.words.get(at) {
            let text = self.expand(word);
            if self.holds_options(word) {
                at += 1;
            } else if text.starts_with('-') && text != "--" {
                let takes = program.values.iter().any(|value| *value == text);
                at += 1 + usize::from(takes);
            } else if text == "--" || is_setting(&text) {
                at += 1;
            } else if left > 0 {
                left -= 1;
                at += 1;
            } else {
                break;
            }
        }
        if let Some(word) = command.words.get(at) {
            match word
                .literal()
                .is_some_and(|text| !text.contains([' ', ';']))
            {
                true => return self.words(command, at),
                // `ssh host 'first; second'`
                false => self.nested(&self.expand(word), word.span.start),
            }
        }
        // What a shell runs comes through the standard input.
        if program.input_is_data {
            return;
        }
        for redirect in &command.redirects {
            match redirect {
                Redirect::Heredoc(text, at) => self.nested(text, *at),
                Redirect::HereString(word) => {
                    let text = self.expand(word);
                    self.nested(&text, word.span.start);
                }
                _ => {}
            }
        }
    }

    /// `"${OPTIONS[@]}"`: an array of options.
    fn holds_options(&self, word: &Word) -> bool {
        let values = word
            .variable()
            .and_then(|name| self.script.assignments.get(name));
        let first = values.and_then(|values| values.first());
        first.is_some_and(|value| value.prefix().starts_with('-'))
    }

    /// The script after `-c`.
    fn inline_script(&self, command: &Command, first: usize) -> Option<(String, usize)> {
        let words = command.words.get(first..)?;
        let is_flag = |word: &Word| {
            let flag = word.literal().unwrap_or_default();
            flag.starts_with('-') && !flag.starts_with("--") && flag.ends_with('c')
        };
        let at = words.iter().position(is_flag)?;
        let script = words.get(at + 1)?;
        Some((self.expand(script).into_owned(), script.span.start))
    }

    /// A script inside of this one. Its places are as good as they can be.
    fn nested(&mut self, text: &str, at: usize) {
        let Some(left) = self.facts.inner_bytes.checked_sub(text.len()) else {
            return;
        };
        if self.facts.depth >= NESTED || self.text.is_empty() {
            return;
        }
        // A here document that is expanded hides the dollars of the script that it writes.
        let unescaped = text.replace("\\$", "$");
        let removed: Vec<usize> = text.match_indices("\\$").map(|(at, _)| at).collect();
        self.facts.inner_bytes = left;
        self.facts.depth += 1;
        let found = read(&unescaped, self.facts);
        self.facts.depth -= 1;
        let verbatim = self.text.get(at..at + text.len()) == Some(text);
        let place = |span: Range<usize>| match verbatim {
            true => at + escaped(&removed, span.start)..at + escaped(&removed, span.end),
            false => at..at,
        };
        for effect in found.effects {
            let span = place(effect.span);
            self.found.effects.push(FoundEffect { span, ..effect });
        }
        let delegates = found.delegates.into_iter();
        self.found
            .delegates
            .extend(delegates.map(|(name, span)| (name, place(span))));
    }

    /// A program that nothing is known of: a function, a script of the image, a wrapper.
    fn unknown(&mut self, command: &Command, first: usize, name: &str) {
        if self.runs_param(command, first) {
            return self.say(
                command,
                EffectKind::RunParam,
                "runs what a param says",
                None,
                0.8,
            );
        }
        let is_function = self.functions.contains_key(name);
        let wraps = name.contains("retry") || name.contains("with") || is_function;
        if wraps && let Some(at) = self.inner_command(command, first + 1) {
            return self.words(command, at);
        }
        if is_function || name.len() < 3 {
            return;
        }
        // Pieces of another language look like programs with spaces in their names.
        if name.contains(|c: char| c.is_whitespace() || "\"'()$".contains(c)) {
            self.facts.opaque_commands += 1;
            return;
        }
        if self.starts_pipeline(command, first) {
            let message = format!("`{name}` starts another pipeline");
            return self.push(command, EffectKind::Delegate, message, None, 0.9);
        }
        if self.hands_on_script(command, first) {
            let says = "is given what a param says to run";
            return self.say(command, EffectKind::RunParam, says, None, 0.7);
        }
        // `tool collect-logs`: the name of the tool says more than that of its command.
        let operand = command.words.get(first + 1).and_then(Word::literal);
        let operand = operand.filter(|word| !word.starts_with('-') && !word.contains('/'));
        let by_name = self.knowledge.word(name).map(|known| (known, 1.0));
        let known = by_name.or_else(|| Some((self.knowledge.word(operand?)?, 0.8)));
        match known {
            Some((known, share)) => {
                let message = format!("`{name}` {}", known.says);
                let confidence = known.confidence * share;
                self.push(command, known.effect, message, None, confidence);
            }
            None => self.facts.opaque_commands += 1,
        }
    }

    /// Is a param that holds a script an argument of its own?
    fn hands_on_script(&self, command: &Command, first: usize) -> bool {
        let mut words = command.words.iter().skip(first + 1);
        words.any(|word| {
            let text = self.expand(word).to_lowercase();
            let name = text.strip_prefix("$(params.");
            let name = name.and_then(|name| name.strip_suffix(')'));
            name.is_some_and(|name| name.ends_with("script"))
        })
    }

    /// `$(params.script)`, or a variable that holds it, in the place of the program. Other params
    /// there are flags: `if $(params.hermetic); then`.
    fn runs_param(&self, command: &Command, first: usize) -> bool {
        const CODE: [&str; 8] = [
            "script", "command", "cmd", "exec", "run", "hook", "code", "action",
        ];
        let Some(word) = command.words.get(first) else {
            return false;
        };
        let text = self.expand(word).to_lowercase();
        let name = text.strip_prefix("$(params");
        let name = name.and_then(|name| name.strip_suffix(')'));
        name.is_some_and(|name| CODE.iter().any(|code| name.contains(code)))
    }

    /// Does a tool of the image take the name of a pipeline together with what only a request for a
    /// run needs?
    fn starts_pipeline(&self, command: &Command, first: usize) -> bool {
        const RUN: [&str; 5] = [
            "--service-account",
            "--request-timeout",
            "--pipeline-timeout",
            "--pipelinerun-uid",
            "--request-type",
        ];
        let words = command.words.iter().skip(first + 1);
        let has = |option: &str| {
            let mut words = words.clone();
            words.any(|word| {
                let rest = word.prefix().strip_prefix(option);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
            })
        };
        (has("--pipeline") || has("--pipeline-name")) && RUN.iter().any(|option| has(option))
    }

    /// The known program among the arguments of a wrapper.
    fn inner_command(&self, command: &Command, from: usize) -> Option<usize> {
        let known = |word: &Word| {
            let name = word.literal().unwrap_or_default();
            let name = name.rsplit('/').next().unwrap_or_default();
            let mut known = self.taught.programs(name);
            known.any(|program| !program.does.is_empty())
        };
        let words = command.words.iter().enumerate().skip(from).take(4);
        words
            .into_iter()
            .find(|(_, word)| known(word))
            .map(|(at, _)| at)
    }

    fn say(
        &mut self,
        command: &Command,
        kind: EffectKind,
        says: &str,
        subject: Option<String>,
        confidence: f32,
    ) {
        let plain = |word: &str| !word.is_empty() && word.len() < 40 && !word.starts_with('-');
        let literals = command.words.iter().filter_map(Word::literal);
        let mut shown: Vec<String> = match command.words.first() {
            Some(first) if first.literal().is_none() => vec![self.program(first)],
            _ => literals
                .filter(|word| plain(word))
                .take(2)
                .map(str::to_owned)
                .collect(),
        };
        shown.retain(|word| plain(word) && !word.contains('$'));
        let shown = match shown.is_empty() {
            true => "a command".to_owned(),
            false => format!("`{}`", shown.join(" ")),
        };
        self.push(
            command,
            kind,
            format!("{shown} {says}"),
            subject,
            confidence,
        );
    }

    fn push(
        &mut self,
        command: &Command,
        kind: EffectKind,
        message: String,
        subject: Option<String>,
        confidence: f32,
    ) {
        let kind = match self.facts.image_is_transport {
            true => EffectKind::Transport,
            false => kind,
        };
        self.found.effects.push(FoundEffect {
            kind,
            message,
            subject,
            span: command.span.clone(),
            confidence,
        });
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

/// The place of a byte before characters were removed at these places, in ascending order.
fn escaped(removed: &[usize], at: usize) -> usize {
    let mut before = 0;
    while removed
        .get(before)
        .is_some_and(|removed| *removed < at + before)
    {
        before += 1;
    }
    at + before
}

/// What a substitution gives when data says nothing else: `jq '.a // "default"'`.
fn default(part: &Part) -> Option<String> {
    let Part::Substitution(text, _) = part else {
        return None;
    };
    let (_, rest) = text.split_once("// \"")?;
    let (default, _) = rest.split_once('"')?;
    (!default.is_empty()).then(|| default.to_owned())
}

/// `NAME=value` before a command, or the number of a `retry 3`.
fn is_setting(text: &str) -> bool {
    let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = text.split_once('=').map(|(name, _)| name);
    let named = |name: &str| {
        name.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    number || name.is_some_and(named)
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
                (Some(value), _) if depth < DEPTH => {
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
