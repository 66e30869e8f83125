//! The seal of a line: it shows whether the line and all before it are as they were written.

use crate::Flaw;
use sha2::{Digest, Sha256};

/// What stands before the seal in its line.
const LABEL: &str = ",\"sum\":\"";
/// What stands behind it.
const CLOSE: &str = "\"}";
/// Bytes of a seal.
const BYTES: usize = 8;

/// By how much a sealed line is longer than its object, whose closing brace is the line's, too.
pub(crate) const ADDED_BYTES: usize = LABEL.len() + 2 * BYTES + CLOSE.len() - 1;

/// The seal of the line before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seal([u8; BYTES]);

impl Seal {
    fn next(&self, object: &str) -> [u8; BYTES] {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(object);
        let mut seal = [0; BYTES];
        seal.copy_from_slice(&hash.finalize()[..BYTES]);
        seal
    }

    /// A JSON object, which is not empty, with its seal as one more member.
    pub(crate) fn close(&mut self, object: &str) -> String {
        self.0 = self.next(object);
        let open = object.strip_suffix('}').unwrap_or(object);
        format!("{open}{LABEL}{}{CLOSE}", hex::encode(self.0))
    }

    /// The object of a sealed line.
    ///
    /// # Errors
    ///
    /// [`Flaw::Unsealed`] when there is no seal, [`Flaw::Altered`] when it is another's.
    pub(crate) fn open(&mut self, line: &str) -> Result<String, Flaw> {
        let parts = line.strip_suffix(CLOSE).and_then(|line| {
            let (line, seal) = line.rsplit_once(LABEL)?;
            let mut bytes = [0; BYTES];
            hex::decode_to_slice(seal, &mut bytes).ok()?;
            Some((line, bytes))
        });
        let (open, seal) = parts.ok_or(Flaw::Unsealed)?;
        let object = format!("{open}}}");
        if self.next(&object) != seal {
            return Err(Flaw::Altered);
        }
        self.0 = seal;
        Ok(object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_what_it_has_closed_and_nothing_else() {
        let mut closing = Seal::default();
        let lines = [r#"{"a":1}"#, r#"{"a":1}"#].map(|object| closing.close(object));
        assert_eq!(lines[0].len(), r#"{"a":1}"#.len() + ADDED_BYTES);
        assert_ne!(lines[0], lines[1], "the second depends on the first");
        let open = |lines: &[&str]| {
            let mut opening = Seal::default();
            let opened: Result<Vec<String>, Flaw> =
                lines.iter().map(|line| opening.open(line)).collect();
            opened
        };
        let [first, second] = &lines;
        assert_eq!(open(&[first, second]), Ok(vec![r#"{"a":1}"#.to_owned(); 2]));
        assert_eq!(open(&[second]), Err(Flaw::Altered));
        assert_eq!(open(&[&first.replace('1', "2")]), Err(Flaw::Altered));
        assert_eq!(open(&[&first[..first.len() - 1]]), Err(Flaw::Unsealed));
        assert_eq!(open(&[r#"{"a":1}"#]), Err(Flaw::Unsealed));
    }
}
