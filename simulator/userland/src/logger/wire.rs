//! The socket to a receiver.

use super::gelf;
use super::record::{Format, Record};
use crate::applets::resolve;
use crate::kernel::{Errno, Fd, SocketAddress, SocketKind, Sys};
use runtime::{LogDriver, LogForm};
use std::net::SocketAddrV4;
use thiserror::Error;

/// Bytes of what a receiver says that are read at once.
const ANSWER_BYTES: usize = 4096;
/// Fuel of packing a byte.
const PACKING_FUEL: u64 = 30;

/// Why records cannot be sent any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum Trouble {
    /// The receiver's name means nothing.
    #[error("bad address")]
    UnknownHost,
    /// The receiver has ended the connection.
    #[error("connection closed")]
    Closed,
    /// The container has ended, and not all that it wrote was taken.
    #[error("not all was taken in time")]
    Unsent,
    /// The container's network, or the connection.
    #[error("{0}")]
    Network(#[from] Errno),
}

/// A socket that is connected to the receiver.
#[derive(Debug)]
pub(super) struct Wire<'a> {
    sys: &'a Sys,
    fd: Fd,
    kind: SocketKind,
}

fn kind(form: &LogForm) -> SocketKind {
    match form {
        LogForm::Syslog { tcp: true, .. } | LogForm::Fluentd { .. } => SocketKind::Tcp,
        LogForm::Syslog { tcp: false, .. } | LogForm::Gelf { .. } => SocketKind::Udp,
    }
}

impl<'a> Wire<'a> {
    /// Looks the receiver up as the container does, and connects to it.
    pub(super) async fn open(sys: &'a Sys, driver: &LogDriver) -> Result<Self, Trouble> {
        let addresses = resolve::addresses(sys, driver.host.as_bytes()).await;
        let kind = kind(&driver.form);
        let mut trouble = Trouble::UnknownHost;
        for address in addresses {
            let address = SocketAddress::from(SocketAddrV4::new(address, driver.port));
            let fd = sys.socket(kind)?;
            match sys.connect(fd, &address, None).await {
                Ok(()) => return Ok(Self { sys, fd, kind }),
                Err(error) => trouble = error.into(),
            }
            sys.close(fd)?;
        }
        Err(trouble)
    }

    /// A stream that the receiver ends is noticed at once.
    pub(super) fn watched(&self) -> Option<Fd> {
        (self.kind == SocketKind::Tcp).then_some(self.fd)
    }

    /// Reads what the receiver says, which means nothing.
    pub(super) async fn read_on(&self) -> Result<(), Trouble> {
        let mut answer = [0; ANSWER_BYTES];
        match self.sys.read(self.fd, &mut answer).await? {
            0 => Err(Trouble::Closed),
            _ => Ok(()),
        }
    }

    /// Sends a record.
    pub(super) async fn send(&self, format: &Format, record: &Record<'_>) -> Result<(), Trouble> {
        let bytes = format.bytes(record);
        if self.kind == SocketKind::Tcp {
            return Ok(self.sys.write_all(self.fd, &bytes).await?);
        }
        if !format.is_chunked() {
            self.send_datagram(&bytes).await;
            return Ok(());
        }
        self.sys.burn(bytes.len() as u64 * PACKING_FUEL).await;
        for datagram in gelf::datagrams(&bytes, self.message_id()) {
            self.send_datagram(&datagram).await;
        }
        Ok(())
    }

    /// An error may be that of the datagram before, and then this one was not sent; nobody hears of one that is lost.
    async fn send_datagram(&self, bytes: &[u8]) {
        if self.sys.write(self.fd, bytes).await.is_err() {
            let _ = self.sys.write(self.fd, bytes).await;
        }
    }

    /// Different from one message to the next.
    fn message_id(&self) -> [u8; 8] {
        let mut id = [0; 8];
        for (byte, random) in id.iter_mut().zip(self.sys.random_uuid().bytes()) {
            *byte = random;
        }
        id
    }

    /// Ends the connection; what was sent still arrives.
    pub(super) async fn close(self) -> Result<(), Trouble> {
        Ok(self.sys.close(self.fd)?)
    }
}
