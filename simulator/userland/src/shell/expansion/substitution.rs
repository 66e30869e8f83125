//! Command substitution.

use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::{Buffer, Errno, Fd, Sys};
use crate::shell::jobs::ForkMode;
use crate::shell::machine::{Flags, Machine, Unwind};
use crate::shell::program::{NodeId, Program};

impl Machine {
    /// Runs `body` in a subshell; its output without trailing newlines.
    pub(super) async fn substitute(
        &mut self,
        program: &Arc<Program>,
        body: Option<NodeId>,
    ) -> Result<Bytes, Unwind> {
        let Some(body) = body else {
            self.state.substitution_status.get_or_insert(0);
            return Ok(Bytes::new());
        };
        self.flush().await;
        let (read_end, write_end) = self
            .sys
            .pipe()
            .map_err(|error| self.fail(&format!("can't create pipe: {error}")))?;
        let setup = move |sys: &Sys| -> Result<(), Errno> {
            sys.close(read_end)?;
            if write_end != 1 {
                sys.dup_to(write_end, 1)?;
                sys.close(write_end)?;
            }
            Ok(())
        };
        let job = self.open_job();
        let forked = self.fork_node(program, body, Flags::EXIT, ForkMode::Plain, job, setup);
        let _ = self.sys.close(write_end);
        let outcome = match forked {
            Ok(_) => self.read_output(read_end).await,
            Err(unwind) => Err(unwind),
        };
        let _ = self.sys.close(read_end);
        let mut output = outcome?;
        let status = self.wait_for_job(job).await;
        self.state.substitution_status = Some(status);
        output.retain(|byte| *byte != 0);
        while output.last() == Some(&b'\n') {
            output.pop();
        }
        Ok(output.into_bytes())
    }

    async fn read_output(&mut self, fd: Fd) -> Result<Buffer, Unwind> {
        let mut output = Buffer::new();
        let mut buffer = vec![0; 4096];
        loop {
            match self.sys.read(fd, &mut buffer).await {
                Ok(0) => return Ok(output),
                Ok(count) => {
                    output.extend_from_slice(&buffer[..count]);
                    self.sys.burn(count as u64).await;
                }
                Err(Errno::EINTR) => self.collect_signals()?,
                Err(_) => return Ok(output),
            }
        }
    }
}
