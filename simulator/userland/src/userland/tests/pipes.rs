//! Pipes and FIFOs between processes.

use super::harness::{Zone, child, command, program};
use crate::kernel::{Disposition, Errno, OpenFlags, Signal, WaitFlags, WaitFor, WaitStatus};
use std::time::Duration;

#[test]
fn a_pipe_carries_more_than_it_holds_and_ends_with_its_last_writer() {
    let zone = Zone::new(program!(sys, {
        let (reader, writer) = sys.pipe()?;
        sys.fork(child!(|sys| {
            sys.close(reader)?;
            for number in 0..100_000u32 {
                sys.write_all(writer, &number.to_le_bytes()).await?;
            }
            Ok(0)
        }))?;
        sys.close(writer)?;
        let (mut buffer, mut bytes) = (vec![0; 10_000], Vec::new());
        loop {
            match sys.read(reader, &mut buffer).await? {
                0 => break,
                count => bytes.extend_from_slice(&buffer[..count]),
            }
        }
        let intact = bytes
            .chunks(4)
            .zip(0u32..)
            .all(|(chunk, number)| chunk == number.to_le_bytes());
        Ok(u8::from(!(intact && bytes.len() == 400_000)))
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_writer_without_readers_dies_or_gets_an_error() {
    let zone = Zone::new(program!(sys, {
        let (reader, writer) = sys.pipe()?;
        sys.close(reader)?;
        let child = sys.fork(child!(|sys| {
            sys.write_all(writer, b"x").await?;
            Ok(0)
        }))?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!(waited, Some((child, WaitStatus::Signaled(Signal::Pipe))));
        sys.set_disposition(Signal::Pipe, Disposition::Ignore);
        assert_eq!(sys.write(writer, b"x").await, Err(Errno::EPIPE));
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_fifo_waits_for_its_other_end() {
    let zone = Zone::new(program!(sys, {
        sys.mkfifo(b"/tmp-fifo", 0o644)?;
        let nonblocking = OpenFlags::WRITE | OpenFlags::NONBLOCK;
        assert_eq!(
            sys.open(b"/tmp-fifo", nonblocking, 0).await,
            Err(Errno::ENXIO)
        );
        sys.fork(child!(|sys| {
            let fd = sys.open(b"/tmp-fifo", OpenFlags::WRITE, 0).await?;
            sys.write_all(fd, b"through").await?;
            Ok(0)
        }))?;
        let fd = sys.open(b"/tmp-fifo", OpenFlags::READ, 0).await?;
        let mut buffer = [0; 16];
        let count = sys.read(fd, &mut buffer).await?;
        assert_eq!(&buffer[..count], b"through");
        assert_eq!(sys.read(fd, &mut buffer).await?, 0);
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn poll_tells_what_can_be_read_and_gives_up_in_time() {
    let zone = Zone::new(program!(sys, {
        let (reader, writer) = sys.pipe()?;
        let (other, _keep) = sys.pipe()?;
        let before = sys.now();
        assert_eq!(
            sys.poll_read(&[reader, other], Some(Duration::from_secs(5)))
                .await?,
            [0i32; 0]
        );
        assert_eq!(sys.now().since(before), Duration::from_secs(5));
        sys.write_all(writer, b"x").await?;
        assert_eq!(sys.poll_read(&[other, reader], None).await?, [reader]);
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    zone.clock.jump(|_| true).expect("the process waits");
    assert_eq!(zone.exit_status(), 0);
}
