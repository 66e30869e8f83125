//! Containers of builds (images.md 16.2): one serves all steps, each from its image and with its command.

use crate::change::Change;
use crate::{AccountId, Digest, Effect, Error, ImageRecord, ImageRef, LayerId, Reply, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a step runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildStep {
    /// The command.
    pub argv: Vec<String>,
    /// `NAME=value` entries; the later of two counts.
    pub env: Vec<String>,
    /// User, empty for root.
    pub user: String,
    /// Working directory.
    pub workdir: String,
}

/// What a build's container is made ready for, while it does not run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preparation {
    /// To be of another image, whose files replace its own; `None`: of none.
    Image(Option<Digest>),
    /// To run a step when it is started next.
    Step(Box<BuildStep>),
}

/// What containers without an image are shown to be of.
pub(crate) const SCRATCH: &str = "triton/scratch";

/// Digest of the configuration of that (images.md 2).
const SCRATCH_ID: [u8; 32] = [
    0x3a, 0x97, 0xef, 0x6f, 0xc4, 0x90, 0x92, 0x9f, 0x6a, 0x0b, 0x66, 0x6c, 0xb2, 0x1e, 0x12, 0x79,
    0x60, 0x67, 0xf4, 0xc8, 0x16, 0x9f, 0xc0, 0xdd, 0x4d, 0x6a, 0x41, 0xdc, 0x21, 0x51, 0xc8, 0xca,
];

impl ImageRef {
    /// What a container without an image is made from: nothing.
    pub fn scratch() -> Self {
        Self {
            id: Digest(SCRATCH_ID),
            top_layer: LayerId::of_chain(&[]),
            layers: Arc::new([]),
            is_legacy: false,
        }
    }
}

impl ImageRecord {
    /// The image that builds begin with; no account has it.
    pub(crate) fn scratch() -> Self {
        Self::of_nobody(ImageRef::scratch(), crate::Origin::Build)
    }
}

impl Change {
    /// Makes a build's container ready for what comes next.
    pub(crate) fn prepare_build(
        &mut self,
        account: AccountId,
        reference: &str,
        preparation: Preparation,
    ) -> Result<Reply, Error> {
        let container = self.state.find_container(account, reference)?;
        let instance = container.instance();
        if container.state != State::Stopped {
            return Err(Error::StateNotAllowed(container.state.name()));
        }
        if !container.config.builds {
            return Err(Error::Plain("the container is of no build".to_owned()));
        }
        let disk = container.resources.disk();
        let image = match &preparation {
            Preparation::Image(Some(id)) => {
                let record = self.state.images.record(account, *id);
                let record = record.ok_or_else(|| Error::NoSuchImage(id.to_string()))?;
                Some(record.reference())
            }
            Preparation::Image(None) => Some(ImageRef::scratch()),
            Preparation::Step(_) => None,
        };
        let Some(container) = self.container_mut(instance) else {
            return Err(Error::NoSuchContainer(reference.to_owned()));
        };
        let config = Arc::make_mut(&mut container.config);
        if let Some(image) = &image {
            config.image = image.clone();
        }
        if let Preparation::Step(step) = preparation {
            config.cmd = step.argv;
            config.env = step.env;
            config.user = step.user;
            config.workdir = step.workdir;
        }
        if let Some(image) = image {
            self.effects.push(Effect::ResetInstance {
                instance,
                image,
                disk,
            });
        }
        Ok(Reply::Empty)
    }
}
