//! What a pull asks for (images.md 10).

use crate::docker::failure::Failure;
use crate::docker::query::Query;
use zone::ImageReference;

/// The image that `fromImage` and `tag` name together; `tag` wins, and a digest may stand in either.
pub(super) fn source(query: &Query) -> Result<ImageReference, Failure> {
    let from = query.text("fromImage").unwrap_or_default();
    let tag = query.text("tag").unwrap_or_default();
    let name = from.strip_suffix(':').unwrap_or(from);
    let (repository, selector) = split(name);
    let text = match (tag.is_empty(), selector) {
        (false, _) if tag.contains(':') => format!("{repository}@{tag}"),
        (false, _) => format!("{repository}:{tag}"),
        (true, _) => name.to_owned(),
    };
    let reference =
        ImageReference::parse(&text).map_err(|error| Failure::docker(format!("Error: {error}")))?;
    if tag.is_empty() && selector.is_none() {
        // IMG-29, IMG-30
        return Err(Failure::not_implemented("docker pull -a"));
    }
    Ok(reference)
}

/// Name without and text of a tag or digest.
fn split(name: &str) -> (&str, Option<&str>) {
    if let Some((repository, digest)) = name.rsplit_once('@') {
        return (repository, Some(digest));
    }
    let path_end = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[path_end..].find(':') {
        Some(colon) => (
            &name[..path_end + colon],
            Some(&name[path_end + colon + 1..]),
        ),
        None => (name, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zone::Selector;

    #[test]
    fn tags_are_read_from_both_parameters() {
        let tag = |tag: &str| Selector::Tag(tag.to_owned());
        for (query, name, selector) in [
            ("fromImage=busybox:1", "busybox", tag("1")),
            ("fromImage=busybox&tag=latest", "busybox", tag("latest")),
            ("fromImage=busybox:1&tag=2", "busybox", tag("2")),
            (
                "fromImage=localhost:5000/a&tag=x",
                "localhost:5000/a",
                tag("x"),
            ),
            (
                "fromImage=ab/c@sha256:12",
                "ab/c",
                Selector::Digest("sha256:12".to_owned()),
            ),
            (
                "fromImage=busybox&tag=sha256:12",
                "busybox",
                Selector::Digest("sha256:12".to_owned()),
            ),
        ] {
            let reference = source(&Query::parse(query)).expect("names an image");
            assert_eq!(
                (reference.local_name.as_str(), reference.selector),
                (name, selector),
                "{query}"
            );
        }
    }

    #[test]
    fn all_tags_at_once_are_refused() {
        for query in [
            "fromImage=busybox",
            "fromImage=busybox:",
            "fromImage=busybox&tag=",
            "fromImage=localhost:5000/a",
        ] {
            let text = source(&Query::parse(query))
                .expect_err("refused")
                .text("id");
            assert_eq!(
                text, "(NotImplemented) docker pull -a is not implemented (id)",
                "{query}"
            );
        }
        let text = source(&Query::parse("fromImage=UPPER"))
            .expect_err("refused")
            .text("id");
        assert!(text.starts_with("Error: invalid repository name"), "{text}");
    }
}
