//! Descriptions of the embedded images.

mod busybox;
mod layer;

use crate::hub::HubImage;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Repository and tag → image.
pub(crate) fn catalogue(applets: &[String]) -> BTreeMap<(String, String), Arc<HubImage>> {
    let busybox = Arc::new(busybox::image(applets));
    BTreeMap::from([(("library/busybox".to_owned(), "latest".to_owned()), busybox)])
}
