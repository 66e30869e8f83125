//! Setting variables, and errors of that.

use bytes::Bytes;

use super::{Machine, Unwind};

impl Machine {
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
}
