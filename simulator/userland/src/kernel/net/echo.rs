//! Sockets for ICMP echo.

use super::mailbox::{Datagram, Mailbox, Notice, NoticeKind};
use super::routes::Link;
use super::stack::{Stack, Target};
use super::udp::TTL;
use crate::kernel::Errno;
use bytes::{BufMut, BytesMut};
use runtime::net::Transport;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// The first byte of a question and of its answer.
const REQUEST: u8 = 8;
const REPLY: u8 = 0;
/// Bytes before the data: type, code, checksum, identifier, sequence number.
const HEADER_BYTES: usize = 8;
/// The longest message.
const MESSAGE_BYTES: usize = 65_507 + HEADER_BYTES;

/// An ICMP socket. A message is an echo request with its header; what is received are the answers to it.
#[derive(Debug)]
pub(super) struct Echo {
    stack: Arc<Stack>,
    pub(super) mailbox: Mailbox,
    ttl: AtomicU8,
}

impl Echo {
    pub(super) fn new(stack: Arc<Stack>) -> Self {
        Self {
            mailbox: Mailbox::new(stack.budget.clone(), usize::MAX),
            stack,
            ttl: AtomicU8::new(TTL),
        }
    }

    pub(super) fn set_ttl(&self, ttl: u8) {
        self.ttl.store(ttl, Ordering::Relaxed);
    }

    /// Sends an echo request. EINVAL: it is none.
    pub(super) fn send(&self, message: &[u8], to: Ipv4Addr) -> Result<usize, Errno> {
        if message.len() > MESSAGE_BYTES {
            return Err(Errno::EMSGSIZE);
        }
        if message.len() < HEADER_BYTES || message[0] != REQUEST || message[1] != 0 {
            return Err(Errno::EINVAL);
        }
        let to = match to.is_unspecified() {
            true => Ipv4Addr::LOCALHOST,
            false => to,
        };
        let exit = self.stack.exit(to)?;
        let way = self.stack.way(exit, exit.source, to, Transport::Echo);
        self.stack.count_sent(exit.link, message.len());
        let ttl = self.ttl.load(Ordering::Relaxed);
        let hops = u8::try_from(way.routers.len()).unwrap_or(u8::MAX);
        if ttl <= hops {
            if let Some(router) = way.routers.get(usize::from(ttl.max(1) - 1)) {
                self.mailbox.notify(Notice {
                    from: *router,
                    kind: NoticeKind::TimeExceeded,
                });
            }
            return Ok(message.len());
        }
        match way.target {
            Target::Stack(other, _) => {
                if exit.link != Link::Loopback {
                    let link = other.link_of(to);
                    other.count_received(link, message.len());
                    other.count_sent(link, message.len());
                }
                self.answer(exit.link, message, to, hops);
            }
            Target::Router => self.answer(exit.link, message, to, hops),
            Target::Resolver | Target::Outside(_) | Target::Nobody => {}
        }
        Ok(message.len())
    }

    fn answer(&self, link: Link, message: &[u8], from: Ipv4Addr, hops: u8) {
        let mut reply = BytesMut::with_capacity(message.len());
        reply.put_u8(REPLY);
        reply.extend_from_slice(&message[1..]);
        self.stack.count_received(link, message.len());
        // A full mailbox loses it.
        let _ = self.mailbox.push(Datagram {
            from: SocketAddrV4::new(from, 0).into(),
            bytes: reply.freeze(),
            ttl: TTL.saturating_sub(hops),
        });
    }
}
