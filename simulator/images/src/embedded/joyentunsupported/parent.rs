//! `test-image-with-parent`: its configuration names the image it was built on, as engines wrote it. A pull makes no
//! record of that one.

use crate::embedded::busybox;
use crate::embedded::description::{Description, Step};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;

const CREATED: &str = "2016-11-22T17:33:02.649028173Z";

pub(in crate::embedded) fn release(busybox: &Release) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: busybox::run(),
        steps: &[add, cmd, Step::Layer("/bin/sh -c echo child > /etc/child")],
        parent: busybox.image.as_ref().map(|image| image.config.digest),
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("etc/child", 0o644, b"child\n");
    description.release(&busybox.layers, &[&layer])
}
