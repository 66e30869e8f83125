//! What happens to what an account has, as Docker tells it (clients.md, CLI-55). Only a zone with the setting
//! `extensions` tells.

use crate::change::Change;
use crate::container::labels_of;
use crate::{AccountId, ContainerId, Digest, Effect, Error, Reply};
use runtime::{InstanceId, Timestamp, TtySize};
use std::collections::BTreeMap;

/// Something that has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Whose.
    pub account: AccountId,
    /// When.
    pub at: Timestamp,
    /// What, in Docker's words: `create`, `die`…
    pub action: &'static str,
    /// To what.
    pub subject: Subject,
    /// What else is told, by name.
    pub attributes: BTreeMap<String, String>,
}

/// What something happens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A container.
    Container {
        /// Its id.
        id: ContainerId,
        /// The image as the client typed it.
        image: String,
    },
    /// An image, by the name that it was asked for.
    Image {
        /// `repo:tag` or `repo@digest`.
        name: String,
    },
}

impl Change {
    /// Tells that something has happened to a container, with what it has besides its labels, image and name.
    pub(crate) fn tell_container(
        &mut self,
        instance: InstanceId,
        action: &'static str,
        more: &[(&str, String)],
    ) {
        if !self.state.settings.extensions {
            return;
        }
        let Some(container) = self.state.container_of(instance) else {
            return;
        };
        let mut attributes = labels_of(&container.tags);
        let image = container.config.image_text.clone();
        attributes.insert("image".to_owned(), image.clone());
        attributes.insert("name".to_owned(), container.name.to_string());
        let more = more.iter();
        attributes.extend(more.map(|(name, value)| ((*name).to_owned(), value.clone())));
        let subject = Subject::Container {
            id: container.id,
            image,
        };
        let account = container.owner;
        self.tell(account, action, subject, attributes);
    }

    /// Tells that something has happened to an image; `repo` is its name without tag or digest.
    pub(crate) fn tell_image(
        &mut self,
        account: AccountId,
        action: &'static str,
        repo: &str,
        name: String,
    ) {
        if self.state.settings.extensions {
            let attributes = BTreeMap::from([("name".to_owned(), repo.to_owned())]);
            self.tell(account, action, Subject::Image { name }, attributes);
        }
    }

    /// Tells that an image has gone; it is named by its id.
    pub(crate) fn tell_image_gone(&mut self, account: AccountId, image: Digest) {
        if self.state.settings.extensions {
            let name = image.to_string();
            self.tell(account, "delete", Subject::Image { name }, BTreeMap::new());
        }
    }

    /// A client has told the size of its terminal.
    pub(crate) fn tell_size(
        &mut self,
        account: AccountId,
        reference: &str,
        size: TtySize,
    ) -> Result<Reply, Error> {
        let instance = self.state.find_container(account, reference)?.instance();
        let size = [
            ("height", size.rows.to_string()),
            ("width", size.columns.to_string()),
        ];
        self.tell_container(instance, "resize", &size);
        Ok(Reply::Empty)
    }

    fn tell(
        &mut self,
        account: AccountId,
        action: &'static str,
        subject: Subject,
        attributes: BTreeMap<String, String>,
    ) {
        self.effects.push(Effect::Tell(Box::new(Event {
            account,
            at: self.now,
            action,
            subject,
            attributes,
        })));
    }
}
