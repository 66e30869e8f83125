//! httpd: the Apache HTTP server. A parent process reads the configuration and looks after children, which answer.

mod builder;
mod child;
mod config;
mod conversation;
mod format;
mod log;
mod page;
mod parent;
mod respond;
mod rules;
mod syntax;
mod values;
mod visit;
mod words;

use super::daemon::{self, Untold};
use super::program::{Program, fail, say};
use crate::applets::text;
use crate::kernel::{BoxFuture, Exit, KillTarget, Signal, Sys};
use config::Config;
use std::sync::Arc;

const ROOT: &[u8] = b"/usr/local/apache2";
const CONFIG: &[u8] = b"conf/httpd.conf";

/// The program.
pub(super) fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(run(sys))
}

/// What the command line asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Start,
    Test,
    Version,
    Modules,
    Usage,
    Signal(Signal),
    Restart(Signal),
}

/// The command line, read.
#[derive(Debug)]
struct Invocation {
    version: String,
    /// As the log shows it.
    line: Vec<u8>,
    root: Vec<u8>,
    config: Vec<u8>,
    defined: Vec<Vec<u8>>,
    foreground: bool,
    wanted: Wanted,
}

impl Invocation {
    /// Reads the arguments; the error is a line.
    fn read(program: &Program) -> Result<Self, Vec<u8>> {
        let mut invocation = Self {
            version: program.version.clone(),
            line: program.called.to_vec(),
            root: ROOT.to_vec(),
            config: Vec::new(),
            defined: Vec::new(),
            foreground: false,
            wanted: Wanted::Start,
        };
        let mut args = program.args.iter();
        while let Some(arg) = args.next() {
            let letter = match arg.as_ref() {
                [b'-', letter, ..] => *letter,
                _ => return Err(text!("httpd: unexpected argument -- ", arg)),
            };
            let mut value = || -> Result<Vec<u8>, Vec<u8>> {
                match arg.len() {
                    2 => args
                        .next()
                        .map(|value| value.to_vec())
                        .ok_or_else(|| text!("httpd: option requires an argument -- ", [letter])),
                    _ => Ok(arg[2..].to_vec()),
                }
            };
            match letter {
                b'D' => {
                    let name = value()?;
                    invocation.line.extend(text!(" -D ", name));
                    invocation.foreground |= name == b"FOREGROUND";
                    invocation.defined.push(name);
                }
                b'X' => {
                    invocation.line.extend_from_slice(b" -X");
                    invocation.foreground = true;
                }
                b'd' => invocation.root = value()?,
                b'f' => invocation.config = value()?,
                b'e' | b'E' | b'C' | b'c' => {
                    return Err(text!(
                        "httpd: option -",
                        [letter],
                        " is not supported by this httpd"
                    ));
                }
                b't' => invocation.wanted = Wanted::Test,
                b'v' | b'V' => invocation.wanted = Wanted::Version,
                b'M' | b'l' => invocation.wanted = Wanted::Modules,
                b'k' => {
                    invocation.wanted = match &value()?[..] {
                        b"start" => Wanted::Start,
                        b"stop" => Wanted::Signal(Signal::Term),
                        b"graceful-stop" => Wanted::Signal(Signal::Winch),
                        b"restart" => Wanted::Restart(Signal::Hup),
                        b"graceful" => Wanted::Restart(Signal::Usr1),
                        _ => Wanted::Usage,
                    };
                }
                b'h' | b'?' => invocation.wanted = Wanted::Usage,
                other => return Err(text!("httpd: illegal option -- ", [other])),
            }
        }
        if invocation.config.first() != Some(&b'/') {
            let name = match invocation.config.is_empty() {
                true => CONFIG,
                false => &invocation.config,
            };
            invocation.config = text!(invocation.root, "/", name);
        }
        Ok(invocation)
    }
}

/// Reads the configuration that an invocation means. The error is what to say.
async fn load(sys: &Sys, invocation: &Invocation) -> Result<Config, Vec<u8>> {
    let mut context = syntax::Context {
        sys,
        root: invocation.root.clone(),
        defined: &invocation.defined,
    };
    let tree = syntax::read(&mut context, &invocation.config).await?;
    Config::read(sys, &tree, &context.root).await
}

/// Opens every log of a configuration, or none. The error is what to say.
async fn open_logs(sys: &Sys, config: &Config) -> Result<(), Vec<u8>> {
    for (at, file) in config.logs.iter().enumerate() {
        if at == 0 && file.path != config.error_log.path {
            // The first one stands for a configuration that names none.
            continue;
        }
        if let Err(error) = file.open(sys).await {
            for opened in &config.logs[..at] {
                opened.close(sys);
            }
            let number = error as i32;
            return Err(text!(
                format!("({number}){error}: AH00091: httpd: could not open error log file "),
                file.path,
                ".\nAH00015: Unable to open logs"
            ));
        }
    }
    Ok(())
}

