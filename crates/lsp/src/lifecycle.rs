//! Which messages are served when, and what is answered to the others.
//!
//! Both hosts ask here first. So the native server and the one in WebAssembly cannot differ in
//! what they refuse, and a request that is not served still gets exactly one answer.

use crate::answer::{Error, ErrorCode};

/// What is served: the method, and whether it is a request.
const METHODS: &[(&str, bool)] = &[
    ("initialize", true),
    ("initialized", false),
    ("shutdown", true),
    ("exit", false),
    ("$/cancelRequest", false),
    ("textDocument/didOpen", false),
    ("textDocument/didChange", false),
    ("textDocument/didSave", false),
    ("textDocument/didClose", false),
    ("workspace/didChangeConfiguration", false),
    ("workspace/didChangeWorkspaceFolders", false),
    ("workspace/didChangeWatchedFiles", false),
    ("textDocument/diagnostic", true),
    ("workspace/diagnostic", true),
    ("textDocument/documentSymbol", true),
    ("textDocument/codeAction", true),
    ("codeAction/resolve", true),
    ("textDocument/hover", true),
    ("textDocument/definition", true),
    ("konflux/pipelineGraph", true),
];

/// How far a connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    New,
    Running,
    ShutDown,
    Exited,
}

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is served.
    Serve,
    /// It has no effect and no answer.
    Ignore,
    /// It is answered with this.
    Refuse(Error),
}

/// The life of a connection, as far as it decides about messages.
#[derive(Debug, Default)]
pub struct Lifecycle(Stage);

impl Lifecycle {
    /// Judges a message, and moves on with those that begin or end something.
    pub fn admit(&mut self, method: &str, is_request: bool) -> Verdict {
        let refuse = |code| match is_request {
            true => Verdict::Refuse(Error::of(code)),
            false => Verdict::Ignore,
        };
        match (method, self.0) {
            ("exit", _) if !is_request => self.0 = Stage::Exited,
            ("$/cancelRequest", _) if !is_request => {}
            ("initialize", Stage::New) if is_request => self.0 = Stage::Running,
            (_, Stage::New) => return refuse(ErrorCode::NotInitialized),
            (_, Stage::ShutDown | Stage::Exited) | ("initialize", _) => {
                return refuse(ErrorCode::InvalidRequest);
            }
            ("shutdown", Stage::Running) if is_request => self.0 = Stage::ShutDown,
            (_, Stage::Running) => {
                return match METHODS.iter().find(|(served, _)| *served == method) {
                    Some((_, request)) if *request == is_request => Verdict::Serve,
                    Some(_) => refuse(ErrorCode::InvalidRequest),
                    None => refuse(ErrorCode::MethodNotFound),
                };
            }
        }
        Verdict::Serve
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(verdict: Verdict) -> i32 {
        match verdict {
            Verdict::Serve => 1,
            Verdict::Ignore => 0,
            Verdict::Refuse(error) => error.code.number(),
        }
    }

    /// Requests have a mark.
    fn codes(messages: &[&str]) -> Vec<i32> {
        let mut life = Lifecycle::default();
        let judge = |message: &&str| {
            let method = message.strip_prefix('?');
            code(life.admit(method.unwrap_or(message), method.is_some()))
        };
        messages.iter().map(judge).collect()
    }

    #[test]
    fn a_life_is_served_from_initialize_to_exit() {
        let life = [
            "?initialize",
            "initialized",
            "?textDocument/hover",
            "?shutdown",
            "exit",
        ];
        assert_eq!(codes(&life), [1; 5]);
    }

    #[test]
    fn what_comes_too_early_is_refused() {
        let early = [
            "?textDocument/hover",
            "?shutdown",
            "?nonsense",
            "textDocument/didOpen",
        ];
        assert_eq!(codes(&early), [-32002, -32002, -32002, 0]);
        assert_eq!(codes(&["initialize", "?initialize"]), [0, 1]);
        assert_eq!(codes(&["exit", "?initialize"]), [1, -32600]);
    }

    #[test]
    fn what_comes_too_late_is_refused() {
        let late = [
            "?initialize",
            "?initialize",
            "?shutdown",
            "?shutdown",
            "?nonsense",
            "initialized",
        ];
        assert_eq!(codes(&late), [1, -32600, 1, -32600, -32600, 0]);
    }

    #[test]
    fn what_is_unknown_or_of_the_wrong_kind_is_refused() {
        let odd = [
            "?initialize",
            "?nonsense",
            "?$/nonsense",
            "nonsense",
            "?textDocument/didOpen",
            "textDocument/hover",
            "shutdown",
            "?exit",
        ];
        assert_eq!(codes(&odd), [1, -32601, -32601, 0, -32600, 0, 0, -32600]);
        assert_eq!(codes(&["?initialize", "shutdown", "?shutdown"]), [1, 0, 1]);
    }
}
