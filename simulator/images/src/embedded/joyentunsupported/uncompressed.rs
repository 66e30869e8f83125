//! `test-image-with-uncompressed-layer`: the upper of two layers travels as a tar, and its media type says so.

use crate::embedded::busybox;
use crate::embedded::description::{Description, Step};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-21T12:14:50.038461297Z";

pub(in crate::embedded) fn release(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: busybox::run(),
        steps: &[
            add,
            cmd,
            Step::Layer("/bin/sh -c echo uncompressed > /etc/uncompressed"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("etc/uncompressed", 0o644, b"uncompressed\n");
    let mut layers = busybox.to_vec();
    layers.push(layer.build_uncompressed());
    description.release_of(layers)
}
