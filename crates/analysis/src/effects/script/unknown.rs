//! Programs of which the table knows nothing.

use super::{Reader, Said};
use crate::effects::EffectKind;
use crate::effects::knowledge::{ADDRESS, only_reads};
use crate::effects::operands::Operands;
use crate::model::sole_param;
use crate::shell::{Command, Word};

/// How much less a program is known by a part of its name.
const KIN: f32 = 0.8;

/// How sure it is that a tool writes to the service whose address it is given.
const TOLD_BY_ADDRESS: f32 = 0.85;

impl Reader<'_> {
    /// A program that nothing is known of: a function, a script of the image, a wrapper.
    pub(super) fn unknown(&mut self, command: &Command, first: usize, name: &str) {
        if self.logs_in(command, first) {
            return;
        }
        if self.runs_param(command, first) {
            let message = "a command runs what a param says".to_owned();
            return self.push(command, message, Said::of(EffectKind::RunParam, 0.8));
        }
        let is_function = self.functions.contains_key(name) || self.facts.functions.contains(name);
        // A function whose commands are here runs what it is given when one takes all of that.
        let body = self.functions.get(name);
        let runs_all = is_function && body.is_none_or(Option::is_some);
        let wraps = name.contains("retry") || name.contains("with") || runs_all;
        if wraps && let Some(at) = self.inner_command(command, first + 1) {
            return self.words(command, at);
        }
        if is_function || name.len() < 2 {
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
        if let Some(known) = self.kin(name) {
            return self.deed_of_kin(command, first, name, known);
        }
        if self.asks_service(command, first, name) {
            return;
        }
        // `tool collect-logs`: the name of the tool says more than that of its command.
        let mut operands = command.words.iter().skip(first + 1);
        let operand = operands.find(|word| !word.literal().is_some_and(|it| it.starts_with('-')));
        let operand = operand.and_then(Word::literal);
        let operand = operand.filter(|word| !word.contains('/'));
        let by_name = self.knowledge.word(name).map(|known| (known, 1.0));
        let known = by_name.or_else(|| Some((self.knowledge.word(operand?)?, 0.8)));
        // A word tells what it is for, not what else it does.
        self.facts.opaque_commands += 1;
        if let Some((known, share)) = known {
            let message = format!("`{name}` {}", known.says);
            let confidence = known.confidence * share;
            self.push(command, message, Said::of(known.effect, confidence));
        }
    }

    /// Is a param that holds a script an argument of its own? One script of several that a tool
    /// has use for (`--mac-signing-script`) is not what it is there for.
    fn hands_on_script(&self, command: &Command, first: usize) -> bool {
        let words = command.words.windows(2).skip(first);
        let mut words = words.filter_map(|pair| {
            let [before, word] = pair else { return None };
            let option = before.literal().unwrap_or_default();
            let option = option.strip_prefix("--");
            let particular = option.is_some_and(|option| option.ends_with("-script"));
            (!particular).then_some(word)
        });
        let is_script = |text: &str| {
            let text = text.to_lowercase();
            sole_param(&text).is_some_and(|name| name.ends_with("script"))
        };
        // Without a script of its own, a step hands things on by its variables, too.
        let by_variable = || {
            self.text.is_empty()
                && self
                    .facts
                    .environment
                    .values()
                    .any(|value| is_script(value))
        };
        words.any(|word| is_script(&self.expand(word))) || by_variable()
    }

    /// The known program whose name this one's ends with: `disk-virt-sysprep` runs `virt-sysprep`. Not
    /// where something is said to be done with it, as by `install-trivy`.
    fn kin<'n>(&self, name: &'n str) -> Option<&'n str> {
        const WITH: [&str; 14] = [
            "gather",
            "collect",
            "install",
            "setup",
            "get",
            "download",
            "check",
            "wait",
            "verify",
            "configure",
            "login",
            "run",
            "update",
            "prepare",
        ];
        let whole = name;
        let name = name.trim_end_matches(".sh").trim_end_matches(".py");
        if name != whole && self.taught.has_deeds(name) {
            return Some(name);
        }
        // The client of a test system.
        let stages = ["-stage", "-staging", "-prod", "-dev", "-test", "-qa"];
        let staged = stages
            .into_iter()
            .find_map(|stage| name.strip_suffix(stage));
        if let Some(known) = staged.filter(|known| self.taught.has_deeds(known)) {
            return Some(known);
        }
        let ends = name.match_indices(['-', '_']).map(|(at, _)| at);
        ends.into_iter().find_map(|at| {
            let (before, known) = (&name[..at], &name[at + 1..]);
            let mut words = before.split(['-', '_']);
            let is_apart = words.any(|word| WITH.contains(&word));
            (!is_apart && known.len() > 4 && self.taught.has_deeds(known)).then_some(known)
        })
    }

    /// What a program does by the name that it has in part; less sure than by its own name.
    fn deed_of_kin(&mut self, command: &Command, first: usize, name: &str, known: &str) {
        let arguments = || {
            command
                .words
                .iter()
                .skip(first + 1)
                .map(|word| self.expand(word))
        };
        let found = self.taught.programs(known).find_map(|program| {
            let operands = Operands::new(arguments().collect(), &program.values);
            program.does.iter().find(|deed| operands.fit(deed))
        });
        match found.map(|deed| (deed, deed.effect)) {
            Some((deed, Some(kind))) => {
                let message = format!("`{name}` {}", deed.says);
                self.push(command, message, Said::of(kind, deed.confidence * KIN));
            }
            _ => self.facts.opaque_commands += 1,
        }
    }

    /// A tool that is given the address of a known service does something there: `tool --pyxis-url X`.
    fn asks_service(&mut self, command: &Command, first: usize, name: &str) -> bool {
        let mut address = String::new();
        for word in command.words.iter().skip(first + 1) {
            let text = self.expand(word).to_lowercase();
            let option = text.split('=').next().unwrap_or_default();
            let names = option.starts_with("--") && ADDRESS.iter().any(|end| option.ends_with(end));
            if names || text.contains("://") {
                address.push_str(&text);
                address.push(' ');
            }
        }
        if address.is_empty() {
            return false;
        }
        let Some(known) = self.knowledge.service(&address) else {
            return false;
        };
        let words = name.split(['-', '_', '.']);
        let reads = words.clone().any(only_reads);
        let (kind, says, confidence) = match (reads, known.write) {
            (false, Some(kind)) => (kind, known.says.as_str(), TOLD_BY_ADDRESS),
            _ => {
                // What it makes of the answer is not seen where it judges.
                let mut words = words;
                let judges = words.any(|word| matches!(word, "check" | "verify" | "validate"));
                self.facts.opaque_commands += u32::from(judges);
                let kind = known.read.unwrap_or(EffectKind::Query);
                (kind, "asks a service", 0.5)
            }
        };
        self.push(
            command,
            format!("`{name}` {says}"),
            Said::of(kind, confidence),
        );
        true
    }

    /// `$(params.script)`, or a variable that holds it, in the place of the program. Other params
    /// there are flags: `if $(params.hermetic); then`.
    fn runs_param(&self, command: &Command, first: usize) -> bool {
        const CODE: [&str; 8] = [
            "script", "command", "cmd", "exec", "run", "hook", "code", "action",
        ];
        let named = command.words.get(first).map(|word| self.expand(word));
        let named = named.is_some_and(|text| self.default_program(&text).is_some());
        let name = self.param_in_place(command, first);
        name.is_some_and(|name| !named && CODE.iter().any(|code| name.contains(code)))
    }

    /// `$(params.login-command)`: getting in is no deed.
    fn logs_in(&self, command: &Command, first: usize) -> bool {
        let name = self.param_in_place(command, first);
        name.is_some_and(|name| name.contains("login"))
    }

    /// The param in the place of a program, in lower case.
    fn param_in_place(&self, command: &Command, first: usize) -> Option<String> {
        let text = self.expand(command.words.get(first)?).to_lowercase();
        let name = text.strip_prefix("$(params")?.strip_suffix(')')?;
        Some(name.to_owned())
    }

    /// The known program among the arguments of a wrapper.
    fn inner_command(&self, command: &Command, from: usize) -> Option<usize> {
        let known = |word: &Word| {
            let name = word.literal().unwrap_or_default();
            self.taught
                .has_deeds(name.rsplit('/').next().unwrap_or_default())
        };
        let words = command.words.iter().enumerate().skip(from).take(4);
        words
            .into_iter()
            .find(|(_, word)| known(word))
            .map(|(at, _)| at)
    }
}
