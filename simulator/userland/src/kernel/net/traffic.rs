//! What goes through the interfaces of a container, counted.

use super::routes::Link;

/// Bytes of a segment's headers.
const HEADER_BYTES: u64 = 52;
/// Bytes that one segment carries at most.
const SEGMENT_BYTES: u64 = 1448;

/// One direction of an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Bytes, headers included.
    pub bytes: u64,
    /// Packets.
    pub packets: u64,
}

impl Count {
    fn add(&mut self, payload_bytes: usize) {
        let payload = payload_bytes as u64;
        let packets = payload.div_ceil(SEGMENT_BYTES).max(1);
        self.packets += packets;
        self.bytes += payload + packets * HEADER_BYTES;
    }
}

/// Both directions of an interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// What came in.
    pub received: Count,
    /// What went out.
    pub sent: Count,
}

/// The counts of every interface that something went through; loopback first.
#[derive(Debug, Default)]
pub(super) struct Traffic(Vec<Counts>);

fn place(link: Link) -> usize {
    match link {
        Link::Loopback => 0,
        Link::Interface(place) => place + 1,
    }
}

impl Traffic {
    fn at(&mut self, link: Link) -> &mut Counts {
        let place = place(link);
        if self.0.len() <= place {
            self.0.resize(place + 1, Counts::default());
        }
        &mut self.0[place]
    }

    pub(super) fn sent(&mut self, link: Link, payload_bytes: usize) {
        self.at(link).sent.add(payload_bytes);
    }

    pub(super) fn received(&mut self, link: Link, payload_bytes: usize) {
        self.at(link).received.add(payload_bytes);
    }

    pub(super) fn counts(&self, link: Link) -> Counts {
        self.0.get(place(link)).copied().unwrap_or_default()
    }
}
