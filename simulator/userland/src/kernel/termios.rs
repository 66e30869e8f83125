//! Settings of a terminal, with Linux's bits.

/// Modes and special characters of a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Termios {
    /// Input modes (`iflag`).
    pub input: u32,
    /// Output modes (`oflag`).
    pub output: u32,
    /// Hardware modes (`cflag`).
    pub control: u32,
    /// Local modes (`lflag`).
    pub local: u32,
    /// Special characters by the `V…` indices; 0 is off.
    pub characters: [u8; 19],
}

#[expect(missing_docs, reason = "the names and values are those of termios(3)")]
impl Termios {
    pub const BRKINT: u32 = 0o2;
    pub const ISTRIP: u32 = 0o40;
    pub const INLCR: u32 = 0o100;
    pub const IGNCR: u32 = 0o200;
    pub const ICRNL: u32 = 0o400;
    pub const IXON: u32 = 0o2000;
    pub const IXANY: u32 = 0o4000;
    pub const IXOFF: u32 = 0o10000;
    pub const IUTF8: u32 = 0o40000;
    pub const OPOST: u32 = 0o1;
    pub const ONLCR: u32 = 0o4;
    pub const OCRNL: u32 = 0o10;
    pub const ONOCR: u32 = 0o20;
    pub const ONLRET: u32 = 0o40;
    pub const ISIG: u32 = 0o1;
    pub const ICANON: u32 = 0o2;
    pub const ECHO: u32 = 0o10;
    pub const ECHOE: u32 = 0o20;
    pub const ECHOK: u32 = 0o40;
    pub const ECHONL: u32 = 0o100;
    pub const NOFLSH: u32 = 0o200;
    pub const TOSTOP: u32 = 0o400;
    pub const ECHOCTL: u32 = 0o1000;
    pub const ECHOKE: u32 = 0o4000;
    pub const IEXTEN: u32 = 0o100000;

    pub const VINTR: usize = 0;
    pub const VQUIT: usize = 1;
    pub const VERASE: usize = 2;
    pub const VKILL: usize = 3;
    pub const VEOF: usize = 4;
    pub const VTIME: usize = 5;
    pub const VMIN: usize = 6;
    pub const VSTART: usize = 8;
    pub const VSTOP: usize = 9;
    pub const VSUSP: usize = 10;
    pub const VEOL: usize = 11;
    pub const VREPRINT: usize = 12;
    pub const VDISCARD: usize = 13;
    pub const VWERASE: usize = 14;
    pub const VLNEXT: usize = 15;
    pub const VEOL2: usize = 16;
}

impl Termios {
    /// Turns off echo, line editing, signals and every translation, as `stty raw -echo`.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.input &=
            !(Self::BRKINT | Self::ISTRIP | Self::INLCR | Self::IGNCR | Self::ICRNL | Self::IXON);
        self.output &= !Self::OPOST;
        self.local &= !(Self::ISIG | Self::ICANON | Self::ECHO | Self::ECHONL | Self::IEXTEN);
        self.characters[Self::VMIN] = 1;
        self.characters[Self::VTIME] = 0;
        self
    }
}

impl Default for Termios {
    /// What a new terminal has: echo, line editing, signals, CR to NL on input, NL to CR NL on output.
    fn default() -> Self {
        let mut characters = [0; 19];
        characters[Self::VINTR] = 0x03;
        characters[Self::VQUIT] = 0x1c;
        characters[Self::VERASE] = 0x7f;
        characters[Self::VKILL] = 0x15;
        characters[Self::VEOF] = 0x04;
        characters[Self::VMIN] = 1;
        characters[Self::VSTART] = 0x11;
        characters[Self::VSTOP] = 0x13;
        characters[Self::VSUSP] = 0x1a;
        characters[Self::VREPRINT] = 0x12;
        characters[Self::VDISCARD] = 0x0f;
        characters[Self::VWERASE] = 0x17;
        characters[Self::VLNEXT] = 0x16;
        Self {
            input: Self::ICRNL | Self::IXON,
            output: Self::OPOST | Self::ONLCR,
            control: 0o277, // 38400 baud, 8 bits, receiver on
            local: Self::ISIG
                | Self::ICANON
                | Self::ECHO
                | Self::ECHOE
                | Self::ECHOK
                | Self::ECHOCTL
                | Self::ECHOKE
                | Self::IEXTEN,
            characters,
        }
    }
}
