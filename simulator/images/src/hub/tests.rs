//! What the hub promises of all its images, and the API that reads them.

use super::*;
use crate::ImageConfig;
use serde_json::Value;

/// Every tag and the digest that a pull prints, with the applets of [`hub`].
const PINNED: [&str; 7] = [
    "docker.io/library/busybox:latest sha256:53ff0c40f46d9a660d60cebe361f8c4601a34ed1b5d5fc1bd40d7e728fae8007",
    "docker.io/library/debian:latest sha256:48fa7c2213f95fec518b45de139571ea48c22b4c9ae029aed8f010b25f952ae2",
    "docker.io/library/debian:testing sha256:f5a6295aeb441dc3178ddf317b56612cf1cef23436600aa95782810902179798",
    "docker.io/library/nginx:latest sha256:359b703786f0a2e77c163adcc281e1ed8dfd760e60ce1236870fd558d8356b5a",
    "docker.io/library/httpd:latest sha256:57d395c65f87faeefcc54caa7e31eb3aeb4db577fdc394587c70caa1b809c031",
    "docker.io/library/redis:latest sha256:858d8feb10b077f4cd2f21ac8913af6ee3a53dd0b285cfbb870fdda78e366bf8",
    "docker.io/library/consul:latest sha256:51840d11baa28141320237e76e595bbe93f8b45468436d2f7130705260a0199d",
];

pub(super) fn hub() -> Hub {
    Hub::new(["sh", "echo", "cat"].map(str::to_owned))
}

/// Every repository with a tag, as a reference's parts.
fn tags() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    CATALOGUE.iter().flat_map(|repository| {
        let tags = repository.tags.iter();
        tags.map(|(tag, _)| (repository.host, repository.name, *tag))
    })
}

/// What changes an image changes what its digest names: on purpose, or not at all.
#[test]
fn the_digests_of_embedded_images_are_constants() {
    let hub = hub();
    let digests = tags().map(|(host, repository, tag)| {
        let release = hub.release(host, repository, tag).expect("it is embedded");
        let digest = match &release.image {
            Some(image) => image.manifest.digest,
            None => release.named().expect("a tag names a document").digest,
        };
        format!("{host}/{repository}:{tag} {digest}")
    });
    assert_eq!(digests.collect::<Vec<_>>(), PINNED);
}

#[test]
fn an_image_is_made_once_for_all_hubs_with_the_same_applets() {
    for (_, repository, tag) in tags().filter(|(host, ..)| *host == OFFICIAL) {
        let (first, second) = (hub().by_tag(repository, tag), hub().by_tag(repository, tag));
        let same = first.zip(second).is_none_or(|(a, b)| Arc::ptr_eq(&a, &b));
        assert!(same, "{repository}:{tag}");
    }
    let other = Hub::new(["sh".to_owned()]);
    let digest = |hub: &Hub| {
        hub.by_tag("library/busybox", "latest")
            .map(|i| i.config.digest)
    };
    assert_ne!(digest(&other), digest(&hub()));
}

/// References that lead to a document: the tag, and the digest of every document that it leads to.
#[test]
fn documents_are_found_by_tag_and_by_digest_in_their_repository_alone() {
    let hub = hub();
    for (host, repository, tag) in tags() {
        let named = hub.manifest(host, repository, tag).expect("a document");
        let release = hub.release(host, repository, tag).expect("embedded");
        assert_eq!(named.digest, release.manifests[0].digest);
        for manifest in &release.manifests {
            let reference = manifest.digest.to_string();
            let found = hub.manifest(host, repository, &reference);
            let found = found.expect("a document");
            assert_eq!(found.blob.bytes, manifest.blob.bytes);
            assert_eq!(found.media_type, manifest.media_type);
            assert!(hub.manifest(host, "library/other", &reference).is_none());
            assert!(
                hub.manifest("other.example", repository, &reference)
                    .is_none()
            );
        }
    }
    for reference in ["nope", "", "sha256:", "sha256:0"] {
        assert!(
            hub.manifest(OFFICIAL, "library/busybox", reference)
                .is_none()
        );
    }
    let absent = Digest::of(b"absent").to_string();
    assert!(hub.manifest(OFFICIAL, "library/busybox", &absent).is_none());
}

/// Each descriptor in a document names what is served, and its length.
#[test]
fn documents_name_what_is_served() {
    let hub = hub();
    for (host, repository, tag) in tags() {
        let release = hub.release(host, repository, tag).expect("embedded");
        for manifest in &release.manifests {
            let document: Value = serde_json::from_slice(&manifest.blob.bytes).expect("JSON");
            for descriptor in descriptors(&document) {
                let digest = descriptor["digest"].as_str().expect("a digest");
                let parsed = Digest::parse(digest).expect("a digest");
                let served = match hub.manifest(host, repository, digest) {
                    Some(manifest) => {
                        assert_eq!(descriptor["mediaType"], manifest.media_type);
                        manifest.blob.bytes
                    }
                    None => hub.blob(host, repository, parsed).expect("a blob"),
                };
                assert_eq!(descriptor["size"], served.len());
                assert_eq!(Digest::of(&served), parsed, "{repository}:{tag}");
            }
        }
    }
}

