//! What commands write, and scripts that are written to be run.

use std::borrow::Cow;

use super::{Reader, Said};
use crate::effects::operands::Operands;
use crate::effects::{EffectKind, program};
use crate::model::sole_param;
use crate::shell::{Command, Redirect, Word};

/// Does a program of every system read data that it is given? What to search or rewrite is given
/// before files are.
pub(super) fn reads(program: &str, operands: &Operands) -> bool {
    let first = match program {
        "jq" | "yq" => return !operands.has("-n") && !operands.has("--null-input"),
        "cat" | "head" | "tail" | "ls" | "wc" | "sort" | "find" | "base64" => 0,
        "grep" | "egrep" | "fgrep" | "sed" | "awk" | "gawk" => 1,
        _ => return false,
    };
    operands.count() > first
}

/// Does a program of every system neither change nor ask anything?
#[rustfmt::skip]
pub(super) fn is_quiet(program: &str) -> bool {
    matches!(
        program,
        "cat" | "date" | "ls" | "set" | ":" | "true" | "false" | "test" | "[" | "sleep" | "pwd" | "cd"
            | "wc" | "env" | "printenv" | "head" | "tail" | "sort" | "uniq" | "grep" | "cut" | "tr"
            | "sed" | "awk" | "jq" | "yq" | "seq" | "export" | "whoami" | "id" | "uname" | "hostname"
            | "dnf" | "microdnf" | "yum" | "apk" | "apt-get"
    )
}

impl Reader<'_> {
    /// Does a program change a file in its place that this script has not written itself?
    pub(super) fn edits(&self, program: &str, operands: &Operands) -> bool {
        let changes = matches!(program, "sed" | "yq")
            && operands.words.iter().any(|word| {
                word.starts_with("-i") || word.starts_with("--in") && word.ends_with("place")
            });
        let file = operands.words.last().filter(|_| changes);
        file.is_some_and(|file| {
            let elsewhere = ["/etc/", "/tmp/", "~/", "$HOME/"];
            !elsewhere.iter().any(|place| file.starts_with(place))
                && !self.facts.written.contains(&**file)
        })
    }

    pub(super) fn redirects(&mut self, command: &Command) {
        for redirect in &command.redirects {
            match redirect {
                Redirect::Write(word) => {
                    self.write(word);
                    self.recipe(command, word);
                }
                Redirect::Heredoc(text, at) => self.heredoc(command, text, *at),
                Redirect::Read(word) => {
                    self.facts.reads_files |= !self.expand(word).starts_with("/dev/");
                }
                Redirect::HereString(_) => {}
            }
        }
        match command.program() {
            "tee" => {
                let files = command.words.iter().skip(1);
                files.for_each(|word| self.write(word));
            }
            "mv" | "cp" => self.moved(command),
            _ => {}
        }
    }

    fn write(&mut self, word: &Word) {
        let path = self.expand(word).into_owned();
        self.wrote(path);
    }

    /// Notes that a file was written.
    pub(super) fn wrote(&mut self, path: String) {
        let is_result = ["$(results.", "/tekton/results"]
            .iter()
            .any(|place| path.starts_with(place));
        if is_result
            || path.starts_with("$(params.")
            || path.starts_with("/workspace/")
            || path.contains("/workspaces.")
            || path.contains("(workspaces.")
        {
            self.facts.writes_data = true;
        }
        if is_result {
            return;
        }
        if !path.starts_with("/dev/") {
            self.facts.written.insert(path);
        }
    }

    /// What an image is built by is written for a build.
    fn recipe(&mut self, command: &Command, word: &Word) {
        let path = self.expand(word);
        let name = path.rsplit('/').next().unwrap_or_default();
        if matches!(name, "Containerfile" | "Dockerfile") && !path.starts_with("/tmp/") {
            let message = format!("`{}` writes a `{name}`", command.program());
            let effect = Said::of(EffectKind::PrepareSource, 0.8);
            self.push(command, message, effect);
        }
    }

    /// A file that was written keeps being one under another name.
    fn moved(&mut self, command: &Command) {
        let files: Vec<Cow<'_, str>> = command
            .words
            .iter()
            .skip(1)
            .map(|word| self.expand(word))
            .collect();
        let [.., from, to] = files.as_slice() else {
            return;
        };
        self.facts.writes_data |= to.starts_with("$(params.") || to.contains("(workspaces.");
        if self.facts.written.contains(&**from) {
            self.facts.written.insert(to.to_string());
        }
    }

    /// A script that is written to be run, here or elsewhere.
    fn heredoc(&mut self, command: &Command, text: &str, at: usize) {
        let name = command.program();
        if let Some(Redirect::Write(word)) = command
            .redirects
            .iter()
            .find(|redirect| matches!(redirect, Redirect::Write(_)))
        {
            let path = self.expand(word).into_owned();
            let objects = self.objects(text, at);
            self.facts.texts.entry(path).or_default().append(objects);
        }
        if program::option_of(name).is_some() {
            self.program_text(text, at);
        } else if sole_param(text.trim()).is_some() && !self.taught.knows(name) {
            let message = format!("`{name}` is fed what a param says");
            self.push(command, message, Said::of(EffectKind::RunParam, 0.8));
        } else if matches!(name, "cat" | "tee") {
            let is_script = text.trim_start().starts_with("#!")
                || command.redirects.iter().any(|redirect| match redirect {
                    Redirect::Write(word) => {
                        let path = self.expand(word);
                        [".sh", ".bat", ".ps1"]
                            .iter()
                            .any(|end| path.ends_with(end))
                    }
                    _ => false,
                });
            if is_script {
                self.nested(text, at);
            }
        }
    }
}
