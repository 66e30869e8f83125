//! httpd: a small web server.

mod cgi;
mod config;
mod path;
mod response;
mod session;

use super::accounts::Accounts;
use super::context::{Context, Fail, Outcome, text};
use super::endpoint;
use super::numbers;
use crate::kernel::{Disposition, Errno, Exit, Fd, Signal, SocketKind, Sys};
use config::Config;
use session::Session;
use std::net::SocketAddrV4;

/// The port unless the caller says otherwise.
const PORT: u16 = 80;
/// Connections that wait to be accepted.
const BACKLOG: i32 = 9;
/// Name of configuration files; they are never served.
const CONFIG_FILE: &[u8] = b"httpd.conf";

/// What the arguments say.
#[derive(Clone, Debug)]
struct Settings {
    verbose: usize,
    home: Vec<u8>,
    realm: Vec<u8>,
    config: Option<Vec<u8>>,
}

/// Serves the files below a directory.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("c:d:h:e:r:m:u:p:ifv")?;
    if let Some(text) = options.value(b'd') {
        cx.out.write(path::decoded_loosely(text)).await?;
        return Ok(0);
    }
    if let Some(text) = options.value(b'e') {
        cx.out.write(encoded(text)).await?;
        return Ok(0);
    }
    if options.has(b'm') {
        return Err(Fail::new("-m: passwords are not encrypted here"));
    }
    let verbose = options.given.iter().filter(|(letter, _)| *letter == b'v');
    let settings = Settings {
        verbose: verbose.count(),
        home: match options.value(b'h') {
            Some(home) => home.to_vec(),
            None => cx.sys.cwd().map(|cwd| cwd.to_vec()).unwrap_or_default(),
        },
        realm: match options.value(b'r') {
            Some(realm) => realm.to_vec(),
            None => b"Web Server Authentication".to_vec(),
        },
        config: options.value(b'c').map(|path| path.to_vec()),
    };
    let user = match options.value(b'u') {
        Some(user) => Some(identity(cx, user).await?),
        None => None,
    };
    let cannot_enter = |error: Errno| {
        Fail::new(text!(
            "can't change directory to '",
            settings.home,
            "': ",
            error.message()
        ))
    };
    cx.sys.chdir(&settings.home).map_err(cannot_enter)?;
    if options.has(b'i') {
        let config = first_config(cx, &settings).await?;
        let peer = cx.sys.remote_address(0).ok();
        let peer = peer.and_then(|peer| peer.inet());
        Session::new(cx.sys, &settings, config, peer).serve().await;
        return Ok(0);
    }
    let listener = listen(cx, options.value(b'p').map(|text| &**text))?;
    if let Some((uid, gid)) = user {
        let changed = cx.sys.set_credentials(uid, gid, &[gid]);
        changed.map_err(|error| Fail::new(text!("setuid: ", error.message())))?;
    }
    let config = first_config(cx, &settings).await?;
    cx.sys.set_disposition(Signal::Chld, Disposition::Ignore);
    cx.sys.set_disposition(Signal::Hup, Disposition::Catch);
    if options.has(b'f') {
        serve(cx.sys, listener, &settings, config).await;
        return Ok(0);
    }
    let forked = cx.sys.fork(move |child| {
        Box::pin(async move {
            // A child that leads no group always may.
            let _ = child.set_sid();
            serve(&child, listener, &settings, config).await;
            Exit::Status(0)
        })
    });
    forked.map_err(|error| Fail::new(text!("fork: ", error.message())))?;
    Ok(0)
}

/// Everything but letters and digits as a code of HTML.
fn encoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in text {
        match byte.is_ascii_alphanumeric() {
            true => out.push(*byte),
            false => out.extend(format!("&#{byte};").into_bytes()),
        }
    }
    out
}

/// `USER[:GROUP]`, by name or number.
async fn identity(cx: &Context<'_>, text: &[u8]) -> Result<(u32, u32), Fail> {
    let accounts = Accounts::read(cx.sys).await;
    let (user, group) = match text.iter().position(|byte| *byte == b':') {
        None => (text, None),
        Some(at) => (&text[..at], Some(&text[at + 1..])),
    };
    let number = |text: &[u8]| numbers::decimal(text).and_then(|id| u32::try_from(id).ok());
    let known = accounts.users.iter().find(|account| account.name == user);
    let uid = known.map(|account| account.id).or_else(|| number(user));
    let uid = uid.ok_or_else(|| Fail::new(text!("unknown user ", user)))?;
    let gid = match group {
        None => known.map(|account| account.gid),
        Some(group) => {
            let known = accounts.groups.iter().find(|account| account.name == group);
            let gid = known.map(|account| account.id).or_else(|| number(group));
            Some(gid.ok_or_else(|| Fail::new(text!("unknown group ", group)))?)
        }
    };
    Ok((uid, gid.unwrap_or(uid)))
}

