//! Going on with frames whose inner commands have ended.

use super::{Call, Frame, Machine, Unwind};

impl Machine {
    /// Goes on with a frame whose inner command has ended.
    pub(super) async fn resume(&mut self, frame: Frame) -> Result<(), Unwind> {
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
            Frame::Redirecting {
                program,
                ready,
                body,
                flags,
            } => {
                self.redirect_for_good(&program, ready).await?;
                self.evaluate(program, body, flags).await
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

    pub(super) fn leave_call(&mut self, call: Call) -> Result<(), Unwind> {
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
}
