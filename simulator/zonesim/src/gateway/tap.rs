//! What comes from the host into containers, which the zone's journal hears of.

use crate::driver::Driver;
use bytes::Bytes;
use journal::{Ends, External};

/// One connection, or one exchange of messages, as the journal knows it.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    driver: Driver,
    connection: u64,
}

impl Tap {
    /// Of a connection that is there from now on.
    pub(super) fn new(driver: &Driver, ends: Ends) -> Self {
        let connection = driver.journal().map_or(0, |journal| journal.number());
        driver.note(|| External::Connection { connection, ends });
        Self {
            driver: driver.clone(),
            connection,
        }
    }

    /// The container gets bytes of a stream.
    pub(super) fn bytes(&self, bytes: &[u8]) {
        self.driver.note(|| External::ConnectionBytes {
            connection: self.connection,
            bytes: Bytes::copy_from_slice(bytes),
        });
    }

    /// The container gets a message.
    pub(super) fn message(&self, bytes: &Bytes) {
        self.driver.note(|| External::Message {
            connection: self.connection,
            bytes: bytes.clone(),
        });
    }

    /// The host sends no more.
    pub(super) fn end(&self, reset: bool) {
        self.driver.note(|| External::ConnectionEnd {
            connection: self.connection,
            reset,
        });
    }
}
