//! The machine that runs programs: a stack of frames on the heap, stepped one at a time.

use std::sync::Arc;

use bytes::Bytes;

use super::commands::CommandsFrame;
use super::line_editor::History;
use super::options::ShellOption;
use super::program::{NodeId, Program, Span};
use super::redirection::Saved;
use super::state::{Parameters, Scope, State};
use super::traps;
use crate::kernel::{Buffer, Charge, ExecImage, Exit, Fd, Items, Signal, Sys};

/// How a node is evaluated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flags {
    /// Its status is tested, so that `set -e` does not apply.
    pub(crate) tested: bool,
    /// Nothing follows it in this process.
    pub(crate) exit: bool,
}

impl Flags {
    pub(crate) const EXIT: Self = Self {
        tested: false,
        exit: true,
    };

    pub(crate) fn tested(self) -> Self {
        Self {
            tested: true,
            exit: false,
        }
    }

    pub(crate) fn inner(self) -> Self {
        Self {
            exit: false,
            ..self
        }
    }
}

/// Why frames are left early.
#[derive(Debug)]
pub(crate) enum Unwind {
    /// Out of so many loops.
    Break(u32),
    Continue(u32),
    /// Out of the function or the file of `.`.
    Return,
    /// The shell ends with this status.
    Exit(u8),
    /// An error that ends a shell unless it is interactive.
    Error(u8),
    /// Ctrl-C at an interactive shell.
    Interrupt,
    /// Another program takes over.
    Exec(Box<ExecImage>),
}

/// What a command began with and where it goes on.
#[derive(Debug)]
pub(crate) enum Frame {
    /// A node that is to be evaluated.
    Evaluate {
        program: Arc<Program>,
        node: NodeId,
        flags: Flags,
    },
    Sequence {
        program: Arc<Program>,
        items: Span,
        flags: Flags,
    },
    AndOr {
        program: Arc<Program>,
        right: NodeId,
        or: bool,
        flags: Flags,
    },
    Not,
    If {
        program: Arc<Program>,
        then: NodeId,
        otherwise: Option<NodeId>,
        flags: Flags,
    },
    Loop {
        program: Arc<Program>,
        condition: NodeId,
        body: NodeId,
        until: bool,
        in_condition: bool,
        status: u8,
        flags: Flags,
    },
    For {
        program: Arc<Program>,
        name: Span,
        values: Items<Bytes>,
        body: NodeId,
        flags: Flags,
    },
    /// Redirections to undo.
    Redirected(Saved),
    /// Variables that come back when a builtin that goes on has ended.
    Scope(Scope),
    /// A function's caller.
    Call(Box<Call>),
    /// A stream of commands: a script, `eval`, `.`, a trap.
    Commands(Box<CommandsFrame>),
    /// A trap's action has run; `$?` comes back.
    Trap {
        status: u8,
        outer: Option<u8>,
    },
    /// The action of the EXIT trap has run.
    ExitTrap {
        status: u8,
    },
    /// The action for a command that failed has run; its status comes back.
    ErrorTrap {
        status: u8,
    },
    /// A command failed under `set -e`, and actions of traps that came before have run.
    ErrorExit {
        status: u8,
    },
    /// What a builtin began goes on; errors end here unless it is a special one.
    Guard {
        flags: Flags,
    },
    /// The script's own function for programs that are not there has run.
    NotFound {
        flags: Flags,
    },
}

#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) parameters: Parameters,
    pub(crate) flags: Flags,
    pub(crate) line: u32,
    /// The function that was running.
    pub(crate) function: Option<Bytes>,
    /// The caller's action for commands that fail.
    pub(crate) error_trap: Option<Bytes>,
}

/// The most frames: beyond it a script recurses without end.
const MAX_FRAMES: usize = 100_000;

/// The most frames that one step adds.
const STEP_FRAMES: usize = 4;

/// Fuel of one step beside what its system calls and expansions cost.
const STEP_FUEL: u64 = 300;

