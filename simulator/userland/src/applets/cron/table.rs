//! The tables of all users: files named after them in one directory.

use super::super::context::text;
use super::super::io::Reader;
use super::schedule::Schedule;
use crate::kernel::{List, OpenFlags, Sys, Timestamp};
use bytes::Bytes;

/// Longest table that is read.
const TABLE_BYTES_MAX: u64 = 1 << 20;

/// One line of a table.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) user: Bytes,
    pub(super) schedule: Schedule,
    pub(super) command: Bytes,
    /// The shell that runs it.
    pub(super) shell: Bytes,
    /// Its process, while it runs.
    pub(super) pid: Option<u32>,
}

/// What tells whether a file has changed.
type Seen = (Bytes, Timestamp, u64);

/// All jobs, and the files that they come from.
#[derive(Debug, Default)]
pub(super) struct Tables {
    pub(super) jobs: List<Job>,
    seen: Vec<Seen>,
}

impl Tables {
    /// Reads the tables of the working directory if they have changed; what is wrong with them otherwise.
    pub(super) async fn update(&mut self, sys: &Sys) -> Vec<Vec<u8>> {
        let mut seen = Vec::new();
        for entry in sys.read_dir(b".").await.unwrap_or_default() {
            sys.burn(1000).await;
            if let Ok(stat) = sys.stat(&entry.name)
                && stat.kind == crate::kernel::FileKind::File
                && entry.name != super::UPDATE_FILE
                && stat.size <= TABLE_BYTES_MAX
            {
                seen.push((entry.name, stat.mtime, stat.size));
            }
        }
        seen.sort();
        if seen == self.seen {
            return Vec::new();
        }
        let mut complaints = Vec::new();
        let mut jobs = List::new();
        for (user, _, _) in &seen {
            self.read(sys, user, &mut jobs, &mut complaints).await;
        }
        self.seen = seen;
        self.jobs = jobs;
        complaints
    }

    async fn read(
        &self,
        sys: &Sys,
        user: &Bytes,
        jobs: &mut List<Job>,
        complaints: &mut Vec<Vec<u8>>,
    ) {
        let Ok(fd) = sys.open(user, OpenFlags::READ, 0).await else {
            return;
        };
        let Ok(content) = Reader::owned(sys, fd).read_all().await else {
            return;
        };
        let mut shell = Bytes::from_static(b"/bin/sh");
        for line in content.split(|byte| *byte == b'\n') {
            sys.burn(200 + 10 * line.len() as u64).await;
            let line = String::from_utf8_lossy(line);
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(value) = line.strip_prefix("SHELL=") {
                shell = Bytes::copy_from_slice(value.trim().as_bytes());
                continue;
            }
            if line.starts_with("MAILTO=") {
                continue;
            }
            let (schedule, command) = match Schedule::parse(line) {
                Ok(parsed) => parsed,
                Err(word) => {
                    complaints.push(text!("user ", user, ": parse error at ", word));
                    continue;
                }
            };
            // A job that is running goes on to be the same one.
            let same = |job: &&Job| job.user == *user && job.command == command;
            let job = Job {
                user: user.clone(),
                schedule,
                command: Bytes::copy_from_slice(command.as_bytes()),
                shell: shell.clone(),
                pid: self.jobs.iter().find(same).and_then(|job| job.pid),
            };
            jobs.push_owner(job, 64 + line.len());
        }
    }
}
