//! The commands between the bytes of a conversation.

/// A command follows.
const IAC: u8 = 255;
const DONT: u8 = 254;
const DO: u8 = 253;
const WONT: u8 = 252;
const WILL: u8 = 251;
/// Parameters of an option follow, up to [`SE`].
const SB: u8 = 250;
const SE: u8 = 240;
/// The option that the other side shows what is typed.
const ECHO: u8 = 1;
/// The option that nobody waits for a turn.
const SUPPRESS_GO_AHEAD: u8 = 3;
/// The option of the terminal's type.
const TERMINAL_TYPE: u8 = 24;
/// The option of the terminal's size.
const WINDOW_SIZE: u8 = 31;
/// The option of variables, the user's name among them.
const NEW_ENVIRON: u8 = 39;

/// The longest parameters that are read.
const PARAMETERS_BYTES: usize = 256;

/// Where in the other side's bytes the reader is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    #[default]
    Data,
    /// A carriage return was the latest byte.
    Return,
    Command,
    Option(u8),
    /// Within parameters.
    Parameters,
    ParametersCommand,
}

/// What the other side may ask about.
#[derive(Debug, Default)]
pub(super) struct Caller {
    pub(super) terminal: Option<Vec<u8>>,
    pub(super) user: Option<Vec<u8>>,
    pub(super) columns: u16,
    pub(super) rows: u16,
}

/// Reads commands out of the bytes of the other side and answers them.
#[derive(Debug, Default)]
pub(super) struct Protocol {
    place: Place,
    parameters: Vec<u8>,
    caller: Caller,
    /// Options that are on, the own and the other side's.
    own: Vec<u8>,
    other: Vec<u8>,
}

impl Protocol {
    pub(super) fn new(caller: Caller) -> Self {
        Self {
            caller,
            ..Self::default()
        }
    }

    /// Whether the other side shows what is typed, byte by byte.
    pub(super) fn is_by_character(&self) -> bool {
        self.other.contains(&ECHO)
    }

    /// The bytes to show and the bytes to answer.
    pub(super) fn take(&mut self, bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let (mut shown, mut answer) = (Vec::new(), Vec::new());
        for byte in bytes {
            self.place = self.step(*byte, &mut shown, &mut answer);
        }
        (shown, answer)
    }

    fn step(&mut self, byte: u8, shown: &mut Vec<u8>, answer: &mut Vec<u8>) -> Place {
        match (self.place, byte) {
            (Place::Return, 0) => Place::Data,
            (Place::Data | Place::Return, IAC) => Place::Command,
            (Place::Data | Place::Return, _) => {
                shown.push(byte);
                match byte {
                    b'\r' => Place::Return,
                    _ => Place::Data,
                }
            }
            (Place::Command, IAC) => {
                shown.push(byte);
                Place::Data
            }
            (Place::Command, DO | DONT | WILL | WONT) => Place::Option(byte),
            (Place::Command, SB) => {
                self.parameters.clear();
                Place::Parameters
            }
            (Place::Command, _) => Place::Data,
            (Place::Option(verb), option) => {
                answer.extend(self.negotiate(verb, option));
                Place::Data
            }
            (Place::Parameters, IAC) => Place::ParametersCommand,
            (Place::ParametersCommand, SE) => {
                answer.extend(self.answer_parameters());
                Place::Data
            }
            (Place::Parameters | Place::ParametersCommand, _) => {
                if self.parameters.len() < PARAMETERS_BYTES {
                    self.parameters.push(byte);
                }
                Place::Parameters
            }
        }
    }

    /// What is on already is not answered again, or two that agree would never stop.
    fn negotiate(&mut self, verb: u8, option: u8) -> Vec<u8> {
        let own = matches!(verb, DO | DONT);
        let wanted = matches!(verb, DO | WILL);
        let able = match own {
            true => match option {
                WINDOW_SIZE => true,
                TERMINAL_TYPE => self.caller.terminal.is_some(),
                NEW_ENVIRON => self.caller.user.is_some(),
                _ => false,
            },
            false => matches!(option, ECHO | SUPPRESS_GO_AHEAD),
        };
        let set = match own {
            true => &mut self.own,
            false => &mut self.other,
        };
        if wanted == set.contains(&option) {
            return Vec::new();
        }
        let agrees = wanted && able;
        match agrees {
            true => set.push(option),
            false => set.retain(|other| *other != option),
        }
        let reply = match (own, agrees) {
            (true, true) => WILL,
            (true, false) => WONT,
            (false, true) => DO,
            (false, false) => DONT,
        };
        let mut answer = vec![IAC, reply, option];
        if own && agrees && option == WINDOW_SIZE {
            answer.extend(self.window());
        }
        answer
    }

