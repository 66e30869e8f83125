//! `ubuntu`: five layers, of which one takes a file of the lowest away, and a step that makes none.

use super::busybox::PATH;
use super::description::{Description, Step, strings};
use super::distribution::Distribution;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;

/// `ubuntu:16.04`, which is `latest` too.
pub(super) fn xenial() -> Release {
    release("2017-02-27T19:42:10.522384312Z", &XENIAL)
}

/// `ubuntu:14.04`.
pub(super) fn trusty() -> Release {
    release("2017-02-27T19:44:16.309527417Z", &TRUSTY)
}

fn release(created: &str, distribution: &Distribution<'_>) -> Release {
    let description = Description {
        created,
        run: RunConfig {
            env: strings(&[PATH]),
            cmd: strings(&["/bin/bash"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:ubuntu in / "),
            Step::Layer("/bin/sh -c echo 'exit 101' > /usr/sbin/policy-rc.d"),
            Step::Layer("/bin/sh -c rm -rf /var/lib/apt/lists/*"),
            Step::Layer("/bin/sh -c sed -i 's/^# deb/deb/' /etc/apt/sources.list"),
            Step::Layer("/bin/sh -c mkdir -p /run/systemd && echo docker > /run/systemd/container"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
        ],
        ..Description::default()
    };
    let mut root = distribution.layer();
    root.directories(&["var/lib/apt", "var/lib/apt/lists"])
        .file("var/lib/apt/lists/packages", 0o644, b"");
    let own = [root, policy(), lists(), sources(), container()];
    description.release(&[], &own.each_ref())
}

/// Services are not started when packages are installed.
fn policy() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file("usr/sbin/policy-rc.d", 0o755, b"#!/bin/sh\nexit 101\n");
    layer
}

fn lists() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file("var/lib/apt/lists/.wh.packages", 0o644, b"");
    layer
}

fn sources() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file(
        "etc/apt/sources.list",
        0o644,
        b"# Nothing here reads this file, whatever it lists.\n",
    );
    layer
}

fn container() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directory("run/systemd", 0o755)
        .file("run/systemd/container", 0o644, b"docker\n");
    layer
}

const XENIAL: Distribution<'_> = Distribution {
    os_release: "NAME=\"Ubuntu\"\n\
        VERSION=\"16.04.2 LTS (Xenial Xerus)\"\n\
        ID=ubuntu\n\
        ID_LIKE=debian\n\
        PRETTY_NAME=\"Ubuntu 16.04.2 LTS\"\n\
        VERSION_ID=\"16.04\"\n\
        HOME_URL=\"http://www.ubuntu.com/\"\n\
        UBUNTU_CODENAME=xenial\n",
    version: "stretch/sid\n",
    issue: "Ubuntu 16.04.2 LTS \\n \\l\n\n",
    hostname: "ubuntu\n",
};

const TRUSTY: Distribution<'_> = Distribution {
    os_release: "NAME=\"Ubuntu\"\n\
        VERSION=\"14.04.5 LTS, Trusty Tahr\"\n\
        ID=ubuntu\n\
        ID_LIKE=debian\n\
        PRETTY_NAME=\"Ubuntu 14.04.5 LTS\"\n\
        VERSION_ID=\"14.04\"\n\
        HOME_URL=\"http://www.ubuntu.com/\"\n",
    version: "jessie/sid\n",
    issue: "Ubuntu 14.04.5 LTS \\n \\l\n\n",
    hostname: "ubuntu\n",
};
