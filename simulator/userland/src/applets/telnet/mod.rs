//! telnet: a terminal's conversation with another host.

mod protocol;

use super::context::{Context, Fail, Outcome, text};
use super::endpoint;
use crate::kernel::{Disposition, Errno, Fd, Signal, Termios};
use protocol::{Caller, Protocol};

/// The port unless the caller says otherwise.
const PORT: u16 = 23;
/// Bytes that one step moves.
const STEP_BYTES: usize = 4096;
/// Ctrl-], which opens the menu.
const ESCAPE: u8 = 0x1d;
const MENU: &str = "\r\nConsole escape. Commands are:\r\n\n l\tgo to line mode\r\n c\tgo to character mode\r\n z\tsuspend telnet\r\n e\texit telnet\r\n";

/// One conversation.
struct Session {
    fd: Fd,
    protocol: Protocol,
    /// The terminal's settings as they were.
    settings: Option<Termios>,
    by_character: bool,
}

/// Connects and moves bytes both ways.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("al:")?;
    let (host, port) = match options.operands.as_slice() {
        [host] => (host, PORT),
        [host, port] => (host, endpoint::port(cx.sys, port, "tcp").await?),
        _ => return Err(Fail::usage()),
    };
    let user = match options.value(b'l') {
        Some(user) => Some(user.to_vec()),
        None if options.has(b'a') => cx.variable("USER").map(|user| user.to_vec()),
        None => None,
    };
    let to = endpoint::address(cx.sys, host, port).await?;
    let fd = cx.connect(to, None).await?;
    cx.out.write(text!("Connected to ", host, "\n")).await?;
    if cx.sys.disposition(Signal::Int) == Disposition::Default {
        cx.sys.set_disposition(Signal::Int, Disposition::Catch);
    }
    let size = cx.sys.window_size(0).ok().filter(|size| size.columns > 0);
    let caller = Caller {
        terminal: cx.variable("TERM").map(|name| name.to_vec()),
        user,
        columns: size.map_or(80, |size| size.columns),
        rows: size.map_or(24, |size| size.rows),
    };
    let mut session = Session {
        fd,
        protocol: Protocol::new(caller),
        settings: cx.sys.termios(0).ok(),
        by_character: false,
    };
    let outcome = session.converse(cx).await;
    session.set_by_character(cx, false);
    outcome
}

impl Session {
    async fn converse(&mut self, cx: &mut Context<'_>) -> Outcome {
        let mut buffer = vec![0; STEP_BYTES];
        loop {
            let Ok(ready) = cx.sys.poll_read(&[0, self.fd], None).await else {
                // Only SIGINT is caught.
                let _ = cx.sys.take_caught();
                if let Some(status) = self.menu(cx).await? {
                    return Ok(status);
                }
                continue;
            };
            if ready.contains(&0) {
                let count = match cx.sys.read(0, &mut buffer).await {
                    Ok(0) | Err(_) => return Ok(0),
                    Ok(count) => count,
                };
                if let Some(status) = self.typed(cx, &buffer[..count]).await? {
                    return Ok(status);
                }
            }
            if ready.contains(&self.fd) {
                let count = cx.sys.read(self.fd, &mut buffer).await.unwrap_or(0);
                if count == 0 {
                    let text = b"Connection closed by foreign host\r\n";
                    self.show(cx, text).await?;
                    return Ok(1);
                }
                self.heard(cx, &buffer[..count]).await?;
            }
        }
    }

    async fn heard(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Result<(), Fail> {
        let (shown, answer) = self.protocol.take(bytes);
        let by_character = self.protocol.is_by_character();
        if by_character != self.by_character {
            let (mode, key) = match by_character {
                true => ("character", ']'),
                false => ("line", 'C'),
            };
            let text = format!("\r\nEntering {mode} mode\r\nEscape character is '^{key}'.\r\n");
            cx.out.write(text).await?;
            self.set_by_character(cx, by_character);
            self.show(cx, b"\r\n").await?;
        }
        self.show(cx, &shown).await?;
        send(cx, self.fd, &answer).await
    }

    /// Shows bytes at once, before what the output still holds.
    async fn show(&self, cx: &Context<'_>, bytes: &[u8]) -> Result<(), Fail> {
        send(cx, 1, bytes).await
    }

    async fn typed(&self, cx: &mut Context<'_>, bytes: &[u8]) -> Result<Option<u8>, Fail> {
        let escape = bytes.iter().position(|byte| *byte == ESCAPE);
        let sent = &bytes[..escape.unwrap_or(bytes.len())];
        send(cx, self.fd, &protocol::outgoing(sent)).await?;
        match escape {
            Some(_) => self.menu(cx).await,
            None => Ok(None),
        }
    }

    /// The menu; a status ends the applet.
    async fn menu(&self, cx: &mut Context<'_>) -> Result<Option<u8>, Fail> {
        self.show(cx, MENU.as_bytes()).await?;
        let mut choice = [0];
        match cx.sys.read(0, &mut choice).await {
            Ok(1) if choice[0] == b'e' => return Ok(Some(0)),
            Ok(1) => {}
            _ => return Ok(Some(1)),
        }
        self.show(cx, b"continuing...\r\n").await?;
        Ok(None)
    }

    /// Whether each byte that is typed is sent at once and not shown here.
    fn set_by_character(&mut self, cx: &Context<'_>, by_character: bool) {
        if by_character == self.by_character {
            return;
        }
        self.by_character = by_character;
        let Some(settings) = &self.settings else {
            return;
        };
        let termios = match by_character {
            true => settings.raw(),
            false => *settings,
        };
        // Without a terminal any more there is nothing to set.
        let _ = cx.sys.set_termios(0, &termios);
    }
}

async fn send(cx: &Context<'_>, fd: Fd, mut bytes: &[u8]) -> Result<(), Fail> {
    while !bytes.is_empty() {
        match cx.sys.write(fd, bytes).await {
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(Fail::new(text!("write: ", error.message()))),
        }
    }
    Ok(())
}
