//! nc: a stream between standard input and output and another host.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::{endpoint, numbers, spawn};
use crate::kernel::{
    Disposition, Errno, Exit, Fd, OpenFlags, Shutdown, Signal, SocketAddress, SocketKind, Sys,
};
use bytes::Bytes;
use std::net::SocketAddrV4;
use std::time::Duration;

/// Bytes that one step moves.
const STEP_BYTES: usize = 16 << 10;

/// What the arguments say.
#[derive(Debug, Default)]
struct Options {
    /// How often `-l` was given: twice listens again after each connection.
    listens: u32,
    udp: bool,
    verbose: bool,
    /// Only connect.
    scans: bool,
    port: Option<Bytes>,
    source: Option<Bytes>,
    wait: Option<Duration>,
    interval: Option<Duration>,
    file: Option<Bytes>,
    program: Option<Vec<Bytes>>,
    operands: Vec<Bytes>,
}

impl Options {
    fn kind(&self) -> SocketKind {
        match self.udp {
            true => SocketKind::Udp,
            false => SocketKind::Tcp,
        }
    }

    fn protocol(&self) -> &'static str {
        match self.udp {
            true => "udp",
            false => "tcp",
        }
    }
}

/// Reads the arguments; everything behind `-e PROG` is the program's.
fn read(cx: &Context<'_>) -> Result<Options, Fail> {
    let end = cx.args.iter().position(|arg| arg == "-e");
    let (own, program) = match end {
        None => (&cx.args[..], None),
        Some(at) if at + 1 < cx.args.len() => (&cx.args[..at], Some(cx.args[at + 1..].to_vec())),
        Some(_) => {
            let message = b"option requires an argument -- 'e'".to_vec();
            return Err(Fail::Usage(1, Some(message)));
        }
    };
    let parsed = super::args::parse(own, "lkp:w:i:f:s:unvz", &[]);
    let parsed = parsed.map_err(|message| Fail::Usage(1, Some(message)))?;
    let seconds = |letter| -> Result<Option<Duration>, Fail> {
        Ok(parsed.number(letter)?.map(Duration::from_secs))
    };
    let count = parsed.given.iter().filter(|(given, _)| *given == b'l');
    let again = u32::from(parsed.has(b'k'));
    let listens = u32::try_from(count.count()).unwrap_or(u32::MAX);
    Ok(Options {
        listens: listens.saturating_add(again.min(listens)),
        udp: parsed.has(b'u'),
        verbose: parsed.has(b'v'),
        scans: parsed.has(b'z'),
        port: parsed.value(b'p').cloned(),
        source: parsed.value(b's').cloned(),
        wait: seconds(b'w')?.filter(|wait| !wait.is_zero()),
        interval: seconds(b'i')?.filter(|interval| !interval.is_zero()),
        file: parsed.value(b'f').cloned(),
        program,
        operands: parsed.operands,
    })
}

/// Connects, or waits for a connection, and moves bytes both ways.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = read(cx)?;
    let count = options.operands.len();
    let fits = match (&options.file, options.listens) {
        (Some(_), 0) => count == 0,
        (Some(_), _) => false,
        (None, 0) => (1..=2).contains(&count),
        (None, _) => count <= 2,
    };
    if !fits {
        return Err(Fail::usage());
    }
    if let Some(path) = &options.file {
        let flags = OpenFlags::READ | OpenFlags::WRITE;
        let opened = cx.sys.open(path, flags, 0).await;
        let fd = opened.map_err(|error| Fail::new(cannot_open(path, error)))?;
        return serve(cx, &options, fd).await;
    }
    match options.listens {
        0 => {
            let fd = connect(cx, &options).await?;
            match options.scans {
                true => Ok(0),
                false => serve(cx, &options, fd).await,
            }
        }
        _ if options.udp => {
            let fd = hear(cx, &options).await?;
            serve(cx, &options, fd).await
        }
        _ => listen(cx, &options).await,
    }
}

fn timed_out(error: Errno, wait: Option<Duration>) -> Option<Fail> {
    (error == Errno::ETIMEDOUT && wait.is_some()).then(|| Fail::new("timed out"))
}

