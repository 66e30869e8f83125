//! Descriptions of the embedded images, one file each.

mod busybox;
mod debian;
mod description;
mod httpd;
mod layer;
mod nginx;
mod redis;

use crate::hub::HubImage;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Repository and tag → image.
pub(crate) fn catalogue(applets: &[String]) -> BTreeMap<(String, String), Arc<HubImage>> {
    let debian = debian::image();
    let on_debian = |make: fn(&HubImage) -> HubImage| make(&debian);
    let images = [
        ("library/nginx", on_debian(nginx::image)),
        ("library/httpd", on_debian(httpd::image)),
        ("library/redis", on_debian(redis::image)),
        ("library/busybox", busybox::image(applets)),
    ];
    let mut catalogue: BTreeMap<_, _> = images
        .into_iter()
        .map(|(name, image)| ((name.to_owned(), "latest".to_owned()), Arc::new(image)))
        .collect();
    let key = ("library/debian".to_owned(), "latest".to_owned());
    catalogue.insert(key, Arc::new(debian));
    catalogue
}
