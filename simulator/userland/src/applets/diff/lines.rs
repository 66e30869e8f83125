//! Lines of a file, and what of them counts.

use super::STEP_BYTES;
use super::pace::Pace;
use crate::kernel::List;

/// What of a line counts in a comparison.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Normalization {
    pub(super) fold_case: bool,
    /// Runs of blanks count as one, the end of the line among them.
    pub(super) squeeze_blanks: bool,
    /// Blanks do not count.
    pub(super) drop_blanks: bool,
}

/// A file's bytes with the ends of its lines. Lines are numbered from 1.
#[derive(Debug)]
pub(super) struct Lines<'f> {
    bytes: &'f [u8],
    /// Where each line ends, its newline included; the first entry is 0.
    ends: List<usize>,
}

impl<'f> Lines<'f> {
    pub(super) async fn new(pace: Pace<'_>, bytes: &'f [u8]) -> Self {
        let mut ends = List::new();
        ends.push(0);
        for (step, part) in bytes.chunks(STEP_BYTES).enumerate() {
            let newlines = part.iter().enumerate();
            for (at, _) in newlines.filter(|(_, byte)| **byte == b'\n') {
                ends.push(step * STEP_BYTES + at + 1);
            }
            pace.spend(part.len() as u64).await;
        }
        if !bytes.is_empty() && bytes.last() != Some(&b'\n') {
            ends.push(bytes.len());
        }
        Self { bytes, ends }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len() - 1
    }

    /// A line with its newline, if it has one.
    pub(super) fn line(&self, number: usize) -> &'f [u8] {
        &self.bytes[self.ends[number - 1]..self.ends[number]]
    }

    /// What of a line is compared. A missing newline counts, unless blanks do not.
    pub(super) fn key(&self, number: usize, normalization: Normalization) -> Vec<u8> {
        let line = self.line(number);
        let (text, ended) = match line.strip_suffix(b"\n") {
            Some(text) => (text, true),
            None => (line, false),
        };
        let is_blank = |byte: u8| matches!(byte, b' ' | b'\t'..=b'\r');
        let mut key = Vec::with_capacity(text.len() + 1);
        let mut in_blanks = false;
        for &byte in text {
            if is_blank(byte) && normalization.drop_blanks {
                continue;
            }
            if is_blank(byte) && normalization.squeeze_blanks {
                if !std::mem::replace(&mut in_blanks, true) {
                    key.push(b' ');
                }
                continue;
            }
            in_blanks = false;
            key.push(if normalization.fold_case {
                byte.to_ascii_lowercase()
            } else {
                byte
            });
        }
        if normalization.squeeze_blanks && !normalization.drop_blanks {
            if !in_blanks {
                key.push(b' ');
            }
        } else if !normalization.drop_blanks && !ended {
            // No line has a newline inside.
            key.push(b'\n');
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ready::ready;

    fn of(bytes: &[u8]) -> Lines<'_> {
        ready(Lines::new(Pace::free(), bytes))
    }

    #[test]
    fn lines_end_in_newlines_or_with_the_file() {
        for (text, expected) in [
            ("", vec![]),
            ("a\nb", vec!["a\n", "b"]),
            ("a\n\n", vec!["a\n", "\n"]),
        ] {
            let lines = of(text.as_bytes());
            let found: Vec<&[u8]> = (1..=lines.len()).map(|number| lines.line(number)).collect();
            let expected: Vec<&[u8]> = expected.iter().map(|line: &&str| line.as_bytes()).collect();
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn blanks_and_case_may_not_count() {
        let check = |left: &str, right: &str, normalization: Normalization| {
            let key = |text: &str| of(text.as_bytes()).key(1, normalization);
            key(left) == key(right)
        };
        let plain = Normalization::default();
        let squeeze = Normalization {
            squeeze_blanks: true,
            ..plain
        };
        let drop = Normalization {
            drop_blanks: true,
            ..plain
        };
        let fold = Normalization {
            fold_case: true,
            ..plain
        };
        assert!(!check("a\n", "a", plain));
        assert!(check("a  b \n", "a b\n", squeeze));
        assert!(!check("a b\n", "ab\n", squeeze));
        assert!(check("a b\n", "ab", drop));
        assert!(check("aB\n", "Ab\n", fold));
    }
}
