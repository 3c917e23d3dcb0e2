//! `$(…)`: what Tekton substitutes.
//!
//! Scripts are full of `$(…)` that belong to the shell. Tekton tells its own from those by the
//! first word alone (`params`, `tasks`, …), also inside comments and after a backslash or a second
//! dollar sign, and so do we.

use std::ops::Range;
use std::sync::Arc;

use konflux_syntax::Span;
use memchr::{memchr, memchr2};

use super::{Site, Text};

/// The name of a param to which a text refers, when it is nothing else: `$(params.name)`.
pub(crate) fn sole_param(text: &str) -> Option<&str> {
    text.strip_prefix("$(params.")?.strip_suffix(')')
}

/// One `$(…)`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// From `$` to `)`.
    pub span: Span,
    /// What it refers to.
    pub kind: RefKind,
    /// Where it stands.
    pub site: Site,
    /// Is it the whole scalar? Arrays and objects may be passed on only so.
    pub isolated: bool,
}

/// What a reference refers to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RefKind {
    /// `params.x`, `params["x"]`, and the old `inputs.params.x`.
    ///
    /// The name is all that follows: `params.a.b` is the key `b` of the object `a` or the param
    /// `a.b`. Only the declarations can tell; see [`RefKind::object_and_key`].
    Param {
        /// The name, or object and key.
        name: Text,
        /// `[*]` or `[0]`.
        accessor: Accessor,
        /// Written with brackets, so that a dot is part of the name?
        bracketed: bool,
    },
    /// `tasks.t.results.r`, and the `finally.t.results.r` of pipeline results.
    TaskResult {
        /// The pipeline task.
        task: Text,
        /// The result.
        result: Text,
        /// The key of an object result.
        key: Option<Text>,
        /// `[*]` or `[0]`.
        accessor: Accessor,
        /// `finally.…`?
        finally: bool,
    },
    /// `tasks.t.status` or `tasks.t.reason`.
    TaskStatus {
        /// The pipeline task.
        task: Text,
        /// `status` or `reason`.
        field: Text,
    },
    /// `tasks.status`: of all tasks together.
    AggregateStatus,
    /// `tasks.t.matrix.length` or `tasks.t.matrix.r.length`.
    MatrixLength {
        /// The pipeline task.
        task: Text,
        /// The result.
        result: Option<Text>,
    },
    /// `results.r.path`.
    ResultPath {
        /// The result of the own task.
        result: Text,
    },
    /// `step.results.r.path`: of the own step.
    StepResultPath {
        /// The result of the own step.
        result: Text,
    },
    /// `steps.s.results.r`.
    StepResult {
        /// The step.
        step: Text,
        /// The result.
        result: Text,
        /// The key of an object result.
        key: Option<Text>,
        /// `[*]` or `[0]`.
        accessor: Accessor,
    },
    /// `steps.s.exitCode.path` and other fields of a step.
    StepField {
        /// The step.
        step: Text,
    },
    /// `workspaces.w.path`, `.bound`, `.claim`, `.volume`.
    Workspace {
        /// The workspace.
        workspace: Text,
        /// The field.
        field: Option<Text>,
    },
    /// `context.pipelineRun.name` and the like.
    Context {
        /// `pipelineRun`, `taskRun`, `pipeline`, `task` or `pipelineTask`.
        object: Text,
        /// `name`, `namespace`, `uid`, `retries`, …
        field: Option<Text>,
    },
    /// Starts with one of the words but has no known shape.
    Unknown {
        /// Everything between the parentheses.
        path: Text,
    },
}

impl RefKind {
    /// The readings of a param reference as object and key, longest object name first.
    pub fn object_and_key(&self) -> impl Iterator<Item = (&str, &str)> {
        let name = match self {
            RefKind::Param {
                name,
                bracketed: false,
                ..
            } => name.as_str(),
            _ => "",
        };
        name.rmatch_indices('.')
            .map(move |(at, _)| (&name[..at], &name[at + 1..]))
    }
}

