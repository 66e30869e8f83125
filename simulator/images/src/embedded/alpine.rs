//! `alpine`: small, one layer, behind an OCI index whose first entry is for another processor. Its programs are links to
//! one multi-call binary; what installs packages is there and cannot run.

use super::busybox::PATH;
use super::description::{AMD64, Description, Step, strings};
use super::foreign::foreign;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::manifest::{OCI, Platform};
use runtime::PROGRAM_MARKER;

const CREATED: &str = "2017-03-03T20:32:37.723773456Z";

const ARM64: Platform = Platform {
    architecture: "arm64",
    variant: Some("v8"),
};

/// What made it; images on it begin with the same.
pub(super) const STEPS: [Step<'_>; 2] = [
    Step::Layer("/bin/sh -c #(nop) ADD file:alpine in / "),
    Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/sh\"]"),
];

pub(super) fn release() -> Release {
    let description = Description {
        created: CREATED,
        run: run(),
        steps: &STEPS,
        ..Description::default()
    };
    description.listed(&OCI, &[ARM64, AMD64], vec![layer().build()])
}

/// What containers inherit.
pub(super) fn run() -> RunConfig {
    RunConfig {
        env: strings(&[PATH]),
        cmd: strings(&["/bin/sh"]),
        ..RunConfig::default()
    }
}

fn layer() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(DIRECTORIES)
        .directory("root", 0o700)
        .directory("tmp", 0o1777)
        .directory("var/tmp", 0o1777)
        .symlink("var/run", "/run")
        .file("etc/alpine-release", 0o644, b"3.5.2\n")
        .file("etc/os-release", 0o644, OS_RELEASE.as_bytes())
        .file("etc/issue", 0o644, b"Alpine Linux 3.5 \\n \\l\n\n")
        .file("etc/hostname", 0o644, b"localhost\n")
        .file("etc/motd", 0o644, b"This is Alpine.\n")
        .file("etc/shells", 0o644, b"/bin/sh\n/bin/ash\n")
        .file("etc/profile", 0o644, PROFILE.as_bytes())
        .file(
            "etc/apk/repositories",
            0o644,
            b"# Nothing here reads this file.\n",
        )
        .file("etc/apk/world", 0o644, b"alpine-base\n")
        .file("lib/apk/db/installed", 0o644, b"")
        .file("sbin/apk", 0o755, &foreign())
        .file("bin/busybox", 0o755, PROGRAM_MARKER);
    accounts(&mut layer);
    for (directory, names) in PROGRAMS {
        for name in names.split_whitespace() {
            layer.symlink(&format!("{directory}/{name}"), "/bin/busybox");
        }
    }
    layer
}

fn accounts(layer: &mut LayerBuilder) {
    let mut users = String::new();
    let mut groups = String::new();
    let mut shadow = String::new();
    for (name, id, home, shell) in USERS {
        users += &format!("{name}:x:{id}:{id}:{name}:{home}:{shell}\n");
        shadow += &format!("{name}:!::0:::::\n");
    }
    for (name, id) in GROUPS {
        groups += &format!("{name}:x:{id}:\n");
    }
    layer
        .file("etc/passwd", 0o644, users.as_bytes())
        .file("etc/group", 0o644, groups.as_bytes())
        .file("etc/shadow", 0o640, shadow.as_bytes())
        .owner("etc/shadow", 0, 42);
}

const DIRECTORIES: &[&str] = &[
    "bin",
    "dev",
    "etc",
    "etc/apk",
    "etc/init.d",
    "etc/profile.d",
    "home",
    "lib",
    "lib/apk",
    "lib/apk/db",
    "media",
    "mnt",
    "proc",
    "run",
    "sbin",
    "srv",
    "sys",
    "usr",
    "usr/bin",
    "usr/lib",
    "usr/local",
    "usr/local/bin",
    "usr/sbin",
    "usr/share",
    "var",
    "var/cache",
    "var/cache/apk",
    "var/lib",
    "var/log",
    "var/spool",
    "var/spool/cron",
    "var/spool/cron/crontabs",
];

/// Programs and the directories that Alpine has them in.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "bin",
        "ash base64 cat chgrp chmod chown cp date dd df echo egrep false fgrep grep gunzip gzip hostname kill link ln \
         ls mkdir mktemp more mount mv netstat nice pidof ping printenv ps pwd rev rm rmdir sed sh sleep stat stty su \
         sync tar touch true uname usleep watch zcat",
    ),
    ("sbin", "ifconfig ip route"),
    (
        "usr/bin",
        "[ arch awk basename bc bunzip2 bzcat bzip2 cal cksum clear cmp comm cpio crontab cut dc diff dirname du env \
         expand expr factor find fold free head hexdump id install join killall less logger logname lzcat lzma md5sum \
         mkfifo nc nl nohup nproc nslookup od paste patch pgrep pkill printf readlink realpath reset script \
         scriptreplay seq setsid sha1sum sha256sum sha512sum sort split strings sum tac tail tee telnet test time \
         timeout top tr traceroute truncate tty unexpand uniq unlink unlzma unxz unzip uptime vi wc wget which whoami \
         xargs xxd xz xzcat yes",
    ),
    ("usr/sbin", "chroot crond"),
];

/// Name, number, which is the group's too, home, shell.
const USERS: &[(&str, u32, &str, &str)] = &[
    ("root", 0, "/root", "/bin/ash"),
    ("bin", 1, "/bin", NOLOGIN),
    ("daemon", 2, "/sbin", NOLOGIN),
    ("adm", 3, "/var/adm", NOLOGIN),
    ("mail", 12, "/var/spool/mail", NOLOGIN),
    ("operator", 11, "/root", "/bin/sh"),
    ("guest", 405, "/dev/null", NOLOGIN),
    ("nobody", 65534, "/", NOLOGIN),
];

const NOLOGIN: &str = "/sbin/nologin";

const GROUPS: &[(&str, u32)] = &[
    ("root", 0),
    ("bin", 1),
    ("daemon", 2),
    ("adm", 3),
    ("tty", 5),
    ("disk", 6),
    ("wheel", 10),
    ("operator", 11),
    ("mail", 12),
    ("shadow", 42),
    ("www-data", 82),
    ("users", 100),
    ("guest", 405),
    ("nogroup", 65533),
    ("nobody", 65534),
];

const OS_RELEASE: &str = "NAME=\"Alpine Linux\"\n\
    ID=alpine\n\
    VERSION_ID=3.5.2\n\
    PRETTY_NAME=\"Alpine Linux v3.5\"\n\
    HOME_URL=\"http://alpinelinux.org\"\n\
    BUG_REPORT_URL=\"http://bugs.alpinelinux.org\"\n";

const PROFILE: &str = "# Read by login shells.\n\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
    export PATH\n";
