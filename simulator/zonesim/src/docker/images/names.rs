//! The names under which an image is listed (images.md 5).

use zone::{AccountId, ImageRecord, View};

/// Tags and pullable digests of one image, as one account sees them.
#[derive(Debug)]
pub(super) struct Names {
    /// `repo:tag`.
    pub(super) tags: Vec<String>,
    /// `repo@sha256:…` of the manifest (IMG-04).
    pub(super) digests: Vec<String>,
}

impl Names {
    /// All names of `image`.
    pub(super) fn of(view: &View, account: AccountId, image: &ImageRecord) -> Self {
        Self::matching(view, account, image, |_, _| true)
    }

    /// Those whose repository and tag `keep` accepts; digests of pulls by digest have no tag.
    pub(super) fn matching(
        view: &View,
        account: AccountId,
        image: &ImageRecord,
        keep: impl Fn(&str, Option<&str>) -> bool,
    ) -> Self {
        let tags: Vec<(&str, &str)> = view
            .image_tags(account, image)
            .filter(|(repo, tag)| keep(repo, Some(tag)))
            .collect();
        let by_tag = tags
            .iter()
            .filter(|_| image.registry.is_none())
            .map(|(repo, _)| format!("{repo}@{}", image.manifest_digest));
        let by_digest = view
            .image_digests(account, image)
            .filter(|(repo, _)| keep(repo, None) && !tags.iter().any(|(tagged, _)| tagged == repo))
            .map(|(repo, digest)| format!("{repo}@{digest}"));
        let digests = by_tag.chain(by_digest).collect();
        Self {
            tags: tags
                .iter()
                .map(|(repo, tag)| format!("{repo}:{tag}"))
                .collect(),
            digests,
        }
    }

    /// Whether the image has no name at all.
    pub(super) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.digests.is_empty()
    }
}
