//! What the threads share: the session under its lock, and ways to get things done.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};

use konflux_lsp::{Effect, Initialize, Session};
use tokio::runtime::Handle;
use tower_lsp::Client;

use super::loader::{self, Job};
use super::publisher;

/// See the module.
pub(super) struct Shared {
    session: Mutex<Session>,
    /// The session may have work for the publisher.
    changed: Condvar,
    /// What the client said first, until the handler of it runs.
    initialize: Mutex<Option<Initialize>>,
    jobs: mpsc::Sender<Job>,
    pub(super) client: Client,
    pub(super) runtime: Handle,
}

impl Shared {
    /// Starts the threads. They end with the process.
    pub(super) fn start(client: Client, runtime: Handle) -> Arc<Shared> {
        let (jobs, queue) = mpsc::channel();
        let shared = Arc::new(Shared {
            session: Mutex::new(Session::new()),
            changed: Condvar::new(),
            initialize: Mutex::new(None),
            jobs,
            client,
            runtime,
        });
        let (loading, publishing) = (shared.clone(), shared.clone());
        std::thread::spawn(move || loader::run(&loading, &queue));
        std::thread::spawn(move || publisher::run(&publishing));
        shared
    }

    /// A panic under the lock has left texts intact (the session sees to that), so go on.
    pub(super) fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a message change the session, and does what follows from it.
    pub(super) fn update(&self, change: impl FnOnce(&mut Session) -> Vec<Effect>) {
        let effects = change(&mut self.session());
        self.changed.notify_one();
        effects
            .into_iter()
            .for_each(|effect| self.carry_out(effect));
    }

    /// Waits until a message may have changed the session.
    pub(super) fn wait<'s>(&self, session: MutexGuard<'s, Session>) -> MutexGuard<'s, Session> {
        self.changed
            .wait(session)
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn remember(&self, initialize: Initialize) {
        *self
            .initialize
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(initialize);
    }

    pub(super) fn recall(&self) -> Initialize {
        self.initialize
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .unwrap_or_default()
    }

    /// Starts it; nothing here waits for the client or for a file.
    pub(super) fn carry_out(&self, effect: Effect) {
        let client = self.client.clone();
        match effect {
            // Only the publisher has these, and sends them itself, to keep their order.
            Effect::Publish(told) => {
                self.runtime.spawn(async move {
                    client
                        .publish_diagnostics(told.uri, told.diagnostics, told.version)
                        .await;
                });
            }
            Effect::Refresh => {
                self.runtime
                    .spawn(async move { client.workspace_diagnostic_refresh().await });
            }
            Effect::Register(registrations) => {
                self.runtime
                    .spawn(async move { client.register_capability(registrations).await });
            }
            Effect::Log(kind, text) => {
                self.runtime
                    .spawn(async move { client.log_message(kind, text).await });
            }
            Effect::Scan(folders) => self.load(Job::Scan(folders)),
            Effect::Read(paths) => self.load(Job::Read(paths)),
            Effect::ReadCatalogs(paths) => self.load(Job::ReadCatalogs(paths)),
        }
    }

    fn load(&self, job: Job) {
        // Fails only when the loader is gone, and then the process is ending.
        let _ = self.jobs.send(job);
    }
}
