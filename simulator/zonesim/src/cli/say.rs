//! What commands print.

use std::io::{self, Write};

/// Prints one line, or several; whoever reads may have read enough.
pub(super) fn say(line: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}
