//! `busybox_with_label_test`: a label that containers inherit and filters find, on busybox's one layer.

use crate::RunConfig;
use crate::embedded::busybox;
use crate::embedded::description::{Description, Step, labels};
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-01-18T23:11:29.845160372Z";

pub(in crate::embedded) fn release(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: RunConfig {
            labels: labels(&[("todd", "cool")]),
            ..busybox::run()
        },
        steps: &[add, cmd, Step::Empty("/bin/sh -c #(nop)  LABEL todd=cool")],
        ..Description::default()
    };
    description.release(busybox, &[])
}
