//! Giving others their turn while lines are looked at.

use crate::kernel::Sys;

/// Lines that are looked at between two checkpoints, and what one costs.
const LINES: usize = 512;
const LINE_FUEL: u64 = 10;

/// Who pays for looking at lines.
#[derive(Clone, Copy)]
pub(super) struct Pace<'s>(Option<&'s Sys>);

impl<'s> Pace<'s> {
    pub(super) fn new(sys: &'s Sys) -> Self {
        Self(Some(sys))
    }

    /// Nobody.
    #[cfg(test)]
    pub(super) fn free() -> Self {
        Self(None)
    }

    pub(super) async fn spend(self, fuel: u64) {
        if let Some(sys) = self.0 {
            sys.burn(fuel).await;
        }
    }

    /// One more line, which is the nth: every so many are paid together.
    pub(super) async fn line(self, nth: usize) {
        if nth.is_multiple_of(LINES) {
            self.spend(LINES as u64 * LINE_FUEL).await;
        }
    }
}
