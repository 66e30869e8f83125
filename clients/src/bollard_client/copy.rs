//! cp: archives in and out of a container.

use bollard::query_parameters::{
    DownloadFromContainerOptionsBuilder, UploadToContainerOptionsBuilder,
};
use bollard::{Docker, body_stream};
use futures_util::stream;
use tokio::sync::mpsc;

use super::content::pass;
use super::failure::Failure;
use super::flags::{Order, Parsed};
use crate::client::in_process::Console;

/// `docker cp CONTAINER:PATH -` and `docker cp - CONTAINER:PATH`: there are no files of its own here.
pub(super) async fn copy(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("cp", &[], Order::Anywhere, words)?.exactly("cp", 2)?;
    let (from, to) = (&parsed.arguments[0], &parsed.arguments[1]);
    match (from.split_once(':'), to.split_once(':')) {
        (Some((container, path)), None) if to == "-" => {
            let options = DownloadFromContainerOptionsBuilder::default().path(path);
            pass(
                console,
                docker.download_from_container(container, Some(options.build())),
            )
            .await
        }
        (None, Some((container, path))) if from == "-" => {
            let (_, nothing) = mpsc::unbounded_channel();
            let mut input = std::mem::replace(&mut console.stdin, nothing);
            let archive = stream::poll_fn(move |context| input.poll_recv(context));
            let options = UploadToContainerOptionsBuilder::default()
                .path(path)
                .no_overwrite_dir_non_dir("true");
            let body = body_stream(archive);
            let uploaded = docker.upload_to_container(container, Some(options.build()), body);
            Ok(uploaded.await?)
        }
        _ => Err(Failure::usage(
            "cp",
            "one side must be a container's path, the other \"-\"",
        )),
    }
}
