//! `zonesim env`.

use super::say::say;
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
        say(&ready.json());
    } else {
        say(ready.exports().trim_end_matches('\n'));
    }
    Ok(())
}
