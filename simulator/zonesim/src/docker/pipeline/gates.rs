//! Read-only mode and the dependency gate (docker-api.md 2.2 and 2.3).

use crate::docker::failure::Failure;
use http::{HeaderValue, Method, StatusCode};
use runtime::Timestamp;
use std::time::{Duration, UNIX_EPOCH};
use zone::Settings;

const READ_ONLY: &str = "docker service is currently in read-only mode for maintenance";

/// A request that a gate has stopped.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stopped {
    pub(super) failure: Failure,
    pub(super) retry_after: Option<HeaderValue>,
}

/// Lets a request through, or says why the zone takes none of its kind now.
pub(super) fn check(settings: &Settings, method: &Method) -> Result<(), Box<Stopped>> {
    if let Some(read_only) = &settings.read_only
        && *method != Method::GET
    {
        let message = read_only.message.as_deref().unwrap_or(READ_ONLY);
        return Err(Box::new(Stopped {
            failure: Failure::plain(StatusCode::SERVICE_UNAVAILABLE, message),
            retry_after: read_only.until.map(date),
        }));
    }
    if !settings.dependencies_down.is_empty() {
        return Err(Box::new(Stopped {
            failure: Failure::coded(
                StatusCode::SERVICE_UNAVAILABLE,
                "ServiceUnavailableError",
                "service is currently unavailable",
            ),
            retry_after: None,
        }));
    }
    Ok(())
}

/// An HTTP date.
pub(super) fn date(at: Timestamp) -> HeaderValue {
    let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(at.as_secs()));
    HeaderValue::from_str(&text).expect("an HTTP date is ASCII")
}

#[cfg(test)]
mod tests {
    use super::*;
    use zone::ReadOnly;

    #[test]
    fn read_only_mode_refuses_everything_but_get_and_says_until_when() {
        let mut settings = Settings::default();
        assert_eq!(check(&settings, &Method::POST), Ok(()));
        settings.read_only = Some(ReadOnly {
            message: None,
            until: Some(Timestamp::from_secs(1_484_345_634)),
        });
        assert_eq!(check(&settings, &Method::GET), Ok(()));
        for method in [Method::POST, Method::HEAD] {
            let stopped = check(&settings, &method).expect_err("stopped");
            assert_eq!(stopped.failure.message, READ_ONLY);
            assert_eq!(
                stopped.retry_after,
                Some(HeaderValue::from_static("Fri, 13 Jan 2017 22:13:54 GMT"))
            );
        }
    }

    #[test]
    fn a_dependency_that_is_down_stops_reads_too() {
        let mut settings = Settings::default();
        settings.dependencies_down.insert("vmapi".to_owned());
        let stopped = check(&settings, &Method::GET).expect_err("stopped");
        assert_eq!(
            stopped.failure.text("r"),
            "(ServiceUnavailableError) service is currently unavailable (r)"
        );
    }
}