/// `-p [ADDRESS:]PORT`.
fn listen(cx: &Context<'_>, place: Option<&[u8]>) -> Result<Fd, Fail> {
    let own = match place {
        None => endpoint::own_address(None, PORT)?,
        Some(text) => match numbers::decimal(text).and_then(|port| u16::try_from(port).ok()) {
            Some(port) if port > 0 => endpoint::own_address(None, port)?,
            _ => endpoint::own_address(Some(text), PORT)?,
        },
    };
    let listener = cx.bound(SocketKind::Tcp, own)?;
    let listening = cx.sys.listen(listener, BACKLOG);
    listening.map_err(|error| Fail::new(text!("listen: ", error.message())))?;
    Ok(listener)
}

/// The configuration of `-c`, else of `/etc`, else of the home directory, else none.
async fn first_config(cx: &mut Context<'_>, settings: &Settings) -> Result<Config, Fail> {
    let mut config = Config::default();
    let (path, wrong) = match &settings.config {
        Some(path) => {
            let read = config.read(cx.sys, path, None).await;
            let wrong = read.map_err(|error| Fail::new(text!(path, ": ", error.message())))?;
            (path.clone(), wrong)
        }
        None => read_default(cx.sys, &mut config).await,
    };
    for line in wrong {
        cx.complain(text!("config error '", line, "' in '", path, "'"))
            .await;
    }
    if let Some(home) = &config.home {
        let entered = cx.sys.chdir(home);
        entered.map_err(|error| {
            Fail::new(text!(
                "can't change directory to '",
                home,
                "': ",
                error.message()
            ))
        })?;
    }
    Ok(config)
}

async fn read_default(sys: &Sys, config: &mut Config) -> (Vec<u8>, Vec<Vec<u8>>) {
    for path in [text!("/etc/", CONFIG_FILE), CONFIG_FILE.to_vec()] {
        if let Ok(wrong) = config.read(sys, &path, None).await {
            return (path, wrong);
        }
    }
    (Vec::new(), Vec::new())
}

/// Accepts connections, each served by a child of its own; HUP reads the configuration again.
async fn serve(sys: &Sys, listener: Fd, settings: &Settings, mut config: Config) {
    loop {
        let accepted = sys.accept(listener).await;
        if sys.take_caught().is_some() {
            let mut fresh = config.renewed();
            match &settings.config {
                Some(path) => drop(fresh.read(sys, path, None).await),
                None => drop(read_default(sys, &mut fresh).await),
            }
            config = fresh;
        }
        let (fd, peer) = match accepted {
            Ok((fd, peer)) => (fd, peer.inet()),
            Err(Errno::EINTR) => continue,
            // Descriptors may be free again later.
            Err(Errno::EMFILE | Errno::ENFILE | Errno::ENOMEM) => {
                let _ = sys.sleep(std::time::Duration::from_millis(100)).await;
                continue;
            }
            Err(_) => return,
        };
        let (settings, config) = (settings.clone(), config.clone());
        // Without a child the client finds the connection closed.
        let _ = sys.fork(move |child| {
            Box::pin(async move {
                serve_one(&child, listener, fd, &settings, config, peer).await;
                Exit::Status(0)
            })
        });
        let _ = sys.close(fd);
    }
}

async fn serve_one(
    child: &Sys,
    listener: Fd,
    fd: Fd,
    settings: &Settings,
    config: Config,
    peer: Option<SocketAddrV4>,
) {
    child.set_disposition(Signal::Hup, Disposition::Ignore);
    child.set_disposition(Signal::Pipe, Disposition::Ignore);
    let _ = child.close(listener);
    let joined = child.dup_to(fd, 0).and_then(|_| child.dup_to(0, 1));
    if joined.is_err() {
        return;
    }
    if fd > 1 {
        let _ = child.close(fd);
    }
    let session = Session::new(child, settings, config, peer);
    if settings.verbose > 2 {
        session.log(b"connected").await;
    }
    session.serve().await;
}
