//! Memory that is charged as long as a value lives.

use super::footprint::{Footprint, Full};
use crate::exec::fuel;
use crate::kernel::Errno;
use std::cell::RefCell;
use std::panic::resume_unwind;
use std::sync::Arc;

/// A collection up to this size is too small to count; whoever keeps many of them charges them together.
pub(super) const FREE_BYTES: usize = 256;

/// Bytes of fresh memory that one fuel makes ready.
const BYTES_PER_FUEL: usize = 16;

thread_local! {
    /// The footprint of the process that runs on this thread.
    static CURRENT: RefCell<Option<Arc<Footprint>>> = const { RefCell::new(None) };
}

/// Unwinds a program that has asked for too much memory, to where its process is ended.
#[derive(Debug)]
pub(in crate::kernel) struct OutOfMemory;

/// While it lives, new charges go to one process.
#[derive(Debug)]
pub(in crate::kernel) struct Entered {
    before: Option<Arc<Footprint>>,
}

/// Lets the charges made on this thread go to `footprint`.
pub(in crate::kernel) fn enter(footprint: &Arc<Footprint>) -> Entered {
    Entered {
        before: CURRENT.replace(Some(footprint.clone())),
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        CURRENT.set(self.before.take());
    }
}

/// Bytes of memory that are charged to the process that asked for them, until it is dropped.
///
/// Growing may not return: when the package's RAM is used up the process is killed there and then, and what it owns is
/// dropped. Outside of a process nothing is charged.
#[derive(Debug, Default)]
pub struct Charge {
    footprint: Option<Arc<Footprint>>,
    bytes: u64,
}

impl Charge {
    /// Nothing.
    pub const fn new() -> Self {
        Self {
            footprint: None,
            bytes: 0,
        }
    }

    /// `bytes`, from now on.
    pub fn of(bytes: usize) -> Self {
        let mut charge = Self::new();
        charge.cover(bytes);
        charge
    }

    /// Nothing yet, for a footprint that need not be the running process's; grows by [`Charge::try_set`] only.
    pub(in crate::kernel) fn on(footprint: &Arc<Footprint>) -> Self {
        Self {
            footprint: Some(footprint.clone()),
            bytes: 0,
        }
    }

    /// Bytes charged.
    pub fn bytes(&self) -> usize {
        usize::try_from(self.bytes).unwrap_or(usize::MAX)
    }

    /// Charges `bytes` altogether, unless it is that much already.
    pub fn cover(&mut self, bytes: usize) {
        if bytes as u64 > self.bytes {
            self.grow(bytes);
        }
    }

    /// As [`Charge::cover`] for many small steps, of which only some are charged, each for several more to come.
    pub fn cover_steps(&mut self, bytes: usize) {
        if bytes as u64 > self.bytes {
            self.grow(bytes.saturating_add(bytes / 16));
        }
    }

    /// Charges so much more.
    pub fn add(&mut self, bytes: usize) {
        if bytes > 0 {
            self.grow(self.bytes().saturating_add(bytes));
        }
    }

    /// Charges so much less.
    pub fn give_back(&mut self, bytes: usize) {
        self.shrink(self.bytes.saturating_sub(bytes as u64));
    }

    /// Charges `bytes` altogether, more or less than before.
    pub fn set(&mut self, bytes: usize) {
        self.cover(bytes);
        self.shrink(bytes as u64);
    }

    /// Makes room in `items` for `more` of them, as the collection itself would, but charged first. One charge may
    /// be for several collections; small ones are free.
    pub fn reserve<T>(&mut self, items: &mut Vec<T>, more: usize) {
        const SMALLEST: usize = 8;
        let wanted = items.len().saturating_add(more);
        let before = items.capacity();
        if wanted <= before {
            return;
        }
        let capacity = wanted.max(before.saturating_mul(2)).max(SMALLEST);
        let cost = |capacity: usize| match capacity.saturating_mul(size_of::<T>()) {
            0..=FREE_BYTES => 0,
            bytes => bytes,
        };
        self.add(cost(capacity) - cost(before));
        items.reserve_exact(capacity - items.len());
    }

