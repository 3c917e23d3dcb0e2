//! Programs in Python and languages like it, read by their words: which requests they make and which
//! programs they run.
//!
//! Catalogs hold few of them, so this looks for the calls that matter and trusts them less than
//! commands of a shell.

use std::ops::Range;

use super::EffectKind;
use super::http;
use super::knowledge::{self, Taught};
use super::script::{self, Facts, Found, FoundEffect};

/// How much less a program is understood than a script of a shell.
const TRUST: f32 = 0.85;

/// Bytes of a list that may be the words of a command.
const LIST: usize = 8 * 1024;

/// The option behind which an interpreter is given a program, or nothing for what is none.
pub(super) fn option_of(interpreter: &str) -> Option<char> {
    // Asked of every command, of which few are interpreters.
    if !interpreter.starts_with(['p', 'n', 'r', 'g']) {
        return None;
    }
    let name = interpreter.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    match name {
        "python" | "platform-python" => Some('c'),
        "node" | "ruby" | "perl" | "groovy" => Some('e'),
        "php" => Some('r'),
        _ => None,
    }
}

/// Reads a program.
pub(super) fn read(text: &str, facts: &mut Facts) -> Found {
    facts.saw_commands = true;
    facts.reads_files |= ["open(", "read_text(", "readFile", "File.read("]
        .iter()
        .any(|call| text.contains(call));
    let mut found = Found::default();
    let mut start = 0;
    let mut requests = Requests::of(text);
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let span = start..start + content.len();
        start += line.len();
        if content.trim_start().starts_with(['#', '/']) {
            continue;
        }
        facts.can_fail |= ["sys.exit(", "process.exit("].iter().any(|exit| {
            let code = content.split_once(exit).map(|(_, code)| code);
            code.is_some_and(|code| !code.starts_with("0)"))
        });
        requests.line(content, span.clone(), &mut found);
        call(content, span, &mut found);
    }
    processes(text, facts, &mut found);
    for effect in &mut found.effects {
        effect.confidence *= TRUST;
    }
    found
}

/// What the requests of a program do: those that read, and those that write. The address is a
/// constant somewhere above, so the whole program is looked at, once for all of them.
struct Requests {
    lower: String,
    known: [Option<Option<Asked>>; 2],
}

/// The kind of effect, the rest of a sentence, how sure it is.
type Asked = (EffectKind, &'static str, f32);

impl Requests {
    fn of(text: &str) -> Requests {
        Requests {
            lower: text.to_lowercase(),
            known: [None, None],
        }
    }

    fn line(&mut self, line: &str, span: Range<usize>, found: &mut Found) {
        let has = |calls: &[&str]| calls.iter().any(|call| line.contains(call));
        let writes = has(&[".post(", ".put(", ".patch(", "\"POST\"", "'POST'"]);
        const READS: [&str; 6] = [
            "requests.get(",
            "session.get(",
            "urlopen(",
            ".request(",
            "axios.get(",
            "fetch(",
        ];
        if !writes && !has(&READS) {
            return;
        }
        let lower = &self.lower;
        let asked = self.known[usize::from(writes)].get_or_insert_with(|| {
            let request = http::Request::from_text(lower, writes);
            let (kind, says) = request.effect(knowledge::built_in())?;
            Some((kind, says, request.confidence(kind)))
        });
        if let Some((kind, says, confidence)) = *asked {
            found.effects.push(FoundEffect {
                kind,
                message: format!("a request {says}"),
                subject: None,
                span,
                confidence,
            });
        }
    }
}

/// A call of a library whose name says what it does.
fn call(line: &str, span: Range<usize>, found: &mut Found) {
    let calls = &knowledge::built_in().calls;
    let known = calls
        .iter()
        .find(|known| known.names.iter().any(|name| line.contains(name.as_str())));
    let Some(known) = known else { return };
    found.effects.push(FoundEffect {
        kind: known.effect,
        message: format!("a call {}", known.says),
        subject: None,
        span,
        confidence: known.confidence / TRUST,
    });
}

/// `subprocess.run(["oras", "push", …])`: the strings of a list that begins with a known program
/// are the words of a command, on however many lines they stand.
fn processes(text: &str, facts: &mut Facts, found: &mut Found) {
    let mut rest = 0;
    while let Some(open) = text[rest..].find(['[', '(']) {
        let start = rest + open + 1;
        rest = start;
        let inside = &text[start..];
        let inside = &inside[..inside.floor_char_boundary(LIST)];
        // Few lists are commands, so the first word is looked at before the others are.
        let Some(quote) = begins_command(inside, &facts.taught) else {
            continue;
        };
        let end = inside.find([']', ')']).unwrap_or(inside.len());
        let strings = inside[..end].split(quote).skip(1).step_by(2);
        let words: Vec<String> = strings
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        // `document["kind"]` looks something up.
        if words.len() < 2 {
            continue;
        }
        let inner = script::read_words(&words, facts);
        let effects = inner.effects.into_iter();
        found.effects.extend(effects.map(|effect| FoundEffect {
            span: start..start + end,
            ..effect
        }));
        rest = start + end;
    }
}

/// The quotes of a list of strings whose first one is, or begins with, a known program.
fn begins_command(list: &str, taught: &Taught) -> Option<char> {
    let trimmed = list.trim_start();
    let plain = trimmed.trim_start_matches(['f', 'r']);
    let quote = plain.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let first = plain.split(quote).nth(1)?.split_whitespace().next()?;
    taught.has_deeds(first.rsplit('/').next()?).then_some(quote)
}
