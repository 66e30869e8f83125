//! An old tag of `busybox`, from before images had configurations: a signed schema 1 manifest, whose histories say of
//! each layer what it is and name its step's image of the first registry.

use super::busybox;
use super::description::Description;
use super::empty_layer::empty_layer;
use super::release::Release;
use super::signed::signed;
use serde_json::{Value, json};
use zone::Digest;

const CREATED: &str = "2015-10-31T22:22:55.613815829Z";

/// The image with these applets.
pub(super) fn release(tag: &str, applets: &[String]) -> Release {
    let mut files = busybox::layer(applets);
    files.file("etc/issue", 0o644, b"An old busybox\n");
    let (files, empty) = (files.build(), empty_layer());
    let add = id("ADD", &files.diff_id.hex());
    let cmd = id("CMD", &add);
    let steps = [
        history(&cmd, Some(&add), "#(nop) CMD [\"sh\"]", &json!(["sh"])),
        history(&add, None, "#(nop) ADD file:busybox in /", &Value::Null),
    ];
    // The last step comes first.
    let layers = [&empty, &files].map(|layer| json!({"blobSum": layer.blob.digest.to_string()}));
    let manifest = signed(&json!({
        "schemaVersion": 1,
        "name": "library/busybox",
        "tag": tag,
        "architecture": "amd64",
        "fsLayers": layers,
        "history": steps,
    }));
    Release {
        manifests: vec![manifest],
        configs: Vec::new(),
        layers: vec![files, empty],
        image: None,
    }
}

/// The identity of a step, for which any 64 digits do.
fn id(step: &str, before: &str) -> String {
    Digest::of(format!("{step} {before}").as_bytes()).hex()
}

fn history(id: &str, parent: Option<&str>, step: &str, cmd: &Value) -> Value {
    let description = Description {
        run: busybox::run(),
        ..Description::default()
    };
    let mut image = json!({
        "architecture": "amd64",
        "config": description.run_section(cmd),
        "container_config": description.run_section(&json!(["/bin/sh", "-c", step])),
        "created": CREATED,
        "docker_version": "1.8.3",
        "id": id,
        "os": "linux",
    });
    if let Some(parent) = parent {
        image["parent"] = json!(parent);
    }
    json!({"v1Compatibility": image.to_string()})
}
