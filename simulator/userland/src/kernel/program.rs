//! What a program is and how it ends.

use super::{Charge, Sys};
use bytes::Bytes;
use runtime::Signal;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A boxed future that may move between threads.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A program: from its system calls to how it ended.
pub type Main = fn(Sys) -> BoxFuture<'static, Exit>;

/// What a program's future resolves to.
#[derive(Debug)]
pub enum Exit {
    /// It ended with this status.
    Status(u8),
    /// It ends as if this signal had killed it.
    Signal(Signal),
    /// Another program goes on as the same process (from [`Sys::exec`]).
    Exec(Box<ExecImage>),
}

/// A program that is ready to replace the one that asked for it.
pub struct ExecImage {
    pub(super) main: Main,
    pub(super) argv: Vec<Bytes>,
    pub(super) env: Arc<[Bytes]>,
    /// For both.
    pub(super) charge: Charge,
    /// Absolute path of the executed file.
    pub(super) path: Bytes,
    /// Base name of the executed file.
    pub(super) comm: Bytes,
}

impl fmt::Debug for ExecImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecImage")
            .field("path", &self.path)
            .field("argv", &self.argv)
            .finish_non_exhaustive()
    }
}
