//! `printf`.

use bytes::Bytes;

use super::number_text;
use crate::conversion::{self, Conversion, Count, Layout, Parsed};
use crate::escape::{Escape, escape, unescape};
use crate::shell::machine::Machine;

/// Bytes that are written at once.
const BLOCK_BYTES: usize = 1 << 16;

/// The letters a conversion may end with.
const LETTERS: &[u8] = b"diouxXfeEgGcs";

/// Those that tell the size of a value.
const MODIFIERS: &[u8] = b"lLhz";

/// How printing ended early.
enum Stop {
    /// `\c`.
    Quietly,
    /// A format that is none, in the words for it.
    Invalid(Vec<u8>),
    /// Nothing can be written.
    Broken,
}

struct Printer<'a> {
    machine: &'a mut Machine,
    rest: &'a [Bytes],
    failed: bool,
    /// Arguments that are no numbers and have not been told.
    invalid: Vec<Bytes>,
}

pub(super) async fn printf(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    // Nothing is said where nothing can be printed, as in busybox.
    if !machine.sys.is_open(1) {
        return 1;
    }
    let arguments = match arguments.get(1) {
        Some(first) if first == "--" => &arguments[2..],
        _ => &arguments[1..],
    };
    let Some((format, rest)) = arguments.split_first() else {
        machine.complain_as_applet(b"usage: printf FORMAT [ARGUMENT...]");
        return 2;
    };
    let mut printer = Printer {
        machine,
        rest,
        failed: false,
        invalid: Vec::new(),
    };
    loop {
        let before = printer.rest.len();
        match printer.pass(format).await {
            Ok(()) => {}
            Err(Stop::Quietly) => break,
            Err(Stop::Invalid(text)) => {
                printer.complain(&text).await;
                return 1;
            }
            Err(Stop::Broken) => return 1,
        }
        if printer.rest.is_empty() || printer.rest.len() == before {
            break;
        }
    }
    u8::from(printer.failed)
}

