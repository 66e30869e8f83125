//! cp and install.

use super::ask::confirms;
use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::{self, CopyError};
use super::mkdir::make_all;
use super::mode;
use super::walk::{DEPTH_MAX, base_name, child, directory_name};
use crate::kernel::{Errno, Fd, FileKind, OpenFlags, Stat};

/// How things are copied.
#[derive(Clone, Copy, Default)]
pub(super) struct How {
    pub(super) recurse: bool,
    /// Links are copied as links.
    pub(super) keep_links: bool,
    /// Links on the command line are followed all the same.
    pub(super) follow_arguments: bool,
    pub(super) preserve: bool,
    pub(super) force: bool,
    pub(super) ask: bool,
    pub(super) keep_existing: bool,
    pub(super) only_newer: bool,
    pub(super) hard_link: bool,
    pub(super) symlink: bool,
}

/// Copies files and trees.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "arRdPLHpfinlsTt:uv",
        &[
            ("archive", false, b'a'),
            ("force", false, b'f'),
            ("interactive", false, b'i'),
            ("link", false, b'l'),
            ("dereference", false, b'L'),
            ("no-dereference", false, b'P'),
            ("recursive", false, b'R'),
            ("symbolic-link", false, b's'),
            ("no-target-directory", false, b'T'),
            ("target-directory", true, b't'),
            ("update", false, b'u'),
            ("no-clobber", false, b'n'),
            ("parents", false, 1),
        ],
    )?;
    let all = options.has(b'a');
    let recurse = all || options.has(b'r') || options.has(b'R');
    let keep_links = all || options.has(b'd') || options.has(b'P') || recurse;
    let how = How {
        recurse,
        keep_links: keep_links && !options.has(b'L'),
        follow_arguments: options.has(b'H'),
        preserve: all || options.has(b'p'),
        force: options.has(b'f'),
        ask: options.last_of(b"in") == Some(b'i'),
        keep_existing: options.last_of(b"in") == Some(b'n'),
        only_newer: options.has(b'u'),
        hard_link: options.has(b'l'),
        symlink: options.has(b's'),
    };
    let mut sources = options.operands.clone();
    let target = match options.value(b't').cloned().or_else(|| sources.pop()) {
        Some(target) if !sources.is_empty() => target,
        _ => return Err(Fail::usage()),
    };
    let into = match cx.sys.stat(&target) {
        Ok(stat) => stat.is_directory() && !options.has(b'T'),
        // What is no directory yet fails file by file.
        Err(_) => false,
    } || sources.len() > 1;
    let mut status = 0;
    for source in &sources {
        let destination = if options.has(1) {
            let relative = source.strip_prefix(b"/").unwrap_or(source);
            let destination = child(&target, relative);
            let _ = make_all(cx.sys, directory_name(&destination));
            destination
        } else if into {
            child(&target, base_name(source))
        } else {
            target.to_vec()
        };
        if !copy_tree(cx, source, &destination, how).await? {
            status = 1;
        }
    }
    Ok(status)
}

/// What is still to do for one directory.
struct Level {
    from: Vec<u8>,
    to: Vec<u8>,
    stat: Stat,
    names: Vec<bytes::Bytes>,
}

/// Copies one file or tree; false after complaints.
pub(super) async fn copy_tree(
    cx: &mut Context<'_>,
    from: &[u8],
    to: &[u8],
    how: How,
) -> Result<bool, Fail> {
    let mut good = true;
    let mut levels: Vec<Level> = Vec::new();
    let mut next = Some((from.to_vec(), to.to_vec()));
    // A copy of a directory into itself must not find itself.
    let mut made: Vec<(u32, u64)> = Vec::new();
    loop {
        if let Some((from, to)) = next.take() {
            cx.sys.burn(2_000).await;
            match copy_one(cx, from, to, how, levels.len(), &mut made).await? {
                Ok(level) => levels.extend(level),
                Err(()) => good = false,
            }
        }
        let Some(level) = levels.last_mut() else {
            return Ok(good);
        };
        if let Some(name) = level.names.pop() {
            next = Some((child(&level.from, &name), child(&level.to, &name)));
            continue;
        }
        if let Some(level) = levels.pop() {
            finish_directory(cx, &level, how);
        }
    }
}

fn finish_directory(cx: &Context<'_>, level: &Level, how: How) {
    if how.preserve {
        preserve(cx, &level.to, &level.stat, true);
    } else {
        let _ = cx.sys.chmod(&level.to, level.stat.mode & !cx.sys.umask());
    }
}

