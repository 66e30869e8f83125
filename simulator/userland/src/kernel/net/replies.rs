//! Where answers to datagrams go: back through the firewall and the address translation that the question went through.

use runtime::InstanceId;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;

/// Conversations that are remembered; the oldest is forgotten first.
const CONVERSATIONS: usize = 16_384;

/// Who is spoken to, and as whom the asker is seen there.
type Key = (SocketAddrV4, SocketAddrV4);

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Asker {
    pub(super) instance: InstanceId,
    pub(super) address: SocketAddrV4,
}

/// The UDP conversations between containers.
#[derive(Debug, Default)]
pub(super) struct Replies {
    askers: BTreeMap<Key, Asker>,
    order: VecDeque<Key>,
}

impl Replies {
    /// Remembers a question to `asked` from somebody seen there as `seen_as`.
    pub(super) fn expect(&mut self, asked: SocketAddrV4, seen_as: SocketAddrV4, asker: Asker) {
        let key = (asked, seen_as);
        if self.askers.insert(key, asker).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > CONVERSATIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.askers.remove(&oldest);
        }
    }

    /// Who gets an answer from `asked` to `seen_as`.
    pub(super) fn asker(&self, asked: SocketAddrV4, seen_as: SocketAddrV4) -> Option<Asker> {
        self.askers.get(&(asked, seen_as)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    #[test]
    fn the_oldest_conversation_is_forgotten() {
        let at = |port| SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), port);
        let asker = Asker {
            instance: InstanceId(uuid::Uuid::from_u128(1)),
            address: at(1),
        };
        let mut replies = Replies::default();
        for port in 0..=u16::try_from(CONVERSATIONS).expect("it fits") {
            replies.expect(at(53), at(port), asker);
        }
        assert_eq!(replies.asker(at(53), at(0)), None);
        assert_eq!(replies.asker(at(53), at(1)), Some(asker));
    }
}
