//! Looking for images in an index (images.md 13).

use super::login::get;
use super::target::Target;
use super::{Credentials, RegistryError, Transport};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use zone::ImageReference;

/// What the index of a host has for a name, as it says it (IMG-53).
pub async fn search(
    transport: &Transport,
    reference: &ImageReference,
    credentials: Option<&Credentials>,
) -> Result<Value, RegistryError> {
    let target = Target::of_index(
        &transport.access,
        &reference.index,
        reference.insecure,
        false,
    )?;
    let name = match reference.index.as_str() {
        "docker.io" => &reference.local_name,
        _ => &reference.remote_name,
    };
    let term = utf8_percent_encode(name, NON_ALPHANUMERIC);
    let basic = credentials.and_then(Credentials::basic);
    let request = get(&format!("/v1/search?q={term}"), basic.as_deref());
    let answer = transport.send(&target, request).await?;
    let (parts, body) = transport.read(answer).await?;
    if parts.status.as_u16() != 200 {
        return Err(RegistryError::of_answer(parts.status.as_u16(), &body));
    }
    let document: Option<Value> = serde_json::from_slice(&body).ok();
    let results = document.and_then(|mut document| Some(document.get_mut("results")?.take()));
    let results = results.filter(Value::is_array);
    results.ok_or_else(|| RegistryError::Broken("search: invalid answer of the index".to_owned()))
}
