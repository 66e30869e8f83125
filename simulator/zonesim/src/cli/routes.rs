//! `zonesim routes`.

use super::Trouble;
use super::say::say;
use crate::RouteState;
use clap::Args;

#[derive(Clone, Debug, Args)]
pub(super) struct RoutesArgs {
    /// Print a JSON array.
    #[arg(long)]
    json: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "every command has this shape")]
pub(super) fn run(args: &RoutesArgs) -> Result<(), Trouble> {
    let routes = crate::routes();
    if args.json {
        say(&serde_json::to_string(&routes).expect("plain strings"));
        return Ok(());
    }
    for route in routes {
        let state = match route.state {
            RouteState::Built if route.extended => "with extensions",
            RouteState::Built => "",
            RouteState::NotImplemented => "not implemented",
            RouteState::Todo => "@todo",
        };
        say(&format!("{:7}{:34}{state}", route.method, route.pattern));
    }
    Ok(())
}
