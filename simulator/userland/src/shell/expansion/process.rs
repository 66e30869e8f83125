//! Process substitution: `<(…)` and `>(…)`.

use std::sync::Arc;

use bytes::Bytes;

use crate::kernel::{Errno, Fd, Sys};
use crate::shell::jobs::ForkMode;
use crate::shell::machine::{Flags, Machine, Unwind};
use crate::shell::program::{NodeId, Program};

/// The lowest descriptor that commands get for such a process.
const FIRST_FD: Fd = 64;

impl Machine {
    /// Starts `body` beside the command being expanded; the file that leads to it. `reads`: to its output.
    pub(super) async fn start_process(
        &mut self,
        program: &Arc<Program>,
        body: Option<NodeId>,
        reads: bool,
    ) -> Result<Bytes, Unwind> {
        self.flush().await;
        let (read_end, write_end) = self
            .sys
            .pipe()
            .map_err(|error| self.fail(&format!("can't create pipe: {error}")))?;
        let (own, others, standard) = if reads {
            (read_end, write_end, 1)
        } else {
            (write_end, read_end, 0)
        };
        // Where there is no room up there it stays where it is.
        let fd = match self.sys.dup_above(own, FIRST_FD, false) {
            Ok(fd) => {
                let _ = self.sys.close(own);
                fd
            }
            Err(_) => own,
        };
        self.process_fds.push(fd);
        if let Some(body) = body {
            let unused = self.process_fds.clone();
            let setup = move |sys: &Sys| -> Result<(), Errno> {
                for fd in &unused {
                    sys.close(*fd)?;
                }
                if others != standard {
                    sys.dup_to(others, standard)?;
                    sys.close(others)?;
                }
                Ok(())
            };
            let job = self.open_job();
            let forked = self.fork_node(program, body, Flags::EXIT, ForkMode::Plain, job, setup);
            // It is no job, and nobody waits for it.
            self.state.jobs.close(job);
            let _ = self.sys.close(others);
            forked?;
        } else {
            let _ = self.sys.close(others);
        }
        Ok(Bytes::from(format!("/dev/fd/{fd}")))
    }
}
