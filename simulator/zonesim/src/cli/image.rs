//! `zonesim image`.

use super::control_client::ControlClient;
use super::say::say;
use super::{Exit, Places, Trouble};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;

#[derive(Clone, Debug, Args)]
pub(super) struct ImageArgs {
    #[command(subcommand)]
    command: ImageCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum ImageCommand {
    /// Add the images of a file to the running zone's hub, from which accounts pull them: an archive that `docker save`
    /// has written, or an OCI layout, in an archive or a directory.
    Import(ImportArgs),
}

#[derive(Clone, Debug, Args)]
struct ImportArgs {
    /// The archive, plain or packed, or the directory.
    path: PathBuf,
    /// What the only image there is to be called [default: all images by their own names].
    #[arg(long)]
    name: Option<String>,
    /// Login or id of an account that has them at once.
    #[arg(long, value_name = "LOGIN")]
    account: Option<String>,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &ImageArgs) -> Result<(), Trouble> {
    match &args.command {
        ImageCommand::Import(args) => import(args),
    }
}

fn import(args: &ImportArgs) -> Result<(), Trouble> {
    let path = std::fs::canonicalize(&args.path).map_err(|error| {
        let message = format!("{} cannot be read: {error}", args.path.display());
        Trouble::new(Exit::File, message)
    })?;
    let control = ControlClient::of(&args.places.running_zone()?).patient();
    let body = json!({"path": path, "name": args.name, "account": args.account});
    let imported = control.post(&["hub", "images"], &body)?;
    for image in imported.as_array().into_iter().flatten() {
        let member = |key: &str| image[key].as_str().unwrap_or_default().to_owned();
        say(&format!("{} {}", member("id"), member("name")));
    }
    Ok(())
}
