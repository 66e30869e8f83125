//! Signed schema 1 manifests: JSON that carries signatures of the rest of itself, as libtrust writes it.

use crate::hub::HubManifest;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use p256::EncodedPoint;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde::Serialize as _;
use serde_json::ser::{PrettyFormatter, Serializer};
use serde_json::{Value, json};
use zone::Digest;

/// The media type it is served with.
const MEDIA_TYPE: &str = "application/vnd.docker.distribution.manifest.v1+prettyjws";

/// The key that the catalogue signs with. It is no secret: it says that a document is whole, not whose it is.
const KEY: &[u8; 32] = b"the hub's key is known to anyone";

/// What follows the members of the payload; signatures are put in before it.
const TAIL: &str = "\n}";

/// When it was signed.
const TIME: &str = "2015-11-03T19:05:22Z";

/// A manifest whose payload is this object. The payload's digest refers to it: signatures do not count.
pub(super) fn signed(payload: &Value) -> HubManifest {
    let payload = indented(payload);
    let members = payload
        .strip_suffix(TAIL)
        .expect("the payload is an object");
    let protected = json!({
        "formatLength": members.len(),
        "formatTail": BASE64.encode(TAIL),
        "time": TIME,
    });
    let protected = BASE64.encode(protected.to_string());
    let key = SigningKey::from_slice(KEY).expect("the number is below the order of the curve");
    // RFC 6979: the same every time.
    let signature: Signature = key.sign(signing_input(&protected, &payload).as_bytes());
    let signatures = json!([{
        "header": {
            "jwk": jwk(&key.verifying_key().to_encoded_point(false)),
            "alg": "ES256",
        },
        "signature": BASE64.encode(signature.to_bytes()),
        "protected": protected,
    }]);
    let signatures = indented(&signatures).replace('\n', "\n   ");
    let document = format!("{members},\n   \"signatures\": {signatures}{TAIL}");
    HubManifest {
        digest: Digest::of(payload.as_bytes()),
        ..HubManifest::new(MEDIA_TYPE, document.into_bytes())
    }
}

/// What a signature is of.
fn signing_input(protected: &str, payload: &str) -> String {
    format!("{protected}.{}", BASE64.encode(payload))
}

/// JSON with three spaces for each level.
fn indented(value: &Value) -> String {
    let mut bytes = Vec::new();
    let formatter = PrettyFormatter::with_indent(b"   ");
    let mut serializer = Serializer::with_formatter(&mut bytes, formatter);
    let written = value.serialize(&mut serializer);
    written.expect("a JSON value can be written");
    String::from_utf8(bytes).expect("JSON is UTF-8")
}

/// A public key, the members in libtrust's order.
fn jwk(point: &EncodedPoint) -> Value {
    let bytes = point.as_bytes();
    let (x, y) = bytes[1..].split_at(32);
    json!({
        "crv": "P-256",
        "kid": key_id(bytes),
        "kty": "EC",
        "x": BASE64.encode(x),
        "y": BASE64.encode(y),
    })
}

/// libtrust's name of a key: the first 240 bits of its DER form's digest, in base 32.
fn key_id(point: &[u8]) -> String {
    /// SubjectPublicKeyInfo of a P-256 key up to the point.
    const PREFIX: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\
        \x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let digest = Digest::of(&[PREFIX, point].concat());
    let mut name = String::new();
    // Twenty bits are four letters.
    for half in 0..12 {
        if half > 0 {
            name.push(':');
        }
        for letter in 0..4 {
            let bit = half * 20 + letter * 5;
            let two = u16::from_be_bytes([digest.0[bit / 8], digest.0[bit / 8 + 1]]);
            let index = (two >> (11 - bit % 8)) & 31;
            name.push(char::from(ALPHABET[usize::from(index)]));
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use p256::ecdsa::VerifyingKey;
    use p256::ecdsa::signature::Verifier as _;

    fn decoded(text: &Value) -> Vec<u8> {
        let text = text.as_str().expect("a string");
        BASE64.decode(text).expect("base 64")
    }

    /// As a client does it: the payload is cut out of the document by what the protected header says.
    #[test]
    fn the_signature_is_of_the_document_without_signatures() {
        let payload = json!({"schemaVersion": 1, "name": "library/old", "history": [{"a": "{}"}]});
        let manifest = signed(&payload);
        let document: Value = serde_json::from_slice(&manifest.blob.bytes).expect("JSON");
        let signature = &document["signatures"][0];
        let protected: Value =
            serde_json::from_slice(&decoded(&signature["protected"])).expect("JSON");
        let length = protected["formatLength"].as_u64().expect("a number");
        let members = &manifest.blob.bytes[..usize::try_from(length).expect("a length")];
        let cut = [members, &decoded(&protected["formatTail"])].concat();
        assert_eq!(
            serde_json::from_slice::<Value>(&cut).expect("JSON"),
            payload
        );
        assert_eq!(Digest::of(&cut), manifest.digest);

        let jwk = &signature["header"]["jwk"];
        let point = [vec![4], decoded(&jwk["x"]), decoded(&jwk["y"])].concat();
        assert_eq!(jwk["kid"], key_id(&point));
        let key = VerifyingKey::from_sec1_bytes(&point).expect("a point of the curve");
        let of = signature["protected"].as_str().expect("a string");
        let cut = String::from_utf8(cut).expect("UTF-8");
        let bytes = Signature::from_slice(&decoded(&signature["signature"]));
        let bytes = bytes.expect("a signature");
        let input = signing_input(of, &cut);
        key.verify(input.as_bytes(), &bytes).expect("it is whole");
        let other = signing_input(of, &cut.replace("old", "new"));
        key.verify(other.as_bytes(), &bytes).expect_err("it is not");
        assert_eq!(signed(&payload).blob.digest, manifest.blob.digest);
    }

    /// The example of the distribution project's description of schema 1.
    #[test]
    fn a_key_has_the_name_that_libtrust_gives_it() {
        let x = decoded(&json!("3gAwX48IQ5oaYQAYSxor6rYYc_6yjuLCjtQ9LUakg4A"));
        let y = decoded(&json!("t72ge6kIA1XOjqjVoEOiPPAURltJFBMGDSQvEGVB010"));
        assert_eq!(
            key_id(&[vec![4], x, y].concat()),
            "OD6I:6DRK:JXEJ:KBM4:255X:NSAA:MUSF:E4VM:ZI6W:CUN2:L4Z6:LSF4"
        );
    }
}