impl Printer<'_> {
    /// Prints the format once.
    async fn pass(&mut self, format: &[u8]) -> Result<(), Stop> {
        self.machine.sys.burn(format.len() as u64 * 4 + 100).await;
        let mut rest = format;
        while let Some((first, behind)) = rest.split_first() {
            match (first, behind.first()) {
                (b'%', Some(b'%')) => {
                    self.put(b"%").await?;
                    rest = &behind[1..];
                }
                (b'%', Some(b'b')) => {
                    if let Some(text) = self.argument() {
                        let out = &mut self.machine.out;
                        let goes_on = unescape(&text, |byte| out.push(byte));
                        if !goes_on {
                            return Err(Stop::Quietly);
                        }
                    }
                    rest = &behind[1..];
                }
                (b'%', _) => {
                    let parsed = conversion::parse(behind, MODIFIERS);
                    if !LETTERS.contains(&parsed.conversion.letter) {
                        return Err(invalid(behind, &parsed));
                    }
                    let mut conversion = parsed.conversion;
                    match parsed.width {
                        Some(Count::Given(width)) => conversion.width = width,
                        Some(Count::Argument) => conversion.set_width(self.count()),
                        None => {}
                    }
                    match parsed.precision {
                        Some(Count::Given(precision)) => conversion.precision = Some(precision),
                        Some(Count::Argument) => conversion.set_precision(self.count()),
                        None => {}
                    }
                    let layout = self.convert(&conversion);
                    self.tell_invalid().await;
                    if conversion.is_possible() {
                        self.put_layout(&layout).await?;
                    } else {
                        self.failed = true;
                    }
                    rest = &behind[parsed.length..];
                }
                (b'\\', Some(b'c')) => return Err(Stop::Quietly),
                (b'\\', _) => {
                    let (escape, length) = escape(behind, false);
                    let byte = match escape {
                        Escape::Byte(byte) => byte,
                        Escape::Stop | Escape::None => b'\\',
                    };
                    self.put(&[byte]).await?;
                    rest = &behind[length..];
                }
                _ => {
                    let plain = |byte: &&u8| !matches!(byte, b'%' | b'\\');
                    let length = rest.iter().take_while(plain).count();
                    self.put(&rest[..length]).await?;
                    rest = &rest[length..];
                }
            }
        }
        Ok(())
    }

    async fn put_layout(&mut self, layout: &Layout) -> Result<(), Stop> {
        self.put_many(b' ', layout.blanks).await?;
        self.put(layout.prefix.as_bytes()).await?;
        self.put_many(b'0', layout.zeros).await?;
        self.put(&layout.body).await?;
        self.put_many(b'0', layout.more_zeros).await?;
        self.put(layout.tail.as_bytes()).await?;
        self.put_many(b' ', layout.blanks_behind).await
    }

    async fn put_many(&mut self, byte: u8, count: usize) -> Result<(), Stop> {
        let block = [byte; 256];
        let mut left = count;
        while left > 0 {
            let length = left.min(block.len());
            self.put(&block[..length]).await?;
            left -= length;
        }
        Ok(())
    }

    async fn put(&mut self, text: &[u8]) -> Result<(), Stop> {
        self.machine.out.extend_from_slice(text);
        if self.machine.out.len() >= BLOCK_BYTES {
            self.machine.sys.burn(BLOCK_BYTES as u64).await;
            if !self.machine.print(false).await {
                return Err(Stop::Broken);
            }
        }
        Ok(())
    }

    fn argument(&mut self) -> Option<Bytes> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first.clone())
    }

    /// A width or precision; one that is none counts as 0 and is no failure, as in busybox.
    fn count(&mut self) -> i32 {
        let Some(text) = self.argument() else {
            return 0;
        };
        let value = number_text::signed(&text).and_then(|value| i32::try_from(value).ok());
        value.unwrap_or_else(|| {
            self.invalid.push(text);
            0
        })
    }

    fn convert(&mut self, conversion: &Conversion) -> Layout {
        let text = self.argument().unwrap_or_default();
        match conversion.letter {
            b's' => conversion.bytes(&text),
            // An empty argument is a NUL, as in C.
            b'c' => conversion.byte(text.first().copied().unwrap_or(0)),
            b'd' | b'i' => {
                let value = self.value(&without_blanks(&text), number_text::signed_any_base);
                conversion.signed(value)
            }
            b'u' | b'o' | b'x' | b'X' => {
                let value = self.value(&without_blanks(&text), number_text::unsigned_any_base);
                conversion.unsigned(value)
            }
            _ => {
                let value = self.value(&text, number_text::float);
                conversion.float(value)
            }
        }
    }

    /// A number, or the code of the character behind a quote; 0 when it is neither.
    fn value<T: From<u8>>(&mut self, text: &Bytes, parse: fn(&[u8]) -> Option<T>) -> T {
        if let [b'"' | b'\'', rest @ ..] = text.as_ref() {
            return T::from(rest.first().copied().unwrap_or(0));
        }
        parse(text).unwrap_or_else(|| {
            self.failed = true;
            self.invalid.push(text.clone());
            T::from(0)
        })
    }

    async fn tell_invalid(&mut self) {
        for text in std::mem::take(&mut self.invalid) {
            self.complain(&[b"invalid number '", text.as_ref(), b"'"].concat())
                .await;
        }
    }

    /// Prints a message behind what was printed before.
    async fn complain(&mut self, text: &[u8]) {
        self.machine.print(false).await;
        self.machine.complain_as_applet(text);
        self.machine.flush().await;
    }
}

/// What is said of a format that is none, without the letters that tell a size.
fn invalid(text: &[u8], parsed: &Parsed) -> Stop {
    let letter: &[u8] = match parsed.conversion.letter {
        0 => b"",
        _ => &text[parsed.length - 1..],
    };
    let flags = &text[..parsed.modifiers_at];
    Stop::Invalid([b"%", flags, letter, b": invalid format"].concat())
}

fn without_blanks(text: &Bytes) -> Bytes {
    text.slice_ref(text.trim_ascii_start())
}
