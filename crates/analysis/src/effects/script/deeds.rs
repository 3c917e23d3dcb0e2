//! What a known program does when it is called in a known way: the shapes of the table.

use super::{NEAR, Reader};
use crate::effects::knowledge::{Deed, Shape};
use crate::effects::operands::Operands;
use crate::effects::{EffectKind, http, operands};
use crate::shell::{Command, Redirect, Word};

impl Reader<'_> {
    pub(super) fn deed(
        &mut self,
        command: &Command,
        first: usize,
        deed: &Deed,
        operands: &Operands,
    ) {
        let subject = deed.subject.and_then(|at| operands.after(deed, at));
        match deed.shape {
            Shape::Plain => {
                let Some(kind) = deed.effect else { return };
                self.say(command, kind, &deed.says, subject, deed.confidence);
            }
            Shape::Http => self.http(command, operands),
            Shape::Copy => self.copy(command, deed, operands),
            Shape::Pack => self.pack(command, deed, operands),
            Shape::Push => self.push_to(command, deed, operands),
            Shape::Delegate => self.delegate(command, first, deed, operands),
            Shape::Apply => self.apply(command, deed, operands),
            Shape::Inside => self.inside(command, first, deed, operands),
        }
        if deed.effect == Some(EffectKind::Pull) {
            self.facts.has_payload = true;
        }
    }

    /// What is run in a container: the first known program after the name of the image.
    fn inside(&mut self, command: &Command, first: usize, deed: &Deed, operands: &Operands) {
        let known = |at: &usize| {
            let word = command.words.get(*at).and_then(Word::literal);
            let name = word.and_then(|word| word.rsplit('/').next());
            name.is_some_and(|name| self.taught.knows(name))
        };
        let places = operands.places(deed).skip(1).map(|at| first + 1 + at);
        if let Some(at) = places.into_iter().find(known) {
            self.words(command, at);
        }
    }

    fn http(&mut self, command: &Command, operands: &Operands) {
        let request = http::Request::of(operands);
        self.facts.written.extend(request.output.clone());
        if let Some((kind, says)) = request.effect(self.knowledge) {
            let subject = request.address.clone();
            self.say(command, kind, says, subject, request.confidence());
        }
    }

    fn copy(&mut self, command: &Command, deed: &Deed, operands: &Operands) {
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
        self.say(command, kind, says, to, deed.confidence);
    }

    /// Packing and unpacking count where payload of an artifact is at hand, and only for files
    /// that are not data which the task wrote itself.
    fn pack(&mut self, command: &Command, deed: &Deed, operands: &Operands) {
        let Some(kind) = deed.effect else { return };
        let operand = operands.files(deed).map(str::to_owned);
        let input = command
            .redirects
            .iter()
            .filter_map(|redirect| match redirect {
                Redirect::Read(word) => Some(self.expand(word).into_owned()),
                _ => None,
            });
        let mut files = operand.chain(input);
        let payload = files.find(|file| operands::is_payload(file, &self.facts.written));
        if payload.is_none() {
            return;
        }
        let confidence = if self.facts.has_payload { 0.85 } else { 0.5 };
        self.say(command, kind, &deed.says, payload, confidence);
    }

    fn push_to(&mut self, command: &Command, deed: &Deed, operands: &Operands) {
        let to = operands.after(deed, 0);
        let mut files = operands.files(deed).skip(1).peekable();
        let reports = files.peek().is_some() && files.all(operands::is_report);
        let kind = match operands::push(to.as_deref()) {
            EffectKind::Push if reports => EffectKind::Report,
            kind => kind,
        };
        let says = match kind {
            EffectKind::Report => "keeps the logs or results of a run",
            EffectKind::Attach => "stores a file under the digest of an image",
            EffectKind::Transport => "hands files to later tasks",
            _ => deed.says.as_str(),
        };
        self.say(command, kind, says, to, deed.confidence);
    }

    fn delegate(&mut self, command: &Command, first: usize, deed: &Deed, operands: &Operands) {
        let name = operands.option(&["--pipeline", "-p", "--request"]);
        self.say(
            command,
            EffectKind::Delegate,
            &deed.says,
            name.clone(),
            deed.confidence,
        );
        let Some(name) = name else { return };
        let mut words = command.words.iter().skip(first);
        let word = words.rfind(|word| self.expand(word).ends_with(&name));
        let place = word.map_or(command.span.clone(), |word| word.span.clone());
        let mut names = vec![name];
        if names[0].contains('$') {
            names.clear();
            // Each of several pipelines may be meant.
            if let Some(variable) = word.and_then(Word::variable) {
                self.values(variable, &mut names, 0);
            }
        }
        let names = names.into_iter().map(|name| (name, place.clone()));
        self.found.delegates.extend(names);
    }

    fn apply(&mut self, command: &Command, deed: &Deed, operands: &Operands) {
        let mut text = operands.words.join(" ").to_lowercase();
        let written = operands
            .words
            .iter()
            .filter_map(|word| self.facts.texts.get(word.rsplit('=').next()?));
        for body in written {
            text.push_str(&operands::without_owners(body));
        }
        // `cat <<END | kubectl apply -f -`
        let end = (self.at + NEAR).min(self.script.commands.len());
        let around = self.at.saturating_sub(NEAR)..end;
        let piped = self.script.commands.get(around).unwrap_or_default().iter();
        let piped = piped.filter(|other| other.pipeline == command.pipeline);
        for redirect in piped.flat_map(|command| &command.redirects) {
            match redirect {
                Redirect::Heredoc(body, _) => {
                    text.push_str(&operands::without_owners(&body.to_lowercase()));
                }
                Redirect::HereString(word) => text.push_str(&self.expand(word).to_lowercase()),
                _ => {}
            }
        }
        let (kind, says) = operands::apply(&text, deed);
        self.say(command, kind, says, None, deed.confidence);
    }
}