async fn copy_one(
    cx: &mut Context<'_>,
    from: Vec<u8>,
    to: Vec<u8>,
    how: How,
    depth: usize,
    made: &mut Vec<(u32, u64)>,
) -> Result<Result<Option<Level>, ()>, Fail> {
    let keep_link = how.keep_links && !(how.follow_arguments && depth == 0);
    let found = if keep_link {
        cx.sys.lstat(&from)
    } else {
        cx.sys.stat(&from)
    };
    let stat = match found {
        Ok(stat) => stat,
        Err(error) => {
            cx.complain(text!("can't stat '", from, "': ", error.message()))
                .await;
            return Ok(Err(()));
        }
    };
    let old = cx.sys.stat(&to).ok();
    if let Some(old) = &old {
        if (old.dev, old.ino) == (stat.dev, stat.ino) {
            cx.complain(text!("'", from, "' and '", to, "' are the same file"))
                .await;
            return Ok(Err(()));
        }
        if !stat.is_directory() && old.is_directory() {
            cx.complain(text!("'", to, "' is a directory")).await;
            return Ok(Err(()));
        }
        if !stat.is_directory() && how.keep_existing {
            return Ok(Ok(None));
        }
    }
    if stat.is_directory() {
        return copy_directory(cx, from, to, stat, how, depth, made).await;
    }
    let old_link = cx.sys.lstat(&to).ok();
    if let Some(old) = old_link {
        if how.only_newer && old.mtime >= stat.mtime {
            return Ok(Ok(None));
        }
        if how.ask && !confirms(cx, &text!("overwrite '", to, "'? ")).await {
            return Ok(Ok(None));
        }
    }
    let done = match stat.kind {
        _ if how.hard_link => cx
            .sys
            .link(&from, &to)
            .map_err(|e| (text!("can't create link '", to, "'"), e)),
        _ if how.symlink => cx
            .sys
            .symlink(&from, &to)
            .map_err(|e| (text!("can't create symlink '", to, "'"), e)),
        FileKind::File => return copy_file(cx, &from, &to, &stat, how).await,
        FileKind::Symlink => copy_link(cx, &from, &to),
        FileKind::Fifo if how.recurse => cx
            .sys
            .mkfifo(&to, stat.mode)
            .map_err(|e| (text!("can't create '", to, "'"), e)),
        // What a device or a FIFO is read for, `cp /dev/null file` wants: its content.
        _ if !how.recurse => return copy_file(cx, &from, &to, &stat, how).await,
        _ => Err((text!("can't create '", to, "'"), Errno::EPERM)),
    };
    if let Err((what, error)) = done {
        cx.complain(text!(what, ": ", error.message())).await;
        return Ok(Err(()));
    }
    if how.preserve {
        preserve(cx, &to, &stat, false);
    }
    Ok(Ok(None))
}

fn copy_link(cx: &Context<'_>, from: &[u8], to: &[u8]) -> Result<(), (Vec<u8>, Errno)> {
    let target = cx
        .sys
        .readlink(from)
        .map_err(|error| (text!("can't read link '", from, "'"), error))?;
    if cx.sys.lstat(to).is_ok() {
        let _ = cx.sys.unlink(to);
    }
    cx.sys
        .symlink(&target, to)
        .map_err(|error| (text!("can't create symlink '", to, "'"), error))
}

async fn copy_directory(
    cx: &mut Context<'_>,
    from: Vec<u8>,
    to: Vec<u8>,
    stat: Stat,
    how: How,
    depth: usize,
    made: &mut Vec<(u32, u64)>,
) -> Result<Result<Option<Level>, ()>, Fail> {
    if !how.recurse {
        cx.complain(text!("omitting directory '", from, "'")).await;
        return Ok(Err(()));
    }
    if made.contains(&(stat.dev, stat.ino)) || depth >= DEPTH_MAX {
        cx.complain(text!("recursion detected, omitting directory '", from, "'"))
            .await;
        return Ok(Err(()));
    }
    match cx.sys.stat(&to) {
        Ok(old) if old.is_directory() => made.push((old.dev, old.ino)),
        Ok(_) => {
            cx.complain(text!("target '", to, "' is not a directory"))
                .await;
            return Ok(Err(()));
        }
        Err(_) => {
            // Writable for the copy; the source's mode comes at the end.
            if let Err(error) = cx.sys.mkdir(&to, stat.mode | 0o700) {
                cx.complain(text!(
                    "can't create directory '",
                    to,
                    "': ",
                    error.message()
                ))
                .await;
                return Ok(Err(()));
            }
            made.extend(cx.sys.stat(&to).map(|new| (new.dev, new.ino)));
        }
    }
    match cx.sys.read_dir(&from).await {
        Ok(entries) => Ok(Ok(Some(Level {
            names: entries.into_iter().rev().map(|entry| entry.name).collect(),
            from,
            to,
            stat,
        }))),
        Err(error) => {
            cx.complain(cannot_open(&from, error)).await;
            Ok(Err(()))
        }
    }
}

async fn copy_file(
    cx: &mut Context<'_>,
    from: &[u8],
    to: &[u8],
    stat: &Stat,
    how: How,
) -> Result<Result<Option<Level>, ()>, Fail> {
    let source = match cx.sys.open(from, OpenFlags::READ, 0).await {
        Ok(fd) => fd,
        Err(error) => {
            cx.complain(cannot_open(from, error)).await;
            return Ok(Err(()));
        }
    };
    let good = copy_open(cx, source, from, to, stat, how).await;
    let _ = cx.sys.close(source);
    if good && how.preserve {
        preserve(cx, to, stat, true);
    }
    Ok(if good { Ok(None) } else { Err(()) })
}

