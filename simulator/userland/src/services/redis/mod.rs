//! redis.
use crate::kernel::{BoxFuture, Exit, Sys};
pub(super) fn server(_: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async { Exit::Status(1) })
}
pub(super) fn cli(_: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async { Exit::Status(1) })
}
