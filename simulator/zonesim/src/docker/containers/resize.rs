//! `POST /containers/:id/resize` (containers.md 12.7).

use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::query::Query;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use http::StatusCode;
use runtime::TtySize;
use zone::Command;

/// Rows and columns of a query, when both are numbers above zero.
pub(crate) fn size(query: &Query) -> Option<TtySize> {
    let number = |key| {
        query
            .int(key)
            .and_then(|value| u16::try_from(value).ok())
            .filter(|value| *value > 0)
    };
    Some(TtySize {
        rows: number("h")?,
        columns: number("w")?,
    })
}

/// 200, whatever the size is.
pub(crate) fn resize(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        with_container(&call, |_, _| ()).await?;
        if let Some(size) = size(&call.query) {
            let key = (call.account().id, call.param(0).to_owned());
            call.driver.terminal_sizes().put(key, size);
            tell(&call, size).await;
        }
        Ok(Answer::Empty(StatusCode::OK))
    })
}

/// CLI-55: who listens hears of it.
async fn tell(call: &Call, size: TtySize) {
    if call.driver.view().settings().extensions {
        let told = Command::Resized {
            account: call.account().id,
            reference: call.param(0).to_owned(),
            size,
        };
        // A container that has gone meanwhile has no size.
        let _ = call.driver.run(told).await;
    }
}
