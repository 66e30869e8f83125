//! `zonesim account`.

use super::control_client::ControlClient;
use super::say::say;
use super::{Places, Trouble};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

#[derive(Clone, Debug, Args)]
pub(super) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum AccountCommand {
    /// Print a token for `X-Auth-Token` that stands for an account of the running zone.
    Token(TokenArgs),
}

#[derive(Clone, Debug, Args)]
struct TokenArgs {
    /// Login or id of the account.
    login: String,
    /// When the token is worth nothing any more, by the zone's clock: an ISO date, with or without a time
    /// [default: never].
    #[arg(long, value_name = "DATE")]
    expires: Option<String>,
    /// Fingerprint of the developer's key that signs the requests of the token.
    #[arg(long, value_name = "FINGERPRINT")]
    devkey: Option<String>,
    /// Prefix of the CloudAPI paths that the token is good for; may be given several times. Docker looks at none.
    #[arg(long, value_name = "PREFIX")]
    cloudapi: Vec<String>,
    #[command(flatten)]
    places: Places,
}

pub(super) fn run(args: &AccountArgs) -> Result<(), Trouble> {
    match &args.command {
        AccountCommand::Token(args) => token(args),
    }
}

fn token(args: &TokenArgs) -> Result<(), Trouble> {
    let control = ControlClient::of(&args.places.running_zone()?);
    let minted = control.post(&["accounts", &args.login, "tokens"], &args.body())?;
    say(minted["token"].as_str().unwrap_or_default());
    Ok(())
}

impl TokenArgs {
    /// What the control API takes.
    fn body(&self) -> Value {
        let permissions = match self.cloudapi.as_slice() {
            [] => Value::Null,
            prefixes => json!({"cloudapi": prefixes}),
        };
        json!({
            "expires": self.expires,
            "devkey_id": self.devkey,
            "permissions": permissions,
        })
    }
}
