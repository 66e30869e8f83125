//! `busybox`: one layer, every applet a link to one marker program (images.md 23).

use super::description::{AMD64, Description, Step, strings};
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::manifest::{DOCKER, Platform};
use runtime::PROGRAM_MARKER;

const CREATED: &str = "2017-01-13T22:13:54.401355854Z";
pub(super) const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Name, uid, gid, home, shell.
const USERS: &[(&str, u32, u32, &str, &str)] = &[
    ("root", 0, 0, "/root", "/bin/sh"),
    ("daemon", 1, 1, "/usr/sbin", "/bin/false"),
    ("bin", 2, 2, "/bin", "/bin/false"),
    ("sys", 3, 3, "/dev", "/bin/false"),
    ("sync", 4, 100, "/bin", "/bin/sync"),
    ("mail", 8, 8, "/var/spool/mail", "/bin/false"),
    ("www-data", 33, 33, "/var/www", "/bin/false"),
    ("operator", 37, 37, "/var", "/bin/false"),
    ("nobody", 65534, 65534, "/home", "/bin/false"),
];

/// Name and gid.
const GROUPS: &[(&str, u32)] = &[
    ("root", 0),
    ("daemon", 1),
    ("bin", 2),
    ("sys", 3),
    ("adm", 4),
    ("tty", 5),
    ("disk", 6),
    ("mail", 8),
    ("wheel", 10),
    ("www-data", 33),
    ("operator", 37),
    ("users", 100),
    ("nobody", 65534),
];

const ARM: Platform = Platform {
    architecture: "arm",
    variant: None,
};

/// What made it; images on it begin with the same.
pub(super) const STEPS: [Step<'_>; 2] = [
    Step::Layer("/bin/sh -c #(nop) ADD file:busybox in / "),
    Step::Empty("/bin/sh -c #(nop)  CMD [\"sh\"]"),
];

/// The image with these applets, a list for two platforms.
pub(super) fn release(applets: &[String]) -> Release {
    let description = Description {
        created: CREATED,
        run: run(),
        steps: &STEPS,
        ..Description::default()
    };
    description.listed(&DOCKER, &[AMD64, ARM], vec![layer(applets).build()])
}

/// What containers inherit.
pub(super) fn run() -> RunConfig {
    RunConfig {
        env: strings(&[PATH]),
        cmd: strings(&["sh"]),
        ..RunConfig::default()
    }
}

/// The files.
pub(super) fn layer(applets: &[String]) -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    for (path, mode) in [
        ("bin", 0o755),
        ("dev", 0o755),
        ("etc", 0o755),
        ("home", 0o755),
        ("root", 0o700),
        ("tmp", 0o1777),
        ("usr", 0o755),
        ("usr/sbin", 0o755),
        ("var", 0o755),
        ("var/spool", 0o755),
        ("var/spool/mail", 0o755),
        ("var/www", 0o755),
    ] {
        layer.directory(path, mode);
    }
    layer
        .owner("home/", 65534, 65534)
        .owner("usr/sbin/", 1, 1)
        .owner("var/spool/mail/", 8, 8)
        .owner("var/www/", 33, 33)
        .file("etc/passwd", 0o644, passwd().as_bytes())
        .file("etc/group", 0o644, group().as_bytes())
        .file("etc/shadow", 0o640, shadow().as_bytes())
        .file("bin/busybox", 0o755, PROGRAM_MARKER);
    for applet in applets.iter().filter(|applet| *applet != "busybox") {
        layer.hard_link(&format!("bin/{applet}"), "bin/busybox");
    }
    layer
}

fn passwd() -> String {
    USERS
        .iter()
        .map(|(name, uid, gid, home, shell)| {
            format!("{name}:x:{uid}:{gid}:{name}:{home}:{shell}\n")
        })
        .collect()
}

fn group() -> String {
    GROUPS
        .iter()
        .map(|(name, gid)| format!("{name}:x:{gid}:\n"))
        .collect()
}

fn shadow() -> String {
    USERS
        .iter()
        .map(|(name, ..)| format!("{name}:*:10933:0:99999:7:::\n"))
        .collect()
}
