//! What a known program does when it is called in a known way: the shapes of the table.

use super::{Reader, Said};
use crate::effects::knowledge::{Deed, Shape, is_address};
use crate::effects::operands::Operands;
use crate::effects::{EffectKind, http, operands};
use crate::shell::{Command, Part, Redirect, Word};

/// How sure it is that somebody who keeps the answer of what he asks wants to know it.
const ANSWER_KEPT: f32 = 0.4;

impl Reader<'_> {
    pub(super) fn deed(
        &mut self,
        command: &Command,
        (first, name): (usize, &str),
        deed: &Deed,
        operands: &Operands,
    ) {
        let called = called(name, deed, operands);
        match deed.shape {
            Shape::Plain => {
                let Some(kind) = deed.effect else { return };
                let subject = deed.subject.and_then(|at| operands.after(deed, at));
                let asks = matches!(kind, EffectKind::Inspect | EffectKind::Query);
                let confidence = match asks && self.is_kept(command) {
                    true => deed.confidence.max(ANSWER_KEPT),
                    false => deed.confidence,
                };
                let effect = Said {
                    subject,
                    ..Said::of(kind, confidence)
                };
                self.push(command, format!("{called} {}", deed.says), effect);
            }
            Shape::Http => self.http(command, &called, operands),
            Shape::Copy => self.copy(command, &called, deed, operands),
            Shape::Pack => self.pack(command, &called, deed, operands),
            Shape::Push => self.push_to(command, &called, deed, operands),
            Shape::Delegate => self.delegate(command, first, &called, deed, operands),
            Shape::Apply => self.apply(command, &called, deed, operands),
            Shape::Inside => self.inside(command, first, deed, operands),
        }
        if deed.effect == Some(EffectKind::Pull) {
            self.facts.has_payload = true;
        }
    }

    /// Is what a command writes kept, in a variable or a file, or given to another?
    fn is_kept(&self, command: &Command) -> bool {
        let around = |range| self.text.get(range).unwrap_or_default();
        let before = around(0..command.span.start).trim_end();
        let behind = around(command.span.end..self.text.len()).trim_start();
        let writes = |redirect: &Redirect| match redirect {
            Redirect::Write(word) => !self.expand(word).starts_with("/dev/"),
            _ => false,
        };
        let piped = behind.starts_with('|') && !behind.starts_with("||");
        before.ends_with("=$(")
            || before.ends_with("=\"$(")
            || piped
            || command.redirects.iter().any(writes)
    }

    /// What is run in a container: the first known program after the name of the image.
    fn inside(&mut self, command: &Command, first: usize, deed: &Deed, operands: &Operands) {
        let known = |at: &usize| {
            let word = command.words.get(*at).and_then(Word::literal);
            let name = word.and_then(|word| word.rsplit('/').next());
            name.is_some_and(|name| self.taught.knows(name))
        };
        let places = operands.places(deed).skip(1).map(|at| first + 1 + at);
        match places.into_iter().find(known) {
            Some(at) => self.words(command, at),
            // The container may do anything.
            None => self.facts.opaque_commands += 1,
        }
    }

    fn http(&mut self, command: &Command, called: &str, operands: &Operands) {
        let request = http::Request::of(operands, &self.files_behind(command));
        if let Some(path) = &request.output {
            self.wrote(path.clone());
        }
        let by_param = request
            .address
            .as_ref()
            .is_some_and(|it| it.contains("$(params"));
        if by_param {
            self.facts.fetched.extend(request.output.clone());
        }
        if let Some((kind, says)) = request.effect(self.knowledge) {
            let effect = Said {
                kind,
                subject: request.address.clone(),
                confidence: request.confidence(kind),
            };
            self.push(command, format!("{called} {says}"), effect);
        } else {
            // Who writes to a place that is not known may do anything.
            self.facts.opaque_commands += 1;
        }
    }

    /// The files that hold what a command is given by variables: `url=$(cat /opt/jira/url)` tells who
    /// is asked.
    fn files_behind(&self, command: &Command) -> String {
        let mut files = String::new();
        for part in command.words.iter().flat_map(|word| &word.parts) {
            let Part::Variable(name) = part else { continue };
            if !is_address(name) {
                continue;
            }
            let parts = self.script.value(name).map(|value| value.parts.as_slice());
            let Some([Part::Substitution(text, _)]) = parts else {
                continue;
            };
            if let Some(file) = text.trim().strip_prefix("cat ") {
                files.push_str(file);
                files.push(' ');
            }
        }
        files
    }

    fn copy(&mut self, command: &Command, called: &str, deed: &Deed, operands: &Operands) {
        let (from, to) = (operands.after(deed, 0), operands.after(deed, 1));
        let Some(kind) = operands::copy(from.as_deref(), to.as_deref()) else {
            return;
        };
        self.facts.has_payload |= kind == EffectKind::Pull;
        let says = match kind {
            EffectKind::Pull => "fetches an image's content",
            EffectKind::Tag => "gives an image another tag",
            EffectKind::Push => "writes an image to a registry",
            _ => "copies an image to another repository",
        };
        let effect = Said {
            subject: if kind == EffectKind::Pull { from } else { to },
            ..Said::of(kind, deed.confidence)
        };
        self.push(command, format!("{called} {says}"), effect);
    }

    /// Packing and unpacking count where payload of an artifact is at hand, and only for files
    /// that are not data which the task wrote itself.
    fn pack(&mut self, command: &Command, called: &str, deed: &Deed, operands: &Operands) {
        let Some(kind) = deed.effect else { return };
        let operand = operands.files(deed).map(str::to_owned);
        let input = command
            .redirects
            .iter()
            .filter_map(|redirect| match redirect {
                Redirect::Read(word) => Some(self.expand(word).into_owned()),
                _ => None,
            });
        let files: Vec<String> = operand.chain(input).collect();
        let is_payload = |file: &String| operands::is_payload(file, &self.facts.written);
        // What goes into an archive of data is data: `tar -cf advisory.tar .`
        let is_data = files.iter().any(|file| !is_payload(file));
        let mut payload = files.into_iter().filter(is_payload);
        let payload = payload.find(|file| !is_data || file != ".");
        if payload.is_none() {
            return;
        }
        let confidence = if self.facts.has_payload { 0.85 } else { 0.5 };
        let effect = Said {
            subject: payload,
            ..Said::of(kind, confidence)
        };
        self.push(command, format!("{called} {}", deed.says), effect);
    }

    fn push_to(&mut self, command: &Command, called: &str, deed: &Deed, operands: &Operands) {
        let to = operands.after(deed, 0);
        let mut files = operands.files(deed).skip(1).peekable();
        let reports = files.peek().is_some() && files.all(operands::is_report);
        let kind = match operands::push(to.as_deref()) {
            EffectKind::Push if reports => EffectKind::Report,
            kind => kind,
        };
        let says = match kind {
            EffectKind::Report => "keeps the logs or results of a run",
            EffectKind::AttachByTag => "stores a file under the digest of an image",
            EffectKind::Transport => "hands files to later tasks",
            _ => deed.says.as_str(),
        };
        let effect = Said {
            subject: to,
            ..Said::of(kind, deed.confidence)
        };
        self.push(command, format!("{called} {says}"), effect);
    }
}

/// How a command is called in sentences: the program with the words that tell what it does.
fn called(program: &str, deed: &Deed, operands: &Operands) -> String {
    let mut called = format!("`{program}");
    let told = match deed.args.0.is_empty() {
        true => operands.with(deed).into_iter().collect(),
        false => operands.words_of(deed),
    };
    for word in told {
        called.push(' ');
        called.push_str(word);
    }
    called.push('`');
    called
}