async fn run(sys: Sys) -> Exit {
    let program = Program::begin(&sys).await;
    let invocation = match Invocation::read(&program) {
        Ok(invocation) => invocation,
        Err(what) => {
            say(&sys, 2, &what).await;
            return usage(&sys).await;
        }
    };
    match invocation.wanted {
        Wanted::Usage => return usage(&sys).await,
        Wanted::Version => {
            let version = &invocation.version;
            let text = format!(
                "Server version: Apache/{version} (Unix)\nServer built:   for the in-process Unix of zonesim"
            );
            say(&sys, 1, text.as_bytes()).await;
            return Exit::Status(0);
        }
        Wanted::Modules => {
            say(
                &sys,
                1,
                b"Compiled in modules:\n  core.c\n  mod_so.c\n  http_core.c",
            )
            .await;
            return Exit::Status(0);
        }
        _ => {}
    }
    let config = match load(&sys, &invocation).await {
        Ok(config) => config,
        Err(what) => return fail(&sys, &what, 1).await,
    };
    if config.hosts[0].name.is_none() {
        let address = own_address(&sys);
        let line = format!(
            "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {address}. \
             Set the 'ServerName' directive globally to suppress this message"
        );
        say(&sys, 2, line.as_bytes()).await;
    }
    match invocation.wanted {
        Wanted::Test => {
            say(&sys, 2, b"Syntax OK").await;
            Exit::Status(0)
        }
        Wanted::Signal(signal) => match daemon::tell(&sys, &config.pid_file, signal).await {
            Ok(()) => Exit::Status(0),
            Err(untold) => {
                let no_process = matches!(untold, Untold::Process(..));
                let pid = if no_process {
                    "no pid file's process"
                } else {
                    "no pid file"
                };
                fail(&sys, format!("httpd ({pid}) not running").as_bytes(), 0).await
            }
        },
        Wanted::Restart(signal) => match daemon::tell(&sys, &config.pid_file, signal).await {
            Ok(()) => Exit::Status(0),
            Err(_) => {
                say(&sys, 2, b"httpd not running, trying to start").await;
                start(sys, invocation, config).await
            }
        },
        _ => start(sys, invocation, config).await,
    }
}

/// The first address that is not the loopback's.
fn own_address(sys: &Sys) -> String {
    let interfaces = sys.interfaces();
    let mut addresses = interfaces.iter().map(|interface| interface.address);
    let own = addresses.find(|address| !address.is_loopback());
    own.map_or_else(|| "127.0.0.1".to_owned(), |address| address.to_string())
}

async fn start(sys: Sys, invocation: Invocation, config: Config) -> Exit {
    if let Ok(pid) = daemon::read_pid(&sys, &config.pid_file).await
        && pid != sys.pid()
        && sys.kill(KillTarget::Pid(pid), None).is_ok()
    {
        let line = format!("httpd (pid {pid}) already running");
        return fail(&sys, line.as_bytes(), 0).await;
    }
    let sockets = match parent::open_sockets(&sys, &config, &Vec::new()) {
        Ok(sockets) => sockets,
        Err(what) => return fail(&sys, &what, 1).await,
    };
    if let Err(what) = open_logs(&sys, &config).await {
        return fail(&sys, &what, 1).await;
    }
    let config = Arc::new(config);
    if invocation.foreground {
        return parent::run(sys, invocation, config, sockets).await;
    }
    let forked = daemon::into_background(&sys, move |child| {
        Box::pin(parent::run(child, invocation, config, sockets))
    });
    match forked {
        Ok(_) => Exit::Status(0),
        Err(error) => fail(&sys, format!("httpd: fork: {error}").as_bytes(), 1).await,
    }
}

async fn usage(sys: &Sys) -> Exit {
    let text = "Usage: httpd [-D name] [-d directory] [-f file]\n\
        \x20            [-k start|restart|graceful|graceful-stop|stop]\n\
        \x20            [-v] [-V] [-h] [-l] [-M] [-t] [-X]\n\
        Options:\n\
        \x20 -D name      define a name for <IfDefine name>; FOREGROUND stays in the foreground\n\
        \x20 -d directory another ServerRoot\n\
        \x20 -f file      another configuration\n\
        \x20 -k           start the server, or tell the one that runs\n\
        \x20 -t           only test the configuration";
    say(sys, 2, text.as_bytes()).await;
    Exit::Status(1)
}
