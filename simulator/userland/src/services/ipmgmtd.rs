//! ipmgmtd: the IP interface management daemon of SmartOS. The zone has set up the interfaces: it waits.

use crate::kernel::{BoxFuture, Exit, Sys};

pub(super) fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        loop {
            // What has a default action ends it there.
            sys.pause().await;
        }
    })
}
