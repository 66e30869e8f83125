//! Descriptions of the embedded images, one file each.

mod busybox;
mod consul;
mod debian;
mod description;
mod httpd;
mod layer;
mod nginx;
mod redis;

use crate::hub::HubImage;
use std::iter;
use std::sync::{Arc, LazyLock};

/// The one that has the applets of its hub.
pub(crate) const BUSYBOX: &str = "library/busybox";

/// Those that are the same in every hub.
static CONSTANT: [(&str, &LazyLock<Arc<HubImage>>); 5] = [
    ("library/debian", &DEBIAN),
    ("library/nginx", &NGINX),
    ("library/httpd", &HTTPD),
    ("library/redis", &REDIS),
    ("library/consul", &CONSUL),
];

/// All of them.
pub(crate) fn repositories() -> impl Iterator<Item = &'static str> {
    iter::once(BUSYBOX).chain(CONSTANT.iter().map(|(repository, _)| *repository))
}

/// The tag that each of them has.
pub(crate) const TAG: &str = "latest";

/// `busybox` with these applets.
pub(crate) fn busybox(applets: &[String]) -> Arc<HubImage> {
    Arc::new(busybox::image(applets))
}

static DEBIAN: LazyLock<Arc<HubImage>> = LazyLock::new(|| Arc::new(debian::image()));
static CONSUL: LazyLock<Arc<HubImage>> = LazyLock::new(|| Arc::new(consul::image(&DEBIAN)));
static NGINX: LazyLock<Arc<HubImage>> = LazyLock::new(|| Arc::new(nginx::image(&DEBIAN)));
static HTTPD: LazyLock<Arc<HubImage>> = LazyLock::new(|| Arc::new(httpd::image(&DEBIAN)));
static REDIS: LazyLock<Arc<HubImage>> = LazyLock::new(|| Arc::new(redis::image(&DEBIAN)));

/// An image that is the same in every hub: it is made when it is first asked for, once.
pub(crate) fn constant(repository: &str) -> Option<Arc<HubImage>> {
    let mut images = CONSTANT.iter();
    let (_, image) = images.find(|(name, _)| *name == repository)?;
    Some(Arc::clone(image))
}
