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
use std::sync::{Arc, LazyLock};

/// All of them.
pub(crate) const REPOSITORIES: [&str; 5] = [
    "library/busybox",
    "library/debian",
    "library/nginx",
    "library/httpd",
    "library/redis",
];

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
    let image = match repository {
        "library/consul" => &CONSUL,
        "library/debian" => &DEBIAN,
        "library/nginx" => &NGINX,
        "library/httpd" => &HTTPD,
        "library/redis" => &REDIS,
        _ => return None,
    };
    Some(Arc::clone(image))
}
