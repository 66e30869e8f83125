//! Many containers that sleep: nobody is woken for them before their time has come.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod fleet;

use fleet::Fleet;
use runtime::clock::Mode;
use std::time::{Duration, Instant};

/// Containers that sleep.
const SLEEPERS: usize = 800;

fn sleepers(mode: Mode) -> Fleet {
    let mut fleet = Fleet::new(1, mode);
    fleet.start(&["exec sleep 3601"; SLEEPERS]);
    fleet.settle();
    fleet
}

#[test]
fn an_hour_of_many_sleepers_has_no_wake_ups() {
    let fleet = sleepers(Mode::Stepped);
    let before = (fleet.userland.wake_ups(), fleet.userland.spent_nanos());
    fleet
        .clock
        .advance_to(fleet.clock.now() + Duration::from_secs(3600));
    fleet.settle();
    let after = (fleet.userland.wake_ups(), fleet.userland.spent_nanos());
    assert_eq!(after, before);
    assert_eq!(fleet.finish().len(), SLEEPERS);
}

#[test]
fn many_sleepers_on_the_real_clock_wake_no_thread() {
    let fleet = sleepers(Mode::Real);
    // The worker has gone to sleep once the next notification wakes it.
    let before = fleet.userland.wake_ups();
    let until = Instant::now() + Duration::from_millis(100);
    while Instant::now() < until {
        std::thread::yield_now();
    }
    assert!(fleet.userland.wake_ups() - before <= 1);
    assert!(fleet.userland.is_idle());
}
