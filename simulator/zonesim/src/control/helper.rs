//! The processes that send the output of containers elsewhere.

use super::error::ControlError;
use super::{Answer, Control};

impl Control {
    /// Kills the helper of a container, as its node may lose it (CTR-55).
    pub(super) fn kill_helper(&self, login: &str, name: &str) -> Result<Answer, ControlError> {
        let account = self.account(login)?.id;
        let view = self.service.driver.view();
        let instance = view.container(account, name)?.instance();
        match self.gauge.kill_helper(instance) {
            true => Ok(Answer::Empty),
            false => Err(ControlError::NoHelper(name.to_owned())),
        }
    }
}
