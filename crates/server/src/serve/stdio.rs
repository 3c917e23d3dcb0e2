//! Standard input and output without threads of their own, where that can be.
//!
//! tokio reads and writes them on its blocking pool, and every change of thread costs a keystroke
//! more than most rules do. Editors hand over pipes or sockets, and on Unix the main thread waits
//! for those itself. A terminal or a file, and everything elsewhere, is left to tokio's threads.

use tokio::io::{AsyncRead, AsyncWrite};

pub(super) type Reader = Box<dyn AsyncRead + Unpin>;
pub(super) type Writer = Box<dyn AsyncWrite + Unpin>;

/// Must be called in a runtime that drives input and output.
pub(super) fn input() -> Reader {
    #[cfg(unix)]
    if let Some(input) = unix::input() {
        return input;
    }
    Box::new(tokio::io::stdin())
}

/// Must be called in a runtime that drives input and output.
pub(super) fn output() -> Writer {
    #[cfg(unix)]
    if let Some(output) = unix::output() {
        return output;
    }
    Box::new(tokio::io::stdout())
}

/// Each way in fails for what it is not meant for, without changing it.
#[cfg(unix)]
mod unix {
    use std::io;
    use std::os::fd::{AsFd, OwnedFd};

    use tokio::net::UnixStream;
    use tokio::net::unix::pipe;

    use super::{Reader, Writer};

    pub(super) fn input() -> Option<Reader> {
        let stdin = io::stdin();
        match pipe::Receiver::from_owned_fd(copy(&stdin)?) {
            Ok(pipe) => Some(Box::new(pipe)),
            Err(_) => Some(Box::new(socket(&stdin)?)),
        }
    }

    pub(super) fn output() -> Option<Writer> {
        let stdout = io::stdout();
        match pipe::Sender::from_owned_fd(copy(&stdout)?) {
            Ok(pipe) => Some(Box::new(pipe)),
            Err(_) => Some(Box::new(socket(&stdout)?)),
        }
    }

    fn copy(stream: &impl AsFd) -> Option<OwnedFd> {
        stream.as_fd().try_clone_to_owned().ok()
    }

    fn socket(stream: &impl AsFd) -> Option<UnixStream> {
        let socket = std::os::unix::net::UnixStream::from(copy(stream)?);
        // Only a Unix socket has such an address.
        socket.local_addr().ok()?;
        socket.set_nonblocking(true).ok()?;
        UnixStream::from_std(socket).ok()
    }
}
