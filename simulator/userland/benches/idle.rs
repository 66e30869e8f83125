//! What ten thousand containers that sleep cost while time passes: on the real clock, in CPU time of this process.

mod cpu;
#[expect(dead_code, reason = "other benches use what this one does not")]
mod zone;

use cpu::cpu_time;
use runtime::clock::Mode;
use std::time::{Duration, Instant};
use zone::{PATIENCE, Zone};

/// Containers that sleep.
const SLEEPERS: usize = 10_000;
/// How long they are looked at.
const LOOK: Duration = Duration::from_secs(5);

fn main() {
    let zone = Zone::on(Mode::Real, &[]);
    for number in 0..SLEEPERS {
        zone.start(number, &["sleep", "100000"]);
    }
    assert!(zone.userland.wait_idle(PATIENCE), "busy without end");
    let (begun, cpu, wake_ups) = (Instant::now(), cpu_time(), zone.userland.wake_ups());
    std::thread::sleep(LOOK);
    let cpu = cpu_time() - cpu;
    let wake_ups = zone.userland.wake_ups() - wake_ups;
    let percent = 100.0 * cpu.as_secs_f64() / begun.elapsed().as_secs_f64();
    println!("{SLEEPERS} sleepers: {percent:.4} % of a core, {wake_ups} wake-ups of the worker");
}
