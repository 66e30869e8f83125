//! The host's ways to containers.

use super::error::ControlError;
use super::{Answer, Control};
use crate::gateway::{Caller, ContainerStream, Destination, join};
use crate::http::drain::Draining;
use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use zone::Account;

impl Control {
    pub(super) fn account(&self, login: &str) -> Result<Account, ControlError> {
        let view = self.service.driver.view();
        let account = view.account_by_login_or_id(login).cloned();
        account.ok_or_else(|| ControlError::NoSuchAccount(login.to_owned()))
    }

    /// How an account's addresses are reached by SOCKS5; `address` is null where there is no such listener.
    pub(super) fn show_socks(&self, login: &str) -> Result<Answer, ControlError> {
        let account = self.account(login)?;
        Ok(Answer::ok(json!({
            "address": self.gateway.socks.map(|address| address.to_string()),
            "user": account.login.as_str(),
            "token": self.gateway.tokens.of(account.id),
        })))
    }

    /// Ports of containers, and where the host serves each.
    pub(super) fn list_ports(&self) -> Answer {
        let view = self.service.driver.view();
        let ports = self.gateway.ports.all();
        let described = ports.iter().filter_map(|port| {
            let container = view.operator_container(port.container.instance())?;
            let account = view.account(container.owner)?;
            let (served, error) = match &port.served {
                Ok(address) => (Some(address.to_string()), None),
                Err(reason) => (None, Some(reason)),
            };
            Some(json!({
                "account": account.login.as_str(),
                "container": container.id.hex(),
                "name": container.name.to_string(),
                "address": port.address.to_string(),
                "served": served,
                "error": error,
            }))
        });
        Answer::ok(Value::Array(described.collect()))
    }

    /// Connects a user of an account to a container; the connection becomes the container's.
    pub(super) async fn connect(
        &self,
        login: &str,
        host: &str,
        port: &str,
    ) -> Result<Answer, ControlError> {
        let account = self.account(login)?.id;
        let port = port.parse();
        let port = port.map_err(|_| ControlError::Malformed("that is no TCP port".to_owned()))?;
        let host = host.to_owned();
        let destination = Destination { host, port };
        let dialer = &self.gateway.dialer;
        let to = dialer.resolve(account, &destination);
        let to = to.ok_or(ControlError::NoSuchHost(destination.host))?;
        let connected = dialer.connect(Caller::Account(account), to).await;
        let stream = connected.map_err(|error| ControlError::Unreachable(to, error))?;
        Ok(Answer::Tunnel(stream))
    }
}

/// Moves bytes between a client and a container until both have ended, or the zone stops.
pub(super) async fn tunnel(
    mut client: TcpStream,
    early: Bytes,
    mut container: ContainerStream,
    mut draining: Draining,
) {
    let carried = async {
        container.write_all(&early).await?;
        join(&mut client, container).await
    };
    tokio::select! {
        ended = carried => if let Err(error) = ended {
            tracing::debug!(%error, "a connection to a container is lost");
        },
        () = draining.begun() => {}
    }
}
