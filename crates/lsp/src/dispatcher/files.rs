//! The files of a workspace, as a client sends them.
//!
//! A scan asks once which files there are, then for their texts in batches, one batch at a time:
//! so there is never more than a batch of texts on the way, however large the workspace. Limits
//! keep a mistaken folder from filling the memory; what they leave out is reported.

use std::collections::VecDeque;
use std::sync::Arc;

use konflux_analysis::Workspace;
use lsp_types::notification::{Progress, ShowMessage};
use lsp_types::request::WorkDoneProgressCreate;
use lsp_types::{
    MessageType, NumberOrString, ProgressParams, ProgressParamsValue, ShowMessageParams, Url,
    WorkDoneProgress, WorkDoneProgressBegin, WorkDoneProgressCreateParams, WorkDoneProgressEnd,
    WorkDoneProgressReport,
};
use serde_json::Value;

use super::Dispatcher;
use crate::jsonrpc::Id;
use crate::requests::{
    ListFiles, ListFilesParams, ListFilesResult, ReadFiles, ReadFilesParams, ReadFilesResult,
};
use crate::session::File;
use crate::uri;

/// YAML files looked at in one scan.
const MAX_FILES: usize = 20_000;
/// Bytes that matter, read in one scan.
const MAX_TOTAL_BYTES: usize = 128 << 20;
/// A file with more bytes is named and left alone, as by the native server.
const MAX_FILE_BYTES: usize = 32 << 20;
/// How many texts are asked for at a time.
const BATCH: usize = 64;
/// Reading more files than this takes noticeable time: then its progress is shown.
const NOTICEABLE: usize = 200;
/// The name of the progress of a scan.
const TOKEN: &str = "konflux-ls.scan";

/// What was asked of the client.
pub(super) enum Asked {
    /// Which files there are, for the scan under way.
    List,
    /// The texts of some of them.
    Batch(Vec<Arc<str>>),
    /// The texts of files that changed.
    Changed(Vec<Arc<str>>),
    /// To show the progress of the scan under way.
    Progress,
}

/// A scan under way.
#[derive(Default)]
pub(super) struct Scan {
    /// Files whose text was not asked for yet.
    to_read: VecDeque<Arc<str>>,
    /// An answer of the client is awaited.
    asking: bool,
    /// How many files there are in all.
    files: usize,
    /// Bytes that matter, read so far.
    bytes: usize,
    /// The client shows the progress.
    shown: bool,
}

impl Dispatcher {
    /// One scan at a time; without a client that serves files, there are none.
    pub(super) fn start_scan(&mut self, folders: Vec<Arc<str>>) {
        if !self.session.client().serves_files {
            return self.session.scanned();
        }
        if self.scan.is_some() {
            return self.scans_to_come.push_back(folders);
        }
        self.scan = Some(Scan {
            asking: true,
            ..Scan::default()
        });
        let folders = folders.iter().filter_map(|folder| uri::to_uri(folder));
        let params = ListFilesParams {
            folders: folders.collect(),
            limit: MAX_FILES,
        };
        let id = self.demand::<ListFiles>(&params);
        self.asked.insert(id, Asked::List);
    }

    /// Files may have changed, or vanished.
    pub(super) fn read_files(&mut self, paths: &[Arc<str>]) {
        if self.session.client().serves_files {
            for batch in paths.chunks(BATCH) {
                self.ask_for(batch.to_vec(), Asked::Changed);
            }
        }
    }

    fn ask_for(&mut self, paths: Vec<Arc<str>>, asked: fn(Vec<Arc<str>>) -> Asked) {
        let named = |path: &Arc<str>| Some((uri::to_uri(path)?, path.clone()));
        let (files, paths): (Vec<Url>, Vec<_>) = paths.iter().filter_map(named).unzip();
        let id = self.demand::<ReadFiles>(&ReadFilesParams { files });
        self.asked.insert(id, asked(paths));
    }

    /// The client has answered. A refusal counts as an answer without files.
    pub(super) fn answered(&mut self, id: &Id, result: Option<Value>) {
        let Id::Number(number) = id else { return };
        match self.asked.remove(number) {
            Some(Asked::List) => self.listed(result),
            Some(Asked::Batch(paths)) => {
                let texts = self.texts(paths, result);
                // What does not matter need not be known to be absent.
                self.arrived
                    .extend(texts.into_iter().filter(|file| file.text.is_some()));
                self.advance_scan(true);
            }
            Some(Asked::Changed(paths)) => {
                let texts = self.texts(paths, result);
                self.arrived.extend(texts);
            }
            Some(Asked::Progress) => self.show_progress(result.is_some()),
            // Nothing depends on what is answered to the rest.
            None => {}
        }
    }

