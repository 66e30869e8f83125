//! `zonesim`: see `zonesim --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    zonesim::cli::main()
}
