//! Exec instances (containers.md 15).

mod create;
mod inspect;
mod start;

pub(crate) use create::create;
pub(crate) use inspect::{inspect, resize};
pub(crate) use start::start;

use crate::docker::route::Call;
use crate::http::flight::Subject;
use runtime::ExecId;
use zone::{Error, Exec};

/// Finds the exec that the path names inside the account and notes that the request is about it.
fn with_exec<T>(call: &Call, read: impl FnOnce(&Exec) -> T) -> Result<T, Error> {
    let mut id = [0; 32];
    hex::decode_to_slice(call.param(0), &mut id).map_err(|_| Error::NoSuchExec)?;
    let view = call.driver.view();
    let exec = view.exec(call.account().id, ExecId(id))?;
    call.flight.concerns(Subject::exec(exec.instance, exec.id));
    Ok(read(exec))
}