    fn listed(&mut self, result: Option<Value>) {
        let listed = result.map(serde_json::from_value::<ListFilesResult>);
        match listed {
            Some(Ok(mut listed)) => {
                let more = listed.more || listed.files.len() > MAX_FILES;
                listed.files.truncate(MAX_FILES);
                if more {
                    self.report_limit(listed.files.len(), 0);
                }
                if let Some(scan) = &mut self.scan {
                    scan.files = listed.files.len();
                    scan.to_read.extend(listed.files.iter().map(uri::to_path));
                }
                if listed.files.len() > NOTICEABLE && self.session.client().progress {
                    let token = NumberOrString::String(TOKEN.to_owned());
                    let params = WorkDoneProgressCreateParams { token };
                    let id = self.demand::<WorkDoneProgressCreate>(&params);
                    self.asked.insert(id, Asked::Progress);
                }
            }
            _ => self.log(
                MessageType::WARNING,
                "The client does not say which files there are: references to other files are not checked.".to_owned(),
            ),
        }
        self.advance_scan(true);
    }

    /// Asks for the next texts while the last ones are being loaded, and ends a scan when all are.
    pub(super) fn advance_scan(&mut self, answered: bool) {
        let Some(scan) = &mut self.scan else { return };
        scan.asking &= !answered;
        if scan.bytes >= MAX_TOTAL_BYTES && !scan.to_read.is_empty() {
            let bytes = scan.bytes;
            scan.to_read.clear();
            self.report_limit(0, bytes);
            return self.advance_scan(false);
        }
        if scan.asking || self.arrived.len() >= BATCH {
            return;
        }
        if !scan.to_read.is_empty() {
            scan.asking = true;
            let (next, left) = (scan.to_read.len().min(BATCH), scan.to_read.len());
            let batch = scan.to_read.drain(..next).collect();
            self.report_progress(left);
            return self.ask_for(batch, Asked::Batch);
        }
        if self.arrived.is_empty() {
            if scan.shown {
                self.progress(WorkDoneProgress::End(WorkDoneProgressEnd { message: None }));
            }
            self.scan = None;
            self.session.scanned();
            if let Some(folders) = self.scans_to_come.pop_front() {
                self.start_scan(folders);
            }
        }
    }

    /// The texts that matter among those that the client has sent.
    fn texts(&mut self, paths: Vec<Arc<str>>, result: Option<Value>) -> Vec<File> {
        let texts = result.map(serde_json::from_value::<ReadFilesResult>);
        let Some(Ok(ReadFilesResult { texts })) = texts else {
            let message = format!("The client does not read files: {}", paths.join(", "));
            self.log(MessageType::WARNING, message);
            return Vec::new();
        };
        let pairs = paths.into_iter().zip(texts);
        pairs.map(|(path, text)| self.wanted(path, text)).collect()
    }

    fn wanted(&mut self, path: Arc<str>, text: Option<String>) -> File {
        let too_large = text
            .as_ref()
            .is_some_and(|text| text.len() > MAX_FILE_BYTES);
        if too_large {
            let limit = MAX_FILE_BYTES >> 20;
            self.log(
                MessageType::WARNING,
                format!("{path} was left out: it is larger than the limit of {limit} MiB"),
            );
        }
        let shunned = self.shunned.contains(&path);
        let text =
            text.filter(|text| !too_large && !shunned && Workspace::wants(&path, text.as_bytes()));
        if let (Some(scan), Some(text)) = (&mut self.scan, &text) {
            scan.bytes += text.len();
        }
        File { path, text }
    }

    pub(super) fn load(&mut self, file: File) {
        let effects = self.session.load(vec![file]);
        self.carry_out(effects);
        self.advance_scan(false);
    }

    /// The client has agreed to show progress, or has not; the scan may be over by now.
    fn show_progress(&mut self, agreed: bool) {
        if let Some(scan) = self.scan.as_mut().filter(|_| agreed) {
            scan.shown = true;
            self.progress(WorkDoneProgress::Begin(WorkDoneProgressBegin {
                title: "Reading pipelines".to_owned(),
                ..WorkDoneProgressBegin::default()
            }));
        }
    }

    fn report_progress(&mut self, left: usize) {
        let Some(scan) = self.scan.as_ref().filter(|scan| scan.shown) else {
            return;
        };
        let (read, files) = (scan.files.saturating_sub(left), scan.files);
        self.progress(WorkDoneProgress::Report(WorkDoneProgressReport {
            message: Some(format!("{read} of {files} YAML files")),
            ..WorkDoneProgressReport::default()
        }));
    }

    fn progress(&mut self, progress: WorkDoneProgress) {
        self.say::<Progress>(&ProgressParams {
            token: NumberOrString::String(TOKEN.to_owned()),
            value: ProgressParamsValue::WorkDone(progress),
        });
    }

    fn report_limit(&mut self, files: usize, bytes: usize) {
        let seen = match bytes {
            0 => format!("{files} YAML files"),
            _ => format!("{} MiB", bytes >> 20),
        };
        let message = format!(
            "konflux-ls stopped reading the workspace after {seen}: references to the rest are not checked."
        );
        self.log(MessageType::WARNING, message.clone());
        let typ = MessageType::WARNING;
        self.say::<ShowMessage>(&ShowMessageParams { typ, message });
    }
}
