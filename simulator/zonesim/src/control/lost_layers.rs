//! Layers that vanish (images.md 2, 20).

use super::error::ControlError;
use super::{Answer, Control};
use serde::Deserialize;
use serde_json::json;
use zone::Command;

/// What is lost.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LostLayerBody {
    /// An image of the account, by name or id: the layer on top of it.
    image: String,
}

impl Control {
    /// Takes a layer out of the zone's store, and with it all images that need it.
    pub(super) async fn lose_layer(
        &self,
        login: &str,
        body: LostLayerBody,
    ) -> Result<Answer, ControlError> {
        let command = Command::LoseLayer {
            account: self.account(login)?.id,
            image: body.image,
        };
        self.service.driver.run(command).await?;
        Ok(Answer::ok(json!({})))
    }
}
