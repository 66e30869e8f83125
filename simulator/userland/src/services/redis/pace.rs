//! Going through many keys or elements: what each costs, and that others have their turn.

use crate::kernel::Sys;

/// Fuel of looking at one key or element.
const LOOK_FUEL: u64 = 20;
/// Looks between two checkpoints.
const LOOKS: usize = 256;

/// Counts what is looked at.
pub(super) struct Pace<'s> {
    sys: Option<&'s Sys>,
    looks: usize,
}

impl<'s> Pace<'s> {
    pub(super) fn new(sys: &'s Sys) -> Self {
        Self {
            sys: Some(sys),
            looks: 0,
        }
    }

    /// Of no process.
    #[cfg(test)]
    pub(super) fn free() -> Self {
        Self {
            sys: None,
            looks: 0,
        }
    }

    /// One more.
    pub(super) async fn look(&mut self) {
        self.look_at(1).await;
    }

    /// Passes so many of the items.
    pub(super) async fn skip<I: Iterator>(&mut self, items: &mut I, count: usize) {
        for _ in 0..count {
            self.look().await;
            if items.next().is_none() {
                return;
            }
        }
    }

    /// So many more.
    pub(super) async fn look_at(&mut self, count: usize) {
        self.looks += count;
        if self.looks >= LOOKS {
            let fuel = LOOK_FUEL * std::mem::take(&mut self.looks) as u64;
            if let Some(sys) = self.sys {
                sys.burn(fuel).await;
            }
        }
    }
}
