//! id, whoami and logname.

use super::accounts::Accounts;
use super::context::{Context, Fail, Outcome, text};

/// Writes user and groups.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("ugGnr")?;
    if b"ugG".iter().filter(|letter| options.has(**letter)).count() > 1 {
        return Err(Fail::usage());
    }
    let accounts = Accounts::read(cx.sys).await;
    let (uid, gid, groups) = match options.operands.as_slice() {
        [] => {
            let real = options.has(b'r');
            let uid = if real { cx.sys.uid() } else { cx.sys.euid() };
            let gid = if real { cx.sys.gid() } else { cx.sys.egid() };
            (uid, gid, cx.sys.groups())
        }
        [name] => {
            let account = accounts.users.iter().find(|account| account.name == name);
            let account = account.ok_or_else(|| Fail::new(text!("unknown user ", name)))?;
            let mut groups = vec![account.gid];
            let member = accounts
                .groups
                .iter()
                .filter(|group| group.members.contains(name));
            groups.extend(member.map(|group| group.id).filter(|id| *id != account.gid));
            (account.id, account.gid, groups)
        }
        _ => return Err(Fail::usage()),
    };
    let names = options.has(b'n');
    let line = match options.last_of(b"ugG") {
        Some(b'u') if names => match accounts.user_name(uid) {
            Some(name) => name.to_vec(),
            None => return Err(Fail::new(format!("unknown ID {uid}"))),
        },
        Some(b'u') => uid.to_string().into_bytes(),
        Some(b'g') if names => match accounts.group_name(gid) {
            Some(name) => name.to_vec(),
            None => return Err(Fail::new(format!("unknown ID {gid}"))),
        },
        Some(b'g') => gid.to_string().into_bytes(),
        Some(_) => {
            let mut all = vec![gid];
            all.extend(groups.iter().copied().filter(|group| *group != gid));
            let shown = all.iter().map(|group| match names {
                true => accounts.show_group(*group).to_vec(),
                false => group.to_string().into_bytes(),
            });
            shown.collect::<Vec<_>>().join(&b' ')
        }
        None => {
            let user = named("uid=", uid, accounts.user_name(uid));
            let group = named(" gid=", gid, accounts.group_name(gid));
            let mut line = text!(user, group);
            for (index, group) in groups.iter().enumerate() {
                let prefix = if index == 0 { " groups=" } else { "," };
                line.extend(named(prefix, *group, accounts.group_name(*group)));
            }
            line
        }
    };
    cx.out.write(text!(line, "\n")).await?;
    Ok(0)
}

fn named(prefix: &str, id: u32, name: Option<&bytes::Bytes>) -> Vec<u8> {
    match name {
        Some(name) => text!(prefix, id.to_string(), "(", name, ")"),
        None => text!(prefix, id.to_string()),
    }
}

/// Writes the user's name.
pub(super) async fn whoami(cx: &mut Context<'_>) -> Outcome {
    if !cx.args.is_empty() {
        return Err(Fail::usage());
    }
    let uid = cx.sys.euid();
    let accounts = Accounts::read(cx.sys).await;
    match accounts.user_name(uid) {
        Some(name) => cx.out.write(text!(name, "\n")).await?,
        None => return Err(Fail::new(format!("unknown uid {uid}"))),
    }
    Ok(0)
}

/// Writes the name of who logged in, which nobody does in a container.
pub(super) async fn logname(cx: &mut Context<'_>) -> Outcome {
    if !cx.args.is_empty() {
        return Err(Fail::usage());
    }
    Err(Fail::new("getlogin: No such device or address"))
}
