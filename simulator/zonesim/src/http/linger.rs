//! The end of a connection (CLI-45).
//!
//! A socket that is closed with unread input resets the connection, and a reset makes every Docker client fail,
//! even when it has all the output. So the writing side is closed first, and what the client still sends is read
//! and thrown away until it closes too.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};

/// How long a client may take to close its side, in real time.
const LINGER: Duration = Duration::from_secs(5);

/// Sends close_notify and FIN, then discards input until the client's end of file or [`LINGER`].
pub(crate) async fn close(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let farewell = async {
        if stream.shutdown().await.is_ok() {
            discard(stream).await;
        }
    };
    // Whoever is slower than this has had its chance.
    let _ = tokio::time::timeout(LINGER, farewell).await;
}

async fn discard(stream: &mut (impl AsyncRead + Unpin)) {
    let mut scratch = [0; 4096];
    poll_fn(|context| {
        loop {
            let mut buffer = ReadBuf::new(&mut scratch);
            let outcome = ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer));
            if outcome.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(());
            }
        }
    })
    .await;
}