async fn connect(cx: &mut Context<'_>, options: &Options) -> Result<Fd, Fail> {
    let port = match options.operands.get(1) {
        Some(text) => endpoint::port(cx.sys, text, options.protocol()).await?,
        None => 0,
    };
    let to = endpoint::address(cx.sys, &options.operands[0], port).await?;
    let own = own_address(cx, options).await?;
    let fd = match own.port() == 0 && own.ip().is_unspecified() {
        true => cx.new_socket(options.kind())?,
        false => cx.bound(options.kind(), own)?,
    };
    let address = SocketAddress::Inet(to);
    let connected = cx.sys.connect(fd, &address, options.wait).await;
    connected.map_err(|error| {
        timed_out(error, options.wait).unwrap_or_else(|| endpoint::cannot_connect(to, error))
    })?;
    if options.verbose {
        let line = format!(
            "{} ({to}) open\n",
            String::from_utf8_lossy(&options.operands[0])
        );
        cx.error_text(line.as_bytes()).await;
    }
    Ok(fd)
}

async fn own_address(cx: &Context<'_>, options: &Options) -> Result<SocketAddrV4, Fail> {
    let port = match &options.port {
        Some(text) => endpoint::port(cx.sys, text, options.protocol()).await?,
        None => 0,
    };
    endpoint::own_address(options.source.as_deref(), port)
}

/// The address to listen at: `-p PORT`, or as others write it, `PORT` or `HOST PORT` behind `-l`.
async fn listening_address(cx: &Context<'_>, options: &Options) -> Result<SocketAddrV4, Fail> {
    let mut own = own_address(cx, options).await?;
    match options.operands.as_slice() {
        [] => {}
        [host] if options.port.is_some() => {
            own = endpoint::own_address(Some(host), own.port())?;
        }
        [port] => match numbers::decimal(port).is_some() {
            true => own.set_port(endpoint::port(cx.sys, port, options.protocol()).await?),
            false => own = endpoint::own_address(Some(port), own.port())?,
        },
        [host, port, ..] => {
            let port = endpoint::port(cx.sys, port, options.protocol()).await?;
            own = endpoint::own_address(Some(host), port)?;
        }
    }
    Ok(own)
}

async fn announce(cx: &mut Context<'_>, options: &Options, fd: Fd) {
    if options.verbose
        && let Ok(SocketAddress::Inet(own)) = cx.sys.local_address(fd)
    {
        let line = format!("listening on {own} ...\n");
        cx.error_text(line.as_bytes()).await;
    }
}

async fn accept(cx: &Context<'_>, options: &Options, fd: Fd) -> Result<Fd, Fail> {
    if options.wait.is_some() {
        let ready = cx.sys.poll_read(&[fd], options.wait).await;
        if ready.is_ok_and(|ready| ready.is_empty()) {
            return Err(Fail::new("timed out"));
        }
    }
    let accepted = cx.sys.accept(fd).await;
    let (fd, _) = accepted.map_err(|error| Fail::new(text!("accept: ", error.message())))?;
    Ok(fd)
}

async fn listen(cx: &mut Context<'_>, options: &Options) -> Outcome {
    let own = listening_address(cx, options).await?;
    let listener = cx.bound(SocketKind::Tcp, own)?;
    let listening = cx.sys.listen(listener, 1);
    listening.map_err(|error| Fail::new(text!("listen: ", error.message())))?;
    let _ = cx.sys.set_cloexec(listener, true);
    announce(cx, options, listener).await;
    if options.listens > 1 {
        cx.sys.set_disposition(Signal::Chld, Disposition::Ignore);
    }
    loop {
        let fd = accept(cx, options, listener).await?;
        match &options.program {
            Some(program) if options.listens > 1 => {
                let program = program.clone();
                let name = cx.name;
                let forked = cx.sys.fork(move |child| {
                    Box::pin(async move { hand_over(&child, name, fd, program).await })
                });
                forked.map_err(|error| Fail::new(text!("vfork: ", error.message())))?;
                let _ = cx.sys.close(fd);
            }
            Some(program) => return become_program(cx, fd, program),
            None if options.listens > 1 => {
                transfer(cx, options, fd).await?;
                let _ = cx.sys.close(fd);
            }
            None => {
                let _ = cx.sys.close(listener);
                return serve(cx, options, fd).await;
            }
        }
    }
}

