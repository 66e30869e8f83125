//! Commands that run as tasks of this process, for the clients that are libraries.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::{
    Capture, Channel, Control, EventKind, Exit, Invocation, PtySize, Reader, ReaderGate, Running,
    Signal, Stdin,
};

/// What fits between a command and the one who reads its output, as in a pipe.
const PIPE_BYTES: usize = 64 * 1024;

/// What a command in this process talks to.
#[derive(Debug)]
pub(crate) struct Console {
    /// Bytes for standard input or from the keyboard; ends when standard input is closed.
    pub(crate) stdin: mpsc::UnboundedReceiver<Bytes>,
    /// Signals, once [`Console::proxy_signals`] was called.
    pub(crate) signals: mpsc::UnboundedReceiver<Signal>,
    /// The size of the terminal; none on pipes.
    pub(crate) size: watch::Receiver<Option<PtySize>>,
    /// Standard output, or the terminal.
    pub(crate) stdout: Printer,
    /// Standard error, or the terminal.
    pub(crate) stderr: Printer,
    /// For remarks in the transcript.
    pub(crate) capture: Arc<Capture>,
    proxying: Arc<AtomicBool>,
}

impl Console {
    /// From now on signals (but KILL and STOP) are the command's to handle instead of its end.
    pub(crate) fn proxy_signals(&self) {
        self.proxying.store(true, Ordering::SeqCst);
    }

    /// Signals end the command again.
    pub(crate) fn stop_proxying(&self) {
        self.proxying.store(false, Ordering::SeqCst);
    }
}

/// An output of a command.
#[derive(Debug, Clone)]
pub(crate) struct Printer {
    stream: Arc<tokio::sync::Mutex<DuplexStream>>,
    /// It is a terminal, which shows the end of a line as two bytes.
    terminal: bool,
}

impl Printer {
    /// Prints; waits while the reader is behind. Output nobody reads any more is lost.
    pub(crate) async fn print(&self, bytes: impl AsRef<[u8]>) {
        let bytes = bytes.as_ref();
        if !self.terminal {
            return self.print_raw(bytes).await;
        }
        let mut shown = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            if byte == b'\n' {
                shown.push(b'\r');
            }
            shown.push(byte);
        }
        self.print_raw(shown).await;
    }

    /// Prints, on a terminal in raw mode: every byte as it is.
    pub(crate) async fn print_raw(&self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.lock().await.write_all(bytes.as_ref()).await;
    }
}

/// Runs a command as a task. What it returns is its exit status.
pub(crate) fn start<F>(
    client: &'static str,
    invocation: Invocation,
    command: impl FnOnce(Console, Vec<String>) -> F,
) -> Running
where
    F: Future<Output = i32> + Send + 'static,
{
    let on_terminal = invocation.pty.is_some();
    let capture = Arc::new(Capture::new(
        client,
        &invocation,
        if on_terminal { 1 } else { 2 },
    ));
    let gate = Arc::new(ReaderGate::new(invocation.reader == Reader::Normal));
    let sleep = match invocation.reader {
        Reader::SleepFirst(duration) => Some(duration),
        Reader::Normal | Reader::Held => None,
    };
    let output = |channel| {
        let (writer, reader) = tokio::io::duplex(PIPE_BYTES);
        tokio::spawn(read_to_end(
            channel,
            reader,
            gate.clone(),
            sleep,
            capture.clone(),
        ));
        Printer {
            stream: Arc::new(tokio::sync::Mutex::new(writer)),
            terminal: on_terminal,
        }
    };
    let (stdout, stderr) = if on_terminal {
        let screen = output(Channel::Screen);
        (screen.clone(), screen)
    } else {
        (output(Channel::Stdout), output(Channel::Stderr))
    };
    let (stdin, signals, size, proxying) = (
        mpsc::unbounded_channel(),
        mpsc::unbounded_channel(),
        watch::channel(invocation.pty),
        Arc::new(AtomicBool::new(false)),
    );
    let console = Console {
        stdin: stdin.1,
        signals: signals.1,
        size: size.1,
        stdout,
        stderr,
        capture: capture.clone(),
        proxying: proxying.clone(),
    };
    if let Stdin::Bytes(bytes) = &invocation.stdin {
        capture.input(bytes);
        // The receiver is in the console just made.
        let _ = stdin.0.send(bytes.clone());
    }
    let keep_open = on_terminal || invocation.stdin == Stdin::Held;
    let work = tokio::spawn(command(console, invocation.argv.clone()));
    let abort = work.abort_handle();
    tokio::spawn(tell_end(work, capture.clone()));
    let task = Task {
        capture: capture.clone(),
        gate,
        stdin: Mutex::new(keep_open.then_some(stdin.0)),
        signals: signals.0,
        size: size.0,
        proxying,
        abort,
        on_terminal,
    };
    Running::new(capture, Box::new(task), client, &invocation)
}

