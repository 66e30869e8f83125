//! Actions of traps: for signals, and for commands that fail.

use bytes::Bytes;

use super::{Flags, Frame, Machine, Unwind};
use crate::kernel::Signal;
use crate::shell::commands::CommandsFrame;
use crate::shell::options::ShellOption;
use crate::shell::traps;

impl Machine {
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

    pub(super) fn end_error_trap(&mut self, status: u8) -> Result<(), Unwind> {
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
    pub(super) fn start_trap(&mut self) -> bool {
        let Some((_, action)) = self.state.traps.take_pending() else {
            return false;
        };
        let status = self.state.status;
        let outer = self.state.trap_status.replace(status);
        self.frames.push(Frame::Trap { status, outer });
        self.push_trap_action(&action);
        true
    }

    pub(super) fn push_trap_action(&mut self, action: &Bytes) {
        let frame = CommandsFrame::trap(action, &self.state);
        self.frames.push(Frame::Commands(Box::new(frame)));
    }
}
