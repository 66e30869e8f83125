//! Finding an account's images (images.md 4).

use super::{Digest, ImageRecord, ImageReference, Selector};
use crate::state::State;
use crate::{AccountId, Error};
use std::sync::Arc;

/// Key of an image record.
pub(crate) type ImageKey = (AccountId, Digest);
/// Key of a tag record: account, local name, tag.
pub(crate) type TagKey = (AccountId, Arc<str>, Arc<str>);
/// Key of a digest record: account, local name, manifest digest.
pub(crate) type DigestKey = (AccountId, Arc<str>, Digest);

impl State {
    /// The image that a name means for the account.
    pub(crate) fn find_image(
        &self,
        account: AccountId,
        given: &str,
    ) -> Result<&ImageRecord, Error> {
        let name = ImageReference::parse(given)?;
        let found = match &name.selector {
            Selector::Digest(digest) => self.image_by_manifest(account, digest)?,
            Selector::Tag(tag) => self
                .image_by_tag(account, &name.local_name, tag)
                .or_else(|| self.image_by_id_prefix(account, given)),
        };
        found.ok_or_else(|| Error::NoSuchImage(given.to_owned()))
    }

    fn image_by_manifest(
        &self,
        account: AccountId,
        text: &str,
    ) -> Result<Option<&ImageRecord>, Error> {
        let Some(digest) = Digest::parse(text) else {
            return Ok(None);
        };
        let manifest = self.list_aliases.get(&(account, digest)).copied();
        let manifest = manifest.unwrap_or(digest);
        let mut matches = self
            .images_of(account)
            .filter(|image| image.manifest_digest == manifest);
        match (matches.next(), matches.next()) {
            (Some(_), Some(_)) => Err(Error::ManyImagesOfDigest(text.to_owned())),
            (found, _) => Ok(found),
        }
    }

    fn image_by_tag(&self, account: AccountId, repo: &str, tag: &str) -> Option<&ImageRecord> {
        let id = self.tags.get(&(account, repo.into(), tag.into()))?;
        self.images.get(&(account, *id)).map(Arc::as_ref)
    }

    /// IMG-13: `sha256:HEX`, or hex digits; what stands behind a colon of a name is not looked at.
    fn image_by_id_prefix(&self, account: AccountId, given: &str) -> Option<&ImageRecord> {
        let digits = match given.strip_prefix("sha256:") {
            Some(digits) => digits,
            None => given.split_once(':').map_or(given, |(name, _)| name),
        };
        let (low, high) = hex_range(digits)?;
        let mut matches = self
            .images
            .range((account, Digest(low))..=(account, Digest(high)))
            .map(|(_, image)| image.as_ref());
        let first = matches.next()?;
        matches.next().is_none().then_some(first)
    }

    /// The account's images, newest first.
    pub(crate) fn images_of(&self, account: AccountId) -> impl Iterator<Item = &ImageRecord> {
        let (low, high) = (Digest([0; 32]), Digest([0xff; 32]));
        let mut images: Vec<&ImageRecord> = self
            .images
            .range((account, low)..=(account, high))
            .map(|(_, image)| image.as_ref())
            .collect();
        images.sort_by_key(|image| std::cmp::Reverse(image.created_at));
        images.into_iter()
    }

    /// Local names and tags that lead to an image.
    pub(crate) fn tags_of(
        &self,
        account: AccountId,
        image: Digest,
    ) -> impl Iterator<Item = (&str, &str)> {
        self.tags
            .range((account, "".into(), "".into())..)
            .take_while(move |((owner, _, _), _)| *owner == account)
            .filter(move |(_, id)| **id == image)
            .map(|((_, repo, tag), _)| (repo.as_ref(), tag.as_ref()))
    }

    /// Local names and manifest digests that lead to an image.
    pub(crate) fn digests_of(
        &self,
        account: AccountId,
        image: Digest,
    ) -> impl Iterator<Item = (&str, Digest)> {
        self.digests
            .range((account, "".into(), Digest([0; 32]))..)
            .take_while(move |((owner, _, _), _)| *owner == account)
            .filter(move |(_, id)| **id == image)
            .map(|((_, repo, digest), _)| (repo.as_ref(), *digest))
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
