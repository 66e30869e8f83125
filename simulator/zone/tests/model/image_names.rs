//! Tags and removals (images.md 8 and 9).

use crate::world::{World, busybox, pull};
use zone::{AccountId, Command, Digest, Error, Operation, Removal, Reply};

fn tag(world: &mut World, account: AccountId, source: &str, target: &str) -> Result<Reply, Error> {
    world.run(Command::TagImage {
        account,
        source: source.to_owned(),
        target: target.to_owned(),
    })
}

/// What is told of a removal, or why there is none.
fn remove(world: &mut World, account: AccountId, reference: &str, force: bool) -> Vec<String> {
    let reply = world.run(Command::DeleteImage {
        account,
        reference: reference.to_owned(),
        force,
    });
    world.zone.view().operator_check().expect("a sound state");
    match reply {
        Ok(Reply::Removed(removed)) => removed
            .into_iter()
            .map(|removal| match removal {
                Removal::Untagged(name) => format!("-{name}"),
                Removal::DeletedLegacy(digest) | Removal::Deleted(digest) => {
                    format!("-{}", digest.short())
                }
            })
            .collect(),
        Ok(other) => vec![format!("{other:?}")],
        Err(error) => vec![error.to_string()],
    }
}

/// A world with `busybox`, and the short forms of its id and of its layer's.
fn world() -> (World, AccountId, String, String) {
    let mut world = World::new();
    let account = world.account("one");
    let short = Digest::of(b"config").short();
    (world, account, short, Digest::of(b"archive").short())
}

#[test]
fn a_tag_is_taken_off_and_the_last_takes_the_image_along() {
    let (mut world, one, id, layer) = world();
    let target = "quay.io/joyent/x:1";
    assert!(tag(&mut world, one, "busybox", target).is_ok());
    let refused = format!(
        "conflict: unable to delete {id} (must be forced) - image is referenced in one or more repositories"
    );
    assert_eq!(remove(&mut world, one, &id, false), [refused]);
    assert_eq!(
        remove(&mut world, one, "busybox", false),
        ["-busybox:latest"]
    );
    assert_eq!(
        remove(&mut world, one, target, false),
        [format!("-{target}"), format!("-{id}"), format!("-{layer}")]
    );
    assert_eq!(
        remove(&mut world, one, target, false),
        [format!("No such image: {target}")]
    );
}

#[test]
fn force_takes_all_tags() {
    let (mut world, one, id, layer) = world();
    assert!(tag(&mut world, one, &id, "busybox:2").is_ok());
    assert_eq!(
        remove(&mut world, one, &id, true),
        [
            "-busybox:2".to_owned(),
            "-busybox:latest".to_owned(),
            format!("-{id}"),
            format!("-{layer}")
        ]
    );
}

#[test]
fn a_tag_moves_and_the_image_that_loses_it_stays() {
    let (mut world, one, id, _) = world();
    assert!(tag(&mut world, one, "busybox", "other").is_ok());
    let unknown = tag(&mut world, one, "nosuch", "x");
    assert_eq!(unknown, Err(Error::NoSuchImage("nosuch".to_owned())));
    let bad = tag(&mut world, one, "busybox", "UPPER");
    assert!(matches!(bad, Err(Error::ImageName(_))));
    // The source is looked at first.
    let both = tag(&mut world, one, "nosuch", "UPPER");
    assert_eq!(both, Err(Error::NoSuchImage("nosuch".to_owned())));
    let two = world.account("two");
    assert_eq!(
        remove(&mut world, two, "other", false),
        ["No such image: other"]
    );
    let view = world.zone.view();
    let image = view.image(one, &id).expect("it is there");
    assert_eq!(view.image_tags(one, image).count(), 2);
}

#[test]
fn containers_keep_the_image_whose_layer_they_use() {
    let (mut world, one, id, layer) = world();
    world.create(one, "c", busybox()).expect("created");
    let container = world.container(one, "c").id.short();
    let by_id = format!("conflict: unable to delete {id}");
    let by_name = format!(
        "conflict: unable to remove repository reference \"busybox:latest\" (must force) - container {container} is using its referenced image {id}"
    );
    assert_eq!(
        remove(&mut world, one, &id, false),
        [format!(
            "{by_id} (must be forced) - image is being used by stopped container {container}"
        )]
    );
    assert_eq!(
        remove(&mut world, one, "busybox", false),
        [by_name.as_str()]
    );
    assert_eq!(world.done(one, "c", Operation::Start), Ok(Reply::Empty));
    let instance = world.container(one, "c").instance();
    let running = format!(
        "{by_id} (cannot be forced) - image is being used by running container {container}"
    );
    for force in [false, true] {
        assert_eq!(remove(&mut world, one, &id, force), [running.as_str()]);
    }
    assert_eq!(
        remove(&mut world, one, "busybox", false),
        [by_name.as_str()]
    );
    assert_eq!(
        remove(&mut world, one, "busybox", true),
        ["-busybox:latest"]
    );
    let view = world.zone.view();
    assert!(view.image(one, &id).is_ok());
    world.exit(instance, 0);
    assert_eq!(
        remove(&mut world, one, &id, true),
        [format!("-{id}"), format!("-{layer}")]
    );
}

/// The image of `busybox` in the old form, as `old:1`.
fn old_image(account: AccountId, registry: &str) -> Command {
    let images = match pull(account) {
        Command::RecordImage { mut image, .. } => {
            image.id = Digest::of(b"old");
            vec![*image]
        }
        _ => Vec::new(),
    };
    Command::RecordLegacyImage {
        account,
        registry: registry.to_owned(),
        images,
        repo: "old".to_owned(),
        tag: "1".to_owned(),
    }
}

#[test]
fn an_old_image_shares_layers_with_new_ones_and_its_name_gives_way_to_theirs() {
    let (mut world, one, id, layer) = world();
    world.run(old_image(one, "docker.io")).expect("it is kept");
    world.run(old_image(one, "docker.io")).expect("it is kept");
    let old = Digest::of(b"old").short();
    world.happened();
    assert_eq!(
        remove(&mut world, one, "old:1", false),
        ["-old:1".to_owned(), format!("-{old}")]
    );
    assert_eq!(world.happened(), [""; 0], "busybox needs its layers");
    world.run(old_image(one, "docker.io")).expect("it is kept");
    assert_eq!(
        remove(&mut world, one, "busybox", false),
        ["-busybox:latest".to_owned(), format!("-{id}")],
        "the layer of {layer} is needed"
    );
    assert_eq!(world.happened(), [""; 0]);
    world.run(pull(one)).expect("it is kept");
    assert!(tag(&mut world, one, "busybox", "old:1").is_ok());
    assert_eq!(remove(&mut world, one, "old:1", false), ["-old:1"]);
    assert_eq!(
        remove(&mut world, one, "old:1", false),
        ["-old:1".to_owned(), format!("-{old}")]
    );
}

#[test]
fn an_old_id_of_two_registries_means_neither() {
    let (mut world, one, ..) = world();
    let old = Digest::of(b"old").hex();
    for registry in ["docker.io", "quay.io"] {
        world.run(old_image(one, registry)).expect("it is kept");
    }
    let text = format!(
        "image id \"{old}\" does not unambiguously identify a single image because it has been pulled from \
         multiple registries: docker.io, quay.io; use \"repo:tag\" if possible"
    );
    assert_eq!(remove(&mut world, one, &old, true), [text]);
    let two = world.account("two");
    let unknown = format!("No such image: {old}");
    assert_eq!(remove(&mut world, two, &old, true), [unknown]);
}
