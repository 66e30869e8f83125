//! The raw client's command line.

use super::{HalfClose, Handshake, Identity, RawClient, Request, TlsVersions, Wire};
use crate::client::ClientError;
use crate::client::in_process::Console;
use crate::http1::Framing;

const USAGE: &str = "usage: METHOD PATH [-H 'Name: value']... [-d BODY] [--no-certificate] [--wrong-key] [--tls1.2]\n";

/// A parsed command line.
#[derive(Debug)]
struct Command {
    request: Request,
    handshake: Handshake,
}

impl Command {
    fn parse(argv: Vec<String>) -> Option<Command> {
        let mut arguments = argv.into_iter();
        let mut request = Request::new(arguments.next()?, arguments.next()?);
        let mut handshake = Handshake::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "-H" => {
                    let header = arguments.next()?;
                    let (name, value) = header.split_once(':')?;
                    request = request.header(name, value.trim_start());
                }
                "-d" => request = request.body(arguments.next()?),
                "--no-certificate" => handshake.identity = Identity::Nobody,
                "--wrong-key" => handshake.identity = Identity::WrongKey,
                "--tls1.2" => handshake.versions = TlsVersions::Only12,
                _ => return None,
            }
        }
        Some(Command { request, handshake })
    }
}

/// Runs a command line; gives its exit status.
pub(super) async fn run(client: RawClient, mut console: Console, argv: Vec<String>) -> i32 {
    let Some(command) = Command::parse(argv) else {
        console.stderr.print(USAGE).await;
        return 2;
    };
    match exchange(&client, &mut console, &command).await {
        Ok(status) if status < 400 => 0,
        Ok(_) => 22,
        Err(error) => {
            console.stderr.print(format!("{error}\n")).await;
            match error {
                ClientError::Connect { .. } => 7,
                ClientError::Handshake { .. } => 35,
                ClientError::WireEnded { ended, .. } if ended.alert.is_some() => 35,
                _ => 56,
            }
        }
    }
}

async fn exchange(
    client: &RawClient,
    console: &mut Console,
    command: &Command,
) -> Result<u16, ClientError> {
    let mut wire = client.connect_with(&command.handshake).await?;
    wire.send(&command.request.to_bytes()).await?;
    let response = wire.read_response(&command.request.method).await?;
    console.stdout.print(&response.head_bytes).await;
    console.stdout.print(&response.body).await;
    if response.framing == Framing::Tunnel {
        tunnel(&mut wire, console).await?;
    }
    Ok(response.status())
}

/// Passes input on until its end, and what comes back until its end.
async fn tunnel(wire: &mut Wire, console: &mut Console) -> Result<(), ClientError> {
    let mut input_open = true;
    loop {
        tokio::select! {
            input = console.stdin.recv(), if input_open => match input {
                Some(bytes) => wire.send(&bytes).await?,
                None => {
                    input_open = false;
                    wire.half_close(HalfClose::FinOnly).await?;
                }
            },
            output = wire.read_some() => {
                let output = output?;
                if output.is_empty() {
                    return Ok(());
                }
                console.stdout.print(output).await;
            }
        }
    }
}
