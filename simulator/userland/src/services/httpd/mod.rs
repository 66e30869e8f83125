//! httpd: the Apache HTTP server.
use crate::kernel::{BoxFuture, Exit, Sys};
pub(super) fn main(_: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async { Exit::Status(1) })
}
