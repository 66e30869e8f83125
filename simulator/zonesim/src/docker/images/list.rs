//! `GET /images/json` (images.md 5).

use super::names::Names;
use crate::docker::containers::Filters;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde::{Serialize, Serializer};
use zone::{AccountId, Error, ImageNameError, ImageRecord, ImageReference, Selector, View};

/// The account's images, newest first.
pub(crate) fn list(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let view = call.driver.view();
        let account = call.account().id;
        let failed = || Failure::docker("problem loading images");
        let filters = Filters::parse(call.query.text("filters")).map_err(|_| failed())?;
        let wanted = call.query.text("filter").filter(|name| !name.is_empty());
        let wanted = wanted.map(|name| Wanted::parse(name).map_err(Error::from));
        let wanted = wanted.transpose()?;
        let all = call.query.flag("all");
        let unknown = view.settings().extensions.then_some(-1);
        let mut entries = Vec::new();
        for image in view.images(account) {
            if !matches(&view, account, image, &filters).ok_or_else(failed)? {
                continue;
            }
            if all || image.head {
                entries.extend(entry(&view, account, image, wanted.as_ref(), unknown));
            }
        }
        let bytes = entries.len() * ENTRY_BYTES;
        Answer::written(&entries, bytes).map_err(|_| failed())
    })
}

/// About what an entry takes.
const ENTRY_BYTES: usize = 384;

/// Exactly these keys, at every API version.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entry<'a> {
    /// CLI-92.
    #[serde(skip_serializing_if = "Option::is_none")]
    containers: Option<i64>,
    created: u64,
    id: String,
    labels: Labels<'a>,
    parent_id: String,
    repo_digests: Vec<String>,
    repo_tags: Vec<String>,
    /// CLI-92.
    #[serde(skip_serializing_if = "Option::is_none")]
    shared_size: Option<i64>,
    size: u64,
    virtual_size: u64,
}

/// `null` when there are none.
struct Labels<'a>(&'a [(String, String)]);

impl Serialize for Labels<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            [] => serializer.serialize_none(),
            labels => serializer.collect_map(labels.iter().map(|(key, value)| (key, value))),
        }
    }
}

/// `docker images REPO[:TAG]` (IMG-14).
struct Wanted {
    repo: String,
    tag: Option<String>,
}

impl Wanted {
    fn parse(text: &str) -> Result<Self, ImageNameError> {
        let reference = ImageReference::parse(text)?;
        let last = text.rsplit('/').next().unwrap_or_default();
        let tag = match reference.selector {
            Selector::Tag(tag) if last.contains(':') => Some(tag),
            Selector::Tag(_) | Selector::Digest(_) => None,
        };
        Ok(Self {
            repo: reference.local_name,
            tag,
        })
    }

    fn keeps(&self, repo: &str, tag: Option<&str>) -> bool {
        self.repo == repo && self.tag.as_deref().is_none_or(|wanted| tag == Some(wanted))
    }
}

/// `unknown` stands for what the cloud does not say.
fn entry<'a>(
    view: &View,
    account: AccountId,
    image: &'a ImageRecord,
    wanted: Option<&Wanted>,
    unknown: Option<i64>,
) -> Option<Entry<'a>> {
    let names = match wanted {
        None => Names::of(view, account, image),
        Some(wanted) => {
            let names = Names::matching(view, account, image, |repo, tag| wanted.keeps(repo, tag));
            if names.is_empty() {
                return None;
            }
            names
        }
    };
    let nameless = names.is_empty() || !image.head;
    let (repo_tags, repo_digests) = match nameless {
        true => (
            vec!["<none>:<none>".to_owned()],
            vec!["<none>@<none>".to_owned()],
        ),
        false => (names.tags, names.digests),
    };
    Some(Entry {
        containers: unknown,
        created: image.created_at.as_secs(),
        id: image.id_text(),
        labels: Labels(&image.defaults.labels),
        parent_id: image.parent_text(),
        repo_digests,
        repo_tags,
        shared_size: unknown,
        size: image.size_bytes,
        virtual_size: image.size_bytes,
    })
}

/// `None`: a filter or value that the zone does not know (IMG-17).
fn matches(
    view: &View,
    account: AccountId,
    image: &ImageRecord,
    filters: &Filters,
) -> Option<bool> {
    if filters
        .names()
        .any(|name| name != "dangling" && name != "label")
    {
        return None;
    }
    for value in filters.values("dangling") {
        let wanted: bool = value.parse().ok()?;
        if is_dangling(view, account, image) != wanted {
            return Some(false);
        }
    }
    let labels = &image.defaults.labels;
    let has = |label: &String| {
        let (key, value) = label
            .split_once('=')
            .map_or((label.as_str(), None), |(key, value)| (key, Some(value)));
        labels
            .iter()
            .any(|(name, found)| name == key && value.is_none_or(|value| value == found))
    };
    Some(filters.values("label").iter().all(has))
}

/// IMG-15: an untagged head image that no image was built on.
fn is_dangling(view: &View, account: AccountId, image: &ImageRecord) -> bool {
    let has_child = || match image.registry {
        None => view.children_of(account, image.id).next().is_some(),
        Some(_) => {
            let mut others = view.images(account);
            others.any(|other| other.parent == Some(image.id))
        }
    };
    image.head && view.image_tags(account, image).next().is_none() && !has_child()
}
