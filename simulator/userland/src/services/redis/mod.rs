//! redis: a server of data structures in memory, and its client.

mod cli;
mod client;
mod commands;
mod config;
mod conversation;
mod dump;
mod exclusive;
mod fail;
mod info;
mod log;
mod pace;
mod resp;
mod saving;
mod state;
mod store;
mod value;

use super::daemon;
use super::listen::listen;
use super::log_file::LogFile;
use super::program::{Program, fail, say};
use super::serve::{Course, Server, serve};
use super::stream::Stream;
use super::text_file;
use crate::applets::text;
use crate::kernel::{BoxFuture, Disposition, Errno, Exit, Fd, Limit, Resource, Signal, Sys};
use client::Attention;
use config::{Config, Level};
use exclusive::Exclusive;
use log::{Log, Role};
use pace::Pace;
use saving::now_ms;
use state::State;
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Descriptors that are no connections.
const OWN_DESCRIPTORS: usize = 32;

/// `redis-server`.
pub(super) fn server(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(run(sys))
}

/// `redis-cli`.
pub(super) fn cli(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(cli::run(sys))
}

/// What the conversations share.
struct Shared {
    state: Exclusive<State>,
    log: Arc<Log>,
    /// Called when something may have become due.
    tending: Attention,
    /// A signal wants the server to end.
    asked_to_end: AtomicBool,
    /// The server has come to its end.
    ended: AtomicBool,
}

impl Shared {
    /// Ends the server, after saving if that is wanted; whether it could.
    async fn end(&self, sys: &Sys, saves: bool) -> bool {
        let log = &self.log;
        let mut state = self.state.hold().await;
        log.write(
            sys,
            Role::Server,
            Level::Warning,
            "User requested shutdown...",
        )
        .await;
        if saves {
            let what = "Saving the final RDB snapshot before exiting.";
            log.write(sys, Role::Server, Level::Notice, what).await;
            if state.save(sys, log).await.is_err() {
                let what = "Error trying to save the DB, can't exit.";
                log.write(sys, Role::Server, Level::Warning, what).await;
                return false;
            }
        }
        let pid_file = &state.config.pid_file;
        if !pid_file.is_empty() {
            let _ = sys.unlink(pid_file);
        }
        let what = "Redis is now ready to exit, bye bye...";
        log.write(sys, Role::Server, Level::Warning, what).await;
        self.ended.store(true, Ordering::Release);
        true
    }
}

impl State {
    /// When a save is due that the configuration wants, or a key goes; milliseconds since 1970.
    fn due_ms(&self) -> Option<u64> {
        let expiry = self.store.next_expiry_ms();
        let save = self.save_due_ms().map(|(at, ..)| at);
        expiry.into_iter().chain(save).min()
    }

    /// The next save: when, and after how many changes in how many seconds.
    fn save_due_ms(&self) -> Option<(u64, u64, u64)> {
        if self.saving.child.is_some() {
            return None;
        }
        let changes = self.store.changes;
        let points = self
            .config
            .save
            .iter()
            .filter(|(_, least)| changes >= *least && changes > 0);
        let dues = points.map(|(seconds, least)| {
            let at = self.saving.last_ms + seconds * 1000;
            (at.max(self.saving.retry_ms), *least, *seconds)
        });
        dues.min()
    }
}

struct Redis<'a> {
    sys: &'a Sys,
    shared: Arc<Shared>,
}

