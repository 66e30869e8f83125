//! Reading manifests (images.md 15.2).

use super::schema1::Schema1;
use crate::manifest::{DOCKER, OCI};
use serde::Deserialize;
use serde_json::Value;
use zone::Digest;

/// What a manifest refers to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    /// How its bytes are to be understood.
    #[serde(default)]
    pub(super) media_type: String,
    /// Their digest.
    pub(super) digest: Digest,
    /// Their number, as it is said; what comes decides.
    #[serde(default)]
    pub(super) size: u64,
    /// Where else they are: a foreign layer.
    #[serde(default)]
    pub(super) urls: Vec<String>,
}

/// One platform of a list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ListEntry {
    pub(super) digest: Digest,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Clone, Debug, Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
}

/// A manifest.
#[derive(Debug)]
pub(super) enum Document {
    /// Of one image, of schema 2 or of OCI.
    Image {
        /// The configuration.
        config: Descriptor,
        /// Base first.
        layers: Vec<Descriptor>,
    },
    /// Of several platforms.
    List(Vec<ListEntry>),
    /// Of schema 1.
    Schema1(Schema1),
}

const LIST: &str = DOCKER.list;
const INDEX: &str = OCI.list;
const MANIFEST: &str = DOCKER.manifest;
const OCI_MANIFEST: &str = OCI.manifest;
const OCI_CONFIG: &str = OCI.config;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImageForm {
    schema_version: u64,
    config: Descriptor,
    layers: Vec<Descriptor>,
}

#[derive(Deserialize)]
struct ListForm {
    manifests: Vec<ListEntry>,
}

impl Document {
    /// Reads a manifest that was served as `media_type`; what it says of itself counts more.
    pub(super) fn read(media_type: &str, bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        let own = value.get("mediaType").and_then(Value::as_str);
        let form = own.unwrap_or(media_type);
        let invalid = |error: serde_json::Error| format!("manifest is invalid: {error}");
        if value.get("schemaVersion").and_then(Value::as_u64) == Some(1) {
            return Schema1::read(bytes).map(Self::Schema1);
        }
        if matches!(form, LIST | INDEX) {
            let list: ListForm = serde_json::from_value(value).map_err(invalid)?;
            return Ok(Self::List(list.manifests));
        }
        let image: ImageForm = serde_json::from_value(value).map_err(invalid)?;
        if image.schema_version != 2 {
            return Err(format!(
                "schema version {} is not supported",
                image.schema_version
            ));
        }
        if image.layers.is_empty() {
            return Err("manifest has no layers".to_owned());
        }
        if image.layers.iter().any(|layer| !layer.urls.is_empty()) {
            return Err("foreign layers are not supported".to_owned());
        }
        Ok(Self::Image {
            config: image.config,
            layers: image.layers,
        })
    }
}

/// The manifest of a list for the platform of containers: the first for linux on amd64.
pub(super) fn own_platform(list: &[ListEntry]) -> Option<Digest> {
    let mut entries = list.iter();
    let found = entries.find(|entry| {
        let platform = entry.platform.as_ref();
        platform.is_some_and(|own| own.os == "linux" && own.architecture == "amd64")
    });
    found.map(|entry| entry.digest)
}

/// The media type under which a manifest goes to a registry (images.md 15.3).
pub fn media_type_of(manifest: &[u8]) -> &'static str {
    match is_oci(manifest) {
        true => OCI_MANIFEST,
        false => MANIFEST,
    }
}

/// Whether a manifest is of OCI: it says so, or its configuration is.
pub fn is_oci(manifest: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(manifest) else {
        return false;
    };
    match value.get("mediaType").and_then(Value::as_str) {
        Some(own) => own == OCI_MANIFEST,
        None => value["config"]["mediaType"] == OCI_CONFIG,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(media_type: &str, value: &Value) -> Result<Document, String> {
        Document::read(media_type, value.to_string().as_bytes())
    }

    fn digest() -> String {
        Digest::of(b"x").to_string()
    }

    #[test]
    fn an_index_may_say_what_it_is_in_its_content_type_alone() {
        let entry = |os: &str, architecture: &str, of: &[u8]| {
            json!({"digest": Digest::of(of).to_string(),
                   "platform": {"os": os, "architecture": architecture}})
        };
        let index = json!({"schemaVersion": 2, "manifests": [
            {"digest": digest()},
            entry("linux", "arm", b"arm"),
            entry("linux", "amd64", b"ours"),
            entry("linux", "amd64", b"later"),
        ]});
        let Ok(Document::List(list)) = read(INDEX, &index) else {
            unreachable!("an index");
        };
        assert_eq!(own_platform(&list), Some(Digest::of(b"ours")));
        assert_eq!(own_platform(&list[..2]), None);
    }

    #[test]
    fn what_is_no_manifest_of_an_image_is_refused() {
        let config = json!({"digest": digest()});
        let layer = json!({"digest": digest(), "urls": ["https://example.com"]});
        for (manifest, text) in [
            (
                json!({"schemaVersion": 2, "config": config, "layers": []}),
                "manifest has no layers",
            ),
            (
                json!({"schemaVersion": 3, "config": config, "layers": []}),
                "schema version 3 is not supported",
            ),
            (
                json!({"schemaVersion": 2, "config": config, "layers": [layer]}),
                "foreign layers are not supported",
            ),
        ] {
            assert_eq!(read(MANIFEST, &manifest).expect_err(text), text);
        }
        assert!(read(MANIFEST, &json!([])).is_err());
    }

    #[test]
    fn a_manifest_goes_out_as_what_it_is() {
        for (manifest, expected) in [
            (json!({"mediaType": OCI_MANIFEST}), OCI_MANIFEST),
            (json!({"mediaType": MANIFEST}), MANIFEST),
            (json!({"config": {"mediaType": OCI_CONFIG}}), OCI_MANIFEST),
            (json!({}), MANIFEST),
        ] {
            assert_eq!(media_type_of(manifest.to_string().as_bytes()), expected);
        }
    }
}
