//! Packages.

use super::error::ControlError;
use super::{Answer, Control};
use serde::Deserialize;
use serde_json::{Value, json};
use zone::Command;

/// What to change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PackageBody {
    active: bool,
}

impl Control {
    pub(super) fn list_packages(&self) -> Answer {
        let view = self.service.driver.view();
        let packages = view.operator_packages();
        let described = packages.map(|package| {
            json!({
                "id": package.id.to_string(),
                "name": package.name,
                "active": package.active,
                "memory_mib": package.memory_mib,
                "quota_mib": package.quota_mib,
                "cpu_cap_percent": package.cpu_cap_percent,
            })
        });
        Answer::ok(Value::Array(described.collect()))
    }

    /// Offers every package of this name, or id, to users, or does so no more.
    pub(super) async fn change_package(
        &self,
        name: &str,
        body: PackageBody,
    ) -> Result<Answer, ControlError> {
        let view = self.service.driver.view();
        let packages = view.operator_packages();
        let named: Vec<_> = packages
            .filter(|package| package.name == name || package.id.to_string() == name)
            .map(|package| package.id)
            .collect();
        if named.is_empty() {
            return Err(ControlError::NoSuchPackage(name.to_owned()));
        }
        for package in named {
            let active = body.active;
            let command = Command::OfferPackage { package, active };
            self.service.driver.run(command).await?;
        }
        Ok(self.list_packages())
    }
}
