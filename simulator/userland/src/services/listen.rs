//! The sockets that a server listens at.

use crate::kernel::{Errno, Fd, SocketAddress, SocketKind, Sys};
use std::net::SocketAddrV4;

/// A socket that listens at an address; accepting from it never waits, so that several processes can share it.
pub(super) fn listen(sys: &Sys, at: SocketAddrV4, backlog: i32) -> Result<Fd, Errno> {
    let fd = sys.socket(SocketKind::Tcp)?;
    let listening = sys
        .share_port(fd, true)
        .and_then(|()| sys.bind(fd, &SocketAddress::Inet(at)))
        .and_then(|()| sys.listen(fd, backlog))
        .and_then(|()| sys.set_nonblocking(fd, true))
        .and_then(|()| sys.set_cloexec(fd, true));
    match listening {
        Ok(()) => Ok(fd),
        Err(error) => {
            let _ = sys.close(fd);
            Err(error)
        }
    }
}
