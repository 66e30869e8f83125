//! Addresses of what is fetched.

use crate::applets::context::{Fail, text};
use crate::applets::percent::decoded;

/// `[USER[:PASSWORD]@]HOST[:PORT][/PATH]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Url {
    /// Host and port as written.
    pub(super) host: Vec<u8>,
    /// What follows the first slash.
    pub(super) path: Vec<u8>,
    /// `USER:PASSWORD`, decoded.
    pub(super) user: Option<Vec<u8>>,
}

impl Url {
    /// Reads a URL of HTTP; other protocols are not spoken here.
    pub(super) fn read(url: &[u8]) -> Result<Self, Fail> {
        let rest = match url.windows(3).position(|at| at == b"://") {
            None => url,
            Some(at) if &url[..at] == b"http" => &url[at + 3..],
            Some(_) => return Err(Fail::new(text!("not an http or ftp url: ", url))),
        };
        let end = rest.iter().position(|byte| b"/?#".contains(byte));
        let (host, path) = match end {
            None => (rest, &b""[..]),
            Some(at) => {
                // `?` belongs to the path; a slash only begins it.
                let skip = usize::from(rest[at] == b'/');
                (&rest[..at], &rest[at + skip..])
            }
        };
        let (user, host) = match host.iter().rposition(|byte| *byte == b'@') {
            None => (None, host),
            Some(at) => (Some(decoded(&host[..at])), &host[at + 1..]),
        };
        Ok(Self {
            host: host.to_vec(),
            path: path.to_vec(),
            user,
        })
    }

    /// The name that the file is saved under.
    pub(super) fn file_name(&self) -> Vec<u8> {
        let last = self.path.rsplit(|byte| *byte == b'/').next();
        match last.unwrap_or_default() {
            b"" => b"index.html".to_vec(),
            name => name.to_vec(),
        }
    }

    /// Where a redirection leads that was answered by this one.
    pub(super) fn redirected(&self, location: &[u8]) -> Result<Self, Fail> {
        match location.strip_prefix(b"/") {
            Some(path) => Ok(Self {
                path: path.to_vec(),
                ..self.clone()
            }),
            None => {
                let other = Self::read(location)?;
                Ok(Self {
                    user: other.user.or_else(|| self.user.clone()),
                    ..other
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_taken_apart() {
        let check = |url: &str, host: &str, path: &str, user: Option<&str>, name: &str| {
            let Ok(read) = Url::read(url.as_bytes()) else {
                panic!("{url} is refused");
            };
            assert_eq!(read.host, host.as_bytes(), "{url}");
            assert_eq!(read.path, path.as_bytes(), "{url}");
            assert_eq!(read.user.as_deref(), user.map(str::as_bytes), "{url}");
            assert_eq!(read.file_name(), name.as_bytes(), "{url}");
        };
        check("http://a/b/c", "a", "b/c", None, "c");
        check("a:8080", "a:8080", "", None, "index.html");
        check("a/b/", "a", "b/", None, "index.html");
        check("http://a?x=1", "a", "?x=1", None, "?x=1");
        check("http://u:p%40@a/", "a", "", Some("u:p@"), "index.html");
        assert!(Url::read(b"gopher://a").is_err());
    }

    #[test]
    fn redirections_keep_the_server_or_change_it() {
        let Ok(url) = Url::read(b"http://a/b") else {
            panic!("it is good");
        };
        let to = |location: &[u8]| url.redirected(location).map(|url| (url.host, url.path));
        assert_eq!(to(b"/c").ok(), Some((b"a".to_vec(), b"c".to_vec())));
        assert_eq!(to(b"http://d/e").ok(), Some((b"d".to_vec(), b"e".to_vec())));
    }
}
