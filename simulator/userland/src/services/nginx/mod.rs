//! nginx: a web server. A master process reads the configuration and looks after workers, which answer.

mod answers;
mod config;
mod conversation;
mod directives;
mod emerg;
mod file;
mod find;
mod listing;
mod log;
mod master;
mod page;
mod respond;
mod settings;
mod site;
mod syntax;
mod template;
mod token;
mod values;
mod visit;
mod worker;

use super::daemon::{self, Untold};
use super::log_file::LogFile;
use super::program::{Program, fail, numbered, say};
use crate::applets::text;
use crate::kernel::{BoxFuture, Exit, Signal, Sys};
use bytes::Bytes;
use config::{Config, Paths};
use emerg::{Emerg, failed};
use settings::{ErrorLog, Level};
use std::sync::Arc;

const PREFIX: &[u8] = b"/etc/nginx/";
const CONFIG: &[u8] = b"/etc/nginx/nginx.conf";
const ERROR_LOG: &[u8] = b"/var/log/nginx/error.log";
const PID: &[u8] = b"/var/run/nginx.pid";

/// The program.
pub(super) fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(run(sys))
}

/// What the command line asks for.
#[derive(Debug)]
struct Invocation {
    version: String,
    config: Vec<u8>,
    prefix: Vec<u8>,
    /// Directives of `-g`.
    directives: Vec<u8>,
    test: bool,
    quiet: bool,
    show_version: bool,
    show_build: bool,
    show_help: bool,
    signal: Option<(Signal, &'static str)>,
}

impl Invocation {
    /// Reads the arguments; the error is a line.
    fn read(program: &Program) -> Result<Self, Vec<u8>> {
        let mut invocation = Self {
            version: program.version.clone(),
            config: CONFIG.to_vec(),
            prefix: PREFIX.to_vec(),
            directives: Vec::new(),
            test: false,
            quiet: false,
            show_version: false,
            show_build: false,
            show_help: false,
            signal: None,
        };
        let mut args = program.args.iter();
        while let Some(arg) = args.next() {
            let Some(letters) = arg.strip_prefix(b"-").filter(|rest| !rest.is_empty()) else {
                return Err(text!("invalid option: \"", arg, "\""));
            };
            invocation.letters(letters, &mut args)?;
        }
        Ok(invocation)
    }

    fn letters<'p>(
        &mut self,
        letters: &[u8],
        args: &mut impl Iterator<Item = &'p Bytes>,
    ) -> Result<(), Vec<u8>> {
        for (at, letter) in letters.iter().enumerate() {
            match letter {
                b'?' | b'h' => self.show_help = true,
                b'v' => self.show_version = true,
                b'V' => self.show_build = true,
                b't' => self.test = true,
                b'q' => self.quiet = true,
                b'c' | b'p' | b'g' | b's' => {
                    let rest = &letters[at + 1..];
                    let value = match rest.is_empty() {
                        false => Some(Bytes::copy_from_slice(rest)),
                        true => args.next().cloned(),
                    };
                    let letter = char::from(*letter);
                    let value = value.filter(|value| !value.is_empty()).ok_or_else(|| {
                        text!(
                            "option \"-",
                            letter.to_string(),
                            "\" requires ",
                            wanted(letter)
                        )
                    })?;
                    return self.option(letter, &value);
                }
                other => {
                    return Err(text!("invalid option: \"", [*other], "\""));
                }
            }
        }
        Ok(())
    }

    fn option(&mut self, letter: char, value: &[u8]) -> Result<(), Vec<u8>> {
        match letter {
            'c' => self.config = absolute(value, &self.prefix),
            'p' => {
                self.prefix = value.to_vec();
                if !value.ends_with(b"/") {
                    self.prefix.push(b'/');
                }
            }
            'g' => self.directives = value.to_vec(),
            _ => {
                self.signal = Some(match value {
                    b"stop" => (Signal::Term, "stop"),
                    b"quit" => (Signal::Quit, "quit"),
                    b"reopen" => (Signal::Usr1, "reopen"),
                    b"reload" => (Signal::Hup, "reload"),
                    other => return Err(text!("invalid option: \"-s ", other, "\"")),
                });
            }
        }
        Ok(())
    }
}

