//! `POST /containers/:id/copy`: the old way to get files, for every version (API-24).

use super::archive::{check_state, files, send_file};
use super::archive_path::ArchivePath;
use crate::docker::failure::Failure;
use crate::docker::fields::wrong;
use crate::docker::route::{Answer, Call};
use futures_util::future::BoxFuture;
use rootfs::Lend;
use zone::Copying;

/// An archive of the file or directory that the body names.
pub(crate) fn copy_file(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        check_state(&call).await?;
        let body = call.body.json();
        let resource = body.and_then(|body| body.get("Resource")?.as_str());
        let path = ArchivePath::new(resource.ok_or_else(|| wrong("Resource", "a string"))?);
        let files = files(&call, Copying::File).await?;
        let found = files.lend(|fs| path.find(fs));
        let found = found.map_err(|_| Failure::docker("file not found"))?;
        Ok(send_file(&call, files, &path, &found, Vec::new()))
    })
}
