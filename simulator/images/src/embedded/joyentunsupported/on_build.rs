//! `test-image-with-onbuild`: instructions that a build on it runs first.

use crate::embedded::busybox;
use crate::embedded::description::{Description, Step};
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-03-01T20:48:19.572910346Z";

pub(in crate::embedded) fn release(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: busybox::run(),
        steps: &[
            add,
            cmd,
            Step::Empty("/bin/sh -c #(nop)  ONBUILD COPY . /usr/src/app"),
            Step::Empty("/bin/sh -c #(nop)  ONBUILD RUN touch /usr/src/app/built"),
        ],
        on_build: &["COPY . /usr/src/app", "RUN touch /usr/src/app/built"],
        ..Description::default()
    };
    description.release(busybox, &[])
}
