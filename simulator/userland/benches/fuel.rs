//! Whether fuel is CPU time: what the processor works for long computations, against what their processes are charged.

mod cpu;
#[expect(dead_code, reason = "tests use what this does not")]
#[path = "../tests/root/mod.rs"]
mod root;
#[path = "../tests/workloads/mod.rs"]
mod workloads;

use cpu::cpu_time;
use root::Root;
use workloads::ALL;

fn main() {
    // What cargo and criterion say to benches; a name chooses.
    let wanted = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    println!("fuel, ms   CPU, ms   ratio   workload");
    for workload in ALL.into_iter().flatten() {
        if wanted
            .as_ref()
            .is_some_and(|wanted| !workload.name.contains(wanted))
        {
            continue;
        }
        let root = Root::new();
        let (fuel, cpu) = (root.userland().spent_nanos(), cpu_time());
        let outcome = root.run(format!("{}\n{}", workload.prepare, workload.script).as_bytes());
        let fuel = (root.userland().spent_nanos() - fuel) as f64 / 1e6;
        let cpu = (cpu_time() - cpu).as_secs_f64() * 1e3;
        assert!(outcome.status.is_some(), "{} does not end", workload.name);
        println!(
            "{fuel:8.1}  {cpu:8.1}  {:6.2}   {}",
            cpu / fuel,
            workload.name
        );
    }
}
