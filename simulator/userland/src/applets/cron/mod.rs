//! Jobs at certain times: the daemon crond, and crontab for its tables.

mod crontab;
mod daemon;
mod schedule;
mod table;

pub(super) use crontab::run as crontab;
pub(super) use daemon::run as daemon;

/// Where tables are kept.
const DIRECTORY: &[u8] = b"/var/spool/cron/crontabs";
/// In the same directory: names of users whose tables have changed.
const UPDATE_FILE: &[u8] = b"cron.update";
