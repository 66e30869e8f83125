//! Giving an image another name (images.md 8).

use super::{ImageReference, Selector};
use crate::change::Change;
use crate::error::ImageNameError;
use crate::{AccountId, Error, Reply};

impl Change {
    /// Gives the image that `source` names the name `target`; a tag that is set moves (IMG-21).
    pub(crate) fn tag_image(
        &mut self,
        account: AccountId,
        source: &str,
        target: &str,
    ) -> Result<Reply, Error> {
        let image = self.state.find_image(account, source)?;
        if image.registry.is_some() {
            let text = "This is a deprecated image which cannot be tagged - please repull or rebuild the image";
            return Err(Error::Plain(text.to_owned()));
        }
        let id = image.id;
        let (repo, tag) = ImageReference::parse_tag(target)?;
        let key = (repo.as_str().into(), tag.as_str().into());
        self.state.images.set_tag(account, key, id);
        self.tell_image(account, "tag", &repo, format!("{repo}:{tag}"));
        Ok(Reply::Image(id))
    }
}

impl ImageReference {
    /// A name that an image may get: local name and tag. There must be no digest.
    pub fn parse_tag(given: &str) -> Result<(String, String), ImageNameError> {
        let name = Self::parse(given)?;
        match name.selector {
            Selector::Tag(tag) => Ok((name.local_name, tag)),
            Selector::Digest(_) => Err(ImageNameError::TagByDigest(given.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_to_give_has_a_repository_and_no_digest() {
        let check = |given: &str, expected: Result<(&str, &str), &str>| {
            let found = ImageReference::parse_tag(given).map_err(|error| error.to_string());
            let found = found
                .as_ref()
                .map(|(repo, tag)| (repo.as_str(), tag.as_str()))
                .map_err(String::as_str);
            assert_eq!(found, expected, "{given}");
        };
        check("a", Ok(("a", "latest")));
        check("a:", Ok(("a", "latest")));
        check("quay.io/joyent/x:1", Ok(("quay.io/joyent/x", "1")));
        let empty = "invalid repository name, may only contain [a-z0-9_/.-] characters: ";
        check("", Err(empty));
        check(":1", Err(empty));
        check("quay.io/:1", Err(empty));
        check("xx/:1", Err(empty));
        check(
            "a@sha256:12",
            Err("invalid repository name, cannot tag by digest: a@sha256:12"),
        );
    }
}
