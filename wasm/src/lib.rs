//! The language server for a worker: JSON-RPC messages in and out, as text.
//!
//! Nothing is decided here. A panic ends the module (WebAssembly cannot unwind); what was said in
//! the end, and about which file, can still be asked for, and the worker starts afresh with it.

#[cfg(feature = "trap")]
mod trap;

use std::cell::RefCell;

use konflux_lsp::Dispatcher;
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    /// What is being looked into.
    static SUBJECT: RefCell<Option<String>> = const { RefCell::new(None) };
    /// What the panic said.
    static FAILURE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// One connection. Where messages are given back, they are a JSON array.
#[wasm_bindgen]
pub struct Engine(Dispatcher);

#[wasm_bindgen]
impl Engine {
    /// A new connection, whose own requests are numbered from `first_id`.
    #[wasm_bindgen(constructor)]
    pub fn new(first_id: i32) -> Engine {
        std::panic::set_hook(Box::new(|panic| {
            FAILURE.set(Some(panic.to_string()));
        }));
        Engine(Dispatcher::new(first_id.into()))
    }

    /// Takes a message.
    pub fn receive(&mut self, message: &str) -> String {
        SUBJECT.set(None);
        #[cfg(feature = "trap")]
        trap::on_text(message);
        array(&self.0.receive(message))
    }

    /// The document or file that `work` is about to look into, if it is one.
    pub fn subject(&self) -> Option<String> {
        self.0.subject().map(String::from)
    }

    /// Does a piece of work; nothing when there is none.
    pub fn work(&mut self) -> Option<String> {
        let subject = self.subject();
        SUBJECT.set(subject.clone());
        #[cfg(feature = "trap")]
        trap::on_file(subject.as_deref());
        self.0.work().map(|messages| array(&messages))
    }

    /// Whether the client has said goodbye, and if so, whether in the right way.
    pub fn ended(&self) -> Option<bool> {
        self.0.ended()
    }

    /// The text of an open document.
    pub fn text(&self, uri: &str) -> Option<String> {
        self.0.session().text(&uri.parse().ok()?)
    }

    /// Opens a document in the state in which an engine before this one had it: the params of its
    /// `didOpen`, those of each `didChange` since as a JSON array, and how often it made an engine
    /// fail.
    pub fn restore(&mut self, opened: &str, changes: &str, failures: u32) -> String {
        #[cfg(feature = "trap")]
        match failures {
            0 => [opened, changes].into_iter().for_each(trap::on_text),
            _ => trap::warn(),
        }
        array(&self.0.restore(opened, changes, failures))
    }

    /// Leaves a file alone that made an engine fail.
    pub fn shun(&mut self, uri: &str) {
        if let Ok(uri) = uri.parse() {
            self.0.shun(&uri);
        }
    }
}

/// What was looked into when the module failed, if that is known.
#[wasm_bindgen]
pub fn subject() -> Option<String> {
    SUBJECT.take()
}

/// What the panic said that made the module fail, if it was one.
#[wasm_bindgen]
pub fn failure() -> Option<String> {
    FAILURE.take()
}

fn array(messages: &[String]) -> String {
    format!("[{}]", messages.join(","))
}
