//! The catalogue: every repository and tag, and what is made for it (images.md 23).

use super::joyentunsupported::{self, inherit};
use super::on_busybox::OLD_TAG;
use super::on_busybox::OnBusybox::{
    self, Labelled, Latest, Old, OnBuild, Services, Uncompressed, WithLocalVolume, WithParent,
    WithVolume, WithoutHistory,
};
use super::release::Release;
use super::{
    alpine, consul, debian, hello_world, httpd, mongo, mysql, nginx, redis, ubuntu, wordpress,
};
use Source::{Constant, Derived};
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
    Derived(OnBusybox),
}

static ALPINE: LazyLock<Release> = LazyLock::new(alpine::release);
static CONSUL: LazyLock<Release> = LazyLock::new(|| consul::release(&DEBIAN.layers));
static DEBIAN: LazyLock<Release> = LazyLock::new(debian::release);
static DEBIAN_TESTING: LazyLock<Release> = LazyLock::new(|| debian::testing(&DEBIAN.layers));
static HELLO_WORLD: LazyLock<Release> = LazyLock::new(hello_world::release);
static HTTPD: LazyLock<Release> = LazyLock::new(|| httpd::release(&DEBIAN.layers));
static INHERIT: LazyLock<Release> = LazyLock::new(|| inherit::release(&ALPINE.layers));
static MONGO: LazyLock<Release> = LazyLock::new(|| mongo::release(&DEBIAN.layers));
static MYSQL: LazyLock<Release> = LazyLock::new(|| mysql::release(&DEBIAN.layers));
static NGINX: LazyLock<Release> = LazyLock::new(|| nginx::release(&DEBIAN.layers));
static REDIS: LazyLock<Release> = LazyLock::new(|| redis::release(&DEBIAN.layers));
static TEST_NGINX: LazyLock<Release> =
    LazyLock::new(|| joyentunsupported::nginx::release(&NGINX.layers));
static TRUSTY: LazyLock<Release> = LazyLock::new(ubuntu::trusty);
static WORDPRESS: LazyLock<Release> = LazyLock::new(|| wordpress::release(&DEBIAN.layers));
static XENIAL: LazyLock<Release> = LazyLock::new(ubuntu::xenial);

const TEST_NGINX_TAGS: &[(&str, Source)] = &[
    ("latest", Constant(&TEST_NGINX)),
    ("1.0.0", Constant(&TEST_NGINX)),
];
const INHERIT_TAGS: &[(&str, Source)] = &[("latest", Constant(&INHERIT))];

/// All of them; what is asked for most comes first.
pub(crate) static CATALOGUE: [Repository; 24] = [
    Repository {
        host: OFFICIAL,
        name: "library/busybox",
        description: "Small Unix utilities in one program.",
        stars: 1014,
        tags: &[("latest", Derived(Latest)), (OLD_TAG, Derived(Old))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/debian",
        description: "A distribution of free software.",
        stars: 2136,
        tags: &[
            ("latest", Constant(&DEBIAN)),
            ("testing", Constant(&DEBIAN_TESTING)),
        ],
    },
    Repository {
        host: OFFICIAL,
        name: "library/nginx",
        description: "A web server and reverse proxy.",
        stars: 5892,
        tags: &[("latest", Constant(&NGINX))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/httpd",
        description: "The Apache HTTP server.",
        stars: 1034,
        tags: &[("latest", Constant(&HTTPD))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/redis",
        description: "A store of keys and values in memory.",
        stars: 3618,
        tags: &[("latest", Constant(&REDIS))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/consul",
        description: "Discovery and configuration of services.",
        stars: 504,
        tags: &[("latest", Constant(&CONSUL))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/alpine",
        description: "A small distribution, of a few megabytes.",
        stars: 1976,
        tags: &[("latest", Constant(&ALPINE))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/ubuntu",
        description: "A distribution that is based on Debian.",
        stars: 5724,
        tags: &[
            ("latest", Constant(&XENIAL)),
            ("16.04", Constant(&XENIAL)),
            ("14.04", Constant(&TRUSTY)),
        ],
    },
    Repository {
        host: OFFICIAL,
        name: "library/hello-world",
        description: "A greeting, to see whether containers run.",
        stars: 272,
        tags: &[("latest", Constant(&HELLO_WORLD))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/mysql",
        description: "A relational database.",
        stars: 4247,
        tags: &[("latest", Constant(&MYSQL))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/mongo",
        description: "A database of documents.",
        stars: 3012,
        tags: &[("latest", Constant(&MONGO))],
    },
    Repository {
        host: OFFICIAL,
        name: "library/wordpress",
        description: "A system for weblogs and other sites.",
        stars: 1689,
        tags: &[("latest", Constant(&WORDPRESS))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-nginx",
        description: "A web server with two tags, for tests.",
        stars: 0,
        tags: TEST_NGINX_TAGS,
    },
    Repository {
        host: "registry-1.docker.io:443",
        name: "joyentunsupported/test-nginx",
        description: "A web server with two tags, for tests.",
        stars: 0,
        tags: TEST_NGINX_TAGS,
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/triton_alpine_inherit_test",
        description: "The same image in two registries, for tests.",
        stars: 0,
        tags: INHERIT_TAGS,
    },
    Repository {
        host: "quay.io",
        name: "joyent/triton_alpine_inherit_test",
        description: "The same image in two registries, for tests.",
        stars: 0,
        tags: INHERIT_TAGS,
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/busybox_with_label_test",
        description: "A label, for tests.",
        stars: 0,
        tags: &[("latest", Derived(Labelled))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-with-volume",
        description: "An empty volume, for tests.",
        stars: 0,
        tags: &[("latest", Derived(WithVolume))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/image-with-local-volume",
        description: "A volume with a file in it, for tests.",
        stars: 0,
        tags: &[("latest", Derived(WithLocalVolume))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-with-parent",
        description: "A configuration with a parent, for tests.",
        stars: 0,
        tags: &[("latest", Derived(WithParent))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-with-onbuild",
        description: "Instructions for builds on it, for tests.",
        stars: 0,
        tags: &[("latest", Derived(OnBuild))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-without-history",
        description: "A configuration without a history, for tests.",
        stars: 0,
        tags: &[("latest", Derived(WithoutHistory))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-with-uncompressed-layer",
        description: "A layer that is not compressed, for tests.",
        stars: 0,
        tags: &[("latest", Derived(Uncompressed))],
    },
    Repository {
        host: OFFICIAL,
        name: "joyentunsupported/test-image-with-cns-services",
        description: "A label that names a service, for tests.",
        stars: 0,
        tags: &[("latest", Derived(Services))],
    },
];
