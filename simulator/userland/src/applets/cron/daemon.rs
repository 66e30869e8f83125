//! crond.

use super::super::accounts::{Account, Accounts};
use super::super::calendar::{Date, Zone};
use super::super::context::{Context, Fail, Outcome, text};
use super::super::spawn;
use super::table::{Job, Tables};
use crate::kernel::{Exit, OpenFlags, Sys, WaitFlags, WaitFor};
use bytes::Bytes;
use std::time::Duration;

/// Made when jobs of `@reboot` have run.
const STARTED_FILE: &[u8] = b"/var/run/crond.reboot";
const MINUTE_S: i64 = 60;
/// Minutes that are made up for after a jump of the clock.
const MISSED_MINUTES_MAX: i64 = 60;
/// Messages at least so important are logged when nothing is said.
const LOG_LEVEL: u64 = 8;

/// Runs the jobs of all users' tables.
pub(in super::super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("l:L:fbSc:")?;
    if !options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let level = options.number(b'l')?.unwrap_or(LOG_LEVEL);
    let log = options.value(b'L').cloned();
    let directory = options.value(b'c').cloned();
    let directory = directory.unwrap_or_else(|| Bytes::from_static(super::DIRECTORY));
    if options.has(b'f') {
        return serve(cx.sys, &directory, log, level).await;
    }
    let started = cx.sys.fork(move |child| {
        Box::pin(async move {
            let _ = child.set_sid();
            match serve(&child, &directory, log, level).await {
                Ok(status) => Exit::Status(status),
                Err(_) => Exit::Status(1),
            }
        })
    });
    started.map_err(|error| Fail::new(text!("fork: ", error.message())))?;
    Ok(0)
}

/// The daemon itself.
struct Daemon<'s> {
    sys: &'s Sys,
    /// The file that is written to; without one nobody sees what is logged.
    log: Option<Bytes>,
    level: u64,
    tables: Tables,
    zone: Zone,
}

async fn serve(sys: &Sys, directory: &Bytes, log: Option<Bytes>, level: u64) -> Outcome {
    let zone = sys.environ().into_iter();
    let zone = zone.filter_map(|entry| entry.strip_prefix(b"TZ=").map(<[u8]>::to_vec));
    let mut daemon = Daemon {
        sys,
        log,
        level,
        tables: Tables::default(),
        zone: Zone::from_variable(zone.last().as_deref()),
    };
    if let Err(error) = sys.chdir(directory) {
        let line = text!(
            "can't change directory to '",
            directory,
            "': ",
            error.message()
        );
        daemon.log(9, line).await;
        return Ok(1);
    }
    let line = format!("crond (busybox 1.35.0) started, log level {level}");
    daemon.log(8, line).await;
    daemon.update().await;
    daemon.run_at_start().await;
    let mut done = sys.now().as_secs() as i64 / MINUTE_S;
    loop {
        let now = sys.now().as_secs() as i64;
        let wait = MINUTE_S - now.rem_euclid(MINUTE_S);
        let _ = sys.sleep(Duration::from_secs(wait as u64)).await;
        daemon.reap().await;
        daemon.update().await;
        let minute = sys.now().as_secs() as i64 / MINUTE_S;
        let first = (done + 1).max(minute - MISSED_MINUTES_MAX);
        for minute in first..=minute {
            daemon.run_at(minute).await;
        }
        done = minute;
    }
}

