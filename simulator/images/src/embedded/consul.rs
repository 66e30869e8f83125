//! `consul`: the right configuration and tree, with ports of both protocols; its program is of no kind that runs here.

use super::busybox::PATH;
use super::description::{Description, Step, set, strings};
use super::foreign::foreign;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;

const VERSION: &str = "0.7.5";
const CREATED: &str = "2017-02-15T19:58:22.716481254Z";

fn program() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file("bin/consul", 0o755, &foreign());
    layer
}

fn folders() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directory("consul", 0o755)
        .directory("consul/data", 0o755)
        .directory("consul/config", 0o755);
    layer
}

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let version = format!("CONSUL_VERSION={VERSION}");
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH, &version]),
            cmd: strings(&["agent", "-dev", "-client", "0.0.0.0"]),
            entrypoint: strings(&["consul"]),
            exposed_ports: set(&[
                "8300/tcp", "8301/tcp", "8301/udp", "8302/tcp", "8302/udp", "8500/tcp", "8600/tcp",
                "8600/udp",
            ]),
            volumes: set(&["/consul/data"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Empty("/bin/sh -c #(nop)  ENV CONSUL_VERSION=0.7.5"),
            Step::Layer("/bin/sh -c install consul $CONSUL_VERSION"),
            Step::Layer("/bin/sh -c mkdir -p /consul/data /consul/config"),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/consul/data]"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 8300/tcp 8301/tcp 8301/udp 8302/tcp 8302/udp"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 8500/tcp 8600/tcp 8600/udp"),
            Step::Empty("/bin/sh -c #(nop)  ENTRYPOINT [\"consul\"]"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"agent\" \"-dev\" \"-client\" \"0.0.0.0\"]"),
        ],
        ..Description::default()
    };
    description.release(debian, &[&program(), &folders()])
}