/// What follows a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Accessor {
    /// Nothing: the value itself.
    None,
    /// `[*]`: all items.
    Star,
    /// `[3]`: one item.
    Index(u32),
}

/// The words with which Tekton's own references begin.
const WORDS: [&str; 8] = [
    "params",
    "tasks",
    "results",
    "workspaces",
    "context",
    "steps",
    "step",
    "finally",
];

/// Parses the reference that starts at `text[at..]` with `$(`.
/// Returns its end and what it refers to; `None` when it is the shell's.
///
/// `place` turns bytes of the text into a place of the document.
pub(super) fn parse(
    text: &str,
    at: usize,
    place: &dyn Fn(Range<usize>) -> Span,
) -> Option<(usize, RefKind)> {
    let open = at + 2;
    let rest = text.get(open..)?;
    let word = first_word(rest)?;
    let length = closing(rest)?;
    let inside = &rest[..length];
    let mut path = Path {
        text: inside,
        at: word.len(),
        open,
        place,
    };
    let end = open + length + 1;
    let kind = match word {
        "inputs" => {
            path.eat(".params")?;
            path.param()
        }
        "params" => path.param(),
        "tasks" => path.tasks(false),
        "finally" => path.tasks(true),
        "results" => path.result_path(),
        "step" => path.step_result_path(),
        "steps" => path.steps(),
        "workspaces" => path.workspace(),
        _ => path.context(),
    };
    let kind = kind.unwrap_or_else(|| RefKind::Unknown {
        path: path.piece(0, inside.len()),
    });
    Some((end, kind))
}

/// The first word, when it is one of Tekton's and a path follows.
fn first_word(rest: &str) -> Option<&str> {
    let length = rest.bytes().position(|byte| !byte.is_ascii_alphabetic())?;
    let word = &rest[..length];
    let follows = rest.as_bytes().get(length)?;
    let known = WORDS.contains(&word) && matches!(follows, b'.' | b'[');
    let old = word == "inputs" && rest[length..].starts_with(".params.");
    (known || old).then_some(word)
}

/// The place of the closing parenthesis. A reference holds no blanks outside of quotes.
fn closing(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (_, b'\n' | b'\r') => return None,
            (Some(open), _) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b')') => return Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b' ' | b'\t' | b'$' | b'(') => return None,
            (None, _) => {}
        }
    }
    None
}

/// A cursor over the inside of a reference.
struct Path<'a> {
    text: &'a str,
    at: usize,
    /// Where the inside begins in the text.
    open: usize,
    place: &'a dyn Fn(Range<usize>) -> Span,
}

