//! `debian`: the base that other images share. Its programs are those of the in-process Unix at Debian's places;
//! what installs packages is there and cannot run.

use super::busybox::PATH;
use super::description::{Description, Step, strings};
use super::layer::LayerBuilder;
use crate::RunConfig;
use crate::hub::HubImage;
use runtime::PROGRAM_MARKER;

const CREATED: &str = "2017-02-27T21:35:22.041396457Z";

const DIRECTORIES: &[&str] = &[
    "bin",
    "boot",
    "dev",
    "etc",
    "etc/apt",
    "etc/default",
    "etc/init.d",
    "etc/profile.d",
    "home",
    "lib",
    "lib64",
    "media",
    "mnt",
    "opt",
    "proc",
    "run",
    "run/lock",
    "sbin",
    "srv",
    "sys",
    "usr",
    "usr/bin",
    "usr/games",
    "usr/include",
    "usr/lib",
    "usr/local",
    "usr/local/bin",
    "usr/local/etc",
    "usr/local/games",
    "usr/local/include",
    "usr/local/lib",
    "usr/local/sbin",
    "usr/local/share",
    "usr/local/src",
    "usr/sbin",
    "usr/share",
    "usr/share/doc",
    "usr/src",
    "var",
    "var/backups",
    "var/cache",
    "var/lib",
    "var/lib/dpkg",
    "var/local",
    "var/log",
    "var/mail",
    "var/opt",
    "var/spool",
];

/// Programs and the directories that Debian has them in.
const PROGRAMS: &[(&str, &str)] = &[
    (
        "bin",
        "bash bzcat bunzip2 cat chgrp chmod chown cp cpio dash date dd df echo egrep false fgrep grep gunzip gzip \
         hostname ip kill ln ls mkdir mktemp more mount mv netstat ping pidof ps pwd readlink rm rmdir sed sleep \
         stty su sync tar touch true uname zcat",
    ),
    (
        "usr/bin",
        "[ arch awk base64 basename bc cksum clear cmp comm cut dc diff dirname du env expand expr factor find fold \
         free head id install join killall less link logger logname md5sum mkfifo nice nl nohup nproc od paste patch \
         pgrep pkill printenv printf realpath reset rev seq sha1sum sha256sum sha512sum sort split stat strings sum \
         tac tail tee test time timeout top tr truncate tty unexpand uniq unlink uptime vi watch wc which whoami \
         xargs xxd xz yes",
    ),
    ("sbin", "ifconfig route"),
    ("usr/sbin", "chroot"),
];

/// Programs that only a real kernel runs.
const FOREIGN: &[&str] = &[
    "sbin/ldconfig",
    "usr/bin/apt-cache",
    "usr/bin/apt-get",
    "usr/bin/apt-key",
    "usr/bin/dpkg",
    "usr/bin/perl",
];

/// Name, number, group, home, shell.
const USERS: &[(&str, u32, u32, &str, &str)] = &[
    ("root", 0, 0, "/root", "/bin/bash"),
    ("daemon", 1, 1, "/usr/sbin", NOLOGIN),
    ("bin", 2, 2, "/bin", NOLOGIN),
    ("sys", 3, 3, "/dev", NOLOGIN),
    ("sync", 4, 65534, "/bin", "/bin/sync"),
    ("games", 5, 60, "/usr/games", NOLOGIN),
    ("man", 6, 12, "/var/cache/man", NOLOGIN),
    ("lp", 7, 7, "/var/spool/lpd", NOLOGIN),
    ("mail", 8, 8, "/var/mail", NOLOGIN),
    ("news", 9, 9, "/var/spool/news", NOLOGIN),
    ("uucp", 10, 10, "/var/spool/uucp", NOLOGIN),
    ("proxy", 13, 13, "/bin", NOLOGIN),
    ("www-data", 33, 33, "/var/www", NOLOGIN),
    ("backup", 34, 34, "/var/backups", NOLOGIN),
    ("list", 38, 38, "/var/list", NOLOGIN),
    ("irc", 39, 39, "/var/run/ircd", NOLOGIN),
    ("gnats", 41, 41, "/var/lib/gnats", NOLOGIN),
    ("nobody", 65534, 65534, "/nonexistent", NOLOGIN),
];

const NOLOGIN: &str = "/usr/sbin/nologin";

const GROUPS: &[(&str, u32)] = &[
    ("root", 0),
    ("daemon", 1),
    ("bin", 2),
    ("sys", 3),
    ("adm", 4),
    ("tty", 5),
    ("disk", 6),
    ("lp", 7),
    ("mail", 8),
    ("news", 9),
    ("uucp", 10),
    ("man", 12),
    ("proxy", 13),
    ("kmem", 15),
    ("dialout", 20),
    ("fax", 21),
    ("voice", 22),
    ("cdrom", 24),
    ("floppy", 25),
    ("tape", 26),
    ("sudo", 27),
    ("audio", 29),
    ("dip", 30),
    ("www-data", 33),
    ("backup", 34),
    ("operator", 37),
    ("list", 38),
    ("irc", 39),
    ("src", 40),
    ("gnats", 41),
    ("shadow", 42),
    ("utmp", 43),
    ("video", 44),
    ("sasl", 45),
    ("plugdev", 46),
    ("staff", 50),
    ("games", 60),
    ("users", 100),
    ("nogroup", 65534),
];

