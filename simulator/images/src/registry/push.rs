//! Putting an image into a registry (images.md 15.3): whole bodies, and nothing clever.

use super::login::empty;
use super::transport::Body;
use super::{Registry, RegistryError};
use bytes::Bytes;
use futures_util::stream;
use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use http::{HeaderValue, Method, Request};
use http_body_util::{BodyExt as _, StreamBody};
use hyper::body::Frame;
use rootfs::Source;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zone::Digest;

/// Bytes of one piece of an upload.
const PIECE_BYTES: usize = 64 * 1024;

/// What a registry has of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedManifest {
    /// Its digest.
    pub digest: Digest,
    /// Its length.
    pub size_bytes: u64,
}

impl Registry {
    /// Whether the repository has a blob.
    pub async fn has_blob(&self, digest: Digest) -> Result<bool, RegistryError> {
        let path = format!("/v2/{}/blobs/{digest}", self.name);
        let answer = self.follow(&Method::HEAD, &path, false).await?;
        let (parts, body) = self.transport.read(answer).await?;
        match parts.status.as_u16() {
            200 => Ok(true),
            404 => Ok(false),
            status => Err(RegistryError::of_answer(status, &body)),
        }
    }

    /// Puts a blob into the repository; `sent` counts the bytes that have gone.
    pub async fn upload(
        &self,
        blob: &Source,
        digest: Digest,
        sent: &Arc<AtomicU64>,
    ) -> Result<(), RegistryError> {
        let path = format!("/v2/{}/blobs/uploads/", self.name);
        let mut request = empty(Method::POST, &path, self.authorization.as_deref());
        request
            .headers_mut()
            .insert(CONTENT_LENGTH, HeaderValue::from(0));
        let answer = self.transport.send(&self.target, request).await?;
        let (parts, body) = self.transport.read(answer).await?;
        if parts.status.as_u16() != 202 {
            return Err(RegistryError::of_answer(parts.status.as_u16(), &body));
        }
        let location = parts.headers.get(LOCATION);
        let location = location.and_then(|value| value.to_str().ok());
        let (target, path) = self.resolve(location.unwrap_or_default())?;
        let joint = if path.contains('?') { '&' } else { '?' };
        let path = format!("{path}{joint}digest={digest}");
        // A registry may have its uploads elsewhere: who comes is told to itself alone.
        let own = (target == self.target).then_some(self.authorization.as_deref());
        let mut request = Request::new(pieces(blob.clone(), Arc::clone(sent)));
        *request.method_mut() = Method::PUT;
        *request.uri_mut() = path.parse().unwrap_or_default();
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(blob.len()));
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        );
        if let Some(value) = own.flatten().and_then(|text| text.parse().ok()) {
            headers.insert(AUTHORIZATION, value);
        }
        let uploaded = self.transport.upload(&target, request, sent, blob.len());
        let answer = uploaded.await?;
        let (parts, body) = self.transport.read(answer).await?;
        match parts.status.as_u16() {
            201 | 204 => Ok(()),
            status => Err(RegistryError::of_answer(status, &body)),
        }
    }

    /// Puts a manifest under a tag.
    pub async fn put_manifest(
        &self,
        tag: &str,
        media_type: &str,
        manifest: Bytes,
    ) -> Result<PushedManifest, RegistryError> {
        let pushed = PushedManifest {
            digest: Digest::of(&manifest),
            size_bytes: manifest.len() as u64,
        };
        let path = self.manifest_path(tag)?;
        let mut request = empty(Method::PUT, &path, self.authorization.as_deref());
        let headers = request.headers_mut();
        headers.insert(CONTENT_LENGTH, HeaderValue::from(manifest.len()));
        if let Ok(value) = HeaderValue::from_str(media_type) {
            headers.insert(CONTENT_TYPE, value);
        }
        *request.body_mut() = http_body_util::Full::new(manifest)
            .map_err(|never| match never {})
            .boxed();
        let answer = self.transport.send(&self.target, request).await?;
        let (parts, body) = self.transport.read(answer).await?;
        match parts.status.as_u16() {
            200..=202 => Ok(pushed),
            status => Err(RegistryError::of_answer(status, &body)),
        }
    }
}

/// The body of an upload.
fn pieces(blob: Source, sent: Arc<AtomicU64>) -> Body {
    let pieces = stream::try_unfold((blob, 0_u64, sent), |(blob, offset, sent)| async move {
        let mut piece = vec![0; PIECE_BYTES];
        let count = blob.read(offset, &mut piece).map_err(io::Error::other)?;
        sent.store(offset + count as u64, Ordering::Relaxed);
        if count == 0 {
            return Ok::<_, io::Error>(None);
        }
        piece.truncate(count);
        let frame = Frame::data(Bytes::from(piece));
        Ok(Some((frame, (blob, offset + count as u64, sent))))
    });
    http_body_util::BodyExt::boxed(StreamBody::new(pieces))
}