    fn window(&self) -> Vec<u8> {
        let mut answer = vec![IAC, SB, WINDOW_SIZE];
        let size = [self.caller.columns, self.caller.rows];
        for byte in size.into_iter().flat_map(u16::to_be_bytes) {
            answer.push(byte);
            if byte == IAC {
                answer.push(byte);
            }
        }
        answer.extend_from_slice(&[IAC, SE]);
        answer
    }

    fn answer_parameters(&self) -> Vec<u8> {
        let mut answer = vec![IAC, SB];
        match (self.parameters.first(), &self.caller) {
            (
                Some(&TERMINAL_TYPE),
                Caller {
                    terminal: Some(name),
                    ..
                },
            ) => {
                answer.extend_from_slice(&[TERMINAL_TYPE, 0]);
                answer.extend_from_slice(name);
            }
            (
                Some(&NEW_ENVIRON),
                Caller {
                    user: Some(user), ..
                },
            ) => {
                answer.extend_from_slice(&[NEW_ENVIRON, 0, 0]);
                answer.extend_from_slice(b"USER");
                answer.push(1);
                answer.extend_from_slice(user);
            }
            _ => return Vec::new(),
        }
        answer.extend_from_slice(&[IAC, SE]);
        answer
    }
}

/// What is typed, as the other side reads it.
pub(super) fn outgoing(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for byte in bytes {
        match *byte {
            IAC => out.extend_from_slice(&[IAC, IAC]),
            b'\n' | b'\r' => out.extend_from_slice(b"\r\n"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn protocol() -> Protocol {
        Protocol::new(Caller {
            terminal: Some(b"vt100".to_vec()),
            user: Some(b"ann".to_vec()),
            columns: 80,
            rows: 24,
        })
    }

    #[test]
    fn commands_are_taken_out_of_the_text() {
        let (shown, answer) = protocol().take(b"a\xff\xffb\r\0c\xff\xf1d");
        assert_eq!(shown, b"a\xffb\rcd");
        assert_eq!(answer, b"");
    }

    #[test]
    fn options_are_answered_once() {
        let mut protocol = protocol();
        assert_eq!(protocol.take(&[IAC, WILL, ECHO]).1, [IAC, DO, ECHO]);
        assert_eq!(protocol.take(&[IAC, WILL, ECHO]).1, [0u8; 0]);
        assert_eq!(protocol.take(&[IAC, WONT, ECHO]).1, [IAC, DONT, ECHO]);
        assert_eq!(protocol.take(&[IAC, WONT, ECHO]).1, [0u8; 0]);
        assert_eq!(protocol.take(&[IAC, DO, 32]).1, [IAC, WONT, 32]);
        assert_eq!(protocol.take(&[IAC, DONT, 32]).1, [0u8; 0]);
        let size = b"\xff\xfb\x1f\xff\xfa\x1f\0\x50\0\x18\xff\xf0";
        assert_eq!(protocol.take(&[IAC, DO, WINDOW_SIZE]).1, size);
    }

    #[test]
    fn the_terminal_and_the_user_are_told() {
        let mut protocol = protocol();
        let (_, answer) = protocol.take(&[IAC, SB, TERMINAL_TYPE, 1, IAC, SE]);
        assert_eq!(answer, b"\xff\xfa\x18\0vt100\xff\xf0");
        let (_, answer) = protocol.take(&[IAC, SB, NEW_ENVIRON, 1, IAC, SE]);
        assert_eq!(answer, b"\xff\xfa\x27\0\0USER\x01ann\xff\xf0");
    }

    #[test]
    fn lines_end_as_the_network_has_them() {
        assert_eq!(outgoing(b"a\nb\xff\r"), b"a\r\nb\xff\xff\r\n");
    }
}
