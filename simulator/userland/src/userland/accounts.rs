//! Users and groups of a container, from its own `/etc/passwd` and `/etc/group` (containers.md 6.3).

use crate::kernel::{Credentials, StartFailure};
use bytes::Bytes;
use rootfs::RootFs;

/// Bytes of an account file that are looked at.
const FILE_BYTES: usize = 1 << 20;

/// Who a process runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) credentials: Credentials,
    /// Home directory from passwd, or `/`.
    pub(super) home: Bytes,
}

struct User {
    name: Bytes,
    uid: u32,
    gid: u32,
    home: Bytes,
}

struct Group {
    name: Bytes,
    gid: u32,
    members: Vec<Bytes>,
}

fn read(fs: &RootFs, path: &[u8]) -> Bytes {
    let Ok(ino) = fs.resolve(path, true) else {
        return Bytes::new();
    };
    let mut content = vec![0; FILE_BYTES];
    let count = fs.read(ino, 0, &mut content).unwrap_or(0);
    content.truncate(count);
    content.into()
}

fn rows(content: &Bytes) -> impl Iterator<Item = Vec<Bytes>> {
    content.split(|byte| *byte == b'\n').map(|line| {
        let fields = line.split(|byte| *byte == b':');
        fields.map(|field| content.slice_ref(field)).collect()
    })
}

fn number(text: &[u8]) -> Option<u32> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

fn users(fs: &RootFs) -> Vec<User> {
    rows(&read(fs, b"/etc/passwd"))
        .filter_map(|row| {
            Some(User {
                name: row.first()?.clone(),
                uid: number(row.get(2)?)?,
                gid: number(row.get(3)?)?,
                home: row.get(5).cloned().unwrap_or_default(),
            })
        })
        .collect()
}

fn groups(fs: &RootFs) -> Vec<Group> {
    rows(&read(fs, b"/etc/group"))
        .filter_map(|row| {
            let members = row.get(3).cloned().unwrap_or_default();
            Some(Group {
                name: row.first()?.clone(),
                gid: number(row.get(2)?)?,
                members: members
                    .split(|byte| *byte == b',')
                    .filter(|name| !name.is_empty())
                    .map(|name| members.slice_ref(name))
                    .collect(),
            })
        })
        .collect()
}

/// The identity that `user` (`uid`, `name`, `uid:gid`, `name:group` or empty for root) names. A number that passwd does
/// not know is used all the same.
pub(super) fn identify(fs: &RootFs, user: &Bytes) -> Result<Identity, StartFailure> {
    let mut parts = user.splitn(2, |byte| *byte == b':');
    let user_part = match parts.next() {
        None | Some(b"") => Bytes::from_static(b"0"),
        Some(part) => user.slice_ref(part),
    };
    let group_part = parts.next().filter(|part| !part.is_empty());
    let users = users(fs);
    let by_name = users.iter().find(|known| known.name == user_part);
    let wanted_uid = number(&user_part);
    let known = by_name.or_else(|| users.iter().find(|known| Some(known.uid) == wanted_uid));
    let (uid, default_gid) = match (known, wanted_uid) {
        (Some(known), _) => (known.uid, known.gid),
        (None, Some(uid)) => (uid, 0),
        (None, None) => return Err(StartFailure::UnknownUser(user_part)),
    };
    let groups = groups(fs);
    let gid = match group_part {
        None => default_gid,
        Some(name) => groups
            .iter()
            .find(|group| group.name == name)
            .map(|group| group.gid)
            .or_else(|| number(name))
            .ok_or_else(|| StartFailure::UnknownGroup(user.slice_ref(name)))?,
    };
    let mut memberships = Vec::new();
    if let Some(known) = known {
        let joined = groups
            .iter()
            .filter(|group| group.members.contains(&known.name));
        memberships.extend(joined.map(|group| group.gid).filter(|other| *other != gid));
    }
    let home = known.map(|known| known.home.clone()).unwrap_or_default();
    Ok(Identity {
        credentials: Credentials::new(uid, gid, &memberships),
        home: if home.is_empty() {
            Bytes::from_static(b"/")
        } else {
            home
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rootfs::TreeBuilder;
    use std::sync::Arc;

    fn check(user: &str, expected: Result<(u32, u32, &[u32], &str), u8>) {
        let mut builder = TreeBuilder::new(0);
        let passwd =
            "root:x:0:0:root:/root:/bin/sh\nbin:x:2:2:bin:/bin:\nnobody:x:65534:65534::/home:";
        let group = "root:x:0:\nbin:x:2:\nadm:x:4:bin,nobody\nwheel:x:10:root\n";
        builder
            .file("etc/passwd", passwd, 0o644)
            .expect("a new file");
        builder.file("etc/group", group, 0o644).expect("a new file");
        let fs = RootFs::new(Arc::new(builder.build()), 1 << 20);
        let found = identify(&fs, &Bytes::copy_from_slice(user.as_bytes()));
        let found = found.as_ref().map(|identity| {
            let credentials = &identity.credentials;
            (
                credentials.uid,
                credentials.gid,
                &credentials.groups[..],
                identity.home.clone(),
            )
        });
        let expected = expected
            .map(|(uid, gid, groups, home)| (uid, gid, groups, Bytes::from(home.to_owned())));
        assert_eq!(found.map_err(StartFailure::code), expected, "{user:?}");
    }

    #[test]
    fn users_and_groups_are_looked_up_in_the_container() {
        check("", Ok((0, 0, &[10], "/root")));
        check("bin", Ok((2, 2, &[4], "/bin")));
        check("2:adm", Ok((2, 4, &[], "/bin")));
        check("1234", Ok((1234, 0, &[], "/")));
        check("1234:77", Ok((1234, 77, &[], "/")));
        check("nobody", Ok((65534, 65534, &[4], "/home")));
        check("who", Err(29));
        check("bin:who", Err(5));
    }
}
