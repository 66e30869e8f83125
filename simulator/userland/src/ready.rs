//! Futures that wait for nothing, for tests of what may give others their turn.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// What comes of something that waits for nothing.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(future).poll(&mut context) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
