//! crontab.

use super::super::accounts::Accounts;
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::{CopyError, copy, write_error};
use super::super::spawn;
use crate::kernel::{Errno, Fd, OpenFlags};
use bytes::Bytes;

/// Where a table is kept until it is whole.
const NEW_SUFFIX: &str = ".new";

/// Shows, replaces, edits or removes a user's table.
pub(in super::super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("u:c:lerd")?;
    let accounts = Accounts::read(cx.sys).await;
    let user = match options.value(b'u') {
        Some(user) => {
            if cx.sys.uid() != 0 {
                return Err(Fail::new("must be root to use -u"));
            }
            if accounts.uid_of(user).is_none() {
                return Err(Fail::new(text!("unknown user ", user)));
            }
            user.clone()
        }
        None => accounts.show_user(cx.sys.uid()),
    };
    let task = options.last_of(b"lerd");
    let file = options.operands.first().cloned();
    if task.is_none() && file.is_none() {
        return Err(Fail::usage());
    }
    // What the caller names is relative to where the caller is.
    let source = match (&file, task) {
        (Some(path), None) if path != "-" => {
            let fd = cx.sys.open(path, OpenFlags::READ, 0).await;
            fd.map_err(|error| Fail::new(cannot_open(path, error)))?
        }
        _ => 0,
    };
    let directory = options.value(b'c').cloned();
    let directory = directory.unwrap_or_else(|| Bytes::from_static(super::DIRECTORY));
    if let Err(error) = cx.sys.chdir(&directory) {
        let line = text!(
            "can't change directory to '",
            directory,
            "': ",
            error.message()
        );
        return Err(Fail::new(line));
    }
    match task {
        Some(b'l') => {
            let opened = cx.sys.open(&user, OpenFlags::READ, 0).await;
            let fd = opened.map_err(|error| Fail::new(cannot_open(&user, error)))?;
            copy_all(cx, fd, 1).await?;
            return Ok(0);
        }
        Some(b'e') => {
            let edited = edit(cx, &user).await?;
            install(cx, &user, edited).await?;
        }
        Some(_) => {
            let _ = cx.sys.unlink(&user);
        }
        None => install(cx, &user, source).await?,
    }
    tell(cx, &user).await;
    Ok(0)
}

async fn copy_all(cx: &Context<'_>, from: Fd, to: Fd) -> Result<(), Fail> {
    match copy(cx.sys, from, to).await {
        Ok(_) => Ok(()),
        Err(CopyError::Write(error)) => Err(write_error(error)),
        Err(CopyError::Read(error)) => Err(Fail::new(format!("read error: {error}"))),
    }
}

async fn create(cx: &Context<'_>, path: &[u8]) -> Result<Fd, Fail> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
    let opened = cx.sys.open(path, flags, 0o600).await;
    opened.map_err(|error| Fail::new(text!("can't create '", path, "': ", error.message())))
}

/// Puts a table in place of the one before, in one step.
async fn install(cx: &Context<'_>, user: &Bytes, source: Fd) -> Result<(), Fail> {
    let new = text!(user, NEW_SUFFIX);
    let fd = create(cx, &new).await?;
    let copied = copy_all(cx, source, fd).await;
    let _ = cx.sys.close(fd);
    if let Err(fail) = copied {
        let _ = cx.sys.unlink(&new);
        return Err(fail);
    }
    let moved = cx.sys.rename(&new, user);
    moved.map_err(|error: Errno| Fail::new(text!("can't create '", user, "': ", error.message())))
}

/// Lets the user's editor change a copy of the table; gives what it left.
async fn edit(cx: &Context<'_>, user: &Bytes) -> Result<Fd, Fail> {
    let path: Bytes = format!("/tmp/crontab.{}", cx.sys.pid()).into();
    let fd = create(cx, &path).await?;
    if let Ok(before) = cx.sys.open(user, OpenFlags::READ, 0).await {
        copy_all(cx, before, fd).await?;
        let _ = cx.sys.close(before);
    }
    let _ = cx.sys.close(fd);
    let editor = cx.variable("VISUAL").or_else(|| cx.variable("EDITOR"));
    let editor = editor.unwrap_or_else(|| "vi".into());
    let started = spawn::start(cx.sys, "crontab", vec![editor, path.clone()]);
    let pid = started.map_err(|error| Fail::new(text!("fork: ", error.message())))?;
    let waited = spawn::wait(cx.sys, pid).await;
    let opened = cx.sys.open(&path, OpenFlags::READ, 0).await;
    let _ = cx.sys.unlink(&path);
    match waited.map(spawn::shell_status) {
        Ok(0) => opened.map_err(|error| Fail::new(cannot_open(&path, error))),
        _ => Err(Fail::Status(1)),
    }
}

/// Tells the daemon whose table has changed.
async fn tell(cx: &Context<'_>, user: &[u8]) {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND;
    if let Ok(fd) = cx.sys.open(super::UPDATE_FILE, flags, 0o600).await {
        let _ = cx.sys.write_all(fd, &text!(user, "\n")).await;
        let _ = cx.sys.close(fd);
    }
}
