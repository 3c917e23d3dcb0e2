//! Standard input that notices its end.
//!
//! tower-lsp finishes whatever is under way before it returns, however long that takes. A client
//! that has closed its end is gone, so the end of input starts the clock (see [`Life`]).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, ReadBuf};

use super::front::Life;

pub(super) struct Input<R> {
    inner: R,
    life: Life,
}

impl<R> Input<R> {
    pub(super) fn new(inner: R, life: Life) -> Input<R> {
        Input { inner, life }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Input<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(context, buffer);
        let at_end = buffer.filled().len() == before && buffer.remaining() > 0;
        if matches!(result, Poll::Ready(Ok(()))) && at_end || matches!(result, Poll::Ready(Err(_))) {
            self.life.end();
        }
        result
    }
}
