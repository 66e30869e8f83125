//! Tilde expansion.

use bytes::Bytes;

use crate::shell::machine::Machine;

/// How much of the user table is read.
const MAX_USERS_BYTES: usize = 256 << 10;

impl Machine {
    /// The home directory that stands for a tilde with this name behind it.
    pub(super) fn home(&self, user: &[u8]) -> Option<Vec<u8>> {
        if user.is_empty() {
            return self
                .state
                .variables
                .value(b"HOME")
                .map(|home| home.to_vec());
        }
        let users = self.state.users.as_ref()?;
        let (_, home) = users.iter().find(|(name, _)| name == user)?;
        Some(home.to_vec())
    }

    /// Reads the user table when it has not been read yet.
    pub(super) async fn load_users(&mut self) {
        if self.state.users.is_some() {
            return;
        }
        let text = self.read_file(b"/etc/passwd", MAX_USERS_BYTES).await;
        let users = text
            .unwrap_or_default()
            .split(|byte| *byte == b'\n')
            .filter_map(|line| {
                let mut columns = line.split(|byte| *byte == b':');
                let name = Bytes::copy_from_slice(columns.next()?);
                let home = Bytes::copy_from_slice(columns.nth(4)?);
                Some((name, home))
            })
            .collect();
        self.state.users = Some(users);
    }
}
