//! `zonesim env`.

use super::{Places, Trouble};
use clap::Args;

#[derive(Clone, Debug, Args)]
pub(super) struct EnvArgs {
    #[command(flatten)]
    places: Places,
    /// Print the ready file's JSON instead.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &EnvArgs) -> Result<(), Trouble> {
    let ready = args.places.running_zone()?;
    if args.json {
        println!("{}", ready.json());
    } else {
        print!("{}", ready.exports());
    }
    Ok(())
}
