//! Sockets: TCP, UDP and ICMP echo between containers and with the host, unix sockets inside a container.
//!
//! There are no packets. A connection is two buffers that both ends share, a datagram goes from hand to hand; what
//! the network decides (addresses, routes, firewalls) is asked of [`runtime::net::Fabric`] when a conversation
//! begins.
//!
//! *Lock order:* the kernel's state, a socket, then ports, queues and buffers, of any container; never the state of
//! another kernel.

mod address;
mod backlog;
mod budget;
mod duplex;
mod echo;
mod egress;
mod internet;
mod mailbox;
mod outside;
mod ports;
mod replies;
mod routes;
mod socket;
mod stack;
mod tcp;
mod traffic;
mod udp;
mod unix;
mod wakers;

pub use address::{SocketAddress, UnixAddress};
pub use duplex::Shutdown;
pub use egress::{Answers, Call, Egress, Messages};
pub use internet::{Internet, Listening};
pub use mailbox::{Notice, NoticeKind};
pub use outside::{OutsideError, OutsideStream};
pub use routes::Route;
pub use socket::{Received, SocketKind};
pub use stack::InterfaceStat;
pub use traffic::{Count, Counts};

pub(super) use socket::{Knock, Row, Socket};
pub(super) use stack::Stack;
pub(super) use tcp::{SYN_PAUSES, TcpRow};
pub(super) use unix::Name;
