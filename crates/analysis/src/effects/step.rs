//! A step: its script, its command, its image, or the step action it runs.

use std::collections::HashMap;
use std::ops::Range;

use konflux_syntax::{Document, Node, NodeKind, Scalar, Span};

use super::knowledge::{self, Named, Taught};
use super::script::Facts;
use super::scripts::Scripts;
use super::{Effect, EffectKind, Started, TaskEffects, program, script};
use crate::model::{Param, Step, Task, ValueType, sole_param};

/// Bytes of a script of which more is not read: a megabyte of script says nothing more.
const READ: usize = 1 << 20;

/// How sure it is that a step writes to a service of which it is told.
const TOLD_SERVICE: f32 = 0.5;

/// Reads the steps of one task.
pub(super) struct Reader<'a> {
    document: &'a Document<'a>,
    task: &'a Task,
    facts: Facts,
    found: TaskEffects,
}

impl<'a> Reader<'a> {
    pub(super) fn new(document: &'a Document<'a>, task: &'a Task) -> Reader<'a> {
        let params = task.params.iter().filter_map(|param| {
            let default = param.default.as_ref()?.text.as_ref()?;
            let written = format!("$(params.{})", param.name.as_str());
            Some((written, default.as_str().to_owned()))
        });
        let (scripts, taught) = (Scripts::of(document), Taught::of(document));
        Reader {
            document,
            task,
            facts: Facts::new(scripts, taught, params.collect()),
            found: TaskEffects::default(),
        }
    }

    pub(super) fn finish(mut self) -> TaskEffects {
        self.found.opaque_commands = self.facts.opaque_commands;
        self.found.can_fail = self.facts.can_fail;
        self.found.writes_data = self.facts.writes_data;
        self.found.polls = self.facts.polls;
        self.found.reads_files = self.facts.reads_files;
        self.found.runs_project = self.facts.runs_project;
        self.found.edits_files = self.facts.edits_files;
        self.found.only_prints = self.facts.prints && !self.facts.acts;
        self.found.vocabulary = self.facts.vocabulary.into_iter().collect();
        self.found
    }

    pub(super) fn step(&mut self, at: usize) {
        let Some(step) = self.task.steps.get(at) else {
            return;
        };
        let before = self.found.effects.len();
        if step.action.is_some() {
            self.action(step, at);
        } else {
            self.own(step, at);
        }
        let silent = self.found.effects.len() == before;
        if silent && !self.facts.saw_commands {
            self.image(step, at);
        }
        let silent = self.found.effects.len() == before;
        if silent && step.script.is_none() && step.action.is_none() {
            self.told_service(step, at);
        }
    }

    /// A step that runs unseen, and is told by a variable where a known service is, does something
    /// there.
    fn told_service(&mut self, step: &Step, at: usize) {
        let variables = self.facts.environment.keys();
        let addresses = variables.filter(|name| knowledge::is_address(name));
        let mut addresses: Vec<_> = addresses.map(|name| name.to_lowercase()).collect();
        // A map has no order, and what is said may not depend on chance.
        addresses.sort();
        let known = knowledge::built_in().service(&addresses.join(" "));
        let Some((known, kind)) = known.and_then(|known| Some((known, known.write?))) else {
            return;
        };
        let place = step.image.as_ref().map_or(step.span, |image| image.span);
        self.found.effects.push(Effect {
            kind,
            message: format!("the image is told of a service, and perhaps {}", known.says),
            subject: None,
            span: place,
            step: at as u32,
            confidence: TOLD_SERVICE,
        });
    }

    /// What a step action does is told by its name: that of its file, or of itself.
    fn action(&mut self, step: &Step, at: usize) {
        let Some(reference) = &step.action else {
            return;
        };
        let path = reference.param("pathInRepo");
        let name = reference.name.as_ref().or(path);
        let known = name.and_then(|name| {
            let name = name.as_str().rsplit('/').next().unwrap_or_default();
            knowledge::built_in().step_action(name)
        });
        match known {
            Some(known) => self.named(known, at, reference.span, "The step action"),
            None => self.found.opaque_steps += 1,
        }
    }

    fn image(&mut self, step: &Step, at: usize) {
        let known = step.image.as_ref().and_then(|image| {
            let known = self.known_image(image.as_str())?;
            Some((known, image.span))
        });
        match known {
            Some((known, span)) => self.named(known, at, span, "The image"),
            None => self.found.opaque_steps += 1,
        }
    }

    /// What is known of an image.
    fn known_image(&self, image: &str) -> Option<&'static Named> {
        knowledge::built_in().image(self.image_name(image))
    }

