//! One repository of a registry.

use super::login::{Greeting, empty};
use super::target::Target;
use super::{BlobStream, Credentials, RegistryError, Transport};
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Response};
use hyper::body::Incoming;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zone::{Digest, ImageReference};

/// What is going to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actions {
    /// Read.
    Pull,
    /// Read and write.
    PullPush,
}

impl Actions {
    fn name(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::PullPush => "pull,push",
        }
    }
}

/// What manifests may be (images.md 15.2).
const MANIFESTS: HeaderValue = HeaderValue::from_static(
    "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.index.v1+json",
);

/// A repository, and who asks.
#[derive(Clone, Debug)]
pub struct Registry {
    pub(super) transport: Transport,
    pub(super) target: Target,
    /// The name that the registry knows.
    pub(super) name: String,
    /// The value of `Authorization`.
    pub(super) authorization: Option<String>,
}

/// A manifest as it was served.
#[derive(Clone, Debug)]
pub struct ManifestAnswer {
    /// Its `Content-Type`, without parameters.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// What a tag or a digest has to have written otherwise in a path.
const REFERENCE: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b':')
    .remove(b'+');

impl Registry {
    /// Reaches the repository that a name is about, and logs in.
    pub async fn open(
        transport: &Transport,
        reference: &ImageReference,
        actions: Actions,
        credentials: Option<&Credentials>,
    ) -> Result<Self, RegistryError> {
        let index = &reference.index;
        if credentials == Some(&Credentials::IdentityToken) {
            return Err(RegistryError::IdentityToken(index.clone()));
        }
        let access = &transport.access;
        let target = Target::of_index(access, index, reference.insecure, false)?;
        let name = reference.remote_name.clone();
        let greeting = transport.greet(&target).await;
        let greeting = greeting.map_err(|error| match error.status() {
            Some(429 | 500..) | None => error,
            Some(_) => RegistryError::NoV2(index.clone()),
        })?;
        let authorization = match greeting {
            Greeting::Open => None,
            Greeting::Unnamed => {
                let text = "missing WWW-Authenticate header in 401 response".to_owned();
                return Err(RegistryError::Unauthorized(text));
            }
            Greeting::Challenge(challenge) => match challenge.scheme.as_str() {
                "bearer" => {
                    let scope = format!("repository:{name}:{}", actions.name());
                    let token = transport.token(&challenge, Some(&scope), credentials);
                    let token = token.await.map_err(|error| match error.status() {
                        Some(401 | 403) => {
                            let message = error.message().unwrap_or("authentication required");
                            RegistryError::Unauthorized(message.to_owned())
                        }
                        _ => error,
                    })?;
                    Some(format!("Bearer {token}"))
                }
                "basic" => credentials.and_then(Credentials::basic),
                other => {
                    let text = format!("unsupported auth scheme: \"{other}\"");
                    return Err(RegistryError::Unauthorized(text));
                }
            },
        };
        Ok(Self {
            transport: transport.clone(),
            target,
            name,
            authorization,
        })
    }

    /// A manifest by tag or digest.
    pub async fn manifest(&self, reference: &str) -> Result<ManifestAnswer, RegistryError> {
        let path = self.manifest_path(reference)?;
        let answer = self.follow(&Method::GET, &path, true).await?;
        let (parts, bytes) = self.transport.read(answer).await?;
        if parts.status.as_u16() != 200 {
            return Err(RegistryError::of_answer(parts.status.as_u16(), &bytes));
        }
        let media_type = parts.headers.get(CONTENT_TYPE);
        let media_type = media_type.and_then(|value| value.to_str().ok());
        let media_type = media_type.and_then(|text| text.split(';').next());
        Ok(ManifestAnswer {
            media_type: media_type.unwrap_or_default().trim().to_owned(),
            bytes,
        })
    }

    /// Where a manifest is. A tag may have any characters, a name none that a server would take for a way up.
    pub(super) fn manifest_path(&self, reference: &str) -> Result<String, RegistryError> {
        if self
            .name
            .split('/')
            .any(|part| matches!(part, "" | "." | ".."))
        {
            return Err(RegistryError::not_found());
        }
        let reference = utf8_percent_encode(reference, REFERENCE);
        Ok(format!("/v2/{}/manifests/{reference}", self.name))
    }

    /// The bytes of a blob, as they come.
    pub async fn blob(&self, digest: Digest) -> Result<BlobStream, RegistryError> {
        let path = format!("/v2/{}/blobs/{digest}", self.name);
        let answer = self.follow(&Method::GET, &path, false).await?;
        if answer.status().as_u16() != 200 {
            let (parts, body) = self.transport.read(answer).await?;
            return Err(RegistryError::of_answer(parts.status.as_u16(), &body));
        }
        Ok(BlobStream::of(self.transport.clone(), answer))
    }

    /// Asks for something, wherever it is. Only the registry itself is told who asks.
    pub(super) async fn follow(
        &self,
        method: &Method,
        path: &str,
        is_manifest: bool,
    ) -> Result<Response<Incoming>, RegistryError> {
        let request = |path: &str, is_first: bool| {
            let own = self.authorization.as_deref().filter(|_| is_first);
            let mut request = empty(method.clone(), path, own);
            if is_manifest {
                request.headers_mut().insert(ACCEPT, MANIFESTS);
            }
            request
        };
        self.transport.follow(&self.target, path, request).await
    }

    /// The server and the path of a URL that the registry has given.
    pub(super) fn resolve(&self, location: &str) -> Result<(Target, String), RegistryError> {
        self.transport.resolve(&self.target, location)
    }
}
