//! clear and reset.

use super::context::{Context, Outcome};

/// Clears the screen.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    cx.out.write(b"\x1b[H\x1b[J").await?;
    Ok(0)
}

/// Puts the terminal back into a usable state.
pub(super) async fn reset(cx: &mut Context<'_>) -> Outcome {
    if cx.sys.is_tty(1) {
        cx.out.write(b"\x1bc\x1b(B\x1b[0m\x1b[J\x1b[?25h").await?;
        let _ = cx.sys.set_termios(1, &crate::kernel::Termios::default());
    }
    Ok(0)
}
