//! redis-cli.
use crate::kernel::{Exit, Sys};
pub(super) async fn run(_: Sys) -> Exit {
    Exit::Status(1)
}
