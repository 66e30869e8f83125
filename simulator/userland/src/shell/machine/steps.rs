//! One shell process: its frames are stepped until none is left.

use super::{Frame, Unwind};
use crate::kernel::{Buffer, Charge, Exit, Fd, Sys};
use crate::shell::line_editor::History;
use crate::shell::state::State;

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
    pub(super) exiting: bool,
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
            if !self.is_quiet() {
                self.flush().await;
            }
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

    /// The line that is being read, behind the command that runs. A fork reads none of those around it.
    pub(crate) fn reading_line(&self) -> u32 {
        let line = |frame: &Frame| match frame {
            Frame::Commands(frame) => Some(frame.parser.line()),
            _ => None,
        };
        self.frames
            .iter()
            .rev()
            .find_map(line)
            .unwrap_or(self.state.base_line)
    }

    /// Says that commands are nested too deeply, whichever of them is the last.
    pub(crate) fn too_deep(&mut self) -> Unwind {
        self.state.command_name = None;
        self.fail("recursion too deep")
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
