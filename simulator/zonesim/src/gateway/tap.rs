//! What comes from the host into containers, which the zone's journal hears of.

use crate::driver::Driver;
use bytes::Bytes;
use journal::{Ends, External};
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

/// One connection, or one exchange of messages, as the journal knows it.
#[derive(Clone, Debug)]
pub(crate) struct Tap {
    driver: Driver,
    connection: u64,
}

impl Tap {
    fn unnoted(driver: &Driver) -> Self {
        Self {
            driver: driver.clone(),
            connection: driver.journal().map_or(0, |journal| journal.number()),
        }
    }

    /// Of a connection that is there from now on.
    pub(super) fn new(driver: &Driver, ends: Ends) -> Self {
        let tap = Self::unnoted(driver);
        let connection = tap.connection;
        driver.note(|| External::Connection { connection, ends });
        tap
    }

    /// Of a connection that is there when `connecting` has succeeded; nothing that it leads to is noted before it.
    pub(super) async fn of_success<T, E>(
        driver: &Driver,
        ends: Ends,
        connecting: impl Future<Output = Result<T, E>>,
    ) -> Result<(T, Self), E> {
        let tap = Self::unnoted(driver);
        let connection = tap.connection;
        let mut connecting = pin!(connecting);
        let connected = poll_fn(|context| {
            driver.note_given(|| {
                let polled = connecting.as_mut().poll(context);
                let connected = matches!(polled, Poll::Ready(Ok(_)));
                let external = connected.then_some(External::Connection { connection, ends });
                (polled, external)
            })
        });
        connected.await.map(|stream| (stream, tap))
    }

    /// The container gets bytes of a stream: as many as `write` says.
    pub(super) fn bytes<E>(
        &self,
        bytes: &[u8],
        write: impl FnOnce() -> Poll<Result<usize, E>>,
    ) -> Poll<Result<usize, E>> {
        self.driver.note_given(|| {
            let written = write();
            let external = match &written {
                Poll::Ready(Ok(count)) => Some(External::ConnectionBytes {
                    connection: self.connection,
                    bytes: Bytes::copy_from_slice(&bytes[..*count]),
                }),
                _ => None,
            };
            (written, external)
        })
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
