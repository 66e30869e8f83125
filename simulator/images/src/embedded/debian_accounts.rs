//! The users and groups of Debian, which the images on it add theirs to.

use super::layer::LayerBuilder;

/// A user that an image on Debian adds.
pub(super) struct User<'u> {
    pub(super) name: &'u str,
    pub(super) id: u32,
    pub(super) home: &'u str,
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
