//! From the parser's tree to the flat list.

use std::ops::Range;

use brush_parser::SourceSpan;
use brush_parser::ast::{
    AndOr, AndOrList, Assignment, AssignmentName, AssignmentValue, Command as Node,
    CommandPrefixOrSuffixItem as Item, CompoundCommand, CompoundList, ExtendedTestExpr,
    FunctionDefinition, IfClauseCommand, IoFileRedirectKind, IoFileRedirectTarget, IoRedirect,
    Pipeline, Program, SimpleCommand, Word as RawWord,
};

use memchr::memmem;

use super::{Command, Part, Redirect, Script, Word, limits, program, words_only};

/// How deep substitutions may stand inside each other before they are left alone.
const SUBSTITUTIONS: usize = 8;

/// Bytes of blanks and comments before an item of a list, at most.
const BETWEEN_ITEMS: usize = 1024;

/// Programs whose arguments may be assignments.
const DECLARATIONS: [&str; 5] = ["export", "local", "declare", "readonly", "typeset"];

pub(super) fn lower(text: &str, program: &Program) -> Script {
    let mut script = Script {
        parsed: true,
        ..Script::default()
    };
    let mut lowering = Lowering::new(text, 0, &mut script);
    lowering.program(program);
    script
}

struct Lowering<'s> {
    text: &'s str,
    /// Where the text begins in the script.
    base: usize,
    /// The byte of each character, unless all are one byte long.
    bytes: Option<Vec<usize>>,
    script: &'s mut Script,
    pipelines: u32,
    function: Option<u32>,
    /// How many substitutions are around.
    depth: usize,
}

