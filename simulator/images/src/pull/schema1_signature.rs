//! Signatures of manifests of schema 1: JSON Web Signatures in the form of libtrust.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use p256::elliptic_curve::sec1::FromEncodedPoint as _;
use p256::{EncodedPoint, PublicKey};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Signed {
    #[serde(default)]
    signatures: Vec<Signed1>,
}

#[derive(Deserialize)]
struct Signed1 {
    header: Header,
    signature: String,
    protected: String,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    jwk: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Protected {
    format_length: usize,
    format_tail: String,
}

/// What a manifest has signed. One of its signatures must be right; they may be anybody's.
pub(super) fn payload(manifest: &[u8]) -> Result<Vec<u8>, String> {
    let signed: Signed = serde_json::from_slice(manifest).map_err(|error| error.to_string())?;
    let mut reason = "manifest is not signed".to_owned();
    for signature in &signed.signatures {
        match signature.payload(manifest) {
            Ok(payload) => return Ok(payload),
            Err(error) => reason = error,
        }
    }
    Err(reason)
}

impl Signed1 {
    fn payload(&self, manifest: &[u8]) -> Result<Vec<u8>, String> {
        let protected = decode(&self.protected)?;
        let protected: Protected =
            serde_json::from_slice(&protected).map_err(|error| error.to_string())?;
        let start = manifest
            .get(..protected.format_length)
            .ok_or("formatLength is beyond the end")?;
        let payload = [start, &decode(&protected.format_tail)?].concat();
        if self.header.alg != "ES256" {
            return Err(format!("algorithm {} is not supported", self.header.alg));
        }
        let key = key(&self.header.jwk)?;
        let signature = Signature::from_slice(&decode(&self.signature)?);
        let signature = signature.map_err(|error| error.to_string())?;
        let signed = format!("{}.{}", self.protected, URL_SAFE_NO_PAD.encode(&payload));
        key.verify(signed.as_bytes(), &signature)
            .map_err(|_| "manifest signature is wrong".to_owned())?;
        Ok(payload)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, String> {
    let decoded = URL_SAFE_NO_PAD.decode(text.trim_end_matches('='));
    decoded.map_err(|error| error.to_string())
}

fn key(jwk: &Value) -> Result<VerifyingKey, String> {
    let coordinate = |name: &str| {
        let text = jwk.get(name).and_then(Value::as_str);
        let bytes = decode(text.ok_or("signature has no key")?)?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| "key is not of P-256")?;
        Ok::<_, String>(bytes)
    };
    let (x, y) = (coordinate("x")?, coordinate("y")?);
    let point = EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
    let key: Option<PublicKey> = PublicKey::from_encoded_point(&point).into();
    Ok(key.ok_or("key is no point of P-256")?.into())
}
