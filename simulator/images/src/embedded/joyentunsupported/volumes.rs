//! `test-image-with-volume` and `image-with-local-volume`: volumes that containers inherit or a request overrides. Their
//! commands succeed whatever lies in the volume.

use crate::RunConfig;
use crate::embedded::busybox;
use crate::embedded::description::{Description, Step, set, strings};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2016-05-17T18:20:43.117382904Z";
const LOCAL_CREATED: &str = "2017-02-07T23:52:08.394071265Z";

/// A volume where the image has nothing.
pub(in crate::embedded) fn absent(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: RunConfig {
            cmd: strings(&["true"]),
            volumes: set(&["/data"]),
            ..busybox::run()
        },
        steps: &[
            add,
            cmd,
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/data]"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"true\"]"),
        ],
        ..Description::default()
    };
    description.release(busybox, &[])
}

/// A volume where the image has a file.
pub(in crate::embedded) fn with_a_file(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: LOCAL_CREATED,
        run: RunConfig {
            cmd: strings(&["ls", "/data/some-volume"]),
            volumes: set(&["/data/some-volume"]),
            ..busybox::run()
        },
        steps: &[
            add,
            cmd,
            Step::Layer("/bin/sh -c #(nop) COPY file:some-file in /data/some-volume/ "),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/data/some-volume]"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"ls\" \"/data/some-volume\"]"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.directories(&["data", "data/some-volume"]).file(
        "data/some-volume/some-file",
        0o644,
        b"This file is of the image.\n",
    );
    description.release(busybox, &[&layer])
}