impl Path<'_> {
    fn piece(&self, from: usize, to: usize) -> Text {
        Text {
            value: Arc::from(&self.text[from..to]),
            span: (self.place)(self.open + from..self.open + to),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// Steps over a word that must follow.
    fn eat(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at += word.len())
    }

    /// `.name`, up to the next dot or bracket.
    fn name(&mut self) -> Option<Text> {
        let name = self.word()?;
        Some(self.piece(name.start, name.end))
    }

    /// Where the next `.name` stands.
    fn word(&mut self) -> Option<Range<usize>> {
        self.eat(".")?;
        let length = memchr2(b'.', b'[', self.rest().as_bytes());
        self.step(length.unwrap_or(self.rest().len()))
    }

    /// `.name.with.dots`, up to the next bracket.
    fn dotted(&mut self) -> Option<Text> {
        self.eat(".")?;
        let length = memchr(b'[', self.rest().as_bytes());
        let name = self.step(length.unwrap_or(self.rest().len()))?;
        Some(self.piece(name.start, name.end))
    }

    fn step(&mut self, length: usize) -> Option<Range<usize>> {
        let from = self.at;
        self.at += length;
        (length > 0).then_some(from..self.at)
    }

    /// `["name"]` or `['name']`.
    fn bracketed(&mut self) -> Option<Text> {
        let rest = self.rest();
        let quote = rest
            .strip_prefix('[')?
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))?;
        let length = rest[2..].find(quote)?;
        if !rest[2 + length + 1..].starts_with(']') {
            return None;
        }
        let from = self.at + 2;
        self.at = from + length + 2;
        Some(self.piece(from, from + length))
    }

    /// `[*]`, `[0]` or nothing, and then the end.
    fn accessor(&mut self) -> Option<Accessor> {
        if self.at_end() {
            return Some(Accessor::None);
        }
        let inside = self.rest().strip_prefix('[')?.strip_suffix(']')?;
        if inside == "*" {
            return Some(Accessor::Star);
        }
        inside.parse().ok().map(Accessor::Index)
    }

    fn param(&mut self) -> Option<RefKind> {
        let bracketed = self.rest().starts_with('[');
        let name = if bracketed {
            self.bracketed()?
        } else {
            self.dotted()?
        };
        Some(RefKind::Param {
            name,
            accessor: self.accessor()?,
            bracketed,
        })
    }

    fn tasks(&mut self, finally: bool) -> Option<RefKind> {
        let task = self.name()?;
        if self.at_end() {
            return (!finally && &*task.value == "status").then_some(RefKind::AggregateStatus);
        }
        let field = self.word()?;
        match &self.text[field.clone()] {
            "results" => {
                let (result, key, accessor) = self.result()?;
                Some(RefKind::TaskResult {
                    task,
                    result,
                    key,
                    accessor,
                    finally,
                })
            }
            "status" | "reason" if self.at_end() => {
                let field = self.piece(field.start, field.end);
                Some(RefKind::TaskStatus { task, field })
            }
            "matrix" => {
                let first = self.name()?;
                let result = if self.at_end() { None } else { Some(first) };
                Some(RefKind::MatrixLength { task, result })
            }
            _ => None,
        }
    }

    /// `.r`, `.r.key`, `.r[*]`, `["r"]`.
    fn result(&mut self) -> Option<(Text, Option<Text>, Accessor)> {
        let result = self.bracketed().or_else(|| self.name())?;
        let key = if self.rest().starts_with('.') {
            Some(self.dotted()?)
        } else {
            None
        };
        Some((result, key, self.accessor()?))
    }

    fn result_path(&mut self) -> Option<RefKind> {
        self.own_result()
            .map(|result| RefKind::ResultPath { result })
    }

    fn step_result_path(&mut self) -> Option<RefKind> {
        self.eat(".results")?;
        self.own_result()
            .map(|result| RefKind::StepResultPath { result })
    }

    /// `.name.path`, where the name may hold dots, or `["name"].path`.
    fn own_result(&mut self) -> Option<Text> {
        if let Some(result) = self.bracketed() {
            self.eat(".path")?;
            return self.at_end().then_some(result);
        }
        self.eat(".")?;
        let length = self.rest().strip_suffix(".path")?.len();
        (length > 0).then(|| self.piece(self.at, self.at + length))
    }

    fn steps(&mut self) -> Option<RefKind> {
        let step = self.name()?;
        let field = self.word()?;
        if &self.text[field] != "results" {
            return Some(RefKind::StepField { step });
        }
        let (result, key, accessor) = self.result()?;
        Some(RefKind::StepResult {
            step,
            result,
            key,
            accessor,
        })
    }

    fn workspace(&mut self) -> Option<RefKind> {
        let workspace = self.bracketed().or_else(|| self.name())?;
        let field = if self.at_end() {
            None
        } else {
            Some(self.dotted()?)
        };
        self.at_end()
            .then_some(RefKind::Workspace { workspace, field })
    }

    fn context(&mut self) -> Option<RefKind> {
        let object = self.name()?;
        let field = if self.at_end() {
            None
        } else {
            Some(self.dotted()?)
        };
        self.at_end().then_some(RefKind::Context { object, field })
    }
}
