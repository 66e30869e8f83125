//! One expression and lines for it, as a script.

use std::io;

use crate::minimise::minimise;

/// Stands in `s` for what an expression never holds.
const DELIMITER: u8 = 1;

/// An expression that programs of both sides are given.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Case {
    pub(super) extended: bool,
    pub(super) ignore_case: bool,
    /// Groups that `sed` shows.
    pub(super) groups: usize,
    /// Why a difference may be the reference's own fault; then it does not count.
    pub(super) excluded: Option<&'static str>,
    pub(super) pattern: Vec<u8>,
    pub(super) lines: Vec<Vec<u8>>,
}

impl Case {
    /// What matches in each line, and where its groups are.
    pub(super) fn script(&self) -> Vec<u8> {
        let mut script = b"grep -o".to_vec();
        if self.extended {
            script.extend_from_slice(b" -E");
        }
        if self.ignore_case {
            script.extend_from_slice(b" -i");
        }
        script.extend_from_slice(b" -e ");
        script.extend(quoted(&self.pattern));
        self.add_lines(&mut script);
        script.extend_from_slice(match self.extended {
            true => b"sed -n -E ",
            false => b"sed -n ",
        });
        script.extend(quoted(&self.substitution()));
        self.add_lines(&mut script);
        script
    }

    fn substitution(&self) -> Vec<u8> {
        let mut command = vec![b's', DELIMITER];
        command.extend_from_slice(&self.pattern);
        command.push(DELIMITER);
        command.extend_from_slice(b"<&");
        for group in 1..=self.groups {
            command.extend_from_slice(format!("|\\{group}").as_bytes());
        }
        command.extend_from_slice(&[b'>', DELIMITER, b'g', b'p']);
        if self.ignore_case {
            command.push(b'I');
        }
        command
    }

    fn add_lines(&self, script: &mut Vec<u8>) {
        script.extend_from_slice(b" <<'!'\n");
        for line in &self.lines {
            script.extend_from_slice(line);
            script.push(b'\n');
        }
        script.extend_from_slice(b"!\necho $?\n");
    }

    /// The smallest case found that still differs.
    ///
    /// # Errors
    /// Those of `differs`.
    pub(super) fn minimised(
        &self,
        mut differs: impl FnMut(&Case) -> io::Result<bool>,
    ) -> io::Result<Case> {
        let mut small = self.clone();
        // A program without lines does not read the expression.
        for index in (0..small.lines.len()).rev() {
            if small.lines.len() == 1 {
                break;
            }
            let mut fewer = small.clone();
            fewer.lines.remove(index);
            if differs(&fewer)? {
                small = fewer;
            }
        }
        for groups in 0..small.groups {
            let fewer = Case {
                groups,
                ..small.clone()
            };
            if differs(&fewer)? {
                small = fewer;
                break;
            }
        }
        let fewer = Case {
            ignore_case: false,
            ..small.clone()
        };
        if differs(&fewer)? {
            small = fewer;
        }
        let pattern = minimise(&small.pattern, |pattern| {
            differs(&Case {
                pattern: pattern.to_vec(),
                ..small.clone()
            })
        })?;
        small.pattern = pattern;
        for index in 0..small.lines.len() {
            let line = minimise(&small.lines[index], |line| {
                let mut fewer = small.clone();
                fewer.lines[index] = line.to_vec();
                differs(&fewer)
            })?;
            small.lines[index] = line;
        }
        Ok(small)
    }
}

/// Bytes as a word of a script.
fn quoted(bytes: &[u8]) -> Vec<u8> {
    let mut word = vec![b'\''];
    for byte in bytes {
        match byte {
            b'\'' => word.extend_from_slice(b"'\\''"),
            _ => word.push(*byte),
        }
    }
    word.push(b'\'');
    word
}
