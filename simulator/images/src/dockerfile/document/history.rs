//! What a step adds to an image's document.

use super::{Document, array_at, check_length, object_at, strings};
use crate::dockerfile::BuildError;
use serde_json::{Map, Value, json};
use zone::Digest;

/// A step of a build, or a commit, that makes an image of the one before.
#[derive(Clone, Copy, Debug)]
pub struct Step<'s> {
    /// Its command's words: [`crate::dockerfile::Instruction::command`], or the command of a committed container.
    pub command: &'s [String],
    /// The id of the image before; `None` behind `FROM scratch`.
    pub parent: Option<Digest>,
    /// When, RFC 3339.
    pub created: &'s str,
    /// The digest of its unpacked layer; `None` when it changes metadata alone.
    pub diff_id: Option<Digest>,
    /// A commit's message, or nothing.
    pub comment: &'s str,
}

impl<'s> Step<'s> {
    /// A step that makes no layer.
    pub fn metadata(command: &'s [String], parent: Option<Digest>, created: &'s str) -> Self {
        Self {
            command,
            parent,
            created,
            diff_id: None,
            comment: "",
        }
    }
}

impl Document {
    /// Makes this the document of the step's image (images.md 16.6, 17): its parent, time and command, one more entry
    /// of the history, and its layer if it has one. The author is that of the document: [`Document::set_author`].
    /// A document that has become too long is refused.
    pub fn record(&mut self, step: &Step<'_>) -> Result<(), BuildError> {
        // IMG-76: no image keeps it.
        self.take_package_label();
        let parent = step.parent.map(|id| id.to_string()).unwrap_or_default();
        let config = self.config_mut();
        config.insert("Image".to_owned(), parent.as_str().into());
        let mut section = config.clone();
        section.insert("Cmd".to_owned(), json!(step.command));
        self.fill_history();
        self.set_text("parent", &parent);
        self.set_text("comment", step.comment);
        for name in ["container", "docker_version"] {
            self.members.shift_remove(name);
        }
        for (name, value) in [
            ("architecture", "amd64".into()),
            ("os", "linux".into()),
            ("created", step.created.into()),
            ("container_config", Value::Object(section)),
        ] {
            self.members.insert(name.to_owned(), value);
        }
        let entry = self.history_entry(step);
        array_at(&mut self.members, "history").push(entry);
        let rootfs = object_at(&mut self.members, "rootfs", || json!({"type": "layers"}));
        let diff_ids = array_at(rootfs, "diff_ids");
        diff_ids.extend(step.diff_id.map(|id| Value::from(id.to_string())));
        check_length(self.to_bytes().len())
    }

    /// The digests of the unpacked layers, base first.
    pub fn diff_ids(&self) -> Vec<String> {
        let rootfs = self.member("rootfs");
        strings(rootfs.get("diff_ids").unwrap_or(&Value::Null))
    }

    fn history_entry(&self, step: &Step<'_>) -> Value {
        let mut entry = Map::new();
        let mut put = |name: &str, value: &str| {
            if !value.is_empty() {
                entry.insert(name.to_owned(), value.into());
            }
        };
        put("created", step.created);
        put("author", self.member("author").as_str().unwrap_or_default());
        put("created_by", &step.command.join(" "));
        put("comment", step.comment);
        if step.diff_id.is_none() {
            entry.insert("empty_layer".to_owned(), true.into());
        }
        Value::Object(entry)
    }

    /// Gives each layer an entry of the history, for images without one: entries and layers stand for each other
    /// (images.md 15.2).
    fn fill_history(&mut self) {
        let layers = self.diff_ids().len();
        let created = self.member("created").as_str().map(str::to_owned);
        let history = array_at(&mut self.members, "history");
        let is_layer = |entry: &&Value| entry.get("empty_layer") != Some(&Value::Bool(true));
        let missing = layers.saturating_sub(history.iter().filter(is_layer).count());
        let entry = match created {
            Some(created) => json!({"created": created}),
            None => json!({}),
        };
        history.splice(0..0, std::iter::repeat_n(entry, missing));
    }
}