/// One shell process.
pub(crate) struct Machine {
    pub(crate) sys: Sys,
    pub(crate) state: State,
    pub(crate) frames: Vec<Frame>,
    /// For the frames.
    charge: Charge,
    /// What builtins print; written when the builtin ends.
    pub(crate) out: Buffer,
    /// Ends of pipes to processes that a command being expanded has started.
    pub(crate) process_fds: Vec<Fd>,
    /// Messages; written at the next step.
    pub(crate) err: Vec<u8>,
    /// Ctrl-C was pressed and has not been acted on.
    pub(crate) interrupted: bool,
    /// The end of input was refused once because of stopped jobs.
    pub(crate) warned_of_stopped_jobs: bool,
    /// Lines typed at the terminal.
    pub(crate) history: History,
    /// The action of the EXIT trap has begun.
    exiting: bool,
}

impl Machine {
    pub(crate) fn new(sys: Sys, state: State) -> Self {
        Self {
            sys,
            state,
            frames: Vec::new(),
            charge: Charge::new(),
            out: Buffer::new(),
            process_fds: Vec::new(),
            err: Vec::new(),
            interrupted: false,
            warned_of_stopped_jobs: false,
            history: History::default(),
            exiting: false,
        }
    }

    /// Runs until the shell ends.
    pub(crate) async fn run(mut self) -> Exit {
        loop {
            self.sys.burn(STEP_FUEL).await;
            self.flush().await;
            let unwind = match self.step().await {
                Ok(()) => continue,
                Err(unwind) => unwind,
            };
            self.flush().await;
            if let Some(exit) = self.unwind(unwind).await {
                self.flush().await;
                return exit;
            }
        }
    }

    async fn step(&mut self) -> Result<(), Unwind> {
        self.collect_signals()?;
        if std::mem::take(&mut self.interrupted) {
            return Err(Unwind::Interrupt);
        }
        if self.state.traps.has_pending() && self.start_trap() {
            return Ok(());
        }
        if self.frames.len() > MAX_FRAMES {
            return Err(self.too_deep());
        }
        self.charge.reserve(&mut self.frames, STEP_FRAMES);
        match self.frames.pop() {
            None => Err(Unwind::Exit(self.state.status)),
            Some(Frame::Evaluate {
                program,
                node,
                flags,
            }) => self.evaluate(program, node, flags).await,
            Some(Frame::Commands(frame)) => self.read_command(frame).await,
            Some(frame) => self.resume(frame).await,
        }
    }

    /// The line that is being read, behind the command that runs.
    pub(crate) fn reading_line(&self) -> u32 {
        let line = |frame: &Frame| match frame {
            Frame::Commands(frame) => Some(frame.parser.line()),
            _ => None,
        };
        self.frames
            .iter()
            .rev()
            .find_map(line)
            .unwrap_or(self.state.line)
    }

    /// Says that commands are nested too deeply, whichever of them is the last.
    pub(super) fn too_deep(&mut self) -> Unwind {
        self.state.command_name = None;
        self.fail("recursion too deep")
    }

    /// Goes on with a frame whose inner command has ended.
    async fn resume(&mut self, frame: Frame) -> Result<(), Unwind> {
        match frame {
            Frame::Sequence {
                program,
                mut items,
                flags,
            } => {
                let node = program.children[items.start as usize];
                items.start += 1;
                if items.is_empty() {
                    return self.evaluate(program, node, flags).await;
                }
                self.frames.push(Frame::Sequence {
                    program: program.clone(),
                    items,
                    flags,
                });
                self.evaluate(program, node, flags.inner()).await
            }
            Frame::AndOr {
                program,
                right,
                or,
                flags,
            } => {
                if or == (self.state.status != 0) {
                    self.evaluate(program, right, flags).await
                } else {
                    Ok(())
                }
            }
            Frame::Not => {
                self.state.status = u8::from(self.state.status == 0);
                Ok(())
            }
            Frame::If {
                program,
                then,
                otherwise,
                flags,
            } => {
                if self.state.status == 0 {
                    return self.evaluate(program, then, flags).await;
                }
                match otherwise {
                    Some(node) => self.evaluate(program, node, flags).await,
                    None => {
                        self.state.status = 0;
                        Ok(())
                    }
                }
            }
            Frame::Loop { .. } => self.resume_loop(frame).await,
            Frame::For { .. } => self.resume_for(frame).await,
            Frame::Redirected(saved) => {
                self.undo(saved).await;
                Ok(())
            }
            Frame::Scope(scope) => {
                let _ = self.state.restore_scope(scope);
                Ok(())
            }
            Frame::Call(call) => self.end_call(*call),
            Frame::Trap { status, outer } => {
                self.state.status = status;
                self.state.trap_status = outer;
                Ok(())
            }
            Frame::ExitTrap { status } | Frame::ErrorExit { status } => Err(Unwind::Exit(status)),
            Frame::ErrorTrap { status } => self.end_error_trap(status),
            Frame::Guard { .. } => Ok(()),
            Frame::NotFound { flags } => {
                self.state.status = 127;
                self.check_errexit(flags)
            }
            Frame::Evaluate { .. } | Frame::Commands(_) => Ok(()),
        }
    }