fn wanted(letter: char) -> &'static str {
    match letter {
        'c' => "file name",
        'p' => "directory name",
        _ => "parameter",
    }
}

fn absolute(path: &[u8], prefix: &[u8]) -> Vec<u8> {
    match path.first() {
        Some(b'/') => path.to_vec(),
        _ => text!(prefix, path),
    }
}

/// Reads the configuration that an invocation means.
async fn load(sys: &Sys, invocation: &Invocation) -> Result<Config, Emerg> {
    let added = syntax::read_text(sys, &invocation.directives).await?;
    let tree = syntax::read(sys, &invocation.config).await?;
    let paths = Paths {
        prefix: invocation.prefix.clone(),
        error_log: ERROR_LOG.to_vec(),
        pid: PID.to_vec(),
    };
    Config::read(sys, &tree, &added, &paths, &invocation.config).await
}

/// Opens every log of a configuration, or none.
async fn open_logs(sys: &Sys, config: &Config) -> Result<(), Emerg> {
    for (at, file) in config.logs.iter().enumerate() {
        if let Err(error) = file.open(sys).await {
            for opened in &config.logs[..at] {
                opened.close(sys);
            }
            return Err(Emerg(failed("open()", &file.path, error)));
        }
    }
    Ok(())
}

/// Where it is told what goes wrong before there is a running server: on standard error, and in the log that there would
/// be without a configuration. A server that runs has its own log alone.
struct Reporter {
    log: ErrorLog,
    on_stderr: bool,
}

impl Reporter {
    async fn open(sys: &Sys, invocation: &Invocation) -> Self {
        let file = Arc::new(LogFile::new(ERROR_LOG));
        if let Err(error) = file.open(sys).await {
            let what = failed("open()", ERROR_LOG, error);
            let line = text!("nginx: [alert] could not open error log file: ", what);
            say(sys, 2, &line).await;
        }
        let level = if invocation.quiet {
            Level::Error
        } else {
            Level::Warn
        };
        Self {
            log: ErrorLog { file, level },
            on_stderr: true,
        }
    }

    async fn report(&self, sys: &Sys, level: Level, what: &[u8]) {
        if level > self.log.level {
            return;
        }
        log::error(sys, &self.log, level, what).await;
        if self.on_stderr {
            let line = text!(format!("nginx: [{}] ", level.name()), what);
            say(sys, 2, &line).await;
        }
    }
}

async fn run(sys: Sys) -> Exit {
    let program = Program::begin(&sys).await;
    let invocation = match Invocation::read(&program) {
        Ok(invocation) => invocation,
        Err(what) => return fail(&sys, &text!("nginx: ", what), 1).await,
    };
    if invocation.show_version || invocation.show_build || invocation.show_help {
        show(&sys, &invocation).await;
        return Exit::Status(0);
    }
    let early = Reporter::open(&sys, &invocation).await;
    let config = match load(&sys, &invocation).await {
        Ok(config) => config,
        Err(emerg) => {
            return give_up(&sys, &early, &invocation, &emerg).await;
        }
    };
    for warning in &config.warnings {
        early.report(&sys, Level::Warn, warning).await;
    }
    if let Some((signal, name)) = invocation.signal {
        return tell(&sys, &early, &config, signal, name).await;
    }
    if let Err(emerg) = open_logs(&sys, &config).await {
        return give_up(&sys, &early, &invocation, &emerg).await;
    }
    if invocation.test {
        if !invocation.quiet {
            let file = &invocation.config;
            let line = text!("nginx: the configuration file ", file, " syntax is ok");
            say(&sys, 2, &line).await;
            let line = text!("nginx: configuration file ", file, " test is successful");
            say(&sys, 2, &line).await;
        }
        return Exit::Status(0);
    }
    start(sys, invocation, config, early).await
}

