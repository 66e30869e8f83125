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
    /// Whether both are the same but for help, whose words are ours.
    pub(crate) fn agrees(&self, other: &Self) -> bool {
        self.status == other.status
            && self.stdout == other.stdout
            && without_help(&self.stderr) == without_help(&other.stderr)
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

/// What is in front of the first banner.
fn without_help(text: &[u8]) -> &[u8] {
    const BANNER: &[u8] = b"BusyBox v";
    let at = text.windows(BANNER.len()).position(|part| part == BANNER);
    &text[..at.unwrap_or(text.len())]
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
    }
}
