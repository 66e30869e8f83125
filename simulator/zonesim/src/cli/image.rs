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
    /// Give an account of the running zone the images of a file: an archive that `docker save` has written, or an OCI
    /// layout, in an archive or a directory.
    Import(ImportArgs),
}

#[derive(Clone, Debug, Args)]
struct ImportArgs {
    /// The archive, plain or packed, or the directory.
    path: PathBuf,
    /// What the only image there is to be called [default: all images by their own names].
    name: Option<String>,
    /// Login or id of the account.
    #[arg(long, value_name = "LOGIN", default_value = "demo")]
    account: String,
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
    let body = json!({"path": path, "name": args.name});
    let imported = control.post(&["accounts", &args.account, "images"], &body)?;
    for image in imported.as_array().into_iter().flatten() {
        let member = |key: &str| image[key].as_str().unwrap_or_default().to_owned();
        say(&format!("{} {}", member("id"), member("name")));
    }
    Ok(())
}