    /// Charges `bytes` altogether for whom the charge was made. ENOMEM, and nothing changes, when that is too much.
    pub(in crate::kernel) fn try_set(&mut self, bytes: usize) -> Result<(), Errno> {
        let bytes = bytes as u64;
        if let (Some(footprint), Some(more)) = (&self.footprint, bytes.checked_sub(self.bytes)) {
            footprint.take(more).map_err(|_| Errno::ENOMEM)?;
            self.bytes = bytes;
        }
        self.shrink(bytes);
        Ok(())
    }

    /// As [`Charge::try_set`] for what cannot be refused.
    pub(in crate::kernel) fn set_unchecked(&mut self, bytes: usize) {
        let bytes = bytes as u64;
        if let (Some(footprint), Some(more)) = (&self.footprint, bytes.checked_sub(self.bytes)) {
            footprint.take_unchecked(more);
            self.bytes = bytes;
        }
        self.shrink(bytes);
    }

    fn grow(&mut self, bytes: usize) {
        let more = bytes as u64 - self.bytes;
        CURRENT.with_borrow(|current| {
            let Some(current) = current else {
                if let Some(footprint) = &self.footprint {
                    footprint.take_unchecked(more);
                }
                return;
            };
            let own = self.footprint.as_ref();
            let is_own = own.is_some_and(|own| Arc::ptr_eq(own, current));
            // What a fork has copied or a pipe has brought is from now on charged to who makes it grow.
            demand(current, if is_own { more } else { bytes as u64 });
            // Only what is granted is made ready.
            fuel::spend_on_memory(more / BYTES_PER_FUEL as u64);
            if is_own {
                return;
            }
            if let Some(before) = self.footprint.replace(current.clone()) {
                before.give_back(self.bytes);
            }
        });
        self.bytes = bytes as u64;
    }

    fn shrink(&mut self, bytes: u64) {
        let Some(less) = self.bytes.checked_sub(bytes).filter(|less| *less > 0) else {
            return;
        };
        if let Some(footprint) = &self.footprint {
            footprint.give_back(less);
        }
        self.bytes = bytes;
    }
}

/// Takes `bytes`, or ends the process that runs here.
fn demand(footprint: &Arc<Footprint>, bytes: u64) {
    match footprint.take(bytes) {
        Ok(()) => return,
        Err(Full::Pool) if footprint.pool().make_room(footprint, bytes) => {}
        // What is dropped while a program is unwound must go on to its end.
        Err(_) if std::thread::panicking() => {}
        Err(Full::Pool) => {
            let limit_mib = footprint.pool().limit_bytes() >> 20;
            tracing::warn!(
                "the processes of all containers hold {limit_mib} MiB: one that asked for more is killed"
            );
            resume_unwind(Box::new(OutOfMemory));
        }
        Err(Full::Container) => resume_unwind(Box::new(OutOfMemory)),
    }
    footprint.take_unchecked(bytes);
}

impl Clone for Charge {
    fn clone(&self) -> Self {
        Self::of(self.bytes())
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.shrink(0);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Allowance, Pool};
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::Mutex;

    type Killed = Arc<Mutex<Vec<u32>>>;

    fn container(limit_bytes: u64, pool: &Arc<Pool>) -> (Arc<Allowance>, Killed) {
        let killed = Killed::default();
        let noted = killed.clone();
        let kill = move |pid| noted.lock().expect("one thread").push(pid);
        (Allowance::new(limit_bytes, pool, Box::new(kill)), killed)
    }

