//! Finding an account's images (images.md 4).

use super::{Digest, ImageRecord, ImageReference, Selector};
use crate::state::State;
use crate::{AccountId, Error};

/// How an image was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FoundBy {
    /// By a tag.
    Tag {
        /// Its repository.
        repo: String,
        /// The tag.
        tag: String,
    },
    /// By the digest of its manifest.
    Digest,
    /// By its id, or the beginning of it.
    Id,
}

impl State {
    /// The image that a name means for the account.
    pub(crate) fn find_image(
        &self,
        account: AccountId,
        given: &str,
    ) -> Result<&ImageRecord, Error> {
        self.look_up_image(account, given).map(|(image, _)| image)
    }

    /// The same, and how it was found.
    pub(crate) fn look_up_image(
        &self,
        account: AccountId,
        given: &str,
    ) -> Result<(&ImageRecord, FoundBy), Error> {
        let name = ImageReference::parse(given)?;
        let tag = match &name.selector {
            Selector::Tag(tag) => Some((name.local_name.clone(), tag.clone())),
            Selector::Digest(_) => None,
        };
        let found = match name.selector {
            Selector::Digest(digest) => self
                .image_by_manifest(account, &digest)?
                .map(|image| (image, FoundBy::Digest)),
            Selector::Tag(tag) => {
                let repo = name.local_name;
                let tagged = self.images.by_tag(account, &repo, &tag);
                let tagged = tagged.map(|image| (image, FoundBy::Tag { repo, tag }));
                tagged.or_else(|| {
                    let image = self.image_by_id_prefix(account, given)?;
                    Some((image, FoundBy::Id))
                })
            }
        };
        if let Some(found) = found {
            return Ok(found);
        }
        let legacy = match tag {
            Some((repo, tag)) => self.legacy_image(account, given, repo, tag)?,
            None => None,
        };
        legacy.ok_or_else(|| Error::NoSuchImage(given.to_owned()))
    }

    fn legacy_image(
        &self,
        account: AccountId,
        given: &str,
        repo: String,
        tag: String,
    ) -> Result<Option<(&ImageRecord, FoundBy)>, Error> {
        let legacy = &self.images.legacy;
        let name = (repo.as_str().into(), tag.as_str().into());
        if let Some(image) = legacy.by_tag(account, name) {
            return Ok(Some((image, FoundBy::Tag { repo, tag })));
        }
        let found = legacy.by_id_prefix(account, id_digits(given), given)?;
        Ok(found.map(|image| (image, FoundBy::Id)))
    }

    fn image_by_manifest(
        &self,
        account: AccountId,
        text: &str,
    ) -> Result<Option<&ImageRecord>, Error> {
        let Some(digest) = Digest::parse(text) else {
            return Ok(None);
        };
        let mut matches = self.images.by_manifest(account, digest);
        match (matches.next(), matches.next()) {
            (Some(_), Some(_)) => Err(Error::ManyImagesOfDigest(text.to_owned())),
            (found, _) => Ok(found),
        }
    }

    /// IMG-13: `sha256:HEX`, or hex digits; what stands behind a colon of a name is not looked at.
    fn image_by_id_prefix(&self, account: AccountId, given: &str) -> Option<&ImageRecord> {
        let (low, high) = hex_range(id_digits(given))?;
        let mut matches = self
            .images
            .records_between(account, Digest(low), Digest(high));
        let first = matches.next()?;
        matches.next().is_none().then_some(first)
    }

    /// The account's images, newest first.
    pub(crate) fn images_of(&self, account: AccountId) -> impl Iterator<Item = &ImageRecord> {
        let images = self.images.records(account);
        let legacy = self.images.legacy.records(account);
        let mut images: Vec<&ImageRecord> = images.chain(legacy).collect();
        images.sort_by_key(|image| std::cmp::Reverse(image.created_at));
        images.into_iter()
    }
}

/// The part of a name that may be an id.
fn id_digits(given: &str) -> &str {
    match given.strip_prefix("sha256:") {
        Some(digits) => digits,
        None => given.split_once(':').map_or(given, |(name, _)| name),
    }
}

/// The lowest and the highest of the 32-byte values whose hex form begins with `digits`; `None` unless these
/// are 1 to 64 lower-case hex digits.
pub(crate) fn hex_range(digits: &str) -> Option<([u8; 32], [u8; 32])> {
    if digits.is_empty() || digits.len() > 64 {
        return None;
    }
    let (mut low, mut high) = ([0u8; 32], [0xffu8; 32]);
    for (index, digit) in digits.bytes().enumerate() {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        let (mask, value) = if index % 2 == 0 {
            (0x0f, value << 4)
        } else {
            (0xf0, value)
        };
        for bytes in [&mut low, &mut high] {
            bytes[index / 2] = bytes[index / 2] & mask | value;
        }
    }
    Some((low, high))
}

#[cfg(test)]
mod tests {
    use super::hex_range;

    #[test]
    fn a_prefix_spans_the_values_that_begin_with_it() {
        let (low, high) = hex_range("abc").expect("hex digits");
        assert_eq!((low[0], low[1], low[2]), (0xab, 0xc0, 0));
        assert_eq!((high[0], high[1], high[2]), (0xab, 0xcf, 0xff));
        for text in ["", "ABC", "xyz", "a-b", &"a".repeat(65)] {
            assert_eq!(hex_range(text), None, "{text}");
        }
        let (low, high) = hex_range(&"7".repeat(64)).expect("hex digits");
        assert_eq!(low, high);
    }
}
