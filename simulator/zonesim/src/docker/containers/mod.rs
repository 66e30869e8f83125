//! Containers: one file for each kind of request.

mod archive;
mod archive_noted;
mod archive_path;
mod attach;
mod copy;
mod create;
mod create_body;
mod delete;
mod filters;
mod inspect;
mod inspect_host;
mod lifecycle;
mod list;
mod logs;
mod matching;
mod resize;
mod signal;
mod stats;
mod stats_sample;
mod top;

pub(crate) use archive::{get_archive, put_archive, stat_archive};
pub(crate) use attach::attach;
pub(crate) use copy::copy_file;
pub(crate) use create::create;
pub(crate) use delete::{delete, delete_link};
pub(crate) use filters::Filters;
pub(crate) use inspect::inspect;
pub(crate) use lifecycle::{kill, rename, restart, start, stop, wait};
pub(crate) use list::list;
pub(crate) use logs::logs;
pub(crate) use resize::{resize, size};
pub(crate) use stats::stats;
pub(crate) use top::top;

use crate::docker::route::Call;
use crate::http::flight::Subject;
use runtime::InstanceId;
use std::sync::Arc;
use zone::{Cause, Container, Error, FaultKind, FaultPoint, View};

/// Finds the container that the first path parameter names and notes that the request is about it.
pub(crate) async fn with_container<T>(
    call: &Call,
    read: impl FnOnce(&Arc<View>, &Container) -> T,
) -> Result<T, Error> {
    with_named(call, call.param(0), read).await
}

/// The same with the container of this name.
pub(crate) async fn with_named<T>(
    call: &Call,
    reference: &str,
    read: impl FnOnce(&Arc<View>, &Container) -> T,
) -> Result<T, Error> {
    let view = call.driver.view();
    let container = view.container(call.account().id, reference)?;
    let instance = container.instance();
    call.flight.concerns(Subject::instance(instance));
    match failure_at(call, FaultPoint::Inventory, instance).await? {
        Some(cause) => Err(Error::Unreadable(reference.to_owned(), cause)),
        None => Ok(read(&view, container)),
    }
}

/// Why a read of a container fails, if it does.
pub(crate) async fn failure_at(
    call: &Call,
    point: FaultPoint,
    instance: InstanceId,
) -> Result<Option<Cause>, Error> {
    Ok(match call.driver.meet(point, Some(instance)).await? {
        Some(FaultKind::Fails(cause)) => Some(cause),
        Some(FaultKind::Hangs) | None => None,
    })
}