const OS_RELEASE: &str = "PRETTY_NAME=\"Debian GNU/Linux 8 (jessie)\"\n\
    NAME=\"Debian GNU/Linux\"\n\
    VERSION_ID=\"8\"\n\
    VERSION=\"8 (jessie)\"\n\
    ID=debian\n\
    HOME_URL=\"http://www.debian.org/\"\n\
    SUPPORT_URL=\"http://www.debian.org/support\"\n\
    BUG_REPORT_URL=\"https://bugs.debian.org/\"\n";

const PROFILE: &str = "# Read by login shells.\n\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
    export PATH\n";

/// A user of another image on this base.
pub(super) struct User<'u> {
    pub(super) name: &'u str,
    pub(super) id: u32,
    pub(super) home: &'u str,
}

/// A program file that no kernel here runs.
pub(super) fn foreign() -> Vec<u8> {
    const HEADER_BYTES: usize = 64;
    let note: &[u8] = b"stands for a program that needs a real Linux kernel\n";
    [&PROGRAM_MARKER[..HEADER_BYTES], note].concat()
}

/// `/etc/passwd`, `/etc/group` and `/etc/shadow`, with one user more.
pub(super) fn accounts(layer: &mut LayerBuilder, more: Option<&User<'_>>) {
    let mut users = String::new();
    let mut shadow = String::new();
    for (name, id, group, home, shell) in USERS {
        users += &format!("{name}:x:{id}:{group}:{name}:{home}:{shell}\n");
        shadow += &format!("{name}:*:17224:0:99999:7:::\n");
    }
    let mut groups: String = GROUPS
        .iter()
        .map(|(name, id)| format!("{name}:x:{id}:\n"))
        .collect();
    if let Some(User { name, id, home }) = more {
        users += &format!("{name}:x:{id}:{id}:{name} user:{home}:/bin/false\n");
        groups += &format!("{name}:x:{id}:\n");
        shadow += &format!("{name}:!:17226::::::\n");
    }
    layer
        .file("etc/passwd", 0o644, users.as_bytes())
        .file("etc/group", 0o644, groups.as_bytes())
        .file("etc/shadow", 0o640, shadow.as_bytes())
        .owner("etc/shadow", 0, 42);
}

fn layer() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(DIRECTORIES)
        .directory("root", 0o700)
        .directory("tmp", 0o1777)
        .directory("var/tmp", 0o1777)
        .symlink("var/run", "/run")
        .symlink("var/lock", "/run/lock")
        .symlink("bin/sh", "dash")
        .symlink("etc/os-release", "../usr/lib/os-release")
        .file("usr/lib/os-release", 0o644, OS_RELEASE.as_bytes())
        .file("etc/debian_version", 0o644, b"8.7\n")
        .file("etc/issue", 0o644, b"Debian GNU/Linux 8 \\n \\l\n\n")
        .file("etc/hostname", 0o644, b"debian\n")
        .file("etc/shells", 0o644, b"/bin/sh\n/bin/dash\n/bin/bash\n")
        .file("etc/host.conf", 0o644, b"multi on\n")
        .file(
            "etc/nsswitch.conf",
            0o644,
            b"passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
        )
        .file("etc/profile", 0o644, PROFILE.as_bytes())
        .file("etc/bash.bashrc", 0o644, b"# Read by interactive shells.\n")
        .file(
            "etc/apt/sources.list",
            0o644,
            b"# Nothing here reads this file.\n",
        )
        .file("root/.profile", 0o644, b"# Read by login shells of root.\n")
        .file(
            "root/.bashrc",
            0o644,
            b"# Read by interactive shells of root.\n",
        )
        .file("var/lib/dpkg/status", 0o644, b"")
        .file(
            "etc/init.d/README",
            0o644,
            b"Scripts here start and stop services.\n",
        );
    accounts(&mut layer, None);
    layer.file("bin/bash", 0o755, PROGRAM_MARKER);
    for (directory, names) in PROGRAMS {
        for name in names.split_whitespace().filter(|name| *name != "bash") {
            layer.hard_link(&format!("{directory}/{name}"), "bin/bash");
        }
    }
    for path in FOREIGN {
        layer.file(path, 0o755, &foreign());
    }
    layer
}

pub(super) fn image() -> HubImage {
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH]),
            cmd: strings(&["/bin/bash"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
        ],
    };
    description.image(&[], &[&layer()])
}
