//! An image's configuration document, to be edited.

mod history;
mod labels;
mod metadata;
mod overlay;
pub(crate) mod paths;
mod ports;
#[cfg(test)]
mod tests;

pub use history::Step;
pub(super) use labels::string_members;
pub use labels::{PACKAGE_LABEL, parse_labels};

use super::BuildError;
use serde_json::{Map, Value, json};

/// Most bytes of a document: each step makes one with all of the history.
const DOCUMENT_BYTES_MAX: usize = 4 << 20;

/// An image's configuration (`application/vnd.docker.container.image.v1+json`). Members that the zone does not know
/// stay as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    members: Map<String, Value>,
    /// Whether this build has set `Cmd`: then `ENTRYPOINT` leaves it (images.md 16.4).
    has_own_command: bool,
}

impl Document {
    /// That of `FROM scratch`: no layers, and nothing for containers.
    pub fn scratch() -> Self {
        let mut members = Map::new();
        members.insert("config".to_owned(), empty_config());
        members.insert(
            "rootfs".to_owned(),
            json!({"type": "layers", "diff_ids": []}),
        );
        Self {
            members,
            has_own_command: false,
        }
    }

    /// Reads the document of an image.
    pub fn parse(bytes: &[u8]) -> Result<Self, BuildError> {
        let mut document = Self {
            members: serde_json::from_slice(bytes).map_err(BuildError::Configuration)?,
            has_own_command: false,
        };
        document.config_mut();
        Ok(document)
    }

    /// Does `FROM`: goes on from `base`, without what is said of that image alone (who made it, and how). What this
    /// build has set is remembered over it. Take its triggers next: [`Document::take_triggers`].
    pub fn begin(&mut self, base: Document) {
        let has_own_command = self.has_own_command;
        *self = base;
        for name in ["author", "comment", "container", "docker_version"] {
            self.members.shift_remove(name);
        }
        self.has_own_command = has_own_command;
    }

    /// Goes on from the record that the cache has for this step. The instruction has been applied before.
    pub fn adopt(&mut self, cached: Document) {
        let has_own_command = self.has_own_command;
        *self = cached;
        self.has_own_command = has_own_command;
    }

    /// The document's bytes, whose digest is the image's id. The order of the members is fixed.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut members: Vec<(&String, &Value)> = self.members.iter().collect();
        members.sort_by_key(|(name, _)| *name);
        let members: Map<String, Value> = members
            .into_iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        Value::Object(members).to_string().into_bytes()
    }

    /// A member of the document itself; `null` when there is none.
    pub fn member(&self, name: &str) -> &Value {
        self.members.get(name).unwrap_or(&Value::Null)
    }

    /// A member of `config`, what containers inherit; `null` when there is none.
    pub fn setting(&self, name: &str) -> &Value {
        self.member("config").get(name).unwrap_or(&Value::Null)
    }

    /// `NAME=value` of the environment.
    pub fn environment(&self) -> Vec<String> {
        strings(self.setting("Env"))
    }

    /// The working directory; `/` when there is none.
    pub fn working_dir(&self) -> &str {
        match self.setting("WorkingDir").as_str() {
            None | Some("") => "/",
            Some(path) => path,
        }
    }

    /// The paths of the volumes.
    pub fn volumes(&self) -> impl Iterator<Item = &str> {
        let volumes = self.setting("Volumes").as_object();
        volumes
            .into_iter()
            .flat_map(|set| set.keys())
            .map(String::as_str)
    }

    /// The user; empty when there is none.
    pub fn user(&self) -> &str {
        self.setting("User").as_str().unwrap_or_default()
    }

    /// The step that has made the image (IMG-72): `container_config.Cmd`.
    pub fn command(&self) -> Vec<String> {
        let section = self.member("container_config");
        strings(section.get("Cmd").unwrap_or(&Value::Null))
    }

    /// Takes the triggers of a base away: they run now and are not inherited further.
    pub fn take_triggers(&mut self) -> Vec<String> {
        let config = self.config_mut();
        if !config.contains_key("OnBuild") {
            return Vec::new();
        }
        let taken = config.insert("OnBuild".to_owned(), Value::Null);
        strings(&taken.unwrap_or_default())
    }

    /// Names the author; an empty name removes it.
    pub fn set_author(&mut self, author: &str) {
        self.set_text("author", author);
    }

    /// Sets a member of the document, or removes it when the text is empty.
    fn set_text(&mut self, name: &str, text: &str) {
        match text {
            "" => drop(self.members.shift_remove(name)),
            _ => drop(self.members.insert(name.to_owned(), text.into())),
        }
    }

    /// What containers inherit; an object, whatever there was.
    fn config_mut(&mut self) -> &mut Map<String, Value> {
        object_at(&mut self.members, "config", empty_config)
    }
}

fn check_length(length: usize) -> Result<(), BuildError> {
    match length > DOCUMENT_BYTES_MAX {
        true => Err(BuildError::LongConfiguration(length)),
        false => Ok(()),
    }
}

/// The object at `name`, put there when there is none.
fn object_at<'m>(
    members: &'m mut Map<String, Value>,
    name: &str,
    empty: impl FnOnce() -> Value,
) -> &'m mut Map<String, Value> {
    let value = members.entry(name).or_insert(Value::Null);
    if !value.is_object() {
        *value = empty();
    }
    match value {
        Value::Object(object) => object,
        _ => unreachable!("`empty` makes an object"),
    }
}

/// The array at `name`, put there when there is none.
fn array_at<'m>(members: &'m mut Map<String, Value>, name: &str) -> &'m mut Vec<Value> {
    let value = members.entry(name).or_insert(Value::Null);
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    match value {
        Value::Array(array) => array,
        _ => unreachable!("it was made one"),
    }
}

/// The strings of an array; empty when it is none.
fn strings(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    let texts = values.filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

/// What containers inherit of an image that says nothing.
fn empty_config() -> Value {
    json!({
        "Hostname": "",
        "Domainname": "",
        "User": "",
        "AttachStdin": false,
        "AttachStdout": false,
        "AttachStderr": false,
        "Tty": false,
        "OpenStdin": false,
        "StdinOnce": false,
        "Env": null,
        "Cmd": null,
        "Image": "",
        "Volumes": null,
        "WorkingDir": "",
        "Entrypoint": null,
        "OnBuild": null,
        "Labels": null,
    })
}