    async fn resume_loop(&mut self, frame: Frame) -> Result<(), Unwind> {
        let Frame::Loop {
            program,
            condition,
            body,
            until,
            in_condition,
            mut status,
            flags,
        } = frame
        else {
            return Ok(());
        };
        if in_condition {
            let goes_on = until != (self.state.status == 0);
            if !goes_on {
                self.state.loop_depth -= 1;
                self.state.status = status;
                return Ok(());
            }
        } else {
            status = self.state.status;
        }
        self.frames.push(Frame::Loop {
            program: program.clone(),
            condition,
            body,
            until,
            in_condition: !in_condition,
            status,
            flags,
        });
        if in_condition {
            self.evaluate(program, body, flags).await
        } else {
            self.evaluate(program, condition, flags.tested()).await
        }
    }

    async fn resume_for(&mut self, frame: Frame) -> Result<(), Unwind> {
        let Frame::For {
            program,
            name,
            mut values,
            body,
            flags,
        } = frame
        else {
            return Ok(());
        };
        let Some(value) = values.next() else {
            self.state.loop_depth -= 1;
            return Ok(());
        };
        let result = self.assign(program.bytes(name), value);
        self.frames.push(Frame::For {
            program: program.clone(),
            name,
            values,
            body,
            flags,
        });
        result?;
        self.evaluate(program, body, flags).await
    }

    fn end_call(&mut self, call: Call) -> Result<(), Unwind> {
        let flags = call.flags;
        self.leave_call(call)?;
        self.check_errexit(flags)
    }

    fn leave_call(&mut self, call: Call) -> Result<(), Unwind> {
        let scope = self.state.scopes.pop();
        self.state.parameters = call.parameters;
        self.state.line = call.line;
        self.state.function = call.function;
        self.state.function_depth -= 1;
        if let Some(action) = call.error_trap {
            self.state.traps.put_error_back(action);
        }
        match scope.and_then(|scope| self.state.restore_scope(scope)) {
            Some(name) => Err(self.fail_bytes(&[&name[..], b": bad variable name"].concat())),
            None => Ok(()),
        }
    }

    /// Acts on a command that failed: the action of `trap … ERR` begins, `set -e` ends the shell.
    pub(crate) fn check_errexit(&mut self, flags: Flags) -> Result<(), Unwind> {
        let status = self.state.status;
        if flags.tested || status == 0 {
            return Ok(());
        }
        let action = self.state.traps.action(traps::ERR).cloned();
        match action {
            Some(action) if !self.state.in_error_trap => {
                self.state.in_error_trap = true;
                self.frames.push(Frame::ErrorTrap { status });
                self.push_trap_action(&action);
                Ok(())
            }
            _ => self.exit_on_error(),
        }
    }

    fn end_error_trap(&mut self, status: u8) -> Result<(), Unwind> {
        self.state.in_error_trap = false;
        self.state.status = status;
        self.exit_on_error()
    }

    fn exit_on_error(&mut self) -> Result<(), Unwind> {
        let status = self.state.status;
        if !self.state.options.has(ShellOption::ErrExit) {
            return Ok(());
        }
        // Signals that came before have their actions first.
        self.collect_signals()?;
        if self.state.traps.has_pending() {
            self.frames.push(Frame::ErrorExit { status });
            return Ok(());
        }
        Err(Unwind::Exit(status))
    }

