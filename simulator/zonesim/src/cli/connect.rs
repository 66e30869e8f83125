//! `zonesim connect`.

use super::control_client::ControlClient;
use super::{Exit, Places, Trouble};
use clap::Args;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::thread;

/// Bytes are moved in pieces of at most this many.
const PIECE_BYTES: usize = 64 << 10;

#[derive(Clone, Debug, Args)]
pub(super) struct ConnectArgs {
    /// Address of a container, or its name.
    host: String,
    /// TCP port.
    port: u16,
    /// The account whose networks are meant [default: the zone's first].
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
    #[command(flatten)]
    places: Places,
}

/// Standard input goes to the container, what comes back to standard output, until the container ends it.
pub(super) fn run(args: &ConnectArgs) -> Result<(), Trouble> {
    let zone = args.places.running_zone()?;
    let account = args.account.as_deref().unwrap_or(&zone.account);
    let port = args.port.to_string();
    let path = ["accounts", account, "connect", &args.host, &port];
    let stream = ControlClient::of(&zone).upgrade(&path)?;
    let lost = |error: io::Error| {
        let message = format!("the connection is lost: {error}");
        Trouble::new(Exit::Internal, message)
    };
    let sending = stream.try_clone().map_err(lost)?;
    // It waits for input that may never come, and goes with the process.
    thread::spawn(move || send(sending));
    receive(stream).map_err(lost)
}

fn send(mut stream: TcpStream) {
    // A container that takes no more is told of by the other direction.
    let _ = copy(&mut io::stdin().lock(), &mut stream);
    let _ = stream.shutdown(Shutdown::Write);
}

fn receive(mut stream: TcpStream) -> io::Result<()> {
    match copy(&mut stream, &mut io::stdout().lock()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        ended => ended,
    }
}

/// Each piece is passed on as it comes.
fn copy(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                to.write_all(&buffer[..count])?;
                to.flush()?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
