//! Why a text is no journal.

use thiserror::Error;
use zone::ConfigFault;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("line {line}: {flaw}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub flaw: Flaw,
}

/// What can be wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Flaw {
    /// It does not end as a line of a journal ends.
    #[error("this is no line of a journal, or it is cut off")]
    Unsealed,
    /// It, or one before it, is not as it was written.
    #[error("this line, or the order of the lines before it, has been altered")]
    Altered,
    /// It cannot be read.
    #[error("this line means nothing to this version: {0}")]
    Meaningless(String),
    /// It cannot be read, and another version has written it.
    #[error(
        "recorded by zonesim {recorded}, this is {own}, to which this line means nothing: {reason}"
    )]
    OtherVersion {
        /// Whose journal it is.
        recorded: String,
        /// Who reads.
        own: &'static str,
        /// What is wrong for it.
        reason: String,
    },
    /// No zone is made so.
    #[error("no zone can be made from this: {0}")]
    Configuration(#[from] ConfigFault),
    /// The first line is not the beginning.
    #[error("a journal begins with its seed and configuration, this does not")]
    NoBeginning,
    /// Another form of journals.
    #[error("journals of form {0} are read by another version")]
    Form(u32),
    /// A second beginning, or a step out of order.
    #[error("this line is not to come here")]
    Misplaced,
    /// The line that ends a journal is not there.
    #[error("the journal is cut off: its last line should come here")]
    CutOff,
    /// There is something behind the end.
    #[error("the journal has ended before this line")]
    BehindEnd,
}

impl Flaw {
    pub(crate) fn at(self, line: usize) -> Fault {
        Fault { line, flaw: self }
    }
}