    /// An image that a param names is its default.
    fn image_name<'n>(&self, image: &'n str) -> &'n str
    where
        'a: 'n,
    {
        let default = self.param(image).and_then(|param| param.default.as_ref());
        let default = default.and_then(|value| value.text.as_ref());
        default.map_or(image, |text| text.as_str())
    }

    /// What an image runs of which nothing else is known: images of one tool are called like it.
    fn tool_of_image<'n>(&self, step: &'n Step) -> Option<&'n str>
    where
        'a: 'n,
    {
        let image = self.image_name(step.image.as_ref()?.as_str());
        if image.starts_with("$(") || knowledge::built_in().image(image).is_some() {
            return None;
        }
        let name = image.split('@').next()?.rsplit('/').next()?;
        name.split(':').next().filter(|name| !name.is_empty())
    }

    /// The param that a text refers to, when it is nothing else.
    fn param(&self, text: &str) -> Option<&'a Param> {
        let name = sole_param(text)?;
        self.task.param(name.strip_suffix("[*]").unwrap_or(name))
    }

    fn named(&mut self, known: &Named, at: usize, span: Span, what: &str) {
        self.found.effects.push(Effect {
            kind: known.effect,
            message: format!("{what} {}", known.says),
            subject: None,
            span,
            step: at as u32,
            confidence: known.confidence,
        });
    }

    fn own(&mut self, step: &Step, at: usize) {
        self.facts.saw_commands = false;
        let Some(mapping) = self.mapping(step.span) else {
            return;
        };
        let mut environment = HashMap::new();
        for holder in [self.template(), Some(mapping.clone())]
            .into_iter()
            .flatten()
        {
            read_environment(&holder, &mut environment);
        }
        self.facts.environment = environment;
        self.facts.image_is_transport = step
            .image
            .as_ref()
            .and_then(|image| self.known_image(image.as_str()))
            .is_some_and(|known| known.effect == EffectKind::Transport);
        if let Some(script) = mapping.get("script").map(|node| node.resolve()) {
            self.script(&script, at);
        } else {
            self.command(step, &mapping, at);
        }
    }

    /// The mapping of a step (or the spec of a step action).
    fn mapping(&self, span: Span) -> Option<Node<'a>> {
        let mut node = self.document.node_at(span.start)?;
        while node.kind() != NodeKind::Mapping || node.span() != span {
            node = node.parent()?;
        }
        Some(node)
    }

    fn template(&self) -> Option<Node<'a>> {
        let spec = self.mapping(self.task.span)?;
        spec.get("stepTemplate").map(|node| node.resolve())
    }

    fn script(&mut self, node: &Node<'_>, at: usize) {
        let Some(scalar) = node.scalar() else { return };
        let whole = scalar.text();
        let text = &whole[..whole.floor_char_boundary(READ)];
        // What is not read may do more.
        self.facts.opaque_commands += u32::from(text.len() < whole.len());
        let place = |range: Range<usize>| scalar.source(range);
        let found = match interpreter(text) {
            Interpreter::Shell => script::read(text, &mut self.facts),
            Interpreter::Program => program::read(text, &mut self.facts),
            Interpreter::PowerShell => script::read_powershell(text, &mut self.facts),
            Interpreter::Other => {
                self.found.opaque_steps += 1;
                return;
            }
        };
        self.take(found, at, &place);
    }

    /// `command` and `args`, which a step without a script has. A shell with `-c` runs a script.
    fn command(&mut self, step: &Step, mapping: &Node<'_>, at: usize) {
        let lists = ["command", "args"].into_iter();
        let items = lists.filter_map(|key| mapping.get(key).map(|node| node.resolve()));
        let words: Vec<Scalar> = items
            .flat_map(|list| list.items().collect::<Vec<_>>())
            .flat_map(|item| self.items_of(item.resolve()))
            .filter_map(|item| item.scalar())
            .collect();
        if words.is_empty() {
            return self.entrypoint(step, at);
        }
        if let Some(scalar) = shell_script(&words) {
            let place = |range: Range<usize>| scalar.source(range);
            let found = script::read(scalar.text(), &mut self.facts);
            return self.take(found, at, &place);
        }
        let mut texts: Vec<&str> = words.iter().map(Scalar::text).collect();
        // An image with several tools is told by a variable which one to run.
        let mut told = ["COMMAND", "CMD"].into_iter();
        let told = told.find_map(|name| self.facts.environment.get(name).cloned());
        if let Some(told) = &told
            && texts[0].rsplit('/').next() == Some("entrypoint")
            && !told.is_empty()
        {
            texts[0] = told;
        }
        // Without a command, the image has one of its own, to which these are arguments.
        let known = |name: &str| {
            self.facts
                .taught
                .knows(name.rsplit('/').next().unwrap_or(name))
        };
        if mapping.get("command").is_none() && !known(texts[0]) {
            let Some(tool) = self.tool_of_image(step) else {
                return;
            };
            texts.insert(0, tool);
        }
        let found = script::read_words(&texts, &mut self.facts);
        let first = words[0].source(0..words[0].text().len());
        self.take(found, at, &|_| first);
    }

    /// A step that says nothing but its image does what that is there for.
    fn entrypoint(&mut self, step: &Step, at: usize) {
        let Some((tool, image)) = self.tool_of_image(step).zip(step.image.as_ref()) else {
            return;
        };
        if self.facts.taught.has_deeds(tool) {
            let found = script::read_words(&[tool], &mut self.facts);
            self.take(found, at, &|_| image.span);
        }
    }

    /// An item of `args`. For a list that a param holds, its default stands.
    fn items_of(&self, item: Node<'a>) -> Vec<Node<'a>> {
        let default = self.param(&item.text()).and_then(|param| {
            let default = param.default.as_ref()?;
            (default.ty == ValueType::Array).then_some(default.span)
        });
        let list = default.and_then(|span| self.document.node_at(span.start));
        match list {
            Some(list) if list.kind() == NodeKind::Sequence => {
                list.items().map(|item| item.resolve()).collect()
            }
            _ => vec![item],
        }
    }

    fn take(&mut self, found: script::Found, at: usize, place: &dyn Fn(Range<usize>) -> Span) {
        let effects = found.effects.into_iter().map(|effect| Effect {
            kind: effect.kind,
            message: effect.message,
            subject: effect.subject,
            span: place(effect.span),
            step: at as u32,
            confidence: effect.confidence,
        });
        self.found.effects.extend(effects);
        for (name, span) in found.delegates {
            let default = |param: &str| {
                let default = self.task.param(param)?.default.as_ref()?;
                Some(default.text.as_ref()?.value.clone())
            };
            if let Some(started) = Started::read(&name, default) {
                self.found.delegates.push((started, place(span)));
            }
        }
    }
}

