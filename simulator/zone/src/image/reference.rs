//! Image names (images.md 3).

use crate::error::ImageNameError;

/// A parsed name `[SCHEME://][INDEX/]REPO[:TAG|@DIGEST]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageReference {
    /// Whether the scheme `http` was given.
    pub insecure: bool,
    /// Host of the registry; `docker.io` when none is named.
    pub index: String,
    /// Whether it is an official image of docker.io.
    pub official: bool,
    /// The name the registry knows (`library/busybox`).
    pub remote_name: String,
    /// The name under which tags are kept and listed (`busybox`).
    pub local_name: String,
    /// Which of its images.
    pub selector: Selector,
}

/// Tag or digest of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// A tag, `latest` when none is given.
    Tag(String),
    /// A digest as typed, usually `sha256:…` of a manifest.
    Digest(String),
}

const OFFICIAL_INDEX: &str = "docker.io";

impl ImageReference {
    /// Reads a name; the texts of refusals are those of IMG-11.
    pub fn parse(given: &str) -> Result<Self, ImageNameError> {
        let (scheme, rest) = match given.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, given),
        };
        if scheme.is_some_and(|scheme| scheme != "http" && scheme != "https") {
            return Err(ImageNameError::IndexScheme(given.to_owned()));
        }
        let (path, selector) = split_selector(rest);
        let (index, remote) = split_index(path, scheme, given)?;
        let insecure = scheme == Some("http");
        if index == OFFICIAL_INDEX && insecure {
            return Err(ImageNameError::HttpToOfficial(given.to_owned()));
        }
        check_remote(remote)?;
        let official = index == OFFICIAL_INDEX && !remote.contains('/');
        let local_name = if index == OFFICIAL_INDEX {
            remote.strip_prefix("library/").unwrap_or(remote).to_owned()
        } else {
            format!("{index}/{remote}")
        };
        let remote_name = if official {
            format!("library/{remote}")
        } else {
            remote.to_owned()
        };
        Ok(Self {
            insecure,
            official: official || (index == OFFICIAL_INDEX && remote.starts_with("library/")),
            index: index.to_owned(),
            remote_name,
            local_name,
            selector,
        })
    }

    /// The local name with its tag or digest: `repo:tag` or `repo@digest`.
    pub fn named(&self) -> String {
        let repo = &self.local_name;
        match &self.selector {
            Selector::Tag(tag) => format!("{repo}:{tag}"),
            Selector::Digest(digest) => format!("{repo}@{digest}"),
        }
    }

    /// Name with the index, `docker.io/busybox`.
    pub fn canonical_name(&self) -> String {
        if self.index == OFFICIAL_INDEX {
            format!("{OFFICIAL_INDEX}/{}", self.local_name)
        } else {
            self.local_name.clone()
        }
    }
}

/// The digest after the last `@`, else the tag after the last `:` behind the last `/`, else, or when that is empty,
/// `latest`.
fn split_selector(rest: &str) -> (&str, Selector) {
    if let Some((path, digest)) = rest.rsplit_once('@') {
        return (path, Selector::Digest(digest.to_owned()));
    }
    let name_at = rest.rfind('/').map_or(0, |slash| slash + 1);
    match rest[name_at..].rfind(':') {
        Some(colon) => {
            let colon = name_at + colon;
            let tag = match &rest[colon + 1..] {
                "" => "latest",
                tag => tag,
            };
            (&rest[..colon], Selector::Tag(tag.to_owned()))
        }
        None => (rest, Selector::Tag("latest".to_owned())),
    }
}

/// The first component is an index when it looks like a host, and always behind a scheme.
fn split_index<'a>(
    path: &'a str,
    scheme: Option<&str>,
    given: &str,
) -> Result<(&'a str, &'a str), ImageNameError> {
    let looks_like_host = |first: &str| first.contains(['.', ':']) || first == "localhost";
    match path.split_once('/') {
        Some((first, remote)) if scheme.is_some() || looks_like_host(first) => {
            if first.is_empty() {
                return Err(ImageNameError::IndexEmptyHost(given.to_owned()));
            }
            if !looks_like_host(first) {
                return Err(ImageNameError::IndexHost {
                    host: first.to_owned(),
                    given: given.to_owned(),
                });
            }
            let index = if first == "index.docker.io" {
                OFFICIAL_INDEX
            } else {
                first
            };
            Ok((index, remote))
        }
        None if scheme.is_some() => Err(ImageNameError::NoRepository(given.to_owned())),
        _ => Ok((OFFICIAL_INDEX, path)),
    }
}

