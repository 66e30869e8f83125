//! Files about the network: sockets, interfaces, routes.

use super::super::descriptor::Object;
use super::super::net::{Row, Socket, TcpRow, UnixAddress};
use super::super::vfs::Vfs;
use super::system::files;
use bytes::Bytes;
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};

files! {
    /// Files of `/proc/PID/net`.
    NetFile {
        Arp = "arp",
        Dev = "dev",
        Icmp = "icmp",
        Raw = "raw",
        Route = "route",
        Sockstat = "sockstat",
        Raw6 = "raw6",
        Tcp = "tcp",
        Tcp6 = "tcp6",
        Udp = "udp",
        Udp6 = "udp6",
        Unix = "unix",
    }
}

const TCP_HEADER: &str = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
const UDP_HEADER: &str = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";
const DEV_HEADER: &str = "\
Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
";
const ROUTE_HEADER: &str =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";
const ARP_HEADER: &str =
    "IP address       HW type     Flags       HW address            Mask     Device\n";
const UNIX_HEADER: &str = "Num       RefCount Protocol Flags    Type St Inode Path\n";

/// Widths that the kernel fills its lines up to.
const TCP_WIDTH: usize = 149;
const LINE_WIDTH: usize = 127;

/// A route leads somewhere; it leads there by a gateway.
const ROUTE_UP: u32 = 1;
const ROUTE_GATEWAY: u32 = 2;
/// A unix socket listens.
const LISTENS: u32 = 0x10000;
/// A message socket that is connected, and one that is not.
const CONNECTED: u8 = 1;
const UNCONNECTED: u8 = 7;

/// An address as the kernel prints it: the bytes of the number in memory order.
fn hex_address(address: Ipv4Addr) -> String {
    format!("{:08X}", u32::from_le_bytes(address.octets()))
}

fn hex(address: SocketAddrV4) -> String {
    format!("{}:{:04X}", hex_address(*address.ip()), address.port())
}

fn tcp_line(number: usize, row: &TcpRow, uid: u32, ino: u64) -> String {
    let (local, remote) = (hex(row.local), hex(row.remote));
    let state = row.state as u8;
    let unread = row.unread_bytes;
    let line = format!(
        "{number:4}: {local} {remote} {state:02X} 00000000:{unread:08X} 00:00000000 00000000 {uid:5} {:8} {ino} 1 0000000000000000 100 0 0 10 0",
        0
    );
    format!("{line:<TCP_WIDTH$}\n")
}

