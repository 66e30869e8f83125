//! `GET /images/:name/history` (images.md 7).

use crate::docker::extensions;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use images::{HistoryEntry, ImageConfig};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};
use std::fmt;
use zone::{AccountId, ImageRecord, View};

/// How an image was made, newest step first: the account's own records as far as there are any, then what the
/// configuration says (IMG-20).
pub(crate) fn history(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let view = call.driver.view();
        let account = call.account().id;
        let image = view.image(account, call.param(0))?;
        let config = ImageConfig::parse(&image.config)
            .map_err(|error| Failure::docker(format!("invalid image configuration: {error}")))?;
        let steps = steps(image, &config);
        let mut rows: Vec<Value> = Vec::new();
        let mut at = Some(image);
        for step in steps.iter().rev() {
            rows.push(match at {
                Some(record) => of_record(&view, account, record),
                None => of_step(step),
            });
            // An image that was built elsewhere names one that is not here.
            at = at.and_then(|record| view.image_parent(account, record));
        }
        if view.settings().extensions {
            rows.iter_mut().for_each(extensions::add_history);
        }
        Ok(Answer::ok(Value::Array(rows)))
    })
}

/// A step of the history and what it has added, bytes.
struct Step {
    entry: HistoryEntry,
    size_bytes: u64,
}

/// Oldest first. Without a history every layer is a step.
fn steps(image: &ImageRecord, config: &ImageConfig) -> Vec<Step> {
    let mut layers = image.layers.iter();
    let mut next = || layers.next().map_or(0, |layer| layer.size_bytes);
    match &config.history {
        Some(history) => history
            .iter()
            .map(|entry| Step {
                size_bytes: if entry.empty_layer { 0 } else { next() },
                entry: entry.clone(),
            })
            .collect(),
        None => image
            .layers
            .iter()
            .map(|layer| Step {
                size_bytes: layer.size_bytes,
                entry: HistoryEntry::default(),
            })
            .collect(),
    }
}

/// What a row tells of a record's configuration, which has the whole history again.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Made {
    container_config: Option<Run>,
    #[serde(deserialize_with = "last")]
    history: Option<HistoryEntry>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Run {
    cmd: Option<Vec<String>>,
}

/// The last of a list; the others are not kept.
fn last<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<HistoryEntry>, D::Error> {
    struct Last;
    impl<'de> Visitor<'de> for Last {
        type Value = Option<HistoryEntry>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list")
        }

        fn visit_unit<E>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut last = None;
            while let Some(entry) = list.next_element()? {
                last = Some(entry);
            }
            Ok(last)
        }
    }
    deserializer.deserialize_any(Last)
}

fn of_record(view: &View, account: AccountId, record: &ImageRecord) -> Value {
    let made: Made = serde_json::from_slice(&record.config).unwrap_or_default();
    let is_empty = made.history.is_some_and(|entry| entry.empty_layer);
    let words = made.container_config.and_then(|run| run.cmd);
    let tags: Vec<String> = view
        .image_tags(account, record)
        .map(|(repo, tag)| format!("{repo}:{tag}"))
        .collect();
    json!({
        "Id": record.id_text(),
        "Created": record.created_at.as_secs(),
        "CreatedBy": words.unwrap_or_default().join(" "),
        "Size": if is_empty { 0 } else { record.size_bytes },
        "Tags": tags,
    })
}

fn of_step(step: &Step) -> Value {
    let created = ImageConfig {
        created: step.entry.created.clone(),
        ..ImageConfig::default()
    };
    let created = created.created_at().unwrap_or_default();
    let mut row = Map::new();
    row.insert("Id".to_owned(), json!("<missing>"));
    row.insert("Comment".to_owned(), json!(step.entry.comment));
    row.insert("Created".to_owned(), json!(created.as_secs()));
    row.insert("CreatedBy".to_owned(), json!(step.entry.created_by));
    row.insert("Size".to_owned(), json!(step.size_bytes));
    row.insert("Tags".to_owned(), Value::Null);
    row.into()
}