impl Server for Redis<'_> {
    fn most_connections(&self) -> usize {
        let files = self.sys.limit(Resource::OpenFiles).soft.unwrap_or(u64::MAX);
        usize::try_from(files)
            .unwrap_or(usize::MAX)
            .saturating_sub(OWN_DESCRIPTORS)
            .max(1)
    }

    async fn serve<'s>(&'s self, stream: Stream<'s>) {
        conversation::converse(&self.shared, stream).await;
    }

    async fn on_signal(&self, signal: Signal) -> Course {
        match signal {
            Signal::Term | Signal::Int => {
                let name = if signal == Signal::Term {
                    "SIGTERM"
                } else {
                    "SIGINT"
                };
                let seconds = self.sys.now().as_secs();
                let line = format!(
                    "{}:signal-handler ({seconds}) Received {name} scheduling shutdown...\n",
                    self.sys.pid()
                );
                self.shared.log.raw(self.sys, line.as_bytes()).await;
                self.shared.asked_to_end.store(true, Ordering::Release);
            }
            Signal::Chld => {}
            _ => return Course::GoOn,
        }
        // A conversation may have the state; who tends waits for it among the others.
        self.shared.tending.call();
        Course::GoOn
    }

    /// Keys go when their time comes, saves begin, children that have saved are buried, and signals end the server.
    async fn tend(&self) {
        loop {
            if self.shared.asked_to_end.swap(false, Ordering::AcqRel) {
                let saves = !self.shared.state.hold().await.config.save.is_empty();
                if self.shared.end(self.sys, saves).await {
                    return;
                }
            }
            let now = now_ms(self.sys);
            let log = &self.shared.log;
            let mut state = self.shared.state.hold().await;
            state.bury(self.sys, log).await;
            state.store.expire_all(now);
            state.tell_of_changes(now, &mut Pace::new(self.sys)).await;
            let save = state.save_due_ms().filter(|(at, ..)| *at <= now);
            if let Some((_, changes, seconds)) = save {
                let what = format!("{changes} changes in {seconds} seconds. Saving...");
                log.write(self.sys, Role::Server, Level::Notice, what).await;
                state.save_in_background(self.sys, log).await;
            }
            let due = state.due_ms();
            drop(state);
            let patience =
                due.map(|due| Duration::from_millis(due.saturating_sub(now_ms(self.sys))));
            let tending = &self.shared.tending;
            let polled = self
                .sys
                .poll(&[], patience, |context| tending.poll(context))
                .await;
            if polled.is_err_and(|error| error != Errno::EINTR) {
                return;
            }
        }
    }

    fn on_ended(&self) -> Course {
        match self.shared.ended.load(Ordering::Acquire) {
            true => Course::Stop,
            false => Course::GoOn,
        }
    }

    async fn on_accept_error(&self, error: Errno) {
        let what = format!("Error registering fd event for the new client: {error}");
        self.shared
            .log
            .write(self.sys, Role::Server, Level::Warning, what)
            .await;
    }
}

/// What the command line says: a file, and lines that come after it.
struct Invocation {
    file: Option<Vec<u8>>,
    lines: Vec<u8>,
}

impl Invocation {
    fn read(args: &[bytes::Bytes]) -> Self {
        let mut invocation = Self {
            file: None,
            lines: Vec::new(),
        };
        for (at, arg) in args.iter().enumerate() {
            match arg.strip_prefix(b"--") {
                Some(name) if !name.is_empty() => {
                    if !invocation.lines.is_empty() {
                        invocation.lines.push(b'\n');
                    }
                    invocation.lines.extend_from_slice(name);
                }
                _ if at == 0 => invocation.file = Some(arg.to_vec()),
                _ => {
                    let quoted = arg.escape_ascii().to_string();
                    invocation.lines.extend(text!(" \"", quoted, "\""));
                }
            }
        }
        invocation
    }
}

async fn configure(sys: &Sys, invocation: &Invocation) -> Result<Config, Vec<u8>> {
    let dir = sys.cwd().map(|cwd| cwd.to_vec()).unwrap_or_default();
    let mut config = Config::new(&dir);
    if let Some(file) = &invocation.file {
        let content = text_file::read(sys, file).await;
        let content = content.map_err(|error| {
            text!(
                "Fatal error, can't open config file '",
                file,
                "': ",
                error.message()
            )
        })?;
        config.read(&content)?;
    }
    config.read(&invocation.lines)?;
    if config.dir.first() != Some(&b'/') {
        config.dir = text!(dir, "/", config.dir);
    }
    Ok(config)
}

async fn run(sys: Sys) -> Exit {
    let program = Program::begin(&sys).await;
    match program.args.first().map(|arg| &arg[..]) {
        Some(b"-v" | b"--version") => {
            let line = format!(
                "Redis server v={} sha=00000000:0 malloc=libc bits=64 build=0",
                program.version
            );
            say(&sys, 1, line.as_bytes()).await;
            return Exit::Status(0);
        }
        Some(b"-h" | b"--help") => {
            let text = "Usage: ./redis-server [/path/to/redis.conf] [options]\n\
                \x20      ./redis-server -v or --version\n\
                \x20      ./redis-server -h or --help\n\n\
                Options are directives of the file behind two dashes: --port 7777 --save \"\"";
            return fail(&sys, text.as_bytes(), 1).await;
        }
        _ => {}
    }
    let invocation = Invocation::read(&program.args);
    let mut config = match configure(&sys, &invocation).await {
        Ok(config) => config,
        Err(what) => return fail(&sys, &what, 1).await,
    };
    config.version.clone_from(&program.version);
    if !config.daemonize {
        return start(sys, config, invocation.file.is_some()).await;
    }
    let has_file = invocation.file.is_some();
    let forked =
        daemon::into_background(&sys, move |child| Box::pin(start(child, config, has_file)));
    match forked {
        Ok(_) => Exit::Status(0),
        Err(error) => fail(&sys, format!("fork: {error}").as_bytes(), 1).await,
    }
}

