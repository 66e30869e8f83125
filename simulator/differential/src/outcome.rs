//! What a script came to, and when two of them are the same.

use crate::case_file::Case;

/// What a script printed and returned; `None`: it did not end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: Option<i32>,
}

impl Outcome {
    /// Whether both are the same but for help, whose words are ours, and for the number of the parent process, which
    /// the reference's fixture cannot give.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.status == other.status
            && comparable(&self.stdout) == comparable(&other.stdout)
            && comparable(&self.stderr) == comparable(&other.stderr)
    }

    /// Whether these bytes are in what it printed.
    pub(crate) fn has(&self, bytes: &[u8]) -> bool {
        let in_text = |text: &[u8]| text.windows(bytes.len()).any(|part| part == bytes);
        in_text(&self.stdout) || in_text(&self.stderr)
    }

    /// The same without a byte.
    pub(crate) fn without(&self, byte: u8) -> Self {
        let strip = |text: &[u8]| {
            text.iter()
                .copied()
                .filter(|other| *other != byte)
                .collect()
        };
        Self {
            stdout: strip(&self.stdout),
            stderr: strip(&self.stderr),
            status: self.status,
        }
    }

    /// Whether a stack was full, of the shell or of one that it ran.
    pub(crate) fn overflowed(&self) -> bool {
        const DEATH: &[u8] = b"Segmentation fault";
        self.status == Some(-11) || self.has(DEATH)
    }

    /// The same but for the order of lines, and of what messages are written in.
    pub(crate) fn agrees_but_for_order(&self, other: &Self) -> bool {
        let sorted = |text: &[u8]| {
            let mut lines: Vec<_> = comparable(text).into_iter().map(<[u8]>::to_vec).collect();
            lines.sort();
            lines
        };
        let sorted_bytes = |text: &[u8]| {
            let mut bytes = comparable(text).concat();
            bytes.sort_unstable();
            bytes
        };
        self.status == other.status
            && sorted(&self.stdout) == sorted(&other.stdout)
            && sorted_bytes(&self.stderr) == sorted_bytes(&other.stderr)
    }

    pub(crate) fn case(&self, script: &[u8]) -> Case {
        Case {
            script: script.to_vec(),
            stdout: self.stdout.clone(),
            stderr: self.stderr.clone(),
            status: self.status.unwrap_or(-1),
        }
    }
}

/// The lines in front of the first banner that are no `PPID=…`.
fn comparable(text: &[u8]) -> Vec<&[u8]> {
    const BANNER: &[u8] = b"BusyBox v";
    let at = text.windows(BANNER.len()).position(|part| part == BANNER);
    let lines = text[..at.unwrap_or(text.len())].split(|byte| *byte == b'\n');
    lines.filter(|line| !line.starts_with(b"PPID=")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_help_may_differ() {
        let outcome = |stderr: &str| Outcome {
            stdout: Vec::new(),
            stderr: stderr.as_bytes().to_vec(),
            status: Some(1),
        };
        let help = outcome("x: invalid option\nBusyBox v1.35.0 () multi-call binary.\nUsage: x");
        assert!(help.agrees(&outcome("x: invalid option\nBusyBox v1.35.0 (zonesim)\n")));
        assert!(!help.agrees(&outcome("y: invalid option\n")));
        assert!(!outcome("a").agrees(&outcome("b")));
        assert!(!outcome("a\n").agrees(&outcome("a")));
        assert!(!outcome("a\nb\n").agrees(&outcome("b\na\n")));
        assert!(outcome("a\nb\n").agrees_but_for_order(&outcome("b\na\n")));
        assert!(!outcome("a\nb\n").agrees_but_for_order(&outcome("b\nb\n")));
        assert!(outcome("PPID='0'\nb").agrees(&outcome("PPID='1'\nb")));
    }
}
