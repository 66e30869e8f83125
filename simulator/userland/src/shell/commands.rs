//! Streams of commands: scripts, standard input, `-c`, `eval`, `.` and traps.

use bytes::Bytes;

use super::machine::{Flags, Frame, Machine, Unwind};
use super::options::ShellOption;
use super::parser::{Parser, Progress, Rules};
use super::state::{Parameters, State};
use crate::kernel::{Errno, Fd};

/// How much of a script is read at once.
const BLOCK_BYTES: usize = 8192;
/// Fuel of parsing a byte.
const PARSE_FUEL: u64 = 30;

/// What a stream of commands is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The shell's own commands.
    Main,
    Eval,
    Dot,
    Trap,
}

/// Where the bytes come from.
#[derive(Debug)]
enum Source {
    /// All of them have been fed.
    Text,
    File {
        fd: Fd,
        block: Vec<u8>,
        used: usize,
    },
    Terminal,
}

/// A stream of commands being read.
#[derive(Debug)]
pub(crate) struct CommandsFrame {
    pub(crate) parser: Parser,
    source: Source,
    purpose: Purpose,
    flags: Flags,
    /// The name messages had before.
    outer_name: Option<Bytes>,
    /// The positional parameters that come back, when `.` was given some.
    outer_parameters: Option<Parameters>,
    ran: bool,
}

impl CommandsFrame {
    fn new(parser: Parser, source: Source, purpose: Purpose, flags: Flags) -> Self {
        Self {
            parser,
            source,
            purpose,
            flags,
            outer_name: None,
            outer_parameters: None,
            ran: false,
        }
    }

    fn text(text: &[u8], mut parser: Parser, purpose: Purpose, flags: Flags) -> Self {
        parser.feed(text);
        parser.feed_end();
        Self::new(parser, Source::Text, purpose, flags)
    }

    /// The commands of `-c`.
    pub(crate) fn command_string(text: &[u8], state: &State) -> Self {
        // The first line of a command string has the number 1 in other shells.
        let parser = state.parser(u32::from(state.poses));
        Self::text(text, parser, Purpose::Main, Flags::EXIT)
    }

    /// A trap's action.
    pub(crate) fn trap(text: &[u8], state: &State) -> Self {
        let rules = Rules {
            counts_lines: false,
            ..state.parser_rules()
        };
        let parser = Parser::new(state.line, rules);
        Self::text(text, parser, Purpose::Trap, Flags::default())
    }

    /// A script, or commands on standard input.
    pub(crate) fn file(fd: Fd, state: &State) -> Self {
        Self::new(
            state.parser(1),
            file_source(fd),
            Purpose::Main,
            Flags::default(),
        )
    }

    /// How far forks take the script to have been read: commands that are no file's count as one line.
    pub(crate) fn base_line(&self) -> u32 {
        match self.source {
            Source::Text => 1,
            Source::File { .. } | Source::Terminal => self.parser.line(),
        }
    }

    /// Commands typed at a terminal.
    pub(crate) fn terminal(state: &State) -> Self {
        Self::new(
            state.parser(1),
            Source::Terminal,
            Purpose::Main,
            Flags::default(),
        )
    }
}

fn file_source(fd: Fd) -> Source {
    Source::File {
        fd,
        block: Vec::new(),
        used: 0,
    }
}

impl Machine {
    /// Begins `eval`.
    pub(crate) fn push_eval(&mut self, text: &[u8], flags: Flags, outer_name: Option<Bytes>) {
        let mut frame = CommandsFrame::text(
            text,
            self.state.parser(self.state.line),
            Purpose::Eval,
            flags,
        );
        frame.outer_name = outer_name;
        self.frames.push(Frame::Commands(Box::new(frame)));
    }

    /// Begins `.` on an open file.
    pub(crate) fn push_dot(
        &mut self,
        fd: Fd,
        flags: Flags,
        outer_name: Option<Bytes>,
        outer_parameters: Option<Parameters>,
    ) {
        self.state.script_fds.push(fd);
        let mut frame =
            CommandsFrame::new(self.state.parser(1), file_source(fd), Purpose::Dot, flags);
        frame.outer_name = outer_name;
        frame.outer_parameters = outer_parameters;
        self.frames.push(Frame::Commands(Box::new(frame)));
    }

