//! Which exchanges a mutation touches.

use super::mutation::Match;
use crate::http1::Head;

impl Match {
    /// Whether a request satisfies it.
    pub fn request(&self, head: &Head) -> bool {
        let Some((method, target, _)) = head.request_line() else {
            return false;
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let wants_method = self.method.as_deref();
        let wants_path = self.path.as_deref();
        let wants_query = self.query.as_deref();
        wants_method.is_none_or(|wanted| wanted == method)
            && wants_path.is_none_or(|glob| matches(glob.as_bytes(), unversioned(path).as_bytes()))
            && wants_query.is_none_or(|wanted| has_query(query, wanted))
    }

    /// Whether the answer to a request that satisfies it does so too.
    pub(super) fn response(&self, head: &Head) -> bool {
        let status = head.status_line().map(|(_, status, _)| status);
        self.status.is_none() || self.status == status
    }
}

/// The path without `/v1.24`.
pub(super) fn unversioned(path: &str) -> &str {
    let Some(rest) = path.strip_prefix("/v") else {
        return path;
    };
    let Some(end) = rest.find('/') else {
        return path;
    };
    let version = &rest[..end];
    let is_version = version.starts_with(|first: char| first.is_ascii_digit())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_version { &rest[end..] } else { path }
}

fn has_query(query: &str, wanted: &str) -> bool {
    query.split('&').any(|pair| {
        let key = pair.split('=').next().unwrap_or_default();
        pair == wanted || (key == wanted && !key.is_empty())
    })
}

/// Matches with a way back to the last `*` and the last `**`, so in steps proportional to both lengths'
/// product at most.
fn matches(glob: &[u8], text: &[u8]) -> bool {
    // Reachable positions in the glob, for each prefix of the text.
    let mut reachable = vec![false; glob.len() + 1];
    reachable[0] = true;
    skip_stars(glob, &mut reachable);
    for &byte in text {
        let mut next = vec![false; glob.len() + 1];
        for at in (0..glob.len()).filter(|at| reachable[*at]) {
            match glob[at] {
                b'*' => {
                    let any = glob.get(at + 1) == Some(&b'*') || (at > 0 && glob[at - 1] == b'*');
                    next[at] |= any || byte != b'/';
                }
                literal => next[at + 1] |= literal == byte,
            }
        }
        skip_stars(glob, &mut next);
        reachable = next;
    }
    reachable[glob.len()]
}

/// A star may stand for nothing.
fn skip_stars(glob: &[u8], reachable: &mut [bool]) {
    for at in 0..glob.len() {
        if glob[at] == b'*' {
            reachable[at + 1] |= reachable[at];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs_stop_at_slashes_unless_doubled() {
        for (glob, text, expected) in [
            ("/containers/*/wait", "/containers/abc/wait", true),
            ("/containers/*/wait", "/containers/a/b/wait", false),
            ("/images/**/json", "/images/a/b/c/json", true),
            ("/images/**/json", "/images/json", false),
            ("/**", "/anything/at/all", true),
            ("*", "", true),
            ("/a*c", "/abbbc", true),
            ("/a*c", "/abbb", false),
            ("/a", "/ab", false),
        ] {
            assert_eq!(
                matches(glob.as_bytes(), text.as_bytes()),
                expected,
                "{glob} {text}"
            );
        }
    }

    #[test]
    fn a_request_has_to_satisfy_everything() {
        let on = Match {
            method: Some("POST".into()),
            path: Some("/containers/*/kill".into()),
            query: Some("signal".into()),
            ..Match::default()
        };
        assert!(on.request(&Head::of_request(
            "POST /v1.24/containers/x/kill?signal=INT"
        )));
        assert!(on.request(&Head::of_request("POST /containers/x/kill?a=b&signal=INT")));
        assert!(!on.request(&Head::of_request("GET /v1.24/containers/x/kill?signal=INT")));
        assert!(!on.request(&Head::of_request("POST /v1.24/containers/x/kill?t=1")));
        assert!(!on.request(&Head::of_request(
            "POST /volumes/containers/x/kill?signal=INT"
        )));
        assert!(Match::default().request(&Head::of_request("GET /")));
        let exact = Match {
            query: Some("t=1".into()),
            ..Match::default()
        };
        assert!(
            exact.request(&Head::of_request("GET /x?t=1"))
                && !exact.request(&Head::of_request("GET /x?t=10"))
        );
    }

    #[test]
    fn only_a_version_is_taken_off_a_path() {
        assert_eq!(unversioned("/v1.24/version"), "/version");
        assert_eq!(unversioned("/version"), "/version");
        assert_eq!(unversioned("/volumes/x"), "/volumes/x");
        assert_eq!(unversioned("/v1.24"), "/v1.24");
    }
}
