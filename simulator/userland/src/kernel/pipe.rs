//! Pipes: rings of bytes between processes.

use super::descriptor::PipeId;
use super::memory::{Charge, Footprint};
use super::ring;
use super::state::State;
use super::waiters::Waiters;
use rootfs::Ino;
use std::collections::VecDeque;
use std::sync::Arc;

/// What a pipe holds at most.
pub(super) const CAPACITY_BYTES: usize = 64 << 10;
/// Writes up to this size are not mixed with others'.
pub(super) const ATOMIC_BYTES: usize = 4096;

/// One pipe, anonymous or of a FIFO.
#[derive(Debug, Default)]
pub(super) struct Pipe {
    bytes: VecDeque<u8>,
    /// For the bytes' place.
    charge: Charge,
    /// Open files that read from it.
    pub(super) readers: u32,
    /// Open files that write to it.
    pub(super) writers: u32,
    /// How often it was opened for reading and for writing: who opens a FIFO waits for a change of the other.
    pub(super) reader_opens: u64,
    pub(super) writer_opens: u64,
    /// Who waits for bytes or the last writer's end.
    pub(super) read_waiters: Waiters,
    /// Who waits for space or the last reader's end.
    pub(super) write_waiters: Waiters,
    /// The FIFO it belongs to.
    pub(super) fifo: Option<Ino>,
}

/// What a read or write found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    /// This many bytes went through (0 for a read: end of file).
    Done(usize),
    /// Nothing can go through now.
    Wait,
    /// Nobody will ever read.
    Broken,
    /// There is no memory for what was to be written.
    NoMemory,
}

impl Pipe {
    /// A pipe that `footprint` pays for, perhaps that of a FIFO which nobody has open yet.
    pub(super) fn new(footprint: &Arc<Footprint>, fifo: Option<Ino>) -> Self {
        Self {
            charge: Charge::on(footprint),
            fifo,
            ..Self::default()
        }
    }

    /// Whether a read would answer at once.
    pub(super) fn is_readable(&self) -> bool {
        !self.bytes.is_empty() || self.writers == 0
    }

    /// Whether a write of up to [`ATOMIC_BYTES`] would answer at once.
    pub(super) fn is_writable(&self) -> bool {
        CAPACITY_BYTES - self.bytes.len() >= ATOMIC_BYTES || self.readers == 0
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Transfer {
        if self.bytes.is_empty() && !buffer.is_empty() {
            return match self.writers {
                0 => Transfer::Done(0),
                _ => Transfer::Wait,
            };
        }
        Transfer::Done(ring::take(&mut self.bytes, buffer))
    }

    pub(super) fn write(&mut self, data: &[u8]) -> Transfer {
        if self.readers == 0 {
            return Transfer::Broken;
        }
        let space = CAPACITY_BYTES - self.bytes.len();
        let needed = if data.len() <= ATOMIC_BYTES {
            data.len()
        } else {
            1
        };
        if space < needed {
            return Transfer::Wait;
        }
        let count = data.len().min(space);
        let room = ring::reserve(&mut self.bytes, &mut self.charge, count, CAPACITY_BYTES);
        if room.is_err() {
            return Transfer::NoMemory;
        }
        self.bytes.extend(&data[..count]);
        Transfer::Done(count)
    }
}

impl State {
    /// Counts the opening of a FIFO's ends and lets those look again that wait for it.
    pub(super) fn note_fifo_open(&mut self, id: PipeId, reads: bool, writes: bool) {
        let Some(pipe) = self.pipes.get_mut(id) else {
            return;
        };
        pipe.reader_opens += u64::from(reads);
        pipe.writer_opens += u64::from(writes);
        self.wake_pipe_readers(id);
        self.wake_pipe_writers(id);
    }

    /// Forgets a FIFO's pipe that nobody has open.
    pub(super) fn forget_unused_fifo(&mut self, id: PipeId) {
        let unused = self
            .pipes
            .get(id)
            .is_some_and(|pipe| pipe.readers == 0 && pipe.writers == 0);
        if unused && let Some(pipe) = self.pipes.remove(id) {
            self.fifos.retain(|_, other| *other != id);
            drop(pipe);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pipe() -> Pipe {
        Pipe {
            readers: 1,
            writers: 1,
            ..Pipe::default()
        }
    }

    #[test]
    fn small_writes_go_whole_or_wait_and_large_ones_go_in_part() {
        let mut pipe = pipe();
        let most = CAPACITY_BYTES - 10;
        assert_eq!(pipe.write(&vec![1; most]), Transfer::Done(most));
        assert_eq!(pipe.write(&[2; 11]), Transfer::Wait);
        assert_eq!(pipe.write(&[2; ATOMIC_BYTES + 1]), Transfer::Done(10));
        assert_eq!(pipe.write(&[3]), Transfer::Wait);
        let mut buffer = vec![0; CAPACITY_BYTES];
        assert_eq!(pipe.read(&mut buffer), Transfer::Done(CAPACITY_BYTES));
        assert_eq!((buffer[most - 1], buffer[most]), (1, 2));
    }

    #[test]
    fn a_read_sees_the_rest_and_then_the_end() {
        let mut pipe = pipe();
        let mut buffer = [0; 4];
        assert_eq!(pipe.read(&mut buffer), Transfer::Wait);
        assert_eq!(pipe.write(b"abcdef"), Transfer::Done(6));
        pipe.writers = 0;
        assert_eq!(pipe.read(&mut buffer), Transfer::Done(4));
        assert_eq!(pipe.read(&mut buffer), Transfer::Done(2));
        assert_eq!(&buffer[..2], b"ef");
        assert_eq!(pipe.read(&mut buffer), Transfer::Done(0));
    }

    #[test]
    fn a_write_without_readers_is_broken() {
        let mut pipe = pipe();
        pipe.readers = 0;
        assert_eq!(pipe.write(b"x"), Transfer::Broken);
    }
}
