//! Which program a command runs in the end: behind variables, lists, functions, wrappers, and scripts
//! inside of the script.

use std::borrow::Cow;
use std::ops::Range;

use super::{FoundEffect, Reader, Said, plain, read, takes_all};
use crate::effects::knowledge::Program;
use crate::effects::{EffectKind, program};
use crate::shell::{Command, Part, Redirect, Word};

/// How many words of a command are looked at where lists or arguments are put in.
const WORDS: usize = 64;

/// How deep scripts in scripts are read (`ssh host bash <<EOF`).
const NESTED: usize = 3;

impl Reader<'_> {
    /// A command that is kept in a list, or takes words from one: `"${command[@]}" --more`.
    pub(super) fn spread(&self, command: &Command) -> Option<Command> {
        let list = |word: &Word| self.script.items(word.variable()?);
        if !command.words.iter().any(|word| list(word).is_some()) {
            return None;
        }
        let words = command.words.iter().flat_map(|word| match list(word) {
            Some(items) => items.take(WORDS).collect(),
            None => vec![word],
        });
        let words: Vec<Word> = words.take(WORDS).cloned().collect();
        (!words.is_empty()).then(|| Command {
            words,
            ..command.clone()
        })
    }

    /// The name of a program without its folder. A variable that may hold one of several programs
    /// stands for the first that is known.
    pub(super) fn program(&self, word: &Word) -> String {
        let base = |text: &str| {
            let name = text.rsplit('/').next().unwrap_or_default();
            let windows = name.len() > 3 && name.ends_with(['%', 'e', 'E']);
            let unknown = windows && !self.taught.knows(name);
            let known = unknown.then(|| self.on_windows(name)).flatten();
            known.unwrap_or_else(|| name.to_owned())
        };
        let mut values = Vec::new();
        if let Some(variable) = word.variable() {
            self.values(variable, &mut values, 0);
        }
        let known = values.iter().map(|value| base(value));
        let mut known = known.filter(|name| self.taught.knows(name));
        let known = known.next().or_else(|| self.chosen(word.variable()?));
        known.unwrap_or_else(|| {
            let text = self.expand(word);
            base(self.default_program(&text).unwrap_or(&text))
        })
    }

    /// The program that a param names by default: `/opt/tools/sign.py`.
    pub(super) fn default_program(&self, text: &str) -> Option<&str> {
        let param = text.starts_with("$(params.");
        let default = param.then(|| self.facts.defaults.get(text))??.trim();
        let is_path = default.contains('/') && !default.contains(char::is_whitespace);
        is_path.then_some(default)
    }

    /// `%SIGNTOOL%` and `SignTool.exe`.
    fn on_windows(&self, name: &str) -> Option<String> {
        let name = name.trim_matches('%').to_lowercase();
        let name = name.rsplit('\\').next()?;
        let name = name.strip_suffix(".exe").unwrap_or(name);
        self.taught.knows(name).then(|| name.to_owned())
    }

    /// The known program among those of which a command chooses one: `$(jq 'if … then "a" else "b"')`.
    fn chosen(&self, variable: &str) -> Option<String> {
        let Part::Substitution(text, _) = self.script.value(variable)?.parts.first()? else {
            return None;
        };
        let mut quoted = text.split('"').skip(1).step_by(2);
        quoted
            .find(|name| self.taught.has_deeds(name))
            .map(str::to_owned)
    }

    /// All texts that a variable is given, through other variables, too.
    pub(super) fn values(&self, variable: &str, values: &mut Vec<String>, depth: usize) {
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
    pub(super) fn body(&self, command: &Command, first: usize, name: &str) -> Option<Command> {
        let inner = self.functions.get(name).copied().flatten()?;
        let inner = self.script.commands.get(inner)?;
        let arguments = command.words.get(first + 1..).unwrap_or_default();
        let words = inner.words.iter().flat_map(|word| match takes_all(word) {
            true => arguments.to_vec(),
            false => vec![word.clone()],
        });
        let words: Vec<Word> = words.take(WORDS).collect();
        let is_itself = words
            .first()
            .is_none_or(|word| word.literal() == Some(name));
        (!is_itself).then(|| Command {
            words,
            ..command.clone()
        })
    }

    /// `eval "$(params.script)"` runs what a param says, `eval "$command"` what a variable holds.
    pub(super) fn run_text(&mut self, command: &Command, first: usize) {
        let words = command.words.iter().skip(first.wrapping_add(1));
        let words: Vec<Cow<'_, str>> = words.map(|word| self.expand(word)).collect();
        let text = words.join(" ");
        if text.starts_with("$(params") && !text.to_lowercase().contains("login") {
            let message = "a command runs what a param says".to_owned();
            self.push(command, message, Said::of(EffectKind::RunParam, 0.9));
        } else if let Some(word) = command.words.get(first.wrapping_add(1)) {
            let text = self.begun(word).unwrap_or(text);
            self.nested(&text, word.span.start);
        }
    }

    /// A command that a script puts together in a variable, as it begins: `c="tool a"; c="$c --b"`.
    fn begun(&self, word: &Word) -> Option<String> {
        let values = self.script.assignments.get(word.variable()?)?;
        let first = values.first().filter(|_| values.len() > 1)?;
        let text = self.expand(first);
        (!text.starts_with('$')).then(|| text.into_owned())
    }

    /// `echo "$(params.script)" | sh`
    pub(super) fn is_fed_param(&self, command: &Command) -> bool {
        self.feeder(command).is_some_and(|other| {
            let mut words = other.words.iter().skip(1);
            matches!(other.program(), "echo" | "printf")
                && words.any(|word| self.expand(word).starts_with("$(params"))
        })
    }

    /// `curl https://example.com/tool.sh | sh` runs `tool`.
    pub(super) fn fed_download(&self, command: &Command) -> Option<Command> {
        let fetches = |other: &&Command| matches!(other.program(), "curl" | "wget");
        let other = self.feeder(command).filter(fetches)?;
        let mut words = other.words.iter().skip(1).map(|word| self.expand(word));
        let address = words.find(|word| word.contains("://"))?;
        let file = address.rsplit('/').next()?;
        let name = file.strip_suffix(".sh").unwrap_or(file);
        let name = if name.is_empty() { "download" } else { name };
        Some(Command {
            words: vec![plain(name)],
            ..command.clone()
        })
    }

    /// The command whose output a command reads.
    fn feeder(&self, command: &Command) -> Option<&Command> {
        let before = self.script.commands.get(self.at.checked_sub(1)?)?;
        (before.pipeline == command.pipeline).then_some(before)
    }

    /// `python3 tool.py`, `python3 -m tool`, `python3 -c '…'`, where `option` stands in front of a
    /// program. One that is given through the standard input is read with the redirections.
    pub(super) fn interpreter(&mut self, command: &Command, first: usize, option: char) {
        // What comes behind the name of a program is for that.
        let words = command.words.get(first + 1..).unwrap_or_default();
        let options = words
            .iter()
            .take_while(|word| word.prefix().starts_with('-'));
        let own = words.len().min(options.count() + 1);
        if let Some((text, at)) = self.behind_option(&words[..own], option) {
            return self.program_text(&text, at);
        }
        let rest = command.words.iter().enumerate().skip(first + 1);
        let mut tools = rest.filter(|(_, word)| !word.prefix().starts_with('-'));
        if let Some((at, _)) = tools.next() {
            self.words(command, at);
        }
    }

    pub(super) fn program_text(&mut self, text: &str, at: usize) {
        let found = program::read(text, self.facts);
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
    pub(super) fn wrapped(
        &mut self,
        command: &Command,
        first: usize,
        skip: usize,
        program: &Program,
    ) {
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
    pub(super) fn holds_options(&self, word: &Word) -> bool {
        let values = word
            .variable()
            .and_then(|name| self.script.assignments.get(name));
        let first = values.and_then(|values| values.first());
        first.is_some_and(|value| value.prefix().starts_with('-'))
    }

    /// The script after `-c`.
    pub(super) fn inline_script(&self, command: &Command, first: usize) -> Option<(String, usize)> {
        self.behind_option(command.words.get(first..)?, 'c')
    }

    /// The text behind an option of a single letter, and where it stands.
    fn behind_option(&self, words: &[Word], option: char) -> Option<(String, usize)> {
        let is_flag = |word: &Word| {
            let flag = word.literal().unwrap_or_default();
            flag.starts_with('-') && !flag.starts_with("--") && flag.ends_with(option)
        };
        let at = words.iter().position(is_flag)?;
        let script = words.get(at + 1)?;
        Some((self.expand(script).into_owned(), script.span.start))
    }

    /// A script inside of this one. Its places are as good as they can be.
    pub(super) fn nested(&mut self, text: &str, at: usize) {
        let Some(left) = self.facts.inner_bytes.checked_sub(text.len()) else {
            return;
        };
        if self.facts.depth >= NESTED || self.text.is_empty() {
            return;
        }
        // A here document that is expanded hides the dollars of the script that it writes.
        let unescaped = text.replace("\\$", "$");
        let unescaped = match is_powershell(&unescaped) {
            true => from_powershell(&unescaped),
            false => unescaped,
        };
        let removed = text.match_indices("\\$").enumerate();
        let removed: Vec<usize> = removed.map(|(count, (at, _))| at - count).collect();
        self.facts.inner_bytes = left;
        self.facts.depth += 1;
        let found = read(&unescaped, self.facts);
        self.facts.depth -= 1;
        let verbatim = self.text.get(at..at + text.len()) == Some(text);
        let place = |span: Range<usize>| match verbatim {
            true => {
                at + before_removal(&removed, span.start)..at + before_removal(&removed, span.end)
            }
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
}

/// The place of a byte before characters were removed in front of these places of what is left.
fn before_removal(removed: &[usize], at: usize) -> usize {
    at + removed.partition_point(|removed| *removed < at)
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

/// Is it a script of Windows?
fn is_powershell(text: &str) -> bool {
    ["$env:", "Write-Host", "Test-Path", "$LASTEXITCODE"]
        .iter()
        .any(|word| text.contains(word))
}

/// What a script of Windows runs, as a shell would write it: `$name = 'value'`, `& $name arguments`.
/// Spaces stand for what is left out, so that every command keeps its place.
pub(super) fn from_powershell(text: &str) -> String {
    let mut shell = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let code = line.trim_start();
        shell.push_str(&line[..line.len() - code.len()]);
        let assigned = code
            .strip_prefix('$')
            .and_then(|rest| rest.split_once(" = "));
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        match assigned {
            Some((name, value)) if is_name(name) => {
                shell.push_str("   ");
                shell.push_str(name);
                shell.push('=');
                shell.push_str(value);
            }
            _ => match code.strip_prefix("& ") {
                Some(command) => {
                    shell.push_str("  ");
                    shell.push_str(command);
                }
                // Blocks and the rest of the language run nothing.
                None if code.trim_end().ends_with(['{', '}']) => {
                    let end = code.trim_end();
                    shell.extend(std::iter::repeat_n(' ', end.len()));
                    shell.push_str(&code[end.len()..]);
                }
                None => shell.push_str(code),
            },
        }
    }
    shell
}

#[cfg(test)]
mod tests {
    use super::from_powershell;

    #[test]
    fn commands_of_windows_keep_their_places() {
        let text = "\n  $tool = 'C:\\é.exe'\r\n  if (x) {\n    & $tool sign 'a'\n  }\ncopy a b";
        let shell = from_powershell(text);
        assert_eq!(shell.len(), text.len());
        for kept in ["$tool sign", "copy a b"] {
            assert_eq!(shell.find(kept), text.find(kept), "{kept}");
        }
        assert!(shell.contains("tool='C:"), "{shell}");
    }
}
