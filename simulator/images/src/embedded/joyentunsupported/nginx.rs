//! `test-nginx`: nginx under another name, with two tags and at two hosts, of which one has a port in its name.

use crate::embedded::description::{Description, Step};
use crate::embedded::nginx;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-03-02T01:09:14.288430951Z";

pub(in crate::embedded) fn release(nginx: &[HubLayer]) -> Release {
    let mut steps = nginx::STEPS.to_vec();
    steps.push(Step::Empty("/bin/sh -c #(nop)  MAINTAINER zonesim"));
    let description = Description {
        created: CREATED,
        run: nginx::run(),
        steps: &steps,
        ..Description::default()
    };
    description.release(nginx, &[])
}
