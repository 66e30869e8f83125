//! What a commit takes from its container.

use super::{Document, strings};
use crate::RunConfig;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

impl Document {
    /// Lays a container's own configuration over that of its image, as the engine merges them (images.md 17): the
    /// container's values win, and sets, labels and variables are joined.
    pub fn overlay(&mut self, own: &RunConfig) {
        let given = |list: &Option<Vec<String>>| list.as_ref().is_some_and(|list| !list.is_empty());
        let mut environment = own.env.clone().unwrap_or_default();
        let name = |entry: &str| entry.split('=').next().unwrap_or_default().to_owned();
        for entry in strings(self.setting("Env")) {
            if !environment.iter().any(|other| name(other) == name(&entry)) {
                environment.push(entry);
            }
        }
        let labels = own.labels.iter().flatten();
        self.merge_labels(labels.map(|(name, value)| (name.as_str(), value.as_str())));
        let config = self.config_mut();
        if !environment.is_empty() {
            config.insert("Env".to_owned(), json!(environment));
        }
        // An entrypoint of the container's own is without the image's command.
        if given(&own.entrypoint) || given(&own.cmd) {
            config.insert("Cmd".to_owned(), json!(own.cmd));
        }
        if given(&own.entrypoint) {
            config.insert("Entrypoint".to_owned(), json!(own.entrypoint));
        }
        for (name, text) in [("User", &own.user), ("WorkingDir", &own.working_dir)] {
            if !text.is_empty() {
                config.insert(name.to_owned(), text.as_str().into());
            }
        }
        join(config, "ExposedPorts", own.exposed_ports.as_ref());
        join(config, "Volumes", own.volumes.as_ref());
    }
}

fn join(config: &mut Map<String, Value>, name: &str, own: Option<&BTreeMap<String, Value>>) {
    let Some(own) = own.filter(|own| !own.is_empty()) else {
        return;
    };
    let set = super::object_at(config, name, || Value::Object(Map::new()));
    set.extend(own.keys().map(|key| (key.clone(), json!({}))));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Document {
        let config = json!({
            "Cmd": ["sh"], "Entrypoint": ["/e"], "Env": ["A=1", "B=2"], "User": "u",
            "Labels": {"a": "1"}, "Volumes": {"/v": {}}, "WorkingDir": "/w",
        });
        Document::parse(json!({"config": config}).to_string().as_bytes()).expect("it is good")
    }

    #[test]
    fn a_container_that_says_nothing_leaves_the_image() {
        let mut document = base();
        document.overlay(&RunConfig::default());
        assert_eq!(document, base());
    }

    #[test]
    fn what_a_container_says_wins_and_sets_are_joined() {
        let strings = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect());
        let mut document = base();
        document.overlay(&RunConfig {
            env: strings(&["B=3", "C=4"]),
            cmd: strings(&["top"]),
            user: "own".to_owned(),
            labels: Some([("b".to_owned(), "2".to_owned())].into()),
            exposed_ports: Some([("80/tcp".to_owned(), json!({}))].into()),
            volumes: Some([("/x".to_owned(), Value::Null)].into()),
            ..RunConfig::default()
        });
        for (name, expected) in [
            ("Cmd", json!(["top"])),
            ("Entrypoint", json!(["/e"])),
            ("Env", json!(["B=3", "C=4", "A=1"])),
            ("User", json!("own")),
            ("WorkingDir", json!("/w")),
            ("Labels", json!({"a": "1", "b": "2"})),
            ("ExposedPorts", json!({"80/tcp": {}})),
            ("Volumes", json!({"/v": {}, "/x": {}})),
        ] {
            assert_eq!(document.setting(name), &expected, "{name}");
        }
        document.overlay(&RunConfig {
            entrypoint: strings(&["/new"]),
            ..RunConfig::default()
        });
        assert_eq!(document.setting("Cmd"), &Value::Null);
    }
}