impl Vfs<'_> {
    /// Every socket of the container, those in the queue of an open one included.
    fn sockets(&self) -> impl Iterator<Item = &Socket> {
        self.state
            .files
            .iter()
            .filter_map(|file| match &file.object {
                Object::Socket(socket) => Some(&**socket),
                _ => None,
            })
    }

    pub(super) fn net_text(&self, file: NetFile) -> Bytes {
        match file {
            NetFile::Arp => ARP_HEADER.into(),
            NetFile::Dev => self.dev_text().into(),
            NetFile::Icmp => self.message_text(true).into(),
            NetFile::Raw => format!("{UDP_HEADER:<LINE_WIDTH$}\n").into(),
            // There is no IPv6 here: its tables are empty.
            NetFile::Tcp6 => format!("{TCP_HEADER:<TCP_WIDTH$}\n").into(),
            NetFile::Raw6 | NetFile::Udp6 => format!("{UDP_HEADER:<LINE_WIDTH$}\n").into(),
            NetFile::Route => self.route_text().into(),
            NetFile::Sockstat => self.sockstat_text().into(),
            NetFile::Tcp => self.tcp_text().into(),
            NetFile::Udp => self.message_text(false).into(),
            NetFile::Unix => self.unix_text().into(),
        }
    }

    fn tcp_text(&self) -> String {
        let mut text = format!("{TCP_HEADER:<TCP_WIDTH$}\n");
        let mut number = 0;
        for socket in self.sockets() {
            let Row::Tcp(rows) = socket.row() else {
                continue;
            };
            for (place, row) in rows.iter().enumerate() {
                // What waits to be accepted has no inode yet.
                let ino = if place == 0 { socket.ino } else { 0 };
                text.push_str(&tcp_line(number, row, socket.uid, ino));
                number += 1;
            }
        }
        text
    }

    fn message_text(&self, wanted_echo: bool) -> String {
        let mut text = format!("{UDP_HEADER:<LINE_WIDTH$}\n");
        let rows = self.sockets().filter_map(|socket| match socket.row() {
            Row::Datagrams {
                echo,
                local,
                remote,
                unread_bytes,
            } if echo == wanted_echo => Some((socket, local, remote, unread_bytes)),
            _ => None,
        });
        for (number, (socket, local, remote, unread)) in rows.enumerate() {
            let state = match remote {
                Some(_) => CONNECTED,
                None => UNCONNECTED,
            };
            let remote = remote.unwrap_or(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));
            let (local, remote) = (hex(local), hex(remote));
            let (uid, ino) = (socket.uid, socket.ino);
            let line = format!(
                "{number:5}: {local} {remote} {state:02X} 00000000:{unread:08X} 00:00000000 00000000 {uid:5} {:8} {ino} 2 0000000000000000 0",
                0
            );
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{line:<LINE_WIDTH$}");
        }
        text
    }

    fn unix_text(&self) -> String {
        let mut text = UNIX_HEADER.to_owned();
        for socket in self.sockets() {
            let Row::Unix {
                stream,
                listens,
                connected,
                name,
            } = socket.row()
            else {
                continue;
            };
            let kind = if stream { 1 } else { 2 };
            let flags = if listens { LISTENS } else { 0 };
            let state = if connected { 3 } else { 1 };
            let name = match name {
                UnixAddress::Unnamed => String::new(),
                UnixAddress::Path(path) => format!(" {}", String::from_utf8_lossy(&path)),
                UnixAddress::Abstract(name) => format!(" @{}", String::from_utf8_lossy(&name)),
            };
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "0000000000000000: 00000002 00000000 {flags:08X} {kind:04X} {state:02X} {:5}{name}",
                socket.ino
            );
        }
        text
    }

    fn dev_text(&self) -> String {
        let mut text = DEV_HEADER.to_owned();
        for own in self.kernel.stack.interface_stats() {
            let (received, sent) = (own.counts.received, own.counts.sent);
            // Writing to a String cannot fail.
            let _ = writeln!(
                text,
                "{:>6}: {:7} {:7} {:4} {:4} {:4} {:5} {:10} {:9} {:8} {:7} {:4} {:4} {:4} {:5} {:7} {:10}",
                own.name,
                received.bytes,
                received.packets,
                0,
                0,
                0,
                0,
                0,
                0,
                sent.bytes,
                sent.packets,
                0,
                0,
                0,
                0,
                0,
                0
            );
        }
        text
    }

    fn route_text(&self) -> String {
        let mut text = format!("{ROUTE_HEADER:<LINE_WIDTH$}\n");
        for route in self.kernel.stack.routes() {
            let flags = match route.gateway {
                Some(_) => ROUTE_UP | ROUTE_GATEWAY,
                None => ROUTE_UP,
            };
            let gateway = route.gateway.unwrap_or(Ipv4Addr::UNSPECIFIED);
            let line = format!(
                "{}\t{}\t{}\t{flags:04X}\t0\t0\t0\t{}\t0\t0\t0",
                route.interface,
                hex_address(route.destination),
                hex_address(gateway),
                hex_address(route.mask())
            );
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{line:<LINE_WIDTH$}");
        }
        text
    }

    fn sockstat_text(&self) -> String {
        let (mut all, mut tcp, mut udp) = (0, 0, 0);
        for socket in self.sockets() {
            all += 1;
            match socket.row() {
                Row::Tcp(_) => tcp += 1,
                Row::Datagrams { echo: false, .. } => udp += 1,
                Row::Datagrams { .. } | Row::Unix { .. } => {}
            }
        }
        format!(
            "sockets: used {all}\nTCP: inuse {tcp} orphan 0 tw 0 alloc {tcp} mem 0\nUDP: inuse {udp} mem 0\nUDPLITE: inuse 0\nRAW: inuse 0\nFRAG: inuse 0 memory 0\n"
        )
    }
}