    /// Reads the next command of a stream and begins it.
    pub(crate) async fn read_command(
        &mut self,
        mut frame: Box<CommandsFrame>,
    ) -> Result<(), Unwind> {
        loop {
            let progress = frame.parser.advance(&self.state.aliases, self.state.line);
            let parsed = frame.parser.parsed_bytes() as u64;
            self.sys.burn(100 + parsed * PARSE_FUEL).await;
            match progress {
                Ok(Progress::NeedInput) => {
                    if let Err(unwind) = self.fill(&mut frame).await {
                        self.frames.push(Frame::Commands(frame));
                        return Err(unwind);
                    }
                }
                Ok(Progress::Paused | Progress::Blank) => {}
                Ok(Progress::Command {
                    program,
                    root,
                    last,
                }) => {
                    frame.ran = true;
                    let flags = Flags {
                        exit: frame.flags.exit && last,
                        ..frame.flags
                    };
                    self.frames.push(Frame::Commands(frame));
                    return self.evaluate(program, root, flags).await;
                }
                Ok(Progress::End) => return self.end_commands(*frame).await,
                Err(error) => {
                    let text = format!("syntax error: {}", error.message);
                    self.complain(text.as_bytes(), error.line);
                    self.state.status = 2;
                    self.frames.push(Frame::Commands(frame));
                    return Err(Unwind::Error(2));
                }
            }
        }
    }

    async fn end_commands(&mut self, frame: CommandsFrame) -> Result<(), Unwind> {
        let CommandsFrame {
            source,
            purpose,
            flags,
            outer_name,
            outer_parameters,
            ran,
            ..
        } = frame;
        match purpose {
            Purpose::Main => {
                if matches!(source, Source::Terminal) && self.keep_for_stopped_jobs() {
                    self.frames
                        .push(Frame::Commands(Box::new(CommandsFrame::terminal(
                            &self.state,
                        ))));
                    return Ok(());
                }
                return Err(Unwind::Exit(self.state.status));
            }
            Purpose::Trap => return Ok(()),
            Purpose::Eval | Purpose::Dot => {}
        }
        self.close_commands(&source);
        self.state.command_name = outer_name;
        if let Some(parameters) = outer_parameters {
            self.state.parameters = parameters;
        }
        if !ran {
            self.state.status = 0;
        }
        self.check_errexit(flags)
    }

    fn close_commands(&mut self, source: &Source) {
        if let Source::File { fd, .. } = source {
            let _ = self.sys.close(*fd);
            self.state.script_fds.retain(|other| other != fd);
        }
    }

    /// Leaves a stream early; `None` when it goes on or the unwinding ends with it.
    pub(crate) async fn leave_commands(
        &mut self,
        frame: Box<CommandsFrame>,
        unwind: Unwind,
    ) -> Option<Unwind> {
        match frame.purpose {
            Purpose::Main if self.state.is_interactive() && !self.state.is_subshell => {
                match unwind {
                    Unwind::Exit(_) | Unwind::Exec(_) => return Some(unwind),
                    Unwind::Interrupt => self.state.status = 128 + 2,
                    _ => {}
                }
                self.state.loop_depth = 0;
                self.state.command_name = None;
                let CommandsFrame { source, .. } = *frame;
                let parser = self.state.parser(self.state.line);
                self.frames
                    .push(Frame::Commands(Box::new(CommandsFrame::new(
                        parser,
                        source,
                        Purpose::Main,
                        Flags::default(),
                    ))));
                None
            }
            Purpose::Main => match unwind {
                Unwind::Return => Some(Unwind::Exit(self.state.status)),
                other => Some(other),
            },
            Purpose::Trap => Some(unwind),
            Purpose::Eval | Purpose::Dot => {
                self.close_commands(&frame.source);
                self.state.command_name = frame.outer_name;
                if let Some(parameters) = frame.outer_parameters {
                    self.state.parameters = parameters;
                }
                match (frame.purpose, unwind) {
                    (Purpose::Dot, Unwind::Return) => self.check_errexit(frame.flags).err(),
                    (_, unwind) => Some(unwind),
                }
            }
        }
    }

    /// Feeds the next line.
    async fn fill(&mut self, frame: &mut CommandsFrame) -> Result<(), Unwind> {
        self.flush().await;
        match &mut frame.source {
            Source::Text => frame.parser.feed_end(),
            Source::File { fd, block, used } => {
                if *used >= block.len() {
                    block.resize(BLOCK_BYTES, 0);
                    *used = 0;
                    let count = loop {
                        match self.sys.read(*fd, block).await {
                            Ok(count) => break count,
                            Err(Errno::EINTR) => self.collect_signals()?,
                            Err(_) => break 0,
                        }
                    };
                    block.truncate(count);
                    if count == 0 {
                        frame.parser.feed_end();
                        return Ok(());
                    }
                }
                let rest = &block[*used..];
                let length = rest
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .map_or(rest.len(), |at| at + 1);
                if self.state.options.has(ShellOption::Verbose) {
                    self.err.extend_from_slice(&rest[..length]);
                }
                // Bytes that no text has are passed over.
                for part in rest[..length].split(|byte| *byte == 0) {
                    frame.parser.feed(part);
                }
                *used += length;
            }
            Source::Terminal => {
                let continuing = frame.parser.is_continuing();
                match self.read_line(continuing).await? {
                    Some(line) => frame.parser.feed(&line),
                    None => frame.parser.feed_end(),
                }
            }
        }
        Ok(())
    }
}
