//! printf and sprintf.

use super::value::{Value, plain, to_i32};
use crate::conversion::{self, Conversion};
use crate::kernel::{Buffer, Charge};
use bytes::Bytes;

/// Most bytes of a number without padding.
const NUMBER_BYTES: usize = 400;

/// Why a format is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FormatError {
    Specifier,
    Star,
}

impl FormatError {
    pub(super) fn text(self) -> &'static str {
        match self {
            FormatError::Specifier => "Invalid format specifier",
            FormatError::Star => "%*x formats are not supported",
        }
    }
}

/// Lays out values; `number_format` is how numbers become texts.
pub(super) fn format(
    format: &[u8],
    values: &[Value],
    number_format: &[u8],
) -> Result<Buffer, FormatError> {
    let mut out = Vec::new();
    let mut charge = Charge::new();
    let mut values = values.iter();
    let mut rest = format;
    while let Some(at) = rest.iter().position(|byte| *byte == b'%') {
        out.extend_from_slice(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(b"%") {
            out.push(b'%');
            rest = after;
            continue;
        }
        let parsed = conversion::parse(rest, conversion::MODIFIERS);
        if parsed.conversion.letter == 0 {
            // A percent sign at the end stands for itself.
            out.push(b'%');
            break;
        }
        let conversion = parsed.as_written().ok_or(FormatError::Star)?;
        rest = &rest[parsed.length..];
        if conversion.letter == b'%' {
            out.push(b'%');
            continue;
        }
        let unset = Value::Unset;
        let value = values.next().unwrap_or(&unset);
        let precision = conversion.precision.unwrap_or(0);
        let most = NUMBER_BYTES + value.text_len() + conversion.width + precision;
        charge.reserve(&mut out, rest.len() + most);
        one(&conversion, value, number_format, &mut out)?;
    }
    out.extend_from_slice(rest);
    Ok(Buffer::with_charge(out, charge))
}

fn one(
    conversion: &Conversion,
    value: &Value,
    number_format: &[u8],
    out: &mut Vec<u8>,
) -> Result<(), FormatError> {
    let layout = match conversion.letter {
        b'c' => match value {
            Value::Number(number) => conversion.byte(to_i32(*number) as u8),
            value => {
                // Of an empty text it is the NUL behind it.
                let text = value.to_text(number_format);
                conversion.byte(text.first().copied().unwrap_or(0))
            }
        },
        b's' => {
            let text: Bytes = value.to_text(number_format);
            conversion.bytes(&text)
        }
        b'd' | b'i' => conversion.signed(to_i32(value.number()).into()),
        b'o' | b'u' | b'x' | b'X' => conversion.unsigned(u64::from(to_i32(value.number()) as u32)),
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => conversion.float(value.number()),
        _ => return Err(FormatError::Specifier),
    };
    layout.put(out);
    Ok(())
}

/// A number by a format such as `%.6g`.
pub(super) fn number(format_text: &[u8], value: f64, out: &mut Vec<u8>) {
    match format(format_text, &[Value::Number(value)], b"%.6g") {
        Ok(text) => out.extend_from_slice(&text),
        Err(_) => plain(b'g', Some(6)).float(value).put(out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_laid_out() {
        let text = |text: &'static str| Value::text(text);
        for (source, values, expected) in [
            (
                "%d %5.2f|%-5s|",
                vec![Value::Number(3.9), Value::Number(4.14), text("ab")],
                "3  4.14|ab   |",
            ),
            ("%c%c", vec![Value::Number(65.0), text("hello")], "Ah"),
            (
                "%u %x",
                vec![Value::Number(-1.0), text("0x1A")],
                "4294967295 1a",
            ),
            ("%s|%s", vec![text("a")], "a|"),
            ("100%% %5% %", vec![], "100% % %"),
            ("%d", vec![Value::Number(1e10)], "-2147483648"),
            ("%s", vec![Value::Number(0.1)], "0.1"),
        ] {
            let found = format(source.as_bytes(), &values, b"%.6g");
            assert_eq!(found.as_deref(), Ok(expected.as_bytes()), "{source}");
        }
        let refusal = |source: &[u8]| format(source, &[], b"").err();
        assert_eq!(refusal(b"%y"), Some(FormatError::Specifier));
        assert_eq!(refusal(b"%*d"), Some(FormatError::Star));
    }
}
