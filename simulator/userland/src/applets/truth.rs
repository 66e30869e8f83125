//! true and false.

use super::context::{Context, Outcome};

/// Succeeds.
pub(super) async fn succeed(_: &mut Context<'_>) -> Outcome {
    Ok(0)
}

/// Fails.
pub(super) async fn fail(_: &mut Context<'_>) -> Outcome {
    Ok(1)
}