/// IMG-10: the first of several components is a namespace.
fn check_remote(remote: &str) -> Result<(), ImageNameError> {
    let name = match remote.split_once('/') {
        Some((namespace, name)) => {
            check_namespace(namespace)?;
            name
        }
        None => remote,
    };
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_/.-".contains(c);
    if name.is_empty() || !name.chars().all(allowed) {
        return Err(ImageNameError::NameCharacters(name.to_owned()));
    }
    Ok(())
}

fn check_namespace(namespace: &str) -> Result<(), ImageNameError> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let owned = || namespace.to_owned();
    if !(2..=255).contains(&namespace.len()) {
        return Err(ImageNameError::NamespaceLength(owned()));
    }
    if !namespace.chars().all(allowed) {
        return Err(ImageNameError::NamespaceCharacters(owned()));
    }
    if namespace.starts_with('-') && namespace.ends_with('-') {
        return Err(ImageNameError::NamespaceHyphen(owned()));
    }
    if namespace.contains("--") {
        return Err(ImageNameError::NamespaceHyphens(owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_as_the_table_says() {
        let check = |given: &str, index: &str, remote: &str, local: &str, canonical: &str| {
            let name = ImageReference::parse(given).expect("a good name");
            let found = (
                name.index.as_str(),
                name.remote_name.as_str(),
                name.local_name.as_str(),
                name.canonical_name(),
            );
            assert_eq!(
                found,
                (index, remote, local, canonical.to_owned()),
                "{given}"
            );
        };
        let hub = "docker.io";
        check(
            "busybox",
            hub,
            "library/busybox",
            "busybox",
            "docker.io/busybox",
        );
        check(
            "docker.io/ubuntu",
            hub,
            "library/ubuntu",
            "ubuntu",
            "docker.io/ubuntu",
        );
        check(
            "index.docker.io/ubuntu:1",
            hub,
            "library/ubuntu",
            "ubuntu",
            "docker.io/ubuntu",
        );
        check(
            "google/python",
            hub,
            "google/python",
            "google/python",
            "docker.io/google/python",
        );
        check(
            "localhost:5000/blarg",
            "localhost:5000",
            "blarg",
            "localhost:5000/blarg",
            "localhost:5000/blarg",
        );
        check(
            "http://reg:5000/x",
            "reg:5000",
            "x",
            "reg:5000/x",
            "reg:5000/x",
        );
    }

    #[test]
    fn tag_and_digest_are_found_behind_the_last_slash() {
        let selector = |given: &str| ImageReference::parse(given).expect("a good name").selector;
        assert_eq!(selector("busybox"), Selector::Tag("latest".into()));
        assert_eq!(selector("localhost:5000/a"), Selector::Tag("latest".into()));
        assert_eq!(selector("localhost:5000/a:b"), Selector::Tag("b".into()));
        assert_eq!(
            selector("a@sha256:12"),
            Selector::Digest("sha256:12".into())
        );
    }

    #[test]
    fn bad_names_are_refused_with_their_texts() {
        let check = |given: &str, text: &str| {
            let error = ImageReference::parse(given).expect_err(given);
            assert_eq!(error.to_string(), text);
        };
        check(
            "a/b",
            "invalid repository namespace, must be between 2 and 255 characters: a",
        );
        check(
            "aa--b/c",
            "invalid repository namespace, cannot contain consecutive hyphens: aa--b",
        );
        check(
            "-a-/c",
            "invalid repository namespace, cannot start or end with a hypen: -a-",
        );
        check(
            "Busybox",
            "invalid repository name, may only contain [a-z0-9_/.-] characters: Busybox",
        );
        check(
            "ftp://a.b/c",
            "invalid index scheme, must be \"http\" or \"https\": ftp://a.b/c",
        );
        check(
            "http://docker.io/c",
            "invalid index, HTTP to official index is disallowed: http://docker.io/c",
        );
    }
}
