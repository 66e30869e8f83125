//! Terminals: containers and execs with a tty.

use super::harness::{Zone, child, command, program};
use crate::kernel::{Disposition, Errno, Signal, Termios, WaitFlags, WaitFor, WaitStatus};
use runtime::{Runtime, StartSpec, TtySize};
use std::time::Duration;

fn terminal(argv: &[&str]) -> StartSpec {
    let mut spec = command(argv);
    spec.tty = true;
    spec.open_stdin = true;
    spec
}

#[test]
fn lines_are_echoed_edited_and_shown_with_carriage_returns() {
    let zone = Zone::new(program!(_sys, { Ok(0) }));
    zone.start(terminal(&["cat"]));
    zone.send(b"helo\x7flo\r");
    let shown = zone.expect_output("hello\r\n");
    assert_eq!(shown, "helo\x08 \x08lo\r\nhello\r\n");
    zone.send(b"\x04");
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn the_interrupt_key_reaches_the_foreground_group_only() {
    let zone = Zone::new(program!(sys, {
        sys.set_disposition(Signal::Ttou, Disposition::Ignore);
        let child = sys.fork(child!(|sys| {
            sys.set_pgid(0, 0)?;
            sys.set_foreground(0, sys.pid())?;
            sys.write_all(1, b"ready\n").await?;
            sys.pause().await;
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Signaled(Signal::Int))));
        sys.set_foreground(0, 1)?;
        assert_eq!(sys.foreground(0)?, 1);
        assert_eq!(sys.tty_name(0)?, "/dev/pts/0");
        Ok(8)
    }));
    zone.start(terminal(&["test"]));
    zone.expect_output("ready\r\n");
    zone.send(b"\x03");
    assert_eq!(zone.exit_status(), 8);
    assert_eq!(zone.output(), "^C");
}

#[test]
fn a_background_reader_is_stopped() {
    let zone = Zone::new(program!(sys, {
        let child = sys.fork(child!(|sys| {
            sys.set_pgid(0, 0)?;
            let mut buffer = [0; 8];
            let count = sys.read(0, &mut buffer).await?;
            Ok(buffer[count - 2])
        }))?;
        let untraced = WaitFlags {
            untraced: true,
            nohang: false,
        };
        let waited = sys.wait(WaitFor::Pid(child), untraced).await?;
        assert_eq!(waited, Some((child, WaitStatus::Stopped(Signal::Ttin))));
        sys.set_foreground(0, child)?;
        sys.kill(crate::kernel::KillTarget::Group(child), Some(Signal::Cont))?;
        let waited = sys.wait(WaitFor::Pid(child), untraced).await?;
        assert_eq!(waited, Some((child, WaitStatus::Exited(b'k'))));
        Ok(0)
    }));
    zone.start(terminal(&["test"]));
    zone.settle();
    zone.send(b"k\r");
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn raw_mode_gives_single_characters_and_resizes_are_told() {
    let zone = Zone::new(program!(sys, {
        sys.set_disposition(Signal::Winch, Disposition::Catch);
        let raw = sys.termios(0)?.raw();
        sys.set_termios(0, &raw)?;
        sys.write_all(1, b"ready\n").await?;
        let mut buffer = [0; 8];
        assert_eq!(sys.read(0, &mut buffer).await?, 1);
        assert_eq!(buffer[0], 3);
        assert_eq!(sys.read(0, &mut buffer).await, Err(Errno::EINTR));
        assert_eq!(sys.take_caught(), Some(Signal::Winch));
        let size = sys.window_size(1)?;
        assert_eq!((size.rows, size.columns), (24, 80));
        let mut timed = raw;
        timed.characters[Termios::VMIN] = 0;
        timed.characters[Termios::VTIME] = 5;
        sys.set_termios(0, &timed)?;
        let before = sys.now();
        assert_eq!(sys.read(0, &mut buffer).await?, 0);
        assert_eq!(sys.now().since(before), Duration::from_millis(500));
        Ok(0)
    }));
    zone.start(terminal(&["test"]));
    let shown = zone.expect_output("ready");
    assert_eq!(shown, "ready\n");
    zone.send(b"\x03");
    zone.settle();
    let size = TtySize {
        rows: 24,
        columns: 80,
    };
    zone.userland
        .resize(zone.instance, None, size)
        .expect("it runs");
    zone.settle();
    zone.clock
        .jump(|_| true)
        .expect("a read waits with a timeout");
    assert_eq!(zone.exit_status(), 0);
}

#[test]
fn an_exec_has_a_terminal_of_its_own_that_ends_with_it() {
    let zone = Zone::new(program!(sys, {
        sys.write_all(1, b"up").await?;
        sys.pause().await;
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.expect_output("up");
    let (exec, console) = zone.exec(&["cat"], true, true);
    zone.settle();
    console.close_input();
    assert_eq!(zone.exec_status(exec), 0);
    zone.settle();
    zone.userland.halt(zone.instance).expect("it runs");
    assert_eq!(zone.exit_status(), -9);
}