impl<'s> Lowering<'s> {
    fn new(text: &'s str, base: usize, script: &'s mut Script) -> Lowering<'s> {
        let bytes = (!text.is_ascii()).then(|| {
            let starts = text.char_indices().map(|(at, _)| at);
            starts.chain([text.len()]).collect()
        });
        Lowering {
            text,
            base,
            bytes,
            script,
            pipelines: 0,
            function: None,
            depth: 0,
        }
    }

    fn place(&self, span: &SourceSpan) -> Range<usize> {
        let byte = |index: usize| match &self.bytes {
            Some(bytes) => bytes.get(index).copied().unwrap_or(self.text.len()),
            None => index.min(self.text.len()),
        };
        let start = byte(span.start.index);
        let end = byte(span.end.index).max(start);
        self.base + start..self.base + end
    }

    fn program(&mut self, program: &Program) {
        for list in &program.complete_commands {
            self.list(list);
        }
    }

    fn list(&mut self, list: &CompoundList) {
        for item in &list.0 {
            self.and_or(&item.0);
        }
    }

    fn and_or(&mut self, list: &AndOrList) {
        self.pipeline(&list.first);
        for rest in &list.additional {
            let (AndOr::And(pipeline) | AndOr::Or(pipeline)) = rest;
            self.pipeline(pipeline);
        }
    }

    fn pipeline(&mut self, pipeline: &Pipeline) {
        self.pipelines += 1;
        let number = self.pipelines;
        for command in &pipeline.seq {
            self.command(command, number);
        }
    }

    fn command(&mut self, command: &Node, pipeline: u32) {
        match command {
            Node::Simple(simple) => self.simple(simple, pipeline),
            Node::Compound(compound, redirects) => {
                let before = self.script.commands.len();
                self.compound(compound);
                let list = redirects.iter().flat_map(|list| &list.0);
                let redirects: Vec<Redirect> = list.filter_map(|one| self.redirect(one)).collect();
                self.join(before, pipeline, &redirects);
            }
            Node::Function(function) => self.function(function),
            Node::ExtendedTest(test, _) => self.test(&test.expr),
        }
    }

    /// What goes into a block or comes out of it goes through its first or last command.
    fn join(&mut self, before: usize, pipeline: u32, redirects: &[Redirect]) {
        let inside = self.script.commands.get_mut(before..).unwrap_or_default();
        if let Some(first) = inside.first_mut() {
            first.pipeline = pipeline;
        }
        if let Some(last) = inside.last_mut() {
            last.pipeline = pipeline;
            last.redirects.extend_from_slice(redirects);
        }
    }

    fn compound(&mut self, compound: &CompoundCommand) {
        match compound {
            CompoundCommand::BraceGroup(group) => self.list(&group.list),
            CompoundCommand::Subshell(subshell) => self.list(&subshell.list),
            CompoundCommand::ForClause(clause) => {
                for value in clause.values.iter().flatten() {
                    let value = self.word(value);
                    self.assign(&clause.variable_name, value);
                }
                // A loop changes its variable even where one value is written.
                self.forget(&clause.variable_name);
                self.list(&clause.body.list);
            }
            CompoundCommand::ArithmeticForClause(clause) => self.list(&clause.body.list),
            CompoundCommand::CaseClause(clause) => {
                self.word(&clause.value);
                for case in &clause.cases {
                    case.cmd.iter().for_each(|list| self.list(list));
                }
            }
            CompoundCommand::IfClause(clause) => self.if_clause(clause),
            CompoundCommand::WhileClause(clause) | CompoundCommand::UntilClause(clause) => {
                let before = self.script.commands.len();
                self.list(&clause.0);
                self.list(&clause.1.list);
                let mut rounds = self.script.commands.iter().skip(before);
                self.script.polls |= rounds.any(|command| command.program() == "sleep");
            }
            CompoundCommand::Coprocess(coprocess) => {
                let number = self.pipelines;
                self.command(&coprocess.body, number);
            }
            CompoundCommand::Arithmetic(_) => {}
        }
    }

    fn if_clause(&mut self, clause: &IfClauseCommand) {
        self.list(&clause.condition);
        self.list(&clause.then);
        for branch in clause.elses.iter().flatten() {
            branch.condition.iter().for_each(|list| self.list(list));
            self.list(&branch.body);
        }
    }

    fn function(&mut self, function: &FunctionDefinition) {
        let outer = self.function;
        self.function = Some(self.script.functions.len() as u32);
        self.script.functions.push(function.fname.value.clone());
        self.compound(&function.body.0);
        self.function = outer;
    }

    /// `[[ … ]]`: only what its substitutions run matters.
    fn test(&mut self, test: &ExtendedTestExpr) {
        match test {
            ExtendedTestExpr::And(left, right) | ExtendedTestExpr::Or(left, right) => {
                self.test(left);
                self.test(right);
            }
            ExtendedTestExpr::Not(inner) | ExtendedTestExpr::Parenthesized(inner) => {
                self.test(inner);
            }
            ExtendedTestExpr::UnaryTest(_, word) => {
                self.word(word);
            }
            ExtendedTestExpr::BinaryTest(_, left, right) => {
                self.word(left);
                self.word(right);
            }
        }
    }

    fn simple(&mut self, simple: &SimpleCommand, pipeline: u32) {
        let mut words = Vec::new();
        let mut redirects = Vec::new();
        let prefix = simple.prefix.iter().flat_map(|prefix| &prefix.0);
        for item in prefix {
            self.item(item, &mut words, &mut redirects);
        }
        words.clear();
        words.extend(simple.word_or_name.as_ref().map(|word| self.word(word)));
        for item in simple.suffix.iter().flat_map(|suffix| &suffix.0) {
            self.item(item, &mut words, &mut redirects);
        }
        let Some(first) = words.first() else { return };
        if first
            .literal()
            .is_some_and(|program| DECLARATIONS.contains(&program))
        {
            return;
        }
        let end = words.last().map_or(first.span.end, |last| last.span.end);
        self.script.commands.push(Command {
            span: first.span.start..end,
            words,
            redirects,
            pipeline,
            function: self.function,
        });
    }

    fn item(&mut self, item: &Item, words: &mut Vec<Word>, redirects: &mut Vec<Redirect>) {
        match item {
            Item::Word(word) => words.push(self.word(word)),
            Item::AssignmentWord(assignment, word) => {
                self.assignment(assignment);
                // `env A=b program` and `make A=b` take it for an argument.
                let at = word
                    .loc
                    .as_ref()
                    .map_or(self.base, |loc| self.place(loc).start);
                words.push(Word::read(&word.value, at));
            }
            Item::IoRedirect(redirect) => redirects.extend(self.redirect(redirect)),
            Item::ProcessSubstitution(_, subshell) => {
                self.list(&subshell.list);
                // The program is given a path.
                let at = words.last().map_or(self.base, |word| word.span.end);
                let parts = vec![Part::Text("/dev/fd/63".to_owned())];
                let span = at..at;
                words.push(Word { parts, span });
            }
        }
    }

    fn assignment(&mut self, assignment: &Assignment) {
        let name = match &assignment.name {
            AssignmentName::VariableName(name) => name.clone(),
            AssignmentName::ArrayElementName(name, _) => name.clone(),
        };
        match &assignment.value {
            AssignmentValue::Scalar(word) => {
                let at = self.place(&assignment.loc);
                let value = self.value(word, at);
                self.assign(&name, value);
            }
            AssignmentValue::Array(items) => {
                let mut from = self.place(&assignment.loc).start;
                let items = items.iter().map(|(_, item)| {
                    let item = self.item_of_list(item, from);
                    from = item.span.end;
                    item
                });
                let items: Vec<Word> = items.collect();
                self.array(&name, &items, assignment.append);
                for value in items {
                    self.assign(&name, value);
                }
            }
        }
        if assignment.append {
            self.forget(&name);
        }
    }

    /// The value of an assignment, which carries no place of its own.
    fn value(&mut self, word: &RawWord, assignment: Range<usize>) -> Word {
        let written = assignment.start - self.base..assignment.end - self.base;
        let written = self.text.get(written).unwrap_or_default();
        let inside = written.find(&word.value).unwrap_or_default();
        let word = Word::read(&word.value, assignment.start + inside);
        self.substitutions(&word);
        word
    }

    /// An item of a list, which carries no place either: the next such text at or after `from`.
    fn item_of_list(&mut self, word: &RawWord, from: usize) -> Word {
        let bytes = self.text.as_bytes();
        let rest = bytes
            .get(from.saturating_sub(self.base)..)
            .unwrap_or_default();
        let near = &rest[..rest.len().min(word.value.len() + BETWEEN_ITEMS)];
        let inside = memmem::find(near, word.value.as_bytes()).unwrap_or_default();
        let word = Word::read(&word.value, from + inside);
        self.substitutions(&word);
        word
    }

    fn assign(&mut self, name: &str, value: Word) {
        let values = self.script.assignments.entry(name.to_owned()).or_default();
        values.push(value);
    }

    /// Of a list that is written several times, the first one stands, with all that is appended.
    fn array(&mut self, name: &str, items: &[Word], append: bool) {
        if append {
            let appended = self.script.appended.entry(name.to_owned());
            appended.or_default().extend_from_slice(items);
        } else {
            let known = self.script.arrays.entry(name.to_owned());
            known.or_insert_with(|| items.to_vec());
        }
    }

    /// The variable has no single value.
    fn forget(&mut self, name: &str) {
        let values = self.script.assignments.entry(name.to_owned()).or_default();
        let value = values.first().cloned();
        let value = value.unwrap_or_else(|| Word::read("", self.base));
        while values.len() < 2 {
            values.push(value.clone());
        }
    }

    fn redirect(&mut self, redirect: &IoRedirect) -> Option<Redirect> {
        match redirect {
            IoRedirect::File(_, kind, IoFileRedirectTarget::Filename(word)) => {
                let word = self.word(word);
                Some(match kind {
                    IoFileRedirectKind::Read => Redirect::Read(word),
                    _ => Redirect::Write(word),
                })
            }
            IoRedirect::File(_, _, IoFileRedirectTarget::ProcessSubstitution(_, subshell)) => {
                self.list(&subshell.list);
                None
            }
            IoRedirect::File(..) => None,
            IoRedirect::HereDocument(_, document) => {
                let text = &document.doc.value;
                let known = document.doc.loc.as_ref().map(|loc| self.place(loc).start);
                let at = known.or_else(|| Some(self.base + self.text.find(text.as_str())?));
                Some(Redirect::Heredoc(text.clone(), at.unwrap_or(self.base)))
            }
            IoRedirect::HereString(_, word) => Some(Redirect::HereString(self.word(word))),
            IoRedirect::OutputAndError(word, _) => Some(Redirect::Write(self.word(word))),
        }
    }

    fn word(&mut self, word: &RawWord) -> Word {
        let at = word
            .loc
            .as_ref()
            .map_or(self.base, |loc| self.place(loc).start);
        let word = Word::read(&word.value, at);
        self.substitutions(&word);
        word
    }

    /// Most substitutions are one command, which needs no parser.
    fn plain(&mut self, text: &str, at: usize) {
        self.pipelines += 1;
        for command in words_only::line(text, at) {
            self.script.commands.push(Command {
                pipeline: self.pipelines,
                function: self.function,
                ..command
            });
        }
    }

    /// Reads what the substitutions of a word run.
    fn substitutions(&mut self, word: &Word) {
        if self.depth >= SUBSTITUTIONS {
            return;
        }
        for part in &word.parts {
            let Part::Substitution(text, at) = part else {
                continue;
            };
            if words_only::is_plain(text) {
                self.plain(text, *at);
                continue;
            }
            if text.starts_with('(') || !limits::permits(text) {
                continue;
            }
            let Some(program) = program(text) else {
                continue;
            };
            let mut inner = Lowering::new(text, *at, self.script);
            inner.pipelines = self.pipelines + 1;
            inner.function = self.function;
            inner.depth = self.depth + 1;
            inner.program(&program);
            let pipelines = inner.pipelines;
            self.pipelines = pipelines;
        }
    }
}