/// Every object in it that has a digest.
fn descriptors(document: &Value) -> Vec<&Value> {
    let lists = ["manifests", "layers"];
    let listed = lists.iter().filter_map(|name| document[*name].as_array());
    let config = document.get("config");
    listed.flatten().chain(config).collect()
}

#[test]
fn layers_are_what_their_digests_say() {
    let hub = hub();
    for (host, repository, tag) in tags() {
        let release = hub.release(host, repository, tag).expect("embedded");
        for layer in &release.layers {
            let found = hub.layer(layer.blob.digest).expect("it is embedded");
            assert_eq!(found.diff_id, layer.diff_id);
            assert_eq!(Digest::of(&layer.tar), layer.diff_id);
            assert_eq!(unpacked(layer), layer.tar, "{repository}:{tag}");
            let blob = hub.blob(host, repository, layer.blob.digest);
            assert_eq!(blob.as_ref(), Some(&layer.blob.bytes));
        }
        let Some(image) = &release.image else {
            continue;
        };
        let config = ImageConfig::parse(&image.config.bytes).expect("a configuration");
        let diff_ids: Vec<_> = image.layers.iter().map(|l| l.diff_id.to_string()).collect();
        assert_eq!(config.rootfs.diff_ids, diff_ids, "{repository}:{tag}");
    }
    assert!(hub.layer(Digest::of(b"absent")).is_none());
}

fn unpacked(layer: &HubLayer) -> Vec<u8> {
    let mut tar = Vec::new();
    let mut blob = &layer.blob.bytes[..];
    let read = match layer.is_compressed() {
        true => std::io::copy(&mut flate2::read::GzDecoder::new(blob), &mut tar),
        false => std::io::copy(&mut blob, &mut tar),
    };
    read.expect("a sound layer");
    tar
}

/// images.md 15.2: the steps that made something map one-to-one onto the layers.
#[test]
fn histories_have_a_step_for_each_layer() {
    let hub = hub();
    for (host, repository, tag) in tags() {
        let release = hub.release(host, repository, tag).expect("embedded");
        for config in &release.configs {
            let config: Value = serde_json::from_slice(&config.bytes).expect("JSON");
            let Some(history) = config["history"].as_array() else {
                continue;
            };
            let made = history.iter().filter(|step| step["empty_layer"] != true);
            assert_eq!(made.count(), release.layers.len(), "{repository}:{tag}");
        }
    }
}

#[test]
fn an_image_is_found_by_its_layers_and_by_its_digests() {
    let hub = hub();
    for (_, repository, tag) in tags().filter(|(host, ..)| *host == OFFICIAL) {
        let Some(image) = hub.by_tag(repository, tag) else {
            continue;
        };
        let layers = image.layers.iter().map(|layer| LayerDescriptor {
            digest: layer.blob.digest,
            size_bytes: layer.blob.size_bytes(),
        });
        let found = hub.by_layers(&layers.collect::<Vec<_>>());
        let digests = |image: &HubImage| image.layers.iter().map(|l| l.diff_id).collect::<Vec<_>>();
        assert_eq!(found.map(|found| digests(&found)), Some(digests(&image)));
        let list = image.list.as_ref().map(|list| list.digest);
        for digest in [Some(image.manifest.digest), list].into_iter().flatten() {
            let found = hub.by_digest(repository, digest).expect("it is there");
            assert_eq!(found.config.digest, image.config.digest, "{repository}");
            assert!(hub.by_digest("library/other", digest).is_none());
        }
    }
    assert!(hub.by_layers(&[]).is_none());
    assert!(hub.by_tag("library/busybox", "nope").is_none());
}

/// Both the machine's check of programs and a pull without a tag ask for `latest`.
#[test]
fn every_repository_of_the_official_index_has_the_tag_latest() {
    for repository in hub().repositories() {
        assert!(hub().by_tag(repository, "latest").is_some(), "{repository}");
    }
}

#[test]
fn images_on_debian_share_its_layer() {
    let hub = hub();
    let layers = |name: &str| {
        let image = hub.by_tag(&format!("library/{name}"), "latest");
        let layers = image.expect("it is embedded").layers.clone();
        layers
            .iter()
            .map(|layer| layer.blob.digest)
            .collect::<Vec<_>>()
    };
    let base = layers("debian");
    for (name, own) in [("nginx", 2), ("httpd", 3), ("redis", 4), ("consul", 2)] {
        let layers = layers(name);
        assert_eq!((&layers[..1], layers.len()), (&base[..], 1 + own), "{name}");
    }
}
