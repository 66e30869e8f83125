//! Images of a target that others use, too: what a scenario has done to them is undone.

use std::collections::{BTreeMap, BTreeSet};

use clients::RawClient;
use clients::proxy::ImageNames;
use clients::raw::Request;
use serde_json::Value;

use crate::failure::Failure;

/// The images of a target at one time.
#[derive(Debug)]
pub(crate) struct Images {
    /// All of them, those of steps of builds too.
    ids: BTreeSet<String>,
    /// Those without a name that nothing else was built on.
    nameless: BTreeSet<String>,
    /// `repo:tag` → id.
    tags: BTreeMap<String, String>,
}

impl Images {
    /// Looks at a target.
    pub(crate) async fn of(client: &RawClient) -> Result<Images, Failure> {
        let list = list(client, "/images/json").await?;
        let mut images = Images {
            ids: list.iter().filter_map(id).collect(),
            nameless: BTreeSet::new(),
            tags: BTreeMap::new(),
        };
        images.ids.extend(
            self::list(client, "/images/json?all=1")
                .await?
                .iter()
                .filter_map(id),
        );
        for image in &list {
            let Some(id) = id(image) else {
                continue;
            };
            let tags = image["RepoTags"].as_array();
            let tags = tags.into_iter().flatten().filter_map(Value::as_str);
            let tags: Vec<&str> = tags.filter(|tag| *tag != "<none>:<none>").collect();
            if tags.is_empty() {
                images.nameless.insert(id.clone());
            }
            for tag in tags {
                images.tags.insert(tag.to_owned(), id.clone());
            }
        }
        Ok(images)
    }

    /// Takes away the names that were given, gives back those that were taken, and removes what has no name and was not
    /// there.
    pub(crate) async fn restore(
        &self,
        client: &RawClient,
        names: &ImageNames,
    ) -> Result<(), Failure> {
        if names.touched.is_empty() && !names.makes {
            return Ok(());
        }
        let now = Images::of(client).await?;
        let full = |name: &String| match name.rsplit('/').next().unwrap_or(name).contains(':') {
            true => name.clone(),
            false => format!("{name}:latest"),
        };
        for name in names.touched.iter().map(full) {
            match (self.tags.get(&name), now.tags.get(&name)) {
                (None, Some(_)) => exchange(client, "DELETE", &format!("/images/{name}")).await?,
                (Some(before), now) if now != Some(before) => {
                    let (repo, tag) = name.rsplit_once(':').unwrap_or((&name, "latest"));
                    let path = format!("/images/{before}/tag?repo={repo}&tag={tag}&force=1");
                    exchange(client, "POST", &path).await?;
                }
                _ => {}
            }
        }
        // What was built on others goes first, and uncovers them.
        if !names.makes {
            return Ok(());
        }
        loop {
            let now = Images::of(client).await?;
            let new: Vec<&String> = now.nameless.difference(&self.ids).collect();
            let count = now.ids.len();
            for id in &new {
                exchange(client, "DELETE", &format!("/images/{id}")).await?;
            }
            if new.is_empty() || Images::of(client).await?.ids.len() == count {
                return Ok(());
            }
        }
    }
}

fn id(image: &Value) -> Option<String> {
    image["Id"].as_str().map(str::to_owned)
}

async fn list(client: &RawClient, path: &str) -> Result<Vec<Value>, Failure> {
    let answer = client
        .exchange(&Request::new("GET", format!("/v1.24{path}")))
        .await?;
    let list = answer.json().unwrap_or_default();
    Ok(list.as_array().cloned().unwrap_or_default())
}

/// What is refused stays: others may use it, or have removed it.
async fn exchange(client: &RawClient, method: &str, path: &str) -> Result<(), Failure> {
    client
        .exchange(&Request::new(method, format!("/v1.24{path}")))
        .await?;
    Ok(())
}
