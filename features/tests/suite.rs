//! Every feature with every client.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(features::session::suite().status())
}
