//! A sign of life for scans that take noticeable time, and none for the others.

use std::time::{Duration, Instant};

use konflux_lsp::lsp_types::notification::Progress as ProgressNotification;
use konflux_lsp::lsp_types::request::WorkDoneProgressCreate;
use konflux_lsp::lsp_types::{
    NumberOrString, ProgressParams, ProgressParamsValue, WorkDoneProgress, WorkDoneProgressBegin,
    WorkDoneProgressCreateParams, WorkDoneProgressEnd, WorkDoneProgressReport,
};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tower_lsp::Client;

use super::shared::Shared;

/// What passes faster than this need not be shown.
const NOTICEABLE: Duration = Duration::from_millis(400);
/// How often the count changes on screen.
const INTERVAL: Duration = Duration::from_millis(200);
/// A client that does not even answer within this time gets no progress.
const PATIENCE: Duration = Duration::from_secs(5);

/// The progress of one scan; ends when dropped.
pub(super) struct Progress {
    client: Client,
    runtime: tokio::runtime::Handle,
    wanted: bool,
    next: Instant,
    counts: Option<UnboundedSender<usize>>,
}

impl Progress {
    pub(super) fn new(shared: &Shared) -> Progress {
        Progress {
            client: shared.client.clone(),
            runtime: shared.runtime.clone(),
            wanted: shared.session().client().progress,
            next: Instant::now() + NOTICEABLE,
            counts: None,
        }
    }

    /// So many files were looked at so far.
    pub(super) fn report(&mut self, files: usize) {
        let now = Instant::now();
        if !self.wanted || now < self.next {
            return;
        }
        self.next = now + INTERVAL;
        let counts = self.counts.get_or_insert_with(|| {
            let (sender, counts) = unbounded_channel();
            self.runtime.spawn(show(self.client.clone(), counts));
            sender
        });
        // Fails when the client did not want to see it.
        let _ = counts.send(files);
    }
}

async fn show(client: Client, mut counts: UnboundedReceiver<usize>) {
    let token = NumberOrString::String("konflux-ls.scan".to_owned());
    let create = WorkDoneProgressCreateParams {
        token: token.clone(),
    };
    let created = client.send_request::<WorkDoneProgressCreate>(create);
    if !matches!(tokio::time::timeout(PATIENCE, created).await, Ok(Ok(()))) {
        return;
    }
    let send = |progress: WorkDoneProgress| {
        let value = ProgressParamsValue::WorkDone(progress);
        client.send_notification::<ProgressNotification>(ProgressParams {
            token: token.clone(),
            value,
        })
    };
    send(WorkDoneProgress::Begin(WorkDoneProgressBegin {
        title: "Reading pipelines".to_owned(),
        ..WorkDoneProgressBegin::default()
    }))
    .await;
    while let Some(files) = counts.recv().await {
        let message = Some(format!("{files} YAML files"));
        send(WorkDoneProgress::Report(WorkDoneProgressReport {
            message,
            ..WorkDoneProgressReport::default()
        }))
        .await;
    }
    send(WorkDoneProgress::End(WorkDoneProgressEnd { message: None })).await;
}