/// What a shell is given to run, be it the first program or behind one like `tini --`.
fn shell_script(words: &[Scalar]) -> Option<&Scalar> {
    const SHELLS: [&str; 4] = ["sh", "bash", "ash", "dash"];
    const IN_FRONT: usize = 4;
    let mut in_front = words.iter().take(IN_FRONT);
    let shell = in_front.position(|word| {
        let program = word.text().rsplit('/').next();
        program.is_some_and(|program| SHELLS.contains(&program))
    })?;
    let mut behind = words.iter().skip(shell + 1);
    behind.find(|word| takes_script(word.text()))?;
    behind.next()
}

/// `-c`, alone or among other letters.
fn takes_script(option: &str) -> bool {
    let letters = option.strip_prefix('-').unwrap_or_default();
    letters.contains('c') && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn read_environment(holder: &Node<'_>, environment: &mut HashMap<String, String>) {
    let Some(list) = holder.get("env") else {
        return;
    };
    for item in list.resolve().items() {
        let item = item.resolve();
        if let (Some(name), Some(value)) = (item.get("name"), item.get("value")) {
            environment.insert(name.text().into_owned(), value.text().into_owned());
        }
    }
}

enum Interpreter {
    Shell,
    PowerShell,
    Program,
    Other,
}

/// Who runs a script: its first line says so, else a shell.
fn interpreter(text: &str) -> Interpreter {
    let Some(first) = text.lines().next().and_then(|line| line.strip_prefix("#!")) else {
        return Interpreter::Shell;
    };
    let mut words = first.split(['/', ' ', '\t']);
    if words.clone().any(|word| program::option_of(word).is_some()) {
        Interpreter::Program
    } else if words
        .clone()
        .any(|word| matches!(word, "pwsh" | "powershell"))
    {
        Interpreter::PowerShell
    } else if words.any(|word| matches!(word, "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh")) {
        Interpreter::Shell
    } else {
        Interpreter::Other
    }
}
