//! `debian`: the base that other images share, and the next release on top of it.

use super::busybox::PATH;
use super::description::{Description, Step, strings};
use super::distribution::Distribution;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-27T21:35:22.041396457Z";
const TESTING_CREATED: &str = "2017-02-27T21:41:58.390145926Z";

const JESSIE: Distribution<'_> = Distribution {
    os_release: "PRETTY_NAME=\"Debian GNU/Linux 8 (jessie)\"\n\
        NAME=\"Debian GNU/Linux\"\n\
        VERSION_ID=\"8\"\n\
        VERSION=\"8 (jessie)\"\n\
        ID=debian\n\
        HOME_URL=\"http://www.debian.org/\"\n\
        SUPPORT_URL=\"http://www.debian.org/support\"\n\
        BUG_REPORT_URL=\"https://bugs.debian.org/\"\n",
    version: "8.7\n",
    issue: "Debian GNU/Linux 8 \\n \\l\n\n",
    hostname: "debian\n",
};

const TESTING_OS_RELEASE: &str = "PRETTY_NAME=\"Debian GNU/Linux stretch/sid\"\n\
    NAME=\"Debian GNU/Linux\"\n\
    ID=debian\n\
    HOME_URL=\"https://www.debian.org/\"\n\
    SUPPORT_URL=\"https://www.debian.org/support\"\n\
    BUG_REPORT_URL=\"https://bugs.debian.org/\"\n";

/// `debian:latest`.
pub(super) fn release() -> Release {
    let description = Description {
        created: CREATED,
        run: run(),
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
        ],
        ..Description::default()
    };
    description.release(&[], &[&JESSIE.layer()])
}

/// `debian:testing`: what is new lies on `latest`, so that a pull of both has a layer already.
pub(super) fn testing(debian: &[HubLayer]) -> Release {
    let description = Description {
        created: TESTING_CREATED,
        run: run(),
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Layer("/bin/sh -c apt-get dist-upgrade -t testing"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer
        .file("usr/lib/os-release", 0o644, TESTING_OS_RELEASE.as_bytes())
        .file("etc/debian_version", 0o644, b"stretch/sid\n")
        .file(
            "etc/issue",
            0o644,
            b"Debian GNU/Linux stretch/sid \\n \\l\n\n",
        );
    description.release(debian, &[&layer])
}

fn run() -> RunConfig {
    RunConfig {
        env: strings(&[PATH]),
        cmd: strings(&["/bin/bash"]),
        ..RunConfig::default()
    }
}
