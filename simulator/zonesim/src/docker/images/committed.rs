//! Making an image of a container.

use super::commit::UNEXPECTED;
use super::made::{Base, changed_layer};
use crate::docker::failure::Failure;
use crate::docker::time::rfc3339;
use crate::driver::Driver;
use images::RunConfig;
use images::dockerfile::{BuildArgs, Document, EXCLUDED_FROM_LAYERS, Instruction, Step};
use images::store::Layer;
use serde_json::json;
use std::sync::Arc;
use zone::{
    AccountId, Command, Container, Digest, Error, ImageRecord, LayerId, NewName, Origin, labels_of,
};

/// IMG-09
const DEPRECATED: &str = "This container uses a deprecated image which cannot be committed - please repull or rebuild the image";

/// A commit under way.
pub(super) struct Commit {
    pub(super) driver: Driver,
    pub(super) account: AccountId,
    pub(super) container: Container,
    pub(super) changes: Vec<Instruction>,
    /// Repository and tag.
    pub(super) name: Option<(String, String)>,
    pub(super) author: String,
    pub(super) comment: String,
    /// Whether processes stand still meanwhile.
    pub(super) freezes: bool,
}

impl Commit {
    /// The new image's id.
    pub(super) async fn run(self) -> Result<Digest, Failure> {
        let base = self.base()?;
        let document = Document::parse(&base.config).map_err(unexpected)?;
        let layer = Arc::new(self.layer().await?);
        let document = self.document(document, &layer)?;
        let made = Base::of(&base).with_layer(&layer);
        let image = made.image(&document, Some(base.id));
        let id = image.id;
        let names = self
            .name
            .clone()
            .map(|(repo, tag)| NewName::Tag { repo, tag });
        let command = Command::RecordImage {
            account: self.account,
            image: Box::new(image),
            names: names.into_iter().collect(),
            origin: Origin::Commit,
        };
        let mut chain = self.chain(&base)?;
        chain.push(layer);
        self.driver.record_image(command, chain, None).await?;
        Ok(id)
    }

    /// IMG-82
    fn base(&self) -> Result<ImageRecord, Failure> {
        let view = self.driver.view();
        let id = self.container.config.image_id();
        // CTR-95
        if self.container.config.image.is_legacy {
            return Err(Failure::docker(DEPRECATED));
        }
        let id = id.ok_or_else(|| Failure::docker("No docker:imageid in vm internal metadata"))?;
        let base = view.image_by_id(self.account, id).cloned();
        base.ok_or_else(|| Error::NoSuchImage(id.to_string()).into())
    }

    /// The layers of the base.
    fn chain(&self, base: &ImageRecord) -> Result<Vec<Arc<Layer>>, Failure> {
        let layers = (1..=base.layers.len()).map(|count| {
            let id = LayerId::of_chain(&base.layers[..count]);
            self.driver.store().layer(id)
        });
        let chain: Option<Vec<Arc<Layer>>> = layers.collect();
        chain.ok_or_else(|| Error::NoSuchImage(base.id.to_string()).into())
    }

    /// What has changed in the container, without what lies on its volumes.
    async fn layer(&self) -> Result<Layer, Failure> {
        let instance = self.container.instance();
        let runtime = self.driver.runtime();
        let files = runtime.files(instance).map_err(unexpected)?;
        let freeze = self.freezes.then(|| runtime.freeze(instance));
        let before = runtime.pristine(instance).map_err(unexpected)?;
        let volumes = self.container.config.volumes.iter();
        let volumes = volumes.map(|path| path.trim_start_matches('/').to_owned());
        let excluded = EXCLUDED_FROM_LAYERS.map(str::to_owned).into_iter();
        let layer = changed_layer(before, files, excluded.chain(volumes).collect()).await;
        drop(freeze);
        layer.map_err(unexpected)
    }

    /// IMG-81: the container's configuration over that of its image, then the changes.
    fn document(&self, mut document: Document, layer: &Layer) -> Result<Document, Failure> {
        let refused = |error: images::dockerfile::BuildError| Failure::docker(error.to_string());
        document.overlay(&self.run_config());
        for change in &self.changes {
            let change = change
                .substitute(&document.environment(), &BuildArgs::default())
                .map_err(refused)?;
            document.apply(&change).map_err(refused)?;
        }
        // IMG-76
        document.take_package_label();
        document.set_author(&self.author);
        let command: Vec<String> = self.container.config.argv().map(str::to_owned).collect();
        let created = rfc3339(self.driver.now());
        let step = Step {
            command: &command,
            parent: self.container.config.image_id(),
            created: &created,
            diff_id: Some(layer.descriptor.diff_id),
            comment: &self.comment,
        };
        document.record(&step).map_err(refused)?;
        Ok(document)
    }

    fn run_config(&self) -> RunConfig {
        let config = &self.container.config;
        let ports = config
            .ports
            .published
            .iter()
            .chain(&config.ports.unpublished);
        let volumes = config.volumes.iter();
        RunConfig {
            env: Some(config.env.clone()),
            cmd: Some(config.cmd.clone()),
            entrypoint: Some(config.entrypoint.clone()),
            working_dir: config.workdir.clone(),
            user: config.user.clone(),
            labels: Some(labels_of(&self.container.tags)),
            exposed_ports: Some(ports.map(|port| (port.to_string(), json!({}))).collect()),
            volumes: Some(volumes.map(|path| (path.clone(), json!({}))).collect()),
        }
    }
}

fn unexpected(error: impl std::fmt::Display) -> Failure {
    tracing::warn!(%error, "a container cannot be committed");
    Failure::docker(UNEXPECTED)
}
