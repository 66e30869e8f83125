//! What a build is asked for (images.md 16.1).

use crate::docker::failure::Failure;
use crate::docker::query::Query;
use images::context::dockerfile_name;
use zone::ImageReference;

/// The parameters that mean something here; all others are ignored (IMG-60, IMG-61, IMG-63, IMG-65).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Names of the result: repository and tag (IMG-66).
    pub(super) names: Vec<(String, String)>,
    /// Path of the Dockerfile in the context.
    pub(super) dockerfile: String,
    /// Whether earlier steps may be used again.
    pub(super) uses_cache: bool,
    /// Whether base images are pulled even when they are known (IMG-64).
    pub(super) pulls: bool,
    /// Whether the container goes after a success; not said, it stays (IMG-67).
    pub(super) removes: bool,
    /// Whether it goes in any case.
    pub(super) removes_always: bool,
    /// RAM of the container, bytes; 0: the default.
    pub(super) memory_bytes: i64,
    /// A JSON object of build arguments, or nothing.
    pub(super) build_args: String,
    /// A JSON object of labels, or nothing.
    pub(super) labels: String,
}

impl Request {
    /// Reads the query; names come first.
    pub(super) fn read(query: &Query) -> Result<Self, Failure> {
        let given = query.all("t").filter(|name| !name.is_empty());
        let names = given.map(|name| {
            let parsed = ImageReference::parse_tag(name);
            parsed.map_err(|error| Failure::docker(format!("Error: {error}")))
        });
        let text = |name: &str| query.text(name).unwrap_or_default();
        let names = names.collect::<Result<_, Failure>>()?;
        let dockerfile = dockerfile_name(text("dockerfile"));
        Ok(Self {
            names,
            dockerfile: dockerfile.map_err(|error| Failure::docker(error.to_string()))?,
            uses_cache: !query.flag("nocache"),
            pulls: query.flag("pull"),
            removes: query.flag("rm"),
            removes_always: query.flag("forcerm"),
            memory_bytes: query.int("memory").unwrap_or(0),
            build_args: given_object(text("buildargs")),
            labels: given_object(text("labels")),
        })
    }
}

/// Clients send `null` for nothing (CLI-26).
fn given_object(text: &str) -> String {
    match text.trim() {
        "null" => String::new(),
        text => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Request, String> {
        Request::read(&Query::parse(query)).map_err(|failure| failure.text("id"))
    }

    #[test]
    fn names_may_be_many_or_none() {
        let names = |query| read(query).expect("it is good").names;
        assert_eq!(names("t="), []);
        let name = |repo: &str, tag: &str| (repo.to_owned(), tag.to_owned());
        assert_eq!(
            names("t=a&t=quay.io/bb/c:1"),
            [name("a", "latest"), name("quay.io/bb/c", "1")]
        );
    }

    #[test]
    fn what_cannot_be_is_refused_before_the_context_is_read() {
        let check = |query, text: &str| assert_eq!(read(query), Err(text.to_owned()));
        check(
            "t=UPPER",
            "Error: invalid repository name, may only contain [a-z0-9_/.-] characters: UPPER (id)",
        );
        check(
            "dockerfile=../x",
            "Forbidden path outside the build context: ../x (id)",
        );
        check(
            "t=UPPER&dockerfile=../x",
            "Error: invalid repository name, may only contain [a-z0-9_/.-] characters: UPPER (id)",
        );
    }

    #[test]
    fn what_is_not_said_is_off() {
        let request = read("buildargs=null&labels=%7B%7D&dockerfile=").expect("it is good");
        assert_eq!(request.dockerfile, "Dockerfile");
        assert!(request.uses_cache && !request.removes && !request.pulls);
        assert_eq!(
            (request.build_args.as_str(), request.labels.as_str()),
            ("", "{}")
        );
    }
}