fn open(sys: &Sys, config: &Config) -> Result<Vec<Fd>, (SocketAddrV4, Errno)> {
    let mut listeners = Vec::new();
    for bind in &config.binds {
        let at = SocketAddrV4::new(*bind, config.port);
        listeners.push(listen(sys, at, config.backlog).map_err(|error| (at, error))?);
    }
    Ok(listeners)
}

/// Takes as many descriptors as clients may come, or as many as it gets.
fn make_room(sys: &Sys, clients: usize) {
    let limit = sys.limit(Resource::OpenFiles);
    let wanted = (clients + OWN_DESCRIPTORS) as u64;
    let soft = wanted.min(limit.hard.unwrap_or(u64::MAX));
    if limit.soft.is_some_and(|own| own < soft) {
        let raised = Limit {
            soft: Some(soft),
            hard: limit.hard,
        };
        // With fewer, more clients wait.
        let _ = sys.set_limit(Resource::OpenFiles, raised);
    }
}

async fn start(sys: Sys, mut config: Config, has_file: bool) -> Exit {
    config.process_id = sys.pid();
    make_room(&sys, config.max_clients);
    let log = Log {
        file: match config.log_file.is_empty() {
            true => None,
            false => Some(LogFile::new(&config.log_file)),
        },
        level: config.log_level,
    };
    if let Some(file) = &log.file
        && let Err(error) = file.open(&sys).await
    {
        let what = text!("Can't open the log file: ", error.message());
        return fail(&sys, &what, 1).await;
    }
    if !has_file {
        let what = "Warning: no config file specified, using the default config. In order to specify a config file use redis-server /path/to/redis.conf";
        log.write(&sys, Role::Child, Level::Warning, what).await;
    }
    for signal in [Signal::Term, Signal::Int, Signal::Chld] {
        sys.set_disposition(signal, Disposition::Catch);
    }
    sys.set_disposition(Signal::Hup, Disposition::Ignore);
    let listeners = match open(&sys, &config) {
        Ok(listeners) => listeners,
        Err((at, error)) => {
            let what = format!(
                "Creating Server TCP listening socket {}:{}: bind: {error}",
                at.ip(),
                at.port()
            );
            log.write(&sys, Role::Server, Level::Warning, what).await;
            return Exit::Status(1);
        }
    };
    if !config.pid_file.is_empty() {
        let _ = daemon::write_pid(&sys, &config.pid_file).await;
    }
    let (port, version, binds) = (config.port, config.version.clone(), config.binds.clone());
    let host = match binds.first() {
        Some(bind) if !bind.is_unspecified() => bind.to_string(),
        _ => "*".to_owned(),
    };
    sys.set_title(format!("redis-server {host}:{port}").as_bytes());
    let shared = Arc::new(Shared {
        state: Exclusive::new(State::new(config, now_ms(&sys))),
        log: Arc::new(log),
        tending: Attention::default(),
        asked_to_end: AtomicBool::new(false),
        ended: AtomicBool::new(false),
    });
    let say =
        async |level: Level, what: String| shared.log.write(&sys, Role::Server, level, what).await;
    say(
        Level::Notice,
        format!("Running mode=standalone, port={port}."),
    )
    .await;
    say(
        Level::Warning,
        format!("Server started, Redis version {version}"),
    )
    .await;
    let loaded = shared.state.hold().await.load(&sys, &shared.log).await;
    if let Err(what) = loaded {
        shared
            .log
            .write(&sys, Role::Server, Level::Warning, what)
            .await;
        return Exit::Status(1);
    }
    say(
        Level::Notice,
        format!("The server is now ready to accept connections on port {port}"),
    )
    .await;
    let redis = Redis {
        sys: &sys,
        shared: shared.clone(),
    };
    serve(&sys, &listeners, &redis).await;
    Exit::Status(0)
}
