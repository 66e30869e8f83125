//! Steps of earlier builds (IMG-72).

use images::ImageConfig;
use images::dockerfile::Document;
use std::collections::BTreeMap;
use zone::{AccountId, Digest, ImageRecord, Origin, View};

/// The image that this step made earlier on the same image, with the same labels. What was pulled does not
/// count; the first of several does. Words that are joined otherwise are another step.
pub(super) fn earlier<'v>(
    view: &'v View,
    account: AccountId,
    parent: Option<Digest>,
    command: &[String],
    labels: &BTreeMap<String, String>,
) -> Option<(&'v ImageRecord, Document)> {
    let on_parent = parent.into_iter().flat_map(|parent| {
        let children = view.children_of(account, parent);
        children.filter_map(|child| view.image_by_id(account, child))
    });
    let on_nothing = parent
        .is_none()
        .then(|| view.images(account).filter(|image| image.parent.is_none()));
    let mut candidates = on_parent.chain(on_nothing.into_iter().flatten());
    candidates.find_map(|image| {
        let is_same = image.origin != Origin::Pull && has_labels(image, labels);
        let document = Document::parse(&image.config).ok().filter(|_| is_same)?;
        (document.command() == command).then_some((image, document))
    })
}

fn has_labels(image: &ImageRecord, labels: &BTreeMap<String, String>) -> bool {
    let config = ImageConfig::parse(&image.config).ok();
    let run = config.and_then(|config| config.config);
    run.and_then(|run| run.labels).unwrap_or_default() == *labels
}
