//! The catalogue: every repository and tag, and what is made for it (images.md 23).

use super::on_busybox::OnBusybox;
use super::release::Release;
use super::{consul, debian, httpd, nginx, redis};
use std::sync::LazyLock;

/// The host of the official index.
pub(crate) const OFFICIAL: &str = "docker.io";

/// A repository of a host.
#[derive(Debug)]
pub(crate) struct Repository {
    pub(crate) host: &'static str,
    /// The remote name: `library/busybox`.
    pub(crate) name: &'static str,
    /// For searches, one line.
    pub(crate) description: &'static str,
    pub(crate) stars: u32,
    pub(crate) tags: &'static [(&'static str, Source)],
}

/// Where a tag's release comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// It is the same in every hub: made when it is first asked for, once.
    Constant(&'static LazyLock<Release>),
    /// It has the applets of its hub.
    OnBusybox(OnBusybox),
}

static DEBIAN: LazyLock<Release> = LazyLock::new(debian::release);
static DEBIAN_TESTING: LazyLock<Release> = LazyLock::new(|| debian::testing(&DEBIAN.layers));
static CONSUL: LazyLock<Release> = LazyLock::new(|| consul::release(&DEBIAN.layers));
static NGINX: LazyLock<Release> = LazyLock::new(|| nginx::release(&DEBIAN.layers));
static HTTPD: LazyLock<Release> = LazyLock::new(|| httpd::release(&DEBIAN.layers));
static REDIS: LazyLock<Release> = LazyLock::new(|| redis::release(&DEBIAN.layers));

/// All of them; what is asked for most comes first.
pub(crate) static CATALOGUE: [Repository; 6] = [
    Repository {
        host: OFFICIAL,
        name: "library/busybox",
        description: "Small Unix utilities in one program.",
        stars: 1014,
        tags: &[("latest", Source::OnBusybox(OnBusybox::Latest))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/debian",
        description: "A distribution of free software.",
        stars: 2136,
        tags: &[
            ("latest", Source::Constant(&DEBIAN)),
            ("testing", Source::Constant(&DEBIAN_TESTING)),
        ],
    },
    Repository {
        host: OFFICIAL,
        name: "library/nginx",
        description: "A web server and reverse proxy.",
        stars: 5892,
        tags: &[("latest", Source::Constant(&NGINX))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/httpd",
        description: "The Apache HTTP server.",
        stars: 1034,
        tags: &[("latest", Source::Constant(&HTTPD))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/redis",
        description: "A store of keys and values in memory.",
        stars: 3618,
        tags: &[("latest", Source::Constant(&REDIS))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/consul",
        description: "Discovery and configuration of services.",
        stars: 504,
        tags: &[("latest", Source::Constant(&CONSUL))],
    },
];
