//! pwd.

use super::context::{Context, Fail, Outcome, text};

/// Writes the working directory.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    cx.options("LP")?;
    let cwd = cx
        .sys
        .cwd()
        .map_err(|error| Fail::new(text!("getcwd: ", error.message())))?;
    cx.out.write(text!(cwd, "\n")).await?;
    Ok(0)
}
