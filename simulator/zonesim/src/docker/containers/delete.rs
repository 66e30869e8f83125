//! Delete and link removal (containers.md 18).

use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use zone::Operation;

/// `DELETE /containers/:id?force=&link=`; `v` means nothing.
pub(crate) fn delete(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let operation = Operation::Delete {
            force: call.query.flag("force"),
            link: call.query.flag("link"),
        };
        remove(&call, operation).await
    })
}

/// `DELETE /containers/:id/:link`: 204, also for an unknown link (CTR-17).
pub(crate) fn delete_link(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let alias = call.param(1).to_owned();
        remove(&call, Operation::DeleteLink { alias }).await
    })
}

async fn remove(call: &Call, operation: Operation) -> Result<Answer, Failure> {
    with_container(call, |_, _| ()).await?;
    let _waiting = call.flight.wait();
    let account = call.account().id;
    call.driver
        .operate(account, call.param(0), operation)
        .await?;
    Ok(Answer::no_content())
}