async fn start(sys: Sys, invocation: Invocation, config: Config, early: Reporter) -> Exit {
    let opened = master::open_sockets(&sys, &config, &Vec::new(), &early).await;
    let sockets = match opened {
        Ok(sockets) => sockets,
        Err(emerg) => {
            early.report(&sys, Level::Emerg, &emerg.0).await;
            return Exit::Status(1);
        }
    };
    early.log.file.close(&sys);
    let config = Arc::new(config);
    if !config.daemon {
        return master::run(sys, invocation, config, sockets).await;
    }
    let forked = daemon::into_background(&sys, move |child| {
        Box::pin(master::run(child, invocation, config, sockets))
    });
    match forked {
        Ok(_) => Exit::Status(0),
        Err(error) => {
            fail(
                &sys,
                &text!("nginx: [emerg] fork() failed ", numbered(error)),
                2,
            )
            .await
        }
    }
}

/// `-s`: tells the server that runs.
async fn tell(sys: &Sys, early: &Reporter, config: &Config, signal: Signal, name: &str) -> Exit {
    let what = match daemon::tell(sys, &config.pid, signal).await {
        Ok(()) => return Exit::Status(0),
        Err(Untold::File(error)) => {
            early
                .report(sys, Level::Error, &failed("open()", &config.pid, error))
                .await;
            return Exit::Status(1);
        }
        Err(Untold::Number(found)) => {
            let what = text!("invalid PID number \"", found, "\" in \"", config.pid, "\"");
            early.report(sys, Level::Error, &what).await;
            return Exit::Status(1);
        }
        Err(Untold::Process(pid, error)) => {
            let number = signal.linux_number().unwrap_or(0);
            text!(format!("kill({pid}, {number}) failed "), numbered(error))
        }
    };
    tracing::debug!("nginx -s {name} reaches nobody");
    early.report(sys, Level::Alert, &what).await;
    Exit::Status(1)
}

/// Ends because of a fault in the configuration.
async fn give_up(sys: &Sys, reporter: &Reporter, invocation: &Invocation, emerg: &Emerg) -> Exit {
    reporter.report(sys, Level::Emerg, &emerg.0).await;
    if invocation.test {
        let line = text!(
            "nginx: configuration file ",
            invocation.config,
            " test failed"
        );
        say(sys, 2, &line).await;
    }
    Exit::Status(1)
}

async fn show(sys: &Sys, invocation: &Invocation) {
    say(
        sys,
        2,
        format!("nginx version: nginx/{}", invocation.version).as_bytes(),
    )
    .await;
    if invocation.show_help {
        let help = "Usage: nginx [-?hvVtq] [-s signal] [-c filename] [-p prefix] [-g directives]\n\n\
            \x20 -?,-h\t\tthis help\n\
            \x20 -v, -V\t\tthe version, and how it was built\n\
            \x20 -t\t\tonly test the configuration\n\
            \x20 -q\t\tsay less while testing it\n\
            \x20 -s SIGNAL\ttell the master process: stop, quit, reopen, reload\n\
            \x20 -p PREFIX\twhere relative paths begin (default: /etc/nginx/)\n\
            \x20 -c FILE\tthe configuration (default: /etc/nginx/nginx.conf)\n\
            \x20 -g TEXT\tdirectives outside of the file";
        say(sys, 2, help.as_bytes()).await;
    }
    if invocation.show_build {
        say(sys, 2, b"built for the in-process Unix of zonesim").await;
        let arguments = "configure arguments: --prefix=/etc/nginx --conf-path=/etc/nginx/nginx.conf \
            --error-log-path=/var/log/nginx/error.log --pid-path=/var/run/nginx.pid";
        say(sys, 2, arguments.as_bytes()).await;
    }
}
