//! `zonesim env`.

use super::ready::Ready;
use super::{Exit, Places, Trouble};
use clap::Args;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long the zone's control API may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Clone, Debug, Args)]
pub(super) struct EnvArgs {
    #[command(flatten)]
    places: Places,
    /// Print the ready file's JSON instead.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &EnvArgs) -> Result<(), Trouble> {
    let path = args.places.ready_file();
    let nobody = || {
        let message = format!(
            "no zone is running (by {}); start one with `zonesim serve`",
            path.display()
        );
        Trouble::new(Exit::NoZone, message)
    };
    let found = Ready::read(&path);
    let found = found.map_err(|error| Trouble::new(Exit::File, error.to_string()))?;
    let ready = found.filter(is_alive).ok_or_else(nobody)?;
    if args.json {
        println!("{}", ready.json());
    } else {
        print!("{}", ready.exports());
    }
    Ok(())
}

/// Whether somebody listens where the zone said it would.
fn is_alive(ready: &Ready) -> bool {
    let address = ready.control.strip_prefix("http://");
    address
        .and_then(|address| address.parse::<SocketAddr>().ok())
        .is_some_and(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok())
}
