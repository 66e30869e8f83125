//! Hosts and ports in arguments, and connections to them.

use super::context::{Context, Fail, text};
use super::io::Reader;
use super::numbers;
use super::resolve;
use crate::kernel::{Errno, Fd, OpenFlags, SocketAddress, SocketKind, Sys};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// `bad address 'HOST'`.
pub(super) fn bad_address(host: &[u8]) -> Fail {
    Fail::new(text!("bad address '", host, "'"))
}

/// `bad port 'PORT'`.
pub(super) fn bad_port(port: &[u8]) -> Fail {
    Fail::new(text!("bad port '", port, "'"))
}

/// A port by its number, else by its name in `/etc/services`.
pub(super) async fn port(sys: &Sys, text: &[u8], protocol: &str) -> Result<u16, Fail> {
    let number = numbers::decimal(text).and_then(|number| u16::try_from(number).ok());
    if let Some(port) = number {
        return Ok(port);
    }
    let named = service(sys, text, protocol).await;
    named.ok_or_else(|| bad_port(text))
}

async fn service(sys: &Sys, name: &[u8], protocol: &str) -> Option<u16> {
    let fd = sys.open(b"/etc/services", OpenFlags::READ, 0).await.ok()?;
    let mut reader = Reader::owned(sys, fd);
    let mut line = Vec::new();
    while reader.read_line(&mut line).await.ok()?.is_some() {
        let text = String::from_utf8_lossy(&line);
        let text = text.split('#').next().unwrap_or_default();
        let mut words = text.split_whitespace();
        let (Some(own), Some(place)) = (words.next(), words.next()) else {
            continue;
        };
        let named = own.as_bytes() == name || words.any(|alias| alias.as_bytes() == name);
        if let (true, Some((port, of))) = (named, place.split_once('/'))
            && of == protocol
        {
            return port.parse().ok();
        }
    }
    None
}

/// Splits `HOST:PORT`; the port is `default` when none is given.
pub(super) fn split(host: &[u8], default: u16) -> Result<(&[u8], u16), Fail> {
    let mut colons = (0..host.len()).filter(|at| host[*at] == b':');
    let (Some(at), None) = (colons.next(), colons.next()) else {
        return Ok((host, default));
    };
    let port = &host[at + 1..];
    let number = numbers::decimal(port).and_then(|number| u16::try_from(number).ok());
    Ok((&host[..at], number.ok_or_else(|| bad_port(port))?))
}

/// The address that `HOST` or `HOST:PORT` means.
pub(super) async fn address(sys: &Sys, host: &[u8], default: u16) -> Result<SocketAddrV4, Fail> {
    let (name, port) = split(host, default)?;
    let addresses = resolve::addresses(sys, name).await;
    let first = addresses.first().ok_or_else(|| bad_address(host))?;
    Ok(SocketAddrV4::new(*first, port))
}

/// An address of the container's own, written in numbers.
pub(super) fn own_address(host: Option<&[u8]>, port: u16) -> Result<SocketAddrV4, Fail> {
    let Some(host) = host.filter(|host| !host.is_empty()) else {
        return Ok(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port));
    };
    let (name, port) = split(host, port)?;
    let address = resolve::numeric(name).ok_or_else(|| bad_address(host))?;
    Ok(SocketAddrV4::new(address, port))
}

/// `can't connect to remote host (ADDRESS): REASON`.
pub(super) fn cannot_connect(to: SocketAddrV4, error: Errno) -> Fail {
    let ip = to.ip();
    Fail::new(format!("can't connect to remote host ({ip}): {error}"))
}

impl Context<'_> {
    /// A stream to an address.
    pub(super) async fn connect(
        &self,
        to: SocketAddrV4,
        limit: Option<Duration>,
    ) -> Result<Fd, Fail> {
        let fd = self.new_socket(SocketKind::Tcp)?;
        let address = SocketAddress::Inet(to);
        match self.sys.connect(fd, &address, limit).await {
            Ok(()) => Ok(fd),
            Err(error) => {
                let _ = self.sys.close(fd);
                Err(cannot_connect(to, error))
            }
        }
    }

    /// A socket that shares its port.
    pub(super) fn new_socket(&self, kind: SocketKind) -> Result<Fd, Fail> {
        let failed = |error: Errno| Fail::new(text!("socket: ", error.message()));
        let fd = self.sys.socket(kind).map_err(failed)?;
        self.sys.share_port(fd, true).map_err(failed)?;
        Ok(fd)
    }

    /// A socket with an address of the container's.
    pub(super) fn bound(&self, kind: SocketKind, own: SocketAddrV4) -> Result<Fd, Fail> {
        let fd = self.new_socket(kind)?;
        let bound = self.sys.bind(fd, &SocketAddress::Inet(own));
        bound.map_err(|error| Fail::new(text!("bind: ", error.message())))?;
        Ok(fd)
    }
}
