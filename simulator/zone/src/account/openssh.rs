//! Reads OpenSSH public-key lines.

use super::{Fingerprint, Key, KeyType};
use crate::error::KeyError;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Longest accepted line, bytes: an RSA key of 16,384 bits with a long comment.
const LINE_LIMIT_BYTES: usize = 16 * 1024;

/// What a key without a comment is called.
const UNNAMED: &str = "(unnamed)";

impl Key {
    /// Reads `type base64 comment`; line breaks are dropped, even inside the base64, and blanks collapsed. `name` wins
    /// over the comment.
    pub fn parse(line: &str, name: Option<&str>) -> Result<Self, KeyError> {
        if line.len() > LINE_LIMIT_BYTES {
            return Err(KeyError::TooLong);
        }
        let line = line.trim().replace(['\r', '\n'], "");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [type_name, data, comment @ ..] = words.as_slice() else {
            return Err(KeyError::Malformed);
        };
        let key_type = KeyType::from_name(type_name).ok_or(KeyError::UnsupportedType)?;
        let blob = STANDARD.decode(data).map_err(|_| KeyError::NotBase64)?;
        if !holds(key_type, &blob) {
            return Err(KeyError::WrongBlob);
        }
        let comment = comment.join(" ");
        let name = name
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .or(Some(comment.as_str()).filter(|comment| !comment.is_empty()))
            .unwrap_or(UNNAMED);
        Ok(Self {
            name: name.to_owned(),
            fingerprint: Fingerprint::of(&blob),
            key_type,
            openssh: words.join(" "),
            blob: blob.into(),
        })
    }
}

/// Whether `blob` is exactly one key of the type.
fn holds(key_type: KeyType, blob: &[u8]) -> bool {
    let mut rest = blob;
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let Some((field, tail)) = field(rest) else {
            return false;
        };
        fields.push(field);
        rest = tail;
    }
    let curve = |name: &str, length: usize| {
        fields.len() == 3
            && fields[1] == name.as_bytes()
            && fields[2].len() == length
            && fields[2].first() == Some(&4)
    };
    fields.first() == Some(&key_type.name().as_bytes())
        && match key_type {
            KeyType::Rsa => {
                fields.len() == 3 && fields[1..].iter().all(|number| is_positive(number))
            }
            KeyType::EcdsaP256 => curve("nistp256", 65),
            KeyType::EcdsaP384 => curve("nistp384", 97),
            KeyType::EcdsaP521 => curve("nistp521", 133),
            KeyType::Ed25519 => fields.len() == 2 && fields[1].len() == 32,
            KeyType::Dsa => {
                fields.len() == 5 && fields[1..].iter().all(|number| is_positive(number))
            }
        }
}

/// The first length-prefixed string and what follows it.
fn field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    (length <= rest.len()).then(|| rest.split_at(length))
}

/// A positive multiple-precision integer.
fn is_positive(number: &[u8]) -> bool {
    number.first().is_some_and(|first| first & 0x80 == 0) && number.iter().any(|byte| *byte != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";

    #[test]
    fn a_line_gives_type_blob_comment_and_fingerprint() {
        let key = Key::parse(&format!(" ssh-ed25519  {ED25519}\tme  at home\n"), None);
        let key = key.expect("a good line");
        assert_eq!(key.name, "me at home");
        assert_eq!(key.openssh, format!("ssh-ed25519 {ED25519} me at home"));
        assert_eq!(key.blob.len(), 51);
        assert_eq!(key.fingerprint, Fingerprint::of(&key.blob));
        let text = key.fingerprint.to_string();
        assert_eq!(text.len(), 47);
        assert_eq!(Fingerprint::parse(&text), Some(key.fingerprint));
    }

    #[test]
    fn a_line_that_a_mail_has_broken_is_one_again() {
        let (start, end) = ED25519.split_at(40);
        let broken = format!("\r\nssh-ed25519 {start}\r\n{end} me\n");
        let key = Key::parse(&broken, None).expect("a good line");
        assert_eq!(key.openssh, format!("ssh-ed25519 {ED25519} me"));
    }

    #[test]
    fn a_dsa_key_has_four_numbers() {
        let blob = |numbers: &[&[u8]]| {
            let fields = [&[b"ssh-dss".as_slice()], numbers].concat();
            let framed = fields.iter().map(|field| {
                let length = u32::try_from(field.len()).expect("short");
                [&length.to_be_bytes(), *field].concat()
            });
            STANDARD.encode(framed.collect::<Vec<_>>().concat())
        };
        let parse = |numbers: &[&[u8]]| Key::parse(&format!("ssh-dss {}", blob(numbers)), None);
        let key = parse(&[&[7], &[5], &[3], &[2]]).expect("a good line");
        assert_eq!(key.key_type, KeyType::Dsa);
        assert_eq!(parse(&[&[7], &[5], &[3]]), Err(KeyError::WrongBlob));
        assert_eq!(parse(&[&[7], &[5], &[3], &[0]]), Err(KeyError::WrongBlob));
    }

    #[test]
    fn a_key_without_comment_is_unnamed_unless_it_is_given_a_name() {
        let line = format!("ssh-ed25519 {ED25519}");
        let name = |given| Key::parse(&line, given).expect("a good line").name;
        assert_eq!(name(None), "(unnamed)");
        assert_eq!(name(Some(" laptop ")), "laptop");
    }

    #[test]
    fn other_lines_are_refused_each_for_its_reason() {
        let check = |line: &str, error| assert_eq!(Key::parse(line, None), Err(error), "{line}");
        check("", KeyError::Malformed);
        check("ssh-ed25519", KeyError::Malformed);
        check(&format!("ssh-foo {ED25519}"), KeyError::UnsupportedType);
        check("ssh-ed25519 !!!!", KeyError::NotBase64);
        check(&format!("ssh-rsa {ED25519}"), KeyError::WrongBlob);
        check(
            &format!("ssh-ed25519 {}", &ED25519[..64]),
            KeyError::WrongBlob,
        );
        check(&"a".repeat(LINE_LIMIT_BYTES + 1), KeyError::TooLong);
    }
}