    /// Whether `work` was done; else it was ended for lack of memory.
    fn succeeds(footprint: &Arc<Footprint>, work: impl FnOnce()) -> bool {
        let _entered = enter(footprint);
        match catch_unwind(AssertUnwindSafe(work)) {
            Ok(()) => true,
            Err(payload) => {
                assert!(payload.is::<OutOfMemory>(), "another panic");
                false
            }
        }
    }

    #[test]
    fn charges_are_given_back_and_end_who_asks_for_too_much() {
        let pool = Pool::new(1000);
        let (allowance, _) = container(100, &pool);
        let footprint = Footprint::new(7, &allowance);
        assert!(succeeds(&footprint, || {
            let mut charge = Charge::of(60);
            charge.cover(50);
            assert_eq!(charge.bytes(), 60);
            charge.set(40);
            charge.add(5);
            let copy = charge.clone();
            assert_eq!((copy.bytes(), allowance.used_bytes()), (45, 90));
        }));
        assert_eq!((allowance.used_bytes(), pool.used_bytes()), (0, 0));
        assert!(!succeeds(&footprint, || {
            let _held = Charge::of(99);
            let mut items = Vec::<u64>::new();
            Charge::new().reserve(&mut items, 100);
            unreachable!("a hundred words are more than a byte");
        }));
        assert_eq!((allowance.used_bytes(), footprint.used_bytes()), (0, 0));
    }

    #[test]
    fn a_charge_moves_to_the_process_that_makes_it_grow() {
        let pool = Pool::new(1000);
        let (allowance, _) = container(100, &pool);
        let (parent, child) = (Footprint::new(1, &allowance), Footprint::new(2, &allowance));
        let mut charge = Charge::new();
        assert!(succeeds(&parent, || charge.cover(30)));
        assert!(succeeds(&child, || charge.cover(40)));
        assert_eq!((parent.used_bytes(), child.used_bytes()), (0, 40));
        // Nobody runs here: what is charged already goes on to be.
        charge.cover(50);
        assert_eq!((child.used_bytes(), allowance.used_bytes()), (50, 50));
    }

    #[test]
    fn the_kernel_is_refused_and_not_ended() {
        let pool = Pool::new(1000);
        let (allowance, _) = container(100, &pool);
        let mut charge = Charge::on(&Footprint::new(0, &allowance));
        assert_eq!(charge.try_set(101), Err(Errno::ENOMEM));
        assert_eq!(charge.try_set(100), Ok(()));
        assert_eq!(charge.try_set(10), Ok(()));
        assert_eq!((charge.bytes(), pool.used_bytes()), (10, 10));
        charge.set_unchecked(200);
        assert_eq!(allowance.used_bytes(), 200);
    }

    #[test]
    fn the_largest_process_of_all_makes_room() {
        const MIB: usize = 1 << 20;
        let pool = Pool::new(10 * MIB as u64);
        let (one, killed) = container(u64::MAX, &pool);
        let (other, others_killed) = container(u64::MAX, &pool);
        let (small, large) = (Footprint::new(1, &one), Footprint::new(2, &one));
        let asker = Footprint::new(3, &other);
        let mut held = [Charge::new(), Charge::new(), Charge::new()];
        assert!(succeeds(&small, || held[0].cover(2 * MIB)));
        assert!(succeeds(&large, || held[1].cover(7 * MIB)));
        assert!(succeeds(&asker, || held[2].cover(3 * MIB)));
        assert_eq!(*killed.lock().expect("one thread"), [2]);
        // It has not gone yet; what it will leave is enough.
        assert!(succeeds(&asker, || held[2].cover(7 * MIB)));
        assert_eq!(*killed.lock().expect("one thread"), [2]);
        // Now the asker would be the largest.
        assert!(!succeeds(&asker, || held[2].cover(9 * MIB)));
        assert_eq!(held[2].bytes(), 7 * MIB);
        assert!(others_killed.lock().expect("one thread").is_empty());
        drop(held);
        assert_eq!((pool.used_bytes(), one.used_bytes()), (0, 0));
    }
}
