//! chmod, chown and chgrp.

use super::accounts::Accounts;
use super::args::Options;
use super::context::{Context, Fail, Outcome, text};
use super::mode;
use super::walk::{DEPTH_MAX, child};
use crate::kernel::{Errno, FileKind, Stat};
use bytes::Bytes;

/// Which changes are told.
#[derive(Clone, Copy, PartialEq)]
enum Tell {
    Nothing,
    Changes,
    Everything,
}

impl Tell {
    fn of(options: &Options) -> Self {
        match (options.has(b'v'), options.has(b'c')) {
            (true, _) => Tell::Everything,
            (false, true) => Tell::Changes,
            (false, false) => Tell::Nothing,
        }
    }

    fn wants(self, changed: bool) -> bool {
        self == Tell::Everything || (self == Tell::Changes && changed)
    }
}

/// How files are gone through.
#[derive(Clone, Copy)]
struct How {
    recurse: bool,
    quiet: bool,
    tell: Tell,
}

impl How {
    fn of(options: &Options) -> Self {
        Self {
            recurse: options.has(b'R'),
            quiet: options.has(b'f'),
            tell: Tell::of(options),
        }
    }
}

/// What is to be changed.
enum Change {
    Mode(Bytes, u32),
    Owner {
        uid: Option<u32>,
        gid: Option<u32>,
        follow: bool,
    },
}

/// Sets permission bits.
pub(super) async fn modes(cx: &mut Context<'_>) -> Outcome {
    // A mode such as `-w` is no option.
    let is_mode = |arg: &Bytes| {
        arg.len() > 1
            && arg[0] == b'-'
            && arg[1..].iter().all(|byte| b"rwxXst+-=,ugoa".contains(byte))
    };
    let at = cx.args.iter().position(is_mode);
    if let Some(at) = at {
        cx.args.insert(at, "--".into());
    }
    let options = cx.long_options("Rvcf", &[("recursive", false, b'R')])?;
    let Some((text, paths)) = options.operands.split_first() else {
        return Err(Fail::usage());
    };
    if paths.is_empty() {
        return Err(Fail::usage());
    }
    let umask = cx.sys.umask();
    if mode::apply(text, 0, false, umask).is_none() {
        return Err(Fail::new(text!("invalid mode '", text, "'")));
    }
    let change = Change::Mode(text.clone(), umask);
    let good = change_all(cx, paths, &change, How::of(&options)).await;
    Ok(u8::from(!good))
}

/// Sets owners.
pub(super) async fn owners(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "RhLHPcfv",
        &[("recursive", false, b'R'), ("no-dereference", false, b'h')],
    )?;
    let Some((text, paths)) = options.operands.split_first() else {
        return Err(Fail::usage());
    };
    if paths.is_empty() {
        return Err(Fail::usage());
    }
    let accounts = Accounts::read(cx.sys).await;
    let (uid, gid) = if cx.name == "chgrp" {
        (None, Some(group(&accounts, text)?))
    } else {
        owner(&accounts, text)?
    };
    let follow = !options.has(b'h');
    let change = Change::Owner { uid, gid, follow };
    let good = change_all(cx, paths, &change, How::of(&options)).await;
    Ok(u8::from(!good))
}

fn group(accounts: &Accounts, text: &[u8]) -> Result<u32, Fail> {
    accounts
        .gid_of(text)
        .ok_or_else(|| Fail::new(text!("unknown group ", text)))
}

/// `user`, `user:group`, `user:` (the user's own group) or `:group`.
fn owner(accounts: &Accounts, text: &[u8]) -> Result<(Option<u32>, Option<u32>), Fail> {
    let colon = text.iter().position(|byte| *byte == b':');
    let dot = text.iter().position(|byte| *byte == b'.');
    let is_user = accounts.uid_of(text).is_some();
    let (user, rest) = match colon.or(dot.filter(|_| !is_user)) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let uid = match user {
        b"" => None,
        _ => Some(
            accounts
                .uid_of(user)
                .ok_or_else(|| Fail::new(text!("unknown user ", user)))?,
        ),
    };
    let gid = match rest {
        None => None,
        Some(b"") => {
            let account = accounts
                .users
                .iter()
                .find(|account| Some(account.id) == uid);
            account.map(|account| account.gid)
        }
        Some(name) => Some(group(accounts, name)?),
    };
    Ok((uid, gid))
}

/// Changes files, and all below directories when that is wanted; false after complaints.
async fn change_all(cx: &mut Context<'_>, paths: &[Bytes], change: &Change, how: How) -> bool {
    let mut good = true;
    let mut todo: Vec<(Vec<u8>, usize)> =
        paths.iter().rev().map(|path| (path.to_vec(), 0)).collect();
    while let Some((path, depth)) = todo.pop() {
        cx.sys.burn(1_000).await;
        let entries = match change_one(cx, &path, change, depth, how.tell) {
            Ok(stat) if how.recurse && stat.is_directory() && depth < DEPTH_MAX => {
                cx.sys.read_dir(&path).await
            }
            Ok(_) => continue,
            Err(error) => Err(error),
        };
        match entries {
            Ok(entries) => {
                let names = entries.into_iter().rev();
                todo.extend(names.map(|entry| (child(&path, &entry.name), depth + 1)));
            }
            Err(error) => {
                good = false;
                if !how.quiet {
                    cx.complain_of(&path, error).await;
                }
            }
        }
    }
    good
}

fn change_one(
    cx: &mut Context<'_>,
    path: &[u8],
    change: &Change,
    depth: usize,
    tell: Tell,
) -> Result<Stat, Errno> {
    let stat = cx.sys.lstat(path)?;
    match change {
        Change::Mode(text, umask) => {
            if stat.kind == FileKind::Symlink && depth > 0 {
                return Ok(stat);
            }
            let target = if depth == 0 { cx.sys.stat(path)? } else { stat };
            let mode = mode::apply(text, target.mode, target.is_directory(), *umask);
            let mode = mode.unwrap_or(target.mode);
            cx.sys.chmod(path, mode)?;
            if tell.wants(mode != target.mode & 0o7777) {
                let letters = mode::letters(&Stat { mode, ..target });
                let number = format!("' changed to {mode:04o} (");
                cx.out
                    .put(text!("mode of '", path, number, &letters[1..], ")\n"));
            }
        }
        Change::Owner { uid, gid, follow } => {
            let follow = *follow && depth == 0;
            let before = if follow { cx.sys.stat(path)? } else { stat };
            cx.sys.chown(path, *uid, *gid, follow)?;
            let after = (uid.unwrap_or(before.uid), gid.unwrap_or(before.gid));
            if tell.wants(after != (before.uid, before.gid)) {
                let (uid, gid) = after;
                cx.out.put(text!(
                    "changed ownership of '",
                    path,
                    format!("' to {uid}:{gid}\n")
                ));
            }
        }
    }
    Ok(stat)
}
