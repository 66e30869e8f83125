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
    let id = parse(call.param(0)).ok_or(Error::NoSuchExec)?;
    let view = call.driver.view();
    let exec = view.exec(call.account().id, id)?;
    call.flight.concerns(Subject::exec(exec.instance, exec.id));
    Ok(read(exec))
}

/// An id as the zone writes it: 64 digits, all of them lower case.
fn parse(text: &str) -> Option<ExecId> {
    let mut id = [0; 32];
    hex::decode_to_slice(text, &mut id).ok()?;
    (!text.bytes().any(|byte| byte.is_ascii_uppercase())).then_some(ExecId(id))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn an_id_has_one_spelling() {
        let id = "0a".repeat(32);
        assert_eq!(parse(&id).map(|id| id.to_string()).as_ref(), Some(&id));
        for other in ["", "0a", &id.to_uppercase(), &id.replace('a', "g")] {
            assert!(parse(other).is_none(), "{other}");
        }
    }
}
