//! Users and groups of `/etc/passwd` and `/etc/group`.

use super::io::Reader;
use super::numbers;
use crate::kernel::{OpenFlags, Sys};
use bytes::Bytes;

/// One line of either file: a name, its number, and in `/etc/passwd` the main group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Account {
    pub(crate) name: Bytes,
    pub(crate) id: u32,
    pub(crate) gid: u32,
    /// Members of a group.
    pub(crate) members: Vec<Bytes>,
    /// Home directory and shell of a user.
    pub(crate) home: Bytes,
    pub(crate) shell: Bytes,
}

/// Both files, read once. A missing file has no lines.
#[derive(Clone, Debug, Default)]
pub(crate) struct Accounts {
    pub(crate) users: Vec<Account>,
    pub(crate) groups: Vec<Account>,
}

/// Most lines that are read of a file.
const LINES_MAX: usize = 100_000;

impl Accounts {
    pub(crate) async fn read(sys: &Sys) -> Self {
        Self {
            users: read_file(sys, b"/etc/passwd").await,
            groups: read_file(sys, b"/etc/group").await,
        }
    }

    pub(crate) fn user_name(&self, uid: u32) -> Option<&Bytes> {
        name_of(&self.users, uid)
    }

    pub(crate) fn group_name(&self, gid: u32) -> Option<&Bytes> {
        name_of(&self.groups, gid)
    }

    /// A user's name, or its number.
    pub(crate) fn show_user(&self, uid: u32) -> Bytes {
        let name = self.user_name(uid).cloned();
        name.unwrap_or_else(|| uid.to_string().into())
    }

    /// A group's name, or its number.
    pub(crate) fn show_group(&self, gid: u32) -> Bytes {
        let name = self.group_name(gid).cloned();
        name.unwrap_or_else(|| gid.to_string().into())
    }

    /// The number of a user given by number or name.
    /// A user's own group and those that the user is a member of.
    pub(crate) fn groups_of(&self, user: &Account) -> Vec<u32> {
        let mut groups = vec![user.gid];
        for group in &self.groups {
            if group.members.contains(&user.name) && !groups.contains(&group.id) {
                groups.push(group.id);
            }
        }
        groups
    }

    pub(crate) fn uid_of(&self, text: &[u8]) -> Option<u32> {
        id_of(&self.users, text)
    }

    /// The number of a group given by number or name.
    pub(crate) fn gid_of(&self, text: &[u8]) -> Option<u32> {
        id_of(&self.groups, text)
    }
}

fn name_of(accounts: &[Account], id: u32) -> Option<&Bytes> {
    let found = accounts.iter().find(|account| account.id == id)?;
    Some(&found.name)
}

fn id_of(accounts: &[Account], text: &[u8]) -> Option<u32> {
    if let Some(number) = numbers::decimal(text) {
        return u32::try_from(number).ok();
    }
    let found = accounts.iter().find(|account| account.name == text)?;
    Some(found.id)
}

async fn read_file(sys: &Sys, path: &[u8]) -> Vec<Account> {
    let Ok(fd) = sys.open(path, OpenFlags::READ, 0).await else {
        return Vec::new();
    };
    let mut reader = Reader::owned(sys, fd);
    let mut line = Vec::new();
    let mut accounts = Vec::new();
    while accounts.len() < LINES_MAX {
        match reader.read_line(&mut line).await {
            Ok(found) if found.is_some() => accounts.extend(parse(&line)),
            _ => break,
        }
    }
    accounts
}

fn parse(line: &[u8]) -> Option<Account> {
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b':').collect();
    let number = |at: usize| {
        let value = numbers::decimal(fields.get(at).copied()?)?;
        u32::try_from(value).ok()
    };
    let text = |at: usize| Bytes::copy_from_slice(fields.get(at).copied().unwrap_or_default());
    let last = fields.get(3).copied().unwrap_or_default();
    let members = last.split(|byte| *byte == b',');
    Some(Account {
        name: Bytes::copy_from_slice(fields.first().filter(|name| !name.is_empty())?),
        id: number(2)?,
        gid: number(3).unwrap_or(0),
        members: members
            .filter(|member| !member.is_empty())
            .map(Bytes::copy_from_slice)
            .collect(),
        home: text(5),
        shell: text(6),
    })
}
