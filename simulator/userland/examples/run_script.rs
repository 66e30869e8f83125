//! Runs a script of the shell in a root with only the busybox programs: `run_script 'echo hi'`.

#[path = "../tests/root/mod.rs"]
#[expect(dead_code, reason = "tests use what this does not")]
mod root;

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(script) = std::env::args().nth(1) else {
        eprintln!("usage: run_script SCRIPT");
        return ExitCode::from(2);
    };
    let outcome = root::Root::new().run(script.as_bytes());
    let _ = std::io::stdout().write_all(&outcome.stdout);
    let _ = std::io::stderr().write_all(&outcome.stderr);
    match outcome.status {
        Some(status) => ExitCode::from(status.to_le_bytes()[0]),
        None => {
            eprintln!("the script did not end");
            ExitCode::from(255)
        }
    }
}
