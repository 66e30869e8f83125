//! Any sequence of calls: nobody waits for ever, and nothing is left.

use super::harness::{Zone, command, program};
use crate::kernel::{
    BoxFuture, Disposition, Errno, Exit, KillTarget, Signal, Sys, WaitFlags, WaitFor,
};
use runtime::Runtime;
use std::time::Duration;

/// Sequences that are tried.
const SEEDS: u64 = 150;
/// Calls of one process.
const CALLS: u64 = 14;
/// How deep processes fork.
const DEPTH: u32 = 3;

/// A small generator of numbers (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap_or(0)]
    }

    /// An open descriptor mostly, sometimes one that is not.
    fn descriptor(&mut self, sys: &Sys) -> i32 {
        let open: Vec<i32> = sys.open_descriptors();
        match open.is_empty() || self.below(10) == 0 {
            true => 77,
            false => self.of(&open),
        }
    }
}

/// A process that does anything; an error is as good as a success.
fn live(sys: Sys, seed: u64, depth: u32) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        let mut numbers = Numbers(seed);
        for _ in 0..CALLS {
            // A call that fails for what others did is what this is about.
            let _ = call(&sys, &mut numbers, depth).await;
        }
        Exit::Status(0)
    })
}

async fn call(sys: &Sys, numbers: &mut Numbers, depth: u32) -> Result<(), Errno> {
    const SIGNALS: [Signal; 7] = [
        Signal::Kill,
        Signal::Term,
        Signal::Stop,
        Signal::Cont,
        Signal::Usr1,
        Signal::Hup,
        Signal::Tstp,
    ];
    let nohang = WaitFlags {
        nohang: true,
        untraced: true,
    };
    match numbers.below(15) {
        0 | 1 if depth < DEPTH => {
            let seed = numbers.next();
            sys.fork(move |child| live(child, seed, depth + 1))?;
        }
        2 => {
            sys.pipe()?;
        }
        3 => {
            sys.dup(numbers.descriptor(sys))?;
        }
        4 | 5 => sys.close(numbers.descriptor(sys))?,
        6 => {
            let to = i32::try_from(numbers.below(12)).unwrap_or(0);
            sys.dup_to(numbers.descriptor(sys), to)?;
        }
        7 => {
            let pid = u32::try_from(2 + numbers.below(30)).unwrap_or(2);
            let target = match numbers.below(4) {
                0 => KillTarget::Group(pid),
                _ => KillTarget::Pid(pid),
            };
            sys.kill(target, Some(numbers.of(&SIGNALS)))?;
        }
        8 => {
            sys.wait(WaitFor::Any, nohang).await?;
        }
        9 => {
            sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        }
        10 => {
            let mut buffer = [0; 4096];
            sys.read(numbers.descriptor(sys), &mut buffer).await?;
        }
        11 => {
            let bytes = vec![b'x'; usize::try_from(numbers.below(100_000)).unwrap_or(0)];
            sys.write(numbers.descriptor(sys), &bytes).await?;
        }
        12 => {
            sys.sleep(Duration::from_millis(numbers.below(5000)))
                .await?;
        }
        13 => sys.set_pgid(0, 0)?,
        _ => {
            let all = [
                Disposition::Default,
                Disposition::Ignore,
                Disposition::Catch,
            ];
            sys.set_disposition(numbers.of(&SIGNALS), numbers.of(&all));
        }
    }
    Ok(())
}

#[test]
fn whatever_processes_do_to_each_other_the_first_one_outlives_them_and_nothing_is_left() {
    let mut forked = 0;
    for seed in 0..SEEDS {
        let zone = Zone::new(program!(sys, {
            let seed: u64 = std::str::from_utf8(&sys.argv()[1])
                .ok()
                .and_then(|text| text.parse().ok())
                .ok_or(Errno::EINVAL)?;
            for child in 0..3 {
                sys.fork(move |sys| live(sys, seed << 8 | child, 0))?;
            }
            sys.sleep(Duration::from_secs(60)).await?;
            for signal in [Signal::Kill, Signal::Cont] {
                match sys.kill(KillTarget::All, Some(signal)) {
                    Ok(()) | Err(Errno::ESRCH) => {}
                    Err(error) => return Err(error),
                }
            }
            loop {
                match sys.wait(WaitFor::Any, WaitFlags::default()).await {
                    Ok(_) => {}
                    Err(Errno::ECHILD) => return Ok(0),
                    Err(error) => return Err(error),
                }
            }
        }));
        zone.start(command(&["test", &seed.to_string()]));
        zone.settle();
        let until = zone.clock.now() + Duration::from_secs(61);
        let mut most = 0;
        while zone.clock.fire_next(until).is_some() {
            zone.settle();
            let (processes, _) = zone.userland.leaks();
            most = most.max(processes);
        }
        assert_eq!(zone.exit_status(), 0, "seed {seed}");
        zone.settle();
        assert_eq!(zone.userland.leaks(), (0, 0), "seed {seed}");
        let timers = zone.clock.timers();
        assert!(timers.is_empty(), "seed {seed}: {timers:?}");
        assert_eq!(zone.userland.panics(), 0, "seed {seed}");
        forked += most;
    }
    assert!(forked > 2 * usize::try_from(SEEDS).unwrap_or(0), "{forked}");
}
