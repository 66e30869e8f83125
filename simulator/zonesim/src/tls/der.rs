//! A small DER writer, for certificates that no library writes the way the zone's tools do (ACC-23).

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTF8_STRING: u8 = 0x0c;
const PRINTABLE_STRING: u8 = 0x13;
const IA5_STRING: u8 = 0x16;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const EXPLICIT: u8 = 0xa0;

/// Tag, length and content.
pub(crate) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut out = vec![tag];
    if length < 0x80 {
        out.push(u8::try_from(length).expect("below 128"));
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
        out.push(0x80 | u8::try_from(bytes.len()).expect("at most 8"));
        out.extend_from_slice(bytes);
    }
    out.extend_from_slice(content);
    out
}

/// SEQUENCE of encoded parts.
pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    tagged(SEQUENCE, &parts.concat())
}

/// SET of encoded parts, which the caller has in order.
pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    tagged(SET, &parts.concat())
}

/// `[n] EXPLICIT`.
pub(crate) fn explicit(n: u8, part: &[u8]) -> Vec<u8> {
    tagged(EXPLICIT | n, part)
}

/// A non-negative INTEGER from big-endian bytes.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let digits = &bytes[zeros..];
    let mut content = Vec::with_capacity(digits.len() + 1);
    if digits.first().is_none_or(|first| *first >= 0x80) {
        content.push(0);
    }
    content.extend_from_slice(digits);
    tagged(INTEGER, &content)
}

/// BOOLEAN, encoded even where DER would leave out a default.
pub(crate) fn boolean(value: bool) -> Vec<u8> {
    vec![0x01, 0x01, if value { 0xff } else { 0 }]
}

/// OBJECT IDENTIFIER with at least two arcs.
pub(crate) fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut content = base128(arcs[0] * 40 + arcs[1]);
    for arc in &arcs[2..] {
        content.extend(base128(*arc));
    }
    tagged(OBJECT_IDENTIFIER, &content)
}

fn base128(value: u64) -> Vec<u8> {
    let mut groups = vec![(value & 0x7f) as u8];
    let mut rest = value >> 7;
    while rest > 0 {
        groups.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    groups.reverse();
    groups
}

/// BIT STRING of whole bytes.
pub(crate) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tagged(BIT_STRING, &[&[0], bytes].concat())
}

/// OCTET STRING.
pub(crate) fn octet_string(bytes: &[u8]) -> Vec<u8> {
    tagged(OCTET_STRING, bytes)
}

/// The narrowest of PrintableString, IA5String and UTF8String.
pub(crate) fn text(text: &str) -> Vec<u8> {
    let printable = |c: char| c.is_ascii_alphanumeric() || " '()+,-./:=?".contains(c);
    let tag = if text.chars().all(printable) {
        PRINTABLE_STRING
    } else if text.is_ascii() {
        IA5_STRING
    } else {
        UTF8_STRING
    };
    tagged(tag, text.as_bytes())
}

/// UTCTime, or GeneralizedTime from 2050; whole seconds since the epoch.
pub(crate) fn time(seconds: u64) -> Vec<u8> {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let at = time::OffsetDateTime::from_unix_timestamp(seconds)
        .unwrap_or(time::macros::datetime!(9999-12-31 23:59:59 UTC));
    let rest = format!(
        "{:02}{:02}{:02}{:02}{:02}Z",
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    );
    match at.year() {
        year @ 1950..2050 => tagged(UTC_TIME, format!("{:02}{rest}", year % 100).as_bytes()),
        year => tagged(GENERALIZED_TIME, format!("{year:04}{rest}").as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_encoded_as_der_has_it() {
        for (encoded, expected) in [
            (unsigned(&[0, 0x7f]), "02017f"),
            (unsigned(&[0x80]), "02020080"),
            (unsigned(&[]), "020100"),
            (oid(&[2, 5, 29, 19]), "0603551d13"),
            (
                oid(&[1, 3, 6, 1, 4, 1, 38678, 1, 4, 1]),
                "060b2b0601040182ae16010401",
            ),
            (boolean(false), "010100"),
            (text("a"), "130161"),
            (text("a_b"), "1603615f62"),
            (text("é"), "0c02c3a9"),
            (explicit(0, &unsigned(&[2])), "a003020102"),
            (bit_string(&[1]), "03020001"),
            (sequence(&[vec![], vec![]]), "3000"),
        ] {
            assert_eq!(hex::encode(encoded), expected);
        }
        assert_eq!(tagged(4, &[0; 200])[..3], [4, 0x81, 200]);
        assert_eq!(tagged(4, &[0; 256])[..4], [4, 0x82, 1, 0]);
        assert_eq!(time(1_484_345_634), tagged(UTC_TIME, b"170113221354Z"));
        assert_eq!(
            time(2_524_608_000),
            tagged(GENERALIZED_TIME, b"20500101000000Z")
        );
    }
}