    /// Leaves frames until one of them stops `unwind`; the exit when none does.
    async fn unwind(&mut self, mut unwind: Unwind) -> Option<Exit> {
        loop {
            let Some(frame) = self.frames.pop() else {
                return self.end(unwind);
            };
            match self.leave(frame, unwind).await {
                None => return None,
                Some(next) => unwind = next,
            }
        }
    }

    /// Nothing is left to leave: the EXIT trap runs once, then the shell ends.
    fn end(&mut self, unwind: Unwind) -> Option<Exit> {
        let status = match unwind {
            Unwind::Exec(image) => return Some(Exit::Exec(image)),
            Unwind::Exit(status) | Unwind::Error(status) => status,
            // The signal does what it would have done had the shell not waited with it.
            Unwind::Interrupt => return Some(Exit::Signal(Signal::Int)),
            Unwind::Break(_) | Unwind::Continue(_) | Unwind::Return => self.state.status,
        };
        self.state.status = status;
        let action = self.state.traps.take_exit();
        let Some(action) = action.filter(|_| !self.exiting) else {
            return Some(Exit::Status(status));
        };
        self.exiting = true;
        self.state.trap_status = Some(status);
        self.state.loop_depth = 0;
        self.frames.push(Frame::ExitTrap { status });
        self.push_trap_action(&action);
        None
    }

    /// Leaves one frame; `None` when it stops the unwinding.
    async fn leave(&mut self, frame: Frame, unwind: Unwind) -> Option<Unwind> {
        match frame {
            // A program that takes over keeps redirections.
            Frame::Redirected(_) if matches!(unwind, Unwind::Exec(_)) => Some(unwind),
            Frame::Redirected(saved) => {
                self.undo(saved).await;
                Some(unwind)
            }
            Frame::Loop { .. } | Frame::For { .. } => self.leave_loop(frame, unwind),
            Frame::Call(call) => {
                let flags = call.flags;
                if let Err(error) = self.leave_call(*call) {
                    return Some(error);
                }
                match unwind {
                    Unwind::Return => self.check_errexit(flags).err(),
                    other => Some(other),
                }
            }
            Frame::Commands(frame) => self.leave_commands(frame, unwind).await,
            Frame::Scope(scope) => {
                let _ = self.state.restore_scope(scope);
                Some(unwind)
            }
            Frame::Not => {
                if matches!(
                    unwind,
                    Unwind::Return | Unwind::Break(_) | Unwind::Continue(_)
                ) {
                    self.state.status = u8::from(self.state.status == 0);
                }
                Some(unwind)
            }
            Frame::Trap { outer, status } => {
                self.state.trap_status = outer;
                if matches!(unwind, Unwind::Break(_) | Unwind::Continue(_)) {
                    self.state.status = status;
                }
                Some(unwind)
            }
            // `return` ends the action and changes nothing, unless its status is an error that counts.
            Frame::ExitTrap { status } if matches!(unwind, Unwind::Return) => {
                let counts = self.state.options.has(ShellOption::ErrExit) && self.state.status != 0;
                Some(Unwind::Exit(if counts {
                    self.state.status
                } else {
                    status
                }))
            }
            Frame::ErrorTrap { status } if matches!(unwind, Unwind::Error(_)) => {
                self.end_error_trap(status).err()
            }
            Frame::ErrorTrap { .. } => {
                self.state.in_error_trap = false;
                Some(unwind)
            }
            Frame::Guard { flags } => match unwind {
                Unwind::Error(status) => {
                    self.state.status = status;
                    self.check_errexit(flags).err()
                }
                other => Some(other),
            },
            _ => Some(unwind),
        }
    }

    fn leave_loop(&mut self, mut frame: Frame, unwind: Unwind) -> Option<Unwind> {
        match unwind {
            Unwind::Break(1) => {
                self.state.loop_depth -= 1;
                None
            }
            Unwind::Break(levels) => {
                self.state.loop_depth -= 1;
                Some(Unwind::Break(levels - 1))
            }
            Unwind::Continue(1) => {
                if let Frame::Loop { in_condition, .. } = &mut frame {
                    *in_condition = false;
                }
                self.frames.push(frame);
                None
            }
            Unwind::Continue(levels) => {
                self.state.loop_depth -= 1;
                Some(Unwind::Continue(levels - 1))
            }
            other => {
                self.state.loop_depth -= 1;
                Some(other)
            }
        }
    }

