//! Whatever is kept, tagged and removed, in whatever order: indexes, uses of layers and effects agree.

use crate::world::{World, pull};
use proptest::prelude::*;
use std::collections::BTreeSet;
use zone::{
    AccountId, Command, Digest, Effect, LayerDescriptor, LayerId, NewName, Origin, Outcome, Reply,
};

/// Layers of the images of this test: they share beginnings, and one has the same layers in another order.
const CHAINS: [&[u8]; 6] = [b"a", b"ab", b"abc", b"abd", b"ba", b"ab"];

#[derive(Clone, Debug)]
enum Step {
    Keep {
        two: bool,
        image: usize,
        parent: Option<usize>,
        head: bool,
        tag: Option<u8>,
    },
    Tag {
        two: bool,
        image: usize,
        tag: u8,
    },
    Lose {
        two: bool,
        image: usize,
    },
    Remove {
        two: bool,
        by: Result<usize, u8>,
        force: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let image = 0..CHAINS.len();
    let keep = (
        any::<bool>(),
        image.clone(),
        proptest::option::of(image.clone()),
        any::<bool>(),
        proptest::option::of(0..4_u8),
    )
        .prop_map(|(two, image, parent, head, tag)| Step::Keep {
            two,
            image,
            // A parent is older than its child.
            parent: parent.filter(|parent| *parent < image),
            head,
            tag,
        });
    let tag = (any::<bool>(), image.clone(), 0..4_u8).prop_map(|(two, image, tag)| Step::Tag {
        two,
        image,
        tag,
    });
    let lose = (any::<bool>(), image.clone()).prop_map(|(two, image)| Step::Lose { two, image });
    let by = prop_oneof![image.prop_map(Ok), (0..4_u8).prop_map(Err)];
    let remove = (any::<bool>(), by, any::<bool>()).prop_map(|(two, by, force)| Step::Remove {
        two,
        by,
        force,
    });
    proptest::collection::vec(
        prop_oneof![6 => keep, 2 => tag, 6 => remove, 1 => lose],
        1..40,
    )
}

fn id(image: usize) -> Digest {
    Digest::of(&[b'i', u8::try_from(image).expect("few images")])
}

fn layers(image: usize) -> Vec<LayerDescriptor> {
    let layer = |name: &u8| LayerDescriptor {
        digest: Digest::of(&[*name]),
        size_bytes: 1,
        diff_id: Digest::of(&[*name, b'd']),
    };
    CHAINS[image].iter().map(layer).collect()
}

fn all_layers() -> BTreeSet<LayerId> {
    let chains = (0..CHAINS.len()).map(layers);
    chains
        .flat_map(|chain| (1..=chain.len()).map(move |len| LayerId::of_chain(&chain[..len])))
        .collect()
}

fn command(step: &Step, accounts: [AccountId; 2]) -> Command {
    let account = |two: &bool| accounts[usize::from(*two)];
    match step {
        Step::Keep {
            two,
            image,
            parent,
            head,
            tag,
        } => {
            let Command::RecordImage { image: mut new, .. } = pull(account(two)) else {
                unreachable!("a pull");
            };
            new.id = id(*image);
            new.manifest_digest = Digest::of(&id(*image).0);
            new.alias = Some(Digest::of(b"list"));
            new.parent = parent.map(id);
            new.head = *head;
            new.layers = layers(*image).into();
            let tag = tag.map(|tag| NewName::Tag {
                repo: "repo".to_owned(),
                tag: tag.to_string(),
            });
            Command::RecordImage {
                account: account(two),
                image: new,
                names: tag.into_iter().collect(),
                origin: Origin::Build,
            }
        }
        Step::Tag { two, image, tag } => Command::TagImage {
            account: account(two),
            source: id(*image).to_string(),
            target: format!("repo:{tag}"),
        },
        Step::Lose { two, image } => Command::LoseLayer {
            account: account(two),
            image: id(*image).to_string(),
        },
        Step::Remove { two, by, force } => Command::DeleteImage {
            account: account(two),
            reference: match by {
                Ok(image) => id(*image).to_string(),
                Err(tag) => format!("repo:{tag}"),
            },
            force: *force,
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn layers_go_with_the_last_image_that_needs_them(steps in steps()) {
        let mut world = World::new();
        let accounts = [world.account("one"), world.account("two")];
        let kept = |world: &World| -> BTreeSet<LayerId> {
            let view = world.zone.view();
            all_layers().into_iter().filter(|layer| view.has_layer(*layer)).collect()
        };
        for step in &steps {
            let before = kept(&world);
            let applied = world.zone.apply(command(step, accounts), world.now);
            let view = world.zone.view();
            prop_assert_eq!(view.operator_check(), Ok(()));
            let after = kept(&world);
            let dropped: BTreeSet<LayerId> = applied
                .effects
                .iter()
                .filter_map(|effect| match effect {
                    Effect::DropLayers { layers } => Some(layers.clone()),
                    _ => None,
                })
                .flatten()
                .collect();
            let gone: BTreeSet<LayerId> = before.difference(&after).copied().collect();
            prop_assert_eq!(&dropped, &gone, "{:?}", step);
            let needed: BTreeSet<LayerId> = accounts
                .iter()
                .flat_map(|account| view.images(*account))
                .flat_map(|image| {
                    (1..=image.layers.len()).map(|len| LayerId::of_chain(&image.layers[..len]))
                })
                .filter(|layer| all_layers().contains(layer))
                .collect();
            prop_assert_eq!(&needed, &after);
            if let Outcome::Done(Ok(Reply::Removed(removed))) = &applied.outcome {
                prop_assert!(!removed.is_empty());
            }
        }
    }
}
