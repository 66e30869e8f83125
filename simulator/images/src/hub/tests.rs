//! What the hub promises of all its images, and the API that reads them.

use super::*;
use crate::ImageConfig;
use serde_json::Value;

/// Every tag and the digest that a pull prints, with the applets of [`hub`].
const PINNED: [&str; 30] = [
    "docker.io/library/busybox:latest sha256:53ff0c40f46d9a660d60cebe361f8c4601a34ed1b5d5fc1bd40d7e728fae8007",
    "docker.io/library/busybox:buildroot-2013.08.1 sha256:77a55c97ca9963f1e98d6ac945605d67a1867f0c924291ae1dde4a31af2f34a3",
    "docker.io/library/debian:latest sha256:48fa7c2213f95fec518b45de139571ea48c22b4c9ae029aed8f010b25f952ae2",
    "docker.io/library/debian:testing sha256:f5a6295aeb441dc3178ddf317b56612cf1cef23436600aa95782810902179798",
    "docker.io/library/nginx:latest sha256:359b703786f0a2e77c163adcc281e1ed8dfd760e60ce1236870fd558d8356b5a",
    "docker.io/library/httpd:latest sha256:57d395c65f87faeefcc54caa7e31eb3aeb4db577fdc394587c70caa1b809c031",
    "docker.io/library/redis:latest sha256:858d8feb10b077f4cd2f21ac8913af6ee3a53dd0b285cfbb870fdda78e366bf8",
    "docker.io/library/consul:latest sha256:51840d11baa28141320237e76e595bbe93f8b45468436d2f7130705260a0199d",
    "docker.io/library/alpine:latest sha256:7b5f2fe9cb7bdf159bc96e0f5772b8bb01214b42d92573c94090d1e81b23c18a",
    "docker.io/library/ubuntu:latest sha256:364d741e5383fde87edc8bdc993eb6aafb28424ade4134829bee0a4ab142b578",
    "docker.io/library/ubuntu:16.04 sha256:364d741e5383fde87edc8bdc993eb6aafb28424ade4134829bee0a4ab142b578",
    "docker.io/library/ubuntu:14.04 sha256:6f114a72fea7944c280bf9428809d4e4d1d771a28836ffa879e63cfba8d6b2ec",
    "docker.io/library/hello-world:latest sha256:6c0a0d8d7e3f2e6e826725c5d7fe7bb5c91f11de045feeea90fd8e33da2a1a67",
    "docker.io/library/mysql:latest sha256:643eee3eb2cac70612d8ee19588868a4d171c33db0d14a95449a514202a7599a",
    "docker.io/library/mongo:latest sha256:d601a1e57ec0107e629953d426e6c4c1389a3f5423c4ec8008c633af76f07fd4",
    "docker.io/library/wordpress:latest sha256:839ac10ca5eef0da45546327587c6ab276fe011c52c504e905b1697dd2337100",
    "docker.io/joyentunsupported/test-nginx:latest sha256:af04f45397451ded9d103cfb83aee7a495b7a6fdb6d6da96d5da1fe21b5fdc4b",
    "docker.io/joyentunsupported/test-nginx:1.0.0 sha256:af04f45397451ded9d103cfb83aee7a495b7a6fdb6d6da96d5da1fe21b5fdc4b",
    "registry-1.docker.io:443/joyentunsupported/test-nginx:latest sha256:af04f45397451ded9d103cfb83aee7a495b7a6fdb6d6da96d5da1fe21b5fdc4b",
    "registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0 sha256:af04f45397451ded9d103cfb83aee7a495b7a6fdb6d6da96d5da1fe21b5fdc4b",
    "docker.io/joyentunsupported/triton_alpine_inherit_test:latest sha256:46175184796d2313b6caca474e7807083f898a290dd2ce3690b7e17c9f547e1f",
    "quay.io/joyent/triton_alpine_inherit_test:latest sha256:46175184796d2313b6caca474e7807083f898a290dd2ce3690b7e17c9f547e1f",
    "docker.io/joyentunsupported/busybox_with_label_test:latest sha256:bf5c7b82e3924f141af88465b2c76a65cfc2771b7e0261fe23a435d5db6eca0e",
    "docker.io/joyentunsupported/test-image-with-volume:latest sha256:216781106b975708ed5e340a6fd47be5249faafe7b8009cfa7316aabe973c0d7",
    "docker.io/joyentunsupported/image-with-local-volume:latest sha256:ef58b1fbfc1c103b362621c72922446758f0baefd370c6d840d25fbae931a5e7",
    "docker.io/joyentunsupported/test-image-with-parent:latest sha256:b2034ac506d24f8934505652edd8b95e1ab3a6bcdb801c26b533a3d904865bff",
    "docker.io/joyentunsupported/test-image-with-onbuild:latest sha256:1d10f6384b35225f747be569469d72987ebc848129d7f88cde9a59e56e603aef",
    "docker.io/joyentunsupported/test-image-without-history:latest sha256:e6bc2ec488fa138d117fbfed7efeb7658acdcd71ebdcc8550db0be32820c11e3",
    "docker.io/joyentunsupported/test-image-with-uncompressed-layer:latest sha256:9e41c9fd040915dc11b9f54036b2b5a35344290aa6dcaa96ead199f2eda7a6d7",
    "docker.io/joyentunsupported/test-image-with-cns-services:latest sha256:2584ed2d61db457cc28d3d7cbf9e217ba51958c418e5f30c64f623f0fb1cf5df",
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
fn a_manifest_is_found_by_its_digests_in_its_repository() {
    let hub = hub();
    for (_, repository, tag) in tags().filter(|(host, ..)| *host == OFFICIAL) {
        let Some(image) = hub.by_tag(repository, tag) else {
            continue;
        };
        for blob in [Some(&image.manifest), image.list.as_ref()]
            .into_iter()
            .flatten()
        {
            let digest = blob.digest.to_string();
            let found = hub
                .manifest(OFFICIAL, repository, &digest)
                .expect("it is there");
            assert_eq!(found.blob.bytes, blob.bytes, "{repository}");
            assert!(hub.manifest(OFFICIAL, "library/other", &digest).is_none());
        }
    }
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
