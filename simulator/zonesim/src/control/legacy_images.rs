//! Images as zones kept them before ids were digests (images.md 4.4): IMG-09.

use super::error::ControlError;
use super::{Answer, Control};
use images::ImageConfig;
use images::pull::Origin as Source;
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Command, Digest, ImageReference, LayerId, NewImage};

/// What an account is to have.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LegacyBody {
    /// An image of the embedded hub.
    image: String,
    /// `[REGISTRY/]REPOSITORY[:TAG]`.
    name: String,
}

impl Control {
    /// Gives an account an image of the hub in the old form, under a name.
    pub(super) async fn record_legacy_image(
        &self,
        login: &str,
        body: LegacyBody,
    ) -> Result<Answer, ControlError> {
        let account = self.account(login)?.id;
        let malformed = |error: String| ControlError::Malformed(error);
        let read =
            |name: &str| ImageReference::parse(name).map_err(|error| malformed(error.to_string()));
        let (hub, name) = (read(&body.image)?, read(&body.name)?);
        let (repo, tag) =
            ImageReference::parse_tag(&body.name).map_err(|error| malformed(error.to_string()))?;
        let source = Source::Hub {
            hub: self.service.driver.hub(),
            host: hub.index.clone(),
            repository: hub.remote_name.clone(),
        };
        let pulled = self.read_image(&source, &hub).await;
        let pulled = pulled.map_err(|reason| malformed(format!("{} {reason}", body.image)))?;
        let images = records(&pulled.image);
        let id = images.last().map(|image| image.id.hex());
        let command = Command::RecordLegacyImage {
            account,
            registry: name.index,
            images,
            repo,
            tag,
        };
        let driver = &self.service.driver;
        driver
            .record_image(command, pulled.chain, Some(pulled.tree))
            .await?;
        Ok(Answer::created(json!({ "id": id })))
    }
}

/// A record for each layer; their ids are the same from every registry.
fn records(image: &NewImage) -> Vec<NewImage> {
    let document: Value = serde_json::from_slice(&image.config).unwrap_or_default();
    let config = ImageConfig::parse(&image.config).unwrap_or_default();
    let steps = config.history.unwrap_or_default();
    let steps: Vec<_> = steps.iter().filter(|step| !step.empty_layer).collect();
    let mut records: Vec<NewImage> = Vec::new();
    for count in 1..=image.layers.len() {
        let layers = &image.layers[..count];
        let parent = records.last().map(|record| record.id);
        let is_head = count == image.layers.len();
        let id = Digest::of(format!("legacy {}", LayerId::of_chain(layers)).as_bytes());
        let command = steps.get(count - 1).map(|step| step.created_by.clone());
        let own = json!({
            "id": id.hex(),
            "parent": parent.map(Digest::hex),
            "created": document["created"],
            "container_config": {"Cmd": [command.unwrap_or_default()]},
            "docker_version": document["docker_version"],
            "author": document["author"],
            "config": if is_head { document["config"].clone() } else { json!({}) },
            "architecture": document["architecture"],
            "os": document["os"],
        });
        records.push(NewImage {
            id,
            manifest_digest: id,
            alias: None,
            head: is_head,
            parent,
            size_bytes: layers.iter().map(|layer| layer.size_bytes).sum(),
            layers: layers.into(),
            defaults: match is_head {
                true => image.defaults.clone(),
                false => Default::default(),
            },
            created_at: image.created_at,
            config: own.to_string().into_bytes().into(),
            manifest: Vec::new().into(),
        });
    }
    records
}
