//! Keys of a terminal, one at a time, and the terminal's size.

use crate::kernel::{Errno, Fd, OpenFlags, Sys, Termios};

const ESCAPE: u8 = 0x1b;

/// A key that was struck.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Byte(u8),
    Up,
    Down,
    Left,
    Right,
    Home,
    End,
    PageUp,
    PageDown,
    Insert,
    Delete,
}

/// How much the terminal does with keys by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// It still sends signals.
    Keys,
    /// It does nothing at all.
    Raw,
}

/// A terminal whose keys come as they are struck.
pub(super) struct Keyboard<'a> {
    sys: &'a Sys,
    fd: Fd,
    is_own: bool,
    before: Termios,
    /// Read and not looked at yet.
    pending: Vec<u8>,
    at: usize,
}

impl<'a> Keyboard<'a> {
    /// The terminal of the session, or of standard output when there is none.
    pub(super) async fn open(sys: &'a Sys, mode: Mode) -> Result<Self, Errno> {
        let (fd, is_own) = match sys.open(b"/dev/tty", OpenFlags::READ, 0).await {
            Ok(fd) if sys.is_tty(fd) => (fd, true),
            _ => (1, false),
        };
        let before = sys.termios(fd)?;
        let mut settings = before;
        match mode {
            Mode::Raw => settings = settings.raw(),
            Mode::Keys => settings.local &= !(Termios::ICANON | Termios::ECHO),
        }
        sys.set_termios(fd, &settings)?;
        Ok(Self {
            sys,
            fd,
            is_own,
            before,
            pending: Vec::new(),
            at: 0,
        })
    }

    /// The terminal is as it was.
    pub(super) fn close(self) {
        let _ = self.sys.set_termios(self.fd, &self.before);
        if self.is_own {
            let _ = self.sys.close(self.fd);
        }
    }

    /// Rows and columns.
    pub(super) fn size(&self) -> (usize, usize) {
        let size = self.sys.window_size(self.fd);
        let size = size.map_or((0, 0), |size| (size.rows, size.columns));
        let or = |count: u16, otherwise: usize| match count {
            0 => otherwise,
            count => count.into(),
        };
        (or(size.0, 24).max(2), or(size.1, 80).max(2))
    }

    /// Waits for a key; `None` at the end of the terminal.
    pub(super) async fn key(&mut self) -> Result<Option<Key>, Errno> {
        if self.at >= self.pending.len() {
            let mut bytes = vec![0; 256];
            let count = loop {
                match self.sys.read(self.fd, &mut bytes).await {
                    Err(Errno::EINTR) => {}
                    read => break read?,
                }
            };
            bytes.truncate(count);
            self.pending = bytes;
            self.at = 0;
        }
        self.sys.burn(100).await;
        let Some((key, len)) = decode(&self.pending[self.at..]) else {
            return Ok(None);
        };
        self.at += len;
        Ok(Some(key))
    }
}

/// The first key of some bytes, and how many it takes. What came together with an escape belongs to it.
fn decode(bytes: &[u8]) -> Option<(Key, usize)> {
    let first = *bytes.first()?;
    let (b'[' | b'O', ESCAPE) = (bytes.get(1).copied().unwrap_or(0), first) else {
        return Some((Key::Byte(first), 1));
    };
    let known: &[(&[u8], Key)] = &[
        (b"A", Key::Up),
        (b"B", Key::Down),
        (b"C", Key::Right),
        (b"D", Key::Left),
        (b"H", Key::Home),
        (b"F", Key::End),
        (b"1~", Key::Home),
        (b"7~", Key::Home),
        (b"4~", Key::End),
        (b"8~", Key::End),
        (b"2~", Key::Insert),
        (b"3~", Key::Delete),
        (b"5~", Key::PageUp),
        (b"6~", Key::PageDown),
    ];
    let rest = &bytes[2..];
    let found = known.iter().find(|(end, _)| rest.starts_with(end));
    Some(match found {
        Some((end, key)) => (*key, 2 + end.len()),
        None => (Key::Byte(first), 1),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_keys() {
        for (bytes, expected) in [
            (&b"x"[..], Some((Key::Byte(b'x'), 1))),
            (b"\x1b[Ax", Some((Key::Up, 3))),
            (b"\x1bOB", Some((Key::Down, 3))),
            (b"\x1b[5~", Some((Key::PageUp, 4))),
            (b"\x1b:w", Some((Key::Byte(ESCAPE), 1))),
            (b"\x1b[99", Some((Key::Byte(ESCAPE), 1))),
            (b"\x1b", Some((Key::Byte(ESCAPE), 1))),
            (b"", None),
        ] {
            assert_eq!(decode(bytes), expected, "{bytes:?}");
        }
    }
}
