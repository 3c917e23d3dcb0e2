//! Standard input, one whole message at a time.
//!
//! tower-lsp stops reading for good at the first message that it cannot understand, and an editor
//! would be left with a server that is alive and deaf. So messages are looked at here, and one
//! that is none is replaced by a request that [`Front`](super::front::Front) refuses.
//!
//! The end of input starts the clock (see [`Life`]): tower-lsp would finish whatever is under way,
//! however long that takes, but a client that has closed its end is gone.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use konflux_lsp::{ErrorCode, jsonrpc};
use tokio::io::{AsyncRead, ReadBuf};

use super::front::Life;

/// Stands for a message that is not JSON.
pub(super) const UNREADABLE: &str = "konflux-ls/unreadable";
/// Stands for a message that is JSON, but neither a request nor an answer.
pub(super) const INVALID: &str = "konflux-ls/invalid";

const CHUNK: usize = 64 << 10;
/// More than any header needs: what is longer is not one.
const MAX_HEADER: usize = 16 << 10;

pub(super) struct Input<R> {
    inner: R,
    life: Life,
    chunk: Box<[u8]>,
    /// Read, but not yet a whole message.
    partial: Vec<u8>,
    /// Whole messages, and how much of them tower-lsp has taken.
    whole: Vec<u8>,
    taken: usize,
}

impl<R> Input<R> {
    pub(super) fn new(inner: R, life: Life) -> Input<R> {
        let chunk = vec![0; CHUNK].into();
        Input {
            inner,
            life,
            chunk,
            partial: Vec::new(),
            whole: Vec::new(),
            taken: 0,
        }
    }

    /// Hands over what is whole.
    fn give(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        let rest = &self.whole[self.taken..];
        if rest.is_empty() {
            return false;
        }
        let count = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..count]);
        self.taken += count;
        if self.taken == self.whole.len() {
            self.whole.clear();
            self.whole.shrink_to(CHUNK);
            self.taken = 0;
        }
        true
    }

    fn complete(&mut self) {
        let mut done = 0;
        while let Some(frame) = Frame::at(&self.partial[done..]) {
            let bytes = &self.partial[done..];
            match frame {
                Frame::Message { body, end } => match judge(&bytes[body..end]) {
                    None => self.whole.extend_from_slice(&bytes[..end]),
                    Some(stand_in) => self.whole.extend(refused(stand_in)),
                },
                Frame::Garbage { .. } => self.whole.extend(refused(UNREADABLE)),
            }
            done += frame.end();
        }
        self.partial.drain(..done);
        if self.partial.is_empty() {
            self.partial.shrink_to(CHUNK);
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let input = &mut *self;
        while !input.give(buffer) {
            let mut chunk = ReadBuf::new(&mut input.chunk);
            match Pin::new(&mut input.inner).poll_read(context, &mut chunk) {
                Poll::Ready(Ok(())) if !chunk.filled().is_empty() => {}
                Poll::Ready(result) => {
                    input.life.end();
                    return Poll::Ready(result);
                }
                Poll::Pending => return Poll::Pending,
            }
            input.partial.extend_from_slice(chunk.filled());
            input.complete();
        }
        Poll::Ready(Ok(()))
    }
}

enum Frame {
    Message { body: usize, end: usize },
    Garbage { end: usize },
}

impl Frame {
    /// The first frame of some bytes; `None` until all of it is there.
    fn at(bytes: &[u8]) -> Option<Frame> {
        let head = &bytes[..bytes.len().min(MAX_HEADER)];
        let Some(body) = head
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .map(|at| at + 4)
        else {
            return (head.len() == MAX_HEADER).then_some(Frame::Garbage { end: MAX_HEADER });
        };
        let Some(length) = content_length(&head[..body]) else {
            return Some(Frame::Garbage { end: body });
        };
        let end = body.checked_add(length)?;
        (bytes.len() >= end).then_some(Frame::Message { body, end })
    }

    fn end(&self) -> usize {
        match self {
            Frame::Message { end, .. } | Frame::Garbage { end } => *end,
        }
    }
}

fn content_length(header: &[u8]) -> Option<usize> {
    let header = str::from_utf8(header).ok()?;
    let mut fields = header.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = fields.find(|(name, _)| name.trim().eq_ignore_ascii_case("content-length"))?;
    value.trim().parse().ok()
}

/// What stands in for a message that tower-lsp would choke on; `None` for a good one.
fn judge(body: &[u8]) -> Option<&'static str> {
    match jsonrpc::judge(body) {
        Ok(()) => None,
        Err(error) if error.code == ErrorCode::ParseError => Some(UNREADABLE),
        Err(_) => Some(INVALID),
    }
}

fn refused(stand_in: &str) -> Vec<u8> {
    let body = format!(r#"{{"jsonrpc":"2.0","id":null,"method":"{stand_in}"}}"#);
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What tower-lsp gets to read when the bytes come in pieces of some size.
    fn through(bytes: &[u8], piece: usize) -> String {
        let mut input = Input::new(tokio::io::empty(), Life::new());
        let mut read = Vec::new();
        for piece in bytes.chunks(piece) {
            input.partial.extend_from_slice(piece);
            input.complete();
            let mut space = vec![0; 1 << 16];
            let mut buffer = ReadBuf::new(&mut space);
            input.give(&mut buffer);
            read.extend_from_slice(buffer.filled());
        }
        String::from_utf8(read).unwrap()
    }

    fn frame(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    const GOOD: &[&str] = &[
        r#"{"jsonrpc":"2.0","method":"initialized","params":{}}"#,
        r#"{"id":7,"jsonrpc":"2.0","method":"a","params":[{"x":"\u00e4 ü 😀"}]}"#,
        r#"{"jsonrpc":"2.0","id":"x","result":null}"#,
        r#"{"jsonrpc":"2.0","id":1,"error":{"code":-1,"message":"no","data":{}}}"#,
    ];

    #[test]
    fn good_messages_pass_unchanged_however_they_are_cut() {
        let all: String = GOOD.iter().map(|body| frame(body)).collect();
        for piece in [1, 7, 100, 10_000] {
            assert_eq!(through(all.as_bytes(), piece), all);
        }
    }

    #[test]
    fn bad_messages_are_replaced_and_the_next_one_is_read() {
        let good = frame(GOOD[0]);
        let (unreadable, invalid) = (refused(UNREADABLE), refused(INVALID));
        let cases = [
            (frame("not json!"), &unreadable),
            (frame(""), &unreadable),
            ("Content-Length: many\r\n\r\n".to_owned(), &unreadable),
            ("Content-Type: x\r\n\r\n".to_owned(), &unreadable),
            ("x".repeat(MAX_HEADER), &unreadable),
            (frame("[]"), &invalid),
            (frame("7"), &invalid),
            (frame(r#"{"jsonrpc":"1.0","method":"a"}"#), &invalid),
            (frame(r#"{"jsonrpc":"2.0","id":1}"#), &invalid),
            (
                frame(r#"{"jsonrpc":"2.0","id":1.5,"method":"a"}"#),
                &invalid,
            ),
        ];
        for (bad, stand_in) in cases {
            let expected = format!("{}{good}", str::from_utf8(stand_in).unwrap());
            assert_eq!(
                through(format!("{bad}{good}").as_bytes(), 50),
                expected,
                "{bad:.40}"
            );
        }
    }
}
