//! su.

use super::accounts::{Account, Accounts};
use super::args::Options;
use super::context::{Context, Fail, Outcome, text};
use super::walk::base_name;
use bytes::Bytes;

const DEFAULT_SHELL: &[u8] = b"/bin/sh";
const ROOT_PATH: &str = "PATH=/sbin:/usr/sbin:/bin:/usr/bin";
const USER_PATH: &str = "PATH=/bin:/usr/bin";

/// Runs a shell as another user. Only root can: the program has no set-user-id bit.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("mplc:s:")?;
    let mut operands = options.operands.as_slice();
    let mut login = options.has(b'l');
    if operands.first().is_some_and(|first| first == "-") {
        login = true;
        operands = &operands[1..];
    }
    let (name, rest) = match operands.split_first() {
        Some((name, rest)) => (name.clone(), rest),
        None => (Bytes::from_static(b"root"), operands),
    };
    if cx.sys.euid() != 0 {
        return Err(Fail::new("must be suid to work properly"));
    }
    let accounts = Accounts::read(cx.sys).await;
    let account = accounts.users.iter().find(|user| user.name == name);
    let account = account.ok_or_else(|| Fail::new(text!("unknown user ", name)))?;
    let keep = options.last_of(b"mp").is_some();
    let shell = shell(cx, &options, account, keep);
    let groups = accounts.groups_of(account);
    let changed = cx.sys.set_credentials(account.id, account.gid, &groups);
    changed.map_err(|error| Fail::new(text!("can't set groups: ", error.message())))?;
    let mut environment = cx.sys.environ();
    if login {
        environment = login_environment(cx, account, &shell);
        if cx.sys.chdir(&account.home).is_err() {
            let _ = cx.sys.chdir(b"/");
            cx.complain(text!("can't change directory to '", account.home, "'"))
                .await;
        }
    } else if !keep {
        set(&mut environment, "HOME", &account.home);
        set(&mut environment, "SHELL", &shell);
        if account.id != 0 {
            set(&mut environment, "USER", &account.name);
            set(&mut environment, "LOGNAME", &account.name);
        }
    }
    let mut argv: Vec<Bytes> = Vec::new();
    let dash = if login { "-" } else { "" };
    argv.push(text!(dash, base_name(&shell)).into());
    if let Some(command) = options.value(b'c') {
        argv.extend([Bytes::from_static(b"-c"), command.clone()]);
    }
    argv.extend_from_slice(rest);
    match cx.sys.exec(&shell, argv, environment) {
        Ok(exit) => Err(Fail::Exit(exit)),
        Err(error) => Err(Fail::new(text!(
            "can't execute '",
            shell,
            "': ",
            error.message()
        ))),
    }
}

/// The shell: what was asked for, that of a kept environment, or the account's.
fn shell(cx: &Context<'_>, options: &Options, account: &Account, keep: bool) -> Bytes {
    let kept = if keep { cx.variable("SHELL") } else { None };
    let own = Some(account.shell.clone()).filter(|shell| !shell.is_empty());
    let wanted = options.value(b's').cloned().or(kept).or(own);
    wanted.unwrap_or_else(|| Bytes::from_static(DEFAULT_SHELL))
}

fn login_environment(cx: &Context<'_>, account: &Account, shell: &[u8]) -> Vec<Bytes> {
    let mut environment = Vec::new();
    if let Some(terminal) = cx.variable("TERM") {
        environment.push(text!("TERM=", terminal).into());
    }
    let path = if account.id == 0 {
        ROOT_PATH
    } else {
        USER_PATH
    };
    environment.push(Bytes::from_static(path.as_bytes()));
    set(&mut environment, "USER", &account.name);
    set(&mut environment, "LOGNAME", &account.name);
    set(&mut environment, "HOME", &account.home);
    set(&mut environment, "SHELL", shell);
    environment
}

/// Puts a variable into an environment.
fn set(environment: &mut Vec<Bytes>, name: &str, value: &[u8]) {
    let prefix = text!(name, "=");
    environment.retain(|entry| !entry.starts_with(&prefix));
    environment.push(text!(prefix, value).into());
}