async fn copy_open(
    cx: &mut Context<'_>,
    source: Fd,
    from: &[u8],
    to: &[u8],
    stat: &Stat,
    how: How,
) -> bool {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
    let mode = if stat.kind == FileKind::File {
        stat.mode & 0o777
    } else {
        0o666
    };
    let mut opened = cx.sys.open(to, flags, mode).await;
    if opened.is_err() && how.force {
        if let Err(error) = cx.sys.unlink(to) {
            cx.complain(obstacle(to, error)).await;
            return false;
        }
        opened = cx.sys.open(to, flags, mode).await;
    }
    let target = match opened {
        Ok(fd) => fd,
        Err(error) => {
            cx.complain(text!("can't create '", to, "': ", error.message()))
                .await;
            return false;
        }
    };
    let copied = io::copy(cx.sys, source, target).await;
    let _ = cx.sys.close(target);
    match copied {
        Ok(_) => true,
        Err(CopyError::Read(error)) => {
            cx.complain(text!("error reading from '", from, "': ", error.message()))
                .await;
            false
        }
        Err(CopyError::Write(error)) => {
            cx.complain(text!("error writing to '", to, "': ", error.message()))
                .await;
            false
        }
    }
}

/// Gives a copy the times, owner and mode of its source.
fn preserve(cx: &Context<'_>, to: &[u8], stat: &Stat, follow: bool) {
    let _ = cx
        .sys
        .set_times(to, Some(stat.atime), Some(stat.mtime), follow);
    let owned = cx.sys.chown(to, Some(stat.uid), Some(stat.gid), follow);
    if follow {
        let mode = if owned.is_ok() {
            stat.mode
        } else {
            stat.mode & 0o777
        };
        let _ = cx.sys.chmod(to, mode);
    }
}

/// Why what is in the way of a new file cannot be taken away.
fn obstacle(to: &[u8], error: Errno) -> Vec<u8> {
    match error {
        Errno::ENOENT => text!("can't create '", to, "': Path does not exist"),
        Errno::ENOTDIR => text!("can't stat '", to, "': Path has non-directory component"),
        error => text!("can't create '", to, "': ", error.message()),
    }
}

/// Copies files into place with mode and owner.
pub(super) async fn install(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "cdDpsg:m:o:t:v",
        &[
            ("directory", false, b'd'),
            ("mode", true, b'm'),
            ("owner", true, b'o'),
            ("group", true, b'g'),
        ],
    )?;
    let mode = match options.value(b'm') {
        Some(text) => mode::apply(text, 0o755, options.has(b'd'), cx.sys.umask())
            .ok_or_else(|| Fail::new(text!("invalid mode '", text, "'")))?,
        None => 0o755,
    };
    let accounts = super::accounts::Accounts::read(cx.sys).await;
    let uid = match options.value(b'o') {
        Some(name) => Some(
            accounts
                .uid_of(name)
                .ok_or_else(|| Fail::new(text!("unknown user ", name)))?,
        ),
        None => None,
    };
    let gid = match options.value(b'g') {
        Some(name) => Some(
            accounts
                .gid_of(name)
                .ok_or_else(|| Fail::new(text!("unknown group ", name)))?,
        ),
        None => None,
    };
    let mut sources = options.operands.clone();
    let mut made = Vec::new();
    let mut status = 0;
    if options.has(b'd') {
        for path in sources {
            match make_all(cx.sys, &path) {
                Ok(_) => made.push(path.to_vec()),
                Err((part, error)) => {
                    cx.complain(text!(
                        "can't create directory '",
                        part,
                        "': ",
                        error.message()
                    ))
                    .await;
                    status = 1;
                }
            }
        }
    } else {
        let target = match options.value(b't').cloned().or_else(|| sources.pop()) {
            Some(target) if !sources.is_empty() => target,
            _ => return Err(Fail::usage()),
        };
        let into = cx.sys.stat(&target).is_ok_and(|stat| stat.is_directory());
        let how = How {
            preserve: options.has(b'p'),
            force: true,
            ..How::default()
        };
        for source in sources {
            let to = if into {
                child(&target, base_name(&source))
            } else {
                target.to_vec()
            };
            if options.has(b'D') {
                let _ = make_all(cx.sys, directory_name(&to));
            }
            match copy_tree(cx, &source, &to, how).await? {
                true => made.push(to),
                false => status = 1,
            }
        }
    }
    for path in made {
        let done = cx.sys.chmod(&path, mode).and_then(|()| match (uid, gid) {
            (None, None) => Ok(()),
            _ => cx.sys.chown(&path, uid, gid, true),
        });
        if let Err(error) = done {
            cx.complain_of(&path, error).await;
            status = 1;
        }
    }
    Ok(status)
}
