//! `base-64`: an image of SmartOS, with the files of busybox and what its containers have besides.

use super::layer::LayerBuilder;
use crate::hub::HubLayer;
use runtime::service_program;

/// Its layers on those of busybox.
pub(super) fn layers(busybox: &[HubLayer]) -> Vec<HubLayer> {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&["etc/inet", "lib", "lib/inet", "opt", "opt/local"])
        .file(
            "etc/inet/hosts",
            0o644,
            b"127.0.0.1\tlocalhost\n::1\tlocalhost\n",
        )
        .symlink("etc/hosts", "inet/hosts")
        .file(
            "lib/inet/ipmgmtd",
            0o755,
            &service_program("ipmgmtd", "1.0"),
        );
    let mut layers = busybox.to_vec();
    layers.push(layer.build());
    layers
}
