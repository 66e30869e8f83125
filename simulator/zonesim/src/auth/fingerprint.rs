//! The fingerprint in the issuer's name of a delegated certificate (accounts-and-cloudapi.md B.4, step 4).

use super::ssh::colon_hex;
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Padding is optional, and so are zero bits at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What an issuer's common name says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum IssuerKey {
    /// The MD5 fingerprint of the signing key, as accounts' keys are addressed.
    Md5(String),
    /// A bare digest of 16 bytes: a fingerprint, but one that no stored key is known by.
    Unknown,
}

/// Reads an issuer's common name: `MD5:<base64>`, `aa:bb:…` with or without `MD5:` in front, or a bare digest.
/// `None`: no MD5 fingerprint.
pub(crate) fn parse(text: &str) -> Option<IssuerKey> {
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [bare] => {
            let digest = hex::decode(bare).ok().or_else(|| LENIENT.decode(bare).ok());
            (digest?.len() == 16).then_some(IssuerKey::Unknown)
        }
        [algorithm, digest] if algorithm.eq_ignore_ascii_case("md5") => {
            let digest = LENIENT.decode(digest).ok()?;
            (digest.len() == 16).then(|| IssuerKey::Md5(colon_hex(&digest)))
        }
        [_, _] => None,
        [first, rest @ ..] => {
            let prefixed = first.eq_ignore_ascii_case("md5");
            let pairs = if prefixed { rest } else { parts.as_slice() };
            let digest: Option<Vec<u8>> = pairs.iter().map(|pair| octet(pair)).collect();
            let digest = digest.filter(|digest| digest.len() == 16)?;
            Some(IssuerKey::Md5(colon_hex(&digest)))
        }
        [] => None,
    }
}

fn octet(pair: &str) -> Option<u8> {
    let valid = matches!(pair.len(), 1 | 2) && pair.bytes().all(|byte| byte.is_ascii_hexdigit());
    valid.then(|| u8::from_str_radix(pair, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_a_fingerprint() {
        let hex = "e4:c1:6a:5c:b7:a1:5f:4c:92:63:7f:90:48:72:58:a8";
        let md5 = Some(IssuerKey::Md5(hex.to_owned()));
        for (text, expected) in [
            ("MD5:5MFqXLehX0ySY3+QSHJYqA", md5.clone()),
            ("md5:5MFqXLehX0ySY3+QSHJYqA==", md5.clone()),
            (hex, md5.clone()),
            (
                "MD5:e4:c1:6a:5c:b7:a1:5f:4c:92:63:7f:90:48:72:58:a8",
                md5.clone(),
            ),
            ("E4:C1:6A:5C:B7:A1:5F:4C:92:63:7F:90:48:72:58:A8", md5),
            ("e4c16a5cb7a15f4c92637f90487258a8", Some(IssuerKey::Unknown)),
            ("5MFqXLehX0ySY3+QSHJYqA", Some(IssuerKey::Unknown)),
            ("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", None),
            ("MD5:abc", None),
            ("garbage", None),
            ("", None),
            ("e4:c1", None),
            ("e4:c1:xx:5c:b7:a1:5f:4c:92:63:7f:90:48:72:58:a8", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
