//! Images from descriptions: layers, what containers inherit, and the steps that made them.

use super::layer::LayerBuilder;
use super::release::Release;
use crate::hub::{HubImage, HubLayer, HubManifest};
use crate::manifest::{DOCKER, Format, Platform};
use crate::{Blob, RunConfig};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use zone::Digest;

/// What is said of an image beside its layers.
#[derive(Debug, Default)]
pub(super) struct Description<'d> {
    /// RFC 3339.
    pub(super) created: &'d str,
    /// What containers inherit.
    pub(super) run: RunConfig,
    /// What made it, in order.
    pub(super) steps: &'d [Step<'d>],
    /// Instructions for builds on it.
    pub(super) on_build: &'d [&'d str],
    /// The image it was built on, as its builder knew it.
    pub(super) parent: Option<Digest>,
    /// Nothing is said of the steps.
    pub(super) without_history: bool,
}

/// The platform that zones run.
pub(super) const AMD64: Platform = Platform {
    architecture: "amd64",
    variant: None,
};

/// One step of a build: its command.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'d> {
    /// It has made a layer.
    Layer(&'d str),
    /// It has changed the configuration alone.
    Empty(&'d str),
}

impl Description<'_> {
    /// An image for amd64 of layers that are built and some more on them.
    pub(super) fn release(&self, base: &[HubLayer], own: &[&LayerBuilder]) -> Release {
        let mut layers = base.to_vec();
        layers.extend(own.iter().map(|layer| layer.build()));
        self.release_of(layers)
    }

    /// An image for amd64 of these layers.
    pub(super) fn release_of(&self, layers: Vec<HubLayer>) -> Release {
        let config = self.config(AMD64, &layers);
        Release::single(DOCKER.manifest(&config, &layers), config, layers)
    }

    /// An image of the same layers for several platforms, behind a list; amd64 is one of them.
    pub(super) fn listed(
        &self,
        format: &Format,
        platforms: &[Platform],
        layers: Vec<HubLayer>,
    ) -> Release {
        let configs: Vec<Blob> = platforms
            .iter()
            .map(|platform| self.config(*platform, &layers))
            .collect();
        let mut manifests: Vec<HubManifest> = configs
            .iter()
            .map(|config| format.manifest(config, &layers))
            .collect();
        let entries: Vec<_> = platforms.iter().copied().zip(&manifests).collect();
        let list = format.list(&entries);
        let amd64 = platforms
            .iter()
            .position(|platform| platform.architecture == AMD64.architecture)
            .expect("a list of the catalogue has amd64");
        let image = HubImage {
            manifest: manifests[amd64].blob.clone(),
            list: Some(list.blob.clone()),
            config: configs[amd64].clone(),
            layers: layers.clone(),
        };
        manifests.insert(0, list);
        Release {
            manifests,
            configs,
            layers,
            image: Some(Arc::new(image)),
        }
    }

    /// The configuration document.
    fn config(&self, platform: Platform, layers: &[HubLayer]) -> Blob {
        let diff_ids: Vec<String> = layers
            .iter()
            .map(|layer| layer.diff_id.to_string())
            .collect();
        let mut document = Map::new();
        let mut put = |name: &str, value: Value| document.insert(name.to_owned(), value);
        put("architecture", json!(platform.architecture));
        put("config", self.run_section(&json!(self.run.cmd)));
        put("container_config", self.run_section(&self.last_command()));
        put("created", json!(self.created));
        put("docker_version", json!("1.12.2"));
        if !self.without_history {
            let history = self.steps.iter().map(|step| self.history(*step));
            put("history", history.collect());
        }
        put("os", json!("linux"));
        if let Some(parent) = self.parent {
            put("parent", json!(parent.to_string()));
        }
        put("rootfs", json!({"type": "layers", "diff_ids": diff_ids}));
        if let Some(variant) = platform.variant {
            put("variant", json!(variant));
        }
        let document = serde_json::to_vec(&document).expect("a JSON value can be written");
        Blob::new(document)
    }

    /// The command of the container that made the last step.
    fn last_command(&self) -> Value {
        let last = self.steps.last().expect("an image has steps");
        let (Step::Layer(command) | Step::Empty(command)) = last;
        let command = command
            .strip_prefix("/bin/sh -c #(nop) ")
            .unwrap_or(command);
        json!(["/bin/sh", "-c", "#(nop) ", command.trim_start()])
    }

    fn history(&self, step: Step<'_>) -> Value {
        match step {
            Step::Layer(command) => json!({"created": self.created, "created_by": command}),
            Step::Empty(command) => {
                json!({"created": self.created, "created_by": command, "empty_layer": true})
            }
        }
    }

    /// What containers inherit, with this command.
    pub(super) fn run_section(&self, cmd: &Value) -> Value {
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
        let on_build = (!self.on_build.is_empty()).then_some(self.on_build);
        put("OnBuild", json!(on_build));
        put("Labels", json!(run.labels));
        Value::Object(section)
    }
}

/// Keys of a section that is a set: `80/tcp`, or mount points.
pub(super) fn set(keys: &[&str]) -> Option<BTreeMap<String, Value>> {
    Some(
        keys.iter()
            .map(|key| ((*key).to_owned(), json!({})))
            .collect(),
    )
}

/// Owned labels.
pub(super) fn labels(pairs: &[(&str, &str)]) -> Option<BTreeMap<String, String>> {
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    Some(pairs.iter().map(owned).collect())
}

/// Owned strings.
pub(super) fn strings(texts: &[&str]) -> Option<Vec<String>> {
    Some(texts.iter().map(|text| (*text).to_owned()).collect())
}
