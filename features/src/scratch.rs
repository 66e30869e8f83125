//! Where files lie that are there for one scenario only.

use std::path::Path;

/// File systems in memory, if there are any.
const MEMORY: &str = "/dev/shm";
/// What has to be free there.
const FREE_BYTES: u64 = 2 << 30;

/// Lets temporary files lie in memory where there is room, unless `TMPDIR` says where: scenarios make and remove some
/// hundred thousand, which costs a file system on a disk a tenth of the suite's time.
pub fn use_memory() {
    let is_told = std::env::var_os("TMPDIR").is_some();
    if is_told || free_bytes(Path::new(MEMORY)) < FREE_BYTES {
        return;
    }
    // Whoever has chosen a folder before knows better.
    let _ = tempfile::env::override_temp_dir(Path::new(MEMORY));
}

/// Zero where there is nothing to write to.
fn free_bytes(folder: &Path) -> u64 {
    if tempfile::tempfile_in(folder).is_err() {
        return 0;
    }
    let found = rustix::fs::statvfs(folder);
    found.map_or(0, |of| of.f_bavail.saturating_mul(of.f_frsize))
}
