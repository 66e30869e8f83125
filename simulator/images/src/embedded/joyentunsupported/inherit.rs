//! `triton_alpine_inherit_test`: a step on alpine. Two registries have the same, so that what is pulled from one is there
//! already when it is pulled from the other, and both names can be built on and removed.

use crate::embedded::alpine;
use crate::embedded::description::{Description, Step};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-03-07T00:27:51.930284617Z";

pub(in crate::embedded) fn release(alpine: &[HubLayer]) -> Release {
    let [add, cmd] = alpine::STEPS;
    let description = Description {
        created: CREATED,
        run: alpine::run(),
        steps: &[
            add,
            cmd,
            Step::Layer("/bin/sh -c echo inherited > /etc/inherited"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("etc/inherited", 0o644, b"inherited\n");
    description.release(alpine, &[&layer])
}
