//! Handshakes of TLS, and the authority behind them.

use clients::ClientError;
use cucumber::gherkin::Step;
use cucumber::then;

use crate::exchange::{self, Exchange};
use crate::failure::Failure;
use crate::steps::command::pairs;
use crate::steps::wire::current;
use crate::world::ZoneWorld;

#[then(regex = r#"^the handshake of `(.+)` fails with "([a-z_]+)"$"#)]
async fn handshake_fails(
    world: &mut ZoneWorld,
    line: String,
    expected: String,
) -> Result<(), Failure> {
    let request = exchange::request(&line, &[], None)?.to_bytes();
    let method = line.split(' ').next().unwrap_or_default().to_owned();
    let client = world.raw_client().await?;
    let seen = match Exchange::send(&client, &world.raw, None, &method, &request).await {
        Err(ClientError::Handshake { alert, .. }) => alert,
        // With TLS 1.3 the verdict shows in the first read.
        Err(ClientError::WireEnded { ended, .. }) => ended.alert,
        Err(error) => return Err(error.into()),
        Ok(_) => None,
    };
    match seen.as_deref() == Some(&expected) {
        true => Ok(()),
        false => Err(Failure::Differs(format!("the alert is {seen:?}"))),
    }
}

#[then("the handshake showed:")]
fn handshake_showed(world: &mut ZoneWorld, step: &Step) -> Result<(), Failure> {
    let tls = current(world)?.tls();
    let tls = tls.ok_or_else(|| Failure::Differs("there was no handshake".to_owned()))?;
    for (what, expected) in pairs(step)? {
        let none = || "none".to_owned();
        let seen = match what.as_str() {
            "version" => tls.version.clone(),
            "cipher suite" => tls.cipher_suite.clone(),
            "protocol" => tls.alpn.clone().unwrap_or_else(none),
            "certificates" => tls.server_chain.len().to_string(),
            "authorities named" => tls.authorities_named.map_or_else(none, |n| n.to_string()),
            _ => return Err(Failure::Feature(format!("a handshake has no {what}"))),
        };
        if seen != expected {
            return Err(Failure::Differs(format!(
                "the {what} is {seen}, not {expected}"
            )));
        }
    }
    Ok(())
}

#[then("the body is the certificate of the authority")]
fn body_is_authority(world: &mut ZoneWorld) -> Result<(), Failure> {
    match current(world)?.response.body.clone() == world.ground.zone()?.ca_pem {
        true => Ok(()),
        false => Err(Failure::Differs("it is another one".to_owned())),
    }
}
