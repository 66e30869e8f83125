//! The tree of a distribution of Debian's kind. Its programs are those of the in-process Unix at Debian's places; what
//! installs packages is there and cannot run.

use super::debian_accounts::accounts;
use super::foreign::foreign;
use super::layer::LayerBuilder;
use runtime::PROGRAM_MARKER;

/// What tells one distribution from another.
#[derive(Debug)]
pub(super) struct Distribution<'d> {
    /// `/etc/os-release`.
    pub(super) os_release: &'d str,
    /// `/etc/debian_version`.
    pub(super) version: &'d str,
    /// `/etc/issue`.
    pub(super) issue: &'d str,
    /// `/etc/hostname`.
    pub(super) hostname: &'d str,
}

impl Distribution<'_> {
    /// The lowest layer of its images.
    pub(super) fn layer(&self) -> LayerBuilder {
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
            .file("usr/lib/os-release", 0o644, self.os_release.as_bytes())
            .file("etc/debian_version", 0o644, self.version.as_bytes())
            .file("etc/issue", 0o644, self.issue.as_bytes())
            .file("etc/hostname", 0o644, self.hostname.as_bytes())
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
        programs(&mut layer);
        layer
    }
}

fn programs(layer: &mut LayerBuilder) {
    layer.file("bin/bash", 0o755, PROGRAM_MARKER);
    for (directory, names) in PROGRAMS {
        for name in names.split_whitespace().filter(|name| *name != "bash") {
            layer.hard_link(&format!("{directory}/{name}"), "bin/bash");
        }
    }
    for path in FOREIGN {
        layer.file(path, 0o755, &foreign());
    }
}

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

const PROFILE: &str = "# Read by login shells.\n\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n\
    export PATH\n";
