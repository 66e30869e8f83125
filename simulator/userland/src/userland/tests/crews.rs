//! Several conversations in one process.

use super::harness::{Zone, child, command, program};
use crate::kernel::{
    Bell, Crew, Disposition, Errno, Event, KillTarget, Signal, Sys, WaitFlags, WaitFor, Wanted,
};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Reads a byte and tells that it came.
async fn report(sys: &Sys, fd: i32, name: char, told: &Mutex<String>) {
    let mut byte = [0];
    loop {
        match sys.read(fd, &mut byte).await {
            Err(Errno::EINTR) => {}
            read => {
                assert_eq!(read, Ok(1));
                break;
            }
        }
    }
    told.lock().expect("one thread").push(name);
}

#[test]
fn each_conversation_waits_for_its_own() {
    let zone = Zone::new(program!(sys, {
        let sys = &sys;
        let told = Mutex::new(String::new());
        let ((pipe, to_pipe), (near, far)) = (sys.pipe()?, sys.socket_pair()?);
        let (bell, rung) = (Bell::default(), AtomicUsize::new(0));
        let mut crew = Crew::new();
        // What is written to a pipe wakes the process, to a socket only who waits for it.
        crew.join(report(sys, pipe, 'p', &told));
        crew.join(report(sys, near, 's', &told));
        crew.join(async {
            let heard = sys.until(|context| {
                bell.hear(context);
                (rung.load(Ordering::Relaxed) > 0).then_some(())
            });
            assert_eq!(heard.await, Ok(()));
            told.lock().expect("one thread").push('b');
        });
        assert_eq!(crew.len(), 3);
        sys.write_all(far, b"x").await?;
        assert_eq!(crew.attend(sys, &[], None).await, Event::Ended);
        rung.store(1, Ordering::Relaxed);
        bell.ring();
        assert_eq!(crew.attend(sys, &[], None).await, Event::Ended);
        let writer = sys.fork(child!(|sys| {
            sys.write_all(to_pipe, b"x").await?;
            Ok(0)
        }))?;
        assert_eq!(crew.attend(sys, &[], None).await, Event::Ended);
        assert!(crew.is_empty());
        assert_eq!(*told.lock().expect("one thread"), "sbp");
        sys.wait(WaitFor::Pid(writer), WaitFlags::default()).await?;
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])), (0, String::new()));
}

#[test]
fn the_process_sees_to_signals_sockets_and_time_while_conversations_wait() {
    let zone = Zone::new(program!(sys, {
        let sys = &sys;
        let told = Mutex::new(String::new());
        let ((pipe, _to_pipe), (near, far)) = (sys.pipe()?, sys.socket_pair()?);
        let mut crew = Crew::new();
        crew.join(report(sys, pipe, 'p', &told));
        sys.set_disposition(Signal::Usr1, Disposition::Catch);
        let own = KillTarget::Pid(sys.pid());
        sys.kill(own, Some(Signal::Usr1))?;
        assert_eq!(crew.attend(sys, &[near], None).await, Event::Caught);
        assert_eq!(sys.take_caught(), Some(Signal::Usr1));
        sys.write_all(far, b"x").await?;
        let readable = Event::Readable(vec![near]);
        assert_eq!(crew.attend(sys, &[near], None).await, readable);
        let before = sys.now();
        let hour = Some(Duration::from_secs(3600));
        sys.write_all(1, b"waits\n").await?;
        assert_eq!(crew.attend(sys, &[], hour).await, Event::TimedOut);
        assert!(sys.now().since(before) >= Duration::from_secs(3600));
        // Nobody has been told a byte, and who is dismissed never is.
        assert_eq!(crew.len(), 1);
        crew.dismiss();
        assert!(crew.is_empty() && told.lock().expect("one thread").is_empty());
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.expect_output("waits\n");
    zone.clock.jump(|_| true).expect("the crew waits");
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn busy_conversations_leave_each_other_and_other_processes_their_turns() {
    let zone = Zone::new(program!(sys, {
        let sys = &sys;
        let steps = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let mut crew = Crew::new();
        for own in &steps {
            crew.join(async {
                while own.load(Ordering::Relaxed) < 1000 {
                    own.fetch_add(1, Ordering::Relaxed);
                    sys.burn(2_000).await;
                    let counts = steps.each_ref().map(|count| count.load(Ordering::Relaxed));
                    assert!(counts[0].abs_diff(counts[1]) <= 20, "{counts:?}");
                }
            });
        }
        let other = sys.fork(child!(|_sys| { Ok(0) }))?;
        let mut ended_first = false;
        while !crew.is_empty() {
            crew.attend(sys, &[], Some(Duration::from_secs(1))).await;
        }
        let flags = WaitFlags {
            nohang: true,
            untraced: false,
        };
        if let Some((pid, _)) = sys.wait(WaitFor::Any, flags).await? {
            ended_first = pid == other;
        }
        assert!(ended_first, "the other process had no turn");
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])), (0, String::new()));
}

#[test]
fn room_to_write_is_waited_for() {
    let zone = Zone::new(program!(sys, {
        let (near, far) = sys.socket_pair()?;
        let (reader, writer) = sys.pipe()?;
        for fd in [near, writer] {
            sys.set_nonblocking(fd, true)?;
            let block = vec![0; 4096];
            while sys.write(fd, &block).await.is_ok() {}
            let second = Some(Duration::from_secs(1));
            sys.write_all(1, b"full\n").await?;
            assert_eq!(
                sys.poll(&[Wanted::Write(fd)], second, |_| false).await,
                Ok(false)
            );
        }
        let reading = sys.fork(child!(|sys| {
            let mut buffer = vec![0; 64 << 10];
            for fd in [far, reader] {
                sys.read(fd, &mut buffer).await?;
                sys.read(fd, &mut buffer).await?;
            }
            sys.pause().await;
            Ok(0)
        }))?;
        for fd in [near, writer] {
            assert_eq!(
                sys.poll(&[Wanted::Write(fd)], None, |_| false).await,
                Ok(true)
            );
        }
        sys.kill(KillTarget::Pid(reading), Some(Signal::Kill))?;
        sys.wait(WaitFor::Pid(reading), WaitFlags::default())
            .await?;
        sys.set_title(b"another name");
        let own = sys.processes().into_iter().find(|row| row.pid == sys.pid());
        let shown = own.map(|row| row.argv.join(&b' '));
        assert_eq!(shown.as_deref(), Some(&b"another name"[..]));
        Ok(0)
    }));
    zone.start(command(&["test"]));
    for _ in 0..2 {
        zone.expect_output("full\n");
        zone.settle();
        zone.clock.jump(|_| true).expect("it waits for room");
    }
    assert_eq!(zone.exit_status(), 0);
}
