//! `test-image-with-cns-services`: a web server whose label names the service that it is an instance of.

use crate::RunConfig;
use crate::embedded::busybox;
use crate::embedded::description::{Description, Step, labels, set, strings};
use crate::embedded::layer::LayerBuilder;
use crate::embedded::release::Release;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-14T16:05:37.481903625Z";

pub(in crate::embedded) fn release(busybox: &[HubLayer]) -> Release {
    let [add, cmd] = busybox::STEPS;
    let description = Description {
        created: CREATED,
        run: RunConfig {
            cmd: strings(&["httpd", "-f", "-h", "/var/www"]),
            exposed_ports: set(&["80/tcp"]),
            labels: labels(&[("triton.cns.services", "web")]),
            ..busybox::run()
        },
        steps: &[
            add,
            cmd,
            Step::Layer("/bin/sh -c #(nop) COPY file:index.html in /var/www/ "),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 80/tcp"),
            Step::Empty("/bin/sh -c #(nop)  LABEL triton.cns.services=web"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"httpd\" \"-f\" \"-h\" \"/var/www\"]"),
        ],
        ..Description::default()
    };
    let mut layer = LayerBuilder::default();
    layer.file("var/www/index.html", 0o644, b"an instance of web\n");
    description.release(busybox, &[&layer])
}
