//! The one place where a refusal of the zone gets its HTTP status and machine code (docker-api.md 5).

use super::failure::Failure;
use http::StatusCode;
use zone::{Cause, Error};

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let text = error.to_string();
        match class(&error) {
            (status, Some(code)) => Failure::coded(status, code, text),
            (status, None) => Failure::plain(status, text),
        }
    }
}

fn class(error: &Error) -> (StatusCode, Option<&'static str>) {
    use StatusCode as S;
    match error {
        Error::NoSuchAccount(_)
        | Error::NoSuchKey(_)
        | Error::NoSuchUser(_)
        | Error::NoSuchRole(_)
        | Error::NoSuchServer(_)
        | Error::NoSuchPackage(_)
        | Error::NoSuchImage(_)
        | Error::NoSuchExec => (S::NOT_FOUND, Some("ResourceNotFound")),
        Error::InvalidLogin(_)
        | Error::InvalidKey(_)
        | Error::InvalidRole(_)
        | Error::EndlessFault(_)
        | Error::RepeatedMember => (S::UNPROCESSABLE_ENTITY, Some("InvalidArgument")),
        Error::LoginTaken(_)
        | Error::KeyNameTaken(_)
        | Error::KeyFingerprintTaken(_)
        | Error::TooMany(_) => (S::CONFLICT, Some("InvalidArgument")),
        Error::NotApproved { .. } => (S::FORBIDDEN, Some("NotAuthorized")),
        Error::NoSuchContainer(_) => (S::NOT_FOUND, None),
        Error::Validation(_) => (S::UNPROCESSABLE_ENTITY, Some("Validation")),
        Error::NotImplemented(_) => (S::BAD_REQUEST, Some("NotImplemented")),
        Error::AmbiguousImageId { .. } => (S::UNPROCESSABLE_ENTITY, Some("AmbiguousDockerImageId")),
        Error::NoSufficientPackage(_) => (S::UNPROCESSABLE_ENTITY, Some("NoSufficientPackage")),
        // APIX-06: the code is a slip of the reference that clients know.
        Error::NoSuchNetwork(_) => (S::NOT_FOUND, Some("Error")),
        Error::AmbiguousNetwork(_) => (S::NOT_FOUND, Some("AmbiguousDockerNetworkIdPrefix")),
        Error::InvalidInstance(_) | Error::InvalidRename(_) => {
            (S::CONFLICT, Some("ValidationFailed"))
        }
        Error::NoAllocatableServers { .. } => (S::CONFLICT, Some("NoAllocatableServersError")),
        Error::NotRunning(_) => (S::CONFLICT, Some("DockerContainerNotRunning")),
        Error::TaskTimeout => (S::INTERNAL_SERVER_ERROR, Some("CommandTimeout")),
        Error::Unreadable(_, cause) => (status_of(*cause), None),
        Error::Failed { cause, .. } => (status_of(*cause), None),
        Error::ImageName(_)
        | Error::ImageConflict(_)
        | Error::ManyImagesOfDigest(_)
        | Error::Plain(_)
        | Error::InvalidVolume(_)
        | Error::NoCommand
        | Error::InvalidLink(_)
        | Error::NoLinkTarget(_)
        | Error::LinkLookup(_)
        | Error::PortRemapping
        | Error::TooManyPorts(_)
        | Error::TooManyImagePorts(_)
        | Error::InvalidNewName(_)
        | Error::StateNotAllowed(_)
        | Error::StillProvisioning
        | Error::DefaultName
        | Error::RemoveRunning => (S::INTERNAL_SERVER_ERROR, None),
    }
}

fn status_of(cause: Cause) -> StatusCode {
    match cause {
        Cause::Conflict => StatusCode::CONFLICT,
        Cause::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Cause::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Cause::NetworkFull => StatusCode::INSUFFICIENT_STORAGE,
        Cause::PoolFull => StatusCode::UNPROCESSABLE_ENTITY,
        Cause::NotFound => StatusCode::NOT_FOUND,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zone::Action;

    #[test]
    fn texts_and_codes_are_what_clients_read() {
        let check = |error: Error, status: u16, text: &str| {
            let failure = Failure::from(error);
            assert_eq!(failure.status.as_u16(), status, "{text}");
            assert_eq!(failure.text("id"), text);
        };
        check(
            Error::NoSuchContainer("x".into()),
            404,
            "No such container: x (id)",
        );
        check(
            Error::NoSuchImage("x:1".into()),
            404,
            "(ResourceNotFound) No such image: x:1 (id)",
        );
        check(Error::NoCommand, 500, "No command specified (id)");
        check(
            Error::NoSuchNetwork("n".into()),
            404,
            "(Error) network n not found (id)",
        );
        let full = Error::Failed {
            action: Action::Create,
            cause: Cause::NetworkFull,
        };
        check(full, 507, "problem creating container (id)");
    }
}
