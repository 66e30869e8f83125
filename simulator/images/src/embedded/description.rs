//! Images from descriptions: layers, what containers inherit, and the steps that made them.

use super::layer::LayerBuilder;
use crate::hub::{HubImage, HubLayer};
use crate::manifest::manifest;
use crate::{Blob, RunConfig};
use serde_json::{Map, Value, json};

/// What is said of an image beside its layers.
#[derive(Debug)]
pub(super) struct Description<'d> {
    /// RFC 3339.
    pub(super) created: &'d str,
    /// What containers inherit.
    pub(super) run: RunConfig,
    /// What made it, in order.
    pub(super) steps: &'d [Step<'d>],
}

/// One step of a build: its command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'d> {
    /// It has made a layer.
    Layer(&'d str),
    /// It has changed the configuration alone.
    Empty(&'d str),
}

impl Description<'_> {
    /// The configuration document.
    pub(super) fn document(&self, architecture: &str, diff_ids: &[&str]) -> Vec<u8> {
        let (last, before) = self.steps.split_last().expect("an image has steps");
        let command = match last {
            Step::Layer(command) | Step::Empty(command) => command
                .strip_prefix("/bin/sh -c #(nop) ")
                .unwrap_or(command),
        };
        let last_command = ["/bin/sh", "-c", "#(nop) ", command.trim_start()];
        let mut history: Vec<Value> = before.iter().map(|step| self.history(*step)).collect();
        history.push(self.history(*last));
        let document = json!({
            "architecture": architecture,
            "config": self.run_section(&json!(self.run.cmd)),
            "container_config": self.run_section(&json!(last_command)),
            "created": self.created,
            "docker_version": "1.12.2",
            "history": history,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": diff_ids},
        });
        serde_json::to_vec(&document).expect("a JSON value can be written")
    }

    fn history(&self, step: Step<'_>) -> Value {
        match step {
            Step::Layer(command) => json!({"created": self.created, "created_by": command}),
            Step::Empty(command) => {
                json!({"created": self.created, "created_by": command, "empty_layer": true})
            }
        }
    }

    fn run_section(&self, cmd: &Value) -> Value {
        let run = &self.run;
        let mut section = Map::new();
        let mut put = |name: &str, value: Value| section.insert(name.to_owned(), value);
        for name in ["Hostname", "Domainname"] {
            put(name, json!(""));
        }
        put("User", json!(run.user));
        for name in ["AttachStdin", "AttachStdout", "AttachStderr"] {
            put(name, json!(false));
        }
        if let Some(ports) = &run.exposed_ports {
            put("ExposedPorts", json!(ports));
        }
        for name in ["Tty", "OpenStdin", "StdinOnce"] {
            put(name, json!(false));
        }
        put("Env", json!(run.env));
        put("Cmd", cmd.clone());
        put("Image", json!(""));
        put("Volumes", json!(run.volumes));
        put("WorkingDir", json!(run.working_dir));
        put("Entrypoint", json!(run.entrypoint));
        put("OnBuild", Value::Null);
        put("Labels", json!(run.labels));
        Value::Object(section)
    }

    /// An image for amd64 of layers that are built and some more on them.
    pub(super) fn image(&self, base: &[HubLayer], own: &[&LayerBuilder]) -> HubImage {
        let mut layers = base.to_vec();
        layers.extend(own.iter().map(|layer| layer.build()));
        let diff_ids: Vec<String> = layers
            .iter()
            .map(|layer| layer.diff_id.to_string())
            .collect();
        let diff_ids: Vec<&str> = diff_ids.iter().map(String::as_str).collect();
        let config = Blob::new(self.document("amd64", &diff_ids));
        let blobs: Vec<&Blob> = layers.iter().map(|layer| &layer.blob).collect();
        HubImage {
            list: None,
            manifest: manifest(&config, &blobs),
            config,
            layers,
        }
    }
}

/// Keys of a section that is a set: `80/tcp`, or mount points.
pub(super) fn set(keys: &[&str]) -> Option<std::collections::BTreeMap<String, Value>> {
    Some(
        keys.iter()
            .map(|key| ((*key).to_owned(), json!({})))
            .collect(),
    )
}

/// Owned strings.
pub(super) fn strings(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}
