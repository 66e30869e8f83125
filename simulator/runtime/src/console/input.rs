//! What attachers send to the process's standard input.

use super::output::Console;
use bytes::Bytes;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

/// How much unread input a console keeps before an attacher has to wait, bytes.
const INPUT_LIMIT_BYTES: usize = 64 * 1024;

#[derive(Default)]
pub(super) struct InputState {
    queue: VecDeque<Bytes>,
    queued_bytes: usize,
    ended: bool,
    readers: Vec<Waker>,
    senders: Vec<Waker>,
}

impl InputState {
    /// Ends the input; the caller wakes what comes back.
    pub(super) fn close(&mut self) -> Vec<Waker> {
        self.ended = true;
        let mut wakers = std::mem::take(&mut self.readers);
        wakers.append(&mut self.senders);
        wakers
    }

    fn take(&mut self, max: usize) -> Option<Bytes> {
        let front = self.queue.front_mut()?;
        let piece = if front.len() <= max {
            self.queue.pop_front()?
        } else {
            front.split_to(max)
        };
        self.queued_bytes -= piece.len();
        Some(piece)
    }
}

impl Console {
    /// Hands input to the process, waiting while too much is unread. `false`: the input has ended, the bytes are lost.
    pub async fn write_input(&self, bytes: Bytes) -> bool {
        poll_fn(|context| self.poll_write_input(context, &bytes)).await
    }

    fn poll_write_input(&self, context: &mut Context<'_>, bytes: &Bytes) -> Poll<bool> {
        let readers = {
            let mut state = self.0.lock();
            let input = &mut state.input;
            if input.ended {
                return Poll::Ready(false);
            }
            if input.queued_bytes >= INPUT_LIMIT_BYTES {
                input.senders.push(context.waker().clone());
                return Poll::Pending;
            }
            if !bytes.is_empty() {
                input.queued_bytes += bytes.len();
                input.queue.push_back(bytes.clone());
            }
            std::mem::take(&mut input.readers)
        };
        readers.into_iter().for_each(Waker::wake);
        Poll::Ready(true)
    }

    /// Ends the input (APIX-08, CLI-44): the process reads what is there, then end of file.
    pub fn close_input(&self) {
        let wakers = self.0.lock().input.close();
        wakers.into_iter().for_each(Waker::wake);
    }

    /// The next input, at most `max` bytes (`max` > 0); empty means end of file. The runtime's side.
    pub fn poll_input(&self, context: &mut Context<'_>, max: usize) -> Poll<Bytes> {
        let (piece, senders) = {
            let mut state = self.0.lock();
            let input = &mut state.input;
            match input.take(max) {
                Some(piece) => (piece, std::mem::take(&mut input.senders)),
                None if input.ended => return Poll::Ready(Bytes::new()),
                None => {
                    input.readers.push(context.waker().clone());
                    return Poll::Pending;
                }
            }
        };
        senders.into_iter().for_each(Waker::wake);
        Poll::Ready(piece)
    }

    /// Whether [`Console::poll_input`] would answer at once.
    pub fn input_is_ready(&self) -> bool {
        let state = self.0.lock();
        state.input.ended || !state.input.queue.is_empty()
    }
}
