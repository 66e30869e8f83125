//! Files and commands that a program reads and writes by name.

use super::super::context::{Context, Fail, cannot_open};
use super::super::io::{Reader, Writer};
use super::super::spawn;
use super::code::Redirect;
use super::input::RecordReader;
use crate::kernel::{Errno, Exit, Fd, OpenFlags, Pid, Sys, WaitStatus};
use bytes::Bytes;

enum End<'a> {
    Input(RecordReader<'a>),
    Output { fd: Fd, writer: Writer<'a> },
}

struct Stream<'a> {
    name: Bytes,
    end: End<'a>,
    /// The command at the other end.
    child: Option<Pid>,
}

/// All open streams.
#[derive(Default)]
pub(super) struct Streams<'a> {
    open: Vec<Stream<'a>>,
}

impl<'a> Streams<'a> {
    /// Where to write; `None` is standard output.
    pub(super) async fn output(
        &mut self,
        cx: &mut Context<'a>,
        name: &Bytes,
        redirect: Redirect,
    ) -> Result<Option<&mut Writer<'a>>, Fail> {
        if redirect != Redirect::Pipe && (name == "-" || name == "/dev/stdout") {
            return Ok(None);
        }
        let known = self
            .open
            .iter()
            .position(|stream| stream.name == name && matches!(stream.end, End::Output { .. }));
        let index = match known {
            Some(index) => index,
            None => {
                let sys = cx.sys;
                let (fd, child) = if redirect == Redirect::Pipe {
                    self.flush(cx).await?;
                    let (fd, child) = piped(sys, name, 0).map_err(no_process)?;
                    (fd, Some(child))
                } else {
                    let mut flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::CLOEXEC;
                    flags |= match redirect {
                        Redirect::Append => OpenFlags::APPEND,
                        _ => OpenFlags::TRUNC,
                    };
                    let fd = sys.open(name, flags, 0o666).await;
                    (
                        fd.map_err(|error| Fail::new(cannot_open(name, error)))?,
                        None,
                    )
                };
                self.open.push(Stream {
                    name: name.clone(),
                    end: End::Output {
                        fd,
                        writer: Writer::new(sys, fd),
                    },
                    child,
                });
                self.open.len() - 1
            }
        };
        match &mut self.open[index].end {
            End::Output { writer, .. } => Ok(Some(writer)),
            End::Input(_) => Ok(None),
        }
    }

    /// Where to read; `None` when it cannot be opened.
    pub(super) async fn input(
        &mut self,
        cx: &mut Context<'a>,
        name: &Bytes,
        is_command: bool,
    ) -> Result<Option<&mut RecordReader<'a>>, Fail> {
        let known = self
            .open
            .iter()
            .position(|stream| stream.name == name && matches!(stream.end, End::Input(_)));
        let index = match known {
            Some(index) => index,
            None => {
                let sys = cx.sys;
                let (reader, child) = if is_command {
                    self.flush(cx).await?;
                    let (fd, child) = piped(sys, name, 1).map_err(no_process)?;
                    (Reader::owned(sys, fd), Some(child))
                } else if name == "-" || name == "/dev/stdin" {
                    (Reader::borrowed(sys, 0), None)
                } else {
                    let flags = OpenFlags::READ | OpenFlags::CLOEXEC;
                    match sys.open(name, flags, 0).await {
                        Ok(fd) => (Reader::owned(sys, fd), None),
                        Err(_) => return Ok(None),
                    }
                };
                self.open.push(Stream {
                    name: name.clone(),
                    end: End::Input(RecordReader::new(reader)),
                    child,
                });
                self.open.len() - 1
            }
        };
        match &mut self.open[index].end {
            End::Input(reader) => Ok(Some(reader)),
            End::Output { .. } => Ok(None),
        }
    }

    /// Writes everything out.
    pub(super) async fn flush(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        cx.out.flush().await?;
        for stream in &mut self.open {
            if let End::Output { writer, .. } = &mut stream.end {
                writer.flush().await?;
            }
        }
        Ok(())
    }

    /// Closes what has this name; a command's status, otherwise 0.
    pub(super) async fn close(&mut self, cx: &mut Context<'a>, name: &[u8]) -> Result<u8, Fail> {
        let mut status = 0;
        while let Some(index) = self.open.iter().position(|stream| stream.name == name) {
            let stream = self.open.remove(index);
            status = close_stream(cx, stream).await?;
        }
        Ok(status)
    }

    /// Closes everything.
    pub(super) async fn close_all(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        cx.out.flush().await?;
        while !self.open.is_empty() {
            let stream = self.open.remove(0);
            close_stream(cx, stream).await?;
        }
        Ok(())
    }

    /// Runs a command and waits for it.
    pub(super) async fn system(
        &mut self,
        cx: &mut Context<'a>,
        command: &Bytes,
    ) -> Result<u8, Fail> {
        self.flush(cx).await?;
        let child = shell(cx.sys, command.clone(), None).map_err(no_process)?;
        Ok(match spawn::wait(cx.sys, child).await {
            Ok(WaitStatus::Exited(status)) => status,
            _ => 0,
        })
    }
}

async fn close_stream<'a>(cx: &mut Context<'a>, stream: Stream<'a>) -> Result<u8, Fail> {
    match stream.end {
        End::Input(reader) => drop(reader),
        End::Output { fd, mut writer } => {
            let flushed = writer.flush().await;
            let _ = cx.sys.close(fd);
            flushed?;
        }
    }
    let Some(child) = stream.child else {
        return Ok(0);
    };
    Ok(match spawn::wait(cx.sys, child).await {
        Ok(WaitStatus::Exited(status)) => status,
        _ => 0,
    })
}

fn no_process(error: Errno) -> Fail {
    Fail::new(error.message())
}

/// Starts a command with a pipe at its descriptor 0 or 1; returns the other end.
fn piped(sys: &Sys, command: &Bytes, child_fd: Fd) -> Result<(Fd, Pid), Errno> {
    let (read, write) = sys.pipe()?;
    let (own, given) = if child_fd == 0 {
        (write, read)
    } else {
        (read, write)
    };
    let started = sys
        .set_cloexec(own, true)
        .and_then(|()| sys.set_cloexec(given, true))
        .and_then(|()| shell(sys, command.clone(), Some((given, child_fd))));
    let _ = sys.close(given);
    match started {
        Ok(child) => Ok((own, child)),
        Err(error) => {
            let _ = sys.close(own);
            Err(error)
        }
    }
}

/// Starts `sh -c COMMAND`, with a descriptor moved to another place.
fn shell(sys: &Sys, command: Bytes, moved: Option<(Fd, Fd)>) -> Result<Pid, Errno> {
    sys.fork(move |child| {
        Box::pin(async move {
            if let Some((from, to)) = moved
                && child.dup_to(from, to).is_err()
            {
                return Exit::Status(127);
            }
            let argv = vec![
                Bytes::from_static(b"sh"),
                Bytes::from_static(b"-c"),
                command,
            ];
            let environment = child.environ();
            child
                .exec(b"/bin/sh", argv, environment)
                .unwrap_or(Exit::Status(127))
        })
    })
}
