//! Image records, tags and lookup.

use crate::world::{World, busybox, pull};
use zone::{Command, Digest, LayerId, NewName, Reply};

fn pull_as(account: zone::AccountId, repo: &str, tag: Option<&str>, config: &[u8]) -> Command {
    let Command::RecordImage {
        mut image, origin, ..
    } = pull(account)
    else {
        unreachable!("a pull");
    };
    image.id = Digest::of(config);
    image.manifest_digest = Digest::of(&[config, b"manifest"].concat());
    image.alias = None;
    let repo = repo.to_owned();
    let name = match tag {
        Some(tag) => NewName::Tag {
            repo,
            tag: tag.to_owned(),
        },
        None => NewName::Digest { repo },
    };
    Command::RecordImage {
        account,
        image,
        names: vec![name],
        origin,
    }
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
    assert_eq!(pulled, Ok(Reply::Image(id)));
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
    let mut again = pull_as(account, "mine", Some("2"), b"mine");
    if let Command::RecordImage { image, .. } = &mut again {
        image.manifest_digest = Digest::of(b"another manifest");
    }
    let _ = world.run(again);
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
    let layers = |texts: &[&[u8]]| LayerId::of_digests(texts.iter().map(|text| Digest::of(text)));
    let view = world.zone.view();
    assert!(view.has_layer(layers(&[b"layer"])));
    assert!(!view.has_layer(layers(&[b"base", b"layer"])));
    assert!(!view.has_layer(layers(&[])));
}

#[test]
fn a_container_keeps_the_image_it_was_made_from() {
    let mut world = World::new();
    let account = world.account("one");
    world.create(account, "c", busybox()).expect("created");
    let _ = world.run(pull_as(account, "busybox", Some("latest"), b"newer"));
    let container = world.container(account, "c");
    assert_eq!(container.config.image_text, "busybox");
    assert_eq!(container.config.image_id(), Some(Digest::of(b"config")));
}
