//! `GET /version`.

use crate::docker::failure::Failure;
use crate::docker::pipeline::Release;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::json;

/// API-16: the same for every client version; `GitCommit` is this program's own.
pub(crate) fn version(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let release = Release::of(call.driver.view().settings().extensions);
        Ok(Answer::ok(json!({
            "ApiVersion": release.api(),
            "Arch": "amd64",
            "BuildTime": "20170209T013037Z",
            "GitCommit": option_env!("ZONESIM_GIT_COMMIT").unwrap_or("unknown"),
            "GoVersion": "node6.17.1",
            "Os": "solaris",
            "Version": "1.9.0",
        })))
    })
}
