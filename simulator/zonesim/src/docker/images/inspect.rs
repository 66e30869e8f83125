//! `GET /images/:name/json` (images.md 6).

use super::names::Names;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value, json};

/// IMG-19: the image's own document, with the zone's view of its names and size.
pub(crate) fn inspect(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let view = call.driver.view();
        let account = call.account().id;
        let image = view.image(account, call.param(0))?;
        let config: Value = serde_json::from_slice(&image.config)
            .map_err(|error| Failure::docker(format!("invalid image configuration: {error}")))?;
        let names = Names::of(&view, account, image);
        let mut body = Map::new();
        body.insert("Id".to_owned(), json!(image.id_text()));
        body.insert("RepoTags".to_owned(), json!(names.tags));
        body.insert("RepoDigests".to_owned(), json!(names.digests));
        body.insert("Parent".to_owned(), json!(image.parent_text()));
        for (key, member) in [("Comment", "comment"), ("Created", "created")] {
            copy(&mut body, key, &config[member]);
        }
        body.insert("Container".to_owned(), json!(""));
        body.insert(
            "ContainerConfig".to_owned(),
            config["container_config"].clone(),
        );
        for (key, member) in [("DockerVersion", "docker_version"), ("Author", "author")] {
            copy(&mut body, key, &config[member]);
        }
        body.insert("Config".to_owned(), config["config"].clone());
        let architecture = config["architecture"].as_str().unwrap_or("amd64");
        body.insert("Architecture".to_owned(), json!(architecture));
        body.insert("Os".to_owned(), json!("Linux"));
        body.insert("Size".to_owned(), json!(image.size_bytes));
        body.insert(
            "GraphDriver".to_owned(),
            json!({"Data": null, "Name": "sdc-docker"}),
        );
        let layers = &config["rootfs"]["diff_ids"];
        // Images from before ids were digests name no layers.
        if !layers.is_null() {
            body.insert(
                "RootFS".to_owned(),
                json!({"Type": "layers", "Layers": layers}),
            );
        }
        Ok(Answer::ok(body.into()))
    })
}

/// A member that is absent there is absent here.
fn copy(body: &mut Map<String, Value>, key: &str, value: &Value) {
    if !value.is_null() {
        body.insert(key.to_owned(), value.clone());
    }
}
