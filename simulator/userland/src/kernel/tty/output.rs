//! Output processing: newlines and the column the cursor is in.

use super::super::Termios;

/// Where the cursor is, and whether ^S has stopped output.
#[derive(Debug, Default)]
pub(super) struct OutputState {
    column: usize,
    pub(super) stopped: bool,
}

impl OutputState {
    pub(super) fn column(&self) -> usize {
        self.column
    }

    /// What is shown for `bytes`.
    pub(super) fn process(&mut self, termios: &Termios, bytes: &[u8]) -> Vec<u8> {
        let has = |flag| termios.output & (flag | Termios::OPOST) == flag | Termios::OPOST;
        let mut shown = Vec::with_capacity(bytes.len() + bytes.len() / 16);
        for byte in bytes {
            match byte {
                b'\n' if has(Termios::ONLCR) => {
                    shown.extend_from_slice(b"\r\n");
                    self.column = 0;
                }
                b'\n' if has(Termios::ONLRET) => {
                    shown.push(b'\n');
                    self.column = 0;
                }
                b'\r' if has(Termios::OCRNL) => shown.push(b'\n'),
                b'\r' if has(Termios::ONOCR) && self.column == 0 => {}
                _ => {
                    shown.push(*byte);
                    self.advance(*byte);
                }
            }
        }
        shown
    }

    fn advance(&mut self, byte: u8) {
        match byte {
            b'\r' => self.column = 0,
            b'\t' => self.column = (self.column | 7) + 1,
            0x08 => self.column = self.column.saturating_sub(1),
            // Control characters and the rest of a UTF-8 character take no column.
            0..0x20 | 0x7f..0xc0 => {}
            _ => self.column = self.column.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newlines_return_and_columns_are_counted() {
        let mut output = OutputState::default();
        let termios = Termios::default();
        assert_eq!(output.process(&termios, b"ab\ncd\te"), b"ab\r\ncd\te");
        assert_eq!(output.column(), 9);
        assert_eq!(output.process(&termios.raw(), b"\n"), b"\n");
    }
}
