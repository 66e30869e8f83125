//! `test-image-without-history`: two layers, and nothing says which steps made them (images.md 15.2).

use crate::embedded::busybox;
use crate::embedded::description::{Description, Step};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-22T09:40:11.760218453Z";

pub(in crate::embedded) fn release(busybox: &[HubLayer]) -> Release {
    let description = Description {
        created: CREATED,
        run: busybox::run(),
        steps: &[Step::Layer("/bin/sh -c echo unknown > /etc/origin")],
        without_history: true,
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("etc/origin", 0o644, b"unknown\n");
    description.release(busybox, &[&layer])
}
