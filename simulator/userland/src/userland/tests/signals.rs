//! Signals, waiting, process groups.

use super::harness::{Zone, child, command, program};
use crate::kernel::{Disposition, Errno, KillTarget, Signal, WaitFlags, WaitFor, WaitStatus};
use runtime::Runtime;
use std::time::Duration;

#[test]
fn the_first_process_ignores_what_it_does_not_handle() {
    let zone = Zone::new(program!(sys, {
        sys.kill(KillTarget::Pid(1), Some(Signal::Kill))?;
        sys.kill(KillTarget::Pid(1), Some(Signal::Term))?;
        sys.set_disposition(Signal::Usr1, Disposition::Catch);
        sys.write_all(1, b"ready").await?;
        assert_eq!(sys.pause().await, Errno::EINTR);
        assert_eq!(sys.take_caught(), Some(Signal::Usr1));
        assert_eq!(sys.take_caught(), None);
        sys.pause().await;
        Ok(4)
    }));
    zone.start(command(&["test"]));
    zone.expect_output("ready");
    for signal in [Signal::Term, Signal::Int, Signal::Stop, Signal::Usr1] {
        zone.userland
            .signal(zone.instance, signal)
            .expect("it runs");
        zone.settle();
    }
    zone.userland
        .signal(zone.instance, Signal::Kill)
        .expect("it runs");
    assert_eq!(zone.exit_status(), -9);
}

#[test]
fn a_busy_loop_can_be_killed() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            loop {
                sys.burn(50).await;
            }
        }))?;
        sys.burn(1_000_000).await;
        sys.kill(KillTarget::Pid(child), Some(Signal::Kill))?;
        let waited = sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Signaled(Signal::Kill))));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_process_that_signals_itself_goes_no_further() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            sys.kill(KillTarget::Pid(sys.pid()), Some(Signal::Term))?;
            sys.write_all(1, b"still here").await?;
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Signaled(Signal::Term))));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])), (0, String::new()));
}

#[test]
fn caught_signals_interrupt_once_and_come_in_linux_order() {
    let zone = Zone::new(program!(sys, {
        for signal in [Signal::Term, Signal::Usr1, Signal::Hup] {
            sys.set_disposition(signal, Disposition::Catch);
        }
        for signal in [Signal::Term, Signal::Usr1, Signal::Hup] {
            sys.kill(KillTarget::Pid(1), Some(signal))?;
        }
        assert_eq!(sys.sleep(Duration::from_secs(1)).await, Err(Errno::EINTR));
        let taken: Vec<_> = std::iter::from_fn(|| sys.take_caught()).collect();
        assert_eq!(taken, [Signal::Hup, Signal::Usr1, Signal::Term]);
        sys.set_disposition(Signal::Hup, Disposition::Ignore);
        sys.kill(KillTarget::Pid(1), Some(Signal::Hup))?;
        assert_eq!(sys.take_caught(), None);
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn stopped_processes_are_reported_and_go_on() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            loop {
                sys.burn(100).await;
            }
        }))?;
        let untraced = WaitFlags {
            untraced: true,
            nohang: false,
        };
        let nohang = WaitFlags {
            nohang: true,
            untraced: true,
        };
        sys.kill(KillTarget::Pid(child), Some(Signal::Stop))?;
        let stopped = Some((child, WaitStatus::Stopped(Signal::Stop)));
        assert_eq!(sys.wait(WaitFor::Any, untraced).await?, stopped);
        assert_eq!(sys.wait(WaitFor::Any, nohang).await?, None);
        let before = sys.processes()[1].cpu_ns;
        sys.burn(500_000).await;
        assert_eq!(sys.processes()[1].cpu_ns, before);
        sys.kill(KillTarget::Pid(child), Some(Signal::Cont))?;
        sys.burn(500_000).await;
        assert!(sys.processes()[1].cpu_ns > before);
        sys.kill(KillTarget::Pid(child), Some(Signal::Stop))?;
        sys.kill(KillTarget::Pid(child), Some(Signal::Kill))?;
        let killed = Some((child, WaitStatus::Signaled(Signal::Kill)));
        assert_eq!(sys.wait(WaitFor::Any, WaitFlags::default()).await?, killed);
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn orphans_go_to_the_first_process_and_groups_are_signalled_together() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            sys.fork(child!(|sys| {
                sys.sleep(Duration::from_secs(1)).await?;
                Ok(u8::try_from(sys.ppid()).unwrap_or(50) + 10)
            }))?;
            Ok(3)
        }))?;
        assert_eq!(
            sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?,
            Some((child, WaitStatus::Exited(3)))
        );
        let orphan = sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        assert_eq!(orphan, Some((3, WaitStatus::Exited(11))));
        assert_eq!(
            sys.wait(WaitFor::Any, WaitFlags::default()).await,
            Err(Errno::ECHILD)
        );
        let leader = sys.fork(child!(|sys| {
            sys.set_pgid(0, 0)?;
            sys.fork(child!(|sys| {
                sys.pause().await;
                Ok(0)
            }))?;
            sys.pause().await;
            Ok(0)
        }))?;
        while sys.processes().len() < 3 {
            sys.burn(10_000).await;
        }
        sys.kill(KillTarget::Group(leader), Some(Signal::Hup))?;
        let hup = WaitStatus::Signaled(Signal::Hup);
        for _ in 0..2 {
            assert_eq!(
                sys.wait(WaitFor::Any, WaitFlags::default())
                    .await?
                    .map(|(_, status)| status),
                Some(hup)
            );
        }
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    zone.clock.jump(|_| true).expect("a process sleeps");
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn signals_need_permission() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            sys.set_credentials(2, 2, &[])?;
            assert_eq!(
                sys.kill(KillTarget::Pid(1), Some(Signal::Hup)),
                Err(Errno::EPERM)
            );
            assert_eq!(sys.kill(KillTarget::Pid(77), None), Err(Errno::ESRCH));
            assert_eq!(sys.set_credentials(0, 0, &[]), Err(Errno::EPERM));
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        Ok(u8::from(waited != Some((child, WaitStatus::Exited(0)))))
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}
