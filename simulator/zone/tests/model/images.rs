//! Image records, tags and lookup.

use crate::world::{World, busybox, pull};
use zone::{Command, Digest, LayerDescriptor, Reply};

fn pull_as(account: zone::AccountId, repo: &str, tag: Option<&str>, config: &[u8]) -> Command {
    let Command::RecordPull { account, mut image } = pull(account) else {
        unreachable!("a pull");
    };
    image.repo = repo.to_owned();
    image.tag = tag.map(str::to_owned);
    image.id = Digest::of(config);
    image.manifest_digest = Digest::of(&[config, b"manifest"].concat());
    image.list_digest = None;
    Command::RecordPull { account, image }
}

#[test]
fn images_are_found_by_tag_id_prefix_and_digest_inside_the_account() {
    let mut world = World::new();
    let (one, two) = (world.account("one"), world.account("two"));
    let id = Digest::of(b"config");
    let view = world.zone.view();
    let found = |reference: &str| view.image(one, reference).map(|image| image.id).ok();
    for reference in [
        "busybox".to_owned(),
        "busybox:latest".to_owned(),
        "docker.io/busybox".to_owned(),
        id.to_string(),
        id.hex(),
        id.short(),
        format!("sha256:{}", id.short()),
        format!("{}:anything", id.short()),
        format!("busybox@{}", Digest::of(b"manifest")),
        format!("whatever@{}", Digest::of(b"list")),
    ] {
        assert_eq!(found(&reference), Some(id), "{reference}");
    }
    for reference in [
        "busybox:1",
        "quay.io/busybox",
        &format!("busybox@{id}"),
        "nosuch",
    ] {
        let error = view.image(one, reference).expect_err(reference);
        assert_eq!(error.to_string(), format!("No such image: {reference}"));
    }
    let _ = world.run(pull_as(one, "mine", Some("latest"), b"mine"));
    assert!(world.zone.view().image(two, "mine").is_err());
}

#[test]
fn a_tag_wins_over_an_id_and_moves() {
    let mut world = World::new();
    let account = world.account("one");
    let short = Digest::of(b"config").short();
    let pulled = world.run(pull_as(account, &short, Some("latest"), b"trap"));
    let id = Digest::of(b"trap");
    assert_eq!(pulled, Ok(Reply::Pulled { id, updated: true }));
    let again = world.run(pull_as(account, &short, Some("latest"), b"trap"));
    assert_eq!(again, Ok(Reply::Pulled { id, updated: false }));
    let view = world.zone.view();
    let image = view.image(account, &short).expect("found");
    assert_eq!(image.id, id);
    let tags: Vec<_> = view.image_tags(account, image).collect();
    assert_eq!(tags, [(short.as_str(), "latest")]);
    let _ = world.run(pull_as(account, "busybox", Some("latest"), b"newer"));
    let view = world.zone.view();
    let newer = view.image(account, "busybox").expect("found");
    assert_eq!(newer.id, Digest::of(b"newer"));
    let old = view
        .image(account, &Digest::of(b"config").to_string())
        .expect("still there");
    assert_eq!(view.image_tags(account, old).count(), 0);
    assert_eq!(view.images(account).count(), 3);
}

#[test]
fn a_pull_by_digest_leaves_no_tag() {
    let mut world = World::new();
    let account = world.account("one");
    let _ = world.run(pull_as(account, "other", None, b"pinned"));
    let view = world.zone.view();
    let image = view
        .image(account, &Digest::of(b"pinned").to_string())
        .expect("found");
    assert_eq!(view.image_tags(account, image).count(), 0);
    let digests: Vec<_> = view.image_digests(account, image).collect();
    assert_eq!(digests, [("other", image.manifest_digest)]);
}

#[test]
fn a_second_pull_of_a_known_image_keeps_its_record() {
    let mut world = World::new();
    let account = world.account("one");
    let _ = world.run(pull_as(account, "mine", Some("1"), b"mine"));
    let other_manifest = || {
        let Command::RecordPull { account, mut image } =
            pull_as(account, "mine", Some("2"), b"mine")
        else {
            unreachable!("a pull");
        };
        image.manifest_digest = Digest::of(b"another manifest");
        Command::RecordPull { account, image }
    };
    let _ = world.run(other_manifest());
    let view = world.zone.view();
    let image = view.image(account, "mine:2").expect("found");
    assert_eq!(image.manifest_digest, Digest::of(b"minemanifest"));
    let tags: Vec<_> = view.image_tags(account, image).collect();
    assert_eq!(tags, [("mine", "1"), ("mine", "2")]);
}

#[test]
fn layers_are_named_after_their_chain_and_shared_by_all() {
    let mut world = World::new();
    world.account("one");
    let layer = |text: &[u8]| LayerDescriptor {
        digest: Digest::of(text),
        size_bytes: 1,
    };
    let view = world.zone.view();
    assert!(view.has_layer(&[layer(b"layer")]));
    assert!(!view.has_layer(&[layer(b"base"), layer(b"layer")]));
    assert!(!view.has_layer(&[]));
}

#[test]
fn a_container_keeps_the_image_it_was_made_from() {
    let mut world = World::new();
    let account = world.account("one");
    world.create(account, "c", busybox()).expect("created");
    let _ = world.run(pull_as(account, "busybox", Some("latest"), b"newer"));
    let container = world.container(account, "c");
    assert_eq!(container.config.image_text, "busybox");
    assert_eq!(container.config.image_id(), Digest::of(b"config"));
}