async fn read_to_end(
    channel: Channel,
    mut reader: DuplexStream,
    gate: Arc<ReaderGate>,
    sleep: Option<Duration>,
    capture: Arc<Capture>,
) {
    gate.pass(sleep).await;
    let mut buffer = vec![0; PIPE_BYTES];
    while let Ok(count) = reader.read(&mut buffer).await {
        if count == 0 {
            break;
        }
        capture.output(channel, &buffer[..count]);
    }
    capture.channel_ended();
}

async fn tell_end(work: JoinHandle<i32>, capture: Arc<Capture>) {
    match work.await {
        // An exit status has eight bits.
        Ok(status) => capture.exited(Exit::Code(status & 0xff)),
        Err(error) if error.is_panic() => {
            let text = "the client's task panicked".to_owned();
            capture.note(EventKind::Note { text });
            capture.exited(Exit::Signal(6));
        }
        // Aborted: whoever did it has told how.
        Err(_) => capture.exited(Exit::Signal(Signal::KILL.number())),
    }
}

/// A command's task; dropping it ends the command.
#[derive(Debug)]
struct Task {
    capture: Arc<Capture>,
    gate: Arc<ReaderGate>,
    stdin: Mutex<Option<mpsc::UnboundedSender<Bytes>>>,
    signals: mpsc::UnboundedSender<Signal>,
    size: watch::Sender<Option<PtySize>>,
    proxying: Arc<AtomicBool>,
    abort: tokio::task::AbortHandle,
    on_terminal: bool,
}

impl Control for Task {
    fn write(&self, bytes: Bytes) -> Result<(), String> {
        let stdin = self.stdin.lock().unwrap_or_else(PoisonError::into_inner);
        let sender = stdin.as_ref().ok_or("it is not an open pipe")?;
        sender
            .send(bytes)
            .map_err(|_| "the client takes no more input".to_owned())
    }

    fn close_stdin(&self) -> Result<(), String> {
        if self.on_terminal {
            return Err("a terminal has no end of input but the byte 0x04".to_owned());
        }
        let mut stdin = self.stdin.lock().unwrap_or_else(PoisonError::into_inner);
        stdin
            .take()
            .map(drop)
            .ok_or("it is not an open pipe".to_owned())
    }

    fn signal(&self, signal: Signal) -> Result<(), String> {
        if self.abort.is_finished() {
            return Err("the client is gone".to_owned());
        }
        let catchable = !matches!(signal.name(), "KILL" | "STOP");
        if catchable && self.proxying.load(Ordering::SeqCst) {
            return self
                .signals
                .send(signal)
                .map_err(|_| "the client is gone".to_owned());
        }
        let ignored_by_default = matches!(signal.name(), "URG" | "WINCH" | "CONT");
        if !ignored_by_default {
            self.capture.exited(Exit::Signal(signal.number()));
            self.abort.abort();
        }
        Ok(())
    }

    fn resize(&self, size: PtySize) -> Result<(), String> {
        if !self.on_terminal {
            return Err("the client has no terminal".to_owned());
        }
        self.size.send_replace(Some(size));
        Ok(())
    }

    fn release_reader(&self) -> bool {
        self.gate.open()
    }

    fn kill(&self) {
        self.capture.exited(Exit::Signal(Signal::KILL.number()));
        self.abort.abort();
        self.gate.open();
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.abort.abort();
        self.gate.open();
    }
}
