//! `GET /info`.

use super::SERVICE_VERSION;
use crate::docker::extensions;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::json;
use zone::FaultPoint;

/// API-17: the zone as seen by the account. What is not listed here is absent on purpose.
pub(crate) fn info(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let account = call.account();
        let view = call.driver.view();
        let images = view.images(account.id).filter(|image| image.head).count();
        let mut info = json!({
            "ID": call.facts.service_id.to_string(),
            "Architecture": "x86_64",
            "Driver": "sdc",
            "DriverStatus": [["SDCAccount", account.login]],
            "ExecutionDriver": format!("sdc-{SERVICE_VERSION}"),
            "IPv4Forwarding": true,
            "Images": images,
            "IndexServerAddress": "https://index.docker.io/v1/",
            "KernelVersion": "3.12.0-1-amd64",
            "LoggingDriver": "json-file",
            "MemoryLimit": true,
            "Name": view.zone_name(),
            "OSType": "linux",
            "OperatingSystem": "SmartDataCenter",
            "SwapLimit": true,
        });
        // Omitted when they cannot be counted.
        if call.driver.meet(FaultPoint::Count, None).await?.is_none() {
            info["Containers"] = json!(view.containers(account.id).count());
        }
        if view.settings().extensions {
            extensions::add_info(&mut info);
        }
        Ok(Answer::ok(info))
    })
}
