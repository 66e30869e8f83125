//! `hello-world`: one program that prints a greeting and ends, and nothing else.

use super::busybox::PATH;
use super::description::{Description, Step, strings};
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use runtime::service_program;

const CREATED: &str = "2017-01-13T22:50:56.415736637Z";

pub(super) fn release() -> Release {
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH]),
            cmd: strings(&["/hello"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) COPY file:hello in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/hello\"]"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("hello", 0o755, &service_program("hello", "1.0"));
    description.release(&[], &[&layer])
}
