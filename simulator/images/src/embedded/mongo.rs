//! `mongo`: the right configuration and tree, with two volumes; its programs are of no kind that runs here.

use super::busybox::PATH;
use super::debian_accounts::{User, accounts};
use super::description::{Description, Step, set, strings};
use super::foreign::foreign;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-28T19:36:05.150386741Z";

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH, "MONGO_MAJOR=3.4", "MONGO_VERSION=3.4.2"]),
            cmd: strings(&["mongod"]),
            entrypoint: strings(&["/entrypoint.sh"]),
            exposed_ports: set(&["27017/tcp"]),
            volumes: set(&["/data/configdb", "/data/db"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Layer("/bin/sh -c groupadd -r mongodb && useradd -r -g mongodb mongodb"),
            Step::Empty("/bin/sh -c #(nop)  ENV MONGO_MAJOR=3.4"),
            Step::Empty("/bin/sh -c #(nop)  ENV MONGO_VERSION=3.4.2"),
            Step::Layer("/bin/sh -c install mongodb-org=$MONGO_VERSION"),
            Step::Layer("/bin/sh -c mkdir -p /data/db /data/configdb && chown -R mongodb /data"),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/data/db /data/configdb]"),
            Step::Layer("/bin/sh -c #(nop) COPY file:entrypoint.sh in /entrypoint.sh "),
            Step::Empty("/bin/sh -c #(nop)  ENTRYPOINT [\"/entrypoint.sh\"]"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 27017/tcp"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"mongod\"]"),
        ],
        ..Description::default()
    };
    let own = [user(), programs(), data(), entrypoint()];
    description.release(debian, &own.each_ref())
}

fn user() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    let user = User {
        name: "mongodb",
        id: 999,
        home: "/home/mongodb",
    };
    accounts(&mut layer, Some(&user));
    layer
}

fn programs() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    for name in ["mongo", "mongod", "mongodump", "mongorestore", "mongos"] {
        layer.file(&format!("usr/bin/{name}"), 0o755, &foreign());
    }
    layer
}

fn data() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&["data", "data/configdb", "data/db"])
        .owner("data/", 999, 999)
        .owner("data/configdb/", 999, 999)
        .owner("data/db/", 999, 999);
    layer
}

fn entrypoint() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file("entrypoint.sh", 0o755, ENTRYPOINT.as_bytes());
    layer
}

const ENTRYPOINT: &str = "#!/bin/sh
set -e

# Options alone are for the server.
if [ \"${1#-}\" != \"$1\" ]; then
	set -- mongod \"$@\"
fi

# What root starts gives its files to the user that the server runs as.
if [ \"$1\" = 'mongod' ] && [ \"$(id -u)\" = '0' ]; then
	chown -R mongodb /data/configdb /data/db
fi

exec \"$@\"
";
