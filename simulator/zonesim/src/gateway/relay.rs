//! Moving bytes between a socket of the host and a container.

use super::ContainerStream;
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, copy_bidirectional};

/// Moves bytes both ways until both sides have ended; a reset of one side becomes one of the other.
pub(crate) async fn join<S>(host: &mut S, mut container: ContainerStream) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    copy_bidirectional(host, &mut container).await.map(drop)
}

/// Lets the end of a socket be a reset.
pub(crate) fn reset(socket: &impl AsFd) {
    // A socket that is gone already needs none.
    let _ = rustix::net::sockopt::set_socket_linger(socket, Some(Duration::ZERO));
}
