//! Programs of which the table knows nothing.

use super::{Reader, Said};
use crate::effects::EffectKind;
use crate::shell::{Command, Word};

impl Reader<'_> {
    /// A program that nothing is known of: a function, a script of the image, a wrapper.
    pub(super) fn unknown(&mut self, command: &Command, first: usize, name: &str) {
        if self.runs_param(command, first) {
            let message = "a command runs what a param says".to_owned();
            return self.push(command, message, Said::of(EffectKind::RunParam, 0.8));
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
            return self.request(command, first, name);
        }
        if self.hands_on_script(command, first) {
            let message = format!("`{name}` is given what a param says to run");
            return self.push(command, message, Said::of(EffectKind::RunParam, 0.7));
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
                self.push(command, message, Said::of(known.effect, confidence));
            }
            None => self.facts.opaque_commands += 1,
        }
    }

    /// Is a param that holds a script an argument of its own?
    pub(super) fn hands_on_script(&self, command: &Command, first: usize) -> bool {
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
    pub(super) fn runs_param(&self, command: &Command, first: usize) -> bool {
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

    /// The known program among the arguments of a wrapper.
    pub(super) fn inner_command(&self, command: &Command, from: usize) -> Option<usize> {
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
}
