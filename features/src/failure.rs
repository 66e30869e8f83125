//! Why a scenario did not pass.

/// Why a step or a scenario did not hold. Steps return it; its text is what the report says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// What was seen is not what was to be seen.
    #[error("{0}")]
    Differs(String),
    /// A client could not be driven: not found, not over in time, leaking processes.
    #[error("{0}")]
    Client(String),
    /// The zone or its control API did not answer as it must.
    #[error("{0}")]
    Zone(String),
    /// The feature asks for what makes no sense: an error of the suite, not of the target.
    #[error("the feature is wrong: {0}")]
    Feature(String),
}

impl Failure {
    /// How the text of [`Failure::Feature`] begins, by which a step's panic is told apart.
    pub(crate) const FEATURE: &'static str = "the feature is wrong: ";
}

impl From<clients::ClientError> for Failure {
    fn from(error: clients::ClientError) -> Failure {
        Failure::Client(error.to_string())
    }
}
