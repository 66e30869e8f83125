//! Taking a build's context off the connection.

use crate::docker::failure::Failure;
use crate::docker::incoming::Upload;
use http::StatusCode;
use images::store::BlobWriter;
use rootfs::Source;
use std::io::Write as _;
use std::time::Duration;

/// The longest context, packed, bytes.
const CONTEXT_BYTES: u64 = 20 << 30;
/// How long a client may send nothing, real time (docker-api.md 6.6).
const SILENCE: Duration = Duration::from_secs(120);

/// All that the client sends. It lies in a file when it is long.
pub(super) async fn context(upload: Option<Upload>) -> Result<Source, Failure> {
    let mut writer = BlobWriter::new();
    if let Some(mut upload) = upload {
        loop {
            let next = tokio::time::timeout(SILENCE, upload.next()).await;
            let lost = || {
                let text = "the build context ends before its end";
                Failure::plain(StatusCode::BAD_REQUEST, text)
            };
            let Some(bytes) = next.map_err(|_| lost())?.map_err(|_| lost())? else {
                break;
            };
            if writer.len() + bytes.len() as u64 > CONTEXT_BYTES {
                return Err(Failure::docker(format!(
                    "build context is longer than {CONTEXT_BYTES} bytes"
                )));
            }
            writer
                .write_all(&bytes)
                .map_err(|error| Failure::docker(format!("no room for the context: {error}")))?;
        }
    }
    Ok(writer.finish().0)
}
