//! `GET /images/json` (images.md 5).

use super::names::Names;
use crate::docker::containers::Filters;
use crate::docker::extensions;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use zone::{AccountId, ImageRecord, ImageReference, Selector, View};

/// The account's images, newest first.
pub(crate) fn list(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let view = call.driver.view();
        let account = call.account().id;
        let failed = || Failure::docker("problem loading images");
        let filters = Filters::parse(call.query.text("filters")).map_err(|_| failed())?;
        let wanted = call.query.text("filter").filter(|name| !name.is_empty());
        let wanted = wanted.map(|name| Wanted::parse(name).ok_or_else(failed));
        let wanted = wanted.transpose()?;
        let all = call.query.flag("all");
        let mut entries = Vec::new();
        for image in view.images(account) {
            if !matches(&view, account, image, &filters).ok_or_else(failed)? {
                continue;
            }
            if all || image.head {
                entries.extend(entry(&view, account, image, wanted.as_ref()));
            }
        }
        if view.settings().extensions {
            entries.iter_mut().for_each(extensions::add_image);
        }
        Ok(Answer::ok(Value::Array(entries)))
    })
}

/// `docker images REPO[:TAG]` (IMG-14).
struct Wanted {
    repo: String,
    tag: Option<String>,
}

impl Wanted {
    /// `None`: the grammar of names does not allow it.
    fn parse(text: &str) -> Option<Self> {
        let reference = ImageReference::parse(text).ok()?;
        let last = text.rsplit('/').next().unwrap_or_default();
        let tag = match reference.selector {
            Selector::Tag(tag) if last.contains(':') => Some(tag),
            Selector::Tag(_) | Selector::Digest(_) => None,
        };
        Some(Self {
            repo: reference.local_name,
            tag,
        })
    }

    fn keeps(&self, repo: &str, tag: Option<&str>) -> bool {
        self.repo == repo && self.tag.as_deref().is_none_or(|wanted| tag == Some(wanted))
    }
}

fn entry(
    view: &View,
    account: AccountId,
    image: &ImageRecord,
    wanted: Option<&Wanted>,
) -> Option<Value> {
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
    let (tags, digests) = match nameless {
        true => (
            vec!["<none>:<none>".to_owned()],
            vec!["<none>@<none>".to_owned()],
        ),
        false => (names.tags, names.digests),
    };
    let labels: serde_json::Map<String, Value> = image
        .defaults
        .labels
        .iter()
        .map(|(key, value)| (key.clone(), json!(value)))
        .collect();
    Some(json!({
        "Created": image.created_at.as_secs(),
        "Id": image.id_text(),
        "Labels": if labels.is_empty() { Value::Null } else { labels.into() },
        "ParentId": image.parent_text(),
        "RepoDigests": digests,
        "RepoTags": tags,
        "Size": image.size_bytes,
        "VirtualSize": image.size_bytes,
    }))
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
    image.head
        && view.image_tags(account, image).next().is_none()
        && !view
            .images(account)
            .any(|other| other.parent == Some(image.id))
}
