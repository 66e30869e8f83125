//! Compute nodes.

use super::error::ControlError;
use super::{Answer, Control};
use serde::Deserialize;
use serde_json::{Value, json};
use zone::{Command, Reboot};

/// How a server goes down.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RebootBody {
    /// At once and without exit statuses.
    #[serde(default)]
    crash: bool,
}

impl Control {
    pub(super) fn list_servers(&self) -> Answer {
        let view = self.service.driver.view();
        let described = view.operator_servers().map(|server| {
            let containers = view.operator_containers();
            let here = containers.filter(|container| container.node == server.id);
            json!({
                "id": server.id.to_string(),
                "hostname": server.hostname,
                "headnode": server.headnode,
                "containers": here.count(),
            })
        });
        Answer::ok(Value::Array(described.collect()))
    }

    /// Reboots the server of this host name or id; `all` means every one.
    pub(super) async fn reboot_server(
        &self,
        name: &str,
        body: RebootBody,
    ) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let servers: Vec<_> = view
            .operator_servers()
            .filter(|server| {
                name == "all" || server.hostname == name || server.id.to_string() == name
            })
            .map(|server| server.id)
            .collect();
        if servers.is_empty() {
            return Err(ControlError::NoSuchServer(name.to_owned()));
        }
        let how = match body.crash {
            true => Reboot::Crash,
            false => Reboot::Orderly,
        };
        for server in servers {
            let command = Command::RebootServer { server, how };
            self.service.driver.run(command).await?;
        }
        Ok(self.list_servers())
    }
}
