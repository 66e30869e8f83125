//! Leaving frames early.

use super::{Frame, Machine, Unwind};
use crate::kernel::{Exit, Signal};
use crate::shell::options::ShellOption;

impl Machine {
    /// Leaves frames until one of them stops `unwind`; the exit when none does.
    pub(super) async fn unwind(&mut self, mut unwind: Unwind) -> Option<Exit> {
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
}
