//! What the shell says on standard error.

use super::{Machine, Unwind};

impl Machine {
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
        let line = format!("line {line}: ");
        let tells_line = !state.is_interactive() && (state.poses || state.command_name.is_some());
        if tells_line && state.poses {
            self.err.extend_from_slice(line.as_bytes());
        }
        if let Some(command) = state
            .command_name
            .as_ref()
            .filter(|name| **name != state.name)
        {
            self.err.extend_from_slice(command);
            self.err.extend_from_slice(b": ");
        }
        if tells_line && !state.poses {
            self.err.extend_from_slice(line.as_bytes());
        }
        self.err.extend_from_slice(text);
        self.err.push(b'\n');
    }

    /// Queues a message of a builtin that says things as its applet does.
    pub(crate) fn complain_as_applet(&mut self, text: &[u8]) {
        self.err.extend_from_slice(&self.state.applet_name);
        self.err.extend_from_slice(b": ");
        if self.state.poses && !self.state.is_interactive() {
            let line = format!("line {}: ", self.state.line);
            self.err.extend_from_slice(line.as_bytes());
        }
        self.err.extend_from_slice(text);
        self.err.push(b'\n');
    }

    /// Whether nothing is queued, so that [`Machine::flush`] would do nothing.
    pub(crate) fn is_quiet(&self) -> bool {
        self.err.is_empty()
    }

    /// Writes queued messages.
    pub(crate) async fn flush(&mut self) {
        if !self.err.is_empty() {
            let text = std::mem::take(&mut self.err);
            let _ = self.sys.write_all(2, &text).await;
        }
    }
}