impl Daemon<'_> {
    async fn log(&self, level: u64, line: impl AsRef<[u8]>) {
        let Some(path) = self.log.as_ref().filter(|_| level >= self.level) else {
            return;
        };
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::APPEND;
        if let Ok(fd) = self.sys.open(path, flags, 0o600).await {
            let line = text!("crond: ", line, "\n");
            let _ = self.sys.write_all(fd, &line).await;
            let _ = self.sys.close(fd);
        }
    }

    async fn update(&mut self) {
        for complaint in self.tables.update(self.sys).await {
            self.log(8, complaint).await;
        }
        let _ = self.sys.unlink(super::UPDATE_FILE);
    }

    /// Takes note of jobs that have ended.
    async fn reap(&mut self) {
        let flags = WaitFlags {
            nohang: true,
            ..WaitFlags::default()
        };
        while let Ok(Some((pid, _))) = self.sys.wait(WaitFor::Any, flags).await {
            for job in self.tables.jobs.iter_mut() {
                if job.pid == Some(pid) {
                    job.pid = None;
                }
            }
        }
    }

    /// Jobs of `@reboot`, once after each start of the container.
    async fn run_at_start(&mut self) {
        let has_run = self
            .sys
            .stat(STARTED_FILE)
            .is_ok_and(|stat| stat.mtime >= self.sys.booted_at());
        if has_run {
            return;
        }
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
        if let Ok(fd) = self.sys.open(STARTED_FILE, flags, 0o644).await {
            let _ = self.sys.close(fd);
        }
        self.run_those(|job| job.schedule.at_start).await;
    }

    async fn run_at(&mut self, minute: i64) {
        let date = Date::at(minute * MINUTE_S, &self.zone);
        self.run_those(|job| job.schedule.includes(&date)).await;
    }

    async fn run_those(&mut self, is_due: impl Fn(&Job) -> bool) {
        let due: Vec<usize> = (0..self.tables.jobs.len())
            .filter(|at| is_due(&self.tables.jobs[*at]))
            .collect();
        if due.is_empty() {
            return;
        }
        let accounts = Accounts::read(self.sys).await;
        for at in due {
            let job = self.tables.jobs[at].clone();
            self.sys.burn(1000).await;
            if job.pid.is_some() {
                let line = text!(
                    "user ",
                    job.user,
                    ": process already running: ",
                    job.command
                );
                self.log(8, line).await;
                continue;
            }
            let Some(account) = accounts.users.iter().find(|user| user.name == job.user) else {
                self.log(8, text!("can't get uid for ", job.user)).await;
                continue;
            };
            match self.start(&job, account.clone(), &accounts) {
                Ok(pid) => {
                    self.tables.jobs[at].pid = Some(pid);
                    let pid = format!(" pid {pid:>3} cmd ");
                    self.log(8, text!("USER ", job.user, pid, job.command))
                        .await;
                }
                Err(error) => self.log(9, text!("can't fork: ", error.message())).await,
            }
        }
    }

    fn start(
        &self,
        job: &Job,
        account: Account,
        accounts: &Accounts,
    ) -> Result<u32, crate::kernel::Errno> {
        let (shell, command) = (job.shell.clone(), job.command.clone());
        let groups = accounts.groups_of(&account);
        self.sys.fork(move |child| {
            Box::pin(async move {
                let argv = vec![shell.clone(), "-c".into(), command];
                become_job(&child, &account, &groups, argv).await
            })
        })
    }
}

/// In a child: the user's shell with the command, away from everything of the daemon's.
async fn become_job(sys: &Sys, account: &Account, groups: &[u32], argv: Vec<Bytes>) -> Exit {
    let _ = sys.set_sid();
    let flags = OpenFlags::READ | OpenFlags::WRITE;
    if let Ok(null) = sys.open(b"/dev/null", flags, 0).await {
        for fd in 0..3 {
            let _ = sys.dup_to(null, fd);
        }
        if null > 2 {
            let _ = sys.close(null);
        }
    }
    if sys
        .set_credentials(account.id, account.gid, groups)
        .is_err()
    {
        return Exit::Status(1);
    }
    if sys.chdir(&account.home).is_err() {
        let _ = sys.chdir(b"/");
    }
    let mut environment = sys.environ();
    for (name, value) in [
        ("USER", &account.name),
        ("LOGNAME", &account.name),
        ("HOME", &account.home),
        ("SHELL", &argv[0]),
    ] {
        let prefix = text!(name, "=");
        environment.retain(|entry| !entry.starts_with(&prefix));
        environment.push(text!(prefix, value).into());
    }
    spawn::exec(sys, argv, environment).unwrap_or(Exit::Status(127))
}
