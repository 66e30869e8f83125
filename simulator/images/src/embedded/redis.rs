//! `redis`: the server and its client on Debian, with a volume for what it keeps.

use super::busybox::PATH;
use super::debian_accounts::{User, accounts};
use super::description::{Description, Step, set, strings};
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;
use runtime::service_program;

const VERSION: &str = "3.2.8";
const CREATED: &str = "2017-02-28T22:03:11.732810433Z";

const ENTRYPOINT: &str = "#!/bin/sh
set -e

# Options alone, or a configuration, are for the server.
if [ \"${1#-}\" != \"$1\" ] || [ \"${1%.conf}\" != \"$1\" ]; then
	set -- redis-server \"$@\"
fi

# What root starts gives its files to the user that the server runs as.
if [ \"$1\" = 'redis-server' -a \"$(id -u)\" = '0' ]; then
	chown -R redis .
fi

exec \"$@\"
";

fn user() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    let user = User {
        name: "redis",
        id: 999,
        home: "/home/redis",
    };
    accounts(&mut layer, Some(&user));
    layer
}

fn programs() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .file(
            "usr/local/bin/redis-server",
            0o755,
            &service_program("redis-server", VERSION),
        )
        .file(
            "usr/local/bin/redis-cli",
            0o755,
            &service_program("redis-cli", VERSION),
        );
    layer
}

fn data() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.directory("data", 0o755).owner("data/", 999, 999);
    layer
}

fn entrypoint() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file(
        "usr/local/bin/docker-entrypoint.sh",
        0o755,
        ENTRYPOINT.as_bytes(),
    );
    layer
}

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let version = format!("REDIS_VERSION={VERSION}");
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH, &version]),
            cmd: strings(&["redis-server"]),
            entrypoint: strings(&["docker-entrypoint.sh"]),
            working_dir: "/data".to_owned(),
            exposed_ports: set(&["6379/tcp"]),
            volumes: set(&["/data"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Layer("/bin/sh -c groupadd -r redis && useradd -r -g redis redis"),
            Step::Empty("/bin/sh -c #(nop)  ENV REDIS_VERSION=3.2.8"),
            Step::Layer("/bin/sh -c install redis $REDIS_VERSION"),
            Step::Layer("/bin/sh -c mkdir /data && chown redis:redis /data"),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/data]"),
            Step::Empty("/bin/sh -c #(nop) WORKDIR /data"),
            Step::Layer("/bin/sh -c #(nop) COPY file:docker-entrypoint.sh in /usr/local/bin/ "),
            Step::Empty("/bin/sh -c #(nop)  ENTRYPOINT [\"docker-entrypoint.sh\"]"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 6379/tcp"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"redis-server\"]"),
        ],
        ..Description::default()
    };
    description.release(debian, &[&user(), &programs(), &data(), &entrypoint()])
}