    /// Notes caught signals.
    ///
    /// # Errors
    /// [`Unwind::Interrupt`] when Ctrl-C was pressed at an interactive shell.
    pub(crate) fn collect_signals(&mut self) -> Result<(), Unwind> {
        while let Some(signal) = self.sys.take_caught() {
            let trapped = self.state.traps.note(signal);
            if !trapped && signal == Signal::Int && self.state.traps.catches_interrupts() {
                return Err(Unwind::Interrupt);
            }
        }
        Ok(())
    }

    /// Begins the action of a pending trap.
    fn start_trap(&mut self) -> bool {
        let Some((_, action)) = self.state.traps.take_pending() else {
            return false;
        };
        let status = self.state.status;
        let outer = self.state.trap_status.replace(status);
        self.frames.push(Frame::Trap { status, outer });
        self.push_trap_action(&action);
        true
    }

    fn push_trap_action(&mut self, action: &Bytes) {
        let frame = CommandsFrame::trap(action, self.state.line);
        self.frames.push(Frame::Commands(Box::new(frame)));
    }

    /// Sets a variable.
    ///
    /// # Errors
    /// It is read-only; the message is queued.
    pub(crate) fn assign(&mut self, name: &[u8], value: Bytes) -> Result<(), Unwind> {
        match self.state.set_variable(name, value) {
            Ok(()) => Ok(()),
            Err(read_only) => {
                let text = [&read_only.0, &b": is read only"[..]].concat();
                Err(self.fail_bytes(&text))
            }
        }
    }

    /// Takes a variable's value away; its attributes stay.
    ///
    /// # Errors
    /// It is read-only; the message is queued.
    pub(crate) fn unset_value(&mut self, name: &[u8]) -> Result<(), Unwind> {
        if self
            .state
            .variables
            .find(name)
            .is_some_and(|variable| variable.read_only)
        {
            return Err(self.fail_bytes(&[name, b": is read only"].concat()));
        }
        self.state
            .variables
            .declare(name, |variable| variable.value = None);
        Ok(())
    }

    /// Queues a message and makes the error that goes with it.
    pub(crate) fn fail(&mut self, text: &str) -> Unwind {
        self.fail_bytes(text.as_bytes())
    }

    pub(crate) fn fail_bytes(&mut self, text: &[u8]) -> Unwind {
        let line = self.state.line;
        self.complain(text, line);
        self.state.status = 2;
        Unwind::Error(2)
    }

    /// Queues a message behind the shell's name and, in scripts and builtins, the line.
    pub(crate) fn complain(&mut self, text: &[u8], line: u32) {
        let state = &self.state;
        self.err.extend_from_slice(&state.name);
        self.err.extend_from_slice(b": ");
        if let Some(command) = &state.command_name {
            if *command != state.name {
                self.err.extend_from_slice(command);
                self.err.extend_from_slice(b": ");
            }
            if !state.is_interactive() {
                self.err
                    .extend_from_slice(format!("line {line}: ").as_bytes());
            }
        }
        self.err.extend_from_slice(text);
        self.err.push(b'\n');
    }

    /// Queues a message of a builtin that says things as its applet does.
    pub(crate) fn complain_as_applet(&mut self, text: &[u8]) {
        self.err.extend_from_slice(&self.state.applet_name);
        self.err.extend_from_slice(b": ");
        self.err.extend_from_slice(text);
        self.err.push(b'\n');
    }

    /// Writes queued messages.
    pub(crate) async fn flush(&mut self) {
        if !self.err.is_empty() {
            let text = std::mem::take(&mut self.err);
            let _ = self.sys.write_all(2, &text).await;
        }
    }

    /// Whether the process must stay when its last command begins.
    pub(crate) fn must_stay(&self) -> bool {
        self.state.traps.has_actions()
    }
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Machine")
            .field("frames", &self.frames.len())
            .finish_non_exhaustive()
    }
}