/// Waits for the first message and answers whoever sent it.
async fn hear(cx: &mut Context<'_>, options: &Options) -> Result<Fd, Fail> {
    let own = listening_address(cx, options).await?;
    let fd = cx.bound(SocketKind::Udp, own)?;
    announce(cx, options, fd).await;
    let mut buffer = vec![0; STEP_BYTES];
    let failed = |error: Errno| Fail::new(text!("recv: ", error.message()));
    if cx
        .sys
        .poll_read(&[fd], options.wait)
        .await
        .map_err(failed)?
        .is_empty()
    {
        return Err(Fail::new("timed out"));
    }
    let received = cx.sys.receive(fd, &mut buffer).await.map_err(failed)?;
    let Some(received) = received else {
        return Err(Fail::Status(0));
    };
    cx.sys
        .connect(fd, &received.from, None)
        .await
        .map_err(failed)?;
    cx.out.put(&buffer[..received.bytes]);
    cx.out.flush().await?;
    Ok(fd)
}

async fn serve(cx: &mut Context<'_>, options: &Options, fd: Fd) -> Outcome {
    match &options.program {
        Some(program) => become_program(cx, fd, program),
        None => transfer(cx, options, fd).await,
    }
}

fn become_program(cx: &Context<'_>, fd: Fd, program: &[Bytes]) -> Outcome {
    take_over(cx.sys, fd).map_err(|error| Fail::new(text!("dup2: ", error.message())))?;
    match spawn::exec(cx.sys, program.to_vec(), cx.sys.environ()) {
        Ok(exit) => Err(Fail::Exit(exit)),
        Err(error) => Err(Fail::new(cannot_execute(&program[0], error))),
    }
}

async fn hand_over(child: &Sys, name: &'static str, fd: Fd, program: Vec<Bytes>) -> Exit {
    if take_over(child, fd).is_err() {
        return Exit::Status(1);
    }
    let first = program[0].clone();
    match spawn::exec(child, program, child.environ()) {
        Ok(exit) => exit,
        Err(error) => {
            let line = text!(name, ": ", cannot_execute(&first, error), "\n");
            let _ = child.write_all(2, &line).await;
            Exit::Status(1)
        }
    }
}

fn cannot_execute(program: &[u8], error: Errno) -> Vec<u8> {
    text!("can't execute '", program, "': ", error.message())
}

/// Makes a connection standard input and output.
fn take_over(sys: &Sys, fd: Fd) -> Result<(), Errno> {
    sys.dup_to(fd, 0)?;
    sys.dup_to(fd, 1)?;
    match fd {
        0 | 1 => Ok(()),
        _ => sys.close(fd),
    }
}

/// Moves bytes both ways until the other side ends; the end of standard input ends one direction only.
async fn transfer(cx: &mut Context<'_>, options: &Options, fd: Fd) -> Outcome {
    let mut open = vec![0, fd];
    let mut buffer = vec![0; STEP_BYTES];
    loop {
        let ready = cx.sys.poll_read(&open, None).await;
        let ready = ready.map_err(|error| Fail::new(text!("poll: ", error.message())))?;
        for from in ready {
            let count = match cx.sys.read(from, &mut buffer).await {
                Ok(count) => count,
                Err(Errno::EINTR) => continue,
                Err(_) => 0,
            };
            match (from, count) {
                (0, 0) => {
                    // A datagram socket has no end to send.
                    let _ = cx.sys.shut_down(fd, Shutdown::Write);
                    open.retain(|fd| *fd != 0);
                }
                (0, _) => send(cx, fd, &buffer[..count]).await?,
                (_, 0) => return Ok(0),
                (_, _) => send(cx, 1, &buffer[..count]).await?,
            }
            if let Some(interval) = options.interval {
                let _ = cx.sys.sleep(interval).await;
            }
            cx.sys.burn(200 + count as u64 / 8).await;
        }
    }
}

async fn send(cx: &Context<'_>, fd: Fd, bytes: &[u8]) -> Result<(), Fail> {
    let sent = cx.sys.write_all(fd, bytes).await;
    sent.map_err(|error| Fail::new(text!("write error: ", error.message())))
}
